"""How a check-in ends: in the member's words, with the script's lines, or with support alone."""

import json
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checkins.answers import Picked, Value, Wrote, unkept_steps
from bot.domain.checkins.closing import RESTS_AT, STAGE, TEXTURE, close
from bot.domain.checkins.moves import answer, begin, fill_form, resume, skip
from bot.domain.checkins.session import Session, current_step, form_steps
from bot.domain.library import Library
from bot.domain.script import CheckIn, Step
from tests.domain.scripts import NOW, SCRIPT, SECRET

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(scope="module")
def script(library: Library) -> CheckIn:
    return library.check_in


def walked(script: CheckIn, **picks: str | tuple[str, ...]) -> Session:
    """Go through step by step, answering what is named and skipping the rest, to the end."""
    session = begin(script, "steps", NOW)
    for _ in range(2 * len(script.steps)):
        step = current_step(session, script)
        if step is None:
            return session
        pick = picks.get(step.id.replace("-", "_"))
        if pick is None:
            outcome = skip(session, script, session.version, LATER)
        else:
            value = (
                Wrote(str(pick)) if step.kind == "text" else Picked((pick,) if isinstance(pick, str) else pick, "mix")
            )
            outcome = answer(session, script, step.id, value, session.version, LATER)
        session = outcome.session
        assert outcome.kind == "applied"
        if session.state == "paused":
            session = resume(session, script, session.version, LATER).session
    raise AssertionError("it never ends")


def test_a_mirror_one_line_each_one_explainer_and_a_next_step() -> None:
    session = walked(SCRIPT, situation="new-label", feel="warm", here=("sad", "glad"), closest="joy", tend="rest")

    closing = close(session, SCRIPT, LATER, 0)

    assert [(one.question, one.words) for one in closing.mirror] == [
        ("Ask situation?", ("mix",)),
        ("Ask feel?", ("Text of warm",)),
        ("Ask here?", ("Text of glad", "Text of sad")),
        ("Ask closest?", ("Joy",)),
        ("Ask tend?", ("Text of rest",)),
    ]
    assert closing.lines == ("It is warm.", "Joy.")
    assert closing.explainer == "warmth"
    assert closing.next_step == SCRIPT.next_steps[0]
    assert (closing.rest, closing.keep_ask) == (None, "Keep it?")
    assert (closing.session.state, closing.session.version) == ("closed", session.version + 1)


def test_the_first_line_that_names_an_explainer_gives_it() -> None:
    assert close(walked(SCRIPT, feel="cold", closest="alarm"), SCRIPT, LATER, 0).explainer == "alarm"
    assert close(walked(SCRIPT, feel="cold"), SCRIPT, LATER, 0).explainer is None


def test_unsafe_replaces_everything() -> None:
    session = fill_form(
        begin(SCRIPT, "form", NOW),
        SCRIPT,
        {"here": Picked(("glad",)), "secret": Picked(("secret-unsafe",)), "closest": Picked(("joy",))},
        1,
        LATER,
    ).session

    closing = close(session, SCRIPT, LATER, 2)

    assert current_step(session, SCRIPT) is None
    assert (closing.instead, closing.lines, closing.explainer) == (True, ("Support first.",), "support")
    assert (closing.mirror, closing.next_step, closing.rest, closing.keep_ask) == ((), None, None, None)
    assert SECRET not in json.dumps(closing.session.kept_document(SCRIPT))


@pytest.mark.parametrize(("before", "said"), [(0, False), (1, False), (2, True), (3, False)])
def test_the_third_in_a_day_hears_that_rest_counts(before: int, *, said: bool) -> None:
    assert RESTS_AT == 3
    assert (close(walked(SCRIPT), SCRIPT, LATER, before).rest == "The third today.") is said


def test_closing_twice_says_the_same_and_changes_nothing() -> None:
    first = close(walked(SCRIPT, feel="cold", tend="rest"), SCRIPT, LATER, 0)
    second = close(first.session, SCRIPT, LATER + timedelta(hours=1), 0)

    assert first == second
    assert skip(first.session, SCRIPT, first.session.version, LATER).kind == "stale"
    assert current_step(first.session, SCRIPT) is None


def test_nothing_said_closes_with_nothing_said() -> None:
    closing = close(walked(SCRIPT), SCRIPT, LATER, 0)

    assert (closing.mirror, closing.lines, closing.explainer, closing.next_step) == ((), (), None, None)


# The script that members meet.


def options_of(script: CheckIn, step_id: str) -> list[str]:
    step = next(step for step in script.steps if step.id == step_id)
    return [option.id for option in step.options]


def stage_lines(script: CheckIn) -> dict[str, str]:
    lines = {}
    for option in options_of(script, STAGE):
        closing = close(walked(script, closest=option), script, LATER, 0)
        assert len(closing.lines) == 1, option
        lines[option] = closing.lines[0]
    return lines


