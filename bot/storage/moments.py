"""What all processes and the command line have to know of time: which one was confirmed last, and the like."""

from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from sqlalchemy import select, update

from bot.domain.trusted_time import AGREE, ConfirmedTime
from bot.storage.database import Transaction
from bot.storage.statements import add_once, remove
from bot.storage.tables import moment

Name: TypeAlias = Literal["confirmed", "let go"]

NOTED_EACH: Final = timedelta(minutes=1)


class Moments:
    """The store of moments.

    `confirmed` is the time Discord confirmed last; what is due by `let go` the operator lets go, however much it is.
    """

    async def get(self, tx: Transaction, name: Name) -> datetime | None:
        """Give a moment, to the second; None when there is none yet."""
        return (await tx.execute(select(moment.c.at).where(moment.c.name == name))).scalar()

    async def get_confirmed(self, tx: Transaction) -> ConfirmedTime | None:
        """Give the time confirmed last, which has certainly come."""
        seen = await self.get(tx, "confirmed")
        return None if seen is None else ConfirmedTime(seen)

    async def put(self, tx: Transaction, name: Name, at: datetime) -> None:
        """Set a moment."""
        if not await add_once(tx, moment, {"name": name, "at": at}):
            await tx.execute(update(moment).where(moment.c.name == name).values(at=at))

    async def note_confirmed(self, tx: Transaction, seen: datetime | None, now: ConfirmedTime) -> None:
        """Note the time that was confirmed now, by the one `seen` before; once a minute is enough.

        Of two processes the later time stays. It goes back only where Discord confirmed that the one seen was wrong;
        then what was let go by that time was not meant, and is not let go.
        """
        if seen is None:
            await add_once(tx, moment, {"name": "confirmed", "at": now})
            return
        if seen + NOTED_EACH <= now:
            still = moment.c.at < now
        elif seen - now > AGREE:
            still = moment.c.at == seen
        else:
            return
        noted = await tx.execute(update(moment).where(moment.c.name == "confirmed", still).values(at=now))
        if noted.rowcount and now < seen:
            await remove(tx, moment, moment.c.name == "let go", moment.c.at > now)
