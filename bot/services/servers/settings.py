"""What servers set: read, changed by compare-and-set, and ended when the bot has left."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.servers.settings import (
    Change,
    ServerRecord,
    ServerSettings,
    changed,
    record_from_document,
    record_to_document,
)
from bot.domain.servers.weekly import next_due
from bot.services.servers.leaving import Leaving
from bot.services.transactions import OvertakenError, in_transaction

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.moments import Moments
    from bot.storage.servers import Server, Servers

Edit = Callable[[ServerRecord], ServerRecord]


class ServerService:
    """Settings of servers, by Discord id. Each method is one commit at most, done when it returns.

    `told` hears of each change in this process once it is committed; the view of `view.py` is given here.
    All of them raise StorageError when what is kept cannot be had.
    """

    def __init__(
        self,
        database: "Database",
        servers: "Servers",
        moments: "Moments",
        clock: Callable[[], datetime],
        told: Callable[[int, ServerSettings], None],
    ) -> None:
        self._database, self._servers, self._clock, self._told = database, servers, clock, told
        self.leaving = Leaving(database, servers, moments, told)

    async def load(self, server: int) -> ServerRecord:
        """Give what is set; the defaults, as version 0, where nobody set anything."""
        async with self._database.reading() as tx:
            row = await self._servers.get(tx, server)
            return record_from_document(row.document) if row else ServerRecord()

    async def change(self, server: int, seen: int, change: Change) -> tuple[ServerRecord, bool]:
        """Change the settings if they are those of the version seen; give what stands then, and whether it was done."""

        def edit(record: ServerRecord) -> ServerRecord:
            return changed(record, change) if record.version == seen else record

        record, before = await self._edit(server, edit)
        return record, before.version == seen

    async def update(self, server: int, change: Change) -> ServerRecord:
        """Change whatever stands: for what means the same on any screen, as a pause does."""
        record, _ = await self._edit(server, lambda before: changed(before, change))
        return record

    async def note(self, server: int, edit: Edit) -> ServerRecord:
        """Note what a job met: edit the record, its settings excepted, for those `update` is there."""
        record, _ = await self._edit(server, edit)
        return record

    async def _edit(self, server: int, edit: Edit) -> tuple[ServerRecord, ServerRecord]:
        """Give the record as it stands now, and as it stood before."""

        async def work(tx: "Transaction") -> tuple[ServerRecord, ServerRecord]:
            row = await self._servers.get(tx, server)
            before = record_from_document(row.document) if row else ServerRecord()
            after = edit(before)
            if after != before and row is None:
                row = await self._servers.add(tx, server, {}, self._clock())
                before = record_from_document(row.document)  # another process may have been first
                after = edit(before)
            if after != before and row is not None:
                await self._replace(tx, row, before, after)
            return after, before

        after, before = await in_transaction(self._database, work)
        self._told(server, after.settings)
        return after, before

    async def _replace(self, tx: "Transaction", row: "Server", before: ServerRecord, after: ServerRecord) -> None:
        """Keep a record. When the next prompt is due is counted anew where its setting changed, and stays else."""
        same = before.settings.weekly == after.settings.weekly
        due = row.due if same else next_due(after.settings.weekly, self._clock())
        document = record_to_document(after, row.document)
        if await self._servers.update(tx, row, document, due=due, left=row.left) is None:
            raise OvertakenError
