"""The check-in as members press through it: one press, one transaction, and only then is anything drawn."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.domain.checkins import moves
from bot.domain.checkins.answers import (
    SITUATION,
    DocumentUnreadable,
    Picked,
    Situated,
    SituationRef,
    UnknownOption,
    Value,
)
from bot.domain.checkins.closing import Closing, close
from bot.domain.checkins.lying import KIND, OpenCheckIn
from bot.domain.checkins.moves import Outcome
from bot.domain.checkins.session import Mode, Session, current_step, folds_at, form_steps, step_of
from bot.domain.checkins.standing import At, Ended, Gone, Standing, Step, Stopped
from bot.domain.script import CheckIn
from bot.errors import StorageError, UserError
from bot.services.checkins.keeping import Keeping
from bot.services.checkins.recall import Recall
from bot.services.checkins.situations import Situations
from bot.services.checkins.support_ends import SupportEnds
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId, SessionId
from bot.storage.sessions import Guest

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

MOST_OPEN: Final = 5
MOST_WAITING: Final = 40  # open ones, and those that were closed and not kept, which lie for a day

Move: TypeAlias = Callable[[Session, CheckIn, datetime], Outcome]
VersionedMove: TypeAlias = Callable[[Session, CheckIn, int, datetime], Outcome]
FindMove: TypeAlias = "Callable[[Transaction, Row], Awaitable[Move]]"


class Checkins:
    """Begins, moves and ends check-ins."""

    def __init__(  # noqa: PLR0913  # what it works with, each by its name
        self,
        storage: "Storage",
        *,
        people: People,
        situations: Situations,
        keeping: Keeping,
        ends: SupportEnds,
        pack: ServedPack,
        clock: Callable[[], datetime],
        notes: bool,
    ) -> None:
        self._storage, self._people, self._situations, self._keeping = storage, people, situations, keeping
        self._ends, self._pack, self._clock, self._notes = ends, pack, clock, notes
        self._recall = Recall(storage, people, situations, pack)

    @property
    def script(self) -> CheckIn:
        """The script being served."""
        return self._pack.library.script(notes=self._notes)

    async def begin(self, at: At, mode: Mode, consent: int, about: SituationRef | None = None) -> Step:
        """Begin a check-in, or go on with the one that a doubled press began.

        Raises:
            UserError: as many as fit are open already, or kept.
        """

        async def work(tx: "Transaction") -> Step:
            row = await self._own_row(tx, at)
            if row is not None:
                return await self._stand_or_end(tx, row, at, _as_it_stands)
            before = await self._keeping.find(tx, at, self.script, self._clock())
            return before if isinstance(before, Ended) else await self._begin(tx, at, mode, consent, about)

        return await in_transaction(self._storage.database, work)

    async def answer(self, at: At, step: str, value: Value) -> Step:
        """Answer a step.

        Raises:
            TextRefused: what was typed does not fit; nothing was changed.
        """
        return await self._press(at, lambda s, c, now: moves.answer(s, c, step, value, at.version, now))

    async def choose(self, at: At, step: str, positions: tuple[int, ...], own_word: str | None = None) -> Step:
        """Answer a step with the options at these places of it, counted from 0, and the word typed for one of them.

        A label that the member has already means the situation that has it. An answer that stops a check-in which is
        gone finds it stopped: it may be the very press come again.

        Raises:
            TextRefused, DoesNotFit: the word cannot be taken; nothing was changed.
        """

        def move(session: Session, script: CheckIn, now: datetime) -> Outcome:
            there = step_of(script, step)
            options = there.options if there else ()
            picked = tuple(options[one].id if one < len(options) else "" for one in positions)
            return moves.answer(session, script, step, Picked(picked, own_word), at.version, now)

        async def find_move(tx: "Transaction", row: "Row") -> Move:
            known = await self._recall.find_known(tx, row, own_word) if own_word and step == SITUATION else None
            return move if known is None else _naming(known, at.version)

        there = step_of(self.script, step)
        stops = there is not None and any(one.ends for n, one in enumerate(there.options) if n in positions)
        done = await self._press_with(at, find_move)
        return Stopped() if stops and isinstance(done, Gone) else done

    async def name_known(self, at: At, situation: SituationRef) -> Step:
        """Say that a check-in is about a situation the member has."""

        async def find_move(tx: "Transaction", row: "Row") -> Move:
            member = await self._storage.members.get_by_id(tx, row.member_id) if row.member_id else None
            card = await self._situations.card(tx, member, situation) if member else None
            # Deleted meanwhile: the step is drawn again with the labels there are.
            return _as_it_stands if card is None else _naming(Situated(situation, card.label), at.version)

        return await self._press_with(at, find_move)

    async def fill_form(self, at: At, values: Mapping[str, Value | None]) -> Step:
        """Answer every field the form showed."""
        return await self._press(at, lambda s, c, now: moves.fill_form(s, c, values, at.version, now))

    async def move(self, at: At, move: VersionedMove) -> Step:
        """Make a move that takes no answer: one of `moves.skip`, `back`, `leave`, `resume`, `step_by_step`."""
        return await self._press(at, lambda s, c, now: move(s, c, at.version, now))

    async def stand(self, at: At) -> Step:
        """Give where a check-in stands, for a press that can change nothing."""
        return await self._press(at, _as_it_stands)

    async def note_place(self, at: At) -> None:
        """Note in which message a check-in is drawn now, however it stands, so that this one is put away."""

        async def work(tx: "Transaction") -> None:
            row = await self._storage.sessions.get(tx, SessionId(RowId(at.token)))
            one = _read(row) if row and row.user_id == at.who else None
            if row is not None and one is not None:
                await self._keeping.write(tx, row, replace(one, place=at.place), self._clock())

        await in_transaction(self._storage.database, work)

    async def go_on(self, at: At) -> Step:
        """Go on with a check-in from a list, whatever version it has by now."""
        return await self._press(at, lambda s, c, now: moves.resume(s, c, s.version, now))

    async def throw_away(self, at: At) -> Standing | Ended | None:
        """Delete an open check-in, or let one go that was closed and not kept; None when nothing of it is left.

        One that went on since the press was drawn, or that was kept, stays, and is given as it stands.
        """

        async def work(tx: "Transaction") -> Standing | Ended | None:
            row = await self._own_row(tx, at)
            if row is None:
                found = await self._keeping.find(tx, at, self.script, self._clock())
                return found if isinstance(found, Ended) else None
            session = _session_in(row)
            has_ended = session is not None and self._ends.find(at.token, session) is not None
            if session is not None and session.state != "closed" and session.version != at.version and not has_ended:
                step = await self._stand_or_end(tx, row, at, _as_it_stands)
                return step if isinstance(step, Standing | Ended) else None
            if row.document.get("kind") == KIND:
                await self._keeping.drop(tx, row)
            return None

        left = await in_transaction(self._storage.database, work)
        if left is None:
            self._ends.forget(at.token, at.who)
        await self._wipe_after(left)
        return left

    async def keep(self, at: At) -> Ended | Gone:
        """Keep a closed check-in.

        Raises:
            UserError: it does not fit; it stays as it is.
        """
        script, now = self.script, self._clock()

        async def work(tx: "Transaction") -> Ended | Gone:
            row = await self._own_row(tx, at)
            if row is None:
                return await self._keeping.find(tx, at, script, now)
            one = _read(row)
            if one is None or one.session.state != "closed":
                return Gone()
            return await self._keeping.keep(tx, row, one, script, now)

        kept = await in_transaction(self._storage.database, work)
        await self._wipe_after(kept)
        return kept

    async def add(self, at: At, step: str, value: Value | SituationRef) -> Step:
        """Add to a check-in at its end what is offered there: an answer, or a situation the member has.

        Raises:
            TextRefused, DoesNotFit, UserError: it cannot be taken; nothing was changed.
        """
        script, now = self.script, self._clock()

        async def work(tx: "Transaction") -> Step:
            row = await self._own_row(tx, at)
            given = await self._recall.find_meant(tx, at.who, step, value, now)
            if row is None and given is not None:
                return await self._keeping.add(tx, at, step, given, script, now)
            if row is None:
                return await self._keeping.find(tx, at, script, now)
            one = _read(row)
            if given is None or one is None or one.session.state != "closed":
                return await self._stand_or_end(tx, row, at, _as_it_stands)
            added = replace(one, session=moves.add(one.session, script, step, given))
            closing = close(added.session, script, now, 0)
            labels = await self._keeping.labels(tx, await self._people.find_visible(tx, at.who, now), closing.offers)
            await self._keeping.write(tx, row, added, now)
            return Ended(at.token, closing, until=added.expires, asks=True, labels=labels)

        try:
            return await in_transaction(self._storage.database, work)
        except UnknownOption:  # nothing was chosen, or the script has changed since it was offered
            return await self.stand(at)

    async def take_back(self, at: At) -> Step:
        """Take up again what ended with support alone, at the question whose answer ended it.

        Where another process ended it, that is known by the version it stands in; what a form held is gone.
        """
        script, now = self.script, self._clock()

        async def work(tx: "Transaction") -> Step:
            row = await self._own_row(tx, at)
            if row is None:
                return await self._keeping.find(tx, at, script, now)
            one = _read(row)
            if one is None or not self._has_ended(one, at):
                return await self._stand_or_end(tx, row, at, _as_it_stands)
            said = self._ends.find(at.token, one.session) or one.session
            return await self._carry_on(tx, row, one, moves.reopen(said, script, now), at)

        taken_back = await in_transaction(self._storage.database, work)
        self._ends.forget(at.token, at.who)
        return taken_back

    async def hide(self, at: At) -> Standing | None:
        """Put a check-in away where it stands, and give it; None when nothing of it is there.

        What is left of one that ended with support alone is deleted, unless the tick was taken back meanwhile.
        """
        script, now = self.script, self._clock()

        async def work(tx: "Transaction") -> Standing | None:
            row = await self._storage.sessions.get(tx, SessionId(RowId(at.token)))
            one = _read(row) if row and row.user_id == at.who else None
            if row is None or one is None:
                return None
            if self._has_ended(one, at):
                await self._keeping.drop(tx, row)
                return None
            if one.session.state != "open":
                return Standing(at.token, one.session, one.expires)
            left = moves.leave(one.session, script, one.session.version, now).session
            put_away = replace(one, session=left, place=at.place or one.place)
            await self._keeping.write(tx, row, put_away, now)
            return Standing(at.token, left, put_away.expires, left=one.place if put_away.place != one.place else None)

        hidden = await in_transaction(self._storage.database, work)
        self._ends.forget(at.token, at.who)
        await self._wipe_after(None)
        return hidden

    async def read_written(self, at: At) -> str | None:
        """Give what the member typed into a check-in that ended with support alone; None where it is gone."""
        async with self._storage.database.reading() as tx:
            row = await self._storage.sessions.get(tx, SessionId(RowId(at.token)))
            one = _read(row) if row and row.user_id == at.who else None
            if one is None or not self._has_ended(one, at):
                return None
            said = self._ends.find(at.token, one.session) or one.session
            return "\n\n".join(said.written) or None

    async def read_last_note(self, at: At) -> str | None:
        """Give the member's own note from the last time this situation was looked at; None where it is gone."""
        async with self._storage.database.reading() as tx:
            row = await self._storage.sessions.get(tx, SessionId(RowId(at.token)))
            return await self._recall.last_note(tx, row) if row and row.user_id == at.who else None

    async def _begin(self, tx: "Transaction", at: At, mode: Mode, consent: int, about: SituationRef | None) -> Standing:
        script, now = self.script, self._clock()
        person = await self._people.find_visible(tx, at.who, now)
        if person is not None and person.profile.keep:
            await self._keeping.check_room(tx, person)
        owner = person.member if person else Guest(at.who)
        lying = await self._storage.sessions.list_open(tx, owner)
        there = [(row, one) for row in lying if (one := OpenCheckIn.find_in(row.document))]
        over = sum(
            one.session.state == "closed" or bool(self._ends.find(bytes(row.id), one.session)) for row, one in there
        )
        if len(there) - over >= MOST_OPEN:
            raise UserError(self._pack.library.notebook.limits.open_check_ins.format(most=MOST_OPEN))
        if len(there) >= MOST_WAITING:
            raise UserError(self._pack.library.notebook.limits.waiting.format(most=MOST_WAITING))
        card = await self._situations.card(tx, person.member, about) if person and about else None
        session = moves.begin(script, mode, now, Situated(about, card.label) if about and card else None)
        one = OpenCheckIn(session, consent, person.profile.keep if person else False, at.place)
        row = await self._storage.sessions.add(
            tx,
            owner,
            one.to_document(),
            now,
            expires=one.expires,
            due=folds_at(now),
            id_=SessionId(RowId(at.token)),
        )
        begun = Outcome("applied", session, current_step(session, script))
        return await self._recall.standing(tx, row, begun, script, one.expires)

    async def _press(self, at: At, move: Move) -> Step:
        async def find_move(tx: "Transaction", row: "Row") -> Move:
            del tx, row
            return move

        return await self._press_with(at, find_move)

    async def _press_with(self, at: At, find_move: FindMove) -> Step:
        """Make a move that may depend on what the member has. Whose check-in it is comes first."""

        async def work(tx: "Transaction") -> Step:
            row = await self._own_row(tx, at)
            if row is None:
                return await self._keeping.find(tx, at, self.script, self._clock())
            return await self._stand_or_end(tx, row, at, await find_move(tx, row))

        step = await in_transaction(self._storage.database, work)
        await self._wipe_after(step)
        return step

    async def _wipe_after(self, step: Step | None) -> None:
        """Take out of the engine's log what was not kept of a check-in that ended; jobs do what cannot be done now."""
        if not isinstance(step, Standing):
            await self._storage.database.scrub(patient=False)

    async def _stand_or_end(self, tx: "Transaction", row: "Row", at: At, move: Move) -> Step:
        script, now = self.script, self._clock()
        one = _read(row)
        if one is None:
            return Gone()
        if (said := self._ends.find(at.token, one.session)) is not None:
            return _once_more(one.session, said, move, at, script, now)
        if one.session.state == "closed":
            closing = close(one.session, script, now, 0)
            labels = await self._keeping.labels(tx, await self._people.find_visible(tx, at.who, now), closing.offers)
            if row.due is None or at.place not in {None, one.place}:  # it is seen again, and is to be put away again
                await self._keeping.write(tx, row, replace(one, place=at.place or one.place), now)
            return Ended(at.token, closing, until=one.expires, asks=True, late=True, labels=labels)
        return await self._carry_on(tx, row, one, move(one.session, script, now), at)

    async def _carry_on(self, tx: "Transaction", row: "Row", one: OpenCheckIn, outcome: Outcome, at: At) -> Step:
        """Write down what came of a press, and end the check-in where nothing more is asked."""
        script, now = self.script, self._clock()
        if outcome.stopped:
            await self._keeping.drop(tx, row)
            return Stopped()
        stands = replace(one, session=outcome.session, place=at.place or one.place)
        if outcome.session.state == "open" and outcome.step is None and not form_steps(outcome.session, script):
            closing = close(outcome.session, script, now, 0)
            if closing.instead:
                return await self._end_with_support(tx, row, one, closing, at)
            return await self._keeping.close(tx, row, stands, script, now)
        left = one.place if stands.place != one.place else None
        standing = await self._recall.standing(tx, row, outcome, script, stands.expires, left)
        await self._write(tx, row, one, stands, now)
        return standing

    async def _end_with_support(
        self, tx: "Transaction", row: "Row", one: OpenCheckIn, closing: Closing, at: At
    ) -> Ended:
        """End a check-in with support alone. Its row is written like that of a press which comes too late to count.

        None of it is kept, but a slip can be taken back, and what was typed beside it can be shown again.
        """
        now = self._clock()
        await self._write(tx, row, one, replace(one, place=at.place or one.place), now)
        said = self._ends.note(at.token, at.who, one.session, moves.unticked(closing.session), now)
        return _alone(at, closing, one.session, said)

    async def _write(self, tx: "Transaction", row: "Row", one: OpenCheckIn, stands: OpenCheckIn, now: datetime) -> None:
        """Write down how a check-in stands, and that it was pressed: it is put away two hours later."""
        if stands != one or (one.session.state == "open" and row.due != folds_at(now)):
            await self._keeping.write(tx, row, stands, now)

    def _has_ended(self, one: OpenCheckIn, at: At) -> bool:
        """Whether it ended with support alone, be it in a process before this one: the version tells of that."""
        ended_before = one.session.state == "open" and one.session.version == at.version
        return ended_before or self._ends.find(at.token, one.session) is not None

    async def _own_row(self, tx: "Transaction", at: At) -> "Row | None":
        """Give the row of a check-in that is pressed; None where it is gone.

        Raises:
            UserError: it is somebody else's.
        """
        row = await self._storage.sessions.get(tx, SessionId(RowId(at.token)))
        if row is not None and row.user_id != at.who:
            raise UserError(self._pack.library.notebook.conversation.not_yours)
        return row


