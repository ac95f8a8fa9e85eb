"""No pack that checks can draw a message Discord would refuse."""

import string
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import validate_components, walk_components

from bot.authoring.limits import MOST_SITES, MOST_TEXT, card_text, contact_text
from bot.authoring.reader import Reader
from bot.domain.content import Citation, Contact, ContactKind, Explainer, Hours, Medium, Place, Writing
from bot.domain.content import Kind as CardKind
from bot.domain.library import Library
from bot.ui import pages
from bot.ui.cards.card import COLOURS, Audience, CardBook, draw_shared, draw_shown
from bot.ui.drawing import Drawing, text
from bot.ui.ids import NO_TOKEN, Kind, Press
from bot.ui.pictures import render_stages
from bot.ui.results import draw_results, help_first
from bot.ui.support import SupportView, draw_support, draw_support_alone, draw_support_anywhere
from tests.conftest import PACK

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


NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
VIEWS = [SupportView(writing=writing, alone=alone) for writing in (False, True) for alone in (False, True)]
LONG_CLOSED = Hours(zone="UTC", open=("sat 10:00-11:00",))
NEVER_CLOSED = Hours(zone="UTC", open=("daily 00:00-24:00",))
CLOSED, SOON_OPEN = Hours(zone="UTC", open=("daily 09:00-17:00",)), Hours(zone="UTC", open=("daily 00:00-02:00",))


def support_pages(library: Library) -> list[Drawing]:
    """Draw every place in every view, with the hours of its lines unknown, open and closed."""
    resources = library.resources
    drawn = [draw_support_anywhere(library, NOW), draw_support_alone(library, NOW)]
    for hours in (None, LONG_CLOSED, NEVER_CLOSED, CLOSED, SOON_OPEN):
        places = tuple(with_hours(place, [hours]) for place in resources.places)
        given = replace(library, resources=replace(resources, places=places))
        drawn += [draw_support(given, place, NOW, view) for place in places for view in VIEWS]
    return drawn


def with_hours(place: Place, hours: Sequence[Hours | None]) -> Place:
    """Give the helplines of a place these hours, one after the other and again from the first."""
    lines = [replace(one, hours=hours[at % len(hours)]) for at, one in enumerate(place.contacts)]
    contacts = [new if new.kind == "helpline" else old for new, old in zip(lines, place.contacts, strict=True)]
    return replace(place, contacts=tuple(contacts))


def all_drawings(library: Library) -> list[Drawing]:
    book = CardBook()
    cards = list(library.explainers.values())
    another = Press(Kind.ANOTHER, "rest", NO_TOKEN, 0, 1)
    return [
        *(book.card(library, one, audience) for one in cards for audience in (Audience.PRIVATE, Audience.SHOWABLE)),
        *(draw_shared(library, one, 2**63) for one in cards),
        *(draw_shown(library, one, library.interface.explain.kept_private) for one in cards),
        *(book.card(library, one, Audience.SHOWABLE).with_heading(help_first(library)) for one in cards),
        *(draw_results(library, library.interface.explain.unsure, cards[at : at + 3]) for at in range(len(cards))),
        draw_results(library, library.interface.explain.sure, list(library.terms.values())),
        draw_results(library, library.interface.explain.nothing_close, []),
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
        *support_pages(library),
        pages.draw_help(library, pages.Runner(check_ins=True, reminders=True, keeps=True)),
        pages.draw_about(
            library,
            "1.2.3",
            pages.Runner("someone@example.org", "https://example.org/privacy", check_ins=True, keeps=True),
        ),
        pages.draw_direct_message(library, check_ins=True),
        pages.draw_pack_status(library, "content/en", datetime.now(UTC), ["x" * 900] * 40),
    ]


def test_everything_the_pack_can_show_fits(library: Library) -> None:
    for drawing in all_drawings(library):
        problems_of(drawing)


def filled(least: int, most: int) -> st.SearchStrategy[str]:
    """Texts of one repeated character: length is what Discord counts."""
    return st.builds(str.__mul__, st.sampled_from(string.ascii_letters + " é漢🙂"), st.integers(least, most))


