"""The table of what the bot may ask of the REST API; the modules `room_of_…` enter their routes into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .looks import Json

if TYPE_CHECKING:
    from .door import Call
    from .world import World


class Created(Json):
    """An answer that goes out as 201."""


Reply = Json | list[Json] | None
"""What a room answers with; None is 204."""
Room = Callable[["World", "Call"], Reply]

ROUTES: Final[list[tuple[str, re.Pattern[str], Room]]] = []


def route(method: str, path: str) -> Callable[[Room], Room]:
    """Enter a room into the table; the first that matches answers."""

    def enter(room: Room) -> Room:
        ROUTES.append((method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), room))
        return room

    return enter
