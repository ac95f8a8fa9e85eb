"""Screens that everybody can have: cards, lists, prompts, terms, results, support, help."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from bot.domain.library import Library
from bot.rehearsal.screens import NOTE, NOW, SOMEBODY, TOKEN, Case, Screen, either, given, longest_text, named
from bot.ui import pages
from bot.ui.cards.card import Audience, CardBook, draw_shared, draw_shown, name_card
from bot.ui.drawing import MOST_OPTIONS, Drawing, Picture
from bot.ui.ids import NO_TOKEN, Kind, Press
from bot.ui.pictures import stages_svg
from bot.ui.results import draw_card_found, draw_nothing_close, draw_results
from bot.ui.servers.weekly import draw_weekly
from bot.ui.support import (
    SupportView,
    draw_support,
    draw_support_alone,
    draw_support_anywhere,
    draw_support_unlisted,
)

_VIEWS: Final = tuple(SupportView(writing=writing, alone=alone) for writing, alone in product((False, True), repeat=2))
_ANOTHER: Final = Press(Kind.ANOTHER, "", NO_TOKEN, 0, 1)
_RUNNERS: Final = (
    pages.Runner("x" * 200, "x" * 300, check_ins=True, reminders=True, keeps=True),
    pages.Runner(f"https://example.org/{'x' * 180}", keeps=True, moderates=True),
)


def _pages_of(count: int) -> Iterable[Case]:
    return (given(page) for page in range(-(-count // MOST_OPTIONS)))


def _cards(library: Library, *others: object) -> Iterator[Case]:
    return (given(one, *others, of=named(one.id)) for one in library.explainers.values())


def _drawn_cards(library: Library) -> Iterator[Case]:
    book = CardBook()
    for one in library.explainers.values():
        for audience in (Audience.PRIVATE, Audience.SHOWABLE):
            yield given(book.card(library, one, audience), of=named(one.id))


def _results(library: Library) -> Iterator[Case]:
    """Give the results that are longest together, of cards and of terms."""
    sentence = longest_text(library.interface.explain)
    cards = sorted(library.explainers.values(), key=lambda one: len(one.summary + name_card(library, one)))
    terms = sorted(library.terms.values(), key=lambda one: len(one.definition + one.term))
    yield from (given(sentence, found) for found in (cards[-3:], terms[-3:], []))


def _places(library: Library) -> Iterator[Case]:
    for place, view in product(library.resources.places, _VIEWS):
        yield given(place, NOW, view, of=named(place.code))


def _prompts(library: Library) -> Iterator[Case]:
    note = longest_text(library.interface.reflect)
    for theme in library.themes.values():
        yield from (given(theme, one, _ANOTHER, note, of=named(one.id)) for one in theme.prompts)


def _weekly_prompts(library: Library) -> Iterator[Case]:
    for theme in library.themes.values():
        yield from (given(theme, one, TOKEN, of=named(one.id)) for one in theme.prompts if one.weekly)


def _sentences(library: Library) -> list[Case]:
    return [given(longest_text(library.interface, library.notebook, library.servers, library.suggestions))]


def _first_cards(library: Library) -> Iterator[Case]:
    longest = max(library.explainers.values(), key=lambda one: len(one.title))
    return (given(runner, longest) for runner in _RUNNERS)


def _stages_picture(library: Library) -> list[Case]:
    stages_svg(library.trajectory)  # what is in it is drawn; what that looks like as a PNG is no matter of words
    return [given(Picture("stages.png", b"", library.interface.stages.picture))]


def _drawn(card: Drawing) -> Drawing:
    """Give a card, which its book has drawn."""
    return card


SCREENS: Final = (
    Screen(_drawn, "the card", _drawn_cards, draws=CardBook.card, with_library=False, shows_pages=True),
    Screen(draw_shared, "the shared card", lambda one: _cards(one, SOMEBODY), shows_pages=True),
    Screen(
        draw_shown,
        "the card not shared",
        lambda one: _cards(one, longest_text(one.interface.explain, one.servers.showing)),
        shows_pages=True,
    ),
    Screen(draw_card_found, "the card a sentence led to", _drawn_cards, shows_pages=True),
    Screen(draw_results, "the results of a search", _results, shows_pages=True),
    Screen(
        draw_nothing_close,
        "the answer where nothing was found",
        lambda _: (given(NOTE[:300], **case.named) for case in either("takes_suggestions")),
    ),
    Screen(pages.draw_plain, "a sentence", _sentences, with_library=False),
    Screen(pages.draw_ways_on, "a sentence with ways on", _sentences),
    Screen(pages.draw_cards_page, "the list of cards", lambda one: _pages_of(len(one.explainers)), shows_pages=True),
    Screen(pages.draw_terms_page, "the glossary", lambda one: _pages_of(len(one.terms))),
    Screen(pages.draw_stages, "the page about all states", _stages_picture),
    Screen(
        pages.draw_stage,
        "the state",
        lambda one: (given(s, of=named(s.id)) for s in one.stages.values()),
        shows_pages=True,
    ),
    Screen(pages.draw_prompt, "the prompt", _prompts, shows_pages=True),
    Screen(
        pages.draw_themes,
        "the list of themes",
        lambda one: [given(longest_text(one.interface.reflect))],
        shows_pages=True,
    ),
    Screen(
        pages.draw_term,
        "the term",
        lambda one: (given(t, of=named(t.id)) for t in one.terms.values()),
        shows_pages=True,
    ),
    Screen(pages.draw_help, "/help", _first_cards, shows_pages=True),
    Screen(pages.draw_about, "/about", lambda _: (given("0.0.0", one) for one in _RUNNERS)),
    Screen(pages.draw_direct_message, "the answer to a message", lambda _: either("check_ins")),
    Screen(draw_support, "support for", _places),
    Screen(draw_support_anywhere, "support", lambda _: [given(NOW)]),
    Screen(draw_support_alone, "support alone", lambda _: [given(NOW)]),
    Screen(draw_support_unlisted, "support for a country not listed", lambda _: (given(NOTE, NOW, v) for v in _VIEWS)),
    Screen(draw_weekly, "the weekly prompt", _weekly_prompts, shows_pages=True),
)
