"""Reads one YAML file into plain data that remembers where everything stood, and every trap YAML sets."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from bot.authoring.problems import Problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20  # libyaml's composer recurses on the C stack: tens of thousands of brackets end the process

Route: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]

_TAGS = "tag:yaml.org,2002:"
_QUOTE = 'put it in quotes: "{}"'


@dataclass(slots=True)
class Document:
    """One file as read. `data` is None when nothing could be read; then `problems` says why."""

    path: str
    data: Any = None
    digest: str = ""
    places: dict[Route, Place] = field(default_factory=dict)
    keys: dict[Route, Place] = field(default_factory=dict)
    written: dict[Route, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False) -> None:
        """Record a problem at a route, or at the nearest thing around it that has a place."""
        self.problems.append(self.problem(route, message, hint, warning=warning, at_key=at_key))

    def problem(
        self, route: Route, message: str, hint: str = "", *, warning: bool = False, at_key: bool = False
    ) -> Problem:
        """Make a problem that points at a route."""
        if at_key and route in self.keys:
            line, column = self.keys[route]
        else:
            while route and route not in self.places:
                route = route[:-1]
            line, column = self.places.get(route, (1, 1))
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
        too_deep = _first_too_deep(text)
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
    document.data = _Walk(document).value(node, ())


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


class _Walk:
    """Turns composed nodes into plain data and notes places, duplicates, aliases and tags on the way."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, route: Route) -> Any:
        self._document.places[route] = _place(node)
        if id(node) in self._seen:
            self._document.add(route, "a YAML alias (*name)", "write the text out again; a pack uses no aliases")
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
            if key_node.tag != _TAGS + "str":
                self._document.places.setdefault(at, _place(key_node))
                self._document.add(at, f"the key `{key}` is not read as text", _QUOTE.format(key))
            if key in made:
                line, column = self._document.keys[at]
                place = _place(key_node)
                message = f"`{key}` stands twice; first at line {line}, column {column}"
                self._document.problems.append(Problem(self._document.path, *place, message, "keep one of them"))
                continue
            self._document.keys[at] = _place(key_node)
            made[key] = self.value(value_node, at)
        return made

    def _scalar(self, node: yaml.ScalarNode, route: Route) -> Any:
        kind = node.tag.removeprefix(_TAGS)
        text = str(node.value)
        if kind in {"str", "timestamp"}:
            return text
        self._document.written[route] = text
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() in {"yes", "true", "on"}
            case "int" | "float":
                return cast("Any", yaml.CSafeLoader("")).construct_object(node)
            case _:
                self._document.add(route, f"a YAML tag ({node.tag})", "remove the tag, or put the text in quotes")
                return text


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
