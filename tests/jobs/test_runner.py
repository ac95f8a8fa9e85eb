"""The runner: rounds that go on whatever a job does, one process at a time, and an end that waits for what is begun."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import discord.utils
import pytest
from discord.ext import tasks

from bot.config import CheckIns, Settings, StorageSettings
from bot.domain.trusted_time import SimulatedClock
from bot.errors import StorageError
from bot.jobs.health import JobHealth
from bot.jobs.runner import Duty, Jobs
from bot.services.leasing import Lease
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.storage.keyfile import new_key_file
from bot.storage.tables import lease
from bot.transport.discord_clock import DiscordClock
from tests.conftest import PACK
from tests.storage.world import NOW, rows

ROUND = 0.005
CANARY = "zebra canary"


class Counting:
    """A job that counts its rounds, does what it was given, and says when a round was there."""

    name = "counting"

    def __init__(self, act: Callable[[Lease], Any] | None = None) -> None:
        self._act = act
        self.rounds = 0
        self._wanted: tuple[int, asyncio.Future[None]] | None = None

    async def run(self, _: Any, lease: Lease) -> None:
        self.rounds += 1
        if self._wanted and self.rounds >= self._wanted[0] and not self._wanted[1].done():
            self._wanted[1].set_result(None)
        if self._act:
            await self._act(lease)

    async def reached(self, rounds: int) -> None:
        self._wanted = (rounds, asyncio.get_running_loop().create_future())
        await self._wanted[1]


def now() -> datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path, address: str) -> Settings:
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    new_key_file(key)
    return Settings(
        content=PACK,
        check_ins=CheckIns(enabled=True),
        storage=StorageSettings(database=address, key_files=(key,)),
    )


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    made = Door(settings, ServedPack(PACK, NOW), now)
    yield made
    await made.close()


def jobs(door: Door, *made: Counting) -> Jobs:
    return Jobs(SimulatedClock(now), [Duty(one, door.personal) for one in made], JobHealth(), ROUND)


async def test_a_job_that_fails_is_named_without_its_words_and_runs_again(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: Lease) -> None:
        raise RuntimeError(CANARY)

    async def refuse(_: Lease) -> None:
        raise StorageError("The disk is full.")

    failing, refusing = Counting(fail), Counting(refuse)
    refusing.name = "refusing"
    running = jobs(door, failing, refusing)
    running.start()
    await asyncio.gather(failing.reached(3), refusing.reached(3))
    await running.stop()

    assert "The job counting failed: RuntimeError" in caplog.text
    assert "The job refusing cannot have what is kept: The disk is full." in caplog.text
    assert CANARY not in caplog.text
    assert "test_runner.py" in caplog.text  # where it happened


async def test_rounds_that_were_slept_through_are_not_made_up_for(door: Door) -> None:
    began = list[float]()

    async def work(_: Lease) -> None:
        began.append(time.monotonic())
        if len(began) == 1:
            time.sleep(40 * ROUND)  # noqa: ASYNC251  # nothing else may go on, as in a machine that sleeps

    job = Counting(work)
    running = jobs(door, job)
    running.start()
    await job.reached(10)
    await running.stop()

    assert began[9] - began[1] > 6 * ROUND


@pytest.mark.parametrize("within", [False, True])
async def test_rounds_go_on_when_the_machine_s_clock_is_set_back(
    door: Door, monkeypatch: pytest.MonkeyPatch, *, within: bool
) -> None:
    """Between two rounds, or within one: discord.py's loops would wait for the time that was shown before."""
    ahead = timedelta(days=8)

    class Shown(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + ahead

    shown = SimpleNamespace(datetime=Shown, timezone=timezone, timedelta=timedelta)
    for module in (discord.utils, tasks):
        monkeypatch.setattr(module, "datetime", shown)

    async def work(_: Lease) -> None:
        nonlocal ahead
        if within and job.rounds == 2:
            ahead = timedelta()

    job = Counting(work)
    running = jobs(door, job)
    running.start()
    await job.reached(2)
    ahead = timedelta()
    await job.reached(6)
    await running.stop()


async def test_a_job_that_runs_again_after_it_failed_says_so(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def fail(_: Lease) -> None:
        if job.rounds <= 3:
            raise StorageError("The disk is full.")

    job = Counting(fail)
    running = jobs(door, job)
    running.start()
    await job.reached(5)
    await running.stop()

    assert "The job counting runs again; it had failed 3 times" in caplog.text


async def test_a_job_is_not_run_while_the_time_is_in_doubt_and_says_so(
    door: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.health.TOLD_AFTER", 0.0)
    clock, job, health, heard = DiscordClock(), Counting(), JobHealth(), Heard("No job runs and nothing lapses")
    log = logging.getLogger("bot.jobs.health")
    log.addHandler(heard)
    running = Jobs(clock, [Duty(job, door.personal)], health, ROUND)
    running.start()
    await heard.said.wait()
    assert job.rounds == 0
    assert not health.time_confirmed

    clock.hear_answer(format_datetime(datetime.now(UTC), usegmt=True))
    await job.reached(1)
    await running.stop()
    log.removeHandler(heard)

    assert health.time_confirmed
    assert "Discord has not said what time it is" in caplog.text


async def test_one_runs_a_job_and_another_goes_on_once_it_ends(door: Door) -> None:
    counted = [Counting(), Counting()]
    one, two = (jobs(door, job) for job in counted)
    one.start()
    await counted[0].reached(2)
    two.start()
    await counted[0].reached(10)
    assert counted[1].rounds == 0

    await one.stop()
    await counted[1].reached(2)

    await two.stop()
    assert await rows((await door.personal()).storage.database, lease) == []


async def test_what_is_begun_ends_well_and_nothing_is_begun_after(door: Door) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    done = list[str]()

    async def work(lease: Lease) -> None:
        for step in ("first", "second", "third"):
            if not await lease.hold():
                return
            begun.set()
            await go_on.wait()
            done.append(step)

    job = Counting(work)
    running = jobs(door, job)
    running.start()
    await begun.wait()
    ending = asyncio.create_task(running.stop())
    await asyncio.sleep(0)
    go_on.set()
    await ending

    assert done == ["first"]
    assert job.rounds == 1


class Heard(logging.Handler):
    """Waits until something is said in the log."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.said = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._text in record.getMessage():
            self.said.set()


async def test_storage_that_cannot_be_opened_is_tried_again_each_round(settings: Settings) -> None:
    lost = settings.storage.key_files[0]
    away = lost.rename(lost.with_name("away"))
    door = Door(settings, ServedPack(PACK, NOW), now)
    job, heard = Counting(), Heard("The job counting cannot have what is kept")
    log = logging.getLogger("bot.jobs.runner")
    log.addHandler(heard)
    running = jobs(door, job)
    running.start()
    await heard.said.wait()
    log.removeHandler(heard)
    assert job.rounds == 0

    away.rename(lost)
    await job.reached(1)

    await running.stop()
    await door.close()
