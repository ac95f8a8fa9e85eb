"""Nothing acknowledged is lost: kill -9 at random points, and everything goes on where it was.

Members check in, delete everything and bring files in, while backups are made. `make torture` kills 200 times; `SEED`,
printed when it fails, repeats the choices of a run.
"""

import asyncio
import json
import os
import random
import secrets
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.library import Library
from bot.ui.ids import Kind
from bot.upkeep import read_backup, write_backup
from tests.promises.homes import TORTURE, Home, traces
from tests.promises.walking import Lives, Member, Screen, kept_words, words_to_keep
from tests.storage.world import silent
from tests.wire.discord_server import WireDiscord
from tests.wire.process import ROOT, BotProcess

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
                seen = len(self._wire.requests) + self._rng.randint(1, 50)
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


async def delete_everything(person: Member) -> str:
    """Press through to the receipt, again after each death; give its words."""
    asked = await person._insist(lambda: person.wire.slash("mydata delete", user=person.user, guild=False), None)
    assert asked is not None
    screen = Screen(asked.shown)
    for kind in (Kind.MY_DELETE_ASK, Kind.MY_DELETE_NOW):
        everything = next(one for one in screen.all(kind) if one.press.subject == "everything")
        screen = await person.press(screen, everything)
    return screen.text


async def keep_leaving(wire: WireDiscord, library: Library, one: Mortal, seed: int) -> list[Member]:
    """Be one person after another who checks in once and then deletes everything."""
    rng, people = random.Random(seed), list[Member]()  # noqa: S311  # to be repeated, no secret
    while not one.done:
        person = Member(wire, library, wire.world.person(f"leaver {seed} {len(people)}"), one.lives, rng)
        await person.check_in(keep=True, form=True)
        assert library.notebook.receipts.start_again in await delete_everything(person)
        people.append(person)
    return people


def file_of(says: str) -> bytes:
    times = {"started": "2026-01-05T10:00:00+01:00", "ended": "2026-01-05T10:04:00+01:00"}
    answers = [{"step": "note", "question": "Anything to remember?", "text": f"{says} {number}"} for number in (1, 2)]
    entries = [{**times, "answers": [one]} for one in answers]
    return json.dumps({"format": "compersion-check-ins", "version": 1, "entries": entries}).encode()


async def keep_bringing_in(wire: WireDiscord, library: Library, one: Mortal, seed: int) -> list[Member]:
    """Be one person after another who brings a file in."""
    rng, people = random.Random(seed), list[Member]()  # noqa: S311  # to be repeated, no secret
    while not one.done:
        person = Member(wire, library, wire.world.person(f"bringer {seed} {len(people)}"), one.lives, rng)
        file = wire.upload("entries.json", file_of(person.says()))
        asked = await person._insist(
            lambda file=file, person=person: wire.slash("mydata import", {"file": file}, user=person.user, guild=False),
            None,
        )
        assert asked is not None
        screen = Screen(asked.shown)
        take = screen.one(Kind.MY_IMPORT_TAKE)
        assert take is not None, screen.text
        # Pressed again after a death that came between the commit and the answer, it says that the file is gone.
        await person._insist(
            lambda take=take, screen=screen, person=person: wire.press(
                screen.message, take.custom_id, user=person.user
            ),
            screen.message,
        )
        people.append(person)
    return people


async def keep_backing_up(home: Home, one: Mortal, rng: random.Random) -> None:
    """Make backups as an operator's timer does, some of which are killed."""
    command = (sys.executable, "-m", "bot", "db", "backup", "--config", str(home.config()))
    while not one.done:
        running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL)
        if rng.random() < 0.5:
            await asyncio.sleep(rng.uniform(0.5, 2))  # the random point itself; nothing is waited for
            if running.returncode is None:
                running.kill()
        await running.wait()


async def restored(home: Home) -> Home:
    """Give a home with the newest backup restored."""
    new = replace(home, folder=home.folder / "restored")
    new.state.mkdir(parents=True)
    await read_backup(new.settings().storage, home.backups, None, datetime.now(UTC), silent)
    return new


@pytest.mark.long
@pytest.mark.timeout(600 + 30 * KILLS)
async def test_nothing_acknowledged_is_missing_or_doubled_after_a_kill(
    wire: WireDiscord, home: Home, library: Library
) -> None:
    seed = int(os.environ.get("SEED", secrets.randbits(32)))
    print(f"SEED={seed}")  # noqa: T201  # pytest shows it when the test fails
    rng = random.Random(seed)  # noqa: S311  # to be repeated, no secret

    async with mortal(wire, home, rng) as one, asyncio.TaskGroup() as group:
        group.create_task(one.die_often(KILLS))
        walks = [group.create_task(keep_checking_in(wire, library, one, seed + n)) for n in range(MEMBERS)]
        leaving = group.create_task(keep_leaving(wire, library, one, seed + MEMBERS))
        bringing = group.create_task(keep_bringing_in(wire, library, one, seed + MEMBERS + 1))
        group.create_task(keep_backing_up(home, one, random.Random(seed + MEMBERS + 2)))  # noqa: S311  # chance to be repeated, not secrets

    people = [person for walk in walks for person in walk.result()]
    assert sum(len(person.told) for person in (*people, *leaving.result())) > KILLS
    assert sum(person.pressed_again for person in people) > 0, "no kill struck anything under way"
    for person in people:
        kept = [kept_words(one) for one in await home.kept_by(int(person.user["id"]))]
        assert kept == [words_to_keep(told, library) for told in person.told if told.kept]
    await write_backup(home.settings().storage, home.backups, datetime.now(UTC), silent)
    assert not list(home.backups.glob("*.part*"))
    for where in (home, await restored(home)):
        for person in leaving.result():
            assert await where.kept_by(int(person.user["id"])) == [], "it was deleted, and a receipt was given"
        for person in bringing.result():
            assert len(await where.kept_by(int(person.user["id"]))) == 2, "all of a file is there, once"
    assert leaving.result()
    assert bringing.result()
