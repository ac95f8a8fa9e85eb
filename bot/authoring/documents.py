"""Reads one YAML file into plain data that remembers where everything stood, and every trap YAML sets."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.authoring.problems import Problem
from bot.authoring.signs import invisible_signs, name_sign
from bot.plain_yaml.characters import position
from bot.plain_yaml.composer import read_closely
from bot.plain_yaml.faults import Places, Route
from bot.plain_yaml.loader import Unplain, read_quickly
from bot.regular_files import TooLarge, read_regular_file, say_unreadable

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20

_BREAKS: Final = frozenset("\x85\u2028\u2029")


@dataclass(slots=True)
class Document:
    """One file as read. `data` is None when nothing could be read; then `problems` says why.

    Where things stand is worked out from `text` when the first problem asks for it: most files never have one.
    `told` are the routes at which something is wrong already: what is said there again is an echo of it. `lengths` are
    those of what is too long or too short, of which all else can still be said.
    """

    path: str
    data: Any = None
    digest: str = ""
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    told: set[Route] = field(default_factory=set)
    lengths: set[Route] = field(default_factory=set)
    _places: Places | None = None

    @property
    def places(self) -> Places:
        """Give where everything stands."""
        if self._places is None:
            self._places = read_closely(self.text, MOST_DEPTH).places if self.text else Places()
        return self._places

    def add(self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False) -> None:
        """Record a problem at a route, or at the nearest thing around it that has a place."""
        self.problems.append(self.problem(route, message, hint, warning=warning, at_key=at_key))

    def problem(
        self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False
    ) -> Problem:
        """Make a problem that points at a route."""
        places = self.places
        echo = any(route[:length] in self.told for length in range(len(route) + 1)) if self.told else False
        if at_key and route in places.keys:
            line, column = places.keys[route]
        else:
            while route and route not in places.values:
                route = route[:-1]
            line, column = places.values.get(route, (1, 1))
        return Problem(self.path, line, column, message, hint, warning, echo)


def read_document(file: Path, shown_as: str, kept: Document | None = None, *, prose: bool = False) -> Document:
    """Read one file; whatever is wrong ends up in the document's problems, nothing is raised.

    `kept` is what was read of it earlier, and is given back where the file holds the very same. In `prose`, which
    people read, a # behind a text is told where it may be a part of it.
    """
    document = Document(shown_as)
    try:
        raw = read_regular_file(file, MOST_BYTES)
    except TooLarge:
        document.add((), f"more than {MOST_BYTES // 1024} KiB", "split it into smaller files")
        return document
    except OSError as error:
        said, hint = say_unreadable(error, file)
        document.add((), f"cannot be read: {said}", hint)
        return document
    document.digest = hashlib.sha256(raw).hexdigest()
    if kept is not None and kept.digest == document.digest:
        return kept
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.problems.append(Problem(shown_as, line, 1, "not UTF-8 text", "save the file as UTF-8"))
        return document
    _read(text, document, prose=prose)
    return document


def _read(text: str, document: Document, *, prose: bool) -> None:
    document.text, unseen = _without_unseen(text, document.path)
    document.problems += unseen
    try:
        document.data = read_quickly(document.text, MOST_DEPTH)
    except Unplain:
        parsed = read_closely(document.text, MOST_DEPTH, typed=True, prose=prose)
        for fault in parsed.faults:
            document.problems.append(Problem(document.path, fault.line, fault.column, fault.message, fault.hint))
            if fault.route is not None:
                document.told.add(fault.route)
        document.data = None if () in document.told else parsed.data


def _without_unseen(text: str, path: str) -> tuple[str, list[Problem]]:
    """Take out the signs that nobody sees, so that nothing else is said because of them; tell each kind once."""
    found = list(invisible_signs(text))
    if not found:
        return text, []
    count = Counter(sign for _, sign in found)
    first = {sign: at for at, sign in reversed(found)}
    problems = [
        Problem(
            path,
            *position(text, at),
            f"the invisible character {name_sign(sign)}" + (f", {count[sign]} times" if count[sign] > 1 else ""),
            "end lines as other files do" if sign in _BREAKS else "delete it",
        )
        for sign, at in first.items()
    ]
    signs = list(text)
    for at, sign in found:
        signs[at] = "\n" if sign in _BREAKS else ""
    return "".join(signs), problems
