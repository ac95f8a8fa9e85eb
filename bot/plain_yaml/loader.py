"""The quick way: the data of a text in which nothing is odd."""

from collections.abc import Callable
from typing import Any

import yaml

from bot.plain_yaml.characters import find_unparsable, has_comment_after_text
from bot.plain_yaml.scalars import resolve, typed


class Unplain(Exception):  # no error: a text that wants a closer look
    """Something odd, or something wrong: `read_closely` says what and where."""


def read_quickly(text: str, most_depth: int) -> Any:
    """Give the data of a text in which nothing is odd, with switches, numbers and nothing as `typed` ones are.

    Raises:
        Unplain: there is something else.
    """
    if has_comment_after_text(text) or find_unparsable(text) is not None:
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
    return typed(resolve(loader, event), event.value)
