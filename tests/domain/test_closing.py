"""How a check-in ends: in the member's words, with the script's lines, or with support alone."""

import json
from datetime import timedelta
from functools import cache
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checkins.answers import Picked, Value, Wrote, unkept_steps
from bot.domain.checkins.closing import RESTS_AT, STAGE, TEXTURE, Closing, close
from bot.domain.checkins.moves import add, answer, back, begin, fill_form, reopen, resume, skip, unticked
from bot.domain.checkins.session import Mode, Session, current_step, form_steps
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


def filled(script: CheckIn, **picks: str | tuple[str, ...]) -> Session:
    """Fill the form in with what is named, and leave the rest of it empty."""
    session = begin(script, "form", NOW)
    values = {
        step.id: None
        if (pick := picks.get(step.id.replace("-", "_"))) is None
        else Wrote(str(pick))
        if step.kind == "text"
        else Picked((pick,) if isinstance(pick, str) else pick)
        for step in form_steps(session, script)
    }
    outcome = fill_form(session, script, values, session.version, LATER)
    assert (outcome.kind, outcome.step) == ("applied", None)
    return outcome.session


def ended(script: CheckIn, mode: Mode, **picks: str | tuple[str, ...]) -> Closing:
    """Check in with what is named, in one of the two ways, and give what is said at the end."""
    return close((filled if mode == "form" else walked)(script, **picks), script, LATER, 0)


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
    assert closing.explainers == ("warmth", "joy")
    assert closing.next_step == SCRIPT.next_steps[0]
    assert (closing.rest, closing.keep_ask) == (None, "Keep it?")
    assert (closing.session.state, closing.session.version) == ("closed", session.version + 1)


def test_every_line_that_names_an_explainer_gives_it() -> None:
    assert close(walked(SCRIPT, feel="warm", closest="alarm"), SCRIPT, LATER, 0).explainers == ("warmth", "alarm")
    assert close(walked(SCRIPT, feel="cold", closest="alarm"), SCRIPT, LATER, 0).explainers == ("alarm",)
    assert close(walked(SCRIPT, feel="cold"), SCRIPT, LATER, 0).explainers == ()


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
    assert (closing.instead, closing.lines, closing.explainers) == (True, ("Support first.",), ("support",))
    assert closing.offers == ()
    assert (closing.mirror, closing.next_step, closing.rest, closing.keep_ask) == ((), None, None, None)
    assert SECRET not in json.dumps(closing.session.kept_document(SCRIPT))


@pytest.mark.parametrize(("before", "said"), [(0, False), (1, False), (2, True), (3, False)])
def test_the_third_in_a_day_hears_that_rest_counts(before: int, *, said: bool) -> None:
    assert RESTS_AT == 3
    assert (close(walked(SCRIPT), SCRIPT, LATER, before).rest == "The third today.") is said
    assert close(walked(SCRIPT, feel="cold"), SCRIPT, LATER, before).rest is None, "where the script says not to"


def test_closing_twice_says_the_same_and_changes_nothing() -> None:
    first = close(walked(SCRIPT, feel="cold", tend="rest"), SCRIPT, LATER, 0)
    second = close(first.session, SCRIPT, LATER + timedelta(hours=1), 0)

    assert first == second
    assert skip(first.session, SCRIPT, first.session.version, LATER).kind == "stale"
    assert current_step(first.session, SCRIPT) is None


def test_nothing_said_closes_with_nothing_said() -> None:
    closing = close(walked(SCRIPT), SCRIPT, LATER, 0)

    assert (closing.mirror, closing.lines, closing.explainers, closing.next_step) == ((), (), (), None)


# The script that members meet.


def options_of(script: CheckIn, step_id: str) -> list[str]:
    step = next(step for step in script.steps if step.id == step_id)
    return [option.id for option in step.options]


