"""Deletes what has had its time: entries, members who no longer come, backups and the copies made before migrations."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.domain.mydata.retention import TOLD_BEFORE, UNUSED_AFTER, Fate, fate_of, goes_on
from bot.domain.people import is_paused
from bot.domain.reminders.reminder import Reminder
from bot.services.people import People, Person, profile_of
from bot.services.transactions import in_transaction
from bot.storage.files import prune_backups, prune_copies
from bot.storage.ids import MemberId, RowId

if TYPE_CHECKING:
    from bot.storage.engine import Transaction
    from bot.storage.storage import Storage

_BATCH: Final = 200
_ENTRIES: Final = 1000
_WANTED: Final = frozenset({"waiting", "quiet"})  # states of reminders that someone still has on


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A member who has not come for long, and what is to become of them."""

    user_id: int = field(repr=False)
    fate: Fate


@dataclass(frozen=True, slots=True)
class Told:
    """Where a member is told that everything goes, and on which day."""

    user_id: int = field(repr=False)
    channel: int | None = field(repr=False)
    day: datetime


class Retention:
    """Each method that deletes is one commit, or as many as it takes. `scrub` after them."""

    def __init__(self, storage: "Storage", people: People, backups: Path | None) -> None:
        self._storage, self._people, self._backups = storage, people, backups

    async def delete_entries(self, now: datetime) -> int:
        """Delete the entries whose time is over; give how many."""
        deleted = 0
        while True:
            async with self._storage.database.transaction() as tx:
                some = await self._storage.entries.delete_expired(tx, now, _ENTRIES)
            deleted += some
            if some < _ENTRIES:
                return deleted

    async def list_lapsing(self, now: datetime, after: bytes | None) -> tuple[list[Lapsing], bytes | None]:
        """Give some of those who have not come for long, and where to go on, None at the end."""
        before = now - UNUSED_AFTER + TOLD_BEFORE
        async with self._storage.database.reading() as tx:
            start = None if after is None else MemberId(RowId(after))
            members = await self._storage.members.list_unused(tx, before, _BATCH, start)
            found = [Lapsing(one.user_id, await self._fate(tx, Person(one, profile_of(one)), now)) for one in members]
        return found, bytes(members[-1].id) if len(members) == _BATCH else None

    async def tell(self, user_id: int, now: datetime) -> Told | None:
        """Note that a member is being told; None when they came back. A crash may lose a message, never double it."""

        async def work(tx: "Transaction") -> Told | None:
            person = await self._people.find(tx, user_id)
            if person is None or await self._fate(tx, person, now) != "told":
                return None
            await self._people.change(tx, person, replace(person.profile, warned=now))
            return Told(user_id, person.profile.channel, goes_on(person.member.used, now))

        return await in_transaction(self._storage.database, work)

    async def let_go(self, user_id: int, now: datetime) -> bool:
        """Delete everything of a member who did not come back, the key first; False when they did."""

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find(tx, user_id, alone=True)
            if person is None or await self._fate(tx, person, now) != "goes":
                return False
            await self._storage.shredder.delete_member(tx, person.member)
            return True

        return await in_transaction(self._storage.database, work)

    async def scrub(self) -> None:
        """Take what was deleted out of the engine's log."""
        await self._storage.database.scrub()

    async def prune(self, now: datetime, until_next: timedelta) -> None:
        """Remove backups and copies that lapse before this is done again: no receipt may name a day too early."""
        file = self._storage.database.file
        if self._backups is not None:
            await asyncio.to_thread(prune_backups, self._backups, now + until_next)
        if file is not None:
            await asyncio.to_thread(prune_copies, file, now + until_next)

    async def _fate(self, tx: "Transaction", person: Person, now: datetime) -> Fate:
        rows = await self._storage.reminders.list_all(tx, person.member)
        on = any(Reminder.from_document(row.document).state in _WANTED for row in rows)
        reminded = on and not is_paused(person.profile, now)
        return fate_of(person.profile, person.member.used, now, reminded=reminded)
