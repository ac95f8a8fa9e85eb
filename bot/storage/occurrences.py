"""What was sent of what time calls for: one row for each sending, so that a crash loses one rather than doubles it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import select, update

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Found, Transaction
from bot.storage.ids import OccurrenceId, RowId, new_id
from bot.storage.statements import add_once, remove
from bot.storage.tables import occurrence, server, this_hour

State: TypeAlias = Literal["sending", "sent"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One sending of one thing; its id is the nonce and stands in the buttons. `created` is an hour."""

    id: OccurrenceId
    what: RowId
    due: datetime
    state: State
    created: datetime


class Occurrences:
    """The store of sendings."""

    async def get(self, tx: Transaction, id_: OccurrenceId) -> Occurrence | None:
        """Find a sending by the id its buttons carry."""
        row = (await tx.execute(select(occurrence).where(occurrence.c.id == id_))).first()
        return _made(row) if row else None

    async def add(self, tx: Transaction, what: RowId, due: datetime, now: datetime) -> Occurrence | None:
        """Claim the sending of a thing at a time, in state `sending`; None when it was claimed before."""
        one = Occurrence(OccurrenceId(new_id()), what, due, "sending", this_hour(now))
        values = {"id": one.id, "what": what, "due": due, "state": one.state, "created": one.created}
        return one if await add_once(tx, occurrence, values) else None

    async def update(self, tx: Transaction, id_: OccurrenceId) -> bool:
        """Note that a sending was sent; False when that was noted before or it is gone."""
        change = update(occurrence).where(occurrence.c.id == id_, occurrence.c.state == "sending")
        return (await tx.execute(change.values(state="sent"))).rowcount == 1

    async def delete(self, tx: Transaction, id_: OccurrenceId) -> bool:
        """Forget a sending."""
        return await remove(tx, occurrence, occurrence.c.id == id_) == 1

    async def list_sending(self, tx: Transaction, limit: int, *, of_servers: bool = False) -> list[Occurrence]:
        """List what may or may not have been sent, to members or to servers, the earliest due first."""
        servers = select(server.c.id)
        whose = occurrence.c.what.in_(servers) if of_servers else occurrence.c.what.not_in(servers)
        query = select(occurrence).where(occurrence.c.state == "sending", whose)
        return [_made(row) for row in await tx.execute(query.order_by(occurrence.c.due).limit(limit))]

    async def delete_old(self, tx: Transaction, now: ConfirmedTime, kept: timedelta) -> int:
        """Forget sendings noted so long ago, counted from their hours; give how many."""
        return await remove(tx, occurrence, occurrence.c.created < now - kept)


def _made(row: Found) -> Occurrence:
    return Occurrence(row.id, row.what, row.due, row.state, row.created)
