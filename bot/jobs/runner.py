"""Runs jobs: a loop for each, a lease for each, and the one place where what goes wrong in one is caught."""

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from discord.ext import tasks
from discord.utils import MISSING, utcnow
from typing_extensions import override

from bot.cogs.presses import name_trouble, trace_of
from bot.domain.trusted_time import Clock
from bot.errors import StorageError
from bot.jobs.health import JobHealth

if TYPE_CHECKING:
    from bot.services.leasing import Lease, Leasing

EVERY: Final = 30.0  # seconds
LONGEST_END: Final = 2.5  # seconds that what is under way has to come to a good end

_HOLDER_BYTES: Final = 16
_SOONER: Final = 3  # what another process has is looked at so many times as often

log = logging.getLogger(__name__)


_Services = TypeVar("_Services", bound="Leasing")
_Taken_contra = TypeVar("_Taken_contra", bound="Leasing", contravariant=True)


class Job(Protocol[_Taken_contra]):
    """Something time calls for. `name` is its lease's."""

    @property
    def name(self) -> str:
        """What its lease is called; never changed, for processes of two versions may run side by side."""
        ...

    async def run(self, opened: _Taken_contra, lease: "Lease", /) -> None:
        """Do what is due at the time that `lease.hold()` gives; without one, another process is at it, or none may be.

        Ask it before each thing done.
        """
        ...


@dataclass(frozen=True, slots=True)
class Duty(Generic[_Services]):
    """A job, and what gives it the services it works with; that raises StorageError while they cannot be had."""

    job: Job[_Services]
    open: Callable[[], Awaitable[_Services]]


class _Rounds(tasks.Loop[Any]):
    """A loop whose next round is a pause from now, whatever the clock showed when the last one began.

    discord.py counts from the round before, by the wall clock: a machine that slept would make up for all it missed,
    and one whose clock was ahead would wait until that time has come.
    """

    @override
    def _get_next_sleep_time(self, now: datetime | None = None) -> datetime:
        return utcnow() + timedelta(seconds=self.seconds or 0)


class Jobs:
    """The loops, of any half. Start them on a running loop; the first round comes after one pause.

    `every` is in seconds.
    """

    def __init__(self, clock: Clock, duties: Sequence[Duty[Any]], health: JobHealth, every: float = EVERY) -> None:
        self._clock, self._health = clock, health
        self._holder = secrets.token_bytes(_HOLDER_BYTES)
        self._leases: dict[str, Lease] = {}
        self._failed = Counter[str]()
        self._busy = set[_Rounds]()
        self._loops = [self._make(duty, every) for duty in duties]

    def start(self) -> None:
        """Begin; needs a running event loop."""
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """Let what is under way end, begin nothing more, and let other processes go on at once."""
        running = {task for loop in self._loops if (task := loop.get_task()) is not None}
        for lease in self._leases.values():
            lease.retire()
        for loop in self._loops:
            if loop in self._busy:
                loop.stop()
            else:
                loop.cancel()
        if running:
            _, late = await asyncio.wait(running, timeout=LONGEST_END)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        for lease in self._leases.values():
            with contextlib.suppress(StorageError):  # it lapses by itself within a minute
                await lease.give_up()
        self._leases.clear()

    def _make(self, duty: Duty[Any], every: float) -> _Rounds:
        first = True

        async def tick() -> None:
            nonlocal first
            if first:
                first = False
                return
            self._busy.add(loop)
            pause = every
            try:
                if not await self._run(duty):
                    pause /= _SOONER
            finally:
                self._busy.discard(loop)
                loop.change_interval(seconds=pause)  # from now, and not from when the round began

        loop = _Rounds(tick, every, 0, 0, MISSING, None, reconnect=True, name=f"job {duty.job.name}")
        self._health.expect(duty.job.name)
        return loop

    async def _run(self, duty: "Duty[Leasing]") -> bool:
        """Come round once; False where another process has the job, and may be gone before long."""
        job = duty.job
        try:
            opened = await duty.open()
            lease = self._leases.get(job.name) or self._lease(opened, job.name)
            held = await lease.hold()
            self._health.note_time(lease.doubt)
            if held:
                await job.run(opened, lease)
                self._health.note_run(job.name)
            elif lease.doubt is None:
                self._health.note_run(job.name)
                return False
            if held and (failed := self._failed.pop(job.name, 0)):
                log.info("The job %s runs again; it had failed %d times", job.name, failed)
        except StorageError as error:
            self._failed[job.name] += 1
            log.error("The job %s cannot have what is kept: %s", job.name, error)  # noqa: TRY400  # said in full
        except Exception as error:  # noqa: BLE001  # the one place: whatever failed, the next round comes
            self._failed[job.name] += 1
            trace = trace_of(error)
            log.error("The job %s failed: %s\n%s", job.name, name_trouble(error), trace)  # noqa: TRY400  # without its text
        return True

    def _lease(self, opened: "Leasing", name: str) -> "Lease":
        from bot.services.leasing import Lease  # noqa: PLC0415  # brings the database with it, which is open by now

        lease = self._leases[name] = Lease(opened, name, self._holder, self._clock)
        return lease