@cache
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
        (card,) = close(walked(script, closest=option), script, LATER, 0).explainers
        assert card in library.explainers
    for option in options_of(script, TEXTURE):
        assert len(close(walked(script, joy=option), script, LATER, 0).lines) == 1


# What is said, so that no path says anything that is not true of it: by the closing that says it, and word for word
# where the words themselves are what keeps somebody safe.
TICKED = {
    "agreement": "not-right-agreement",
    "need-missed": "not-right-need",
    "something-else": "not-right-something-else",
    "not-sure": "not-right-not-sure",
    "nothing-seen": None,
}
WRONGS = ("agreement", "need-missed", "something-else")
SAME = (
    "That comes before any work on feelings. No person has seen it, nobody is told, and it is not kept. Below are "
    "people who can help."
)
NOT_SAFE = f"You ticked that you don't feel safe. {SAME}"
NOT_FREE = f"You ticked that you don't feel free to say no, or to slow down. {SAME}"
NOT_FREE_TOO = "You can want to stay and still not be free. Money, papers, home, children and fear all count."
BRINGS = ("happening-now", "something-happened", "coming-up", "look-in", "someone-asked")
ALARM = (
    "Something in you is on guard. It may be for you, or for what you love. Nothing has to be decided while it is this "
    "loud."
)
BOTH_OF_THEM = (
    "Something in you is on guard, and you named something that is not right. The one may be about the other. You can "
    "rest first; it will still count tomorrow."
)
PAIRS = tuple(combinations([*TICKED, "not-free", "not-safe"], 2))
MODES: tuple[Mode, ...] = ("steps", "form")


def line_of(script: CheckIn, closing_id: str | None) -> str:
    """Give what a closing says; nothing for None."""
    found = [" ".join(one.say) for one in script.closings if one.id == closing_id]
    assert len(found) == (closing_id is not None), closing_id
    return "".join(found)


def card_of(script: CheckIn, closing_id: str | None) -> str | None:
    """Give the card a closing leads to."""
    return next((one.opens for one in script.closings if one.id == closing_id), None)


def ticked_line(script: CheckIn, tick: str) -> str:
    return line_of(script, TICKED[tick])


def brings_line(script: CheckIn, brings: str) -> str:
    return line_of(script, f"brings-{brings}")


def test_the_pairs_are_all_there_are(script: CheckIn) -> None:
    assert set(options_of(script, "not-right")) == {one for pair in PAIRS for one in pair}
    assert set(options_of(script, "brings")) == set(BRINGS)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_two_ticks_are_each_answered_first_whatever_brings_them_and_whatever_they_call_it(
    script: CheckIn, pair: tuple[str, str], mode: Mode
) -> None:
    for brings, stage in product([None, *BRINGS], [None, *options_of(script, STAGE)]):
        picks = {"not_right": pair, "brings": brings, "closest": stage, "here": "sad", "note": "A walk"}
        closing = ended(script, mode, **{name: pick for name, pick in picks.items() if pick})
        unsafe = {"not-safe", "not-free"} & set(pair)
        if unsafe:
            expected = {
                ("not-safe",): (NOT_SAFE,),
                ("not-free",): (NOT_FREE, NOT_FREE_TOO),
                ("not-free", "not-safe"): (NOT_SAFE, NOT_FREE_TOO),
            }
            assert closing.lines == expected[tuple(sorted(unsafe))]
            assert (closing.instead, closing.explainers) == (True, ("support",))
            assert (closing.mirror, closing.next_step, closing.offers, closing.keep_ask) == ((), None, (), None)
            continue
        in_order = [one for one in options_of(script, "not-right") if one in pair]
        wrong = [one for one in in_order if one in WRONGS]
        paired = stage in {"threat-response", "managed-distress"} and wrong
        said_of_stage = BOTH_OF_THEM if paired else stage_lines(script)[stage] if stage else ""
        lines = [*(ticked_line(script, one) for one in in_order), said_of_stage]
        lines.insert(len(in_order), brings_line(script, brings) if brings else "")
        assert closing.lines == tuple(line for line in lines if line), (brings, stage)
        asked_for = [*(TICKED[one] for one in wrong), f"brings-{brings}"]
        cards = [card for one in asked_for if (card := card_of(script, one))]
        assert len(wrong) <= len(cards), "each wrong has a card"
        assert closing.explainers[: len(dict.fromkeys(cards))] == tuple(dict.fromkeys(cards))
        assert not {line.question for line in closing.mirror} & set(unkept_texts(script))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tick", [*TICKED, "not-free", "not-safe"])