def test_every_stage_option_has_a_line_of_its_own_and_they_are_alike_in_length(script: CheckIn) -> None:
    lines = stage_lines(script)
    mean = sum(map(len, lines.values())) / len(lines)

    assert len(set(lines.values())) == len(lines) == 9
    assert {name: len(line) for name, line in lines.items() if abs(len(line) - mean) > 0.35 * mean} == {}
    assert max(map(len, lines.values())) <= 1.35 * min(map(len, lines.values()))


def test_every_stage_and_every_texture_has_an_explainer_or_a_line(script: CheckIn, library: Library) -> None:
    for option in options_of(script, STAGE):
        assert close(walked(script, closest=option), script, LATER, 0).explainer in library.explainers
    for option in options_of(script, TEXTURE):
        assert len(close(walked(script, joy=option), script, LATER, 0).lines) == 1


def test_situation_stage_and_texture_give_one_line_each_and_unsafe_stands_alone(script: CheckIn) -> None:
    parts = ("brings", "not-right", STAGE, TEXTURE)
    quiet = {"nothing-seen"}  # says that all is right: no line of its own
    for brings, not_right, stage, texture in product(*([None, *options_of(script, part)] for part in parts)):
        picks = {"brings": brings, "not_right": not_right, "closest": stage, "joy": texture}
        session = walked(script, **{name: pick for name, pick in picks.items() if pick})
        closing = close(session, script, LATER, 0)
        if not_right in {"not-safe", "not-free"}:
            assert (closing.instead, closing.explainer, closing.mirror) == (True, "support", ())
        else:
            wrong = bool(not_right and not_right not in quiet)
            both = wrong and brings == "someone-asked"  # an answer owed to nobody is said beside what is not right
            expected = bool(brings or wrong) + both + bool(stage) + bool(texture)
            assert len(closing.lines) == expected, picks


def test_whoever_was_asked_to_do_this_hears_that_their_answers_are_theirs_whatever_is_not_right(
    script: CheckIn,
) -> None:
    for not_right in (None, *options_of(script, "not-right")):
        picks = {"brings": "someone-asked", "not_right": not_right}
        closing = close(walked(script, **{name: pick for name, pick in picks.items() if pick}), script, LATER, 0)
        theirs = "Your answers are yours. You owe nobody a look at them."
        assert closing.instead or theirs in closing.lines, not_right
    broken = close(walked(script, brings="someone-asked", not_right="agreement"), script, LATER, 0)
    assert broken.lines[0].startswith("An agreement was broken")
    assert broken.explainer == "when-the-alarm-is-right"


@given(data=st.data())
@settings(max_examples=100)
def test_every_path_through_the_real_script_ends_in_a_closing(script: CheckIn, data: st.DataObject) -> None:
    form = data.draw(st.booleans(), label="form")
    session = begin(script, "form" if form else "steps", NOW)
    if form:
        assert len(form_steps(session, script)) == 5
        values = {
            step.id: data.draw(st.none() | values_of(step), label=step.id) for step in form_steps(session, script)
        }
        outcome = fill_form(session, script, values, session.version, LATER)
        assert (outcome.kind, outcome.refused) == ("applied", {})
        session = outcome.session
    presses = 0
    while step := current_step(session, script):
        value = data.draw(st.none() | values_of(step), label=step.id)
        outcome = (
            answer(session, script, step.id, value, session.version, LATER)
            if value
            else skip(session, script, session.version, LATER)
        )
        assert outcome.kind == "applied"
        session, presses = outcome.session, presses + 1
        if session.state == "paused":
            session = resume(session, script, session.version, LATER).session
    assert presses <= len(script.steps)

    closing = close(session, script, LATER, data.draw(st.integers(0, 4)))

    unsafe = bool({"not-safe", "not-free"} & _options(session, "not-right"))
    assert closing.instead is unsafe
    assert closing.session.state == "closed"
    kept = json.dumps(closing.session.kept_document(script))
    assert not any(text in kept for text in unkept_texts(script))
    if unsafe:
        assert (closing.mirror, closing.next_step, closing.rest, closing.keep_ask) == ((), None, None, None)
    else:
        assert len(closing.lines) <= 4
        assert not {line.question for line in closing.mirror} & set(unkept_texts(script))


def values_of(step: Step) -> st.SearchStrategy[Value]:
    if step.kind == "text":
        return st.builds(Wrote, st.text("ab \U0001f642", min_size=1).filter(str.strip), st.booleans())
    names = st.sampled_from([option.id for option in step.options])
    most = len(step.options) if step.kind == "choices" else 1
    return st.builds(Picked, st.lists(names, min_size=1, max_size=most, unique=True).map(tuple), st.just("mixed"))


def unkept_texts(script: CheckIn) -> list[str]:
    steps = [step for step in script.steps if step.id in unkept_steps(script)]
    assert [step.id for step in steps] == ["not-right"]
    return [
        text
        for step in steps
        for text in (step.id, step.ask, str(step.form), *(option.text for option in step.options))
    ]


def _options(session: Session, step_id: str) -> frozenset[str]:
    one = session.answer_to(step_id)
    return one.options if one else frozenset()
