"""Situations: a member's own labels for what their check-ins are about, and which two labels are the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.domain.checkins.answers import SituationRef, maybe_in, text_in
from bot.domain.unicode import normalize

MOST_SITUATIONS: Final = 50


@dataclass(frozen=True, slots=True, repr=False)
class SituationCard:
    """A situation's sealed document. `noted` is the id of the newest entry about it that has a note."""

    label: str
    used: datetime
    away: bool = False
    noted: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        return {"label": self.label, "used": self.used.isoformat(), "away": self.away, "noted": self.noted}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "SituationCard":
        """Read what `to_document` wrote.

        Raises:
            KeyError, TypeError, ValueError: it did not write this.
        """
        used = datetime.fromisoformat(text_in(document, "used"))
        return cls(text_in(document, "label"), used, document.get("away") is True, maybe_in(document, "noted"))


@dataclass(frozen=True, slots=True, repr=False)
class OwnSituation:
    """One of a member's situations, as they see it."""

    ref: SituationRef
    label: str
    used: datetime
    away: bool


def in_order(situations: Iterable[OwnSituation]) -> tuple[OwnSituation, ...]:
    """Put those in use first, then those put away; within each the most recently used first."""
    by_use = sorted(situations, key=lambda one: one.used, reverse=True)
    return tuple(sorted(by_use, key=lambda one: one.away))


def is_same_label(one: str, other: str) -> bool:
    """Whether two labels read the same, whatever their case and however their letters are composed."""
    return _plain(one) == _plain(other)


def find_label(situations: Iterable[OwnSituation], label: str) -> OwnSituation | None:
    """Find the situation with this label; there is at most one."""
    return next((one for one in situations if is_same_label(one.label, label)), None)


def suggest_labels(situations: Iterable[OwnSituation], typed: str) -> tuple[OwnSituation, ...]:
    """Give those whose label holds what was typed, those that begin with it first."""
    wanted = _plain(typed.strip())
    near = [one for one in in_order(situations) if wanted in _plain(one.label)]
    return tuple(sorted(near, key=lambda one: not _plain(one.label).startswith(wanted)))


def _plain(label: str) -> str:
    folded = normalize("NFD", normalize("NFD", label).casefold())
    return normalize("NFC", folded)
