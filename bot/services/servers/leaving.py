"""Servers that the bot has left: noticed, taken back when it returns, and ended after their time."""

import logging
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.domain.mass_deletion import Share
from bot.domain.servers.leaving import KEPT_AFTER
from bot.domain.servers.settings import DEFAULTS, ServerSettings, record_from_document
from bot.domain.servers.weekly import next_due
from bot.domain.trusted_time import ConfirmedTime
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.errors import CannotOpen

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.ids import ServerRowId
    from bot.storage.moments import Moments
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
        moments: "Moments",
        told: Callable[[int, ServerSettings], None],
    ) -> None:
        self._database, self._servers, self._moments, self._told = database, servers, moments, told

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

    async def compare(self, known: Iterable[KnownServer], there: AbstractSet[int], now: ConfirmedTime) -> None:
        """Note what was left and what the bot is back in, by the servers it is in.

        `known` was listed before Discord was asked.
        """
        for one in known:
            left = one.server not in there
            if left is not one.left:
                await self._note(one.row, now, left=left)

    async def share_over(self, now: datetime, let_go: datetime | None) -> Share:
        """Count the servers whose time is over and that the operator did not let go yet, of all."""
        async with self._database.reading() as tx:
            since = None if let_go is None else let_go - KEPT_AFTER
            return await self._servers.share_left(tx, now - KEPT_AFTER, since)

    async def let_go(self) -> datetime | None:
        """Say up to when the operator lets go whatever is over."""
        async with self._database.reading() as tx:
            return await self._moments.get(tx, "let go")

    async def delete_old(self, now: ConfirmedTime) -> int:
        """Delete what was left long enough ago, the key of each first; nothing of it can be read after that.

        Gives how many servers were deleted.
        """
        before, deleted, tried = now - KEPT_AFTER, 0, set["ServerRowId"]()
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

    async def _open(self, tx: "Transaction", row_id: "ServerRowId") -> "Server | None":
        try:
            return await self._servers.get_by_id(tx, row_id)
        except CannotOpen:
            log.error("What is kept of a server does not open, and is left alone")  # noqa: TRY400  # no trace says more
            return None

    async def _note(self, row_id: "ServerRowId", now: ConfirmedTime, *, left: bool) -> None:
        async def work(tx: "Transaction") -> None:
            row = await self._servers.get_by_id(tx, row_id)
            if row is None or (row.left is not None) is left:
                return
            weekly = record_from_document(row.document).settings.weekly
            due = None if left else next_due(weekly, now)
            if await self._servers.update(tx, row, row.document, due=due, left=now if left else None) is None:
                raise OvertakenError

        await in_transaction(self._database, work)

    async def _delete(self, row_id: "ServerRowId", before: datetime) -> bool:
        async def work(tx: "Transaction") -> tuple[bool, int | None]:
            try:
                row = await self._servers.get_by_id(tx, row_id, alone=True)
            except CannotOpen:  # nobody can say which it is; it goes all the same
                return await self._servers.delete_left(tx, row_id, before), None
            if row is None or row.left is None or row.left > before:
                return False, None
            await self._servers.delete(tx, row)
            return True, row.server_id

        deleted, server = await in_transaction(self._database, work)
        if server is not None:
            self._told(server, DEFAULTS)
        return deleted
