"""Counts how many suggestions a member sent today, in memory alone, under a key that is dropped at midnight (UTC)."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.domain.servers.suggestions import MOST_A_DAY

_KEY_BYTES: Final = 32


class SuggestionCounts:
    """Knows members of today by a keyed hash of their id, and what they sent by random tokens; nothing of before.

    It is forgotten with the process, and each process counts for itself.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._key = b""
        self._sent: dict[bytes, set[bytes]] = {}
        self._arrived = set[bytes]()
        self._end: asyncio.TimerHandle | None = None

    def has_room(self, user: int) -> bool:
        """Say whether a member may send one more today."""
        self._keep_up()
        return len(self._sent.get(self._pseudonym(user), ())) < MOST_A_DAY

    def take(self, user: int, token: bytes) -> bool:
        """Count a suggestion, once for each token; False when it is one too many, and then it is not counted."""
        self._keep_up()
        sent = self._sent.setdefault(self._pseudonym(user), set())
        if token not in sent and len(sent) >= MOST_A_DAY:
            return False
        sent.add(token)
        return True

    def note_arrived(self, token: bytes) -> None:
        """Remember that a suggestion came, so that it is never sent again; Discord knows it for minutes only."""
        self._keep_up()
        self._arrived.add(token)

    def has_arrived(self, token: bytes) -> bool:
        """Say whether a suggestion of today is known to have come."""
        self._keep_up()
        return token in self._arrived

    def give_back(self, user: int, token: bytes) -> None:
        """Count a suggestion no longer, because it was not sent."""
        self._keep_up()
        self._sent.get(self._pseudonym(user), set[bytes]()).discard(token)

    def _keep_up(self) -> None:
        """Begin a day: with a new key and nothing counted, to be dropped when it ends though nobody comes by."""
        now = self._clock().astimezone(UTC)
        if now.date() == self._day:
            return
        self._drop()
        self._day, self._key = now.date(), secrets.token_bytes(_KEY_BYTES)
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        self._end = asyncio.get_running_loop().call_later((midnight - now).total_seconds(), self._drop)

    def _drop(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._day, self._key, self._end = None, b"", None
        self._sent.clear()
        self._arrived.clear()

    def _pseudonym(self, user: int) -> bytes:
        return hmac.digest(self._key, str(user).encode(), hashlib.sha256)
