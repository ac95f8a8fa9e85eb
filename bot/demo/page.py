"""The demo's own page: a few small files, what it shows as JSON, and the buttons. Speaks to this machine only."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from bot.app import App
from bot.demo.content_copy import ContentCopy, Edit
from bot.demo.home import Home
from bot.demo.rooms import DIRECT, Rooms, private_title, words_of
from bot.demo.world import Person
from bot.errors import StartFailed, UserError

_STATIC = Path(__file__).with_name("static")
_MOST_MESSAGES = 8
_MOST_WORDS = 220
_MARKUP = re.compile(r"^(#{1,3}|-#) |\*\*", re.MULTILINE)
_MOST_HOURS = 24 * 31
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # The browser has to say where a form came from, so that no other site can press our buttons.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """Serves the page; every change goes through `rooms` or `content`."""

    def __init__(self, app: App, rooms: Rooms, content: ContentCopy, home: Home) -> None:
        self._app = app
        self._rooms = rooms
        self._content = content
        self._home = home
        self._edit: Edit | None = None

    def application(self) -> web.Application:
        """Make the routes."""
        application = web.Application(middlewares=[_guard, _sentences])
        routes = application.router
        for path, name in (("/", "page.html"), ("/page.css", "page.css"), ("/page.js", "page.js")):
            routes.add_get(path, _file(name))
        routes.add_get("/state", self._show_state)
        routes.add_get("/room/{where}/{who}", self._open_room)
        routes.add_post("/message", self._right_click)
        routes.add_post("/status", self._content_status)
        routes.add_post("/wait", self._wait)
        routes.add_post("/content", self._edit_content)
        return application

    async def _show_state(self, _: web.Request) -> web.Response:
        rooms = self._rooms
        offered = rooms.message_commands()
        shown = [one for one in rooms.messages() if not one.is_system()][-_MOST_MESSAGES:]
        return web.json_response(
            {
                "now": f"{rooms.world.env.now():%A %d %B %Y, %H:%M} UTC",
                "server": rooms.world.server.name,
                "rooms": self._all_rooms(),
                "room": rooms.title,
                "viewer": f"{rooms.person.name}, {rooms.person.role}",
                "commands": offered,
                "messages": [
                    {"id": str(one.id), "author": one.author.display_name, "words": _shorten(words_of(one))}
                    for one in shown
                ],
                "content": self._content_state(),
                "state": self._home.folder.as_posix() if self._home.kept else None,
            }
        )

    def _all_rooms(self) -> list[dict[str, Any]]:
        """List the channels with who may be in them, and each one's private messages, which nobody else can see."""
        rooms = self._rooms
        people = list(rooms.world.people.values())
        shared = [
            {"title": title, "new": False, "ways": self._ways(where, rooms.visitors(where))}
            for where, title in rooms.shared.items()
        ]
        private = [
            {"title": private_title(one), "new": rooms.has_news(one), "ways": self._ways(DIRECT, [one])}
            for one in people
        ]
        return [*shared, *private]

    def _ways(self, where: str, people: Sequence[Person]) -> list[dict[str, Any]]:
        rooms = self._rooms
        return [
            {
                "address": f"/room/{where}/{one.key}",
                "viewer": f"{one.name}, {one.role}",
                "open": (where, one) == (rooms.where, rooms.person),
            }
            for one in people
        ]

    def _content_state(self) -> dict[str, Any]:
        pack = self._app.pack
        return {
            "folder": self._content.folder.as_posix(),
            "kept": self._content.kept,
            "serving": pack.library.digest[:12],
            "since": f"{pack.serving_since:%d %B, %H:%M:%S} UTC",
            "problems": [str(problem) for problem in pack.errors],
            "edit": self._edit and {**asdict(self._edit), "path": self._edit.path.as_posix()},
        }

    async def _open_room(self, request: web.Request) -> web.Response:
        try:
            address = await self._rooms.open(request.match_info["where"], request.match_info["who"])
        except KeyError:
            raise web.HTTPNotFound(text="There is no such room. Go back to the demo's page.") from None
        raise web.HTTPSeeOther(address)

    async def _right_click(self, request: web.Request) -> web.Response:
        form = await request.post()
        message, command = str(form.get("message", "")), str(form.get("command", ""))
        if not message.isdecimal():
            raise web.HTTPBadRequest(text="Which message? Go back to the demo's page.")
        raise web.HTTPSeeOther(await self._rooms.right_click(int(message), command))

    async def _content_status(self, _: web.Request) -> web.Response:
        words = self._app.pack.library.interface.commands.content
        where = self._rooms.world.quiet_channel
        raise web.HTTPSeeOther(await self._rooms.slash(where, "operator", f"{words.name} {words.status.name}"))

    async def _wait(self, request: web.Request) -> web.Response:
        hours = (await _read_json(request)).get("hours")
        if not isinstance(hours, int) or not 0 < hours <= _MOST_HOURS:
            raise web.HTTPBadRequest(text=f"Wait 1 to {_MOST_HOURS} hours.")
        await self._rooms.wait(timedelta(hours=hours))
        return await self._show_state(request)

    async def _edit_content(self, request: web.Request) -> web.Response:
        what = (await _read_json(request)).get("what")
        if what == "change":
            self._edit = self._content.change(f"{datetime.now(UTC):%H:%M:%S}")
        elif what == "break":
            self._edit = self._content.break_it()
        elif what == "mend":
            self._edit = self._content.mend()
        else:
            raise web.HTTPBadRequest(text="Change, break or mend.")
        return await self._show_state(request)


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn away whatever another web site makes a browser ask for."""
    own = {f"127.0.0.1:{request.url.port}", f"localhost:{request.url.port}"}
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    ours = origin is None or origin in {f"http://{host}" for host in own}
    if request.headers.get("Host") not in own or not ours or site not in {"none", "same-origin"}:
        raise web.HTTPForbidden(text="The demo answers its own page only.")
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        answer.headers.update(_HEADERS)
        raise
    response.headers.update(_HEADERS)
    return response


@web.middleware
async def _sentences(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Say what went wrong as a sentence."""
    try:
        return await handler(request)
    except (UserError, StartFailed) as error:
        raise web.HTTPConflict(text=str(error)) from None


def _file(name: str) -> _Handler:
    async def send(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(_STATIC / name)

    return send


async def _read_json(request: web.Request) -> dict[str, Any]:
    try:
        read = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="That is not JSON.") from None
    return cast("dict[str, Any]", read) if isinstance(read, dict) else {}


def _shorten(words: str) -> str:
    flat = " ".join(_MARKUP.sub("", words).split())
    return flat if len(flat) <= _MOST_WORDS else flat[: _MOST_WORDS - 1].rstrip() + "…"
