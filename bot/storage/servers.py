"""Servers whose moderators post or set something: found by a pseudonym, their key unwrapped, their settings opened.

A server's sealed document holds its Discord id as well. Whether that server is still there stands in the clear, as the
hour in which the bot was seen to have left.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update

from bot.domain.mass_deletion import Share
from bot.storage.database import Found, Transaction
from bot.storage.errors import KeyMissing
from bot.storage.ids import RowId, ServerRowId, new_id
from bot.storage.sealing import ServerKey, ServerVault
from bot.storage.statements import Document, add_once, hold, others_write, replace_document
from bot.storage.tables import deed, occurrence, posting, server, server_key, this_hour

_WITH_KEY = select(server, server_key.c.master, server_key.c.wrapped).join(
    server_key, server_key.c.server_id == server.c.id
)
_KEY_ROW = select(server_key.c.server_id).join(server, server.c.id == server_key.c.server_id)


@dataclass(frozen=True, slots=True)
class _By:
    """How to find a server; built once, because building takes longer than running."""

    key_row: Select[*tuple[Any, ...]]
    with_key: Select[*tuple[Any, ...]]

    @classmethod
    def where(cls, condition: ColumnElement[bool]) -> "_By":
        return cls(_KEY_ROW.where(condition), _WITH_KEY.where(condition))


_BY_ID: Final = _By.where(server.c.id == bindparam("this"))
_BY_LOOKUP: Final = _By.where(server.c.lookup.in_(bindparam("these", expanding=True)))
_IDS: Final = select(server.c.id).where(server.c.id > bindparam("after")).order_by(server.c.id).limit(bindparam("most"))
_DUE: Final = (
    select(server.c.id).where(server.c.due <= bindparam("now")).order_by(server.c.due).limit(bindparam("most"))
)
_LEFT: Final = (
    select(server.c.id).where(server.c.left <= bindparam("before")).order_by(server.c.left).limit(bindparam("most"))
)
_COUNT: Final = select(func.count()).select_from(server)
_LEFT_BY: Final = select(server.c.id).where(server.c.id == bindparam("this"), server.c.left <= bindparam("before"))
_PUT_OFF: Final = update(server).where(server.c.id == bindparam("this")).values(due=bindparam("until"))
# The key goes first: from then on nothing opens what follows.
_DELETES: Final = (
    delete(server_key).where(server_key.c.server_id == bindparam("this")),
    delete(occurrence).where(occurrence.c.what == bindparam("this")),
    delete(posting).where(posting.c.server_id == bindparam("this")),
    delete(deed).where(deed.c.server_id == bindparam("this")),
    delete(server).where(server.c.id == bindparam("this")),
)
_MASTERS: Final = tuple(select(func.min(one), func.max(one)) for one in (server_key.c.master, deed.c.master))


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `created` and `left` are hours; `left` is None while the bot is there. Belongs to its transaction."""

    id: ServerRowId
    version: int
    created: datetime
    left: datetime | None
    due: datetime | None
    server_id: int = field(repr=False)
    document: Document = field(repr=False)
    key: ServerKey = field(repr=False)
    read_in: Transaction = field(repr=False, compare=False)

    def key_in(self, tx: Transaction) -> ServerKey:
        """Give the server's key for work inside a transaction.

        Raises:
            RuntimeError: the server was read in an earlier one and may be gone by now.
        """
        if tx is not self.read_in:
            raise RuntimeError("a server was used outside the transaction it was read in")
        return self.key


