"""Reads a pack's folder into a Library, or gives every problem at once.

A `Reader` remembers what it read: a file that has not changed is neither parsed nor validated again, so that a
reload of a thousand cards costs one file and the cross-checks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.authoring.command_names import check_commands
from bot.authoring.files import Files, Listing, digest_of, passed_over
from bot.authoring.languages import check_languages
from bot.authoring.limits import check_limits
from bot.authoring.pack import FILES, FOLDERS, Pack, shape_of
from bot.authoring.problems import Problem, told
from bot.authoring.references import check_references
from bot.authoring.vectors import FILE as VECTORS_FILE
from bot.authoring.vectors import FOLDER as VECTORS_FOLDER
from bot.authoring.vectors import VectorsFile
from bot.domain.content import Explainer, Glossary, Resources, Sources, Theme, Trajectory
from bot.domain.interface import Interface
from bot.domain.library import Library, in_order
from bot.domain.script import CheckIn
from bot.domain.vectors import WordVectors
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.domain.words.suggestions import SuggestionWords
from bot.domain.words.weekly import WeeklyWords
from bot.regular_files import may_be_there, say_unreadable


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a pack: a library when nothing is wrong, every problem and warning, and the files.

    Where they are a server's own pages, `over` is the library that they are laid over. `since` is one that was found
    good and differs in nothing but its cards and prompts, where there is one.
    """

    library: Library | None
    problems: tuple[Problem, ...]
    pack: Pack = field(repr=False)
    over: Library | None = None
    since: Library | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give only what keeps the pack from serving."""
        return tuple(problem for problem in self.problems if not problem.warning)


Rehearse: TypeAlias = Callable[[Reading], tuple[Problem, ...]]
"""Tells what Discord would refuse of what reads well."""

_NO_FILE: Final = "no file of a pack has this name"
_MOVE: Final = "move it or remove it"
_MAKE_VECTORS: Final = (
    "take the file that came with the pack, make it anew with `python -m tests.search.vectors`, or remove it and the "
    "Finder goes without"
)


class Reader:
    """Reads one pack, again and again. Not for two threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = Files(folder, shape_of)
        self._vectors = VectorsFile(folder / VECTORS_FILE)

    def read(self, *, strict: bool = False) -> Reading:
        """Read the folder as it stands; `strict` adds tone and lengths. Blocks: keep it off the event loop."""
        listing = self._files.list()
        names = [name for name in listing.files if shape_of(name) is not None]
        there = {name.partition("/")[0] for name in names}
        lost = frozenset(folder for folder in FOLDERS if folder not in there)
        pack = Pack(self.folder.as_posix(), self._files.read(names), lost)
        problems = [*self._listed(listing, lost)]
        for read in pack.reads.values():
            problems += (*read.document.problems, *read.of_texts)
        if names:
            problems += [*check_references(pack), *check_limits(pack), *check_commands(pack)]
            problems += check_languages(pack)
        if strict:
            from bot.authoring.tone import check_tone  # noqa: PLC0415  # serving needs none of it
            from bot.authoring.wording import check_wording  # noqa: PLC0415  # serving needs none of it

            problems += [*check_tone(pack), *check_wording(pack)]
        vectors = self._read_vectors(listing, problems)
        good = pack.whole and all(problem.warning for problem in problems)
        return Reading(_library(pack, vectors) if good else None, told(problems), pack)

    def _read_vectors(self, listing: Listing, problems: list[Problem]) -> WordVectors | None:
        if not listing.unreadable.keys().isdisjoint({"", VECTORS_FOLDER}):
            return None  # the folder is told
        try:
            vectors = self._vectors.read()
        except OSError as error:
            said, hint = say_unreadable(error, self._vectors.path)
            problems.append(self._problem(VECTORS_FILE, f"cannot be read: {said}", hint))
        except ValueError as error:
            problems.append(self._problem(VECTORS_FILE, f"cannot be read: {error}", _MAKE_VECTORS))
        else:
            problems += self._changed_beside(vectors)
            return vectors
        return None

    def _changed_beside(self, vectors: WordVectors | None) -> Iterator[Problem]:
        """Tell of sentences that the vectors were not made from: they were changed since, or are cut short."""
        if vectors is not None:
            for name in self._vectors.changed_beside(vectors):
                said = f"{VECTORS_FILE} was made from other lines than stand here"
                hint = "put back what is missing, or make it anew with `python -m tests.search.vectors`"
                yield replace(self._problem(f"{VECTORS_FOLDER}/{name}", said, hint), warning=True)

    def _listed(self, listing: Listing, lost: Iterable[str]) -> Iterator[Problem]:
        """Find what is wrong with the names of files and folders, and which are missing."""
        if "" in listing.unreadable:
            if not may_be_there(self.folder):
                yield self._problem("", "there is no such folder", "point at a pack, for example content/en")
            else:
                hint = "check that it is a folder, and its permissions"
                yield self._problem("", f"cannot be read: {listing.unreadable['']}", hint)
            return
        for name, said in listing.unreadable.items():
            yield self._problem(name, f"cannot be read: {said}", "check where it leads, and its permissions")
        for name in listing.files:
            if name.startswith(f"{VECTORS_FOLDER}/"):
                continue
            yield from passed_over(self._path(name), _NO_FILE, _MOVE, is_page=shape_of(name) is not None)
        for folder in lost:
            if folder not in listing.unreadable:
                yield self._problem(folder, "this folder is missing or holds no page", "every pack has it")
        for name in sorted(FILES.keys() - set(listing.files)):
            if name.rpartition("/")[0] not in listing.unreadable:
                yield self._problem(name, "this file is missing", "every pack has one")

    def _problem(self, name: str, message: str, hint: str) -> Problem:
        return Problem(self._path(name), 1, 1, message, hint)

    def _path(self, name: str) -> str:
        return (self.folder / name).as_posix()


def _library(pack: Pack, vectors: WordVectors | None) -> Library:
    explainers = pack.values(Explainer)
    trajectory, glossary = pack.only(Trajectory), pack.only(Glossary)
    return Library(
        digest=digest_of(pack.reads.values()),
        explainers=MappingProxyType({one.id: one for one in explainers}),
        earlier=MappingProxyType({was: one.id for one in explainers for was in one.was}),
        trajectory=trajectory,
        stages=MappingProxyType({stage.id: stage for stage in trajectory.stages}),
        themes=MappingProxyType({one.id: one for one in in_order(pack.values(Theme))}),
        glossary=glossary,
        terms=MappingProxyType({term.id: term for term in glossary.terms}),
        resources=pack.only(Resources),
        works=MappingProxyType({work.id: work for work in pack.only(Sources).works}),
        check_in=pack.only(CheckIn),
        notebook=pack.only(Notebook),
        lookback=pack.only(LookbackWords),
        reminders=pack.only(ReminderWords),
        my_data=pack.only(MyDataWords),
        cards=pack.only(PostingWords),
        servers=pack.only(ServerWords),
        weekly=pack.only(WeeklyWords),
        suggestions=pack.only(SuggestionWords),
        interface=pack.only(Interface),
        vectors=vectors,
    )
