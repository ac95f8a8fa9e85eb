"""What takes long is done one at a time for each account, which then rests: nobody has more than a share of the bot."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from typing import Final
from weakref import WeakValueDictionary

_LONGEST_REST: Final = 10.0
_MOST_REMEMBERED: Final = 1_000


class FairShare:
    """Lends each account its turn, in this process; `at_once` accounts have theirs at most.

    After its turn an account rests `rest` times as long as that took, which it notices only when it asks again; a rest
    shorter than `least` seconds is left out.
    """

    def __init__(self, rest: float, at_once: int, least: float = 0.0) -> None:
        self._rest, self._least, self._room = rest, least, asyncio.Semaphore(at_once)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._resting: dict[int, float] = {}

    @contextlib.asynccontextmanager
    async def turn(self, user_id: int) -> AsyncGenerator[None]:
        """Hold the turn of an account."""
        lock = self._locks.get(user_id)
        if lock is None:
            lock = self._locks[user_id] = asyncio.Lock()
        async with lock:
            left = self._resting.pop(user_id, 0.0) - time.perf_counter()
            if left > 0:
                await asyncio.sleep(left)
            async with self._room:
                began = time.perf_counter()
                try:
                    yield
                finally:
                    self._let_rest(user_id, self._rest * (time.perf_counter() - began))

    def _let_rest(self, user_id: int, rest: float) -> None:
        now = time.perf_counter()
        if rest > self._least:
            self._resting[user_id] = now + min(rest, _LONGEST_REST)
        if len(self._resting) > _MOST_REMEMBERED:
            self._resting = {user: until for user, until in self._resting.items() if until > now}
