"""Holds documents against the domain's shapes: one pydantic adapter a kind of file, and errors an author can use."""

import dataclasses
import difflib
import re
import types
import typing
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.authoring.documents import Document
from bot.authoring.problems import Problem
from bot.authoring.signs import show_signs
from bot.domain.content import FORMS
from bot.fitting import Unfit, fit_scalar
from bot.plain_yaml.faults import Route

_Shape = TypeVar("_Shape")
_MEANINGS = {form.pattern: form.meaning for form in FORMS}
_WRONG_TYPE = {
    "dataclass_type": ("is not a mapping", "write `key: value` lines under it"),
    "tuple_type": ("is not a list", "begin each item with `- `"),
    "path_type": ("is not a path", "write one path here"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), ("is not a whole number", "write it in digits")),
    **dict.fromkeys(("bool_type", "bool_parsing"), ("is neither true nor false", "write true or false")),
    "finite_number": ("is not a whole number", "write it in digits"),
}
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_FORMER = {"reach": "a contact now has call:, write: (by: text, chat or mail) and site:; write it as those"}
_READ_AS: dict[type, str] = {bool: "true or false", int: "a number", float: "a number", type(None): "nothing"}


@cache
def adapter(shape: type[_Shape]) -> TypeAdapter[_Shape]:
    """Build the validator of a shape once; building is slow, validating is not."""
    return TypeAdapter(shape)


def shape_document(document: Document, shape: type[_Shape]) -> _Shape | None:
    """Validate a document; on failure add every problem to it and return None."""
    if document.data is None:
        return None
    try:
        return adapter(shape).validate_python(document.data)
    except ValidationError as error:
        found = {(one.line, one.column) for one in document.problems}
        for detail in error.errors(include_url=False):
            problem = _explain(document, shape, detail)
            # What reading found at a place says more than that the value there has the wrong shape.
            if not problem.echo and (problem.line, problem.column) not in found:
                document.problems.append(problem)
        for detail in error.errors(include_url=False):
            (document.told if _is_no_length(detail) else document.lengths).add(tuple(detail["loc"]))
        return None


def _is_no_length(detail: ErrorDetails) -> bool:
    return "too_long" not in detail["type"] and "too_short" not in detail["type"]


def draft_document(document: Document, shape: type[_Shape]) -> _Shape | None:
    """Make what there is of a shape from a document that does not fit; what is made up is among what is `told`."""
    data: Any = document.data
    if not isinstance(data, dict):
        return None
    drafted: _Shape = _Draft(document).value(shape, data, ())
    return drafted


