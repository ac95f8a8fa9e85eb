"""How many suggestions a member may send: three a day, known to this process alone and only until midnight."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.servers.suggestions import SuggestionCounts
from tests.storage.world import ANNE, BO


class Clock:
    def __init__(self, text: str = "2026-11-21T21:00") -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def counts(clock: Clock) -> SuggestionCounts:
    return SuggestionCounts(clock)


def token(number: int) -> bytes:
    return number.to_bytes(16, "big")


async def test_three_a_day_and_the_next_day_three_more(counts: SuggestionCounts, clock: Clock) -> None:
    assert [counts.take(ANNE, token(number)) for number in range(4)] == [True, True, True, False]
    assert not counts.has_room(ANNE)
    assert counts.has_room(BO)

    clock.now += timedelta(hours=2, minutes=59)
    assert not counts.has_room(ANNE)
    clock.now += timedelta(minutes=1)
    assert counts.take(ANNE, token(9))


async def test_one_sent_twice_counts_once_and_one_not_sent_not_at_all(counts: SuggestionCounts) -> None:
    assert [counts.take(ANNE, token(1)) for _ in range(5)] == [True] * 5
    assert counts.take(ANNE, token(2))
    assert counts.take(ANNE, token(3))
    assert counts.take(ANNE, token(3))

    counts.give_back(ANNE, token(3))

    assert counts.has_room(ANNE)


async def test_what_is_remembered_names_nobody(counts: SuggestionCounts) -> None:
    counts.take(ANNE, token(1))

    def held(one: object, seen: set[int]) -> list[object]:
        if id(one) in seen or isinstance(one, (type, Clock, asyncio.TimerHandle)) or callable(one):
            return []
        seen.add(id(one))
        return [one, *(each for inner in gc.get_referents(one) for each in held(inner, seen))]

    inside = held(counts, set())
    assert any(token(1) is one or one == token(1) for one in inside)
    assert ANNE not in inside
    assert not any(isinstance(one, bytes) and str(ANNE).encode() in one for one in inside)


async def test_at_midnight_it_is_gone_though_nobody_comes_by(clock: Clock) -> None:
    clock.now = datetime(2026, 11, 21, 23, 59, 59, 990_000, tzinfo=UTC)
    counts = SuggestionCounts(clock)
    for number in range(3):
        counts.take(ANNE, token(number))
    assert not counts.has_room(ANNE)

    dropped = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.02, dropped.set_result, None)
    await dropped

    assert counts.has_room(ANNE)  # by the same clock: what was counted is no longer there
