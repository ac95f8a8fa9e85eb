"""Which process runs a job: the one whose lease has not run out."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select, update

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Transaction
from bot.storage.ids import RowId
from bot.storage.statements import add_once, remove
from bot.storage.tables import lease

LASTS: Final = timedelta(seconds=60)
READY: Final = "ready"  # no job's: by taking it a process sees that it can write
_SKEW: Final = timedelta(seconds=30)  # that two machines' clocks may differ by


class Leases:
    """The store of leases. A holder is a random id made by each process at its start.

    One that ends later than a lease can is of a process whose clock was wrong, and nobody's.
    """

    async def get(self, tx: Transaction, job: str, now: datetime) -> RowId | None:
        """Say who holds a job now."""
        query = select(lease.c.holder).where(
            lease.c.job == job, lease.c.until > now, lease.c.until <= now + LASTS + _SKEW
        )
        return (await tx.execute(query)).scalar()

    async def list_jobs(self, tx: Transaction) -> dict[str, datetime]:
        """Give until when each job is held or was held last; what is done for one person at a time is none."""
        is_job = and_(lease.c.job != READY, lease.c.job.not_like("own:%"))
        query = select(lease.c.job, lease.c.until).where(is_job).order_by(lease.c.job)
        return {row.job: row.until for row in await tx.execute(query)}

    async def take(self, tx: Transaction, job: str, holder: RowId, now: datetime) -> bool:
        """Take a job, or renew it; False when another process holds it."""
        values = {"holder": holder, "until": now + LASTS}
        free = or_(lease.c.holder == holder, lease.c.until <= now, lease.c.until > now + LASTS + _SKEW)
        renewed = await tx.execute(update(lease).where(lease.c.job == job, free).values(values))
        return renewed.rowcount == 1 or await add_once(tx, lease, {"job": job, **values})

    async def delete(self, tx: Transaction, job: str, holder: RowId) -> bool:
        """Give a job up; False when it was another's."""
        return await remove(tx, lease, lease.c.job == job, lease.c.holder == holder) == 1

    async def delete_lapsed(self, tx: Transaction, now: ConfirmedTime, before: ConfirmedTime) -> int:
        """Forget leases that had run out `before`, of processes that died, or that end when none can; give how many."""
        return await remove(tx, lease, or_(lease.c.until < before, lease.c.until > now + LASTS + _SKEW))

    async def delete_all(self, tx: Transaction) -> None:
        """Give every job up, of processes that are known to be dead."""
        await remove(tx, lease)
