"""Situations: a member's own labels for what their check-ins are about."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import func, select

from bot.storage.database import Found, Transaction
from bot.storage.ids import MemberId, SituationId, new_id
from bot.storage.opening import open_all
from bot.storage.rows import Member, new_row, open_from, seal_for
from bot.storage.statements import Document, remove, replace_document
from bot.storage.tables import member, situation


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation; `created` is an hour."""

    id: SituationId
    member_id: MemberId
    version: int
    created: datetime
    document: Document = field(repr=False)


class Situations:
    """The store of situations."""

    async def hold(self, tx: Transaction, one: Member) -> None:
        """Keep others from naming this member's situations until the transaction ends: no label comes twice."""
        # On SQLite a writing transaction is alone, and SQLAlchemy leaves the clause out.
        await tx.execute(select(member.c.id).where(member.c.id == one.id).with_for_update(key_share=True))

    async def get(self, tx: Transaction, one: Member, id_: SituationId) -> Situation | None:
        """Find a situation of this member; another member's is not there."""
        query = select(situation).where(situation.c.id == id_, situation.c.member_id == one.id)
        row = (await tx.execute(query)).first()
        return _open(one, tx, row) if row else None

    async def add(self, tx: Transaction, one: Member, document: Document, now: datetime) -> Situation:
        """Make a situation."""
        id_ = SituationId(new_id())
        row = new_row(one.key_in(tx), situation, id_, document, now, member_id=one.id)
        await tx.execute(situation.insert().values(row))
        return Situation(id_, one.id, 1, row["created"], document)

    async def update(self, tx: Transaction, member: Member, one: Situation, document: Document) -> Situation | None:
        """Replace what a situation says; None when it was changed or deleted since it was read."""
        sealed = seal_for(member.key_in(tx), situation, one.id, document)
        done = await replace_document(tx, situation, one.id, one.version, sealed)
        return replace(one, document=document, version=one.version + 1) if done else None

    async def delete(self, tx: Transaction, one: Member, id_: SituationId) -> bool:
        """Delete a situation; its entries name it in their sealed documents and are the caller's to delete first."""
        return await remove(tx, situation, situation.c.id == id_, situation.c.member_id == one.id) == 1

    async def list_all(self, tx: Transaction, one: Member) -> list[Situation]:
        """List a member's situations, the oldest hour first; one that does not open is left out."""
        query = select(situation).where(situation.c.member_id == one.id).order_by(situation.c.created, situation.c.id)
        return open_all(await tx.execute(query), partial(_open, one, tx), "A label")

    async def count(self, tx: Transaction, one: Member) -> int:
        """Count a member's situations."""
        query = select(func.count()).select_from(situation).where(situation.c.member_id == one.id)
        return (await tx.execute(query)).scalar_one()


def _open(one: Member, tx: Transaction, row: Found) -> Situation:
    document = open_from(one.key_in(tx), situation, row)
    return Situation(row.id, row.member_id, row.version, row.created, document)
