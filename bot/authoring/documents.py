"""Reads one YAML file into plain data that remembers where everything stood, and every trap YAML sets."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from bot.authoring.problems import Problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20  # libyaml's composer recurses on the C stack: tens of thousands of brackets end the process

Route: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]

_LEADING = re.compile(r"^[ \t]*(?:[-?:][ \t]+)*", re.MULTILINE)
_TAGS = "tag:yaml.org,2002:"
_STR = _TAGS + "str"
_TEXT = frozenset({_STR, _TAGS + "timestamp"})
_QUOTE = 'put it in quotes: "{}"'


class Places:
    """Where the values and keys of one file stand, and what stood where YAML reads something other than text."""

    def __init__(self) -> None:
        self.values: dict[Route, Place] = {}
        self.keys: dict[Route, Place] = {}
        self.written: dict[Route, str] = {}


@dataclass(slots=True)
class Document:
    """One file as read. `data` is None when nothing could be read; then `problems` says why.

    Where things stand is worked out from `text` when the first problem asks for it: most files never have one.
    """

    path: str
    data: Any = None
    digest: str = ""
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    _places: Places | None = None

    @property
    def places(self) -> Places:
        """Give where everything stands."""
        if self._places is None:
            self._places = Places()
            node = yaml.CSafeLoader(self.text).get_single_node() if self.text else None
            if node is not None:
                _Walk(self.path, self._places).value(node, ())
        return self._places

    def add(self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False) -> None:
        """Record a problem at a route, or at the nearest thing around it that has a place."""
        self.problems.append(self.problem(route, message, hint, warning=warning, at_key=at_key))

    def problem(
        self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False
    ) -> Problem:
        """Make a problem that points at a route."""
        places = self.places
        if at_key and route in places.keys:
            line, column = places.keys[route]
        else:
            while route and route not in places.values:
                route = route[:-1]
            line, column = places.values.get(route, (1, 1))
        return Problem(self.path, line, column, message, hint, warning)


def read_document(file: Path, shown_as: str) -> Document:
    """Read and compose one file; whatever is wrong ends up in the document's problems, nothing is raised."""
    document = Document(shown_as)
    try:
        raw = file.read_bytes()
    except OSError as error:
        document.add(
            (), f"cannot be read: {error.strerror or error}", "check that the file is there and its permissions"
        )
        return document
    document.digest = hashlib.sha256(raw).hexdigest()
    if len(raw) > MOST_BYTES:
        document.add((), f"{len(raw) // 1024} KiB, at most {MOST_BYTES // 1024}", "split it into smaller files")
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.problems.append(Problem(shown_as, line, 1, "not UTF-8 text", "save the file as UTF-8"))
        return document
    _compose(text, document)
    return document


def _compose(text: str, document: Document) -> None:
    try:
        too_deep = None if _surely_flat(text) else _first_too_deep(text)
        if too_deep is not None:
            hint = "a pack needs far less; look for a stray bracket"
            problem = Problem(document.path, *too_deep, f"nested more than {MOST_DEPTH} deep", hint)
            document.problems.append(problem)
            return
        node = yaml.CSafeLoader(text).get_single_node()
    except yaml.YAMLError as error:
        document.problems.append(_syntax_problem(document.path, error, text))
        return
    if node is None:
        document.add((), "the file is empty", "write its keys, or remove the file")
        return
    document.text = text
    try:
        document.data = _plain(node, set())
    except _Odd:
        walk = _Walk(document.path, Places())
        document.data = walk.value(node, ())
        document.problems += walk.problems


def _surely_flat(text: str) -> bool:
    """Bound the depth from above without parsing: a level takes a bracket or a column, and two may share a column."""
    indented = max(map(len, _LEADING.findall(text)), default=0)
    return text.count("[") + text.count("{") + 2 * (indented + 1) <= MOST_DEPTH


def _first_too_deep(text: str) -> Place | None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                mark = cast("yaml.Mark", event.start_mark)
                return mark.line + 1, mark.column + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax_problem(path: str, error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: int(error.position)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Problem(
            path, line, column, f"the character U+{int(error.character):04X} cannot stand in YAML", "delete it"
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = str(getattr(error, "problem", None) or error)
    lines = text.splitlines()
    if said.startswith("found character that cannot start") and "\t" in lines[line - 1][: column + 1]:
        return Problem(path, line, column, "a tab where YAML wants spaces", "indent with spaces")
    if said == "but found another document":
        return Problem(path, line, column, "a second document begins here", "one document a file: remove the ---")
    if said.startswith("mapping values are not allowed"):
        return Problem(
            path, line, column, "a colon where none can stand", "put the text in quotes, or use >- on a new line"
        )
    if said == "found undefined alias":
        return Problem(path, line, column, "a text that begins with * is read as a YAML alias", "put it in quotes")
    context = getattr(error, "context", None)
    return Problem(
        path, line, column, f"not YAML: {said}" + (f" {context}" if context else ""), "check quotes and indentation"
    )


class _Odd(Exception):  # no error: a file that wants a closer look
    """Something that a pack may not hold, or reads as other than text; the walk says what and where."""


def _plain(node: yaml.Node, seen: set[int]) -> Any:
    """Turn composed nodes into plain data when they are nothing but text, lists and mappings.

    Raises:
        _Odd: they are not.
    """
    if id(node) in seen:
        raise _Odd
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.tag in _TEXT:
            return node.value
        raise _Odd
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, seen) for item in node.value]
    made: dict[str, Any] = {}
    for key, value in node.value:
        if key.tag != _STR or not isinstance(key, yaml.ScalarNode) or key.value in made:
            raise _Odd
        made[key.value] = _plain(value, seen)
    return made


class _Walk:
    """Turns composed nodes into plain data and notes places, duplicates, aliases and tags on the way."""

    def __init__(self, path: str, places: Places) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._places = places
        self._seen: set[int] = set()

    def _add(self, node: yaml.Node, message: str, hint: str) -> None:
        self.problems.append(Problem(self._path, *_place(node), message, hint))

    def value(self, node: yaml.Node, route: Route) -> Any:
        self._places.values[route] = _place(node)
        if id(node) in self._seen:
            self._add(node, "a YAML alias (*name)", "write the text out again; a pack uses no aliases")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, route)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*route, index)) for index, item in enumerate(node.value)]
        return self._scalar(cast("yaml.ScalarNode", node), route)

    def _mapping(self, node: yaml.MappingNode, route: Route) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            at = (*route, key)
            if key_node.tag != _STR:
                self._places.values.setdefault(at, _place(key_node))
                self._add(key_node, f"the key `{key}` is not read as text", _QUOTE.format(key))
            if key in made:
                line, column = self._places.keys[at]
                self._add(key_node, f"`{key}` stands twice; first at line {line}, column {column}", "keep one of them")
                continue
            self._places.keys[at] = _place(key_node)
            made[key] = self.value(value_node, at)
        return made

    def _scalar(self, node: yaml.ScalarNode, route: Route) -> Any:
        kind = node.tag.removeprefix(_TAGS)
        text = str(node.value)
        if kind in {"str", "timestamp"}:
            return text
        self._places.written[route] = text
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() in {"yes", "true", "on"}
            case "int" | "float":
                return cast("Any", yaml.CSafeLoader("")).construct_object(node)
            case _:
                self._add(node, f"a YAML tag ({node.tag})", "remove the tag, or put the text in quotes")
                return text


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