def _read(row: "Row") -> OpenCheckIn | None:
    """Read what lies in a row; None where it is no check-in."""
    try:
        return OpenCheckIn.from_document(row.document)
    except DocumentUnreadable:
        raise StorageError("An open check-in is damaged, or a later version wrote it. It was left as it is.") from None


def _session_in(row: "Row") -> Session | None:
    one = OpenCheckIn.find_in(row.document)
    return one.session if one else None


def _once_more(  # noqa: PLR0913, PLR0917  # what ended, what is pressed, and against what
    stands: Session, said: Session, move: Move, at: At, script: CheckIn, now: datetime
) -> Ended | Gone:
    """End with support alone again where a press would end it so; any other finds nothing.

    What was ticked is noted nowhere, and is known only from the press: the first may not have been answered.
    """
    outcome = move(stands, script, now)
    closing = close(outcome.session, script, now, 0)
    return _alone(at, closing, stands, said) if outcome.kind == "applied" and closing.instead else Gone()


def _alone(at: At, closing: Closing, stands: Session, said: Session) -> Ended:
    return Ended(at.token, replace(closing, session=said), wrote=bool(said.written), version=stands.version)


def _naming(known: Situated, version: int) -> Move:
    return lambda session, script, now: moves.answer(session, script, SITUATION, known, version, now)


def _as_it_stands(session: Session, script: CheckIn, now: datetime) -> Outcome:
    del now
    return moves.as_it_stands(session, script)
