"""Which process runs a job: taken for a minute, renewed while it works, given up at the end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.transactions import in_transaction
from bot.storage.ids import RowId

if TYPE_CHECKING:
    from bot.storage.engine import Database, Transaction
    from bot.storage.leases import Leases

RENEWED_EACH: Final = timedelta(seconds=15)  # of the 60 it lasts


class Lease:
    """One job's lease, as one process holds it. `holder` is 16 random bytes made by each process at its start."""

    def __init__(
        self, database: "Database", leases: "Leases", job: str, holder: bytes, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._leases = database, leases
        self._job, self._holder, self._clock = job, RowId(holder), clock
        self._taken: datetime | None = None
        self._retired = False

    async def hold(self) -> bool:
        """Take the job or keep it, writing at most each 15 seconds; False when another process has it, or is to."""
        now = self._clock()
        if self._retired:
            return False
        if self._taken is not None and timedelta(0) <= now - self._taken < RENEWED_EACH:
            return True

        async def work(tx: "Transaction") -> bool:
            return await self._leases.take(tx, self._job, self._holder, now)

        self._taken = now if await in_transaction(self._database, work) else None
        return self._taken is not None

    def retire(self) -> None:
        """Begin nothing more: from now on it is not held, though nobody else has it yet."""
        self._retired = True

    async def give_up(self) -> None:
        """Let another process have the job at once."""
        if self._taken is None:
            return
        self._taken = None

        async def work(tx: "Transaction") -> None:
            await self._leases.delete(tx, self._job, self._holder)

        await in_transaction(self._database, work)
