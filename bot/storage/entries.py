"""Kept check-ins. What was said and when, to the minute, is sealed; in the clear stand the hour and the expiry."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, type_coerce, update

from bot.domain.mass_deletion import Share
from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Found, Transaction
from bot.storage.errors import CannotOpen, IdTaken
from bot.storage.ids import EntryId, MemberId, new_id
from bot.storage.rows import Member, new_row, open_from, seal_for
from bot.storage.statements import Document, add_once, remove, replace_document
from bot.storage.tables import entry, next_hour
from bot.storage.vault import DataKey

_BATCH: Final = 500
_Made = TypeVar("_Made")

log = logging.getLogger(__name__)


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

    async def add(  # noqa: PLR0913  # what a row says, each by its name
        self,
        tx: Transaction,
        one: Member,
        document: Document,
        now: datetime,
        *,
        expires: datetime | None,
        id_: EntryId | None = None,
    ) -> Entry:
        """Keep a check-in; `expires` None keeps it until the member deletes it.

        An entry may carry the id its session had: kept a second time, it is given as it stands, not doubled.

        Raises:
            IdTaken: another member's entry has the given id.
        """
        added, row = _made(tx, one, id_ or EntryId(new_id()), document, expires, now)
        if await add_once(tx, entry, row):
            return added
        there = await self.get(tx, one, added.id)
        if there is None:
            raise IdTaken
        return there

    async def add_many(
        self, tx: Transaction, one: Member, documents: Sequence[tuple[Document, datetime | None]], now: datetime
    ) -> list[Entry]:
        """Keep several, each with its expiry: an import."""
        made = await asyncio.to_thread(
            lambda: [_made(tx, one, EntryId(new_id()), document, expires, now) for document, expires in documents]
        )
        if made:
            await tx.execute(entry.insert(), [row for _, row in made])
        return [added for added, _ in made]

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
        return await self.read_all(tx, one, _as_it_is)

    async def read_all(self, tx: Transaction, one: Member, read: Callable[[Entry], _Made]) -> list[_Made]:
        """Give what `read` makes of each entry, the oldest hour first.

        There may be thousands: they are opened and read in batches, in a thread, and only what is made of them stays.
        """

        def read_batch(rows: Sequence[Found]) -> list[_Made]:
            return [read(_open(one, tx, row)) for row in rows]

        query = select(entry).where(entry.c.member_id == one.id).order_by(entry.c.created, entry.c.id).limit(_BATCH)
        made, batch = list[_Made](), (await tx.execute(query)).all()
        while batch:
            made += await asyncio.to_thread(read_batch, batch)
            last = batch[-1]
            later = or_(entry.c.created > last.created, and_(entry.c.created == last.created, entry.c.id > last.id))
            batch = (await tx.execute(query.where(later))).all()
        return made

    async def list_versions(self, tx: Transaction, one: Member) -> dict[EntryId, int]:
        """Give the version of each of a member's entries; none of them is opened."""
        found = await tx.execute(select(entry.c.id, entry.c.version).where(entry.c.member_id == one.id))
        return {row.id: row.version for row in found}

    async def replace_many(self, tx: Transaction, one: Member, documents: Mapping[EntryId, Document]) -> None:
        """Replace what several entries say, of a member got `alone`: nobody else changes them meanwhile."""
        values = await asyncio.to_thread(_sealed, one.key_in(tx), documents)
        if values:
            change = update(entry).where(entry.c.id == bindparam("this"), entry.c.member_id == one.id)
            await tx.execute(change.values(sealed=bindparam("again"), version=entry.c.version + 1), values)

    async def delete_many(self, tx: Transaction, one: Member, ids: Sequence[EntryId]) -> int:
        """Delete several entries of this member; give how many were there."""
        batches = (ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH))
        return sum([await remove(tx, entry, entry.c.id.in_(some), entry.c.member_id == one.id) for some in batches])

    async def count(self, tx: Transaction, one: Member, since: datetime | None = None) -> int:
        """Count a member's entries, or those made since an hour."""
        query = select(func.count()).select_from(entry).where(entry.c.member_id == one.id)
        return (await tx.execute(query.where(entry.c.created >= since) if since else query)).scalar_one()

    async def measure(self, tx: Transaction, one: Member) -> tuple[int, int]:
        """Count a member's entries, and the bytes they take."""
        query = select(func.count(), func.coalesce(func.sum(func.length(entry.c.sealed)), 0))
        count, size = (await tx.execute(query.where(entry.c.member_id == one.id))).one()
        return count, int(size)

    async def set_retention(self, tx: Transaction, one: Member, lasting: timedelta | None) -> None:
        """Give a member's entries another expiry, counted from the hour they came in; None until they are deleted."""
        created = type_coerce(entry.c.created, BigInteger)
        until = None if lasting is None else created + int(lasting.total_seconds())
        await tx.execute(
            update(entry).where(entry.c.member_id == one.id).values(expires=type_coerce(until, BigInteger))
        )

    async def delete_over(self, tx: Transaction, one: Member, now: datetime) -> int:
        """Delete what is over of a member's entries, because they asked for it; give how many."""
        return await remove(tx, entry, entry.c.member_id == one.id, entry.c.expires <= now)

    async def share_expired(self, tx: Transaction, now: datetime, since: datetime | None) -> Share:
        """Count the entries whose time is over, but was not at `since`, of all members' entries."""
        query = select(func.count()).select_from(entry)
        over = query.where(entry.c.expires <= now, *(() if since is None else (entry.c.expires > since,)))
        due = (await tx.execute(over)).scalar_one()
        return Share(due, (await tx.execute(query)).scalar_one())

    async def delete_expired(self, tx: Transaction, now: ConfirmedTime, limit: int) -> int:
        """Delete up to `limit` entries whose time is over; give how many."""
        over = select(entry.c.id).where(entry.c.expires <= now).limit(limit)
        return await remove(tx, entry, entry.c.id.in_(over))


def _made(  # noqa: PLR0913, PLR0917  # what a row says
    tx: Transaction, one: Member, id_: EntryId, document: Document, expires: datetime | None, now: datetime
) -> tuple[Entry, dict[str, Any]]:
    until = next_hour(expires)
    row = new_row(one.key_in(tx), entry, id_, document, now, member_id=one.id, expires=until)
    return Entry(id_, one.id, 1, row["created"], until, document), row


def _sealed(key: DataKey, documents: Mapping[EntryId, Document]) -> list[dict[str, Any]]:
    return [{"this": id_, "again": seal_for(key, entry, id_, document)} for id_, document in documents.items()]


def _as_it_is(one: Entry) -> Entry:
    return one


def _open(one: Member, tx: Transaction, row: Found) -> Entry:
    """Open a row. One that does not open says nothing, which whoever reads it knows, and holds no other up."""
    key, document = one.key_in(tx), dict[str, Any]()
    try:
        document = open_from(key, entry, row)
    except CannotOpen:
        log.error("A check-in does not open, and is given empty")  # noqa: TRY400  # no trace says more
    return Entry(row.id, row.member_id, row.version, row.created, row.expires, document)
