"""Two check-ins driven in turns against a plain model, while the script changes under them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.checkins.answers import Picked, Situated, SituationRef, Value, Wrote
from bot.domain.checkins.closing import close
from bot.domain.checkins.moves import Outcome, answer, back, begin, fill_form, leave, resume, skip, step_by_step
from bot.domain.checkins.session import Session, current_step, form_steps
from bot.domain.script import CheckIn, Step
from tests.domain.scripts import EXTRA, NOW, SCRIPT, SECRET, STEPS, edited

WORDS = st.text("abcäあ🙂", min_size=1, max_size=10)
STEP_IDS = st.sampled_from([step.id for step in STEPS])


@dataclass(frozen=True)
class Screen:
    """What a member has before them: drawn once, and pressed whenever they like."""

    serial: int
    version: int
    step: Step | None
    fields: tuple[Step, ...]


@dataclass
class Desk:
    """One check-in with the model of it: answers by step as (question, words), and what else was pressed."""

    session: Session
    answers: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    options: dict[str, set[str]] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    revisiting: str | None = None
    paused: bool = False
    form: bool = False
    filled: bool = False
    serial: int = 0
    screens: list[Screen] = field(default_factory=list)


def applying(desk: Desk, script: CheckIn) -> list[Step]:
    found: list[Step] = []
    for step in script.steps:
        counted = {one.id for one in found}
        chosen = {name: desk.options.get(name, set()) if name in counted else set() for name in desk.options}
        wanted = all(set(w.any_of) & chosen.get(w.step, set()) for w in step.when if w.any_of)
        unwanted = any(set(w.none_of) & chosen.get(w.step, set()) for w in step.when)
        if wanted and not unwanted:
            found.append(step)
    return found


def unsafe(desk: Desk, script: CheckIn) -> bool:
    return "secret-unsafe" in desk.options.get("secret", set()) and "secret" in {step.id for step in script.steps}


def standing(desk: Desk, script: CheckIn) -> Step | None:
    steps = applying(desk, script)
    for step in steps:
        if step.id == desk.revisiting:
            return step
    asked = [step for step in steps if step.form or not desk.form or not desk.filled]
    left = [step for step in asked if step.id not in desk.answers and step.id not in desk.skipped]
    return None if unsafe(desk, script) or not left else left[0]


def at_form(desk: Desk, script: CheckIn) -> bool:
    return desk.form and not desk.filled and any(step.form for step in script.steps)


def seen(step: Step | None) -> tuple[Any, ...] | None:
    return step and (step.id, step.kind, step.keep, step.ask, step.options)


def values(step: Step) -> st.SearchStrategy[Value]:
    if step.kind == "text":
        return st.builds(Wrote, WORDS, st.booleans())
    names = [option.id for option in step.options]
    most = len(names) if step.kind == "choices" else 1
    picked = st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True).map(tuple)
    known = st.builds(Situated, st.just(SituationRef("0f" * 16)), WORDS)
    one = st.builds(Picked, picked, WORDS)
    return st.one_of(one, known) if step.id == "situation" else one


def words_of(step: Step, value: Value) -> tuple[str, ...]:
    match value:
        case Wrote(text=text):
            return (text,)
        case Situated(label=label):
            return (label,)
        case Picked(options=picked, own_word=word):
            return tuple(word if o.own_word and word else o.text for o in step.options if o.id in picked)


class TwoCheckIns(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.script = SCRIPT
        self.edition = 0
        self.now: datetime = NOW
        self.desks: list[Desk] = []

    @initialize(forms=st.tuples(st.booleans(), st.booleans()))
    def start(self, forms: tuple[bool, bool]) -> None:
        for form in forms:
            desk = Desk(begin(self.script, "form" if form else "steps", self.now), form=form)
            self.draw(desk)
            self.desks.append(desk)

    def draw(self, desk: Desk) -> None:
        fields = form_steps(desk.session, self.script)
        step = None if fields or desk.paused else current_step(desk.session, self.script)
        desk.screens.append(Screen(desk.serial, desk.session.version, step, fields))

    def settle(self, desk: Desk) -> None:
        """A question whose words changed since it was drawn voids what is on the screen."""
        now = None if at_form(desk, self.script) else standing(desk, self.script)
        if not desk.paused and seen(now) != seen(desk.screens[-1].step):
            desk.serial += 1

    def press(
        self, which: int, screen: Screen, act: Callable[[Session], Outcome], *, applies: bool, word: str = "stale"
    ) -> bool:
        """Press on one desk; the other stays as it was, and a press that does not apply changes no answer."""
        desk, other = self.desks[which], self.desks[1 - which].session
        before = desk.session
        self.now += timedelta(minutes=1)
        outcome = act(before)
        asks = screen.step is not None or bool(screen.fields)  # at its end each drawing voids the one before
        applied = applies and screen.serial == desk.serial and (asks or screen.version == before.version)
        assert outcome.kind == ("applied" if applied else word)
        assert self.desks[1 - which].session is other
        if applied:
            assert outcome.session.version > before.version
            desk.serial += 1
        else:
            self.settle(desk)
            assert outcome.session == replace(before, version=outcome.session.version, wording=outcome.session.wording)
        desk.session = outcome.session
        return applied

    def put(self, desk: Desk, step: Step, value: Value | None, question: str) -> None:
        changed = step.id in desk.answers or step.id in desk.skipped
        applied = {one.id for one in applying(desk, self.script)} if changed else set[str]()
        for gone in (desk.answers, desk.options):
            gone.pop(step.id, None)
        if value is None:
            desk.skipped.add(step.id)
        else:
            desk.skipped.discard(step.id)
            desk.answers[step.id] = (question, words_of(step, value))
            desk.options[step.id] = set(value.options) if isinstance(value, Picked) else set()
        for untrue in applied - {one.id for one in applying(desk, self.script)}:
            desk.answers.pop(untrue, None)
            desk.options.pop(untrue, None)

    def pick_screen(self, data: st.DataObject, desk: Desk) -> Screen:
        return desk.screens[
            -data.draw(st.sampled_from([1, 1, 1, *range(1, min(5, len(desk.screens) + 1))]), label="ago")
        ]

    @rule(which=st.integers(0, 1), data=st.data())
    def answer(self, which: int, data: st.DataObject) -> None:
        screen = self.pick_screen(data, self.desks[which])
        if screen.step:
            self.give(which, screen, screen.step, data.draw(values(screen.step), label="value"))

    @rule(which=st.integers(0, 1), nth=st.integers(0, 2), count=st.integers(1, 9))
    def answer_in_a_row(self, which: int, nth: int, count: int) -> None:
        for _ in range(count):
            screen = self.desks[which].screens[-1]
            if screen.step:
                options = screen.step.options
                picked = Picked((options[nth % len(options)].id,), "word") if options else Wrote("words")
                self.give(which, screen, screen.step, picked)

    def give(self, which: int, screen: Screen, step: Step, value: Value) -> None:
        desk = self.desks[which]
        self.settle(desk)
        if self.press(
            which,
            screen,
            lambda session: answer(session, self.script, step.id, value, screen.version, self.now),
            applies=not desk.paused,
        ):
            assert seen(step) == seen(standing(desk, self.script)), "only what was seen is answered"
            self.put(desk, step, value, step.ask)
            desk.revisiting = None
            if isinstance(value, Picked) and any(o.ends for o in step.options if o.id in value.options):
                assert desk.session.state == "closed", "what was stopped is over"
                desk = self.desks[which] = Desk(begin(self.script, "steps", self.now))
        self.draw(desk)

    @rule(which=st.integers(0, 1))
    def an_option_nobody_offers(self, which: int) -> None:
        desk = self.desks[which]
        screen = desk.screens[-1]
        if screen.step is None:
            return
        step = screen.step
        self.settle(desk)
        odd = Picked(("no-such-option",))
        self.press(
            which,
            screen,
            lambda session: answer(session, self.script, step.id, odd, screen.version, self.now),
            applies=False,
            word="stale" if desk.paused or screen.serial != desk.serial else "unknown",
        )
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def fill(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        if not screen.fields:
            return
        filled = {one.id: data.draw(st.none() | values(one), label=one.id) for one in screen.fields}
        if self.press(
            which,
            screen,
            lambda session: fill_form(session, self.script, filled, screen.version, self.now),
            applies=not desk.paused and desk.form and not desk.filled,
        ):
            there = {step.id: step for step in self.script.steps}
            for step_id, value in filled.items():
                if step_id in there:
                    self.put(desk, there[step_id], value, there[step_id].form or there[step_id].ask)
            desk.filled, desk.revisiting = True, None
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def skip(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        if screen.fields:
            return
        self.settle(desk)
        here = standing(desk, self.script)
        if (
            self.press(
                which,
                screen,
                lambda session: skip(session, self.script, screen.version, self.now),
                applies=not desk.paused and here is not None,
            )
            and here
        ):
            self.put(desk, here, None, "")
            desk.revisiting = None
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def back(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        steps, here = applying(desk, self.script), standing(desk, self.script)
        before = steps[: steps.index(here)] if here else steps
        known = [step for step in before if step.id in desk.answers or step.id in desk.skipped]
        if self.press(
            which,
            screen,
            lambda session: back(session, self.script, screen.version, self.now),
            applies=not desk.paused and bool(known),
        ):
            desk.revisiting = known[-1].id
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def leave(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        if self.press(
            which,
            screen,
            lambda session: leave(session, self.script, screen.version, self.now),
            applies=not desk.paused,
        ):
            desk.paused = True
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def go_on(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        if self.press(
            which, screen, lambda session: resume(session, self.script, screen.version, self.now), applies=True
        ):
            desk.paused, desk.revisiting = False, None
        self.draw(desk)

    @rule(which=st.integers(0, 1), data=st.data())
    def rather_step_by_step(self, which: int, data: st.DataObject) -> None:
        desk = self.desks[which]
        screen = self.pick_screen(data, desk)
        if self.press(
            which,
            screen,
            lambda session: step_by_step(session, self.script, screen.version, self.now),
            applies=desk.form and not desk.paused,
        ):
            desk.form, desk.revisiting = False, None
        self.draw(desk)

    @precondition(lambda self: self.desks)
    @rule(
        gone=st.sets(STEP_IDS, max_size=3),
        reworded=st.sets(STEP_IDS, max_size=3),
        added=st.sets(st.sampled_from([one.id for one in EXTRA])),
    )
    def the_script_changes(self, gone: set[str], reworded: set[str], added: set[str]) -> None:
        self.edition += 1
        self.script = edited(gone, reworded, added, self.edition)

    @rule()
    def the_process_ends(self) -> None:
        for desk in self.desks:
            desk.session = Session.from_document(json.loads(json.dumps(desk.session.to_document())))

    @invariant()
    def it_stands_where_the_model_stands(self) -> None:
        for desk in self.desks:
            here, expected = current_step(desk.session, self.script), standing(desk, self.script)
            assert here == expected
            assert bool(form_steps(desk.session, self.script)) == at_form(desk, self.script)
            assert desk.session.skipped == desk.skipped
            assert {one.step: set(one.options) & _offered(one.step) for one in desk.session.answers} == desk.options

    @invariant()
    def documents_come_back_as_they_were(self) -> None:
        for desk in self.desks:
            assert Session.from_document(json.loads(json.dumps(desk.session.to_document()))) == desk.session

    @invariant()
    def nothing_unkept_is_in_what_is_kept(self) -> None:
        for desk in self.desks:
            closing = close(desk.session, self.script, self.now, 0)
            assert SECRET not in json.dumps(desk.session.kept_document(self.script)).lower()
            assert SECRET not in json.dumps(closing.session.kept_document(self.script)).lower()
            assert closing.instead == unsafe(desk, self.script)

    @invariant()
    def every_kept_answer_is_in_the_words_seen(self) -> None:
        for desk in self.desks:
            kept = {one["step"]: one for one in desk.session.kept_document(self.script)["answers"]}
            assert set(kept) == {step for step in desk.answers if SECRET not in step} - {"situation", "more"}
            for step, one in kept.items():
                words = tuple(c.get("own_word", c["text"]) for c in one.get("chosen", ())) or (one["text"],)
                assert (one["question"], words) == desk.answers[step]


def _offered(step_id: str) -> set[str]:
    return {option.id for step in (*STEPS, *EXTRA) if step.id == step_id for option in step.options}


TwoCheckIns.TestCase.settings = settings(max_examples=80, stateful_step_count=30)
TestTwoCheckIns = TwoCheckIns.TestCase
