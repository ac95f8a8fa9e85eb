"""Kept check-ins. What was said and when, to the minute, is sealed; in the clear stand the hour and the expiry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.storage.engine import Found, Transaction
from bot.storage.ids import EntryId, MemberId, new_id
from bot.storage.rows import Document, Member, new_row, open_from, remove, replace_document, seal_for
from bot.storage.tables import entry, next_hour


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept check-in. `created` is the hour of the row, not of what an imported entry tells; `expires` an hour."""

    id: EntryId
    member_id: MemberId
    version: int
    created: datetime
    expires: datetime | None
    document: Document = field(repr=False)


class Entries:
    """The store of kept check-ins."""

    async def get(self, tx: Transaction, one: Member, id_: EntryId) -> Entry | None:
        """Find an entry of this member; another member's is not there."""
        query = select(entry).where(entry.c.id == id_, entry.c.member_id == one.id)
        row = (await tx.execute(query)).first()
        return _open(one, tx, row) if row else None

    async def add(
        self, tx: Transaction, one: Member, document: Document, now: datetime, *, expires: datetime | None
    ) -> Entry:
        """Keep a check-in; `expires` None keeps it until the member deletes it."""
        return (await self.add_many(tx, one, [(document, expires)], now))[0]

    async def add_many(
        self, tx: Transaction, one: Member, documents: Sequence[tuple[Document, datetime | None]], now: datetime
    ) -> list[Entry]:
        """Keep several, each with its expiry: an import."""
        key, added, values = one.key_in(tx), list[Entry](), list[dict[str, object]]()
        for document, expires in documents:
            id_, until = EntryId(new_id()), next_hour(expires)
            row = new_row(key, entry, id_, document, now, member_id=one.id, expires=until)
            values.append(row)
            added.append(Entry(id_, one.id, 1, row["created"], until, document))
        if values:
            await tx.execute(entry.insert(), values)
        return added

    async def update(self, tx: Transaction, member: Member, one: Entry, document: Document) -> Entry | None:
        """Replace what an entry says; None when it was changed or deleted since it was read."""
        sealed = seal_for(member.key_in(tx), entry, one.id, document)
        done = await replace_document(tx, entry, one.id, one.version, sealed)
        return replace(one, document=document, version=one.version + 1) if done else None

    async def delete(self, tx: Transaction, one: Member, id_: EntryId) -> bool:
        """Delete an entry of this member; False when it is not there."""
        return await remove(tx, entry, entry.c.id == id_, entry.c.member_id == one.id) == 1

    async def list_all(self, tx: Transaction, one: Member) -> list[Entry]:
        """List a member's entries, the oldest hour first."""
        query = select(entry).where(entry.c.member_id == one.id).order_by(entry.c.created, entry.c.id)
        return [_open(one, tx, row) for row in await tx.execute(query)]

    async def count(self, tx: Transaction, one: Member, since: datetime | None = None) -> int:
        """Count a member's entries, or those made since an hour."""
        query = select(func.count()).select_from(entry).where(entry.c.member_id == one.id)
        return (await tx.execute(query.where(entry.c.created >= since) if since else query)).scalar_one()

    async def set_expiry(self, tx: Transaction, one: Member, expires: Mapping[EntryId, datetime | None]) -> None:
        """Give entries another expiry: the member has chosen another retention."""
        where = (entry.c.id == bindparam("this"), entry.c.member_id == one.id)
        values = [{"this": id_, "until": next_hour(moment)} for id_, moment in expires.items()]
        if values:
            await tx.execute(update(entry).where(*where).values(expires=bindparam("until")), values)

    async def delete_expired(self, tx: Transaction, now: datetime, limit: int) -> int:
        """Delete up to `limit` entries whose time is over; give how many."""
        over = select(entry.c.id).where(entry.c.expires <= now).limit(limit)
        return await remove(tx, entry, entry.c.id.in_(over))


def _open(one: Member, tx: Transaction, row: Found) -> Entry:
    document = open_from(one.key_in(tx), entry, row)
    return Entry(row.id, row.member_id, row.version, row.created, row.expires, document)
