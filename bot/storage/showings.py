"""Which card was shown in which channel in which hour, under a pseudonym of both; nothing says who showed it.

Kept for a day, so that the same card is not shown again and again. Nothing here is sealed, and no key is needed later:
under another master key counting begins anew.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, select

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Transaction
from bot.storage.ids import ShowingId, new_id
from bot.storage.sealing import ServerVault
from bot.storage.tables import showing, this_hour

_COUNT: Final = (
    select(func.count())
    .select_from(showing)
    .where(showing.c.place.in_(bindparam("these", expanding=True)), showing.c.hour >= bindparam("since"))
)
_ONE: Final = delete(showing).where(showing.c.id == bindparam("this"))
_BEFORE: Final = delete(showing).where(showing.c.hour < bindparam("before"))


class Showings:
    """The store of showings."""

    def __init__(self, vault: ServerVault) -> None:
        self._vault = vault

    async def add(self, tx: Transaction, channel: int, card: str, now: datetime) -> ShowingId:
        """Note that a card was shown in a channel."""
        id_ = ShowingId(new_id())
        row = {"id": id_, "place": self._vault.place(channel, card), "hour": this_hour(now)}
        await tx.execute(showing.insert(), row)
        return id_

    async def delete(self, tx: Transaction, id_: ShowingId) -> None:
        """Forget one showing."""
        await tx.execute(_ONE, {"this": id_})

    async def count(self, tx: Transaction, channel: int, card: str, since: datetime) -> int:
        """Count the showings of a card in a channel from the hour of a moment on, which is all that is known."""
        values = {"these": self._vault.places(channel, card), "since": this_hour(since)}
        return (await tx.execute(_COUNT, values)).scalar_one()

    async def delete_old(self, tx: Transaction, now: ConfirmedTime, kept: timedelta) -> int:
        """Forget showings of hours so long ago; give how many."""
        return (await tx.execute(_BEFORE, {"before": now - kept})).rowcount
