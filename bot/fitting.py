"""Fits plain data to dataclasses where it is plainly right, at once and without pydantic, which is slow to import.

What does not fit may still be right or be wrong in many ways: pydantic decides, and says so in words for people.
"""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin

_Shape = TypeVar("_Shape")
Fitter = Callable[[Any], Any]

_MOST_DIGITS = 20  # of a Discord id, and then some; Python refuses thousands
_SWITCH = {"true": True, "false": False}


class Unfit(Exception):  # no error: data that wants a closer look
    """Data, or a shape, that is not as plain as what is fitted here."""


def fit(shape: type[_Shape], data: Any) -> _Shape:
    """Make a dataclass of a mapping.

    Texts stand for numbers, switches, dates and paths where those are wanted. Each annotation is asked by `admits`.

    Raises:
        Unfit: it takes a closer look.
    """
    return _fitter(shape)(data)


def fit_scalar(shape: Any, data: Any) -> Any:
    """Make a text, number, switch, date or path.

    Raises:
        Unfit: it is none, or takes a closer look.
    """
    return _SCALARS[shape](data)


@cache
def _fitter(shape: Any) -> Fitter:
    origin = get_origin(shape)
    if origin is Annotated:
        return _admitted(_fitter(shape.__origin__), shape.__metadata__)
    if origin is Literal:
        return _one_of(frozenset(get_args(shape)))
    if origin is tuple and get_args(shape)[1:] == (...,):
        return _each(_fitter(get_args(shape)[0]))
    if origin in {types.UnionType, typing.Union}:
        return _optional(get_args(shape))
    if dataclasses.is_dataclass(shape):
        return _made(cast("type[Any]", shape))
    if shape in _SCALARS:
        return _SCALARS[shape]
    raise Unfit


def _admitted(inner: Fitter, rules: tuple[Any, ...]) -> Fitter:
    if not all(hasattr(rule, "admits") for rule in rules):
        raise Unfit

    def fit_admitted(value: Any) -> Any:
        fitted = inner(value)
        if not all(rule.admits(fitted) for rule in rules):
            raise Unfit
        return fitted

    return fit_admitted


def _one_of(allowed: frozenset[Any]) -> Fitter:
    def fit_one(value: Any) -> Any:
        if type(value) is not str or value not in allowed:
            raise Unfit
        return value

    return fit_one


def _each(inner: Fitter) -> Fitter:
    def fit_each(value: Any) -> Any:
        if type(value) is not list:
            raise Unfit
        return tuple(map(inner, cast("list[Any]", value)))

    return fit_each


def _optional(members: tuple[Any, ...]) -> Fitter:
    others = [one for one in members if one is not type(None)]
    if len(others) != 1 or len(others) == len(members):
        raise Unfit
    inner = _fitter(others[0])
    return lambda value: None if value is None else inner(value)


def _made(shape: type[Any]) -> Fitter:
    fields = dataclasses.fields(shape)
    inner = {one.name: _fitter(one.type) for one in fields}
    missing = dataclasses.MISSING
    needed = {one.name for one in fields if one.default is missing and one.default_factory is missing}

    def make(value: Any) -> Any:
        if type(value) is shape:
            return value
        given = cast("dict[str, Any]", value)
        if type(value) is not dict or not inner.keys() >= given.keys() >= needed:
            raise Unfit
        return shape(**{name: inner[name](one) for name, one in given.items()})

    return make


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unfit
    return value


def _number(value: Any) -> int:
    if type(value) is int:
        return value
    text = _text(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise Unfit
    return int(text)


def _path(value: Any) -> Path:
    if isinstance(value, Path):
        return value
    text = _text(value)
    if not text:  # it would stand for the folder the process is in
        raise Unfit
    return Path(text)


def _switch(value: Any) -> bool:
    if type(value) is bool:
        return value
    if _text(value) not in _SWITCH:
        raise Unfit
    return _SWITCH[value]


def _day(value: Any) -> date:
    text = _text(value)
    if len(text) != len("2026-11-21") or text[7] != "-":
        raise Unfit
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit from None


_SCALARS: dict[Any, Fitter] = {
    str: _text,
    int: _number,
    bool: _switch,
    date: _day,
    Path: _path,
}
