"""Draws a card as it is posted in a channel, the index of a series, and what tells one version of it from another."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, cast

from discord import ui

from bot.domain.cards.posting import SERIES, TRAJECTORY
from bot.domain.content import Explainer, Work
from bot.domain.library import Library
from bot.ui.cards.card import name_card, posted_items
from bot.ui.drawing import Drawing, text
from bot.ui.ids import NO_TOKEN, Kind, Press, UnknownPress, decode

MOST_TITLE: Final = 100  # characters of the name of a post in a forum

NO_LINKS: Final[Mapping[str, str]] = {}

_MOST_KNOWN: Final = 2000


def parts_of_series(library: Library, series: str) -> tuple[str, ...]:
    """Name the cards of a series in order of name; none where there is no such series."""
    if series != TRAJECTORY:
        return ()
    return tuple(stage.id for stage in library.trajectory.by_name)


def card_of(library: Library, subject: str) -> Explainer | None:
    """Find the card of a posting; for the index of a series the one it begins with."""
    return library.explainer(subject.removeprefix(SERIES))


def title_of(library: Library, subject: str) -> str | None:
    """Give the title of a posted card; None when it is in no pack."""
    explainer = card_of(library, subject)
    return name_card(library, explainer, MOST_TITLE) if explainer else None


def draw_posted(
    library: Library, subject: str, token: bytes, round_: int = 0, links: Mapping[str, str] = NO_LINKS
) -> Drawing | None:
    """Draw a posted card; None when it is in no pack.

    `token` and `round_` (which sending it is) tell its message apart, and say nothing. `links` are addresses of the
    cards of a series, by subject, for its index: one that is missing is named without.
    """
    explainer = card_of(library, subject)
    if explainer is None:
        return None
    body, *controls = posted_items(library, explainer, Press(Kind.SUPPORT, token=token, version=round_))
    if not subject.startswith(SERIES):
        return Drawing(body, *controls)
    parts = parts_of_series(library, subject.removeprefix(SERIES))
    return Drawing(body, _contents(library, parts, links), *controls)


def _contents(library: Library, parts: tuple[str, ...], links: Mapping[str, str]) -> ui.Item[Any]:
    titles = ((one, library.explainers[one].title) for one in parts if one in library.explainers)
    lines = [f"- [{title}]({links[one]})" if one in links else f"- {title}" for one, title in titles]
    return text("\n".join(lines))


def digest_of(drawing: Drawing) -> str:
    """Tell drawings apart by what members see and may press, whatever token they carry."""
    written = json.dumps(_without_tokens(drawing.to_components()), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def sending_of(custom_id: str) -> tuple[bytes, int] | None:
    """Read which posting and which sending a component of a message is of; None where it says nothing of that."""
    try:
        press = decode(custom_id)
    except UnknownPress:
        return None
    return (press.token, press.version) if press.kind is Kind.SUPPORT and press.token != NO_TOKEN else None


def _without_tokens(payload: Any) -> Any:
    if isinstance(payload, list):
        return [_without_tokens(one) for one in cast("list[Any]", payload)]
    if not isinstance(payload, dict):
        return payload
    component = cast("dict[str, Any]", payload)
    if sending_of(str(component.get("custom_id", ""))):
        return {**component, "custom_id": Kind.SUPPORT}
    return {key: _without_tokens(one) for key, one in component.items()}


class DigestBook:
    """Draws each card of a pack once to know its digest, until the pack changes."""

    def __init__(self) -> None:
        self._works: Mapping[str, Work] | None = None
        self._known: dict[tuple[Explainer, ...], str] = {}

    def digest(self, library: Library, subject: str, links: Mapping[str, str] = NO_LINKS) -> str | None:
        """Give the digest of a card as it is drawn now; None when it is in no pack."""
        explainer = card_of(library, subject)
        if explainer is None:
            return None
        if subject.startswith(SERIES):
            drawing = draw_posted(library, subject, NO_TOKEN, 0, links)
            return digest_of(drawing) if drawing else None
        if library.works is not self._works or len(self._known) > _MOST_KNOWN:
            self._works = library.works
            self._known.clear()
        # What else stands on a card belongs to the pack whole, so these tell it, with a server's own pages as without.
        key = (explainer, *(one for id_ in explainer.related if (one := library.explainer(id_))))
        if key not in self._known:
            drawing = draw_posted(library, subject, NO_TOKEN)
            self._known[key] = digest_of(drawing) if drawing else ""
        return self._known[key]
