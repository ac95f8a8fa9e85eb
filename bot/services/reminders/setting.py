"""Reminders as members set and change them. Nothing is sent from here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from bot.domain.people import Profile
from bot.domain.reminders import reminder as rules
from bot.domain.reminders.letters import Panel, SetReminder
from bot.domain.reminders.reminder import MOST_JITTER, MOST_REMINDERS, Reminder, TimePassed
from bot.domain.reminders.schedule import Pattern
from bot.domain.zones import QuietHours
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.services.people import People, Person
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.ids import OccurrenceId, ReminderId, RowId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.reminders import Reminder as Row
    from bot.storage.storage import Storage

Change: TypeAlias = Callable[[Reminder, datetime, QuietHours | None], Reminder]


class Reminders:
    """Shows, sets and changes reminders. `who` is a Discord user id, `token` a reminder's.

    One that is gone, or someone else's, is answered with None: nothing was changed.
    """

    def __init__(self, storage: "Storage", people: People, pack: ServedPack, clock: Callable[[], datetime]) -> None:
        self._storage, self._people, self._pack, self._clock = storage, people, pack, clock

    async def panel(self, who: int) -> Panel:
        """Show what is set, and tell, once, what the member is still to be told."""

        async def work(tx: "Transaction") -> Panel:
            now = self._clock()
            person = await self._people.find_visible(tx, who, now)
            if person is None:
                return Panel(known=False)
            notices = person.profile.notices
            person = await self._people.change(tx, person, replace(person.profile, notices=()))
            await self._people.touch(tx, person, now)
            return replace(await self._panel(tx, person), notices=notices)

        return await in_transaction(self._storage.database, work)

    async def zone(self, who: int) -> str | None:
        """Give the member's zone."""
        async with self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, who, self._clock())
            return person.profile.zone if person else None

    async def add(
        self, who: int, token: bytes, pattern: Pattern, start: datetime | None, channel: int
    ) -> SetReminder | None:
        """Set a reminder; a doubled press gives the one that the first has set. Weekdays take no start.

        Raises:
            UserError: the time has passed, weekdays have no zone, or as many as fit are set.
        """

        async def work(tx: "Transaction") -> SetReminder | None:
            now, words = self._clock(), self._pack.library.reminders
            person = await self._people.find_visible(tx, who, now)
            if person is None:
                return None
            there = await self._find(tx, person, token)
            if there is not None:
                return _shown(there)
            if len(await self._set(tx, person)) >= MOST_REMINDERS:
                raise UserError(words.trouble.too_many.format(most=MOST_REMINDERS))
            profile = person.profile
            if start is None and profile.zone is None:
                raise UserError(words.trouble.zone_needed)
            try:
                reminder = rules.remind(pattern, start or now, profile.zone, profile.quiet_hours, _jitter(token), now)
            except TimePassed:
                raise UserError(words.trouble.time_passed) from None
            person = await self._people.change(tx, person, replace(profile, channel=channel))
            row = await self._storage.reminders.add(
                tx, person.member, reminder.to_document(), now, due=reminder.due, id_=ReminderId(RowId(token))
            )
            return _shown(row) if row.member_id == person.member.id else None

        return await in_transaction(self._storage.database, work)

    async def snooze(self, who: int, token: bytes, letter: bytes) -> SetReminder | None:
        """Let one come again later today. `letter` is the token of the message pressed, or none."""
        return await self._change(who, token, letter, rules.snoozed)

    async def pause(self, who: int, token: bytes, letter: bytes, until: datetime | None) -> SetReminder | None:
        """Hold one back until a moment, or until it is started again."""
        return await self._change(who, token, letter, lambda one, _, quiet: rules.paused(one, until, quiet))

    async def start(self, who: int, token: bytes, letter: bytes) -> SetReminder | None:
        """Let one come again that was held back or went quiet."""
        return await self._change(who, token, letter, rules.started_again)

    async def stop(self, who: int, token: bytes) -> int:
        """Delete one; give how many are left."""

        async def work(tx: "Transaction") -> int:
            person = await self._people.find(tx, who)
            if person is None:
                return 0
            await self._storage.reminders.delete(tx, person.member, ReminderId(RowId(token)))
            return len(await self._set(tx, person))

        return await in_transaction(self._storage.database, work)

    async def stop_all(self, who: int) -> None:
        """Delete all of them."""

        async def work(tx: "Transaction") -> None:
            person = await self._people.find(tx, who)
            if person is None:
                return
            for row in await self._storage.reminders.list_all(tx, person.member):
                await self._storage.reminders.delete(tx, person.member, row.id)

        await in_transaction(self._storage.database, work)

    async def set_zone(self, who: int, zone: str) -> Panel:
        """Note a member's zone, by its name in the database; series keep the time of day their clocks showed."""
        return await self._settle(who, lambda profile: replace(profile, zone=zone))

    async def set_quiet_hours(self, who: int, quiet: QuietHours | None) -> Panel:
        """Note when nothing is to come; what would, comes at their end.

        Raises:
            UserError: they have no zone.
        """
        if quiet and await self.zone(who) is None:
            raise UserError(self._pack.library.reminders.trouble.zone_needed)
        return await self._settle(who, lambda profile: replace(profile, quiet_hours=quiet))

    async def _change(self, who: int, token: bytes, letter: bytes, change: Change) -> SetReminder | None:
        async def work(tx: "Transaction") -> SetReminder | None:
            person = await self._people.find(tx, who)
            row = await self._find(tx, person, token) if person else None
            if person is None or row is None:
                return None
            now = self._clock()
            # Its message was seen: should the process have died after sending it, it is not to be sent again.
            await self._storage.occurrences.update(tx, OccurrenceId(RowId(letter)))
            await self._people.touch(tx, person, now)
            changed = change(Reminder.from_document(row.document), now, person.profile.quiet_hours)
            return _shown(await write_reminder(self._storage, tx, row, changed))

        return await in_transaction(self._storage.database, work)

    async def _settle(self, who: int, choose: Callable[[Profile], Profile]) -> Panel:
        async def work(tx: "Transaction") -> Panel:
            now = self._clock()
            person = await self._people.find_visible(tx, who, now)
            if person is None:
                return Panel(known=False)
            person = await self._people.change(tx, person, choose(person.profile))
            await self._people.touch(tx, person, now)
            zone, quiet = person.profile.zone, person.profile.quiet_hours
            rows = await self._storage.reminders.list_all(tx, person.member)
            for row in rows:
                if zone:
                    await write_reminder(
                        self._storage, tx, row, rules.moved(Reminder.from_document(row.document), zone, now, quiet)
                    )
            return await self._panel(tx, person)

        return await in_transaction(self._storage.database, work)

    async def _panel(self, tx: "Transaction", person: Person) -> Panel:
        there, profile = await self._set(tx, person), person.profile
        return Panel(known=True, reminders=there, zone=profile.zone, quiet_hours=profile.quiet_hours)

    async def _set(self, tx: "Transaction", person: Person) -> tuple[SetReminder, ...]:
        rows = map(_shown, await self._storage.reminders.list_all(tx, person.member))
        return tuple(one for one in rows if one.reminder.state != "done")

    async def _find(self, tx: "Transaction", person: Person, token: bytes) -> "Row | None":
        row = await self._storage.reminders.get(tx, ReminderId(RowId(token)))
        return row if row and row.member_id == person.member.id else None


async def count_anew(storage: "Storage", tx: "Transaction", person: Person) -> None:
    """Note, within the caller's transaction, that a member came to check in: what they leave alone counts from here."""
    for row in await storage.reminders.list_all(tx, person.member):
        reminder = Reminder.from_document(row.document)
        if reminder.unanswered:
            await write_reminder(storage, tx, row, rules.answered(reminder))


async def write_reminder(storage: "Storage", tx: "Transaction", row: "Row", reminder: Reminder) -> "Row":
    """Write a reminder down as it is now.

    Raises:
        OvertakenError: it was changed or deleted since it was read.
    """
    written = await storage.reminders.update(tx, row, reminder.to_document(), due=reminder.due)
    if written is None:
        raise OvertakenError
    return written


def _shown(row: "Row") -> SetReminder:
    return SetReminder(bytes(row.id), Reminder.from_document(row.document))


def _jitter(token: bytes) -> int:
    """Spread full hours over some minutes, each reminder the same each time."""
    return int.from_bytes(token[:4]) % MOST_JITTER
