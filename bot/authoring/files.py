"""The files of a folder, parsed again only when they change, so that a reload costs what was edited."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bot.authoring.documents import Document, read_document
from bot.authoring.pack import Read
from bot.authoring.problems import Problem
from bot.authoring.texts import check_texts
from bot.fitting import Unfit, fit
from bot.plain_yaml.characters import position
from bot.regular_files import say_unreadable

_MOST_FOLDERS: Final = 4  # inside one another; a pack has one


@dataclass(slots=True)
class Listing:
    """Every file of a folder and of those in it, in order, as paths below it, links followed; hidden ones left out.

    `unreadable` says of a folder why nothing is known of what is in it; the folder itself is named "".
    """

    files: list[str] = field(default_factory=list[str])
    unreadable: dict[str, str] = field(default_factory=dict[str, str])


def list_files(folder: Path) -> Listing:
    """List what is in a folder; nothing is raised."""
    found = Listing()
    _list(folder, "", (), found)
    found.files.sort()
    return found


def _list(folder: Path, inside: str, around: tuple[tuple[int, int], ...], found: Listing) -> None:
    try:
        here = (folder / inside).stat()
        identity = here.st_dev, here.st_ino
        if identity in around or len(around) > _MOST_FOLDERS:
            found.unreadable[inside] = "it leads back into itself, or is one of too many folders in one another"
            return
        with os.scandir(folder / inside) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        found.unreadable[inside] = say_unreadable(error, folder / inside)[0]
        return
    for entry in shown:
        name = f"{inside}/{entry.name}" if inside else entry.name
        try:
            is_folder = entry.is_dir()
        except OSError as error:
            found.unreadable[name] = say_unreadable(error, folder / name)[0]
            continue
        if is_folder and not name.endswith(".yaml"):
            _list(folder, name, (*around, identity), found)
        else:
            found.files.append(name)


@dataclass(frozen=True, slots=True)
class Linked:
    """A link in a folder: what it leads to, and when that changed last; `folder` where it is one."""

    path: str
    leads_to: str
    changed: int
    folder: Path | None = None


def links_in(folder: Path) -> Iterator[Linked]:
    """Find what of a folder, and of those in it, is somewhere else: nothing tells when that changes."""
    real = os.path.realpath(folder)
    yield Linked(str(folder), real, 0)
    seen: set[str] = {real}
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                shown = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError:
            continue  # what reads the pack says so
        for entry in shown:
            with contextlib.suppress(OSError):
                is_folder, path = entry.is_dir(), Path(entry.path)
                leads_to = os.path.realpath(path)
                if entry.is_symlink():
                    changed = 0 if is_folder else entry.stat().st_ctime_ns
                    yield Linked(entry.path, leads_to, changed, Path(leads_to) if is_folder else None)
                if is_folder and leads_to not in seen:
                    seen.add(leads_to)
                    waiting.append(path)


class Files:
    """Remembers what it read last. Not for two threads at once."""

    def __init__(self, folder: Path, shape_of: Callable[[str], type[Any] | None]) -> None:
        """Read below a folder; `shape_of` tells by its name what a file holds."""
        self.folder = folder
        self._shape_of = shape_of
        self._kept: dict[str, Read[Any]] = {}

    def list(self) -> Listing:
        """List every file, whether or not it has a shape."""
        return list_files(self.folder)

    def read(self, names: Iterable[str]) -> dict[str, Read[Any]]:
        """Read files that have a shape; whatever is wrong ends up in their documents.

        Each is read whole and parsed when it is not what it was: no time and no size tells that for sure.
        """
        self._kept = {name: self._read(name) for name in names}
        return dict(self._kept)

    def _read(self, name: str) -> Read[Any]:
        kept = self._kept.get(name)
        path = self.folder / name
        document = read_document(path, path.as_posix(), kept.document if kept else None, prose=True)
        if kept is not None and document is kept.document:
            return kept
        shape = self._shape_of(name)
        assert shape is not None  # noqa: S101  # asked for only such
        read = _shaped(name, document, shape)
        return replace(read, of_texts=(*check_texts(read), *_cut_short(read)))


def _cut_short(read: Read[Any]) -> Iterator[Problem]:
    """Tell of a file whose last line has no end, as has one that was not saved whole."""
    text = read.document.text
    if text and not text.endswith(("\n", "\r")):
        hint = "if something is missing, save the file again; else press Enter at its end"
        yield Problem(read.document.path, *position(text, len(text)), "the last line has no end", hint, warning=True)


def passed_over(path: str, otherwise: str, hint: str, *, is_page: bool) -> Iterator[Problem]:
    """Tell of a file that its name keeps from being read: whoever wrote it believes that it serves."""
    name = path.rpartition("/")[2].lower()
    if path.endswith(".yaml"):
        if not is_page:
            yield Problem(path, 1, 1, otherwise, hint)
    elif name.endswith((".yaml", ".yml")):
        yield Problem(path, 1, 1, "files of a pack end in .yaml", "rename it")
    elif ".yaml." in name or ".yml." in name:
        yield Problem(path, 1, 1, "files of a pack end in .yaml", "rename it: what stands behind that is too much")
    else:
        yield Problem(path, 1, 1, "this file is passed over", hint, warning=True)


def digest_of(reads: Iterable[Read[Any]]) -> str:
    """Give a digest of files: their names and every byte of them."""
    digest = hashlib.sha256()
    for read in reads:
        digest.update(f"{read.name}\0{read.document.digest}\0".encode())
    return digest.hexdigest()


def _shaped(name: str, document: Document, shape: type[Any]) -> Read[Any]:
    """Fit a document to its shape; where it does not fit, its problems say why, and what there is makes a draft."""
    try:
        value = fit(shape, document.data)
    except Unfit:
        from bot.authoring.shapes import draft_document, shape_document  # noqa: PLC0415  # a good pack needs none of it

        value = shape_document(document, shape)
        if value is None or document.problems:
            return Read(name, document, None, draft_document(document, shape))
    return Read(name, document, None if document.problems else value, value)
