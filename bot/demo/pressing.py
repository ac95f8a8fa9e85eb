"""Finds what there is to press on a message, by what it does and not by its label."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.ui.ids import Kind, Press, UnknownPress, decode


def presses_on(message: Any) -> list[Press]:
    """Give every press of ours that a message or response carries, in reading order."""
    return list(_decoded([one.to_dict() if hasattr(one, "to_dict") else one for one in message.components]))


def find_press(message: Any, kind: Kind, which: Callable[[Press], bool] = lambda _: True) -> str:
    """Give the custom id of the first press of a kind.

    Raises:
        RuntimeError: there is none.
    """
    found = next((one for one in presses_on(message) if one.kind is kind and which(one)), None)
    if found is None:
        raise RuntimeError(f"the page has nothing to press for {kind.name}")
    return found.encode()


def _decoded(components: Sequence[Any]) -> Iterator[Press]:
    for one in components:
        if "custom_id" in one:
            try:
                yield decode(str(one["custom_id"]))
            except UnknownPress:
                continue
        yield from _decoded(one.get("components", ()))
