"""Draws an explainer as a card, in the order a screen reader takes it: title, answer, detail, small print, buttons."""

from enum import Enum
from typing import Any

import discord
from discord import ui

from bot.domain.content import Citation, Explainer
from bot.domain.content import Kind as CardKind
from bot.domain.library import Library
from bot.ui.drawing import Choice, Drawing, button, gap, row, select, small, text
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


class Audience(Enum):
    """Where a card stands, which decides its buttons."""

    PRIVATE = "shown to one member, who may not show it or what follows from it"
    SHOWABLE = "shown to one member in a channel where the card may be shown"
    PUBLIC = "shown in a channel"


class CardBook:
    """Draws each card of a pack once and hands out the same drawing until the pack changes."""

    def __init__(self) -> None:
        self._library: Library | None = None
        self._drawn: dict[tuple[str, Audience], Drawing] = {}

    def card(self, library: Library, explainer: Explainer, audience: Audience) -> Drawing:
        """Give the drawing of a card for an audience; PUBLIC ones name their sharer, see `draw_shared`."""
        if library is not self._library:
            self._library, self._drawn = library, {}
        key = (explainer.id, audience)
        drawing = self._drawn.get(key)
        if drawing is None:
            drawing = self._drawn[key] = Drawing(*_items(library, explainer, audience))
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


def _items(library: Library, explainer: Explainer, audience: Audience) -> list[ui.Item[Any]]:
    body = ui.Container[Any](*_paragraphs(library, explainer), accent_colour=discord.Colour(COLOURS[explainer.kind]))
    return [body, *_buttons(library, explainer, audience)]


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
    lines = [small(known)]
    if explainer.sources:
        lines.append(small(f"{words.sources} " + " · ".join(cite(library, one) for one in explainer.sources)))
    return [*items, ui.Separator(), text("\n".join(lines))]


def cite(library: Library, citation: Citation) -> str:
    """Name a source in plain text: author, title, year where known, and how far it carries."""
    words, work = library.interface.card, library.works[citation.work]
    grade = getattr(words.grades, citation.grade)
    form = words.source if work.year is None else words.source_with_year
    return form.format(author=work.author, title=work.title, year=work.year, grade=grade)


def _buttons(library: Library, explainer: Explainer, audience: Audience) -> list[ui.Item[Any]]:
    words = library.interface.buttons
    related = [one for id_ in explainer.related if (one := library.explainer(id_)) is not None]
    choices = [Choice(one.title, one.id) for one in related]
    reflect = button(words.reflect_on_this, Press(Kind.REFLECT, explainer.reflect)) if explainer.reflect else None
    may_show = audience is Audience.SHOWABLE and explainer.share == "anyone"
    show = button(words.show_in_channel, Press(Kind.SHOW, explainer.id)) if may_show else None
    support = button(words.support, Press(Kind.SUPPORT))
    opens = Kind.CARD_PRIVATE if audience is Audience.PRIVATE else Kind.CARD
    reading = [select(words.related, Press(opens), choices)] if choices else []
    return [*reading, row(reflect, show, support)]
