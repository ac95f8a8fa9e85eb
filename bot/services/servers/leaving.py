"""Servers that the bot has left: noticed, taken back when it returns, and ended after their time."""

import logging
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.domain.servers.leaving import KEPT_AFTER
from bot.domain.servers.settings import DEFAULTS, ServerSettings, record_from_document
from bot.domain.servers.weekly import next_due
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.errors import CannotOpen

if TYPE_CHECKING:
    from bot.storage.engine import Database, Transaction
    from bot.storage.ids import ServerRowId
    from bot.storage.servers import Server, Servers

_AT_A_TIME: Final = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownServer:
    """A server something is kept of, and whether the bot was seen to have left it."""

    row: "ServerRowId"
    server: int = field(repr=False)
    left: bool


class Leaving:
    """Notes where the bot is no longer, and deletes what is kept of a server 30 days after.

    Everything here raises StorageError when what is kept cannot be had.
    """

    def __init__(
        self,
        database: "Database",
        servers: "Servers",
        clock: Callable[[], datetime],
        told: Callable[[int, ServerSettings], None],
    ) -> None:
        self._database, self._servers, self._clock, self._told = database, servers, clock, told

    async def list_known(self) -> list[KnownServer]:
        """List every server something is kept of; one that does not open is left out, and holds no other up."""
        known, after = list[KnownServer](), b""
        while True:
            async with self._database.reading() as tx:
                ids = await self._servers.list_ids(tx, after, _AT_A_TIME)
                rows = [row for id_ in ids if (row := await self._open(tx, id_))]
            known += [KnownServer(row.id, row.server_id, row.left is not None) for row in rows]
            if len(ids) < _AT_A_TIME:
                return known
            after = ids[-1]

    async def compare(self, known: Iterable[KnownServer], there: AbstractSet[int]) -> int:
        """Note what was left and what the bot is back in, by the servers it is in; then delete what is over.

        `known` was listed before Discord was asked. Gives how many servers were deleted.
        """
        for one in known:
            left = one.server not in there
            if left is not one.left:
                await self._note(one.row, left=left)
        return await self._delete_old()

    async def _open(self, tx: "Transaction", row_id: "ServerRowId") -> "Server | None":
        try:
            return await self._servers.get_by_id(tx, row_id)
        except CannotOpen:
            log.error("What is kept of a server does not open, and is left alone")  # noqa: TRY400  # no trace says more
            return None

    async def _note(self, row_id: "ServerRowId", *, left: bool) -> None:
        async def work(tx: "Transaction") -> None:
            row = await self._servers.get_by_id(tx, row_id)
            if row is None or (row.left is not None) is left:
                return
            now = self._clock()
            weekly = record_from_document(row.document).settings.weekly
            due = None if left else next_due(weekly, now)
            if await self._servers.update(tx, row, row.document, due=due, left=now if left else None) is None:
                raise OvertakenError

        await in_transaction(self._database, work)

    async def _delete_old(self) -> int:
        """Delete what was left long enough ago, the key of each first; nothing of it can be read after that."""
        before, deleted, tried = self._clock() - KEPT_AFTER, 0, set["ServerRowId"]()
        while True:
            async with self._database.reading() as tx:
                ids = await self._servers.list_left(tx, before, _AT_A_TIME)
            if tried.issuperset(ids):
                break
            for id_ in ids:
                deleted += await self._delete(id_, before)
            tried.update(ids)
        if deleted:
            await self._database.scrub()
        return deleted

    async def _delete(self, row_id: "ServerRowId", before: datetime) -> bool:
        async def work(tx: "Transaction") -> int | None:
            try:
                row = await self._servers.get_by_id(tx, row_id, alone=True)
            except CannotOpen:  # told when it was listed
                return None
            if row is None or row.left is None or row.left > before:
                return None
            await self._servers.delete(tx, row)
            return row.server_id

        server = await in_transaction(self._database, work)
        if server is not None:
            self._told(server, DEFAULTS)
        return server is not None
