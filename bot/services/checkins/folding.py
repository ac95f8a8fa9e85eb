"""What time does to open check-ins: put away after two hours, ended after a day, or after a month for who keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain.checkins import moves
from bot.domain.checkins.answers import DocumentUnreadable
from bot.domain.checkins.lying import KIND, OpenCheckIn
from bot.domain.people import Place
from bot.domain.trusted_time import ConfirmedTime
from bot.services.checkins.support_ends import SupportEnds
from bot.services.pack import ServedPack
from bot.services.transactions import in_transaction

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

AGAIN_AFTER: Final = timedelta(minutes=5)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Folded:
    """A check-in that was put away: its message is to show a neutral line, with these in its buttons.

    It waits there until `until`; None where it ended with support alone, and is deleted once that is drawn.
    """

    token: bytes
    version: int
    place: Place
    row: "Row"
    until: datetime | None


class Folding:
    """Puts check-ins away and ends them. What is not kept of them goes with that."""

    def __init__(self, storage: "Storage", pack: ServedPack, ends: SupportEnds, *, notes: bool) -> None:
        self._storage, self._pack, self._ends, self._notes = storage, pack, ends, notes

    async def fold(self, now: ConfirmedTime) -> list[Folded]:
        """Put away what lay untouched; whatever is not noted as `done` comes again some minutes later."""
        async with self._storage.database.reading() as tx:
            due = await self._storage.sessions.list_due(tx, now, _MOST, _is_check_in)

        async def work(tx: "Transaction") -> list[Folded]:
            return [one for row in due if (one := await self._fold(tx, row, now))]

        self._ends.forget_old(now)
        folded = await in_transaction(self._storage.database, work) if due else []
        for one in folded:
            self._ends.put_away(one.token, one.version)
        return folded

    async def done(self, folded: Folded) -> None:
        """Note that a message shows its neutral line; nothing when the member was there meanwhile."""

        async def work(tx: "Transaction") -> None:
            row, sessions = folded.row, self._storage.sessions
            if folded.until is None:
                await sessions.delete(tx, row)
            else:
                await sessions.update(tx, row, row.document, expires=row.expires, due=None)

        await in_transaction(self._storage.database, work)
        self._ends.forget(folded.token, folded.row.user_id)

    async def end(self, now: ConfirmedTime) -> list[Place]:
        """Delete what is over; gives the messages it was drawn in."""

        async def work(tx: "Transaction") -> list[Place]:
            places = list[Place]()
            for row in await self._storage.sessions.list_expired(tx, now, _MOST, _is_check_in):
                try:
                    one = OpenCheckIn.from_document(row.document)
                except DocumentUnreadable:  # its time is over whatever it says
                    await self._storage.sessions.delete(tx, row)
                    continue
                if one is not None and await self._storage.sessions.delete(tx, row) and one.place:
                    places.append(one.place)
            return places

        return await in_transaction(self._storage.database, work)

    async def _fold(self, tx: "Transaction", row: "Row", now: datetime) -> Folded | None:
        sessions = self._storage.sessions
        try:
            one = OpenCheckIn.from_document(row.document)
        except DocumentUnreadable:  # asked for no more, so that it holds up nobody else's
            await sessions.update(tx, row, row.document, expires=row.expires, due=None)
            return None
        if one is None:
            return None
        has_ended = self._ends.find(bytes(row.id), one.session) is not None
        if has_ended and one.place is None:
            await sessions.delete(tx, row)
            return None
        script = self._pack.library.script(notes=self._notes)
        session = one.session
        if session.state == "open":
            session = moves.as_it_stands(session, script).session
            session = moves.leave(session, script, session.version, now).session
        one = replace(one, session=moves.without_unkept(session, script))
        due = now + AGAIN_AFTER if one.place else None
        again = await sessions.update(tx, row, one.to_document(), expires=row.expires, due=due)
        if again is None or one.place is None:
            return None
        return Folded(bytes(row.id), one.session.version, one.place, again, None if has_ended else one.expires)


def _is_check_in(document: Mapping[str, Any]) -> bool:
    return document.get("kind") == KIND
