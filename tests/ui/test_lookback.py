"""What looking back draws always fits Discord, whatever a member wrote or brought in."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checkins.answers import Answer, Chosen, SituationRef
from bot.domain.checkins.situations import OwnSituation
from bot.domain.content import Limit
from bot.domain.interface import Fills
from bot.domain.library import Library
from bot.domain.lookback import ALL, Kept, Look, Opened, read_kept, to_bring_up
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind, Press
from bot.ui.lookback.entry import draw_answer, draw_delete, draw_entry, make_change_form
from bot.ui.lookback.history import View, draw_bring_up, draw_look, draw_nothing
from bot.ui.lookback.situations import (
    draw_merge,
    draw_merge_asked,
    draw_situation,
    draw_situation_delete,
    draw_situations,
)
from tests.domain.kept_ones import NOW, document, kept, note, stage
from tests.ui.test_limits import problems_of

LABEL = "*" * 32
HOME = SituationRef("ab" * 16)
HEAVY = "*_~`<@1> \n" * 100  # 1000 characters, and nearly twice as many once no sign of it is markup

texts = st.builds(str.__mul__, st.text("*_\\>`#-\n é🫧ab", max_size=5), st.sampled_from([1, 9, 300]))
chosen = st.builds(Chosen, st.just("x"), texts, st.none() | texts, st.none() | texts)
answers = st.builds(
    Answer,
    st.sampled_from(["closest", "note", "then"]),
    texts,
    st.lists(chosen, max_size=10).map(tuple),
    st.none() | texts,
    st.booleans(),
)


def brought_in(number: int, answered: list[Answer]) -> Kept:
    written = document(NOW - timedelta(hours=number)) | {"answers": [one.to_document() for one in answered]}
    return read_kept(f"{number:032x}", 1, {**written, "situation": HOME})


def drawn(library: Library, entries: tuple[Kept, ...]) -> list[Drawing]:
    look = Look(entries, {HOME: LABEL}, "America/Argentina/ComodRivadavia", unread=True)
    opened = [Opened(one, LABEL, "UTC") for one in entries]
    view = View("30-days", HOME, 0)
    return [
        *(draw_look(library, look, View("30-days", HOME, page)) for page in range(-1, 4)),
        *(draw_bring_up(library, look, to_bring_up(entries), page) for page in range(3)),
        *(draw_entry(library, one, view) for one in opened),
        *(draw_answer(library, one, at, view, writable=True) for one in opened for at, _ in one.kept.said),
        *(draw_delete(library, one, view) for one in opened[:1]),
    ]


def longest(shape: Any) -> Any:
    """Give an author's words, each as long as it may be, with all that is filled in."""
    hints = get_type_hints(type(shape), include_extras=True)
    values: dict[str, Any] = {}
    for one in fields(shape):
        value, about = getattr(shape, one.name), getattr(hints[one.name], "__metadata__", ())
        if is_dataclass(value):
            values[one.name] = longest(value)
        elif isinstance(value, str) and one.name not in {"name", "language"}:
            most = max(limit.most for limit in about if isinstance(limit, Limit))
            filled = "".join(f"{{{name}}}" for found in about if isinstance(found, Fills) for name in found.names)
            values[one.name] = filled.rjust(most, "x")
    return replace(shape, **values)


@pytest.mark.long
@settings(max_examples=40, print_blob=False)
@given(st.lists(st.lists(answers, max_size=12), max_size=9))
def test_everything_drawn_of_what_was_brought_in_fits(library: Library, brought: list[list[Answer]]) -> None:
    wordy = replace(library, lookback=longest(library.lookback))
    for drawing in drawn(wordy, tuple(brought_in(at, one) for at, one in enumerate(brought))):
        problems_of(drawing)


def test_the_heaviest_check_ins_of_our_own_fit(library: Library) -> None:
    step = next(one for one in library.check_in.steps if one.id == "here")
    here = Answer("here", step.ask, tuple(Chosen(one.id, one.text) for one in step.options))
    every = [
        Answer(one.id, one.ask, (Chosen(one.options[0].id, one.options[0].text),))
        for one in library.check_in.steps
        if one.options
    ]
    entries = tuple(
        kept(at, NOW - timedelta(hours=at), here, *every, note(HEAVY, bring_up=True), situation=HOME) for at in range(9)
    )

    for drawing in drawn(library, entries):
        problems_of(drawing)
    shown = "".join(
        one["content"]
        for one in draw_look(library, Look(entries, {}, "UTC"), View()).to_components()
        if one["type"] == 10
    )
    assert shown.count("\n> ") == 4  # what they wrote themselves stays when something has to go


def test_fifty_of_the_longest_labels_fit(library: Library) -> None:
    mine = [
        OwnSituation(SituationRef(f"{at:032x}"), ("🏳️\u200d🌈" * 19)[:76] + f"*{at:02}", NOW, at % 2 == 0)
        for at in range(50)
    ]
    one, *others = mine
    library = replace(library, lookback=longest(library.lookback))

    for drawing in (
        draw_situations(library, mine),
        draw_situation(library, one, alone=False),
        draw_merge(library, one, others),
        draw_merge_asked(library, one, others[0]),
        draw_situation_delete(library, one),
        draw_nothing(library),
    ):
        problems_of(drawing)


@pytest.mark.parametrize("view", [View(), View("7-days", None, 12), View("year", HOME, 1666)])
def test_every_press_knows_the_way_back(view: View) -> None:
    assert View.of(view.press(Kind.LOOK_ENTRY, b"0123456789abcdef", 7, 3)) == view


@pytest.mark.parametrize("subject", ["", "x", "all-0", "never-0-1", "all-0--1", "all-0-x"])
def test_a_press_that_says_nothing_leads_to_the_first_page_of_all(subject: str) -> None:
    assert View.of(Press(Kind.LOOK_PAGE, subject)) == View(ALL, None, 0)


def test_a_form_holds_what_it_is_given_and_asks_for_the_same_answer(library: Library) -> None:
    press = View("year", HOME, 3).press(Kind.LOOK_CHANGE, b"0123456789abcdef", 7, 3)
    form = make_change_form(library, press, "as it was").to_dict()

    assert form["custom_id"] == press.encode().replace(".lc.", ".lw.")
    (field,) = form["components"]
    assert field["component"]["value"] == "as it was"
    assert field["component"]["required"] is False


def test_no_page_counts_praises_or_pities(library: Library) -> None:
    """No streak, no number of check-ins, no average, no arrow: a page says what was said, and which page it is."""
    entries = tuple(kept(at, NOW - timedelta(days=at), stage()) for at in range(9))
    said = "".join(
        one["content"]
        for one in draw_look(library, Look(entries, {}, "UTC"), View()).to_components()
        if one["type"] == 10
    )
    own = said.replace("Acceptance", "").replace(library.lookback.page.format(page=1, pages=3), "")

    assert [one for one in ("→", "↑", "↓", "%", "9 ", "streak", "average", "week") if one in own] == []
