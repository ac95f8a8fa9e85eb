"""Reads YAML as texts, lists and mappings, event by event as the parser sees it, and says what is wrong for people.

PyYAML's composer recurses on the C stack, which ends the process, and its constructors raise whatever a conversion
does. Neither is used here: depth is bounded on events, and nothing is constructed. What YAML would eat without a word
(what follows a `#`, an anchor, an item that is glued to the one above) is a fault.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, cast

import yaml

Route: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""

_QUOTES: Final = frozenset({'"', "'"})
_MOST_ALIKE: Final = 3  # of one mistake in one place, that are told each by itself
Reason = Literal["not_yaml", "empty", "too_deep", "alias", "anchor", "tag", "twice", "odd_key", "cut_off", "glued"]
ScalarKind = Literal["text", "nothing", "switch", "number", "tag"]
"""What YAML 1.1 reads a value as; `tag` is one with an explicit tag other than !!str."""

EMPTY: Final = "the file is empty"

_TAGS: Final = "tag:yaml.org,2002:"
_STR: Final = f"{_TAGS}str"
_KINDS: Final[dict[str, ScalarKind]] = {
    **dict.fromkeys(("str", "timestamp", "merge", "value"), "text"),
    "null": "nothing",
    "bool": "switch",
    "int": "number",
    "float": "number",
}
_TEXTS: Final = frozenset(_TAGS + name for name, kind in _KINDS.items() if kind == "text")
_COLLECTIONS: Final = frozenset({None, "!", f"{_TAGS}seq", f"{_TAGS}map"})
_TRUE: Final = frozenset({"yes", "true", "on"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,20}")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_BREAK: Final = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_AFTER_TEXT: Final = re.compile(r"^[ \t]*[^#\s].*?[ \t]#", re.MULTILINE)
_COMMENT: Final = re.compile(r"(?<=[ \t])#[^\n\r\x85\u2028\u2029]*")
_ITEM: Final = re.compile(r"[ \t]*-[ \t]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MERGE_SIGNS: Final = ("<<<<<<<", "=======", ">>>>>>>")
_MERGE: Final = re.compile(r"^(?:<{7}|={7}|>{7})(?= |$)", re.MULTILINE)
_NO_BREAK: Final = re.compile(r"^[ \t]*([\xa0\u2000-\u200a\u202f\u205f])", re.MULTILINE)
_VALUE: Final = re.compile(r"[ \t]*(?:-[ \t]+)*(?:[^\s:#\"'\[{][^:#]*:[ \t]+)?")
_NO_BLANK: Final = re.compile(r"[ \t]*(?:-[ \t]+)*[A-Za-z_-]+:(?=[^\s/])")
_BEFORE_COMMENT: Final = 2  # spaces, as most style guides ask for
_UTF_16: Final = 3  # so many NULs are no slip of a finger


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where, of which kind, what, and what to do about it.

    `route` leads to the value it is in, where there is one; `key` is the key it is about.
    """

    line: int
    column: int
    reason: Reason
    message: str
    hint: str
    route: Route | None = None
    key: str = ""


