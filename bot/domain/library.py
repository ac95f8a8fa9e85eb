"""A whole pack, read and found good: immutable, looked things up in, swapped as one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Literal, TypeAlias

from bot.domain.content import Explainer, Glossary, Resources, Stage, Term, Theme, Trajectory, Work
from bot.domain.interface import Interface
from bot.domain.script import CheckIn, without_notes
from bot.domain.vectors import WordVectors
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.domain.words.suggestions import SuggestionWords
from bot.domain.words.weekly import WeeklyWords

Origin: TypeAlias = Literal["own", "reworded"]
_GROUPS = ("stage", "block", "condition", "pointer", "other")
_PAGES = frozenset({"digest", "explainers", "earlier", "themes", "vectors", "origins"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What of a library a server added or reworded, by id; empty for the plain pack."""

    cards: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))
    themes: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))
    prompts: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))


PLAIN = Origins()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Library:
    """Mappings keep the pack's order. `earlier` leads from ids once used to the explainer's id now.

    `vectors` are there where the pack's language has a table of them. `origins` says what of it is a server's own: see
    `bot.domain.overlays`.
    """

    digest: str
    explainers: Mapping[str, Explainer]
    earlier: Mapping[str, str]
    trajectory: Trajectory
    stages: Mapping[str, Stage]
    themes: Mapping[str, Theme]
    glossary: Glossary
    terms: Mapping[str, Term]
    resources: Resources
    works: Mapping[str, Work]
    check_in: CheckIn
    notebook: Notebook
    lookback: LookbackWords
    reminders: ReminderWords
    my_data: MyDataWords
    cards: PostingWords
    servers: ServerWords
    weekly: WeeklyWords
    suggestions: SuggestionWords
    interface: Interface
    vectors: WordVectors | None = None
    origins: Origins = PLAIN

    def differs_in_pages_alone(self, other: "Library") -> bool:
        """Whether all but cards and prompts, and what is counted from them, is the same in both."""
        return all(
            getattr(self, one.name) == getattr(other, one.name) for one in fields(self) if one.name not in _PAGES
        )

    @property
    def own(self) -> frozenset[str]:
        """Name the cards and themes that a server added or reworded."""
        return frozenset((*self.origins.cards, *self.origins.themes))

    def script(self, *, notes: bool) -> CheckIn:
        """Give the check-in's script; without its notes where the operator has switched those off."""
        return self.check_in if notes else without_notes(self.check_in)

    def explainer(self, key: str) -> Explainer | None:
        """Find an explainer by its id, or by one it had earlier."""
        return self.explainers.get(self.earlier.get(key, key))


def in_order(themes: Iterable[Theme]) -> list[Theme]:
    """Sort themes as lists show them: by group, then by name."""
    return sorted(themes, key=_theme_order)


def _theme_order(theme: Theme) -> tuple[int, str]:
    return _GROUPS.index(theme.group), theme.name
