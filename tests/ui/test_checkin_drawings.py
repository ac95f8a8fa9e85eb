"""Whatever a check-in holds, Discord takes the message that shows it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from discord import ComponentType

from bot.domain.checkins.answers import Picked, Situated, SituationRef, Value, Wrote
from bot.domain.checkins.closing import close
from bot.domain.checkins.labels import LABEL_POINTS, TextTooLong
from bot.domain.checkins.moves import add, answer, back, begin, fill_form
from bot.domain.checkins.session import Session, current_step
from bot.domain.checkins.standing import Ended, Standing, UnderWay, Welcome
from bot.domain.library import Library
from bot.domain.people import Notice
from bot.domain.script import CheckIn, Step
from bot.ui.checkins.arrival import draw_consent, draw_not_open, draw_opening
from bot.ui.checkins.closing import draw_ended_check_in, draw_gone, draw_let_go, draw_said
from bot.ui.checkins.forms import draw_note_form, draw_offer_form, draw_quick_form, draw_word_form
from bot.ui.checkins.steps import (
    draw_ended,
    draw_own_note,
    draw_paused,
    draw_put_away,
    draw_refused,
    draw_standing,
    draw_support_panel,
    draw_thrown_away,
    draw_written,
)
from bot.ui.drawing import Drawing
from bot.ui.forms import Form
from bot.ui.ids import Kind, Press, decode
from tests.ui.test_limits import problems_of

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
TOKEN = bytes(range(16))
AT = Press(Kind.ANSWER, "", TOKEN, 2**31 - 1, 2**31 - 1)
LABELS = ("W" * 32, "<" * 32, "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 16, "\u05e9\u05d1" * 16, "W_" * 16, "a")
NOTES = ("*" * 500, "w" * 500, "a\n" * 250, "\u200d\U0001f467" * 250, "[x](https://example.org) <@1>\n" * 16, "a")


@pytest.fixture(scope="module")
def script(library: Library) -> CheckIn:
    return library.check_in


def longest(step: Step, label: str, note: str) -> Value:
    """Answer a step with as many words as it takes."""
    if step.kind == "text":
        return Wrote(note, bring_up=True)
    if step.kind == "choices" and step.keep == "always":
        return Picked(tuple(option.id for option in step.options))
    own = next((option.id for option in step.options if option.own_word), None)
    free = max((one for one in step.options if not one.ends), key=lambda one: len(one.text)).id
    harmless = "not-sure" if step.keep == "never" else free
    return Picked((own or harmless,), label if own else None)


def walked(script: CheckIn, label: str, note: str) -> list[Session]:
    """Give a check-in as it stands at each step, and at its end."""
    session = begin(script, "steps", NOW)
    seen = [session]
    while step := current_step(session, script):
        outcome = answer(session, script, step.id, longest(step, label, note), session.version, NOW)
        assert outcome.kind == "applied", step.id
        session = outcome.session
        seen.append(session)
    return seen


@pytest.mark.parametrize(("label", "note"), [*product(LABELS, NOTES[:1]), *product(LABELS[:1], NOTES)])
def test_every_step_and_every_end_fits_with_the_longest_words(
    library: Library, script: CheckIn, label: str, note: str
) -> None:
    *standing, over = walked(script, label, note)
    refused = {"note": TextTooLong(500, 4000), "closest": TextTooLong(32, 80)}
    known = tuple(Situated(SituationRef(f"{n:032x}"), "W" * LABEL_POINTS) for n in range(50))
    for session in standing:
        for revisited in (session, back(session, script, session.version, NOW).session):
            one = Standing(TOKEN, revisited, NOW, labels=known, has_note=True, stale=True, refused=refused)
            drawing = draw_standing(library, script, one)
            problems_of(drawing)
            assert library.check_in.controls.support in str(drawing.to_components())
    closing = close(over, script, NOW, 2)
    for ended in (
        Ended(TOKEN, closing, kept=True, until=NOW, first=True),
        Ended(TOKEN, closing, kept=True, first=True),
        Ended(TOKEN, closing, until=NOW, asks=True, trouble=library.notebook.limits.situations.format(most=50)),
    ):
        drawing = draw_ended_check_in(library, ended, NOW, reminders=True)
        problems_of(drawing)
        assert library.interface.buttons.support in str(drawing.to_components())
        problems_of(draw_said(library, ended))
    problems_of(draw_own_note(library, note))
    fits(draw_written(library, f"{note}\n\n{label}"))


def test_a_select_is_never_taken_for_the_one_of_the_step_before(library: Library, script: CheckIn) -> None:
    *standing, _ = walked(script, "a", "a")
    drawings = [draw_standing(library, script, Standing(TOKEN, session, NOW)) for session in standing]
    rows = [
        row for drawing in drawings for row in drawing.to_components() if row["type"] == ComponentType.action_row.value
    ]
    inside = [one for row in rows for one in row["components"]]
    numbers = [one["id"] for one in inside if one["type"] == ComponentType.select.value]

    assert len(set(numbers)) == len(numbers) > 1
    assert min(numbers) > 40, "Discord's own count begins at 1"


@pytest.mark.long
def test_every_option_of_the_end_fits(library: Library, script: CheckIn) -> None:
    asked = {step.id: [option.id for option in step.options] for step in script.steps}
    labels = tuple(Situated(SituationRef(f"{n:032x}"), "W" * LABEL_POINTS) for n in range(50))
    wrongs = ("agreement", "need-missed", "something-else", "not-sure")
    for brings, stage, texture, tend in product(asked["brings"], asked["closest"], asked["joy"], asked["tend"]):
        session = begin(script, "form", NOW)
        values: dict[str, Value | None] = {
            "brings": Picked((brings,)),
            "not-right": Picked(wrongs if texture == "loud" else ("not-sure",)),
            "joy": Picked((texture,)),
            "closest": Picked((stage,)),
            "note": Wrote("w" * 500),
        }
        filled = fill_form(session, script, values, 1, NOW).session
        if tend != "nothing-now":
            filled = add(filled, script, "tend", Picked((tend,)))
        closed = close(filled, script, NOW, 2)
        ended = Ended(TOKEN, closed, until=NOW, asks=True, first=True, labels=labels)
        problems_of(draw_ended_check_in(library, ended, NOW, reminders=True))


def test_what_replaces_everything_fits_and_can_be_put_away(library: Library, script: CheckIn) -> None:
    session = begin(script, "form", NOW)
    unsafe = fill_form(session, script, {"not-right": Picked(("not-safe",))}, 1, NOW).session
    help_alone = Ended(TOKEN, close(unsafe, script, NOW, 0), wrote=True)
    drawing = draw_ended_check_in(library, help_alone, NOW, reminders=True)

    problems_of(drawing)
    assert library.notebook.conversation.put_away in str(drawing.to_components())


def test_nothing_but_help_and_the_way_back_stands_where_support_replaces_everything(
    library: Library, script: CheckIn
) -> None:
    for ticked in (("not-safe",), ("not-free",), ("not-safe", "not-free", "agreement")):
        session = begin(script, "form", NOW)
        unsafe = fill_form(session, script, {"not-right": Picked(ticked)}, 1, NOW).session
        ended = Ended(TOKEN, close(unsafe, script, NOW, 0), wrote=True)
        drawing = draw_ended_check_in(library, ended, NOW, reminders=True)
        shown = drawing.to_components()
        presses = {decode(one["custom_id"]).kind for one in _walk(shown) if "custom_id" in one}
        assert presses == {Kind.COUNTRY_BESIDE, Kind.SHOW_WRITTEN, Kind.TAKE_BACK_TICK, Kind.HIDE_SUPPORT}
        therapists = [one for place in library.resources.places for one in place.contacts if one.kind == "therapy"]
        assert therapists
        assert not any(one.name in str(shown) for one in therapists)


def _walk(components: list[Any]) -> Iterator[dict[str, Any]]:
    for one in components:
        yield one
        yield from _walk(one.get("components", []))


def test_what_stands_around_it_fits(library: Library, script: CheckIn) -> None:
    open_ones = tuple(UnderWay(bytes([n]) * 16, 9, NOW, "W" * LABEL_POINTS) for n in range(1, 6))
    notices: tuple[Notice, ...] = ("went-quiet", "reminders-paused")
    told = [library.notebook.reminders.went_quiet, library.notebook.reminders.paused_for_closed]
    drawings = [
        *(
            draw_consent(library, moderates=moderates, keep=keep, changed=changed)
            for moderates, keep, changed in product((True, False, None), (True, False), (True, False))
        ),
        draw_opening(library, Welcome(agreed=True, under_way=open_ones, notices=notices), TOKEN, 9, told),
        draw_paused(library, AT, NOW),
        draw_paused(library, AT, None),
        draw_ended(library),
        draw_gone(library, NOW),
        draw_thrown_away(library),
        draw_put_away(library),
        draw_not_open(library),
        draw_let_go(library),
        draw_support_panel(library),
        draw_standing(library, script, Standing(TOKEN, begin(script, "form", NOW), NOW, has_note=True)),
    ]
    for drawing in drawings:
        problems_of(drawing)


@pytest.mark.parametrize("typed", ["*" * 4000, "a\n" * 2000, "w" * 3900, "\U0001f467" * 4000, "", "  "])
def test_what_was_not_taken_comes_back_whole(library: Library, typed: str) -> None:
    drawing = draw_refused(library.notebook.conversation.not_taken, typed)

    fits(drawing)
    shown = str(drawing.to_components())
    assert not typed.strip() or typed in shown or [one.file().fp.read().decode() for one in drawing.pictures] == [typed]


def fits(drawing: Drawing) -> None:
    """A file shown in a message is checked against what is uploaded with it, which `problems_of` does not know."""
    texts = [one["content"] for one in drawing.to_components() if one["type"] == 10]
    assert 0 < sum(map(len, texts)) <= 4000
    assert all(texts)


def test_every_form_fits(library: Library, script: CheckIn) -> None:
    own = [(step, n) for step in script.steps for n, one in enumerate(step.options) if one.own_word]
    notes = [step for step in script.steps if step.kind == "text"]
    words = [draw_word_form(library, step, replace(AT, position=n)) for step, n in own]
    forms = [
        draw_quick_form(library, script, AT),
        *(draw_offer_form(library, step, AT) for step in script.steps if step.id in {"situation", "closest", "tend"}),
        *words,
        *(draw_note_form(library, step, AT, "w" * 5000, marked=True) for step in notes),
    ]
    for form in forms:
        assert_form_fits(form)


def assert_form_fits(form: Form) -> None:
    payload = form.to_dict()
    assert len(payload["title"]) <= 45
    assert len(payload["custom_id"]) <= 100
    assert 1 <= len(payload["components"]) <= 5
    for label in payload["components"]:
        field = label["component"]
        assert 1 <= len(label["label"]) <= 45
        assert len(label.get("description") or "") <= 100
        assert len(field.get("options", [])) <= (10 if field["type"] == 21 else 25)
        assert 1 <= field.get("max_length", 1) <= 4000
        assert len(field.get("value") or "") <= field.get("max_length", 4000)
        for option in field.get("options", []):
            assert 1 <= len(option["label"]) <= 100
            assert len(option.get("description") or "") <= 100
