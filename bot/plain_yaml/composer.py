"""The close way: every fault in a text, and where each of its values and keys stands."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, cast

import yaml

from bot.plain_yaml.characters import BREAK, find_unparsable, has_comment_after_text, place_of, position
from bot.plain_yaml.faults import EMPTY, Fault, Parsed, Place, Places, Reason, Route
from bot.plain_yaml.scalars import TAGS, ScalarKind, resolve
from bot.plain_yaml.scalars import typed as typed_value
from bot.plain_yaml.syntax_errors import DIRECTIVE, explain_syntax

_QUOTES: Final = frozenset({'"', "'"})
_MOST_ALIKE: Final = 3  # of one mistake in one place, that are told each by itself
_STR: Final = f"{TAGS}str"
_COLLECTIONS: Final = frozenset({None, "!", f"{TAGS}seq", f"{TAGS}map"})
_COMMENT: Final = re.compile(r"(?<=[ \t])#[^\n\r\x85\u2028\u2029]*")
_ITEM: Final = re.compile(r"[ \t]*-[ \t]")
_BEFORE_COMMENT: Final = 2  # spaces, as most style guides ask for


def read_closely(text: str, most_depth: int, *, typed: bool = False, prose: bool = True) -> Parsed:
    """Read a text with every fault in it and where everything stands.

    Values are texts as written, and None for nothing; with `typed`, switches are bools, and numbers are ints and
    floats, nan where a number has another form than digits. In `prose` a # behind a text is told where it may be a part
    of it.
    """
    before = find_unparsable(text)
    if before is not None:
        return Parsed(None, [before])
    walk = _Walk(text, most_depth, typed=typed)
    try:
        data = walk.document()
    except _Stopped as stopped:
        return Parsed(None, sorted([*walk.faults, stopped.fault], key=_by_place))
    except yaml.YAMLError as error:
        fault = walk.closed_late(error) or explain_syntax(error, text)
        return Parsed(None, sorted([*walk.faults, fault], key=_by_place))
    cut_off = walk.cut_off() if prose else ()
    return Parsed(data, sorted([*walk.faults, *cut_off], key=_by_place), walk.places)


def _by_place(fault: Fault) -> Place:
    return fault.line, fault.column


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
        self._text, self._lines = text, BREAK.split(text)
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
            begun = place_of(after.start_mark)
            said = "a second document begins here", "one document a file: remove the ---"
            is_directive = self._lines[begun[0] - 1].startswith("%")
            raise _Stopped(Fault(*begun, "not_yaml", *(DIRECTIVE if is_directive else said)))
        self.faults += (fault for fault in self._anchors.values() if fault is not None)
        return data

    def closed_late(self, error: yaml.YAMLError) -> Fault | None:
        """Say of an error that it comes of quotes which closed only where the next ones open."""
        at = cast("Any", error.problem_mark) if isinstance(error, yaml.MarkedYAMLError) else None
        if self._far is None or at is None or at.line != self._far.end_mark.line:
            return None
        said = f"a quotation mark opens here and is closed only in line {at.line + 1}"
        return Fault(*place_of(self._far.start_mark), "not_yaml", said, "close it at the end of this text")

    def cut_off(self) -> Iterator[Fault]:
        """Find what stands behind a # that looks like a part of the text before it."""
        if not has_comment_after_text(self._text):
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
        self.faults.append(Fault(*place_of(event.start_mark), reason, *said, route, key))

    def _value(self, event: Any, route: Route) -> Any:
        self.places.values[route] = place_of(event.start_mark)
        kind = event.__class__
        if kind is yaml.AliasEvent:
            self._alias(event, route)
            return None
        if event.anchor is not None:
            said, hint = f"YAML leaves out `&{event.anchor}`", "put the text in quotes, or remove it"
            self._anchors[event.anchor] = Fault(*place_of(event.start_mark), "anchor", said, hint, route)
        if kind is yaml.ScalarEvent:
            return self._scalar(event, route)
        if len(route) == self._most:
            said, hint = f"nested more than {self._most} deep", "a pack needs far less; look for a stray bracket"
            raise _Stopped(Fault(*place_of(event.start_mark), "too_deep", said, hint))
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
                twice.append(Fault(*place_of(event.start_mark), "twice", *said, at, key))
                self._skip(self._take())
                continue
            self.places.keys[at] = place_of(event.start_mark)
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
        return resolve(self._loader, event)

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
        return typed_value(kind, text) if self._typed else text

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


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index
