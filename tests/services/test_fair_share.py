"""One account has one turn at a time, whatever it asks for; others do not wait for it."""

import asyncio

import pytest

from bot.services.fair_share import FairShare

ANNE, BO, CY = 1, 2, 3


class Work:
    """Work that goes on until it is let go."""

    def __init__(self, share: FairShare) -> None:
        self._share = share
        self.begun = list[str]()
        self.ends = dict[str, asyncio.Event]()

    async def do(self, user: int, name: str) -> None:
        self.ends[name] = asyncio.Event()
        async with self._share.turn(user):
            self.begun.append(name)
            await self.ends[name].wait()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_an_account_has_one_turn_at_a_time_and_others_do_not_wait() -> None:
    work = Work(FairShare(rest=0, at_once=9))
    asked = [(ANNE, "first"), (ANNE, "second"), (ANNE, "third"), (BO, "of another")]
    tasks = [asyncio.create_task(work.do(user, name)) for user, name in asked]

    await settle()
    assert work.begun == ["first", "of another"]
    for name in ("first", "second", "third", "of another"):
        work.ends[name].set()
    await asyncio.gather(*tasks)

    assert work.begun == ["first", "of another", "second", "third"]


async def test_no_more_accounts_than_fit_have_their_turn() -> None:
    work = Work(FairShare(rest=0, at_once=2))
    tasks = [asyncio.create_task(work.do(user, str(user))) for user in (ANNE, BO, CY)]

    await settle()
    assert work.begun == ["1", "2"]
    for end in work.ends.values():
        end.set()
    await asyncio.gather(*tasks)

    assert work.begun == ["1", "2", "3"]


async def test_a_turn_that_failed_or_was_given_up_is_over() -> None:
    share = FairShare(rest=0, at_once=1)
    work = Work(share)
    with pytest.raises(ValueError, match="broken"):
        async with share.turn(ANNE):
            raise ValueError("broken")
    waiting = asyncio.create_task(work.do(ANNE, "given up"))
    await settle()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    after = asyncio.create_task(work.do(ANNE, "after"))
    await settle()
    work.ends["after"].set()
    await after

    assert work.begun == ["given up", "after"]


async def test_an_account_that_had_a_long_turn_rests_before_its_next_and_others_do_not() -> None:
    work = Work(FairShare(rest=1_000_000, at_once=9))
    first = asyncio.create_task(work.do(ANNE, "first"))
    await settle()
    work.ends["first"].set()
    await first

    tasks = [asyncio.create_task(work.do(user, name)) for user, name in [(ANNE, "second"), (BO, "of another")]]
    await settle()
    for one in tasks:
        one.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert work.begun == ["first", "of another"]