class Servers:
    """The store of servers and their keys."""

    def __init__(self, vault: ServerVault) -> None:
        self._vault = vault

    async def get(self, tx: Transaction, server_id: int, *, alone: bool = False) -> Server | None:
        """Find a server by its Discord id; `alone` is for deleting, and waits for others who use its key.

        Raises:
            KeyMissing: some stand under a master key that is not loaded, so that none can be said to be missing.
        """
        found = await self._one(tx, _BY_LOOKUP, {"these": self._vault.lookups(server_id)}, alone=alone)
        if found is None:
            await self.check_keys(tx)
        return found

    async def get_by_id(self, tx: Transaction, row_id: ServerRowId, *, alone: bool = False) -> Server | None:
        """Find a server by the id that other rows carry; `alone` as with `get`."""
        return await self._one(tx, _BY_ID, {"this": row_id}, alone=alone)

    async def add(self, tx: Transaction, server_id: int, document: Document, now: datetime) -> Server:
        """Make a server with a new key; one that is there already is given as it stands."""
        if found := await self.get(tx, server_id):
            return found
        id_, lookup = ServerRowId(new_id()), self._vault.lookup(server_id)
        key, wrapped = self._vault.new_key(id_, lookup)
        sealed = _seal(key, id_, server_id, document)
        row = {"id": id_, "lookup": lookup, "version": 1, "created": this_hour(now), "sealed": sealed}
        if await add_once(tx, server, row):
            values = {"server_id": id_, "master": self._vault.writing, "wrapped": wrapped}
            await tx.execute(server_key.insert(), values)
        # Another process may have been first; then theirs is the one.
        added = await self.get(tx, server_id)
        if added is None:
            raise KeyMissing("A server's key is missing from the keyring. docs/storage.md says how to restore.")
        return added

    async def update(
        self, tx: Transaction, one: Server, document: Document, *, due: datetime | None, left: datetime | None
    ) -> Server | None:
        """Replace a server's document; None when it was changed since it was read. `left` is cut to its hour."""
        hour = None if left is None else this_hour(left)
        sealed = _seal(one.key_in(tx), one.id, one.server_id, document)
        done = await replace_document(tx, server, one.id, one.version, sealed, due=due, left=hour)
        return replace(one, document=document, version=one.version + 1, due=due, left=hour) if done else None

    async def delete(self, tx: Transaction, one: Server) -> None:
        """Delete a server got `alone`: its key, then all its rows. Scrub before anybody is told that it is done."""
        for statement in _DELETES:
            await tx.execute(statement, {"this": one.id})

    async def delete_left(self, tx: Transaction, row_id: ServerRowId, before: datetime) -> bool:
        """Delete a server that does not open, if the bot was seen to have left it by a moment; say whether it had."""
        left = (await tx.execute(_LEFT_BY, {"this": row_id, "before": before})).scalar() is not None
        if left:
            for statement in _DELETES:
                await tx.execute(statement, {"this": row_id})
        return left

    async def put_off(self, tx: Transaction, row_id: ServerRowId, until: datetime) -> None:
        """Make a weekly prompt due later, without opening its server."""
        await tx.execute(_PUT_OFF, {"this": row_id, "until": until})

    async def list_ids(self, tx: Transaction, after: bytes, limit: int) -> list[ServerRowId]:
        """Name servers by id; `after` goes on where the last list ended, and is empty at first."""
        return list((await tx.execute(_IDS, {"after": after, "most": limit})).scalars())

    async def list_due(self, tx: Transaction, now: datetime, limit: int) -> list[ServerRowId]:
        """Name the servers whose weekly prompt is due, the longest waiting first; put off what does not open."""
        return list((await tx.execute(_DUE, {"now": now, "most": limit})).scalars())

    async def list_left(self, tx: Transaction, before: datetime, limit: int) -> list[ServerRowId]:
        """Name the servers that the bot was seen to have left by a moment, the earliest first."""
        return list((await tx.execute(_LEFT, {"before": before, "most": limit})).scalars())

    async def share_left(self, tx: Transaction, before: datetime, since: datetime | None) -> Share:
        """Count the servers that the bot was seen to have left by a moment, but not by `since`, of all."""
        left = _COUNT.where(server.c.left <= before, *(() if since is None else (server.c.left > since,)))
        due = (await tx.execute(left)).scalar_one()
        return Share(due, (await tx.execute(_COUNT)).scalar_one())

    async def check_keys(self, tx: Transaction) -> None:
        """Make sure that nothing of a server stands under a master key that is not loaded.

        Raises:
            KeyMissing: naming the key.
        """
        used = {name for query in _MASTERS for name in (await tx.execute(query)).one()}
        for name in used - {None, *self._vault.names}:
            raise KeyMissing(f"The database needs the master key {name}, which is not loaded. Load its key file, too.")

    async def _one(self, tx: Transaction, by: _By, values: Document, *, alone: bool) -> Server | None:
        if others_write(tx) and not await hold(tx, by.key_row, server_key, alone=alone, values=values):
            return None
        row = (await tx.execute(by.with_key, values)).first()
        return self._open(tx, row) if row else None

    def _open(self, tx: Transaction, row: Found) -> Server:
        key = self._vault.unwrap(row.master, row.wrapped, row.id, row.lookup)
        whole = key.open(server.name, row.id, row.sealed)
        return Server(row.id, row.version, row.created, row.left, row.due, whole["server"], whole["document"], key, tx)


def _seal(key: ServerKey, id_: RowId, server_id: int, document: Document) -> bytes:
    return key.seal(server.name, id_, {"server": server_id, "document": document}, server.info["least"])
