"""Deletes what has had its time: entries, members who no longer come, the copies made before migrations."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.mass_deletion import Share
from bot.domain.mydata.retention import TOLD_BEFORE, UNUSED_AFTER, Fate, fate_of, goes_on
from bot.domain.people import is_paused
from bot.domain.reminders.reminder import Reminder
from bot.domain.trusted_time import ConfirmedTime
from bot.services.people import People, Person, profile_of
from bot.services.transactions import in_transaction
from bot.storage.files import prune_copies

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.rows import Member
    from bot.storage.storage import Storage

_BATCH: Final = 200
_ENTRIES: Final = 1000
_WANTED: Final = frozenset({"waiting", "quiet"})  # states of reminders that someone still has on

log = logging.getLogger(__name__)


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

    def __init__(self, storage: "Storage", people: People) -> None:
        self._storage, self._people = storage, people

    async def let_go_until(self) -> datetime | None:
        """Say up to when the operator lets go whatever is over."""
        async with self._storage.database.reading() as tx:
            return await self._storage.moments.get(tx, "let go")

    async def share_over(self, now: datetime, let_go: datetime | None) -> tuple[Share, Share]:
        """Count the entries, and the members, whose time is over and that the operator did not let go yet, of all."""
        gone = _going(await self.list_lapsing(now))
        if let_go is not None:
            gone -= _going(await self.list_lapsing(let_go))
        async with self._storage.database.reading() as tx:
            entries = await self._storage.entries.share_expired(tx, now, let_go)
            return entries, Share(len(gone), await self._storage.members.count(tx))

    async def delete_entries(self, now: ConfirmedTime) -> int:
        """Delete the entries whose time is over; give how many."""
        deleted = 0
        while True:
            async with self._storage.database.transaction() as tx:
                some = await self._storage.entries.delete_expired(tx, now, _ENTRIES)
            deleted += some
            if some < _ENTRIES:
                return deleted

    async def list_lapsing(self, now: datetime) -> list[Lapsing]:
        """List those who have not come for long; who cannot be read is left out, and holds no other up."""
        before, found, after = now - UNUSED_AFTER + TOLD_BEFORE, list[Lapsing](), None
        while True:
            async with self._storage.database.reading() as tx:
                members, after = await self._storage.members.list_unused(tx, before, _BATCH, after)
                found += [lapsing for one in members if (lapsing := await self._lapsing(tx, one, now))]
            if after is None:
                return found

    async def tell(self, user_id: int, now: ConfirmedTime) -> Told | None:
        """Note that a member is being told; None when they came back. A crash may lose a message, never double it."""

        async def work(tx: "Transaction") -> Told | None:
            person = await self._people.find(tx, user_id)
            if person is None or await self._fate(tx, person, now) != "told":
                return None
            await self._people.change(tx, person, replace(person.profile, warned=now))
            return Told(user_id, person.profile.channel, goes_on(person.member.used, now))

        return await in_transaction(self._storage.database, work)

    async def let_go(self, user_id: int, now: ConfirmedTime) -> bool:
        """Delete everything of a member who did not come back, the key first; False when they did."""

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find(tx, user_id, alone=True)
            if person is None or await self._fate(tx, person, now) != "goes":
                return False
            await self._storage.shredder.delete_member(tx, person.member.id, user_id)
            return True

        return await in_transaction(self._storage.database, work)

    async def scrub(self) -> None:
        """Take what was deleted out of the engine's log."""
        await self._storage.database.scrub()

    async def prune(self, now: ConfirmedTime, until_next: timedelta) -> int:
        """Remove copies that lapse before this is done again: no receipt may name a day too early.

        Gives how many files went.
        """
        file = self._storage.database.file
        return 0 if file is None else len(await asyncio.to_thread(prune_copies, file, now + until_next))

    async def _lapsing(self, tx: "Transaction", member: "Member", now: datetime) -> Lapsing | None:
        try:
            return Lapsing(member.user_id, await self._fate(tx, Person(member, profile_of(member)), now))
        except (KeyError, TypeError, ValueError):  # damaged, or a later version wrote it
            log.error("A member cannot be read, and is left out")  # noqa: TRY400  # no trace says more
            return None

    async def _fate(self, tx: "Transaction", person: Person, now: datetime) -> Fate:
        rows = await self._storage.reminders.list_all(tx, person.member)
        on = any(Reminder.from_document(row.document).state in _WANTED for row in rows)
        reminded = on and not is_paused(person.profile, now)
        return fate_of(person.profile, person.member.used, now, reminded=reminded)


def _going(lapsing: Iterable[Lapsing]) -> set[int]:
    return {one.user_id for one in lapsing if one.fate == "goes"}
