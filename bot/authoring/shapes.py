"""Holds documents against the domain's shapes: one pydantic adapter a kind of file, and errors an author can use."""

import dataclasses
import difflib
import types
import typing
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.authoring.documents import Document, Route
from bot.domain.content import FORMS

_Shape = TypeVar("_Shape")
_MEANINGS = {form.pattern: form.meaning for form in FORMS}
_WRONG_TYPE = {
    "dataclass_type": ("is not a mapping", "write `key: value` lines under it"),
    "tuple_type": ("is not a list", "begin each item with `- `"),
    "date_type": ("is not a date", "write it as 2026-11-21"),
    "date_parsing": ("is not a date", "write it as 2026-11-21"),
    "date_from_datetime_parsing": ("is not a date", "write it as 2026-11-21"),
}
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
        found, document.problems = document.problems, []
        for detail in error.errors(include_url=False):
            _explain(document, shape, detail)
        # What reading found at a place says more than that the value there has the wrong shape.
        told = {(one.line, one.column) for one in found}
        document.problems = found + [one for one in document.problems if (one.line, one.column) not in told]
        return None


def _explain(document: Document, shape: type[Any], detail: ErrorDetails) -> None:
    route: Route = tuple(detail["loc"])
    key = str(route[-1]) if route else ""
    match detail["type"]:
        case "missing":
            document.add(route[:-1], f"`{key}` is missing", f"add {key}:")
        case "extra_forbidden" | "unexpected_keyword_argument":
            near = difflib.get_close_matches(key, _field_names(shape, route[:-1]), n=1)
            hint = _FORMER.get(key) or (f"did you mean `{near[0]}`?" if near else "remove it")
            document.add(route, f"unknown key `{key}`", hint, at_key=True)
        case "string_type":
            _explain_not_text(document, route, detail["input"])
        case kind:
            message, hint = _sentence(kind, detail.get("ctx") or {}, detail["input"], detail["msg"])
            document.add(route, f"{_name(route)} {message}", hint)


def _sentence(kind: str, context: dict[str, Any], value: object, said: str) -> tuple[str, str]:
    """Say what is wrong with a value and what to do, to follow the value's name."""
    match kind:
        case "string_too_short" | "too_short":
            return "is empty or too short", f"at least {context['min_length']}"
        case "string_too_long":
            most, length = context["max_length"], len(str(value))
            return f"has {length} characters, at most {most}", f"shorten it by {length - most}"
        case "too_long":
            return f"has {context['actual_length']} items, at most {context['max_length']}", "remove some"
        case "string_pattern_mismatch":
            return f"is `{value}`", f"use {_MEANINGS[context['pattern']]}"
        case "literal_error":
            return f"is `{value}`", f"one of {context['expected']}"
        case _:
            return _WRONG_TYPE.get(kind, (f"is not right: {said.lower()}", ""))


def _explain_not_text(document: Document, route: Route, value: object) -> None:
    written = document.places.written.get(route)
    if written is None:
        document.add(route, f"{_name(route)} is not text", "write one text here")
    elif not written or value is None:
        document.add(route, f"{_name(route)} is empty", "write a text, or remove the key")
    else:
        kind = next((said for kind, said in _READ_AS.items() if isinstance(value, kind)), "something else")
        document.add(route, f"`{written}` is read as {kind}", f'put it in quotes: "{written}"')


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
