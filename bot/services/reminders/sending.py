"""What the sending job asks of storage: what is due, the claim on one sending, and what became of it.

A sending is claimed, and the reminder moved on, in one commit before anything is sent: a crash may lose a message, and
never doubles one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain.people import Notice, is_paused
from bot.domain.reminders import nudges
from bot.domain.reminders import reminder as reminders
from bot.domain.reminders.letters import Letter, LetterKind, Unreadable
from bot.domain.reminders.nudges import Nudge
from bot.domain.reminders.reminder import TOO_LATE, Reminder, is_quiet
from bot.domain.trusted_time import ConfirmedTime
from bot.services.people import People, Person, profile_of
from bot.services.reminders.setting import write_reminder
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.errors import CannotOpen
from bot.storage.ids import OccurrenceId, ReminderId, RowId, SessionId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.occurrences import Occurrence
    from bot.storage.sessions import Session as SessionRow
    from bot.storage.storage import Storage

AT_ONCE: Final = 200
_REMEMBERED: Final = timedelta(days=2)
_SET_ASIDE: Final = timedelta(days=1)


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
            rows = await self._storage.sessions.list_due(tx, now, AT_ONCE, _is_nudge)
        return [bytes(row.id) for row in rows]

    async def claim(self, kind: LetterKind, what: bytes, now: ConfirmedTime) -> Letter | None:
        """Claim one sending, after reading again whether it is wanted now; None when it is not, or was claimed.

        Raises:
            Unreadable: it is damaged, or a later version wrote it.
        """
        work = self._claim_reminder if kind == "reminder" else self._claim_nudge
        try:
            return await in_transaction(self._storage.database, lambda tx: work(tx, what, now))
        except (CannotOpen, ValueError):
            raise Unreadable from None

    async def put_off(self, kind: LetterKind, what: bytes, now: ConfirmedTime) -> None:
        """Set what cannot be read aside for a day, so that it holds no other up; a later version may read it."""

        async def work(tx: "Transaction") -> None:
            until = now + _SET_ASIDE
            if kind == "reminder":
                await self._storage.reminders.put_off(tx, ReminderId(RowId(what)), until)
            else:
                await self._storage.sessions.put_off(tx, SessionId(RowId(what)), until)

        await in_transaction(self._storage.database, work)

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

    async def give_up(self, letter: Letter) -> None:
        """Give a sending up, and tell of it at the next use, where it was still wanted."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.delete(tx, OccurrenceId(RowId(letter.token)))
            await self._forget_nudge(tx, letter)
            person = await self._people.find(tx, letter.user)
            if person and letter.wanted:
                await self._tell(tx, person, "missed")

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

    async def forget_old(self, now: ConfirmedTime) -> None:
        """Forget sendings of days ago, of which nothing is asked any more."""

        async def work(tx: "Transaction") -> None:
            await self._storage.occurrences.delete_old(tx, now, _REMEMBERED)

        await in_transaction(self._storage.database, work)

    async def _claim_reminder(self, tx: "Transaction", what: bytes, now: ConfirmedTime) -> Letter | None:
        row = await self._storage.reminders.get(tx, ReminderId(RowId(what)))
        member = await self._storage.members.get_by_id(tx, row.member_id) if row else None
        if row is None or member is None or row.due is None or row.due > now:
            return None
        person = Person(member, profile_of(member))
        profile = person.profile
        pause = profile.pause if is_paused(profile, now) else None
        verdict = reminders.judge(Reminder.from_document(row.document), now, profile.quiet_hours, pause)
        if verdict.missed:
            person = await self._tell(tx, person, "missed")
        if verdict.after is None:
            await self._storage.reminders.delete(tx, person.member, row.id)
            return None
        await write_reminder(self._storage, tx, row, verdict.after)
        if verdict.after.state == "quiet":
            await self._tell(tx, person, "went-quiet")
        claim = await self._storage.occurrences.add(tx, row.id, row.due, now) if verdict.send else None
        return None if claim is None else self._reminder_letter(claim, person, now)

    async def _claim_nudge(self, tx: "Transaction", what: bytes, now: ConfirmedTime) -> Letter | None:
        row = await self._storage.sessions.get(tx, SessionId(RowId(what)))
        nudge = Nudge.from_document(row.document) if row else None
        if row is None or nudge is None or nudge.due is None or nudge.due > now:
            return None
        paused = await self._has_paused(tx, row, now)
        if nudge.at + TOO_LATE < now or paused:
            await self._storage.sessions.delete(tx, row)
            person = None if paused else await self._people.find(tx, row.user_id)
            if person:
                await self._tell(tx, person, "missed")
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
            quiet = is_quiet(reminder, now, person.profile.quiet_hours)
            wanted = reminder.state in {"waiting", "done"} and not quiet and not is_paused(person.profile, now)
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

    async def _tell(self, tx: "Transaction", person: Person, notice: Notice) -> Person:
        notices = tuple(dict.fromkeys((*person.profile.notices, notice)))
        return await self._people.change(tx, person, replace(person.profile, notices=notices))

    async def _write_nudge(self, tx: "Transaction", row: "SessionRow", nudge: Nudge) -> None:
        changed = await self._storage.sessions.update(
            tx, row, nudge.to_document(), expires=nudge.expires, due=nudge.due
        )
        if changed is None:
            raise OvertakenError


def _is_nudge(document: Mapping[str, Any]) -> bool:
    return document.get("kind") == nudges.KIND


def _nudge_letter(claim: "Occurrence", row: "SessionRow", channel: int | None, claimed: datetime) -> Letter:
    return Letter(
        kind="nudge",
        token=bytes(claim.id),
        what=bytes(claim.what),
        claimed=claimed,
        user=row.user_id,
        channel=channel,
    )
