"""What moderators did with cards, for 90 days: who and when lie sealed with it, and in no backup.

Whoever did something is found again by a pseudonym. When they delete their data it goes, and their id with it; what was
done stays, as done by a moderator.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, func, literal, select, type_coerce, update

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Found, Transaction
from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.ids import DeedId, new_id
from bot.storage.opening import open_all
from bot.storage.sealing import ServerKey, ServerVault
from bot.storage.servers import Server
from bot.storage.statements import Document, hold
from bot.storage.tables import deed, next_hour, server, server_key, this_hour

LASTS: Final = timedelta(days=90)

_OF_SERVER: Final = deed.c.server_id == bindparam("of")
_OTHER: Final = deed.alias()
# The hour of the last one wanted: of those within it, only their documents tell the order.
_LAST_HOUR: Final = (
    select(type_coerce(_OTHER.c.created, BigInteger))
    .where(_OTHER.c.server_id == bindparam("of"))
    .order_by(_OTHER.c.created.desc())
    .limit(1)
    .offset(bindparam("most"))
)
_NEWEST: Final = select(deed).where(
    _OF_SERVER, type_coerce(deed.c.created, BigInteger) >= func.coalesce(_LAST_HOUR.scalar_subquery(), literal(0))
)
_EXPIRED: Final = delete(deed).where(deed.c.expires <= bindparam("now"))
_OF_PERSON: Final = deed.c.actor.in_(bindparam("these", expanding=True))
_DELETE: Final = delete(deed).where(deed.c.id == bindparam("this"))
_COUNT: Final = select(func.count()).select_from(deed).where(_OF_PERSON)
# Of a server whose key is gone nobody can read a name any more.
_STRANGE: Final = (
    select(deed.c.master)
    .join(server_key, server_key.c.server_id == deed.c.server_id)
    .where(deed.c.master.not_in(bindparam("names", expanding=True)))
    .limit(1)
)
_HELD: Final = select(deed.c.id).where(_OF_PERSON).order_by(deed.c.id)
_WITH_KEY: Final = (
    select(deed, server.c.lookup, server_key.c.master.label("key_master"), server_key.c.wrapped)
    .join(server, server.c.id == deed.c.server_id)
    .join(server_key, server_key.c.server_id == deed.c.server_id)
    .where(deed.c.id.in_(bindparam("these", expanding=True)))
)
_WITHOUT: Final = (
    update(deed)
    .where(deed.c.id == bindparam("this"))
    .values(actor=None, master=None, version=deed.c.version + 1, sealed=bindparam("again"))
)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done at `created`, to the second; `by` is None once that person has deleted their data."""

    created: datetime
    by: int | None = field(repr=False)
    document: Document = field(repr=False)


class Deeds:
    """The store of what moderators did."""

    def __init__(self, vault: ServerVault) -> None:
        self._vault = vault

    async def add(self, tx: Transaction, one: Server, user_id: int, document: Document, now: datetime) -> None:
        """Note what somebody did."""
        id_, at = DeedId(new_id()), int(now.timestamp())
        row: dict[str, Any] = {
            "id": id_,
            "server_id": one.id,
            "actor": self._vault.actor(user_id),
            "master": self._vault.writing,
            "expires": next_hour(now + LASTS),
            "version": 1,
            "created": this_hour(now),
            "sealed": _seal(one.key_in(tx), id_, {"user": user_id, "at": at, "document": document}),
        }
        await tx.execute(deed.insert(), row)

    async def list_of(self, tx: Transaction, one: Server, limit: int = 100) -> list[Deed]:
        """List what was done in a server, the newest first; what does not open is left out."""
        rows = (await tx.execute(_NEWEST, {"of": one.id, "most": limit - 1})).all()
        found = await asyncio.to_thread(_open_all, one.key_in(tx), rows)
        return sorted(found, key=lambda done: done.created, reverse=True)[:limit]

    async def delete_expired(self, tx: Transaction, now: ConfirmedTime) -> int:
        """Delete what has had its 90 days; give how much."""
        return (await tx.execute(_EXPIRED, {"now": now})).rowcount

    async def count_of_person(self, tx: Transaction, user_id: int) -> int:
        """Count what says that somebody did it, in all servers; raises as `forget_person` does."""
        await self._check_keys(tx)
        return (await tx.execute(_COUNT, {"these": self._vault.actors(user_id)})).scalar_one()

    async def forget_person(self, tx: Transaction, user_id: int) -> int:
        """Take somebody out of all they did; give out of how much. Scrub before the receipt.

        Raises:
            KeyMissing: some is found by a master key that is not loaded, so that nobody can be said to be out of it.
        """
        await self._check_keys(tx)
        mine = {"these": self._vault.actors(user_id)}
        ids = await hold(tx, _HELD, deed, alone=True, values=mine)
        for at in range(0, len(ids), _BATCH):
            batch = ids[at : at + _BATCH]
            found = (await tx.execute(_WITH_KEY, {"these": batch})).all()
            without = [{"this": row.id, "again": sealed} for row in found if (sealed := self._seal_without(row))]
            if without:
                await tx.execute(_WITHOUT, without)
            # What nobody can read any more must not keep somebody from being forgotten.
            if lost := {*batch} - {one["this"] for one in without}:
                await tx.execute(_DELETE, [{"this": id_} for id_ in lost])
        return len(ids)

    async def _check_keys(self, tx: Transaction) -> None:
        name = (await tx.execute(_STRANGE, {"names": self._vault.names})).scalar()
        if name is not None:
            raise KeyMissing(f"The database needs the master key {name}, which is not loaded. Load its key file, too.")

    def _seal_without(self, row: Found) -> bytes | None:
        try:
            key = self._vault.unwrap(row.key_master, row.wrapped, row.server_id, row.lookup)
            whole = key.open(deed.name, row.id, row.sealed)
        except CannotOpen:
            return None
        return _seal(key, row.id, whole | {"user": None})


def _seal(key: ServerKey, id_: DeedId, whole: Document) -> bytes:
    return key.seal(deed.name, id_, whole, deed.info["least"])


def _open_all(key: ServerKey, rows: Sequence[Found]) -> list[Deed]:
    return open_all(rows, partial(_open, key), "A line of a server's log")


def _open(key: ServerKey, row: Found) -> Deed:
    whole = key.open(deed.name, row.id, row.sealed)
    return Deed(datetime.fromtimestamp(whole["at"], UTC), whole["user"], whole["document"])
