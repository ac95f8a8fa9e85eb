"""The job that deletes: at a confirmed time alone, nothing that is not due, and not much at once unasked."""

import logging
from datetime import timedelta

import discord
import pytest

from bot.domain.checkins.standing import At, Standing
from bot.domain.people import Place
from bot.domain.trusted_time import ConfirmedTime
from bot.jobs.health import JobHealth
from bot.jobs.retention import RetentionJob
from bot.services.pack import ServedPack
from bot.services.personal import Personal
from bot.storage.ids import new_id
from bot.storage.sessions import Guest
from bot.storage.storage import Storage
from bot.storage.tables import entry, member, member_key, session
from tests.conftest import PACK
from tests.jobs.believing import NOW, Process, World
from tests.services.keepers import ANNE, BO, CY, DAY, DEE, Clock, join, keep, open_over
from tests.storage.world import rows

YEAR = 400 * DAY
HOUR = timedelta(hours=1)


class Run:
    """One process with its job, over what two members keep."""

    def __init__(self, storage: Storage) -> None:
        self.world, self.health = World(), JobHealth()
        self.process = Process(self.world)
        self.personal: Personal = open_over(storage, Clock(NOW))
        self.restart()

    def restart(self) -> None:
        self.process = Process(self.world, self.world.now - DAY)
        client = discord.Client(intents=discord.Intents.none())
        self.job = RetentionJob(ServedPack(PACK, NOW), client, self.health)
        self.lease = self.process.lease(self.personal, self.job.name)

    async def round(self) -> None:
        await self.job.run(self.personal, self.lease)

    async def kept(self) -> list[int]:
        tables = (member, member_key, entry)
        return [len(await rows(self.personal.storage.database, table)) for table in tables]

    async def let_go(self) -> None:
        storage = self.personal.storage
        async with storage.database.transaction() as tx:
            seen = await storage.moments.get_confirmed(tx)
            assert seen is not None
            await storage.moments.put(tx, "let go", seen)


@pytest.fixture
async def run(storage: Storage) -> Run:
    made = Run(storage)
    await join(made.personal, ANNE, NOW, retention=30)
    await join(made.personal, BO, NOW, retention=365)
    return made


async def test_a_wrong_clock_takes_nothing_and_the_right_one_what_is_due(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for user in (ANNE, BO):
        await keep(run.personal, user, now=NOW)
    run.process.hear_twice()
    await run.round()
    run.world.now += 31 * DAY
    for off in (YEAR, -YEAR):
        run.world.off = off
        run.restart()
        await run.round()  # Discord tells nothing
        run.process.hear(off)  # and now once what the machine shows
        await run.round()
        assert await run.kept() == [2, 2, 2]
    run.process.hear_twice()
    await run.round()

    assert await run.kept() == [2, 2, 1]
    assert "Deleted what was over: check-ins 1, members 0, copies 0" in caplog.text


async def test_after_the_clock_was_ahead_rounds_go_on_at_once(run: Run) -> None:
    run.process.hear_twice(8 * DAY)  # Discord said so twice, and was wrong
    await run.round()
    await keep(run.personal, ANNE, now=NOW - 31 * DAY)
    run.process.hear_twice()
    await run.round()

    assert (await run.kept())[2] == 0


@pytest.mark.parametrize("due", [50, 51])
async def test_much_at_once_waits_for_the_operator(run: Run, due: int, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(60):
        await keep(run.personal, ANNE if n < due else BO, now=NOW)
    async with run.personal.storage.database.transaction() as tx:
        for user in (ANNE, BO):
            found = await run.personal.people.find(tx, user)
            assert found
            await run.personal.storage.sessions.add(tx, found.member, {}, NOW, expires=NOW + DAY)
    run.world.now += 31 * DAY
    run.process.hear_twice()
    await run.round()
    if due == 50:
        assert (await run.kept())[2] == 10
        assert run.health.rounds_held == 0
        return

    assert (await run.kept())[2] == 60
    assert run.health.rounds_held == 1
    assert "Time would take check-ins 51 of 60 and members 0 of 2 at once" in caplog.text
    run.world.now += HOUR
    run.process.hear_twice()
    await run.round()
    assert await rows(run.personal.storage.database, session) == []  # what nobody keeps is not held up

    await run.let_go()
    run.process.hear()
    await run.round()

    assert (await run.kept())[2] == 9
    run.world.now += 2 * HOUR
    run.process.hear_twice()
    await run.round()
    assert run.health.rounds_held == 0


async def test_whoever_ends_what_is_over_has_an_hour_for_it_also_after_the_bot_was_away(run: Run) -> None:
    """Its message is drawn as ended by another job; what that cannot open goes an hour later, and not a day."""
    database = run.personal.storage.database
    begun = await run.personal.checkins.begin(At(CY, new_id(), place=Place(5, 6)), "steps", 1)
    assert isinstance(begun, Standing)
    async with run.personal.storage.database.transaction() as tx:
        await run.personal.storage.sessions.add(tx, Guest(DEE), {"kind": "of a later version"}, NOW, expires=NOW + DAY)
    run.world.now += 3 * DAY
    run.process.hear_twice()
    await run.round()
    await run.let_go()
    run.world.now += HOUR / 60
    await run.round()
    assert len(await rows(database, session)) == 2
    assert await run.personal.folding.end(ConfirmedTime(run.world.now)) == [Place(5, 6)]
    run.world.now += HOUR
    run.process.hear_twice()
    await run.round()

    assert await rows(database, session) == []


async def test_what_the_operator_let_go_lets_nothing_go_that_is_due_later(run: Run) -> None:
    run.process.hear_twice()
    await run.round()
    await run.let_go()
    for _ in range(60):
        await keep(run.personal, ANNE, now=run.world.now)
    run.world.now += 31 * DAY
    run.process.hear_twice()
    await run.round()

    assert (await run.kept())[2] == 60


async def test_what_was_let_go_by_a_time_that_was_wrong_is_not_let_go(run: Run) -> None:
    run.process.hear_twice(8 * DAY)  # Discord said so twice, and was wrong
    await run.round()
    await run.let_go()
    run.process.hear_twice()
    await run.round()
    for _ in range(60):
        await keep(run.personal, ANNE, now=NOW - 25 * DAY)
    run.world.now += 6 * DAY
    run.process.hear_twice()
    await run.round()

    assert (await run.kept())[2] == 60
    assert run.health.rounds_held == 1


async def test_many_members_at_once_wait_as_well_and_are_told_meanwhile(run: Run) -> None:
    for user in range(1000, 1051):
        await join(run.personal, user, NOW - 2 * YEAR)
    run.process.hear_twice()
    await run.round()
    assert await run.kept() == [53, 53, 0]

    await run.let_go()
    run.process.hear()
    await run.round()
    assert await run.kept() == [2, 2, 0]
