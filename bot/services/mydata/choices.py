"""What is kept of someone, and what they choose about it: keep, retention, pause, delete.

Whoever has paused gets what someone gets who keeps nothing: None, or an answer that says nothing of what is there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.checkins.lying import KIND as CHECK_IN
from bot.domain.mydata.inventory import Inventory, Receipt
from bot.domain.people import Pause, Retention, is_paused
from bot.domain.reminders.nudges import KIND as NUDGE
from bot.services.checkins.consent import Consents
from bot.services.checkins.support_ends import SupportEnds
from bot.services.fair_share import FairShare
from bot.services.people import People, Person
from bot.services.transactions import in_transaction
from bot.storage.errors import CannotOpen
from bot.storage.sessions import Guest
from bot.storage.shredding import Removed

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.rows import Member
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage


class MyData:
    """Each method is one commit, done when it returns."""

    def __init__(
        self, storage: "Storage", people: People, consents: Consents, ends: SupportEnds, share: FairShare
    ) -> None:
        self._storage, self._people, self._consents, self._ends = storage, people, consents, ends
        self._share = share

    async def look(self, user_id: int, now: datetime) -> Inventory | None:
        """Count what is kept; None for someone who has nothing to show."""
        async with self._storage.database.reading() as tx:
            person = await self._people.find(tx, user_id)
            seen = await self._visible(tx, person, user_id, now)
        if person is not None:
            await self._people.note_use(self._storage.database, person, now)
        return seen

    async def count_deeds(self, user_id: int) -> int:
        """Count the lines with their name in servers' logs; they belong to no notebook and are in sight in a pause."""
        async with self._storage.database.reading() as tx:
            return await self._storage.noticeboard.deeds.count_of_person(tx, user_id)

    async def set_keep(self, user_id: int, consent: int, now: datetime, *, keep: bool) -> None:
        """Give consent to a version of the lines, or withdraw it. Who withdraws what they never gave is no member."""

        async def work(tx: "Transaction") -> None:
            person = await self._people.find(tx, user_id)
            if keep:
                person = await self._people.agree(tx, user_id, consent, now, keep=True)
            if person is not None:
                await self._people.touch(tx, person, now)
                await self._consents.set_keep(tx, person, keep=keep)

        await in_transaction(self._storage.database, work)

    async def count_past(self, user_id: int, retention: Retention | None, now: datetime) -> int:
        """Count the check-ins whose time would be over under another retention."""
        if retention is None:
            return 0
        async with self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            if person is None:
                return 0
            entries, within = self._storage.entries, now - timedelta(days=retention)
            return await entries.count(tx, person.member) - await entries.count(tx, person.member, within)

    async def set_retention(self, user_id: int, retention: Retention | None, now: datetime) -> None:
        """Say how long check-ins stay, those kept before as well; None until they are deleted.

        What is over by that goes at once, as the member asked for it.
        """

        async def work(tx: "Transaction") -> int:
            person = await self._people.find(tx, user_id)
            if person is None:
                return 0
            await self._people.touch(tx, person, now)
            await self._people.change(tx, person, replace(person.profile, retention=retention))
            lasting = None if retention is None else timedelta(days=retention)
            await self._storage.entries.set_retention(tx, person.member, lasting)
            return await self._storage.entries.delete_over(tx, person.member, now)

        async with self._share.turn(user_id):
            deleted = await in_transaction(self._storage.database, work)
        if deleted:
            await self._storage.database.scrub(patient=False)

    async def pause(self, user_id: int, pause: Pause | None, now: datetime) -> None:
        """Put everything out of sight and stop what would be sent; None goes on.

        Someone who keeps nothing has no row to note it in: their nudges that would come meanwhile are taken back.
        """

        async def work(tx: "Transaction") -> None:
            person = await self._people.find(tx, user_id)
            if person is not None:
                await self._people.touch(tx, person, now)
                await self._people.change(tx, person, replace(person.profile, pause=pause))
            elif pause is not None:
                for row in await self._storage.sessions.list_open(tx, Guest(user_id)):
                    within = row.due is not None and (pause.until is None or row.due < pause.until)
                    if row.document.get("kind") == NUDGE and within:
                        await self._storage.sessions.delete(tx, row)

        await in_transaction(self._storage.database, work)

    async def delete_checkins(self, user_id: int, now: datetime) -> Receipt:
        """Delete all check-ins, open ones and nudges too; what stays of a member is sealed under a new key.

        Wipe before the receipt.
        """

        async def work(tx: "Transaction") -> tuple[bool, Removed]:
            person = await self._people.find(tx, user_id, alone=True)
            shown = await self._visible(tx, person, user_id, now) is not None
            untold = await self._count_untold(tx, person, user_id)
            removed = Removed()
            if person is not None:
                member, removed = await self._storage.shredder.delete_checkins(tx, person.member)
                profile = replace(person.profile, noted=None, imports=())
                await self._people.change(tx, Person(member, person.profile), profile)
                await self._forget_notes(tx, member)
            rows = await self._storage.sessions.list_open(tx, Guest(user_id))
            deleted = await self._delete_each(
                tx, [row for row in rows if row.document.get("kind") in {CHECK_IN, NUDGE}]
            )
            return shown, replace(removed, sessions=removed.sessions + deleted - untold)

        shown, removed = await in_transaction(self._storage.database, work)
        self._ends.forget_all_of(user_id)
        receipt = Receipt("check-ins", now)
        return replace(receipt, entries=removed.entries, sessions=removed.sessions) if shown else receipt

    async def delete_everything(self, user_id: int, now: datetime) -> Receipt:
        """Delete all that is kept of someone, the key first. Wipe before the receipt."""
        try:
            async with self._storage.database.reading() as tx:
                person = await self._people.find(tx, user_id)
                shown = await self._visible(tx, person, user_id, now) is not None
                untold = await self._count_untold(tx, person, user_id)
        except CannotOpen:  # what nobody can read can be deleted all the same
            shown, untold = False, 0
        removed = await self._storage.shredder.forget(user_id)
        self._ends.forget_all_of(user_id)
        receipt = Receipt("everything", now, deeds=removed.deeds)
        if not shown:
            return receipt
        return replace(
            receipt,
            entries=removed.entries,
            sessions=max(0, removed.sessions - untold),
            situations=removed.situations,
            reminders=removed.reminders,
        )

    async def _visible(self, tx: "Transaction", person: Person | None, user_id: int, now: datetime) -> Inventory | None:
        if person is not None and is_paused(person.profile, now):
            return None
        member = person.member if person else None
        rows = await self._storage.sessions.list_open(tx, member or Guest(user_id))
        kinds = [str(row.document.get("kind")) for row in rows]
        inventory = Inventory(
            person.profile if person else None,
            entries=await self._storage.entries.count(tx, member) if member else 0,
            situations=await self._storage.situations.count(tx, member) if member else 0,
            reminders=len(await self._storage.reminders.list_all(tx, member)) if member else 0,
            open=sum(kind == CHECK_IN for kind in kinds) - self._count_ended(rows),
            nudges=kinds.count(NUDGE),
            errands=sum(kind not in {CHECK_IN, NUDGE} for kind in kinds),
        )
        return None if inventory.is_empty else inventory

    async def _count_untold(self, tx: "Transaction", person: Person | None, user_id: int) -> int:
        """Count the check-ins that ended with support alone: no list names them, and so no receipt does."""
        rows = await self._storage.sessions.list_open(tx, person.member if person else Guest(user_id))
        return self._count_ended(rows)

    def _count_ended(self, rows: "Sequence[Row]") -> int:
        return sum(self._ends.covers(bytes(row.id), row.document) for row in rows)

    async def _forget_notes(self, tx: "Transaction", member: "Member") -> None:
        """Take out of every situation where its newest note stood."""
        for row in await self._storage.situations.list_all(tx, member):
            if row.document.get("noted") is not None:
                await self._storage.situations.update(tx, member, row, {**row.document, "noted": None})

    async def _delete_each(self, tx: "Transaction", rows: "Sequence[Row]") -> int:
        return sum([await self._storage.sessions.delete(tx, row) for row in rows])
