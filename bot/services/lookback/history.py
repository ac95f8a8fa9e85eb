"""Looking back: what a member kept, one check-in of it, and changing or deleting that one.

Someone who has paused, deleted everything or never kept anything gets None everywhere, like one who looks for nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.domain.checkins.answers import Answer, SituationRef
from bot.domain.lookback import (
    ALL,
    Changed,
    Deleted,
    Kept,
    Look,
    Opened,
    Spot,
    choose,
    read_kept,
    with_answer,
)
from bot.services.checkins.situations import Situations
from bot.services.fair_share import FairShare
from bot.services.lookback.reading import read_all_kept, read_one
from bot.services.people import People, Person
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.ids import EntryId, RowId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.entries import Entry
    from bot.storage.storage import Storage

UNNAMED_ZONE: Final = "UTC"  # until a member names theirs


class Lookback:
    """Reads and changes what was kept. Each method is one commit at most."""

    def __init__(self, storage: "Storage", people: People, situations: Situations, share: FairShare) -> None:
        self._storage, self._people, self._situations, self._share = storage, people, situations, share

    async def look(
        self, user_id: int, now: datetime, period: str = ALL, situation: SituationRef | None = None
    ) -> Look | None:
        """Give what was kept within a period, about one situation or any; None when that is nothing."""
        async with self._share.turn(user_id), self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            if person is None:
                return None
            kept, unread = await read_all_kept(self._storage, tx, person.member, now)
            labels = {one.ref: one.label for one in await self._situations.list_all(tx, person.member)}
        await self._people.note_use(self._storage.database, person, now)
        chosen = choose(kept, period, situation, now)
        unread = unread and period == ALL and situation is None
        return Look(chosen, labels, _zone(person), unread=unread) if chosen or unread else None

    async def open(self, user_id: int, id_: bytes, now: datetime) -> Opened | None:
        """Give one check-in, whole; None when it is not there, or another member's."""
        async with self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            found = await self._find(tx, person, id_, now)
            return await self._opened(tx, person, found[1]) if person and found else None

    async def change(
        self, user_id: int, spot: Spot, edit: Callable[[Answer], Answer | None], now: datetime
    ) -> Changed | None:
        """Put what `edit` makes in place of an answer, nothing for None. None when the check-in is not there.

        It is not done when the check-in was changed since: the member saw another one.

        Raises:
            LabelEmpty, TextTooLong: by `edit`.
        """
        next_noted = await self._situations.find_next_noted(user_id, EntryId(RowId(spot.entry)), now)

        async def work(tx: "Transaction") -> Changed | None:
            person = await self._people.find_visible(tx, user_id, now)
            found = await self._find(tx, person, spot.entry, now)
            if person is None or found is None:
                return None
            entry, kept = found
            answer = kept.answer_at(spot.at)
            if entry.version != spot.version or answer is None:
                return Changed(await self._opened(tx, person, kept), done=False)
            changed = edit(answer)
            document = with_answer(entry.document, spot.at, changed)
            if await self._storage.entries.update(tx, person.member, entry, document) is None:
                raise OvertakenError
            after = read_kept(kept.id, entry.version + 1, document)
            if kept.has_note and not after.has_note:
                await self._situations.pass_note_on(tx, person, kept, next_noted)
            return Changed(await self._opened(tx, person, after), done=True, at=None if changed is None else spot.at)

        return await in_transaction(self._storage.database, work)

    async def delete(self, user_id: int, id_: bytes, now: datetime) -> Deleted | None:
        """Delete one check-in; None when it is not there, or another member's. Wipe before the receipt."""
        next_noted = await self._situations.find_next_noted(user_id, EntryId(RowId(id_)), now)

        async def work(tx: "Transaction") -> Deleted | None:
            person = await self._people.find_visible(tx, user_id, now)
            found = await self._find(tx, person, id_, now)
            if person is None or found is None:
                return None
            entry, kept = found
            if not await self._storage.entries.delete(tx, person.member, entry.id):
                return None
            if kept.has_note:
                await self._situations.pass_note_on(tx, person, kept, next_noted)
            return Deleted(1, 0, now)

        return await in_transaction(self._storage.database, work)

    async def _find(
        self, tx: "Transaction", person: Person | None, id_: bytes, now: datetime
    ) -> "tuple[Entry, Kept] | None":
        entry = await self._storage.entries.get(tx, person.member, EntryId(RowId(id_))) if person else None
        kept = read_one(entry, now) if entry else None
        return (entry, kept) if entry and kept else None

    async def _opened(self, tx: "Transaction", person: Person, kept: Kept) -> Opened:
        card = await self._situations.card(tx, person.member, kept.situation) if kept.situation else None
        return Opened(kept, card.label if card else None, _zone(person))


def _zone(person: Person) -> str:
    return person.profile.zone or UNNAMED_ZONE
