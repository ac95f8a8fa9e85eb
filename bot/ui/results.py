"""Draws what a search found: help first, then each result with its own answer, then the list and the glossary.

The order is the same whatever was asked, and it is the order in which a screen reader says it.
"""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.domain.content import Explainer, Term
from bot.domain.library import Library
from bot.ui.cards.card import name_card
from bot.ui.drawing import Drawing, beside, button, row, shorten, text
from bot.ui.ids import Kind, Press
from bot.ui.servers.suggestions import offer_suggestion

MOST_RESULTS = 3
_MOST_ANSWER = 280  # characters; what a card's own answer may have
# A card and its heading stand in one message, and Discord takes each custom id once.
_SUPPORT_FIRST = Press(Kind.SUPPORT, position=1)


def draw_results(
    library: Library, sentence: str, found: Sequence[Explainer | Term], opens: Kind = Kind.CARD
) -> Drawing:
    """Draw at most three results under a sentence about them, best first; `opens` says whether cards may be shown."""
    results = [_draw_result(library, one, opens) for one in found[:MOST_RESULTS]]
    words = library.interface.buttons
    ways_on = row(button(words.all_cards, Press(Kind.CARDS)), button(words.glossary, Press(Kind.TERMS)))
    return Drawing(help_first(library), text(sentence), *results, ways_on)


def draw_nothing_close(library: Library, asked: str, *, takes_suggestions: bool) -> Drawing:
    """Draw that nothing was found, and, where a server takes suggestions, a way to make one of what was asked."""
    nothing = draw_results(library, library.interface.explain.nothing_close, [])
    return nothing.above(*offer_suggestion(library, asked)) if takes_suggestions else nothing


def draw_card_found(library: Library, card: Drawing) -> Drawing:
    """Draw a card that a sentence led to, under the line for whoever is in danger."""
    return card.with_heading(help_first(library))


def help_first(library: Library) -> ui.Item[Any]:
    """Draw the one line for whoever is in danger, with Support beside it; it is the same for everybody."""
    said = text(library.interface.explain.help_first)
    return beside(said, button(library.interface.buttons.support, _SUPPORT_FIRST))


def _draw_result(library: Library, one: Explainer | Term, opens: Kind) -> ui.Item[Any]:
    if isinstance(one, Explainer):
        title, answer, press = name_card(library, one), one.summary, Press(opens, one.id)
    else:
        title, answer, press = one.term, shorten(one.definition, _MOST_ANSWER), Press(Kind.TERM, one.id)
    return beside(text(f"### {title}\n{answer}"), button(library.interface.buttons.read, press))
