"""Which process runs a job: the one whose lease has not run out."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from bot.storage.engine import Transaction, add_once
from bot.storage.ids import RowId
from bot.storage.statements import remove
from bot.storage.tables import lease

LASTS: Final = timedelta(seconds=60)


class Leases:
    """The store of leases. A holder is a random id made by each process at its start."""

    async def get(self, tx: Transaction, job: str, now: datetime) -> RowId | None:
        """Say who holds a job now."""
        query = select(lease.c.holder).where(lease.c.job == job, lease.c.until > now)
        return (await tx.execute(query)).scalar()

    async def take(self, tx: Transaction, job: str, holder: RowId, now: datetime) -> bool:
        """Take a job, or renew it; False when another process holds it."""
        values = {"holder": holder, "until": now + LASTS}
        free = or_(lease.c.holder == holder, lease.c.until <= now)
        renewed = await tx.execute(update(lease).where(lease.c.job == job, free).values(values))
        return renewed.rowcount == 1 or await add_once(tx, lease, {"job": job, **values})

    async def delete(self, tx: Transaction, job: str, holder: RowId) -> bool:
        """Give a job up; False when it was another's."""
        return await remove(tx, lease, lease.c.job == job, lease.c.holder == holder) == 1

    async def delete_lapsed(self, tx: Transaction, before: datetime) -> int:
        """Forget leases that ran out before a moment, of processes that died; give how many."""
        return await remove(tx, lease, lease.c.until < before)
