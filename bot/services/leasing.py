"""Which process runs a job, and at what time: taken for a minute, renewed while it works, given up at the end."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.trusted_time import Clock, ConfirmedTime, Doubt, is_due
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.leases import Leases
    from bot.storage.moments import Moments

RENEWED_EACH: Final = timedelta(seconds=15)  # of the 60 it lasts


class Leasing(Protocol):
    """What a lease needs of an open storage."""

    @property
    def database(self) -> "Database":
        """Where leases and moments are."""
        ...

    @property
    def leases(self) -> "Leases":
        """The leases."""
        ...

    @property
    def moments(self) -> "Moments":
        """The moments."""
        ...


class Lease:
    """One job's lease, as one process holds it. `holder` is 16 random bytes made by each process at its start.

    It is held at a confirmed time alone: nothing that cannot be undone is done at another.
    """

    def __init__(self, opened: Leasing, job: str, holder: bytes, clock: Clock) -> None:
        self._opened = opened
        self._job, self._holder, self._clock = job, RowId(holder), clock
        self._seen: datetime | None = None
        self._taken: datetime | None = None
        self._retired = False
        self.doubt: Doubt | None = None
        """Why there was no confirmed time when it was last asked for."""

    async def hold(self) -> ConfirmedTime | None:
        """Take the job or keep it, writing at most each 15 seconds, and give the time.

        None when the time is not confirmed, or another process has the job, or is to have it.
        """
        if self._retired:
            return None
        if self._taken is not None:
            now = self._clock.confirm(self._seen)
            if not isinstance(now, Doubt) and not is_due(self._taken, RENEWED_EACH, now):
                return now
        now = self._taken = await in_transaction(self._opened.database, self._take)
        return now

    def retire(self) -> None:
        """Begin nothing more: from now on it is not held, though nobody else has it yet."""
        self._retired = True

    async def give_up(self) -> None:
        """Let another process have the job at once."""
        if self._taken is None:
            return
        self._taken = None

        async def work(tx: "Transaction") -> None:
            await self._opened.leases.delete(tx, self._job, self._holder)

        await in_transaction(self._opened.database, work)

    async def _take(self, tx: "Transaction") -> ConfirmedTime | None:
        moments = self._opened.moments
        self._seen = await moments.get_confirmed(tx)
        now = self._clock.confirm(self._seen)
        self.doubt = now if isinstance(now, Doubt) else None
        if isinstance(now, Doubt):
            return None
        await moments.note_confirmed(tx, self._seen, now)
        return now if await self._opened.leases.take(tx, self._job, self._holder, now) else None
