"""A clock that is wrong, over a real connection: nothing goes that was not due, and jobs go on once it is right."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.reminders.schedule import Once
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.reminders.setting import Reminders
from bot.storage.ids import new_id
from bot.storage.tables import entry, lease, member, member_key, moment, session
from tests.storage.conftest import postgresql, server
from tests.storage.world import rows

from .dated_bot import VARIABLE, Clock
from .process import BotProcess
from .test_reminders import Keep, conversation, settled
from .timed_bot import APART

if TYPE_CHECKING:
    from pathlib import Path

    from .discord_server import WireDiscord

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["postgresql", "server"]

DAY = timedelta(days=1)
YEAR = 400.5 * 86_400.0
FAR = "No job runs and nothing lapses, because the time Discord tells is far"
GONE = "Deleted what was over: check-ins 1, members 0"


@pytest.fixture
def keep(tmp_path: Path, content: Path) -> Keep:
    return Keep(tmp_path, content)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


async def fill(keep: Keep, user: int = 1) -> None:
    """Keep a check-in that is over, one that lasts, and one that is open, for a member."""
    now = datetime.now(UTC)
    async with keep.opened() as storage, storage.database.transaction() as tx:
        made = (await People(storage.members).agree(tx, user, 1, now, keep=True)).member
        for lasts in (-2 * DAY, 300 * DAY):
            await storage.entries.add(tx, made, {"says": "words"}, now, expires=now + lasts)
        await storage.sessions.add(tx, made, {"says": "words"}, now, expires=now + DAY)


async def kept(keep: Keep) -> list[int]:
    """Count members, their keys, check-ins and open ones."""
    async with keep.opened() as storage:
        return [len(await rows(storage.database, table)) for table in (member, member_key, entry, session)]


async def last_confirmed(keep: Keep) -> timedelta:
    """How far ahead of the time the one confirmed last is."""
    async with keep.opened() as storage:
        (at,) = (row.at for row in await rows(storage.database, moment))
    return at - datetime.now(UTC)


def process(wire: WireDiscord, keep: Keep, clock: Clock, **env: str) -> BotProcess:
    command = ("run", "--config", str(keep.config))
    return BotProcess(wire, "tests.wire.timed_bot:main", *command, env={VARIABLE: str(clock.file)} | env)


async def test_a_machine_s_clock_years_ahead_or_behind_takes_nothing(
    wire: WireDiscord, keep: Keep, clock: Clock
) -> None:
    await fill(keep)
    for ahead, says in ((YEAR, "days ahead of"), (-YEAR, "days behind")):
        clock.set(ahead)
        who = wire.world.person("Somebody")
        await keep.remind(conversation(wire, who))
        async with process(wire, keep, clock, **{APART: "1"}) as bot:
            await bot.wrote(f"{says} Discord's. Discord's time is used")
            await settled(wire, who)  # so the jobs had a round
            assert await bot.terminate() == 0
        assert bot.stderr.count("This machine's clock is") == 1
    assert await kept(keep) == [3, 3, 1, 1]


async def test_a_leap_of_discord_s_is_believed_once_it_is_told_twice(
    wire: WireDiscord, keep: Keep, clock: Clock
) -> None:
    await fill(keep)
    async with process(wire, keep, clock) as bot:
        await bot.wrote(GONE)
        assert await bot.terminate() == 0

    wire.dates_ahead = YEAR
    clock.set(YEAR)
    async with process(wire, keep, clock) as bot:
        await bot.wrote(FAR)
        assert await bot.terminate() == 0
    assert await kept(keep) == [1, 1, 1, 1]

    async with process(wire, keep, clock, **{APART: "1"}) as bot:
        await bot.wrote("Deleted what was over: check-ins 1, members")
        assert await bot.terminate() == 0
    assert await kept(keep) == [0, 0, 0, 0]

    assert await last_confirmed(keep) > 300 * DAY

    wire.dates_ahead = 0.0  # what was believed was wrong
    clock.set(0.0)
    await keep.remind(conversation(wire, wire.member))
    async with process(wire, keep, clock, **{APART: "1"}) as bot:
        await settled(wire, wire.member)
        assert await bot.terminate() == 0
    assert await last_confirmed(keep) < DAY


async def test_a_discord_that_tells_no_time_lets_nothing_go(wire: WireDiscord, keep: Keep, clock: Clock) -> None:
    wire.dates_ahead = None
    await fill(keep)
    async with process(wire, keep, clock, **{APART: "1"}) as bot:
        await bot.wrote("No job runs and nothing lapses, because Discord has not said what time it is")
        assert await bot.terminate() == 0

    assert await kept(keep) == [1, 1, 2, 1]


async def test_a_reminder_is_not_dropped_by_a_day_s_leap(wire: WireDiscord, keep: Keep, clock: Clock) -> None:
    """It is due in a moment; the machine's clock says that it was due yesterday."""
    now = datetime.now(UTC)
    ((user, channel),) = conversation(wire, wire.member).items()
    async with keep.opened() as storage:
        people = People(storage.members)
        reminders = Reminders(storage, people, ServedPack(keep._pack, now), lambda: now)
        async with storage.database.transaction() as tx:
            await people.agree(tx, user, 1, now, keep=True)
        token = bytes(4) + secrets.token_bytes(12)
        await reminders.add(user, token, Once(), now + timedelta(seconds=3), channel)
    clock.set(86_400.0)

    async with process(wire, keep, clock, **{APART: "1"}) as bot:
        await settled(wire, wire.member)
        assert await bot.terminate() == 0


async def test_leases_of_a_process_whose_clock_was_ahead_hold_nobody_up(
    wire: WireDiscord, tmp_path: Path, content: Path, clock: Clock, postgresql: str
) -> None:
    keep = Keep(tmp_path, content, postgresql)
    await keep.remind(conversation(wire, wire.member))
    async with keep.opened() as storage, storage.database.transaction() as tx:
        for job in ("sending", "folding", "clearing", "retention", "cards", "weekly", "servers"):
            values: dict[str, Any] = {"job": job, "holder": new_id(), "until": datetime.now(UTC) + 8 * DAY}
            await tx.execute(lease.insert(), values)

    async with process(wire, keep, clock) as bot:
        await settled(wire, wire.member)
        assert await bot.terminate() == 0