class Places:
    """Where values and keys stand, and what stood where YAML reads something other than text."""

    def __init__(self) -> None:
        self.values: dict[Route, Place] = {}
        self.keys: dict[Route, Place] = {}
        self.written: dict[Route, str] = {}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds: None where it could not be read to its end, and then `faults` says why."""

    data: Any
    faults: list[Fault] = field(default_factory=list)
    places: Places = field(default_factory=Places)


class Unplain(Exception):  # no error: a text that wants a closer look
    """Something odd, or something wrong: `read_closely` says what and where."""


def read_quickly(text: str, most_depth: int) -> Any:
    """Give the data of a text in which nothing is odd, with switches, numbers and nothing as `typed` ones are.

    Raises:
        Unplain: there is something else.
    """
    # Looking for a text comes long before looking for an expression, and most files have none of these.
    if ((" #" in text or "\t#" in text) and _AFTER_TEXT.search(text)) or _CONTROL.search(text):
        raise Unplain
    if (any(sign in text for sign in _MERGE_SIGNS) and _MERGE.search(text)) or (
        not text.isascii() and _NO_BREAK.search(text)
    ):
        raise Unplain
    loader = yaml.CSafeLoader(text)
    take: Callable[[], Any] = loader.get_event
    try:
        take()
        if type(take()) is not yaml.DocumentStartEvent:
            raise Unplain
        data = _plain(take(), take, loader, most_depth)
        if type(take()) is not yaml.DocumentEndEvent or type(take()) is not yaml.StreamEndEvent:
            raise Unplain
    except yaml.YAMLError:
        raise Unplain from None
    return data


def _plain(event: Any, take: Callable[[], Any], loader: yaml.CSafeLoader, room: int) -> Any:
    kind = event.__class__
    if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
        raise Unplain
    if kind is yaml.ScalarEvent:
        return _plain_scalar(event, loader) if event.implicit[0] else event.value
    if room == 0:
        raise Unplain
    if kind is yaml.SequenceStartEvent:
        items: list[Any] = []
        while type(one := take()) is not yaml.SequenceEndEvent:
            items.append(_plain(one, take, loader, room - 1))
        return items
    made: dict[str, Any] = {}
    while type(one := take()) is not yaml.MappingEndEvent:
        key = _plain(one, take, loader, 0)
        if not isinstance(key, str) or key in made or key == "<<":
            raise Unplain
        made[key] = _plain(take(), take, loader, room - 1)
    return made


def _plain_scalar(event: Any, loader: yaml.CSafeLoader) -> Any:
    """Give what a scalar without quotes is read as; one that may have an item glued to it wants a closer look."""
    if " - " in event.value and event.start_mark.line != event.end_mark.line:
        raise Unplain
    tag: str = cast("Any", loader).resolve(yaml.ScalarNode, event.value, event.implicit)
    return event.value if tag in _TEXTS else _typed(_KINDS.get(tag.removeprefix(_TAGS), "text"), event.value)


def _typed(kind: ScalarKind, text: str) -> Any:
    match kind:
        case "nothing":
            return None
        case "switch":
            return text.lower() in _TRUE
        case "number":
            return _number(text)
        case _:
            return text


def read_closely(text: str, most_depth: int, *, typed: bool = False, prose: bool = True) -> Parsed:
    """Read a text with every fault in it and where everything stands.

    Values are texts as written, and None for nothing; with `typed`, switches are bools, and numbers are ints and
    floats, nan where a number has another form than digits. In `prose` a # behind a text is told where it may be a part
    of it.
    """
    before = _unparsable(text)
    if before is not None:
        return Parsed(None, [before])
    walk = _Walk(text, most_depth, typed=typed)
    try:
        data = walk.document()
    except _Stopped as stopped:
        return Parsed(None, sorted([*walk.faults, stopped.fault], key=_place_of))
    except yaml.YAMLError as error:
        fault = walk.closed_late(error) or _syntax(error, text)
        return Parsed(None, sorted([*walk.faults, fault], key=_place_of))
    cut_off = walk.cut_off() if prose else ()
    return Parsed(data, sorted([*walk.faults, *cut_off], key=_place_of), walk.places)


def _place_of(fault: Fault) -> Place:
    return fault.line, fault.column


def position(text: str, index: int) -> Place:
    """Give the line and column of a character, lines parted where YAML parts them."""
    breaks = list(_BREAK.finditer(text, 0, index))
    return len(breaks) + 1, index - (breaks[-1].end() if breaks else 0) + 1


def _unparsable(text: str) -> Fault | None:
    """Find what is no matter of YAML and would be reported by its parser as something else."""
    if found := _CONTROL.search(text):
        said = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
        hint = "save the file as UTF-8" if text.count("\0") >= _UTF_16 else "delete it"
        return Fault(*position(text, found.start()), "not_yaml", said, hint)
    if found := _MERGE.search(text):
        hint = "keep one side and remove the lines with <<<<<<<, ======= and >>>>>>>"
        return Fault(*position(text, found.start()), "not_yaml", "a merge of git that nobody resolved", hint)
    if found := _NO_BREAK.search(text):
        said = f"a no-break space (U+{ord(found[1]):04X}) where YAML wants spaces"
        return Fault(*position(text, found.start(1)), "not_yaml", said, "indent with plain spaces")
    return None


class _Stopped(Exception):
    """Nothing more can be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Walk:
    """Makes plain data of events, and notes places and faults on the way."""

    def __init__(self, text: str, most_depth: int, *, typed: bool) -> None:
        self.faults: list[Fault] = []
        self.places = Places()
        self._text, self._lines = text, _BREAK.split(text)
        self._loader = yaml.CSafeLoader(text)
        self._take: Callable[[], Any] = self._loader.get_event
        self._most, self._typed = most_depth, typed
        self._anchors: dict[str, Fault | None] = {}
        self._scalars: list[tuple[int, int, Route]] = []
        self._far: Any = None  # the last value, where it is in quotes that close in a later line

    def document(self) -> Any:
        """Read the one document.

        Raises:
            _Stopped, yaml.YAMLError: it cannot be read to its end.
        """
        self._take()
        if type(self._take()) is not yaml.DocumentStartEvent:
            raise _Stopped(Fault(1, 1, "empty", EMPTY, "write its keys, or remove the file"))
        data = self._value(self._take(), ())
        self._take()
        after = self._take()
        if type(after) is not yaml.StreamEndEvent:
            said, hint = "a second document begins here", "one document a file: remove the ---"
            raise _Stopped(Fault(*_at(after.start_mark), "not_yaml", said, hint))
        self.faults += (fault for fault in self._anchors.values() if fault is not None)
        return data

    def closed_late(self, error: yaml.YAMLError) -> Fault | None:
        """Say of an error that it comes of quotes which closed only where the next ones open."""
        at = cast("Any", error.problem_mark) if isinstance(error, yaml.MarkedYAMLError) else None
        if self._far is None or at is None or at.line != self._far.end_mark.line:
            return None
        said = f"a quotation mark opens here and is closed only in line {at.line + 1}"
        return Fault(*_at(self._far.start_mark), "not_yaml", said, "close it at the end of this text")

    def cut_off(self) -> Iterator[Fault]:
        """Find what stands behind a # that looks like a part of the text before it."""
        if not _AFTER_TEXT.search(self._text):
            return
        scalars = iter(sorted(self._scalars))
        nothing = len(self._text) + 1, len(self._text) + 1, ()
        start, end, route = next(scalars, nothing)
        before: Route = ()
        before_at: tuple[int, ...] = ()
        for found in _COMMENT.finditer(self._text):
            while end <= found.start():
                before, before_at = route, (start,)
                start, end, route = next(scalars, nothing)
            if start <= found.start():
                continue
            line, column = position(self._text, found.start())
            ahead = self._lines[line - 1][: column - 1]
            apart = len(ahead) - len(ahead.rstrip()) >= _BEFORE_COMMENT and not found[0][1:2].strip(" \t#")
            behind_quotes = bool(before_at) and self._text[before_at[0]] in "\"'" and found[0][1:2] in {"", " "}
            if ahead.strip() and not apart and not behind_quotes:
                hint = "put the text in quotes; before a comment write two spaces, and one after the #"
                yield Fault(line, column, "cut_off", "everything from this # on is left out", hint, before)

    def _add(self, event: Any, reason: Reason, said: tuple[str, str], route: Route, key: str = "") -> None:
        self.faults.append(Fault(*_at(event.start_mark), reason, *said, route, key))

    def _value(self, event: Any, route: Route) -> Any:
        self.places.values[route] = _at(event.start_mark)
        kind = event.__class__
        if kind is yaml.AliasEvent:
            self._alias(event, route)
            return None
        if event.anchor is not None:
            said, hint = f"YAML leaves out `&{event.anchor}`", "put the text in quotes, or remove it"
            self._anchors[event.anchor] = Fault(*_at(event.start_mark), "anchor", said, hint, route)
        if kind is yaml.ScalarEvent:
            return self._scalar(event, route)
        if len(route) == self._most:
            said, hint = f"nested more than {self._most} deep", "a pack needs far less; look for a stray bracket"
            raise _Stopped(Fault(*_at(event.start_mark), "too_deep", said, hint))
        if event.tag not in _COLLECTIONS:
            self._tag(event, route)
        return self._sequence(route) if kind is yaml.SequenceStartEvent else self._mapping(route)

    def _alias(self, event: Any, route: Route) -> None:
        if event.anchor in self._anchors:
            self._anchors[event.anchor] = None
            said = "a YAML alias (*name)", "write the text out again; a pack uses no aliases"
        else:
            said = "a text that begins with * is read as a YAML alias", "put it in quotes"
        self._add(event, "alias", said, route)

    def _tag(self, event: Any, route: Route) -> None:
        said = f"a YAML tag ({event.tag})", "remove the tag, or put the text in quotes"
        self._add(event, "tag", said, route)

    def _sequence(self, route: Route) -> list[Any]:
        items: list[Any] = []
        while type(event := self._take()) is not yaml.SequenceEndEvent:
            items.append(self._value(event, (*route, len(items))))
        return items

    def _mapping(self, route: Route) -> dict[str, Any]:
        made: dict[str, Any] = {}
        twice = list[Fault]()
        while type(event := self._take()) is not yaml.MappingEndEvent:
            key = self._key(event, route)
            at = (*route, key)
            if key in made:
                line, column = self.places.keys.get(at, (1, 1))
                said = f"`{key}` stands twice; first at line {line}, column {column}", "keep one of them"
                twice.append(Fault(*_at(event.start_mark), "twice", *said, at, key))
                self._skip(self._take())
                continue
            self.places.keys[at] = _at(event.start_mark)
            made[key] = self._value(self._take(), at)
        if len(twice) > _MOST_ALIKE:
            said = f"from here on {len(twice)} keys stand a second time"
            twice = [replace(twice[0], message=said, hint="remove what was pasted twice")]
        self.faults += twice
        return made

    def _key(self, event: Any, route: Route) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._skip(event)
            first = self._lines[event.start_mark.line][event.start_mark.column :][:1] or "?"
            said = f"a text that begins with {first} is read as something else", "put the whole text in quotes"
            self._add(event, "odd_key", said, route)
            return ""
        key = str(event.value)
        at = (*route, key)
        self._scalars.append((*_span(event), at))
        if self._kind(event) not in {"text", "tag"}:
            said = f"the key `{key}` is not read as text", f'put it in quotes: "{key}"'
            self._add(event, "odd_key", said, at, key)
        elif key == "<<":
            self._add(event, "odd_key", ("a YAML merge key (<<)", "write the keys out"), at, key)
        return key

    def _skip(self, event: Any) -> None:
        """Pass over a value, whose first event this is."""
        depth = 0
        while (
            depth := depth + isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        ):
            event = self._take()

    def _kind(self, event: Any) -> ScalarKind:
        if event.tag not in {None, "!"}:
            return "text" if event.tag == _STR else "tag"
        tag: str = cast("Any", self._loader).resolve(yaml.ScalarNode, event.value, event.implicit)
        return _KINDS.get(tag.removeprefix(_TAGS), "text")

    def _scalar(self, event: Any, route: Route) -> Any:
        self._scalars.append((*_span(event), route))
        text, kind = str(event.value), self._kind(event)
        if event.tag == "!":
            self._add(event, "tag", ("YAML leaves out the ! before this text", "put the text in quotes"), route)
        self._far = event if event.style in _QUOTES and event.end_mark.line > event.start_mark.line else None
        if not event.style and event.end_mark.line > event.start_mark.line:
            self._glued(event, route)
        if kind == "text":
            return text
        self.places.written[route] = text
        if kind == "nothing":
            return None
        if kind == "tag":
            self._tag(event, route)
        return _typed(kind, text) if self._typed else text

    def _glued(self, event: Any, route: Route) -> None:
        below = range(event.start_mark.line + 1, min(event.end_mark.line + 1, len(self._lines)))
        glued = [number for number in below if _ITEM.match(self._lines[number])]
        if len(glued) > _MOST_ALIKE:
            said = f"{len(glued)} lines below are read as the end of this one"
            hint = "begin every item in the same column, with - and a blank"
            self._add(event, "glued", (said, hint), route)
            return
        for number in glued:
            column = len(self._lines[number]) - len(self._lines[number].lstrip()) + 1
            said, hint = "this line is read as the end of the one above", "indent it like the items above it"
            self.faults.append(Fault(number + 1, column, "glued", said, hint, route))


