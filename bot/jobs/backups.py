"""Makes a backup each day, reads it back, and lets those lapse whose time is over."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.trusted_time import ConfirmedTime, is_due
from bot.errors import StorageError

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

PRUNED_EACH: Final = timedelta(hours=1)
_LEASE_EACH: Final = 10.0  # seconds, while a backup is being written

log = logging.getLogger(__name__)


class BackupJob:
    """The job that makes backups. A bot that is started again and again goes by the files that are there."""

    name = "backup"

    def __init__(self) -> None:
        self._pruned: datetime | None = None

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Make one where none was made within a day; once an hour remove what has lapsed."""
        now = await lease.hold()
        if now is None:
            return
        if await personal.backups.is_due(now):
            try:
                await self._write(personal, lease, now)
            except StorageError:
                if personal.backups.is_too_old(now):
                    log.error("There is no backup of the last two days. Receipts name no day until there is one")  # noqa: TRY400  # the runner says why
                raise
        if is_due(self._pruned, PRUNED_EACH, now):
            self._pruned = now
            if files := await personal.backups.prune(now, PRUNED_EACH):
                log.info("Deleted what was over: files of backups %d", files)

    async def _write(self, personal: "Personal", lease: "Lease", now: ConfirmedTime) -> None:
        """Write, holding the lease however long it takes."""
        writing = asyncio.ensure_future(personal.backups.write(now))
        try:
            while not writing.done():
                await asyncio.wait({writing}, timeout=_LEASE_EACH)
                if not writing.done() and not await lease.hold():
                    return
            await writing
        finally:
            if not writing.done():
                writing.cancel()
                await asyncio.wait({writing})
        log.info("A backup was written and read back")
