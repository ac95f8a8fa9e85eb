"""Check-ins in a real database, several at once, against what they would be in memory: each press lands where it aims.

What a single session does is tried in tests/domain; here the same moves stand as the model, and the store, the keys,
the rows' versions and whose they are must make no difference.
"""

import asyncio
import copy
import itertools
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.config import CheckIns, Settings
from bot.domain.checkins import moves
from bot.domain.checkins.answers import SITUATION, Picked, Value, Wrote
from bot.domain.checkins.closing import close
from bot.domain.checkins.labels import TextRefused
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.session import Session, current_step, folds_at, form_steps
from bot.domain.checkins.situations import SituationCard
from bot.domain.checkins.standing import At, Ended, Gone, Standing, Stopped
from bot.domain.people import Place
from bot.domain.script import CheckIn, Step
from bot.errors import UserError
from bot.services.checkins.flow import MOST_OPEN
from bot.services.pack import ServedPack
from bot.services.personal import Personal, assemble
from bot.storage.ids import EntryId, RowId, SessionId
from bot.storage.storage import open_storage
from bot.storage.vault import Vault
from tests.conftest import PACK
from tests.domain.scripts import EXTRA, SCRIPT, SECRET, STEPS, edited
from tests.promises.homes import TORTURE

START: Final = datetime(2026, 7, 1, 6, 10, tzinfo=UTC)
STEP_IDS = st.sampled_from([step.id for step in STEPS])
WORDS = st.text("abcäあ🙂 ", max_size=26)  # some too long for the note, some with nothing in them
KEEPS, GUEST = 0, 1
_numbers = itertools.count(200_000_000_000_000_000)


@dataclass
class Lying:
    """One check-in as the model has it. `entry` is what was kept of it, `said` what it said when support ended it."""

    token: bytes
    who: int
    keeps: bool
    session: Session
    drawn: list[int]
    place: Place
    due: datetime | None
    state: str = "lying"
    entry: dict[str, Any] | None = field(default=None, repr=False)
    label: str | None = field(default=None, repr=False)
    said: Session | None = field(default=None, repr=False)

    def is_open_at(self, version: int) -> bool:
        return self.state == "lying" and self.session.state == "open" and self.session.version == version