class _Draft:
    """Makes values of whatever is there, and of nothing where something else has to be."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def value(self, shape: Any, data: Any, route: Route) -> Any:
        """Give a value of a shape, made of what is there."""
        if get_origin(shape) in {types.UnionType, typing.Union} and data is None:
            return None
        shape = _bare(shape)
        if dataclasses.is_dataclass(shape):
            return self._dataclass(cast("type[Any]", shape), data, route)
        if get_origin(shape) is tuple:
            inner = get_args(shape)[0]
            items = cast("list[Any]", data) if isinstance(data, list) else self._made_up(route, list[Any]())
            return tuple(self.value(inner, one, (*route, at)) for at, one in enumerate(items))
        if get_origin(shape) is Literal:
            return data if data in get_args(shape) else self._made_up(route, get_args(shape)[0])
        try:
            return fit_scalar(shape, data)
        except Unfit:
            # No text that an author writes is the same, so none is taken for it.
            blank = {str: f"\0{self._document.path}{route}", date: date.max}
            return self._made_up(route, blank.get(shape, 0))

    def _dataclass(self, shape: type[Any], data: Any, route: Route) -> Any:
        given = cast("dict[str, Any]", data) if isinstance(data, dict) else self._made_up(route, dict[str, Any]())
        hints = get_type_hints(shape, include_extras=True)
        made: dict[str, Any] = {}
        for one in dataclasses.fields(shape):
            if one.name in given or one.default is dataclasses.MISSING:
                made[one.name] = self.value(hints[one.name], given.get(one.name), (*route, one.name))
        return shape(**made)

    def _made_up(self, route: Route, value: Any) -> Any:
        self._document.told.add(route)
        return value


def _explain(document: Document, shape: type[Any], detail: ErrorDetails) -> Problem:
    route: Route = tuple(detail["loc"])
    key = str(route[-1]) if route else ""
    match detail["type"]:
        case "missing":
            return document.problem(route[:-1], f"`{key}` is missing", f"add {key}:")
        case "extra_forbidden" | "unexpected_keyword_argument":
            near = difflib.get_close_matches(key, _field_names(shape, route[:-1]), n=1)
            hint = _FORMER.get(key) or (f"did you mean `{near[0]}`?" if near else "remove it")
            return document.problem(route, f"unknown key {show_signs(key)}", hint, at_key=True)
        case "string_type":
            return _explain_not_text(document, route, detail["input"])
        case kind:
            written = document.places.written.get(route, detail["input"])
            message, hint = _sentence(kind, detail.get("ctx") or {}, written, detail["msg"])
            return document.problem(route, f"{_name(route)} {message}", hint)


def _sentence(kind: str, context: dict[str, Any], value: object, said: str) -> tuple[str, str]:
    """Say what is wrong with a value as written and what to do, to follow the value's name."""
    match kind:
        case "string_too_short" | "too_short":
            told = "is empty or too short", f"at least {context['min_length']}"
        case "string_too_long":
            most, length = context["max_length"], len(str(value))
            told = f"has {length} characters, at most {most}", f"shorten it by {length - most}"
        case "too_long":
            told = f"has {context['actual_length']} items, at most {context['max_length']}", "remove some"
        case "string_pattern_mismatch":
            told = f"is {show_signs(str(value))}", f"use {_MEANINGS[context['pattern']]}"
        case "literal_error":
            is_empty = value is None or value == ""
            told = "is empty" if is_empty else f"is {show_signs(str(value))}", f"one of {context['expected']}"
        case _ if kind.startswith("date"):
            day = _DAY.match(str(value))
            told = "is not a date", f"write it as {day[0] if day else '2026-11-21'}"
        case _:
            told = _WRONG_TYPE.get(kind, (f"is not right: {said.removeprefix('Value error, ').lower()}", ""))
    return told


def _explain_not_text(document: Document, route: Route, value: object) -> Problem:
    written = document.places.written.get(route)
    if written is None:
        is_pair = isinstance(value, dict) and len(cast("dict[Any, Any]", value)) == 1
        hint = "a colon and a blank make a key: put the whole text in quotes" if is_pair else "write one text here"
        return document.problem(route, f"{_name(route)} is not text", hint)
    if not written or value is None:
        return document.problem(route, f"{_name(route)} is empty", "write a text, or remove the key")
    kind = next((said for kind, said in _READ_AS.items() if isinstance(value, kind)), "something else")
    return document.problem(route, f"`{written}` is read as {kind}", f'put it in quotes: "{written}"')


def _name(route: Route) -> str:
    names = [f"`{part}`" for part in route if isinstance(part, str)]
    if not names:
        return "the file"
    return f"item {route[-1] + 1} of {names[-1]}" if isinstance(route[-1], int) else names[-1]


def _field_names(shape: Any, route: Route) -> list[str]:
    """Name the keys that may stand at a route, for a suggestion."""
    for part in route:
        shape = _bare(shape)
        if isinstance(part, int):
            shape = get_args(shape)[0] if get_args(shape) else shape
        elif dataclasses.is_dataclass(shape):
            shape = get_type_hints(shape).get(part)
    shape = _bare(shape)
    return [one.name for one in dataclasses.fields(shape)] if dataclasses.is_dataclass(shape) else []


def _bare(shape: Any) -> Any:
    """Strip Annotated and `| None`."""
    if get_origin(shape) is Annotated:
        return _bare(get_args(shape)[0])
    if get_origin(shape) in {types.UnionType, typing.Union}:
        return _bare(next(arg for arg in get_args(shape) if arg is not type(None)))
    return shape
