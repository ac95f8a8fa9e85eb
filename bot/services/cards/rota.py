"""What the job of posted cards asks: which are due, which there are, and when time calls for them next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.cards.posting import Posting, UnreadableError
from bot.domain.trusted_time import ConfirmedTime
from bot.services.cards.rows import BoardStores, all_opened, opened, row_id, wake
from bot.services.transactions import in_transaction
from bot.storage.errors import CannotOpen
from bot.storage.ids import RowId, ServerRowId

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """A row that is due, by ids of rows; nothing of it is opened yet."""

    server: bytes = field(repr=False)
    posting: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerCards:
    """A server's posted cards, for the job. `left`: the bot is not in the server now."""

    row: bytes = field(repr=False)
    server: int = field(repr=False)
    left: bool
    postings: tuple[Posting, ...] = field(repr=False)


class Rota:
    """The registry as time sees it: by rows of servers and of cards. One commit a method."""

    def __init__(self, database: "Database", stores: BoardStores, clock: Callable[[], datetime]) -> None:
        self._database, self._stores, self._clock = database, stores, clock

    async def list_due(self, limit: int) -> list[Due]:
        """Name what is due, the earliest first, without opening anything."""
        async with self._database.reading() as tx:
            found = await self._stores.postings.list_due(tx, self._clock(), limit)
        return [Due(server, posting) for server, posting in found]

    async def list_servers(self, after: bytes, limit: int) -> list[bytes]:
        """Name the rows of servers behind one, in their order; begin with no bytes."""
        async with self._database.reading() as tx:
            return list(await self._stores.servers.list_ids(tx, RowId(after), limit))

    async def cards_of(self, server: bytes) -> ServerCards | None:
        """Open what a server has, by its row; a posting that is damaged, or that a later version wrote, is left out.

        Raises:
            UnreadableError: what is kept of the server itself is damaged.
        """
        async with self._database.reading() as tx:
            try:
                home = await self._stores.servers.get_by_id(tx, ServerRowId(RowId(server)))
                rows = await self._stores.postings.list_of(tx, home) if home else []
                postings = tuple(all_opened(rows))
            except (CannotOpen, ValueError):
                raise UnreadableError from None
        return ServerCards(server, home.server_id, home.left is not None, postings) if home else None

    async def open_due(self, due: Due) -> tuple[int, Posting] | None:
        """Open one row that was named as due, with its server; None when it is gone, or the bot not in that server.

        Raises:
            UnreadableError: it is damaged, or a later version wrote it.
        """
        async with self._database.reading() as tx:
            try:
                home = await self._stores.servers.get_by_id(tx, ServerRowId(RowId(due.server)))
                row = await self._stores.postings.get(tx, home, row_id(due.posting)) if home else None
                return (home.server_id, opened(row)) if home and row and home.left is None else None
            except (CannotOpen, ValueError):
                raise UnreadableError from None

    async def put_off(self, due: Due, until: datetime) -> None:
        """Make a row due at a later time, whatever is in it or its server."""

        async def work(tx: "Transaction") -> None:
            await self._stores.postings.set_due(tx, ServerRowId(RowId(due.server)), [row_id(due.posting)], until)

        await in_transaction(self._database, work)

    async def forget_old(self, now: ConfirmedTime) -> int:
        """Delete what was noted more than 90 days ago; give how much."""

        async def work(tx: "Transaction") -> int:
            return await self._stores.deeds.delete_expired(tx, now)

        return await in_transaction(self._database, work)

    async def make_due(self, server: bytes, postings: Sequence[Posting]) -> None:
        """Make some of a server's postings due now, and what was refused be tried again."""

        async def work(tx: "Transaction") -> None:
            home = await self._stores.servers.get_by_id(tx, ServerRowId(RowId(server)))
            if home is None:
                return
            quiet = [row_id(one.id) for one in postings if one.seen.trouble is None]
            await self._stores.postings.set_due(tx, home.id, quiet, self._clock())
            for one in postings:
                if one.seen.trouble is not None:
                    await wake(self._stores, tx, home, one.id, self._clock())

        await in_transaction(self._database, work)
