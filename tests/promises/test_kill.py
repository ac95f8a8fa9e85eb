"""Nothing acknowledged is lost: kill -9 at random points while members check in, and everything goes on where it was.

`make torture` kills 200 times; `SEED`, printed when it fails, repeats the choices of a run.
"""

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.library import Library
from tests.promises.homes import TORTURE, Home, traces
from tests.promises.walking import Lives, Member, kept_words, words_to_keep
from tests.wire.discord_server import WireDiscord
from tests.wire.process import BotProcess

pytestmark = pytest.mark.usefixtures("forked")

KILLS = 20 * TORTURE
MEMBERS = 5
CHECK_INS_A_PERSON = 8  # below the limit of a day


class Mortal:
    """The bot, which is killed at random points and started again."""

    def __init__(self, wire: WireDiscord, bot: BotProcess, rng: random.Random) -> None:
        self._wire, self._bot, self._rng = wire, bot, rng
        self.lives = Lives()
        self.done = False

    async def die_often(self, kills: int) -> None:
        """Kill so often, each time somewhere in the work on some request, and start again."""
        try:
            for _ in range(kills):
                seen = len(self._wire.requests) + self._rng.randint(1, 30)
                await self._wire.until(lambda seen=seen: len(self._wire.requests) >= seen, 60)
                await asyncio.sleep(self._rng.uniform(0, 0.02))  # the random point itself; nothing is waited for
                await self._bot.kill()
                self.lives.end()
                await self._bot.start()
                await self._bot.wait_ready(60)
                self.lives.begin()
        finally:
            self.done = True


@asynccontextmanager
async def mortal(wire: WireDiscord, home: Home, rng: random.Random) -> AsyncIterator[Mortal]:
    async with home.process(wire) as bot:
        yield Mortal(wire, bot, rng)
        assert await bot.terminate(20) == 0
        assert traces(bot.stderr) == []


async def keep_checking_in(wire: WireDiscord, library: Library, one: Mortal, seed: int) -> list[Member]:
    """Be one person after another, each checking in some times, until the bot has died often enough."""
    rng, people = random.Random(seed), list[Member]()  # noqa: S311  # to be repeated, no secret
    while not one.done:
        people.append(Member(wire, library, wire.world.person(f"member {seed} {len(people)}"), one.lives, rng))
        keep = rng.random() < 0.6
        for _ in range(CHECK_INS_A_PERSON):
            await people[-1].check_in(keep=keep, form=rng.random() < 0.4, leaves=0.1)
            if one.done:
                break
    return people


@pytest.mark.long
@pytest.mark.timeout(60 + 6 * KILLS)
async def test_nothing_acknowledged_is_missing_or_doubled_after_a_kill(
    wire: WireDiscord, home: Home, library: Library
) -> None:
    seed = int(os.environ.get("SEED", secrets.randbits(32)))
    print(f"SEED={seed}")  # noqa: T201  # pytest shows it when the test fails
    rng = random.Random(seed)  # noqa: S311  # to be repeated, no secret

    async with mortal(wire, home, rng) as one, asyncio.TaskGroup() as group:
        group.create_task(one.die_often(KILLS))
        walks = [group.create_task(keep_checking_in(wire, library, one, seed + n)) for n in range(MEMBERS)]

    people = [person for walk in walks for person in walk.result()]
    assert sum(len(person.told) for person in people) > KILLS
    assert sum(person.pressed_again for person in people) > 0, "no kill struck anything under way"
    for person in people:
        kept = [kept_words(one) for one in await home.kept_by(int(person.user["id"]))]
        assert kept == [words_to_keep(told, library) for told in person.told if told.kept]
