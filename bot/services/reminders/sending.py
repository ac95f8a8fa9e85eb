"""What the sending job asks of storage: what is due, the claim on one sending, and what became of it.

A sending is claimed, and the reminder moved on, in one commit before anything is sent: a crash may lose a message, and
never doubles one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.people import Notice, is_paused
from bot.domain.reminders import nudges
from bot.domain.reminders import reminder as reminders
from bot.domain.reminders.letters import Letter, LetterKind, Unreadable
from bot.domain.reminders.nudges import Nudge
from bot.domain.reminders.reminder import TOO_LATE, Reminder
from bot.services.people import People, Person, profile_of
from bot.services.reminders.setting import write_reminder
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.errors import CannotOpen
from bot.storage.ids import OccurrenceId, ReminderId, RowId, SessionId

if TYPE_CHECKING:
    from bot.storage.engine import Transaction
    from bot.storage.occurrences import Occurrence
    from bot.storage.sessions import Session as SessionRow
    from bot.storage.storage import Storage

AT_ONCE: Final = 200
_REMEMBERED: Final = timedelta(days=2)


class Sending:
    """Claims what is due and notes what became of it. Each method is one commit at most, done when it returns."""

    def __init__(self, storage: "Storage", people: People, clock: Callable[[], datetime]) -> None:
        self._storage, self._people, self._clock = storage, people, clock

    async def list_due(self, kind: LetterKind) -> list[bytes]:
        """Name what time calls for, the longest waiting first."""
        now = self._clock()
        async with self._storage.database.reading() as tx:
            if kind == "reminder":
                return [bytes(id_) for id_ in await self._storage.reminders.list_due_ids(tx, now, AT_ONCE)]
            rows = await self._storage.sessions.list_due(tx, now, AT_ONCE)
        return [bytes(row.id) for row in rows if row.document.get("kind") == nudges.KIND]

    async def claim(self, kind: LetterKind, what: bytes) -> Letter | None:
        """Claim one sending, after reading again whether it is wanted now; None when it is not, or was claimed.

        Raises:
            Unreadable: it is damaged, or a later version wrote it.
        """
        work = self._claim_reminder if kind == "reminder" else self._claim_nudge
        try:
            return await in_transaction(self._storage.database, lambda tx: work(tx, what))
        except (CannotOpen, ValueError):
            raise Unreadable from None

    async def list_unfinished(self) -> list[Letter]:
        """List what was claimed and may or may not have been sent; what nobody waits for any more is forgotten."""

        async def work(tx: "Transaction") -> list[Letter]:
            letters = list[Letter]()
            for one in await self._storage.occurrences.list_sending(tx, AT_ONCE):
                try:
                    letter = await self._letter_of(tx, one)
                except (CannotOpen, ValueError):
                    letter = None
                if letter is None:
                    await self._storage.occurrences.delete(tx, one.id)
                else:
                    letters.append(letter)
            return letters

        return await in_transaction(self._storage.database, work)

    async def note_sent(self, letter: Letter) -> None:
        """Note that it arrived."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.update(tx, OccurrenceId(RowId(letter.token)))
            await self._forget_nudge(tx, letter)

        await in_transaction(self._storage.database, work)

    async def drop(self, letter: Letter) -> None:
        """Give a sending up."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.delete(tx, OccurrenceId(RowId(letter.token)))
            await self._forget_nudge(tx, letter)

        await in_transaction(self._storage.database, work)

    async def note_closed(self, letter: Letter) -> None:
        """Note that private messages are closed: everything is held back, and told of at the next use."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.delete(tx, OccurrenceId(RowId(letter.token)))
            await self._forget_nudge(tx, letter)
            person = await self._people.find(tx, letter.user)
            rows = await self._storage.reminders.list_all(tx, person.member) if person else []
            for row in rows:
                await write_reminder(self._storage, tx, row, reminders.closed(Reminder.from_document(row.document)))
            if person and rows:
                await self._tell(tx, person, "reminders-paused")

        await in_transaction(self._storage.database, work)

    async def note_channel(self, letter: Letter, channel: int) -> Letter:
        """Remember the private conversation that was opened anew."""

        async def work(tx: "Transaction") -> None:
            person = await self._people.find(tx, letter.user)
            if person:
                await self._people.change(tx, person, replace(person.profile, channel=channel))
            row = await self._storage.sessions.get(tx, SessionId(RowId(letter.what)))
            nudge = Nudge.from_document(row.document) if row and letter.kind == "nudge" else None
            if row and nudge:
                await self._write_nudge(tx, row, replace(nudge, channel=channel))

        await in_transaction(self._storage.database, work)
        return replace(letter, channel=channel)

    async def forget_old(self) -> None:
        """Forget sendings of days ago, of which nothing is asked any more."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.delete_before(tx, self._clock() - _REMEMBERED)

        await in_transaction(self._storage.database, work)

    async def _claim_reminder(self, tx: "Transaction", what: bytes) -> Letter | None:
        now = self._clock()
        row = await self._storage.reminders.get(tx, ReminderId(RowId(what)))
        member = await self._storage.members.get_by_id(tx, row.member_id) if row else None
        if row is None or member is None or row.due is None or row.due > now:
            return None
        person = Person(member, profile_of(member))
        profile = person.profile
        pause = profile.pause if is_paused(profile, now) else None
        verdict = reminders.judge(Reminder.from_document(row.document), now, profile.quiet_hours, pause)
        if verdict.after is None:
            await self._storage.reminders.delete(tx, member, row.id)
            return None
        await write_reminder(self._storage, tx, row, verdict.after)
        if verdict.after.state == "quiet":
            await self._tell(tx, person, "went-quiet")
        claim = await self._storage.occurrences.add(tx, row.id, row.due, now) if verdict.send else None
        return None if claim is None else self._reminder_letter(claim, person, now)

    async def _claim_nudge(self, tx: "Transaction", what: bytes) -> Letter | None:
        now = self._clock()
        row = await self._storage.sessions.get(tx, SessionId(RowId(what)))
        nudge = Nudge.from_document(row.document) if row else None
        if row is None or nudge is None or nudge.due is None or nudge.due > now:
            return None
        if now - nudge.at > TOO_LATE or await self._has_paused(tx, row, now):
            await self._storage.sessions.delete(tx, row)
            return None
        claim = await self._storage.occurrences.add(tx, row.id, nudge.at, now)
        await self._write_nudge(tx, row, nudges.claimed(nudge, now))
        return None if claim is None else _nudge_letter(claim, row, nudge.channel, now)

    async def _letter_of(self, tx: "Transaction", claim: "Occurrence") -> Letter | None:
        now = self._clock()
        row = await self._storage.reminders.get(tx, ReminderId(claim.what))
        member = await self._storage.members.get_by_id(tx, row.member_id) if row else None
        if row and member:
            reminder, person = Reminder.from_document(row.document), Person(member, profile_of(member))
            wanted = reminder.state in {"waiting", "done"} and not is_paused(person.profile, now)
            letter = self._reminder_letter(claim, person, reminder.claimed or claim.due)
            return replace(letter, wanted=wanted)
        lying = await self._storage.sessions.get(tx, SessionId(claim.what))
        nudge = Nudge.from_document(lying.document) if lying else None
        if lying is None or nudge is None:
            return None
        letter = _nudge_letter(claim, lying, nudge.channel, nudge.claimed or nudge.at)
        return replace(letter, wanted=not await self._has_paused(tx, lying, now))

    def _reminder_letter(self, claim: "Occurrence", person: Person, claimed: datetime) -> Letter:
        return Letter(
            kind="reminder",
            token=bytes(claim.id),
            what=bytes(claim.what),
            claimed=claimed,
            user=person.member.user_id,
            channel=person.profile.channel,
        )

    async def _has_paused(self, tx: "Transaction", row: "SessionRow", now: datetime) -> bool:
        if row.member_id is None:
            return False  # asked for while nothing was kept, or in the pause itself
        person = await self._people.find(tx, row.user_id)
        return person is not None and is_paused(person.profile, now)

    async def _forget_nudge(self, tx: "Transaction", letter: Letter) -> None:
        row = await self._storage.sessions.get(tx, SessionId(RowId(letter.what)))
        if row and letter.kind == "nudge":
            await self._storage.sessions.delete(tx, row)

    async def _tell(self, tx: "Transaction", person: Person, notice: Notice) -> None:
        notices = tuple(dict.fromkeys((*person.profile.notices, notice)))
        await self._people.change(tx, person, replace(person.profile, notices=notices))

    async def _write_nudge(self, tx: "Transaction", row: "SessionRow", nudge: Nudge) -> None:
        changed = await self._storage.sessions.update(
            tx, row, nudge.to_document(), expires=nudge.expires, due=nudge.due
        )
        if changed is None:
            raise OvertakenError


def _nudge_letter(claim: "Occurrence", row: "SessionRow", channel: int | None, claimed: datetime) -> Letter:
    return Letter(
        kind="nudge",
        token=bytes(claim.id),
        what=bytes(claim.what),
        claimed=claimed,
        user=row.user_id,
        channel=channel,
    )
