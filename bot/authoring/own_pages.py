"""What came of reading servers' own pages; reading them is `overlays`, which a bot without any need not load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bot.authoring.problems import Problem
from bot.domain.library import Library


@dataclass(frozen=True, slots=True)
class OwnPages:
    """The library of every server that has pages which check, and every problem of all.

    `behind` counts servers whose newest pages do not serve.
    """

    libraries: Mapping[int, Library] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    behind: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give only what keeps pages from serving."""
        return tuple(problem for problem in self.problems if not problem.warning)

    def __str__(self) -> str:
        """Count the servers whose pages serve, and what they added or reworded."""
        cards = sum(len(one.origins.cards) for one in self.libraries.values())
        themes = sum(len(one.origins.themes) for one in self.libraries.values())
        return f"servers with own pages: {len(self.libraries)} (cards: {cards}, themes: {themes})"


NONE = OwnPages()


def own_pages_beside(pack: Path) -> Path:
    """Tell where servers' own pages lie: beside the pack's folder, for packs of all languages."""
    return (pack if pack.name not in {"", ".."} else pack.resolve()).parent / "servers"
