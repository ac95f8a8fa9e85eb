"""What goes wrong on the way: rules that make a matching request fail as Discord, Cloudflare or the network would."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from .refusals import CODES, Refusal
from .shapes import json_response

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json


@dataclass(eq=False)
class Fault:
    """One rule. Every field of the wish is in `Faults.add`; here also what became of it."""

    method: str
    path: re.Pattern[str]
    times: int | None
    client: str | None
    status: int | None
    code: int
    retry_after: float
    via: bool
    is_global: bool
    delay: float
    reset: bool
    hang: bool
    after: bool
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, call: Call) -> bool:
        """Say whether this rule strikes the request, without counting it."""
        return (
            (self.times is None or self.hits < self.times)
            and self.method in ("*", call.method)
            and self.client in (None, call.client)
            and self.path.search(call.path) is not None
        )

    def release(self) -> None:
        """Let the requests that hang go on as if nothing had been."""
        self.released.set()

    async def strike(self, request: web.Request) -> web.Response | None:
        """Do the harm; None means that the request may go on (it was only delayed, or was released)."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.hang:
            await self.released.wait()
        if self.reset:
            reset(request)
            return web.Response(status=499)
        return self._answer() if self.status else None

    def _answer(self) -> web.Response:
        assert self.status is not None
        headers = {"Via": "1.1 google"} if self.via else {}
        if self.status != 429:
            body = Refusal(self.code, status=self.status).body if self.code else _upstream(self.status)
            return json_response(body, self.status, headers)
        headers |= {"Retry-After": f"{self.retry_after:g}", "X-RateLimit-Scope": "global" if self.is_global else "user"}
        if self.is_global:
            headers["X-RateLimit-Global"] = "true"
        body = {"message": "You are being rate limited.", "retry_after": self.retry_after, "global": self.is_global}
        return json_response(body | ({"code": self.code} if self.code else {}), 429, headers)


def _upstream(status: int) -> Json:
    return {"message": f"{status}: upstream", "code": 0}


def reset(request: web.Request) -> None:
    """End the connection with a TCP RST instead of an answer."""
    if request.transport is None:
        return
    linger = struct.pack("ii", 1, 0)
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.transport.abort()


class Faults:
    """The rules in force; the first that matches strikes."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(  # noqa: PLR0913 - each is one way to fail
        self,
        method: str = "*",
        path_regex: str = "",
        status: int | None = None,
        *,
        times: int | None = 1,
        client: str | None = None,
        code: int = 0,
        retry_after: float = 0.2,
        via: bool = True,
        global_: bool = False,
        delay: float = 0.0,
        reset: bool = False,
        hang: bool = False,
        after: bool = False,
    ) -> Fault:
        """Make the next `times` matching requests (None: all) fail, and return the rule to count its hits.

        `path_regex` is searched in the path after /api/v10. `status` may be left out where `code` implies it.
        `via=False` leaves the Via header out, as a ban by Cloudflare does. `delay` alone only slows. `after` lets
        Discord do what was asked and only loses the answer: the case where a repeat would do it twice.
        """
        if status is None and code:
            status = CODES[code][0]
        path = re.compile(path_regex)
        fault = Fault(method, path, times, client, status, code, retry_after, via, global_, delay, reset, hang, after)
        self.rules.append(fault)
        return fault

    def take(self, call: Call) -> Fault | None:
        """Return the rule that strikes this request, counted as a hit."""
        for fault in self.rules:
            if fault.matches(call):
                fault.hits += 1
                return fault
        return None

    def clear(self) -> None:
        """Lift every rule and let go of what hangs."""
        for fault in self.rules:
            fault.release()
        self.rules.clear()
