"""Reads a pack's folder into a Library, or gives every problem at once.

A `Reader` remembers what it read: a file that has not changed is neither parsed nor validated again, so that a
reload of a thousand cards costs one file and the cross-checks.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.authoring.documents import read_document
from bot.authoring.limits import check_limits
from bot.authoring.pack import FILES, Pack, Read, shape_of
from bot.authoring.problems import Problem
from bot.authoring.references import check_references
from bot.authoring.shapes import shape_document
from bot.domain.content import STAGE_IDS, Explainer, Glossary, Resources, Sources, Theme, Trajectory
from bot.domain.interface import Interface
from bot.domain.library import Library
from bot.domain.script import CheckIn
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.domain.words.suggestions import SuggestionWords
from bot.domain.words.weekly import WeeklyWords

_GROUPS = ("stage", "block", "condition", "pointer", "other")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a pack: a library when nothing is wrong, and every problem and warning."""

    library: Library | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give only what keeps the pack from serving."""
        return tuple(problem for problem in self.problems if not problem.warning)


class Reader:
    """Reads one pack, again and again. Not for two threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, tuple[tuple[int, int, int], Read[Any]]] = {}

    def read(self, *, strict: bool = False) -> Reading:
        """Read the folder as it stands; `strict` adds tone and lengths. Blocks: keep it off the event loop."""
        problems: list[Problem] = []
        names = self._names(problems)
        self._kept = {name: self._read(name) for name in names}
        pack = Pack(self.folder.as_posix(), {name: read for name, (_, read) in self._kept.items()})
        for read in pack.reads.values():
            problems += read.document.problems
        problems += [*check_references(pack), *check_limits(pack)]
        if strict:
            from bot.authoring.tone import check_tone  # noqa: PLC0415  # serving needs none of it

            problems += check_tone(pack)
        good = pack.whole and all(problem.warning for problem in problems)
        return Reading(_library(pack) if good else None, tuple(sorted(problems)))

    def _names(self, problems: list[Problem]) -> list[str]:
        try:
            if not self.folder.is_dir():
                problems.append(self._problem("", "there is no such folder", "point at a pack, for example content/en"))
                return []
            found = [one.relative_to(self.folder).as_posix() for one in self.folder.rglob("*.y*ml")]
        except OSError as error:
            said = error.strerror or str(error)
            problems.append(self._problem("", f"cannot be read: {said}", "check the folder's permissions"))
            return []
        names = sorted(name for name in found if "/." not in f"/{name}")
        for name in names:
            if name.endswith(".yml"):
                problems.append(self._problem(name, "files of a pack end in .yaml", "rename it"))
            elif shape_of(name) is None:
                problems.append(self._problem(name, "no file of a pack has this name", "move it or remove it"))
        missing = sorted(FILES.keys() - set(names))
        problems += [self._problem(name, "this file is missing", "every pack has one") for name in missing]
        return [name for name in names if shape_of(name) is not None]

    def _read(self, name: str) -> tuple[tuple[int, int, int], Read[Any]]:
        path = self.folder / name
        try:
            stat = path.stat()
        except OSError:
            signature = (0, 0, 0)
        else:
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        kept = self._kept.get(name)
        if kept is not None and kept[0] == signature:
            return kept
        document = read_document(path, path.as_posix())
        shape = shape_of(name)
        assert shape is not None  # noqa: S101  # _names keeps only such
        value = shape_document(document, shape)
        return signature, Read(name, document, None if document.problems else value)

    def _problem(self, name: str, message: str, hint: str) -> Problem:
        return Problem((self.folder / name).as_posix(), 1, 1, message, hint)


def _library(pack: Pack) -> Library:
    explainers = pack.values(Explainer)
    trajectory, glossary = pack.only(Trajectory), pack.only(Glossary)
    return Library(
        digest=_digest(pack),
        explainers=MappingProxyType({one.id: one for one in explainers}),
        earlier=MappingProxyType({was: one.id for one in explainers for was in one.was}),
        trajectory=trajectory,
        stages=MappingProxyType({stage.id: stage for stage in trajectory.stages}),
        themes=MappingProxyType({one.id: one for one in sorted(pack.values(Theme), key=_theme_order)}),
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
    )


def _theme_order(theme: Theme) -> tuple[int, int, str]:
    within = STAGE_IDS.index(theme.id) if theme.id in STAGE_IDS else 0
    return _GROUPS.index(theme.group), within, theme.name


def _digest(pack: Pack) -> str:
    digest = hashlib.sha256()
    for read in pack.reads.values():
        digest.update(f"{read.name}\0{read.document.digest}\0".encode())
    return digest.hexdigest()
