"""Takes what was deleted, replaced or not kept out of the database's log, each round."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

log = logging.getLogger(__name__)


class WipingJob:
    """The job that wipes, also after another process or one that died."""

    name = "wiping"

    def __init__(self) -> None:
        self._told = False

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Wipe; where another program is in the way, say so once."""
        del lease
        wiped = await personal.database.scrub()
        if not wiped and not self._told:
            log.warning("Another program keeps reading the database file: what was deleted stays in its log until then")
        elif wiped and self._told:
            log.info("What was deleted is out of the database's log again")
        self._told = not wiped