def _number(text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else float("nan")


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _at(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


@dataclass(frozen=True, slots=True)
class _Error:
    """What the parser says, where it stopped, and where it began what it could not finish."""

    said: str
    context: str
    lines: list[str]
    at: Place
    begun: Place

    @property
    def here(self) -> str:
        return self.lines[self.at[0] - 1]


_Told: TypeAlias = tuple[Place, tuple[str, str]] | None


def _syntax(error: yaml.YAMLError, text: str) -> Fault:
    """Say a syntax error as what an author did."""
    marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError(problem="it is no text")
    lines = [*_BREAK.split(text), ""]
    at = cast("Any", marked.problem_mark or marked.context_mark)
    place = _at(at) if at else (1, 1)
    begun = _at(cast("Any", marked.context_mark)) if marked.context_mark else place
    met = _Error(str(marked.problem), str(marked.context or ""), lines, (min(place[0], len(lines)), place[1]), begun)
    for tell in (_unclosed, _escaped, _no_key, _by_first_sign, _by_parser):
        if told := tell(met):
            return Fault(*told[0], "not_yaml", *told[1])
    whole = f"not YAML: {met.said} {met.context}".rstrip()
    return Fault(*place, "not_yaml", whole, "check quotes and indentation")


def _unclosed(met: _Error) -> _Told:
    line, column = met.begun
    if met.said.startswith("found unexpected") and "quoted scalar" in met.context:
        return met.begun, ("a quotation mark opens here and is never closed", "close it")
    if "flow" in met.context:
        opened = met.lines[line - 1][column - 1 : column]
        hint = "close the bracket, and put commas between items; a text that begins with one goes in quotes whole"
        return met.begun, (f"a list or mapping in {opened} does not end where it should", hint)
    return None


def _escaped(met: _Error) -> _Told:
    if "quoted scalar" in met.context and ("escape" in met.said or "hexdecimal" in met.said):
        return met.at, ('a backslash means something else between "…"', "write it twice, or put the text in '…'")
    return None


def _no_key(met: _Error) -> _Told:
    if met.said.startswith("found unexpected ':'"):
        return met.at, ("a colon without a blank after it makes no key", "write `key: value`")
    line = met.begun[0] if "simple key" in met.context else met.at[0]
    if ("simple key" in met.context or met.said.startswith("mapping values")) and (at := _without_blank(met, line)):
        return at, ("a colon without a blank after it makes no key", "write `key: value`")
    if "simple key" in met.context:
        hint = "write `key: value`, or indent it as a part of the text above"
        return met.begun, ("a line that is no `key: value`", hint)
    return None


def _without_blank(met: _Error, number: int) -> Place | None:
    """Find `key:value` in a line, or in the one above it."""
    for at in (number, number - 1):
        found = _NO_BLANK.match(met.lines[at - 1]) if 0 < at <= len(met.lines) else None
        if found:
            return at, found.end() + 1
    return None


def _by_first_sign(met: _Error) -> _Told:
    """Tell by the value of a line what its first character made of it."""
    (line, column), here = met.at, met.here
    start = _VALUE.match(here)
    at = start.end() if start else 0
    first, inside = here[at : at + 1], column > at + 1
    place = line, at + 1
    if met.said.startswith("did not find expected") and inside and first in {"'", '"'}:
        if first == "'" and here[column - 2 : column - 1] == "'" and here[column - 1 : column].isalpha():
            return met.at, ("an apostrophe ends a text in '…'", "write it twice, or put the text in double quotes")
        return place, (f"a text that begins with {first} ends at the next one", "put the whole text in other quotes")
    if met.said.startswith("did not find expected") and inside and first in {"[", "{"}:
        said = f"a text that begins with {first} is read as a list or mapping"
        return place, (said, "put the whole text in quotes")
    if "block scalar" in met.context and first in {">", "|"}:
        return place, (f"a text that begins with {first} is read as the start of a longer one", "put it in quotes")
    if any(what in met.context for what in ("alias", "anchor", "tag")):
        return place, (f"a text that begins with {first} means something else in YAML", "put it in quotes")
    return None


_SAID: Final = (
    (
        "mapping values are not allowed",
        "a colon where none can stand",
        "put the text in quotes, or use >- on a new line",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin on the line of its key",
        "begin it on the next line; a text that begins with - goes in quotes",
    ),
    (
        "did not find expected <document start>",
        "this line belongs to nothing above it",
        "indent it like the lines around it",
    ),
    (
        "did not find expected",
        "this line is indented like none of those above it",
        "indent it like the lines it belongs to",
    ),
)


def _by_parser(met: _Error) -> _Told:
    if met.said.startswith("found character that cannot start"):
        if "\t" in met.here[: met.at[1] + 1]:
            return met.at, ("a tab where YAML wants spaces", "indent with spaces")
        return met.at, (f"a text cannot begin with {met.here[met.at[1] - 1 : met.at[1]]}", "put it in quotes")
    found = next(((what, hint) for said, what, hint in _SAID if met.said.startswith(said)), None)
    return (met.at, found) if found and ("block" in met.context or not met.context) else None
