"""Draws a card before it is posted: as it will stand, where, what is missing, and what a press will do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.cards.permissions import Need
from bot.domain.cards.posting import ChannelKind
from bot.domain.library import Library
from bot.ui.cards.telling import mention, tell_needs
from bot.ui.drawing import Button, Drawing, Part, button, row, shorten, small, text
from bot.ui.ids import Kind, Press

PLAIN, PINNED = 0, 1
"""What the position of a press on the preview means."""
MOST_TEXT = 4000  # Discord's limit over all text of a message


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is missing in the way of posting somewhere, all of it at once.

    `you` and `me` stand in the way of posting, `me_for_pins` of pinning alone; `other` are whole sentences.
    """

    you: tuple[Need, ...] = ()
    me: tuple[Need, ...] = ()
    me_for_pins: tuple[Need, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def forbids_posting(self) -> bool:
        """Whether nothing can be posted."""
        return bool(self.you or self.me or self.other)

    def forbids(self, *, pinned: bool) -> bool:
        """Whether what is asked for cannot be done."""
        return self.forbids_posting or (pinned and bool(self.me_for_pins))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A card about to be posted, and what is known of the place.

    `token` makes every press on one preview the same posting. `parts` are the cards of a series. `there` are links to
    where the card stands in that channel already, and `shown` is how often it does; `pin_first` puts the button that
    pins in front.
    """

    subject: str
    channel: int = field(repr=False)
    kind: ChannelKind
    token: bytes = field(repr=False)
    lacking: Lacking = Lacking()
    parts: tuple[str, ...] = ()
    there: tuple[str, ...] = field(default=(), repr=False)
    shown: int = 0
    pin_first: bool = False


def tell_lacking(library: Library, channel: int, lacking: Lacking, *, pinned: bool = True) -> list[str]:
    """Say everything that is missing, and for whom."""
    words, where = library.cards.missing, mention(channel)
    said = [
        (words.you, lacking.you),
        (words.me, lacking.me),
        (words.me_for_pins, lacking.me_for_pins if pinned else ()),
    ]
    lines = [form.format(channel=where, permissions=tell_needs(library, needs)) for form, needs in said if needs]
    return [*lacking.other, *lines, *([words.how] if lines else [])]


def draw_lacking(library: Library, channel: int, lacking: Lacking) -> Drawing:
    """Draw what stands in the way, and nothing else."""
    return Drawing(text(*tell_lacking(library, channel, lacking)), row(_support(library)))


def draw_preview(library: Library, card: Drawing, draft: Draft) -> Drawing:
    """Draw the card, under it what is missing and what will happen; what is missing alone where both have no room."""
    words = library.cards.preview
    form = words.about_series if draft.parts else words.about_forum if draft.kind == "forum" else words.about
    about = [form.format(channel=mention(draft.channel))]
    about += [words.there_already.format(link=link) for link in draft.there]
    needs = _lines(tell_lacking(library, draft.channel, draft.lacking))
    room = MOST_TEXT - sum(map(len, _texts(card.to_components())))
    if len(needs) > room:
        return draw_lacking(library, draft.channel, draft.lacking)
    said = shorten("\n".join(one for one in (needs, _lines(about)) if one), max(room, 1))
    return card.above(text(said), _controls(library, draft))


def draw_nothing_posted(library: Library) -> Drawing:
    """Draw that a preview led to nothing."""
    return Drawing(text(library.cards.preview.cancelled), row(_support(library)))


def _controls(library: Library, draft: Draft) -> Part:
    words = library.cards.preview
    kind = Kind.POST_SERIES if draft.parts else Kind.POST_CARD
    press = Press(kind, draft.subject, draft.token, version=draft.shown)
    plain = not draft.parts and not draft.lacking.forbids(pinned=False)
    post = button(words.post, press.at(PLAIN)) if plain else None
    pin = button(words.post_and_pin, press.at(PINNED)) if not draft.lacking.forbids(pinned=True) else None
    first, second = (pin, post) if draft.pin_first else (post, pin)
    return row(first, second, button(words.cancel, Press(Kind.POST_NOTHING)))


def _lines(said: Iterable[str]) -> str:
    return "\n".join(small(one) for one in said)


def _texts(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in components:
        yield str(one.get("content", ""))
        yield from _texts(one.get("components", ()))


def _support(library: Library) -> Button:
    return button(library.interface.buttons.support, Press(Kind.SUPPORT))