cards = st.builds(
    Explainer,
    id=st.just("x" * 48),
    title=filled(80, 80),
    kind=st.sampled_from(get_args(CardKind)),
    share=st.just("anyone"),
    summary=filled(1, 280),
    body=st.lists(filled(1, 1000), min_size=1, max_size=6).map(tuple),
    telling=st.lists(filled(300, 300), max_size=4).map(tuple),
    try_this=st.none() | filled(300, 300),
    not_for=st.none() | filled(300, 300),
    known=st.none() | filled(80, 80),
    related=st.lists(st.sampled_from(("compersion", "support", "trajectory", "about", "privacy")), unique=True).map(
        tuple
    ),
    reflect=st.just("rest"),
    sources=st.just(tuple(Citation(work=work, grade="opinion") for work in ("a", "b", "fern-2020"))),
    reviewed=st.just(date(2026, 11, 21)),
)


@cache
def real_library() -> Library:
    """The pack, not as a fixture: Hypothesis would print all of it."""
    library = Reader(PACK).read().library
    assert library is not None
    return library


def cut_to_fit(card: Explainer) -> Explainer:
    """Shorten the body until the loader would let the card through, and no further."""
    over = sum(map(len, card_text(card, real_library().works))) - MOST_TEXT
    body = list(card.body)
    while over > 0 and body:
        last = body.pop()
        if len(last) > over:
            body.append(last[: len(last) - over])
        over -= len(last)
    return replace(card, body=tuple(body) or ("x",))


@settings(max_examples=100)
@given(card=cards.map(cut_to_fit))
def test_any_card_that_loads_can_be_sent(card: Explainer) -> None:
    """The largest card the loader lets through, in any mixture of parts, stays inside Discord's limits."""
    library = real_library()
    problems_of(CardBook().card(library, card, Audience.SHOWABLE))
    problems_of(draw_shared(library, card, 2**63))


contacts = st.builds(
    Contact,
    name=filled(1, 60),
    kind=st.sampled_from(get_args(ContactKind)),
    call=st.none() | filled(1, 60),
    write=st.lists(
        st.builds(Writing, by=st.sampled_from(get_args(Medium)), to=filled(100, 100), word=st.none() | filled(40, 40)),
        min_size=1,
        max_size=3,
    ).map(tuple),
    site=st.none() | st.just("https://example.org/" + "x" * 180),
    hours=st.sampled_from((None, LONG_CLOSED, NEVER_CLOSED, CLOSED, SOON_OPEN)),
    languages=st.lists(filled(1, 100), max_size=6).map(tuple),
    for_whom=filled(1, 160),
    source=st.just("somewhere"),
    checked=st.none(),
)


def cut_place_to_fit(contacts: Sequence[Contact]) -> Place:
    """Make a place of as many contacts as its check lets through beside what is on every page."""
    library = real_library()
    words, resources = library.interface.support, library.resources
    everywhere = next(one for one in resources.places if one.code == "everywhere")
    around = [*resources.intro, *resources.closing, resources.unchecked, words.not_listed, words.emergency_anywhere]
    around += [words.no_writing, words.as_of, "x" * 40, *resources.emergency]
    around += [text for one in everywhere.contacts for text in contact_text(one, words)]
    left, sites, taken = MOST_TEXT - sum(map(len, around)), MOST_SITES - len(everywhere.contacts), list[Contact]()
    for one in contacts:
        length, has_site = sum(map(len, contact_text(one, words))), one.site is not None
        if length <= left and has_site <= sites:
            left, sites = left - length, sites - has_site
            taken.append(one)
    return Place(code="xx", name="x" * 100, contacts=tuple(taken))


@settings(max_examples=100)
@given(place=st.lists(contacts, max_size=10).map(cut_place_to_fit), view=st.sampled_from(VIEWS))
def test_any_place_that_loads_can_be_sent(place: Place, view: SupportView) -> None:
    """The largest list the loader lets through, open, closed and unknown in any mixture, stays inside the limits."""
    problems_of(draw_support(real_library(), place, NOW, view))


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


def test_blanks_to_fill_in_are_escaped_for_discords_markdown() -> None:
    """Two runs of underscores would underline what lies between them and eat the blanks."""
    (block,) = Drawing(text("I felt ___ when ___. snake__case__stays")).to_components()

    assert block["content"] == r"I felt \_\_\_ when \_\_\_. snake__case__stays"
