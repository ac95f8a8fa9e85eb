"""Runs jobs: a loop for each, a lease for each, and the one place where what goes wrong in one is caught."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from discord.ext import tasks
from discord.utils import utcnow

from bot.cogs.presses import name_trouble, trace_of
from bot.errors import StorageError

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.storage.engine import Database
    from bot.storage.leases import Leases

EVERY: Final = 30.0  # seconds
LONGEST_END: Final = 5.0  # seconds that what is under way has to come to a good end

_HOLDER_BYTES: Final = 16

log = logging.getLogger(__name__)


class Opened(Protocol):
    """The services of one half of the bot, once they are open; the runner itself needs no more of them than this."""

    @property
    def database(self) -> "Database":
        """Where the leases are."""
        ...

    @property
    def leases(self) -> "Leases":
        """The leases."""
        ...


_Services = TypeVar("_Services", bound=Opened)
_Taken_contra = TypeVar("_Taken_contra", bound=Opened, contravariant=True)


class Job(Protocol[_Taken_contra]):
    """Something time calls for. `name` is its lease's."""

    @property
    def name(self) -> str:
        """What its lease is called; never changed, for processes of two versions may run side by side."""
        ...

    async def run(self, opened: _Taken_contra, lease: "Lease", /) -> None:
        """Do what is due. Before each thing done, `lease.hold()`; when that is False, another process is at it."""
        ...


@dataclass(frozen=True, slots=True)
class Duty(Generic[_Services]):
    """A job, and what gives it the services it works with; that raises StorageError while they cannot be had."""

    job: Job[_Services]
    open: Callable[[], Awaitable[_Services]]


class Jobs:
    """The loops, of any half. Start them on a running loop; the first round comes after one pause.

    `every` is in seconds.
    """

    def __init__(self, clock: Callable[[], datetime], duties: Sequence[Duty[Any]], every: float = EVERY) -> None:
        self._clock = clock
        self._holder = secrets.token_bytes(_HOLDER_BYTES)
        self._leases: dict[str, Lease] = {}
        self._busy = set[tasks.Loop[Any]]()
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

    def _make(self, duty: Duty[Any], every: float) -> tasks.Loop[Any]:
        first = True

        async def tick() -> None:
            nonlocal first
            _let_go_of_missed_rounds(loop, every)
            if first:
                first = False
                return
            self._busy.add(loop)
            try:
                await self._run(duty)
            finally:
                self._busy.discard(loop)

        loop: tasks.Loop[Any] = tasks.loop(seconds=every, name=f"job {duty.job.name}")(tick)
        return loop

    async def _run(self, duty: Duty[Opened]) -> None:
        job = duty.job
        try:
            opened = await duty.open()
            lease = self._leases.get(job.name) or self._lease(opened, job.name)
            if await lease.hold():
                await job.run(opened, lease)
        except StorageError as error:
            log.error("The job %s cannot have what is kept: %s", job.name, error)  # noqa: TRY400  # said in full
        except Exception as error:  # noqa: BLE001  # the one place: whatever failed, the next round comes
            trace = trace_of(error)
            log.error("The job %s failed: %s\n%s", job.name, name_trouble(error), trace)  # noqa: TRY400  # without its text

    def _lease(self, opened: Opened, name: str) -> "Lease":
        from bot.services.leasing import Lease  # noqa: PLC0415  # brings the database with it, which is open by now

        lease = self._leases[name] = Lease(opened.database, opened.leases, name, self._holder, self._clock)
        return lease


def _let_go_of_missed_rounds(loop: tasks.Loop[Any], every: float) -> None:
    """Put the next round `every` seconds from now at the latest; call it from within a round.

    A machine that slept a night would else make up for it, round by round.
    """
    if loop.next_iteration is None:
        return
    since = utcnow() - loop.next_iteration + timedelta(seconds=loop.seconds or 0)
    loop.change_interval(seconds=every if since.total_seconds() < every else every + since.total_seconds())