def test_one_tick_is_answered_first(script: CheckIn, tick: str, mode: Mode) -> None:
    closing = ended(script, mode, not_right=tick, brings="happening-now", closest="threat-response")

    if tick == "not-safe":
        assert closing.lines == (NOT_SAFE,)
    elif tick == "not-free":
        assert closing.lines == (NOT_FREE, NOT_FREE_TOO)
    else:
        answered = [line for line in (ticked_line(script, tick),) if line]
        now = brings_line(script, "happening-now")
        assert closing.lines == (*answered, now, BOTH_OF_THEM if tick in WRONGS else ALARM)
    assert closing.instead is (tick in {"not-safe", "not-free"})


@pytest.mark.parametrize("mode", MODES)
def test_the_alarm_is_not_read_and_holding_it_is_answered_beside_a_wrong_too(script: CheckIn, mode: Mode) -> None:
    assert ended(script, mode, closest="threat-response").lines == (ALARM,)
    holding, not_sure = line_of(script, "closest-managed-distress"), ticked_line(script, "not-sure")
    assert ended(script, mode, closest="managed-distress").lines == (holding,)
    assert ended(script, mode, closest="managed-distress", not_right="not-sure").lines == (not_sure, holding)
    closing = ended(script, mode, closest="managed-distress", not_right="agreement", brings="happening-now")
    now = brings_line(script, "happening-now")
    assert closing.lines == (ticked_line(script, "agreement"), now, BOTH_OF_THEM)
    assert {"when-the-alarm-is-right", "right-now"} <= set(closing.explainers)


def test_everything_ticked_at_once_but_the_two_says_all_of_it(script: CheckIn) -> None:
    for mode in MODES:
        closing = ended(script, mode, not_right=tuple(TICKED), brings="coming-up", closest="acceptance")
        ticked = [line for one in TICKED if (line := ticked_line(script, one))]
        assert closing.lines[:5] == (*ticked, brings_line(script, "coming-up"))
        assert closing.explainers[-1] == "acceptance"
        assert {card_of(script, TICKED[one]) for one in WRONGS} <= set(closing.explainers)


def asked_of(script: CheckIn, **picks: str | tuple[str, ...]) -> list[str]:
    """Name the questions that are asked of whoever answers so, step by step."""
    session, asked = begin(script, "steps", NOW), list[str]()
    while step := current_step(session, script):
        asked.append(step.id)
        pick = picks.get(step.id.replace("-", "_"))
        if pick is None:
            session = skip(session, script, session.version, LATER).session
        else:
            value = Picked((pick,) if isinstance(pick, str) else pick)
            session = answer(session, script, step.id, value, session.version, LATER).session
    return asked


def test_the_order_of_the_questions(script: CheckIn) -> None:
    whole = ["here", "brings", "not-right", "joy", "closest", "note", "tend", "situation"]
    assert asked_of(script) == whole
    without_joy = [step for step in whole if step != "joy"]
    assert asked_of(script, brings="happening-now") == [*whole[:2], "steady", *without_joy[2:]]
    assert asked_of(script, brings="someone-asked") == [*whole[:2], "asked", *without_joy[2:]]
    for tick in options_of(script, "not-right"):
        unsafe = tick in {"not-safe", "not-free"}
        expected = whole[:3] if unsafe else without_joy if tick in WRONGS else whole
        assert asked_of(script, not_right=tick) == expected, tick
    assert [step.id for step in script.steps if step.form] == ["here", "brings", "not-right", "closest", "note"]


