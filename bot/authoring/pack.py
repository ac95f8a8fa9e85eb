"""The files of a pack as read, before anyone knows whether they fit together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from bot.authoring.documents import Document
from bot.authoring.problems import Problem
from bot.domain.content import Explainer, Glossary, Resources, Sources, Theme, Trajectory
from bot.domain.interface import Interface
from bot.domain.overlays import OwnTheme
from bot.domain.script import CheckIn
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.domain.words.suggestions import SuggestionWords
from bot.domain.words.weekly import WeeklyWords

RESOURCES: Final = "resources.yaml"
FOLDERS: Mapping[str, type[Any]] = MappingProxyType({"explainers": Explainer, "prompts": Theme})
FILES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "sources.yaml": Sources,
        "trajectory.yaml": Trajectory,
        "glossary.yaml": Glossary,
        RESOURCES: Resources,
        "interface.yaml": Interface,
        "checkins/check-in.yaml": CheckIn,
        "checkins/notebook.yaml": Notebook,
        "checkins/lookback.yaml": LookbackWords,
        "checkins/reminders.yaml": ReminderWords,
        "checkins/my-data.yaml": MyDataWords,
        "moderators/cards.yaml": PostingWords,
        "moderators/servers.yaml": ServerWords,
        "moderators/weekly.yaml": WeeklyWords,
        "moderators/suggestions.yaml": SuggestionWords,
    }
)
OWN_FOLDERS: Mapping[str, type[Any]] = MappingProxyType({"explainers": Explainer, "prompts": OwnTheme})
"""What a server's own folder may hold."""

_Shape = TypeVar("_Shape")


def shape_of(name: str) -> type[Any] | None:
    """Tell what a file of this name holds; None for a name no pack has."""
    return FILES.get(name) or _page_of(name, FOLDERS)


def own_shape_of(name: str) -> type[Any] | None:
    """Tell what a file of this name holds among a server's own pages; None for a name they do not have."""
    return _page_of(name, OWN_FOLDERS)


def _page_of(name: str, folders: Mapping[str, type[Any]]) -> type[Any] | None:
    folder, _, rest = name.partition("/")
    return folders.get(folder) if rest.endswith(".yaml") and "/" not in rest else None


@dataclass(frozen=True, slots=True)
class Read(Generic[_Shape]):
    """One file: the document, and its value when it has the right shape.

    `draft` is what the file says where it does not: enough to look for what else is wrong, and nothing to serve.
    `of_texts` is what is wrong with its texts, whatever else the pack holds.
    """

    name: str
    document: Document
    value: _Shape | None
    draft: _Shape | None = None
    of_texts: tuple[Problem, ...] = ()

    @property
    def held(self) -> _Shape | None:
        """Give the value, or else the draft."""
        return self.draft if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Pack:
    """Every file read, by name; `folder` as problems print it.

    `lost` are the folders of which nothing is known, as they are not there or cannot be read.
    """

    folder: str
    reads: Mapping[str, Read[Any]]
    lost: frozenset[str] = frozenset()

    def each(self, shape: type[_Shape]) -> Iterator[tuple[_Shape, Document]]:
        """Give every value of a kind with the document it came from, drafts too, in order of name."""
        for read in self.reads.values():
            if isinstance(read.held, shape):
                yield read.held, read.document

    def values(self, shape: type[_Shape]) -> list[_Shape]:
        """Give every value of a kind, drafts too."""
        return [value for value, _ in self.each(shape)]

    def only(self, shape: type[_Shape]) -> _Shape:
        """Give the one value of a kind; call it on a pack without errors."""
        return self.values(shape)[0]

    @property
    def whole(self) -> bool:
        """Say whether every file has its shape, so that a missing target is a mistake and not an echo of another."""
        return all(read.value is not None for read in self.reads.values()) and FILES.keys() <= self.reads.keys()
