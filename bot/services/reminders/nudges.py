"""Nudges as people ask for them and take them back, whether they keep anything or not. Nothing is sent from here."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.reminders.nudges import KIND as NUDGE
from bot.domain.reminders.nudges import MOST_NUDGES, Nudge, SetNudge, When, time_of
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.transactions import in_transaction
from bot.storage.ids import OccurrenceId, RowId, SessionId
from bot.storage.sessions import Guest

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage


class Nudges:
    """Sets and takes back nudges. `who` is a Discord user id, `token` the nudge's."""

    def __init__(self, storage: "Storage", people: People, pack: ServedPack, clock: Callable[[], datetime]) -> None:
        self._storage, self._people, self._pack, self._clock = storage, people, pack, clock

    async def ask(self, who: int, token: bytes, when: When, channel: int) -> SetNudge | None:
        """Set the nudge that the words ask for; None where the member is to choose its time.

        Raises:
            UserError: as many as fit are waiting.
        """
        async with self._storage.database.reading() as tx:
            now = self._clock()
            person = await self._people.find_visible(tx, who, now)
        at = time_of(when, now, person.profile.zone if person else None)
        return None if at is None else await self.set(who, token, at, channel)

    async def set(self, who: int, token: bytes, at: datetime, channel: int, letter: bytes = b"") -> SetNudge:
        """Set a nudge; a doubled press gives the one that the first has set. `letter` is the message it is asked from.

        Raises:
            UserError: the time has passed, or as many as fit are waiting.
        """

        async def work(tx: "Transaction") -> SetNudge:
            now, trouble = self._clock(), self._pack.library.reminders.trouble
            there = await self._storage.sessions.get(tx, SessionId(RowId(token)))
            if there is not None and there.user_id == who and (nudge := Nudge.from_document(there.document)):
                return SetNudge(token, nudge)
            if there is not None or at <= now:
                raise UserError(trouble.time_passed)
            waiting = await self._waiting(tx, who)
            if len(waiting) >= MOST_NUDGES:
                raise UserError(trouble.too_many_nudges.format(most=MOST_NUDGES))
            await self._storage.occurrences.update(tx, OccurrenceId(RowId(letter)))
            nudge = Nudge(at, channel)
            person = await self._people.find_visible(tx, who, now)
            await self._storage.sessions.add(
                tx,
                person.member if person else Guest(who),
                nudge.to_document(),
                now,
                expires=nudge.expires,
                due=nudge.due,
                id_=SessionId(RowId(token)),
            )
            return SetNudge(token, nudge)

        return await in_transaction(self._storage.database, work)

    async def take_back(self, who: int, token: bytes) -> None:
        """Delete a nudge that waits; one that went out, or is someone else's, stays as it is."""

        async def work(tx: "Transaction") -> None:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
            if row is not None and row.user_id == who and row.document.get("kind") == NUDGE:
                await self._storage.sessions.delete(tx, row)

        await in_transaction(self._storage.database, work)

    async def stop_all(self, who: int, letter: bytes) -> None:
        """Delete every nudge of someone's that waits."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.update(tx, OccurrenceId(RowId(letter)))
            for row in await self._waiting(tx, who):
                await self._storage.sessions.delete(tx, row)

        await in_transaction(self._storage.database, work)

    async def _waiting(self, tx: "Transaction", who: int) -> "list[Row]":
        person = await self._people.find(tx, who)
        rows = await self._storage.sessions.list_open(tx, person.member if person else Guest(who))
        return [row for row in rows if row.document.get("kind") == NUDGE]
