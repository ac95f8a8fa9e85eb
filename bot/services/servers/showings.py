"""How often a card was shown in a channel lately, so that one more can be declined. Nobody is counted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.servers.showing import Counted
from bot.domain.trusted_time import ConfirmedTime
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId, ShowingId

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.showings import Showings

MOST: Final = 3
WITHIN: Final = timedelta(hours=2)
KEPT: Final = timedelta(days=1)


class ShowingCounts:
    """Counts showings of a card in a channel. The hour alone is kept, so a showing counts until its third hour ends."""

    def __init__(self, database: "Database", showings: "Showings", clock: Callable[[], datetime]) -> None:
        self._database, self._showings, self._clock = database, showings, clock

    async def count(self, channel: int, card: str) -> Counted:
        """Count one more, unless there were three already.

        Raises:
            StorageError: what is kept cannot be had.
        """

        async def work(tx: "Transaction") -> Counted:
            now = self._clock()
            if await self._showings.count(tx, channel, card, now - WITHIN) >= MOST:
                return Counted(allowed=False)
            return Counted(allowed=True, id=await self._showings.add(tx, channel, card, now))

        return await in_transaction(self._database, work)

    async def take_back(self, counted: Counted) -> None:
        """Let one that was counted, and that nobody saw, count no more.

        Raises:
            StorageError: what is kept cannot be had.
        """
        one = counted.id
        if one is None:
            return

        async def work(tx: "Transaction") -> None:
            await self._showings.delete(tx, ShowingId(RowId(one)))

        await in_transaction(self._database, work)

    async def forget_old(self, now: ConfirmedTime) -> int:
        """Delete what is older than a day; give how many.

        Raises:
            StorageError: what is kept cannot be had.
        """

        async def work(tx: "Transaction") -> int:
            return await self._showings.delete_old(tx, now, KEPT)

        return await in_transaction(self._database, work)
