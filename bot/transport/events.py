"""What of an event of Discord's can be told without discord.py, which cannot read every one."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import discord

_TOKEN_LASTS: Final = 15 * 60.0  # seconds
_MOST_REMEMBERED: Final = 10_000
_MOST_DIGITS: Final = 20  # of an id, which has 64 bits
_KINDS: Final = frozenset(one.value for one in discord.InteractionType)


class Arrivals:
    """The interactions that came within a quarter of an hour, by id; after that none can be answered any more.

    Discord may deliver one twice. Only the newest ten thousand are remembered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, float] = {}  # the earliest first

    def came_before(self, data: object) -> bool:
        """Take an interaction in; say whether it is one that came before."""
        id_, now = _id_of(data), self._clock()
        while self._seen and now - self._earliest >= _TOKEN_LASTS:
            self._forget_earliest()
        if id_ in self._seen:
            return True
        if id_:
            if len(self._seen) >= _MOST_REMEMBERED:
                self._forget_earliest()
            self._seen[id_] = now
        return False

    def _forget_earliest(self) -> None:
        del self._seen[next(iter(self._seen))]

    @property
    def _earliest(self) -> float:
        return next(iter(self._seen.values()))


def bare_interaction(data: object, application: int) -> Any:
    """Give what it takes to answer an interaction, and nothing it is about; None where its token cannot be read."""
    id_, token, kind = _id_of(data), _get(data, "token"), _get(data, "type")
    if not (id_ and isinstance(token, str) and token):
        return None
    return {
        "id": id_,
        "token": token,
        "type": kind if isinstance(kind, int) and kind in _KINDS else discord.InteractionType.application_command.value,
        "application_id": application,
        "version": 1,
        "attachment_size_limit": 0,
    }


def _id_of(data: object) -> str:
    id_ = _get(data, "id")
    return id_ if isinstance(id_, str) and len(id_) <= _MOST_DIGITS and id_.isdecimal() else ""


def _get(data: object, key: str) -> object:
    return cast("Mapping[str, object]", data).get(key) if isinstance(data, dict) else None
