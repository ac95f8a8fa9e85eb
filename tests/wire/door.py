"""The way in over HTTP: reads a request, logs it, lets faults strike, finds the room and writes its answer."""

from __future__ import annotations

import json
import re
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from .refusals import Refusal
from .rooms import ROUTES, Created
from .shapes import json_response

if TYPE_CHECKING:
    from .exchange import Bell
    from .faults import Faults
    from .limits import Limits
    from .looks import Json
    from .openapi import OpenApi
    from .world import World

KEPT_HEADERS = ("Authorization", "User-Agent", "Content-Type", "X-Audit-Log-Reason")


@dataclass(eq=False)
class Call:
    """One request as it came, and what was answered. `path` is what follows /api/v10."""

    client: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: dict[int, tuple[str, bytes]]
    at: float = field(default_factory=time.perf_counter)
    args: dict[str, str] = field(default_factory=dict)
    status: int = 0
    """0 while it is under way, or when it never got an answer."""
    reply: Any = None
    misfits: list[str] = field(default_factory=list)
    odd_reply: list[str] = field(default_factory=list)


class Door:
    """Serves /api/v10 for every process; the first part of the path names the process."""

    def __init__(self, world: World, faults: Faults, limits: Limits, bell: Bell, openapi: OpenApi | None) -> None:
        self._world = world
        self._faults = faults
        self._limits = limits
        self._bell = bell
        self._openapi = openapi
        self.requests: list[Call] = []
        self.crashes: list[str] = []
        """Faults of the loopback itself; a test that leaves one here proves nothing."""

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one request of the bot."""
        call = await _read(request)
        self.requests.append(call)
        self._bell.ring()
        if self._openapi:
            call.misfits += self._openapi.misfits(call)
        fault = self._faults.take(call)
        response = await fault.strike(request) if fault and not fault.after else None
        if response is None:
            headers, response = self._limits.strike(call)
            response = response or self._answer(call)
            response.headers.update(headers)
            if fault and fault.after:
                response = await fault.strike(request) or response
        call.status = response.status
        if self._openapi and call.reply:
            call.odd_reply += self._openapi.reply_misfits(call)
        self._bell.ring()
        return response

    def _answer(self, call: Call) -> web.Response:
        try:
            call.reply = self._enter(call)
        except Refusal as refusal:
            call.reply = refusal.body
            return json_response(refusal.body, refusal.status, refusal.headers)
        except Exception:  # noqa: BLE001 - a mistake of the loopback must not look like one of the bot
            traceback.print_exc()
            self.crashes.append(f"{call.method} {call.path}\n{traceback.format_exc()}")
            return json_response({"message": "the loopback failed", "code": 0}, 500)
        if call.reply is None:
            return web.Response(status=204)
        return json_response(call.reply, 201 if isinstance(call.reply, Created) else 200)

    def _enter(self, call: Call) -> Json | list[Json] | None:
        for method, pattern, room in ROUTES:
            if method == call.method and (match := pattern.fullmatch(call.path)):
                call.args = match.groupdict()
                self._check_token(call)
                return room(self._world, call)
        raise Refusal(0, status=404)

    def _check_token(self, call: Call) -> None:
        by_token_in_path = re.match(r"/(interactions|webhooks)/", call.path)
        if not by_token_in_path and call.headers.get("Authorization") != f"Bot {self._world.token}":
            raise Refusal(0, status=401)


async def _read(request: web.Request) -> Call:
    """Read a request; a multipart body gives its payload_json as the body and its files by number."""
    body, files = None, {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(content)
            elif number := re.fullmatch(r"files\[(\d+)\]", part.name or ""):
                files[int(number[1])] = (part.filename or "unknown", content)
    elif request.can_read_body:
        body = await request.json(loads=json.loads)
    headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    where = request.match_info
    return Call(where["client"], request.method, f"/{where['path']}", dict(request.query), headers, body, files)
