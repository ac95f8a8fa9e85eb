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
from bot.services.pack import ServedPack
from bot.services.transactions import in_transaction

if TYPE_CHECKING:
    from bot.storage.engine import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

AGAIN_AFTER: Final = timedelta(minutes=5)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Folded:
    """A check-in that was put away: its message is to show a neutral line, with these in its buttons.

    It waits there until `until`; None where nothing of it is left to wait.
    """

    token: bytes
    version: int
    place: Place
    row: "Row"
    until: datetime | None


class Folding:
    """Puts check-ins away and ends them. What is not kept of them goes with that."""

    def __init__(self, storage: "Storage", pack: ServedPack, *, notes: bool) -> None:
        self._storage, self._pack, self._notes = storage, pack, notes

    async def fold(self, now: ConfirmedTime) -> list[Folded]:
        """Put away what lay untouched; whatever is not noted as `done` comes again some minutes later."""
        async with self._storage.database.reading() as tx:
            due = await self._storage.sessions.list_due(tx, now, _MOST, _is_check_in)

        async def work(tx: "Transaction") -> list[Folded]:
            return [one for row in due if (one := await self._fold(tx, row, now))]

        return await in_transaction(self._storage.database, work) if due else []

    async def done(self, folded: Folded) -> None:
        """Note that a message shows its neutral line; nothing when the member was there meanwhile."""

        async def work(tx: "Transaction") -> None:
            row, sessions = folded.row, self._storage.sessions
            if folded.until is None:
                await sessions.delete(tx, row)
            else:
                await sessions.update(tx, row, row.document, expires=row.expires, due=None)

        await in_transaction(self._storage.database, work)

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
        if one.support_only:
            return await self._empty(tx, row, one, now)
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
        return Folded(bytes(row.id), one.session.version, one.place, again, one.expires)

    async def _empty(self, tx: "Transaction", row: "Row", one: OpenCheckIn, now: datetime) -> Folded | None:
        """Delete what was said in a check-in that ended with support alone; its row goes when its message is drawn."""
        sessions = self._storage.sessions
        if one.place is None:
            await sessions.delete(tx, row)
            return None
        bare = replace(one, session=replace(one.session, answers=(), situation=None))
        again = await sessions.update(tx, row, bare.to_document(), expires=row.expires, due=now + AGAIN_AFTER)
        return Folded(bytes(row.id), bare.session.version, one.place, again, None) if again else None


def _is_check_in(document: Mapping[str, Any]) -> bool:
    return document.get("kind") == KIND