class Clock:
    """Stands until a press moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Ground:
    """What outlives one run of the machine: the database, the key, the pack, and the loop they live on."""

    runner: asyncio.Runner
    address: str
    vault: Vault
    pack: ServedPack


class Store(RuleBasedStateMachine):
    """Someone who keeps, someone who does not, and a stranger who presses what is not theirs."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground, self.clock = ground, Clock()
        self.users = [next(_numbers), next(_numbers)]
        self.stranger = next(_numbers)
        self.all: list[Lying] = []
        self.edition = 0
        self.serve(SCRIPT)
        self.open_storage()

    def do(self, coroutine: Any) -> Any:
        return self.ground.runner.run(coroutine)

    def open_storage(self) -> None:
        storage = self.do(open_storage(self.ground.address, self.ground.vault, self.clock()))
        asked = Settings(check_ins=CheckIns())
        self.personal: Personal = assemble(storage, asked, self.ground.pack, self.clock)

    def teardown(self) -> None:
        self.do(self.personal.storage.close())

    def serve(self, script: CheckIn) -> None:
        self.script = script
        self.ground.pack._serve(replace(self.ground.pack.library, check_in=script), None)

    def pick(self, data: st.DataObject, *states: str) -> Lying | None:
        there = [one for one in self.all if one.state in states]
        return data.draw(st.sampled_from(there), label="which") if there else None

    def at(self, data: st.DataObject, one: Lying) -> At:
        """Press as it was last drawn, or as it was drawn before."""
        versions = one.drawn[-4:]
        return At(one.who, one.token, data.draw(st.sampled_from([versions[-1]] * 3 + versions), label="version"))

    # --- beginning ---------------------------------------------------------------------------------------------------

    @initialize(forms=st.tuples(st.booleans(), st.booleans()))
    def two_at_once(self, forms: tuple[bool, bool]) -> None:
        self.do(self.personal.consents.agree(self.users[KEEPS], 1, keep=True))
        for user, form in zip((KEEPS, KEEPS), forms, strict=True):
            self.begin(user=user, form=form)

    @rule(user=st.sampled_from([KEEPS, GUEST]), form=st.booleans())
    def begin(self, user: int, *, form: bool) -> None:
        who, token = self.users[user], secrets.token_bytes(16)
        place = Place(1, len(self.all))
        at = At(who, token, place=place)
        mine = [one for one in self.all if one.who == who and one.state == "lying"]
        if len(mine) >= MOST_OPEN:
            with pytest.raises(UserError):
                self.do(self.personal.checkins.begin(at, "form" if form else "steps", 1))
            return
        session = moves.begin(self.script, "form" if form else "steps", self.clock.now)
        self.all.append(Lying(token, who, user == KEEPS, session, [session.version], place, folds_at(self.clock.now)))
        standing = self.do(self.personal.checkins.begin(at, session.mode, 1))
        assert standing.session == session

    @rule(data=st.data())
    def begin_pressed_twice(self, data: st.DataObject) -> None:
        one = self.pick(data, "lying", "closed", "kept", "gone", "support")
        if one is None or one.state == "gone":
            return  # a new one may begin under the token of one that is no more; nobody is left to mistake it for
        step = self.do(self.personal.checkins.begin(At(one.who, one.token, place=one.place), "form", 1))
        self.stands(
            one, step, moves.as_it_stands(one.session, self.script).session if one.state == "lying" else one.session
        )

    # --- pressing ----------------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        one = self.pick(data, "lying", "closed", "support")
        if one is None:
            return
        here = current_step(one.session, self.script) or data.draw(st.sampled_from(STEPS))
        step = here if data.draw(st.integers(0, 4)) else data.draw(st.sampled_from(STEPS), label="another")
        value, at = data.draw(values(step), label="value"), self.at(data, one)
        checkins = self.personal.checkins
        self.press(
            one,
            lambda: checkins.answer(at, step.id, value),
            lambda session: moves.answer(session, self.script, step.id, value, at.version, self.clock.now),
        )

    @rule(data=st.data())
    def answer_many_in_turns(self, data: st.DataObject) -> None:
        """Two check-ins of one member, answered in turns, as somebody with two situations would."""
        for _ in range(data.draw(st.integers(1, 6))):
            self.answer(data)

    @rule(data=st.data())
    def fill(self, data: st.DataObject) -> None:
        one = self.pick(data, "lying")
        fields = form_steps(one.session, self.script) if one else ()
        if one is None or not fields:
            return
        filled = {step.id: data.draw(st.none() | values(step), label=step.id) for step in fields}
        at, checkins = self.at(data, one), self.personal.checkins
        self.press(
            one,
            lambda: checkins.fill_form(at, filled),
            lambda session: moves.fill_form(session, self.script, filled, at.version, self.clock.now),
        )

    @rule(
        data=st.data(),
        move=st.sampled_from([moves.skip, moves.skip, moves.back, moves.leave, moves.resume, moves.step_by_step]),
    )
    def move(self, data: st.DataObject, move: Any) -> None:
        one = self.pick(data, "lying", "closed", "support")
        if one is None:
            return
        at, checkins = self.at(data, one), self.personal.checkins
        self.press(
            one,
            lambda: checkins.move(at, move),
            lambda session: move(session, self.script, at.version, self.clock.now),
        )

    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        one = self.pick(data, "closed", "kept", "gone", "support")
        if one is None:
            return
        self.tick()
        step = self.do(self.personal.checkins.keep(At(one.who, one.token)))
        if one.state in {"gone", "support"}:
            assert step == Gone()
            return
        assert isinstance(step, Ended)
        assert step.kept
        if one.state == "closed":
            self.becomes_kept(one, one.session)

    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        one = self.pick(data, "lying", "closed")
        if one is None:
            return
        self.tick()
        at = self.at(data, one)
        left = self.do(self.personal.checkins.throw_away(at))
        if one.state == "closed" or at.version == one.session.version:
            assert left is None
            one.state = "gone"
        else:
            self.stands(one, left, moves.as_it_stands(one.session, self.script).session)

    @rule(data=st.data())
    def take_back_the_tick(self, data: st.DataObject) -> None:
        """What ended with support alone goes on at its question, as does what may have ended so, in its version."""
        one = self.pick(data, "support", "lying", "kept", "gone")
        if one is None:
            return
        self.tick()
        at = self.at(data, one)
        step = self.do(self.personal.checkins.take_back(at))
        if one.state == "gone":
            assert step == Gone()
        elif one.state == "support":
            assert one.said is not None
            one.state = "lying"
            self.stands(one, step, moves.reopen(one.said, self.script, self.clock.now).session)
        elif one.is_open_at(at.version):
            self.stands(one, step, moves.reopen(one.session, self.script, self.clock.now).session)
        else:
            self.stands(one, step, moves.as_it_stands(one.session, self.script).session)

    @rule(data=st.data(), hides=st.booleans())
    def see_what_was_written_and_hide_it(self, data: st.DataObject, *, hides: bool) -> None:
        one = self.pick(data, "support", "lying", "closed", "kept", "gone")
        if one is None:
            return
        at, checkins = self.at(data, one), self.personal.checkins
        written = self.do(checkins.read_written(at))
        said = one.said if one.state == "support" else one.session if one.is_open_at(at.version) else None
        assert (written or "") == ("\n\n".join(said.written) if said else "")
        if hides:
            self.tick()
            left = self.do(checkins.hide(at))
            one.state = "gone" if said else one.state
            assert (left is None) == (one.state not in {"lying", "closed"})
            if one.state == "lying" and one.session.state == "open":
                one.session = moves.leave(one.session, self.script, one.session.version, self.clock.now).session
                one.due = folds_at(self.clock.now)
                one.drawn.append(one.session.version)
            assert left is None or left.session == one.session

    @rule(data=st.data(), word=WORDS)
    def add_at_the_end(self, data: st.DataObject, word: str) -> None:
        """An own word is added to what has ended and lies there or is kept, and to nothing else."""
        one = self.pick(data, "closed", "kept", "support", "gone")
        if one is None or "closest" not in {step.id for step in self.script.steps}:
            return
        value = Picked(("own",), word)
        adding = self.personal.checkins.add(At(one.who, one.token), "closest", value)
        if one.state in {"support", "gone"}:
            assert self.do(adding) == Gone()
            return
        try:
            session = moves.add(one.session, self.script, "closest", value)
        except TextRefused:
            with pytest.raises(TextRefused):
                self.do(adding)
            return
        step = self.do(adding)
        assert isinstance(step, Ended)
        one.session = session
        if one.entry is None:
            one.due = folds_at(self.clock.now)
            return
        added = session.answer_to("closest")
        assert added is not None
        others = [answer for answer in one.entry["answers"] if answer["step"] != "closest"]
        place = next((n for n, a in enumerate(one.entry["answers"]) if a["step"] == "closest"), len(others))
        one.entry = {**one.entry, "answers": [*others[:place], added.to_document(), *others[place:]]}

    @rule(data=st.data())
    def a_stranger_presses(self, data: st.DataObject) -> None:
        one = self.pick(data, "lying", "closed", "kept", "gone", "support")
        if one is None:
            return
        checkins, step = self.personal.checkins, data.draw(st.sampled_from(STEPS))
        other = next(user for user in self.users if user != one.who)
        at = At(data.draw(st.sampled_from([self.stranger, other])), one.token, one.drawn[-1], Place(9, 9))
        pressed = data.draw(
            st.sampled_from(
                [
                    lambda: checkins.answer(at, step.id, Wrote("theirs")),
                    lambda: checkins.choose(at, step.id, (0,), "theirs"),
                    lambda: checkins.move(at, moves.skip),
                    lambda: checkins.keep(at),
                    lambda: checkins.throw_away(at),
                    lambda: checkins.go_on(at),
                    lambda: checkins.stand(at),
                    lambda: checkins.fill_form(at, {}),
                    lambda: checkins.read_last_note(at),
                    lambda: checkins.read_written(at),
                    lambda: checkins.take_back(at),
                    lambda: checkins.hide(at),
                    lambda: checkins.add(at, "closest", Picked(("own",), "theirs")),
                ]
            )
        )
        try:
            step_or_note = self.do(pressed())
        except UserError:
            assert one.state in {"lying", "closed", "support"}
        else:
            assert step_or_note in {Gone(), None}, "a stranger saw something"

    # --- what happens around -----------------------------------------------------------------------------------------

    @rule(
        gone=st.sets(STEP_IDS, max_size=2),
        reworded=st.sets(STEP_IDS, max_size=3),
        added=st.sets(st.sampled_from([one.id for one in EXTRA])),
    )
    def the_script_changes(self, gone: set[str], reworded: set[str], added: set[str]) -> None:
        self.edition += 1
        self.serve(edited(gone - {SITUATION}, reworded, added, self.edition))

    @rule()
    def the_process_ends(self) -> None:
        """What ended with support alone stands at its question again: that it ended is written nowhere."""
        self.do(self.personal.storage.close())
        self.open_storage()
        for one in self.all:
            one.state = "lying" if one.state == "support" else one.state

    @rule(hours=st.sampled_from([1, 2, 3, 9]))
    def time_passes(self, hours: int) -> None:
        """Hours go by, and the job that puts check-ins away and ends them comes round."""
        self.clock.now += timedelta(hours=hours)
        for folded in self.do(self.personal.folding.fold(self.clock.now)):
            self.do(self.personal.folding.done(folded))
        self.do(self.personal.folding.end(self.clock.now))
        for one in self.all:
            if one.state not in {"lying", "closed", "support"}:
                continue
            if one.due is not None and one.due <= self.clock.now:
                self.put_away(one)
            if _next_hour(OpenCheckIn(one.session, 1, one.keeps).expires) <= self.clock.now:
                one.state = "gone"

    def put_away(self, one: Lying) -> None:
        if one.state == "support":
            one.state = "gone"
            return
        session = one.session
        if session.state == "open":
            session = moves.as_it_stands(session, self.script).session
            session = moves.leave(session, self.script, session.version, self.clock.now).session
        one.session, one.due = moves.without_unkept(session, self.script), None
        one.drawn.append(one.session.version)

    # --- the model ---------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        self.clock.now += timedelta(seconds=20)

    def press(self, one: Lying, served: Any, modelled: Any) -> None:
        self.tick()
        before = copy.copy(one.session)
        if one.state == "support":
            step = self.do(served())
            # The very press that ended it, come again, ends it again; whatever else is pressed finds nothing.
            assert step == Gone() or (isinstance(step, Ended) and step.closing.instead and not step.asks)
            return
        if one.state == "closed":
            step = self.do(served())
            assert isinstance(step, Ended)
            assert step.asks
            one.due = one.due or folds_at(self.clock.now)
            return
        try:
            outcome = modelled(before)
        except TextRefused:
            with pytest.raises(TextRefused):
                self.do(served())
            return
        self.stands(one, self.do(served()), outcome.session)

    def stands(self, one: Lying, step: Any, session: Session) -> None:
        """Hold what the service gave against what the model says it is now."""
        if step == Stopped():
            assert one.state == "lying"
            assert session.state == "closed"
            one.state = "gone"
            return
        if one.state == "support":
            assert step == Gone()
            return
        if one.state == "kept":
            assert isinstance(step, Ended)
            assert step.kept
            return
        at_end = session.state == "open" and not current_step(session, self.script)
        if one.state == "closed" or not at_end or form_steps(session, self.script):
            if one.state == "lying":
                assert isinstance(step, Standing)
                assert step.session == session
            if session != one.session or session.state == "open":
                one.due = folds_at(self.clock.now)
            one.session = session
            one.drawn.append(session.version)
            return
        assert isinstance(step, Ended)
        closing = close(session, self.script, self.clock.now, 0)
        assert step.closing.instead == closing.instead
        if closing.instead:
            one.state, one.said = "support", moves.unticked(closing.session)
            one.due = folds_at(self.clock.now)
        elif one.keeps:
            assert step.kept
            self.becomes_kept(one, closing.session)
        else:
            assert step.asks
            one.state, one.session = "closed", moves.without_unkept(closing.session, self.script)
            one.due = folds_at(self.clock.now)

    def becomes_kept(self, one: Lying, session: Session) -> None:
        one.state, one.label, one.session = "kept", session.new_label, session
        one.entry = {**session.kept_document(self.script), "situation": None}

    # --- what holds after every press --------------------------------------------------------------------------------

    @invariant()
    def what_lies_is_what_the_model_has(self) -> None:
        self.do(self._look())

    async def _look(self) -> None:
        storage = self.personal.storage
        async with storage.database.reading() as tx:
            for one in self.all:
                row = await storage.sessions.get(tx, SessionId(RowId(one.token)))
                if one.state not in {"lying", "closed", "support"}:
                    assert row is None, one.state
                else:
                    assert row is not None
                    assert row.user_id == one.who
                    lying = OpenCheckIn.from_document(row.document)
                    assert lying is not None
                    assert lying.session == one.session
                await self._look_at_entry(tx, one)

    async def _look_at_entry(self, tx: Any, one: Lying) -> None:
        storage = self.personal.storage
        member = await storage.members.get(tx, one.who)
        entry = await storage.entries.get(tx, member, EntryId(RowId(one.token))) if member else None
        if one.state != "kept":
            assert entry is None, one.state
            return
        assert entry is not None
        assert member is not None
        found = dict(entry.document)
        situation = found.pop("situation")
        assert one.entry is not None
        assert {**found, "situation": None} == one.entry
        assert SECRET not in str(found).lower()
        rows = {row.id.hex(): row for row in await storage.situations.list_all(tx, member)}
        label = SituationCard.from_document(rows[situation].document).label if situation else None
        assert label == one.label


def values(step: Step) -> st.SearchStrategy[Value]:
    if step.kind == "text":
        return st.builds(Wrote, WORDS, st.booleans())
    names = [option.id for option in step.options]
    most = len(names) if step.kind == "choices" else 1
    known = st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True).map(tuple)
    return st.builds(Picked, known | st.just(("no-such-option",)), WORDS)


def _next_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(hours=1)


@pytest.mark.long
@pytest.mark.timeout(1200 * TORTURE)
@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 30 * TORTURE), ("postgresql", 10 * TORTURE)])
def test_the_store_is_what_the_sessions_are(
    engine: str, examples: int, vault: Vault, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(engine)
    pack = ServedPack(PACK, START)
    with asyncio.Runner() as runner:
        ground = Ground(runner, address, vault, pack)
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
        asked = settings(
            max_examples=examples,
            stateful_step_count=40,
            phases=[Phase.generate],  # each example opens a database anew: shrinking would take minutes
            suppress_health_check=checks,
            print_blob=True,
        )
        run_state_machine_as_test(lambda: Store(ground), settings=asked)
