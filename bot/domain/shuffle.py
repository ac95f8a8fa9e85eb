"""Walks prompts in a shuffled order that two numbers say in full, so that nothing has to be remembered."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def pick(items: Sequence[_Item], seed: bytes, position: int) -> tuple[_Item, bool]:
    """Give the item at a position of the seed's shuffle, and whether the walk has just come round.

    Every item comes once before any comes twice.

    Raises:
        ZeroDivisionError: there are no items.
    """
    order = list(items)
    random.Random(seed).shuffle(order)  # noqa: S311  # an order to read in, no secret
    return order[position % len(order)], position > 0 and position % len(order) == 0


def seed_beginning_with(items: Sequence[_Item], first: _Item, draw: Callable[[], bytes]) -> bytes:
    """Draw seeds until the walk of one begins with an item, which has to be among the items."""
    if first not in items:
        raise ValueError("a walk begins with one of its items")
    while pick(items, seed := draw(), 0)[0] != first:
        pass
    return seed
