"""No pack that checks can draw a message Discord would refuse."""

import string
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.components import validate_components, walk_components

from bot.authoring.limits import MOST_TEXT, visible_text
from bot.domain.content import Citation, Explainer
from bot.domain.content import Kind as CardKind
from bot.domain.library import Library
from bot.ui import pages
from bot.ui.cards import COLOURS, Audience, CardBook, draw_shared, draw_shown
from bot.ui.drawing import Drawing
from bot.ui.ids import NO_TOKEN, Kind, Press
from bot.ui.pictures import render_stages

COMPONENTS_V2 = 1 << 15


def problems_of(drawing: Drawing) -> None:
    """Hold a drawing against Discord's rules as the simulated Discord knows them, and the sum over all text."""
    payload = drawing.to_components()
    validate_components(payload, flags=COMPONENTS_V2)
    parts = list(walk_components(payload))
    assert len(parts) <= 40
    assert sum(len(one["content"]) for one in parts if one["type"] == 10) <= 4000
    ids = [one["custom_id"] for one in parts if "custom_id" in one]
    assert len(ids) == len(set(ids))
    assert all(len(one["label"]) <= 80 for one in parts if one["type"] == 2)


def all_drawings(library: Library) -> list[Drawing]:
    book = CardBook()
    cards = list(library.explainers.values())
    another = Press(Kind.ANOTHER, "rest", NO_TOKEN, 0, 1)
    return [
        *(book.card(library, one, audience) for one in cards for audience in (Audience.PRIVATE, Audience.SHOWABLE)),
        *(draw_shared(library, one, 2**63) for one in cards),
        *(draw_shown(library, one, library.interface.explain.kept_private) for one in cards),
        pages.draw_choices(library, cards[:5], library.interface.explain.choices),
        pages.draw_ways_on(library, library.interface.explain.nothing_close),
        *(pages.draw_cards_page(library, page) for page in range(4)),
        *(pages.draw_terms_page(library, page) for page in range(4)),
        pages.draw_stages(library, render_stages(library.trajectory, library.interface.stages.picture)),
        *(pages.draw_stage(library, stage) for stage in library.stages.values()),
        *(
            pages.draw_prompt(library, theme, one, another)
            for theme in library.themes.values()
            for one in theme.prompts
        ),
        *(pages.draw_term(library, term) for term in library.terms.values()),
        *(pages.draw_support(library, place) for place in library.resources.places),
        pages.draw_help(library),
        pages.draw_about(library, "1.2.3", "someone@example.org"),
        pages.draw_direct_message(library),
        pages.draw_pack_status(library, "content/en", datetime.now(UTC), ["x" * 900] * 40),
    ]


def test_everything_the_pack_can_show_fits(library: Library) -> None:
    for drawing in all_drawings(library):
        problems_of(drawing)


filled = st.sampled_from(string.ascii_letters + " é漢🙂")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_card_that_loads_can_be_sent(library: Library, data: st.DataObject) -> None:
    """The largest card the loader lets through, in any mixture of parts, stays inside Discord's limits."""
    letter = data.draw(filled)
    paragraphs = data.draw(st.lists(st.integers(1, 1000), min_size=1, max_size=6))
    others = list(library.explainers)
    card = Explainer(
        id="x" * 48,
        title=letter * 80,
        kind=data.draw(st.sampled_from(get_args(CardKind))),
        share="anyone",
        summary=letter * data.draw(st.integers(1, 280)),
        body=tuple(letter * length for length in paragraphs),
        telling=tuple(letter * 300 for _ in range(data.draw(st.integers(0, 4)))),
        try_this=letter * 300,
        not_for=letter * 300,
        known=letter * 80,
        related=tuple(data.draw(st.lists(st.sampled_from(others), max_size=5, unique=True))),
        reflect="rest",
        sources=tuple(Citation(work=work, grade="opinion") for work in list(library.works)[:3]),
        reviewed=date(2026, 11, 21),
    )
    if sum(map(len, visible_text(card))) > MOST_TEXT:
        return
    problems_of(CardBook().card(library, card, Audience.SHOWABLE))
    problems_of(draw_shared(library, card, 2**63))


def test_every_kind_of_card_has_one_colour_and_a_name(library: Library) -> None:
    kinds = get_args(CardKind)

    assert set(COLOURS) == set(kinds)
    assert len(set(COLOURS.values())) == len(kinds)
    assert {one.name for one in fields(library.interface.card.kinds)} == set(kinds)


def test_a_pack_that_changes_draws_its_cards_anew(library: Library) -> None:
    book = CardBook()
    card = library.explainers["compersion"]
    before = book.card(library, card, Audience.PRIVATE)
    changed = replace(card, title="Something else")
    newer = replace(library, digest="newer", explainers={**library.explainers, "compersion": changed})

    assert book.card(library, card, Audience.PRIVATE) is before
    after = book.card(newer, changed, Audience.PRIVATE)

    assert "Something else" in after.to_components()[0]["components"][0]["content"]


@pytest.mark.parametrize("page", [-3, 99])
def test_a_page_outside_the_list_is_brought_inside(library: Library, page: int) -> None:
    problems_of(pages.draw_cards_page(library, page))
