"""Draws the way from a lookup that found nothing to a nameless message for moderators."""

from typing import Any

from discord import ui

from bot.domain.checkins.labels import cut_characters
from bot.domain.library import Library
from bot.ui.drawing import Drawing, button, row, small, text
from bot.ui.ids import Kind, Press
from bot.ui.quoting import quoted, show_own_words

_MOST_SHOWN = 300  # characters of what was looked for, more than can be sent


def offer_suggestion(library: Library, looked_for: str) -> list[ui.Item[Any]]:
    """Draw what was looked for, which stands here alone, and a way to suggest it."""
    words = library.suggestions.offer
    shown = cut_characters(looked_for, _MOST_SHOWN)
    return [text(words.looked_for), show_own_words(shown), row(button(words.suggest, Press(Kind.SUGGEST)))]


def draw_preview(library: Library, cleaned: str, channel: int, token: bytes, note: str | None = None) -> Drawing:
    """Draw exactly what would be sent, and where; `token` tells this suggestion from others and says nothing."""
    words = library.suggestions.preview
    would_see = words.would_see.format(channel=f"<#{channel}>")
    head = text(would_see) if note is None else text(note, would_see)
    return Drawing(
        head,
        show_own_words(cleaned),
        text(small(words.nameless)),
        row(
            button(words.send, Press(Kind.SUGGEST_SEND, str(channel), token)),
            button(words.leave, Press(Kind.SUGGEST_LEAVE)),
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    )


def draw_suggestion(library: Library, cleaned: str) -> Drawing:
    """Draw what moderators see."""
    words = library.suggestions.message
    return Drawing(
        text(words.heading, quoted(cleaned), small(words.nameless)),
        row(button(words.turn_off, Press(Kind.SUGGESTIONS_OFF))),
    )
