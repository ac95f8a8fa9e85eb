"""How a check-in ends: kept, asked about, or gone; and how one that was kept is found again by its old buttons."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.domain.checkins.answers import Answer, Situated, SituationRef, Value
from bot.domain.checkins.closing import close
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.moves import add, placed, without_unkept
from bot.domain.checkins.session import Mode, Session, folds_at
from bot.domain.checkins.standing import At, Ended, Gone
from bot.domain.lookback import moved_to, with_answer
from bot.domain.mydata.retention import is_full
from bot.domain.script import SITUATION, CheckIn
from bot.errors import UserError
from bot.services.checkins.situations import Situations
from bot.services.lookback.reading import read_all_kept
from bot.services.pack import ServedPack
from bot.services.people import People, Person
from bot.services.transactions import OvertakenError
from bot.storage.ids import EntryId, RowId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.entries import Entry
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

MOST_ENTRIES_A_DAY: Final = 20


class Keeping:
    """Ends check-ins inside the caller's transaction."""

    def __init__(self, storage: "Storage", people: People, situations: Situations, pack: ServedPack) -> None:
        self._storage, self._people, self._situations, self._pack = storage, people, situations, pack

    async def close(self, tx: "Transaction", row: "Row", one: OpenCheckIn, script: CheckIn, now: datetime) -> Ended:
        """End a check-in with whatever it holds. Where the member is still to say if it is kept, it lies on, closed."""
        person = await self._people.find_visible(tx, row.user_id, now)
        today = await self._kept_today(tx, person, now) if person else 0
        closing = close(one.session, script, now, today)
        token = bytes(row.id)
        trouble = None
        if person and person.profile.keep:
            try:
                return await self._keep(tx, row, person, closing.session, script, now)
            except UserError as error:
                trouble = str(error)
        labels = await self.labels(tx, person, closing.offers)
        lies = replace(one, session=without_unkept(closing.session, script))
        await self.write(tx, row, lies, now)
        return Ended(token, closing, until=lies.expires, asks=True, trouble=trouble, labels=labels)

    async def keep(self, tx: "Transaction", row: "Row", one: OpenCheckIn, script: CheckIn, now: datetime) -> Ended:
        """Keep a closed check-in that the member was asked about; whoever keeps for the first time becomes a member.

        Raises:
            UserError: it does not fit; the check-in stays as it is.
        """
        person = await self._people.find(tx, row.user_id)
        if person is None:
            person = await self._people.agree(tx, row.user_id, one.consent, now, keep=False)
        return await self._keep(tx, row, person, one.session, script, now)

    async def write(self, tx: "Transaction", row: "Row", one: OpenCheckIn, now: datetime) -> None:
        """Write down how a check-in stands, to be put away some time after this press. Nothing may follow in `tx`.

        Raises:
            OvertakenError: it was answered or ended since it was read.
        """
        sessions = self._storage.sessions
        due = folds_at(now)  # the same for all, or it would tell where one stands
        if await sessions.update(tx, row, one.to_document(), expires=one.expires, due=due, last=True) is None:
            raise OvertakenError

    async def drop(self, tx: "Transaction", row: "Row") -> None:
        """Delete a check-in that is not kept.

        Raises:
            OvertakenError: it was answered or ended since it was read.
        """
        if not await self._storage.sessions.delete(tx, row):
            raise OvertakenError

    async def find(self, tx: "Transaction", at: At, script: CheckIn, now: datetime) -> Ended | Gone:
        """Find the kept check-in that a button of long ago belongs to: its entry has the id the session had."""
        person = await self._people.find_visible(tx, at.who, now)
        entry = await self._entry(tx, person, at)
        if person is None or entry is None:
            return Gone()
        session = await self._as_it_ended(tx, person, entry, script, "form" if at.offers else "steps")
        closing = close(session, script, now, 0)
        labels = await self.labels(tx, person, closing.offers)
        return Ended(at.token, closing, kept=True, until=entry.expires, late=True, labels=labels)

    async def add(  # noqa: PLR0913, PLR0917  # the caller's transaction, whose, what, and when
        self, tx: "Transaction", at: At, step_id: str, value: Value, script: CheckIn, now: datetime
    ) -> Ended | Gone:
        """Add to a kept check-in what was offered at its end.

        Raises:
            UnknownOption: the script does not offer it.
            TextRefused, UserError: it does not fit; the check-in stays as it is.
        """
        person = await self._people.find_visible(tx, at.who, now)
        entry = await self._entry(tx, person, at)
        if person is None or entry is None:
            return Gone()
        session = add(await self._as_it_ended(tx, person, entry, script, "form"), script, step_id, value)
        document: Mapping[str, Any] = entry.document
        if step_id == SITUATION:
            if session.new_label is not None:
                session = placed(session, await self._situations.place(tx, person.member, session.new_label, now))
            document = moved_to(document, session.situation)
        else:
            answers: list[dict[str, Any]] = list(document["answers"])
            place = next((n for n, one in enumerate(answers) if one.get("step") == step_id), len(answers))
            document = with_answer(document, place, session.answer_to(step_id))
        if await self._storage.entries.update(tx, person.member, entry, document) is None:
            raise OvertakenError
        if step_id == SITUATION and session.situation is not None:
            await self._situations.touch(tx, person.member, session.situation, now)
            for ref in {entry.document["situation"], session.situation}:
                await self._situations.note_again(tx, person, ref, now)
        closing = close(session, script, now, 0)
        labels = await self.labels(tx, person, closing.offers)
        return Ended(at.token, closing, kept=True, until=entry.expires, labels=labels)

    async def _entry(self, tx: "Transaction", person: Person | None, at: At) -> "Entry | None":
        return await self._storage.entries.get(tx, person.member, EntryId(RowId(at.token))) if person else None

    async def _as_it_ended(
        self, tx: "Transaction", person: Person, entry: "Entry", script: CheckIn, mode: Mode
    ) -> Session:
        """Give a kept check-in as it was when it ended, under the label of now."""
        answers = tuple(Answer.from_document(one) for one in entry.document["answers"])
        ended = datetime.fromisoformat(entry.document["ended"])
        session = Session(script=script.id, mode=mode, started=ended, touched=ended, state="closed", answers=answers)
        ref = entry.document["situation"]
        card = await self._situations.card(tx, person.member, ref) if ref else None
        return add(session, script, SITUATION, Situated(ref, card.label)) if card else session

    async def check_room(self, tx: "Transaction", person: Person) -> int:
        """Give how many check-ins a member keeps, where one more fits.

        Raises:
            UserError: it does not.
        """
        count, size = await self._storage.entries.measure(tx, person.member)
        if is_full(count, size):
            raise UserError(self._pack.library.notebook.limits.full.format(count=count))
        return count

    async def labels(self, tx: "Transaction", person: Person | None, offers: tuple[str, ...]) -> tuple[Situated, ...]:
        """Give a member's labels where adding one is offered."""
        return await self._situations.recent(tx, person.member) if person and SITUATION in offers else ()

    async def _keep(  # noqa: PLR0913, PLR0917  # the caller's transaction, whose, what, and when
        self, tx: "Transaction", row: "Row", person: Person, session: Session, script: CheckIn, now: datetime
    ) -> Ended:
        today = await self._kept_today(tx, person, now)
        if today >= MOST_ENTRIES_A_DAY:
            raise UserError(self._pack.library.notebook.limits.entries.format(most=MOST_ENTRIES_A_DAY))
        if session.new_label is not None:
            session = placed(session, await self._situations.place(tx, person.member, session.new_label, now))
        first = not await self.check_room(tx, person)
        closing = close(session, script, now, today)
        days = person.profile.retention
        expires = None if days is None else now + timedelta(days=days)
        document = session.kept_document(script)
        entry = await self._storage.entries.add(tx, person.member, document, now, expires=expires, id_=EntryId(row.id))
        noted = any(one.get("text") for one in document["answers"])
        await self._remember(tx, person, session.situation, entry.id.hex() if noted else None, now)
        labels = await self.labels(tx, person, closing.offers)
        await self.drop(tx, row)
        return Ended(bytes(row.id), closing, kept=True, until=entry.expires, first=first, labels=labels)

    async def _remember(
        self, tx: "Transaction", person: Person, situation: SituationRef | None, noted: str | None, now: datetime
    ) -> None:
        """Note that a situation was used, and where its newest note stands."""
        if situation is not None:
            await self._situations.touch(tx, person.member, situation, now, noted=noted)
        elif noted is not None:
            person = await self._people.change(tx, person, replace(person.profile, noted=noted))
        await self._people.touch(tx, person, now)

    async def _kept_today(self, tx: "Transaction", person: Person, now: datetime) -> int:
        zone = ZoneInfo(person.profile.zone or "UTC")
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = await self._storage.entries.count(tx, person.member, midnight)
        if rows < MOST_ENTRIES_A_DAY:
            return rows
        kept, _ = await read_all_kept(self._storage, tx, person.member, now)  # a file brought in today counts for none
        return sum(one.ended >= midnight for one in kept)
