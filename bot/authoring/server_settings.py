"""A server's settings as a YAML file: written for people to change, read back with every fault and its place.

What YAML makes of bare words plays no part here: every value is read as the text that stands in the file.
"""

from collections.abc import Sequence
from typing import Any, Final

import yaml

from bot.authoring.documents import Place, Places, Route
from bot.domain.servers.settings import ServerSettings
from bot.domain.servers.settings_file import Fault, Known, PlacedFault, Reason, read_tree, to_tree

MOST_BYTES: Final = 64 * 1024
_MOST_DEPTH: Final = 8  # libyaml's composer recurses on the C stack
_NULL: Final = "tag:yaml.org,2002:null"
_PLAIN_TAGS: Final = "tag:yaml.org,2002:"
_WIDTH: Final = 120
_LINE_BREAKS: Final = frozenset("\x85\u2028\u2029")


TOO_LARGE: Final = PlacedFault(1, 1, Fault((), "too_large", {"most": MOST_BYTES // 1024}))


class _Dumper(yaml.SafeDumper):
    """Escapes Unicode's own line breaks, which PyYAML folds between single quotes and reads back as others."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    del dumper
    style = '"' if _LINE_BREAKS.intersection(text) else None
    return yaml.ScalarNode(f"{_PLAIN_TAGS}str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class _Unreadable(Exception):
    """The file cannot be read as YAML of the plain kind; holds what is wrong."""

    def __init__(self, reason: Reason, place: Place = (1, 1), **fills: str | int) -> None:
        super().__init__(reason)
        self.found = PlacedFault(*place, Fault((), reason, fills))


def write(settings: ServerSettings, heading: Sequence[str]) -> bytes:
    """Write settings as a file; `heading` stands above them as comments."""
    comments = "".join(f"# {line}\n" for line in heading)
    body: str = yaml.dump(to_tree(settings), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return (comments + body).encode()


def read(raw: bytes, known: Known, now: ServerSettings) -> tuple[ServerSettings, list[PlacedFault]]:
    """Read a file; what it does not name stays as it is `now`. With any fault, the settings are of no use. Blocks."""
    if len(raw) > MOST_BYTES:
        return now, [TOO_LARGE]
    try:
        node = _compose(_decoded(raw))
    except _Unreadable as error:
        return now, [error.found]
    walk = _Walk()
    settings, faults = read_tree(walk.value(node, ()), known, now)
    # What stands in no plain form is told as that, and not also as a value that does not fit.
    told = {(one.line, one.column) for one in walk.faults}
    placed = [PlacedFault(*walk.place(one), one) for one in faults]
    return settings, sorted(
        [*walk.faults, *(one for one in placed if (one.line, one.column) not in told)],
        key=lambda one: (one.line, one.column),
    )


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("not_text", (raw.count(b"\n", 0, error.start) + 1, 1)) from None


def _compose(text: str) -> yaml.Node:
    """Compose a file after looking at its events: no alias and no depth gets as far as the composer."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _Unreadable("alias", _place(event.start_mark))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MOST_DEPTH:
                raise _Unreadable("too_deep", _place(event.start_mark))
        node = yaml.CSafeLoader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        before = text[: int(error.position)]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _Unreadable("not_yaml", place) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Unreadable("not_yaml", _place(mark) if mark else (1, 1)) from None
    if node is None:
        raise _Unreadable("empty")
    return node


class _Walk:
    """Turns composed nodes into texts, lists and mappings, and notes where they stood."""

    def __init__(self) -> None:
        self.faults = list[PlacedFault]()
        self._places = Places()

    def place(self, fault: Fault) -> Place:
        """Give where a fault stands, or the nearest thing around it that has a place."""
        route: Route = fault.route
        if fault.at_key and route in self._places.keys:
            return self._places.keys[route]
        while route and route not in self._places.values:
            route = route[:-1]
        return self._places.values.get(route, (1, 1))

    def value(self, node: yaml.Node, route: Route) -> Any:
        """Give the plain data of a node."""
        self._places.values[route] = _place(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, route)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*route, index)) for index, item in enumerate(node.value)]
        if not node.tag.startswith(_PLAIN_TAGS):
            self._add(node, "tag")
        return None if node.tag == _NULL else str(node.value)

    def _mapping(self, node: yaml.MappingNode, route: Route) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in made:
                self._add(key_node, "twice", key=key)
                continue
            self._places.keys[*route, key] = _place(key_node.start_mark)
            made[key] = self.value(value_node, (*route, key))
        return made

    def _add(self, node: yaml.Node, reason: Reason, **fills: str | int) -> None:
        self.faults.append(PlacedFault(*_place(node.start_mark), Fault((), reason, fills)))


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
