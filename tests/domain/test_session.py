"""One check-in: what it asks, what it takes, what it keeps, and where it goes on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.checkins.answers import (
    Answer,
    Chosen,
    DocumentUnreadable,
    Picked,
    Situated,
    SituationRef,
    UnknownOption,
    Wrote,
)
from bot.domain.checkins.labels import LabelEmpty, TextTooLong
from bot.domain.checkins.moves import (
    answer,
    as_it_stands,
    back,
    begin,
    fill_form,
    leave,
    placed,
    reopen,
    resume,
    skip,
    step_by_step,
    unticked,
    without_unkept,
)
from bot.domain.checkins.session import Mode, Session, current_step, form_steps, is_expired, is_folded, previous_step
from bot.domain.checkins.session import said as said_in
from bot.domain.library import Library
from bot.domain.script import CheckIn, Step, When
from tests.domain.scripts import NOW, SCRIPT, SECRET, choice, edited

LATER = NOW + timedelta(minutes=1)
HOME = SituationRef("0f" * 16)


def through(session: Session, *values: Picked | Wrote | Situated | None, script: CheckIn = SCRIPT) -> Session:
    """Answer what it stands at, one value after another; None skips."""
    for value in values:
        step = current_step(session, script)
        assert step is not None
        if value is None:
            outcome = skip(session, script, session.version, LATER)
        else:
            outcome = answer(session, script, step.id, value, session.version, LATER)
        assert outcome.kind == "applied", (step.id, outcome.kind)
        session = outcome.session
    return session


def started(mode: Mode = "steps") -> Session:
    return begin(SCRIPT, mode, NOW)


def stands_at(session: Session, script: CheckIn = SCRIPT) -> str | None:
    step = current_step(session, script)
    return step and step.id


def test_it_asks_in_the_order_of_the_script_and_only_what_applies() -> None:
    session = started()
    asked = []
    for value in ("no-label", "warm", "glad", "secret-none", "joy", None, "rest"):
        asked.append(stands_at(session))
        session = through(session, Picked((value,)) if value else None)

    assert asked == ["situation", "feel", "here", "secret", "closest", "note", "tend"]
    assert stands_at(session) is None
    assert stands_at(through(started(), None, Picked(("cold",)))) == "more"


@pytest.mark.parametrize(
    "picked", [Picked(("nothing",)), Picked(("warm", "cold")), Wrote("warm"), Situated(HOME, "home")]
)
def test_what_the_script_does_not_offer_is_refused(picked: Picked | Wrote | Situated) -> None:
    session = through(started(), None)

    outcome = answer(session, SCRIPT, "feel", picked, session.version, LATER)

    assert (outcome.kind, outcome.session, outcome.step) == ("unknown", session, SCRIPT.steps[1])


def test_a_step_the_script_never_had_is_unknown_and_another_than_asked_is_stale() -> None:
    session = started()

    assert answer(session, SCRIPT, "no-such-step", Picked(("warm",)), 1, LATER).kind == "unknown"
    assert answer(session, SCRIPT, "feel", Picked(("warm",)), 1, LATER).kind == "stale"


def test_a_press_twice_counts_once_and_the_second_says_where_it_stands() -> None:
    session = started()
    first = answer(session, SCRIPT, "situation", Picked(("no-label",)), 1, LATER)

    second = answer(first.session, SCRIPT, "situation", Picked(("new-label",), "Home"), 1, LATER)

    assert (second.kind, second.session) == ("stale", first.session)
    assert second.step is not None
    assert second.step.id == "feel"


def test_an_option_may_open_an_explainer_and_may_stop_for_good() -> None:
    session = through(started(), None, Picked(("cold",)))
    shown = answer(session, SCRIPT, "more", Picked(("show",)), session.version, LATER)
    stopped = answer(session, SCRIPT, "more", Picked(("stop",)), session.version, LATER)
    again = resume(stopped.session, SCRIPT, stopped.session.version, LATER)

    assert (shown.opens, shown.session.state, shown.stopped) == ("right-now", "open", False)
    assert (stopped.kind, stopped.session.state, stopped.stopped) == ("applied", "closed", True)
    assert (again.kind, again.session) == ("stale", stopped.session)


def test_whether_to_go_on_is_no_answer_to_keep() -> None:
    session = through(started(), None, Picked(("cold",)), Picked(("on",)), Picked(("glad",)))

    assert [one.step for one in said_in(session, SCRIPT)] == ["feel", "here"]
    assert "more" not in str(session.kept_document(SCRIPT))
    assert "Text" not in str(session.answer_to("more"))


def test_what_was_kept_of_whether_to_go_on_before_stays_kept() -> None:
    """Under 0.3.0 it was an answer like any other."""
    session = through(started(), None, Picked(("cold",)))
    before = Answer("more", "Ask more?", (Chosen("on", "On"),))

    assert said_in(replace(session, answers=(*session.answers, before)), SCRIPT)[-1] == before


def test_what_ended_with_support_alone_is_taken_up_at_its_question_as_one_that_was_never_answered() -> None:
    session = through(started(), None, None, None)
    ended = answer(session, SCRIPT, "secret", Picked(("secret-unsafe",)), session.version, LATER).session
    again = reopen(unticked(ended), SCRIPT, LATER).session
    assert stands_at(again) == "secret"
    assert replace(again, version=session.version, touched=session.touched) == session
    left = leave(again, SCRIPT, again.version, LATER).session

    went_on = skip(again, SCRIPT, again.version, LATER).session
    came_back = resume(left, SCRIPT, left.version, LATER).session

    assert stands_at(went_on) == "closest"
    assert stands_at(came_back) == "secret", "it was put away unanswered, and is asked again"


def test_an_own_word_is_cleaned_and_must_be_there() -> None:
    session = through(started(), None, None, None, None)
    told = answer(session, SCRIPT, "closest", Picked(("own",), " **mixed** "), session.version, LATER).session

    assert told.answers[-1].words == ("mixed",)
    with pytest.raises(LabelEmpty):
        answer(session, SCRIPT, "closest", Picked(("own",)), session.version, LATER)


def test_a_note_that_is_too_long_says_so_and_an_empty_one_is_a_skip() -> None:
    session = through(started(), None, None, None, None, None)

    with pytest.raises(TextTooLong) as caught:
        answer(session, SCRIPT, "note", Wrote("x" * 21), session.version, LATER)
    assert caught.value.limit == 20
    assert through(session, Wrote("  \n ")).skipped >= {"note"}
    assert through(session, Wrote("ask", bring_up=True)).answers[-1].bring_up


def test_back_keeps_the_answer_until_another_takes_its_place_and_skip_takes_it_back() -> None:
    session = through(started(), None, Picked(("warm",)))
    at_feel = back(session, SCRIPT, session.version, LATER).session
    at_first = back(at_feel, SCRIPT, at_feel.version, LATER).session

    assert (stands_at(at_feel), stands_at(at_first)) == ("feel", "situation")
    assert at_feel.answers == session.answers
    assert previous_step(at_first, SCRIPT) is None
    assert back(at_first, SCRIPT, at_first.version, LATER).kind == "stale"
    assert stands_at(resume(at_first, SCRIPT, at_first.version, LATER).session) == "here"
    assert stands_at(through(at_feel, Picked(("cold",)))) == "more"
    assert through(at_feel, None).answers == ()


def test_an_answer_that_applies_no_longer_does_not_count() -> None:
    session = through(started(), None, Picked(("cold",)), Picked(("on",)))
    for _ in range(2):
        session = back(session, SCRIPT, session.version, LATER).session
    session = through(session, Picked(("warm",)))

    assert [one["step"] for one in session.kept_document(SCRIPT)["answers"]] == ["feel"]


def test_leave_pauses_where_it_stands_and_old_buttons_stay_without_effect() -> None:
    session = through(started(), None)
    left = leave(session, SCRIPT, session.version, LATER).session

    assert left.state == "paused"
    assert answer(left, SCRIPT, "feel", Picked(("warm",)), session.version, LATER).kind == "stale"
    assert leave(left, SCRIPT, left.version, LATER).kind == "stale"
    assert stands_at(resume(left, SCRIPT, left.version, LATER).session) == "feel"


def test_after_the_form_nothing_more_is_asked() -> None:
    session = started("form")
    assert [step.id for step in form_steps(session, SCRIPT)] == ["here", "secret", "closest", "note"]

    outcome = fill_form(
        session,
        SCRIPT,
        {"here": Picked(("glad", "sad")), "secret": None, "closest": Picked(("alarm",)), "note": Wrote("tea")},
        1,
        LATER,
    )

    assert (outcome.kind, outcome.refused) == ("applied", {})
    assert form_steps(outcome.session, SCRIPT) == ()
    assert stands_at(outcome.session) is None
    assert [one.question for one in outcome.session.answers] == ["Form here", "Form closest", "Form note"]
    assert fill_form(outcome.session, SCRIPT, {}, outcome.session.version, LATER).kind == "stale"


def test_a_field_that_cannot_be_taken_loses_none_of_the_others() -> None:
    values = {
        "closest": Picked(("own",), "x" * 90),
        "note": Wrote("x" * 21),
        "here": Picked(("odd",)),
        "went": Wrote("words"),
    }
    session = started("form")

    outcome = fill_form(session, SCRIPT, {**values, "secret": Picked(("secret-none",))}, 1, LATER)

    assert {step: type(why) for step, why in outcome.refused.items()} == {
        "closest": TextTooLong,
        "note": TextTooLong,
        "here": UnknownOption,
        "went": UnknownOption,
    }
    assert [one.step for one in outcome.session.answers] == ["secret"]
    assert outcome.session.skipped == frozenset()
    assert stands_at(outcome.session) == "here"
    assert stands_at(through(outcome.session, None, None, None)) is None


def test_an_own_word_chosen_in_the_form_needs_no_word_there() -> None:
    outcome = fill_form(started("form"), SCRIPT, {"closest": Picked(("own",))}, 1, LATER)

    assert outcome.refused == {}
    assert [one.words for one in outcome.session.answers] == [("My own word",)]


def test_step_by_step_instead_of_the_form() -> None:
    session = started("form")

    outcome = step_by_step(session, SCRIPT, 1, LATER)

    assert form_steps(outcome.session, SCRIPT) == ()
    assert fill_form(outcome.session, SCRIPT, {"note": Wrote("tea")}, 1, LATER).kind == "stale"


def test_it_goes_on_under_the_script_now_loaded() -> None:
    session = through(started(), None, Picked(("warm",)), Picked(("glad",)))
    now = edited(gone=("here", "secret"), reworded=("feel",), added=("added-last",), edition=2)

    assert stands_at(session, now) == "closest"
    kept = session.kept_document(now)["answers"]
    assert [(one["question"], one["chosen"][0]["text"]) for one in kept] == [
        ("Ask feel?", "Text of warm"),
        ("Ask here?", "Text of glad"),
    ]


def test_nobody_answers_a_question_in_words_they_did_not_see() -> None:
    session = through(started(), None)
    now = edited(reworded=("feel",), edition=2)

    outcome = answer(session, now, "feel", Picked(("warm",)), session.version, LATER)
    again = answer(outcome.session, now, "feel", Picked(("warm",)), outcome.session.version, LATER)

    assert (outcome.kind, outcome.session.answers) == ("stale", ())
    assert outcome.session == as_it_stands(session, now).session != session
    assert again.session.answers[0].question == "Ask feel? Edition 2"


def test_a_known_situation_goes_by_its_id_and_its_label_is_not_kept_twice() -> None:
    session = begin(SCRIPT, "steps", NOW, Situated(HOME, "Home"))
    typed = through(started(), Picked(("new-label",), "Work"))

    assert (session.situation, session.new_label, stands_at(session)) == (HOME, None, "feel")
    assert (typed.situation, typed.new_label) == (None, "Work")
    assert placed(typed, HOME).new_label is None
    kept = placed(typed, HOME).kept_document(SCRIPT)
    assert (kept["situation"], kept["answers"]) == (HOME, [])
    assert through(back(typed, SCRIPT, typed.version, LATER).session, Picked(("no-label",))).new_label is None


def test_unsafe_ends_the_questions_and_leaves_what_a_skip_leaves() -> None:
    before = through(started(), None, Picked(("warm",)), Picked(("glad",)))
    unsafe = through(before, Picked(("secret-unsafe", "secret-other")))
    skipped = through(before, None, None, None, None)

    assert stands_at(unsafe) is None
    assert unsafe.kept_document(SCRIPT) == skipped.kept_document(SCRIPT)
    corrected = through(back(unsafe, SCRIPT, unsafe.version, LATER).session, Picked(("secret-none",)))
    assert stands_at(corrected) == "closest"


def test_what_is_not_kept_never_holds_words_and_can_be_dropped() -> None:
    session = through(started(), None, None, None, Picked(("secret-other",)), Wrote("a tale"))

    assert "Text of" not in json.dumps(session.to_document())
    assert "tale" not in json.dumps(session.to_document())
    assert SECRET not in json.dumps(session.kept_document(SCRIPT))
    dropped = without_unkept(session, SCRIPT)
    assert dropped.answers == ()
    assert stands_at(dropped) == stands_at(session) == "closest"


def test_what_depends_on_an_answer_that_was_dropped_is_asked_no_more_and_back_passes_over_it() -> None:
    """What is asked of whoever did not tick something must not be asked once the tick is gone."""
    steps = list(SCRIPT.steps)
    after = choice("after", "yes", "no", when=(When(step="secret", none_of=("secret-other",)),))
    steps.insert([one.id for one in steps].index("secret") + 1, after)
    script = replace(SCRIPT, steps=tuple(steps))
    ticked = through(begin(script, "steps", NOW), None, None, None, Picked(("secret-other",)), None, script=script)
    assert stands_at(ticked, script) == "closest"

    dropped = without_unkept(ticked, script)
    assert stands_at(dropped, script) == "closest"
    before = previous_step(dropped, script)
    assert before is not None
    assert before.id == "secret"
    not_ticked = through(begin(script, "steps", NOW), None, None, None, Picked(("secret-none",)), script=script)
    assert stands_at(without_unkept(not_ticked, script), script) == "after", "it stands at the question already"
    answered = through(not_ticked, Picked(("yes",)), script=script)
    assert [one.step for one in without_unkept(answered, script).answers] == ["after"]


def test_an_answer_that_another_script_no_longer_asks_for_still_counts() -> None:
    session = through(started(), None, Picked(("warm",)), Picked(("glad",)))
    asked_now = tuple(
        replace(step, when=(When(step="feel", any_of=("cold",)),)) if step.id == "here" else step
        for step in SCRIPT.steps
    )
    now = replace(SCRIPT, steps=asked_now)

    assert [one["step"] for one in session.kept_document(now)["answers"]] == ["feel", "here"]


def test_what_was_promised_not_to_be_kept_is_not_kept_under_a_later_script_either() -> None:
    session = through(started(), None, None, None, Picked(("secret-none",)), Picked(("joy",)))
    open_now = replace(SCRIPT, steps=tuple(replace(step, keep="always") for step in SCRIPT.steps))
    all_secret = replace(SCRIPT, steps=tuple(replace(step, keep="never") for step in SCRIPT.steps))

    assert [one["step"] for one in session.kept_document(open_now)["answers"]] == ["closest"]
    assert session.kept_document(all_secret)["answers"] == []


# Buttons carry places of options, not options. What 0.3.0 sent stands in messages, whatever became of the script since.


def as_in_0_3_0(script: CheckIn) -> CheckIn:
    """Give the script with steps, options and the form as they stood in 0.3.0; the words are of no matter here."""
    steps = {step.id: step for step in script.steps}
    order = ("situation", "brings", "steady", "here", "joy", "not-right", "closest", "note", "tend")
    options = {
        "here": "warm on-guard calm jealous curious sad excited angry flat cannot-tell",
        "joy": "warm-and-close loud quiet far-away relief changing rather-not-think cannot-tell",
    }
    in_form = {"here", "joy", "not-right", "closest", "note"}
    before = []
    for name in order:
        step = steps[name]
        there = {one.id: one for one in step.options}
        ids = options[name].split() if name in options else list(there)
        label = (step.form or "A label") if name in in_form else None
        when = step.when if name == "steady" else ()
        before.append(replace(step, options=tuple(there[one] for one in ids), form=label, when=when))
    return replace(script, steps=tuple(before))


def calm(step: Step) -> Picked | Wrote:
    """Answer with the last that can be chosen and ends nothing."""
    if step.kind == "text":
        return Wrote("a walk")
    chosen = [one.id for one in step.options if not one.ends and one.id not in {"not-free", "not-safe"}][-1]
    return Picked((chosen,), "a word")


@pytest.mark.parametrize("mode", ["steps", "form"])
def test_a_press_of_0_3_0_records_no_other_option_and_the_check_in_ends_with_all_that_was_said(
    library: Library, mode: Mode
) -> None:
    now, before = library.check_in, as_in_0_3_0(library.check_in)
    session = begin(before, mode, NOW)
    if mode == "form":
        filled = {step.id: calm(step) for step in form_steps(session, before)}
        session = fill_form(session, before, filled, session.version, LATER).session
    while here := current_step(session, before):
        said = {one.step: one.words for one in session.answers}
        drawn = session.version
        for place in range(len(here.options)):
            option = now.steps[[one.id for one in now.steps].index(here.id)].options[place]
            seen = here.options[place]
            outcome = answer(session, now, here.id, Picked((option.id,), "a word"), drawn, LATER)
            moved_on = {one.step: one.words for one in outcome.session.answers}
            assert outcome.kind == "stale" or option == seen, (here.id, place)
            assert outcome.kind == "applied" or moved_on == said
        ending, presses = session, 0
        while step := current_step(ending, now):
            ending = (
                answer(ending, now, step.id, calm(step), ending.version, LATER).session
                if presses % 2
                else (as_it_stands(ending, now).session)
            )
            presses += 1
            assert presses < 40
        kept = {one.step: one.words for one in said_in(ending, now)}
        assert {step: words for step, words in said.items() if step != "not-right"}.items() <= kept.items(), here.id
        session = answer(session, before, here.id, calm(here), session.version, LATER).session


def test_it_shows_no_answer_where_a_log_might_catch_it() -> None:
    session = through(started(), Picked(("new-label",), "canary"), Picked(("warm",)))

    assert "canary" not in repr(session)
    assert "canary" not in repr(session.answers)
    assert "canary" not in repr((Picked((), "canary"), Wrote("canary"), Situated(HOME, "canary")))


@pytest.mark.parametrize("state", ["open", "paused", "closed"])
def test_documents_come_back(state: str) -> None:
    session = through(begin(SCRIPT, "form", NOW, Situated(HOME, "Zuhause \U0001f3e0")), Picked(("cold",)))
    session = replace(session, state=state)

    assert Session.from_document(json.loads(json.dumps(session.to_document()))) == session


@pytest.mark.parametrize("broken", [{"format": 2}, {"state": "odd"}, {"answers": ["canary"]}, {"started": "canary"}])
def test_a_document_from_elsewhere_is_refused_without_quoting_it(broken: dict[str, object]) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        Session.from_document({**started().to_document(), **broken})

    assert "canary" not in str(caught.value)
    with pytest.raises(DocumentUnreadable):
        Session.from_document({})


def test_it_folds_after_two_hours_untouched_and_expires_after_a_day() -> None:
    session = through(started(), None)  # touched a minute after it began
    second = timedelta(seconds=1)

    assert not is_folded(session, LATER + timedelta(hours=2) - second)
    assert is_folded(session, LATER + timedelta(hours=2))
    assert not is_folded(replace(session, state="paused"), LATER + timedelta(hours=2))
    assert not is_expired(session, NOW + timedelta(days=1) - second, kept=False)
    assert is_expired(session, NOW + timedelta(days=1), kept=False)
    assert not is_expired(session, NOW + timedelta(days=30), kept=True)


def test_a_form_opened_before_folding_still_counts() -> None:
    session = started("form")
    long_after = NOW + timedelta(hours=5)
    assert is_folded(session, long_after)

    assert fill_form(session, SCRIPT, {"note": Wrote("tea")}, 1, long_after).kind == "applied"
