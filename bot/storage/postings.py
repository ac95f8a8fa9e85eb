"""Posted cards, one row each: when time next calls for one stands in the clear, everything else is sealed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from bot.storage.database import Found, Transaction
from bot.storage.errors import IdTaken
from bot.storage.ids import PostingId, ServerRowId
from bot.storage.opening import open_all
from bot.storage.sealing import ServerKey
from bot.storage.servers import Server
from bot.storage.statements import Document, add_once, replace_document
from bot.storage.tables import Instant, posting, this_hour

_OF_SERVER: Final = select(posting).where(posting.c.server_id == bindparam("of"))
_ONE: Final = _OF_SERVER.where(posting.c.id == bindparam("this"))
_ALL: Final = _OF_SERVER.order_by(posting.c.created, posting.c.id)
_DUE: Final = (
    select(posting.c.server_id, posting.c.id)
    .where(posting.c.due <= bindparam("now"))
    .order_by(posting.c.due)
    .limit(bindparam("most"))
)
_DELETE: Final = delete(posting).where(posting.c.id == bindparam("this"), posting.c.server_id == bindparam("of"))
_CALL: Final = (
    update(posting)
    .where(posting.c.id == bindparam("this"), posting.c.server_id == bindparam("of"))
    .values(due=bindparam("at", type_=Instant), version=posting.c.version + 1)
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A posted card's row. `due` is when time next calls for it, None when it does not; `created` is an hour."""

    id: PostingId
    server: ServerRowId
    version: int
    created: datetime
    due: datetime | None
    document: Document = field(repr=False)


class Postings:
    """The store of posted cards. Each belongs to one server; another server's is not there."""

    async def get(self, tx: Transaction, server: Server, id_: PostingId) -> Stored | None:
        """Find a posted card of this server."""
        row = (await tx.execute(_ONE, {"this": id_, "of": server.id})).first()
        return _open(server.key_in(tx), row) if row else None

    async def add(  # noqa: PLR0913  # what a row says, each by its name
        self,
        tx: Transaction,
        server: Server,
        id_: PostingId,
        document: Document,
        *,
        due: datetime | None,
        now: datetime,
    ) -> Stored:
        """Make a row. Where this server has one of the given id already, it is given as it stands.

        Raises:
            IdTaken: another server's row has the id.
        """
        sealed = _seal(server.key_in(tx), id_, document)
        row = {"id": id_, "server_id": server.id, "due": due, "version": 1, "created": this_hour(now), "sealed": sealed}
        if not await add_once(tx, posting, row):
            there = await self.get(tx, server, id_)
            if there is None:
                raise IdTaken
            return there
        return Stored(id_, server.id, 1, this_hour(now), due, document)

    async def update(
        self, tx: Transaction, server: Server, stored: Stored, document: Document, *, due: datetime | None
    ) -> Stored | None:
        """Replace a row; None when it was changed or deleted since it was read."""
        sealed = _seal(server.key_in(tx), stored.id, document)
        done = await replace_document(tx, posting, stored.id, stored.version, sealed, due=due)
        return replace(stored, document=document, version=stored.version + 1, due=due) if done else None

    async def set_due(
        self, tx: Transaction, server: ServerRowId, ids: Sequence[PostingId], due: datetime | None
    ) -> None:
        """Say when time next calls for some rows, whoever changes them meanwhile; nothing is opened for it."""
        if ids:
            await tx.execute(_CALL, [{"this": id_, "of": server, "at": due} for id_ in ids])

    async def delete(self, tx: Transaction, server: Server, id_: PostingId) -> bool:
        """Forget a posted card of this server; False when it is not there."""
        return (await tx.execute(_DELETE, {"this": id_, "of": server.id})).rowcount == 1

    async def list_of(self, tx: Transaction, server: Server) -> list[Stored]:
        """List a server's posted cards, the oldest hour first. There may be hundreds: they are opened in a thread.

        One that does not open is left out, so that it holds no other up; the log says that it is there.
        """
        key, rows = server.key_in(tx), (await tx.execute(_ALL, {"of": server.id})).all()
        return await asyncio.to_thread(_open_all, key, rows)

    async def list_due(self, tx: Transaction, now: datetime, limit: int) -> list[tuple[ServerRowId, PostingId]]:
        """Name what is due, the longest waiting first, without opening it: one that does not open holds up no other."""
        return [(row.server_id, row.id) for row in await tx.execute(_DUE, {"now": now, "most": limit})]


def _seal(key: ServerKey, id_: PostingId, document: Document) -> bytes:
    return key.seal(posting.name, id_, document, posting.info["least"])


def _open_all(key: ServerKey, rows: Sequence[Found]) -> list[Stored]:
    return open_all(rows, partial(_open, key), "A posted card")


def _open(key: ServerKey, row: Found) -> Stored:
    document = key.open(posting.name, row.id, row.sealed)
    return Stored(row.id, row.server_id, row.version, row.created, row.due, document)
