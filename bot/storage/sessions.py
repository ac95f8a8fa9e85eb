"""Open check-ins, of members and of guests: people who keep nothing and have no member row.

A guest's session is found by a pseudonym of its own kind and sealed under a key of the master key's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import Column, and_, bindparam, or_, select, update

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Found, Transaction
from bot.storage.errors import IdTaken
from bot.storage.ids import MemberId, SessionId, new_id
from bot.storage.opening import open_all
from bot.storage.rows import KEY, Member, new_row, open_from, seal_for, unwrap
from bot.storage.statements import Document, add_once, remove, replace_document
from bot.storage.tables import member, member_key, next_hour, session
from bot.storage.vault import DataKey, Vault

_WITH_KEY = (
    select(session, *KEY)
    .outerjoin(member, member.c.id == session.c.member_id)
    .outerjoin(member_key, member_key.c.member_id == session.c.member_id)
)
Wanted: TypeAlias = Callable[[Document], bool]

_LARGE: Final = 64 * 1024  # bytes that take longer to open than others should wait
_PAGE: Final = 200
_MINUTES: Final = 5
_AT_ONCE: Final = timedelta(minutes=10)
# Built once: building takes longer than running, and every press runs it.
_ONE = _WITH_KEY.where(session.c.id == bindparam("this"))

_WHAT: Final = "An open check-in, or what lies with them,"


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who keeps nothing."""

    user_id: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """An open check-in. `due` is when time next calls for it: to fold, to nudge. `created` and `expires` are hours."""

    id: SessionId
    member_id: MemberId | None
    version: int
    created: datetime
    due: datetime | None
    expires: datetime
    user_id: int = field(repr=False)
    document: Document = field(repr=False)
    key: DataKey = field(repr=False)