def test_the_question_on_joy_can_be_said_not_to_fit_and_relief_has_its_own_line(script: CheckIn) -> None:
    assert options_of(script, TEXTURE)[0] == "rather-not-think"
    lines = {one: close(walked(script, joy=one), script, LATER, 0).lines for one in options_of(script, TEXTURE)}
    assert lines["does-not-fit"] == (line_of(script, "joy-does-not-fit"),)
    assert lines["relief"] != lines["far-away"]
    assert len(set(lines.values())) == len(lines) == 9


def test_joy_answered_and_a_wrong_ticked_afterwards_is_not_said_and_not_asked_again(script: CheckIn) -> None:
    session = begin(script, "steps", NOW)
    for value in (None, None, Picked(("nothing-seen",)), Picked(("loud",))):
        step = current_step(session, script)
        assert step is not None
        outcome = answer(session, script, step.id, value or Picked(()), session.version, LATER)
        session = outcome.session
    for _ in range(2):
        session = back(session, script, session.version, LATER).session
    session = answer(session, script, "not-right", Picked(("agreement",)), session.version, LATER).session
    step = current_step(session, script)

    assert step is not None
    assert step.id == "closest"
    assert close(session, script, LATER, 0).lines == (ticked_line(script, "agreement"),)
    assert session.kept_document(script)["answers"] == []


def test_the_third_today_is_not_counted_at_whoever_is_in_the_middle_of_it(script: CheckIn) -> None:
    for mode in MODES:
        for brings in BRINGS:
            check_in = (filled if mode == "form" else walked)(script, brings=brings)
            assert (close(check_in, script, LATER, 2).rest is None) is (brings == "happening-now")


def test_a_form_offers_at_its_end_what_it_had_no_room_for(script: CheckIn) -> None:
    session = filled(script, closest="threat-response", here="sad")
    assert close(session, script, LATER, 0).offers == ("situation", "closest", "tend")
    assert close(walked(script), script, LATER, 0).offers == ()

    session = add(session, script, "situation", Picked(("new-label",), "Sundays"))
    session = add(session, script, "closest", Picked(("own-word",), "Fog"))
    session = add(session, script, "tend", Picked(("rest",)))
    closing = close(session, script, LATER, 0)

    assert closing.offers == ()
    assert closing.session.new_label == "Sundays"
    assert closing.next_step is not None
    assert closing.next_step.option == "rest"
    said = {line.question: line.words for line in closing.mirror}
    assert ("Alarm", "Fog") in said.values()
    assert closing.lines == (ALARM,)


def test_an_own_word_chosen_in_the_form_counts_without_the_word_until_it_is_added(script: CheckIn) -> None:
    session = filled(script, closest="own-word")
    closing = close(session, script, LATER, 0)
    assert closing.mirror[0].words == ("My own word",)
    assert "closest" in closing.offers
    assert close(add(session, script, "closest", Picked(("own-word",), "Fog")), script, LATER, 0).mirror[0].words == (
        "Fog",
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tick", ["not-safe", "not-free"])
def test_a_slip_is_taken_back_to_the_question_it_was_made_at(script: CheckIn, tick: str, mode: Mode) -> None:
    session = (filled if mode == "form" else walked)(script, here="sad", not_right=tick)
    lying = unticked(close(session, script, LATER, 0).session)
    assert tick not in json.dumps(lying.to_document())

    again = reopen(lying, script, LATER)
    assert (again.session.state, again.step and again.step.id) == ("open", "not-right")
    after = answer(again.session, script, "not-right", Picked(("not-sure",)), again.session.version, LATER)
    assert (after.step and after.step.id) == (None if mode == "form" else "joy")
    assert [one.step for one in after.session.answers] == ["here", "not-right"]


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
        assert not form, "one screen follows the form"
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
        assert len(closing.lines) <= 7
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
