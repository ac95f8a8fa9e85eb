"""Draws an explainer as a card, in the order a screen reader takes it: title, answer, detail, small print, buttons."""

from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
from typing import Any

import discord
from discord import ui

from bot.domain.content import Citation, Explainer, Theme, Work
from bot.domain.content import Kind as CardKind
from bot.domain.library import Library, Origin
from bot.ui.drawing import MOST_OPTION_LABEL, Choice, Drawing, button, gap, row, select, shorten, small, text
from bot.ui.ids import Kind, Press

# Alike in weight; light enough to be seen on a dark page and dark enough on a light one. Every kind is also named.
# The order is that of the list of all cards.
COLOURS: dict[CardKind, int] = {
    "care": 0xBB7A66,
    "idea": 0x6C7FB5,
    "stage": 0x4F9A94,
    "pointer": 0xB08B4F,
    "condition": 0x6F9A5B,
    "block": 0xA3799F,
    "service": 0x7F8791,
}


_MOST_DRAWN = 2000  # about 10 MB
_SUPPORT = Press(Kind.SUPPORT)


class Audience(Enum):
    """Where a card stands, which decides its buttons."""

    PRIVATE = "shown to one member, who may not show it or what follows from it"
    SHOWABLE = "shown to one member in a channel where the card may be shown"
    PUBLIC = "shown in a channel"


class CardBook:
    """Draws each card of a pack once and hands out the same drawing until the pack changes.

    A pack and those that servers' own pages lie over share the drawings in which nothing is different.
    """

    def __init__(self) -> None:
        self._works: Mapping[str, Work] | None = None
        self._drawn: OrderedDict[tuple[Audience | Explainer, ...], Drawing] = OrderedDict()

    def card(self, library: Library, explainer: Explainer, audience: Audience) -> Drawing:
        """Give the drawing of a card for an audience; PUBLIC ones name their sharer, see `draw_shared`."""
        if library.works is not self._works:  # each pack has its own, with whatever lies over it
            self._works = library.works
            self._drawn.clear()
        # An explainer is a server's or the pack's for good, so it also tells how it is marked.
        key = (audience, explainer, *_related(library, explainer))
        drawing = self._drawn.get(key)
        if drawing is None:
            drawing = self._drawn[key] = Drawing(*_items(library, explainer, audience))
            if len(self._drawn) > _MOST_DRAWN:
                self._drawn.popitem(last=False)
        else:
            self._drawn.move_to_end(key)
        return drawing


def draw_shared(library: Library, explainer: Explainer, sharer_id: int) -> Drawing:
    """Draw a card for a channel, under the name of the member who shared it."""
    words = library.interface.card
    named = words.shared_by.format(name=f"<@{sharer_id}>")
    take_back = button(library.interface.buttons.take_back, Press(Kind.TAKE_BACK, str(sharer_id)))
    note = text(small(f"{named} {words.shared_note}"))
    return Drawing(*_items(library, explainer, Audience.PUBLIC), note, row(take_back))


def draw_shown(library: Library, explainer: Explainer, note: str) -> Drawing:
    """Draw a private card once more, with a word on what became of showing it."""
    return Drawing(*_items(library, explainer, Audience.PRIVATE), text(small(note)))


def posted_items(library: Library, explainer: Explainer, support: Press) -> list[ui.Item[Any]]:
    """Give a card as moderators post it, its text first; its Support button tells the message apart from others."""
    return _items(library, explainer, Audience.PUBLIC, support)


def _items(library: Library, explainer: Explainer, audience: Audience, support: Press = _SUPPORT) -> list[ui.Item[Any]]:
    body = ui.Container[Any](*_paragraphs(library, explainer), accent_colour=discord.Colour(COLOURS[explainer.kind]))
    return [body, *_buttons(library, explainer, audience, support)]


def _paragraphs(library: Library, explainer: Explainer) -> list[ui.Item[Any]]:
    words = library.interface.card
    items: list[ui.Item[Any]] = [text(f"## {explainer.title}\n{explainer.summary}"), gap(), text(*explainer.body)]
    if explainer.telling:
        items += [gap(), text(f"### {words.telling}\n" + "\n".join(f"- {one}" for one in explainer.telling))]
    if explainer.try_this:
        items += [gap(), text(f"### {words.try_this}\n{explainer.try_this}")]
    if explainer.not_for:
        items += [gap(), text(f"### {words.not_for}\n{explainer.not_for}")]
    kind = getattr(words.kinds, explainer.kind)
    known = f"{kind}. {explainer.known}" if explainer.known else f"{kind}."
    origin = library.origins.cards.get(explainer.id)
    lines = [small(known), *origin_line(library, origin)]
    if explainer.sources:
        lines.append(small(f"{words.sources} " + " · ".join(cite(library, one) for one in explainer.sources)))
    return [*items, ui.Separator(), text("\n".join(lines))]


def name_card(library: Library, explainer: Explainer, most: int = MOST_OPTION_LABEL) -> str:
    """Give a card's title for a list; where it is a server's, it says so."""
    return _marked(library, explainer.title, library.origins.cards.get(explainer.id), most)


def name_theme(library: Library, theme: Theme, most: int = MOST_OPTION_LABEL) -> str:
    """Give a theme's name for a list; where it is a server's, it says so."""
    return _marked(library, theme.name, library.origins.themes.get(theme.id), most)


def origin_line(library: Library, origin: Origin | None) -> list[str]:
    """Say in small print that a server wrote something; nothing of what is the pack's."""
    words = library.interface.card
    return [] if origin is None else [small(words.own if origin == "own" else words.reworded)]


def _marked(library: Library, name: str, origin: Origin | None, most: int) -> str:
    if origin is None:
        return shorten(name, most)
    words = library.interface.card
    form = words.own_in_list if origin == "own" else words.reworded_in_list
    return form.format(title=shorten(name, most - len(form.format(title=""))))


def cite(library: Library, citation: Citation) -> str:
    """Name a source in plain text: author, title, year where known, and how far it carries."""
    words, work = library.interface.card, library.works[citation.work]
    grade = getattr(words.grades, citation.grade)
    form = words.source if work.year is None else words.source_with_year
    return form.format(author=work.author, title=work.title, year=work.year, grade=grade)


def _buttons(library: Library, explainer: Explainer, audience: Audience, support: Press) -> list[ui.Item[Any]]:
    words = library.interface.buttons
    choices = [Choice(name_card(library, one), one.id) for one in _related(library, explainer)]
    reflect = button(words.reflect_on_this, Press(Kind.REFLECT, explainer.reflect)) if explainer.reflect else None
    may_show = audience is Audience.SHOWABLE and explainer.share == "anyone"
    show = button(words.show_in_channel, Press(Kind.SHOW, explainer.id)) if may_show else None
    opens = Kind.CARD_PRIVATE if audience is Audience.PRIVATE else Kind.CARD
    reading = [select(words.related, Press(opens), choices)] if choices else []
    return [*reading, row(reflect, show, button(words.support, support))]


def _related(library: Library, explainer: Explainer) -> list[Explainer]:
    return [one for id_ in explainer.related if (one := library.explainer(id_)) is not None]