class Sessions:
    """The store of open check-ins."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def get(self, tx: Transaction, id_: SessionId) -> Session | None:
        """Find an open check-in by the token its buttons carry; whose it is, the session says."""
        row = (await tx.execute(_ONE, {"this": id_})).first()
        return self._open(row) if row else None

    async def add(  # noqa: PLR0913  # what a row says, each by its name
        self,
        tx: Transaction,
        who: Member | Guest,
        document: Document,
        now: datetime,
        *,
        expires: datetime,
        due: datetime | None = None,
        id_: SessionId | None = None,
    ) -> Session:
        """Open a check-in. Where one of the given id is open already it is given as it stands, whoever's it is.

        `due` is cut down to five minutes, unless that is soon: the document says it to the second.

        Raises:
            IdTaken: one of the given id was closed by somebody else at this very moment.
        """
        id_ = id_ or SessionId(new_id())
        key, owner = self._owner(tx, who)
        until = next_hour(expires)
        due = _coarse(due, now)
        row = new_row(key, session, id_, _whole(who.user_id, document), now, due=due, expires=until, **owner)
        if not await add_once(tx, session, row):
            there = await self.get(tx, id_)
            if there is None:
                raise IdTaken
            return there
        member_id = who.id if isinstance(who, Member) else None
        return Session(id_, member_id, 1, row["created"], due, row["expires"], who.user_id, document, key)

    async def update(  # noqa: PLR0913  # what a row says, each by its name
        self,
        tx: Transaction,
        one: Session,
        document: Document,
        *,
        expires: datetime,
        due: datetime | None,
        last: bool = False,
    ) -> Session | None:
        """Replace a session's document; None when another press was first, or the session is gone.

        `last` promises that no statement follows in this transaction, which can then be committed with it.
        """
        sealed = seal_for(one.key, session, one.id, _whole(one.user_id, document))
        until = next_hour(expires) or expires
        done = await replace_document(tx, session, one.id, one.version, sealed, last=last, due=due, expires=until)
        return replace(one, document=document, version=one.version + 1, due=due, expires=until) if done else None

    async def put_off(self, tx: Transaction, id_: SessionId, until: datetime) -> None:
        """Have time call for a session later, without opening it."""
        await tx.execute(update(session).where(session.c.id == id_).values(due=until))

    async def delete(self, tx: Transaction, one: Session) -> bool:
        """Close a check-in; False when it was answered or closed since it was read."""
        return await remove(tx, session, session.c.id == one.id, session.c.version == one.version) == 1

    async def list_open(self, tx: Transaction, who: Member | Guest) -> list[Session]:
        """List someone's open check-ins that open, those from before they kept anything included."""
        mine = session.c.guest.in_(self._vault.guest_lookups(who.user_id))
        where = or_(mine, session.c.member_id == who.id) if isinstance(who, Member) else mine
        rows = await tx.execute(_WITH_KEY.where(where).order_by(session.c.created, session.c.id))
        return await self._open_all(rows.all())

    async def list_due(
        self, tx: Transaction, now: datetime, limit: int, wanted: Wanted = lambda _: True
    ) -> list[Session]:
        """List the sessions of a kind that time calls for, the longest waiting first; others hold none of them up."""
        return await self._list_until(tx, session.c.due, now, limit, wanted)

    async def list_expired(
        self, tx: Transaction, now: datetime, limit: int, wanted: Wanted = lambda _: True
    ) -> list[Session]:
        """List the sessions of a kind whose time is over, for their messages to be tidied; others hold none up."""
        return await self._list_until(tx, session.c.expires, now, limit, wanted)

    async def delete_expired(self, tx: Transaction, now: ConfirmedTime) -> int:
        """Delete the sessions whose time is over; give how many."""
        return await remove(tx, session, session.c.expires <= now)

    def _owner(self, tx: Transaction, who: Member | Guest) -> tuple[DataKey, dict[str, object]]:
        if isinstance(who, Member):
            return who.key_in(tx), {"member_id": who.id}
        master = self._vault.writing
        return self._vault.guest_key(master), {"guest": self._vault.guest_lookup(who.user_id), "master": master}

    async def _list_until(
        self, tx: Transaction, when: Column[Any], now: datetime, limit: int, wanted: Wanted
    ) -> list[Session]:
        """Look through all there is, a page at a time: what kind a row is of, and whether it opens, is sealed."""
        query = _WITH_KEY.where(when <= now).order_by(when, session.c.id).limit(_PAGE)
        found, page = list[Session](), (await tx.execute(query)).all()
        while True:
            found += [one for one in await self._open_all(page) if wanted(one.document)]
            if len(page) < _PAGE or len(found) >= limit:
                return found[:limit]
            at, id_ = getattr(page[-1], when.name), page[-1].id
            later = or_(when > at, and_(when == at, session.c.id > id_))
            page = (await tx.execute(query.where(later))).all()

    async def _open_all(self, rows: Sequence[Found]) -> list[Session]:
        """Open what opens."""
        if sum(len(row.sealed) for row in rows) > _LARGE:  # a file that waits to be imported
            return await asyncio.to_thread(open_all, rows, self._open, _WHAT)
        return open_all(rows, self._open, _WHAT)

    def _open(self, row: Found) -> Session:
        key = self._vault.guest_key(row.master) if row.member_id is None else unwrap(self._vault, row)
        whole = open_from(key, session, row)
        return Session(
            row.id,
            row.member_id,
            row.version,
            row.created,
            row.due,
            row.expires,
            whole["user"],
            whole["document"],
            key,
        )


def _coarse(due: datetime | None, now: datetime) -> datetime | None:
    """Cut down to five minutes what is not due at once: the clear column is not to tell the second of a press."""
    if due is None or due - now < _AT_ONCE:
        return due
    return due.replace(minute=due.minute - due.minute % _MINUTES, second=0, microsecond=0)


def _whole(user_id: int, document: Document) -> Document:
    return {"user": user_id, "document": document}
