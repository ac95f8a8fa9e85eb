"""What remains of something deleted: taken off the disk where that can be done, and told where it cannot."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.mydata.inventory import Remains
from bot.services.backups import Backups
from bot.storage.files import last_data_gone, last_key_gone

if TYPE_CHECKING:
    from bot.storage.database import Database


class Wiping:
    """Takes what was deleted, or not kept, out of the engine's log."""

    def __init__(self, database: "Database", backups: Backups) -> None:
        self._database, self._backups = database, backups

    async def wipe(self, now: datetime) -> Remains:
        """Wipe, and say what remains where; what was deleted has been committed, and the turn given up: it is a row.

        What is still on the disk then is tried again with each round of jobs.
        """
        keys, rows = await self._backups.lapse_in_time(now)
        return Remains(
            wiped=await self._database.scrub(),
            keys_until=last_key_gone(now) if keys else None,
            rows_until=last_data_gone(now) if rows else None,
        )
