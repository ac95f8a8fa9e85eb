"""Rate limits as Discord keeps them: off until a test asks for one, so that nothing waits by accident."""

from __future__ import annotations

import re
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .shapes import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from .door import Call
    from .looks import Json

EDIT: Final = r"^(/channels/\d+)/messages/\d+$"
_NOT_COUNTED: Final = re.compile(r"^/(interactions|webhooks)/")


@dataclass
class _Bucket:
    """So many requests from the first one on, until it is over."""

    left: int = 0
    resets: float = 0.0


@dataclass
class Limit:
    """A limit of one route: `most` requests in `per` seconds for each value of the path's first group."""

    method: str
    path: re.Pattern[str]
    most: int
    per: float
    hits: int = 0
    """How many requests were turned away."""
    buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, call: Call) -> tuple[dict[str, str], float] | None:
        """Count a request it is for; return the headers of its answer, and the seconds to wait if there are any."""
        match = self.path.search(call.path) if call.method == self.method else None
        if match is None:
            return None
        now, bucket = time.time(), self.buckets.setdefault(match[1], _Bucket())
        if now >= bucket.resets:
            bucket.left, bucket.resets = self.most, now + self.per
        wait = 0.0 if bucket.left else bucket.resets - now
        bucket.left = max(0, bucket.left - 1)
        self.hits += bool(wait)
        headers = {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{bucket.resets:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.resets - now:.3f}",
            "X-RateLimit-Bucket": f"{zlib.crc32(f'{self.method} {self.path.pattern}'.encode()):x}",
        }
        return headers, wait


class Limits:
    """The limits in force, and those on all requests together."""

    def __init__(self) -> None:
        self.rules: list[Limit] = []
        self.most_a_second: int | None = None
        """Discord's limit over all routes but interactions is 50; None lets everything through."""
        self.hits = 0
        """How many requests that limit turned away."""
        self._latest: deque[float] = deque()

    def add(self, method: str, path_regex: str, most: int, per: float) -> Limit:
        """Limit a route; the first group of `path_regex`, searched in the path, tells buckets apart."""
        limit = Limit(method, re.compile(path_regex), most, per)
        self.rules.append(limit)
        return limit

    def add_edits(self, most: int = 5, per: float = 5.0) -> Limit:
        """Limit the editing of messages by channel, as Discord does."""
        return self.add("PATCH", EDIT, most, per)

    def strike(self, call: Call) -> tuple[dict[str, str], web.Response | None]:
        """Count a request; return the headers of its answer, and the refusal if there is to be one."""
        if self.most_a_second and counts(call) and not self._has_room(call.at):
            self.hits += 1
            return {}, refused(1.0, {"X-RateLimit-Global": "true"}, is_global=True)
        for limit in self.rules:
            taken = limit.take(call)
            if taken is not None:
                headers, wait = taken
                return headers, refused(wait, headers) if wait else None
        return {}, None

    def _has_room(self, at: float) -> bool:
        while self._latest and at - self._latest[0] >= 1:
            self._latest.popleft()
        self._latest.append(at)
        return self.most_a_second is None or len(self._latest) <= self.most_a_second


def refused(wait: float, headers: dict[str, str], *, is_global: bool = False) -> web.Response:
    """Return the answer to a request that came too early."""
    body: Json = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
    scope = {"X-RateLimit-Scope": "global" if is_global else "user", "Retry-After": f"{wait:.3f}"}
    return json_response(body, 429, headers | scope | {"Via": "1.1 google"})


def counts(call: Call) -> bool:
    """Say whether a request counts against the limit over all routes: interactions and their webhooks do not."""
    return _NOT_COUNTED.search(call.path) is None


def most_in_a_second(calls: Iterable[Call]) -> int:
    """Return how many requests there were in the busiest second, whenever it began; interactions are not counted."""
    most, window = 0, deque[float]()
    for at in sorted(call.at for call in calls if counts(call)):
        window.append(at)
        while at - window[0] >= 1:
            window.popleft()
        most = max(most, len(window))
    return most
