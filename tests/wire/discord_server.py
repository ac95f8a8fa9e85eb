"""A Discord on 127.0.0.1 for one test: REST, gateway, the people who use the bot, and everything that may go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from aiohttp import web

from . import payloads, room_of_application, room_of_channels, room_of_guilds, room_of_messages
from .door import Call, Door
from .exchange import PATIENCE, Bell, Exchange, Scene
from .faults import Faults
from .limits import Limits, most_in_a_second
from .openapi import load
from .refusals import EPHEMERAL, Refusal
from .room_of_interactions import take
from .world import SceneOptions, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .looks import Json

T = TypeVar("T")

ROOMS = (room_of_application, room_of_channels, room_of_guilds, room_of_messages)
"""Their import, like that of `take`, has entered their routes into the table."""

Endpoint = Callable[["Json"], Awaitable["Json | None"]]
"""Posts an interaction to the bot's own HTTP endpoint; returns the callback its response carries, if any."""

COMMAND, COMPONENT, AUTOCOMPLETE, FORM_SUBMIT = 2, 3, 4, 5


class Delivery(SceneOptions, total=False):
    """A scene, and how its event travels."""

    times: int
    """2 delivers the same event twice."""
    late: float
    """Seconds that Discord had the event before it sent it; the 3 s to answer count from before."""


class WireDiscord:
    """The loopback Discord. Use it as `async with`; point a process at `base(name)`.

    `world` holds the state, `gateway` the connections, `faults` the rules of failure, `limits` those of haste,
    `requests` every REST request.
    `guild`, `channel`, `member` and `moderator` are the usual scene.
    """

    def __init__(self, *, joined_guilds: int = 1, guild_create: bool = False) -> None:
        self._bell = Bell()
        self.world = World(self._bell)
        self.gateway = self.world.gateway
        self.gateway.send_guild_create = guild_create
        self.faults = Faults()
        self.limits = Limits()
        self._door = Door(self.world, self.faults, self.limits, self._bell, load())
        self.requests = self._door.requests
        self.crashes = self._door.crashes
        self.guild = self.world.add_guild("Garden")
        self.channel = self.world.add_channel("general", self.guild["id"])
        for number in range(1, joined_guilds):
            self.world.add_guild(f"Garden {number}")
        self.member = self.world.person("Ada")
        self.moderator = self.world.moderator("Mo")
        self.misfits_allowed = False
        """Set it in a test that sends on purpose what Discord's document does not know."""
        self.dates_ahead: float | None = 0.0
        """Seconds by which the `Date` of answers is ahead of the time; None leaves it out."""
        self.endpoint: Endpoint | None = None
        """Set it to deliver interactions over HTTP instead of the gateway."""
        self._posting: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Start to listen on a free port."""
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/{client}/gateway", self.gateway.handle)
        app.router.add_get("/cdn/{file}/{name}", self._file)
        app.router.add_route("*", "/{client}/api/v10/{path:.*}", self._door.serve)
        app.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.world.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection and the port."""
        assert self._runner is not None
        self.faults.clear()
        for task in self._posting:
            task.cancel()
        await self.gateway.stop()
        await self._runner.cleanup()

    async def _date(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers.pop("Date", None)
        if self.dates_ahead is not None:
            response.headers["Date"] = formatdate(time.time() + self.dates_ahead, usegmt=True)

    def base(self, client: str = "bot") -> str:
        """Return the value of WIRE_BASE for a process; the name tells processes apart in `requests` and `gateway`."""
        return f"{self.world.url}/{client}"

    @property
    def token(self) -> str:
        """Return the only token the loopback accepts."""
        return self.world.token

    @property
    def misfits(self) -> list[str]:
        """Return where requests did not fit the published document; empty without WIRE_OPENAPI."""
        return [misfit for call in self.requests for misfit in call.misfits]

    # --- what members do -------------------------------------------------------------------------------------------

    async def slash(
        self, name: str, options: Mapping[str, Any] | None = None, **delivery: Unpack[Delivery]
    ) -> Exchange:
        """Call a command: "explain", or with subcommands "mydata export"."""
        scene = self._scene(delivery)
        data = payloads.slash(self.world, scene, name, options or {})
        return self._send(self._open(COMMAND, data, scene, delivery), delivery)

    async def autocomplete(
        self, name: str, focused: str, options: Mapping[str, Any], **delivery: Unpack[Delivery]
    ) -> Exchange:
        """Type into the option `focused`, whose text so far is among `options`."""
        scene = self._scene(delivery)
        data = payloads.slash(self.world, scene, name, options, focused)
        return self._send(self._open(AUTOCOMPLETE, data, scene, delivery), delivery)

    async def message_command(self, name: str, message: Json, **delivery: Unpack[Delivery]) -> Exchange:
        """Right-click a message and choose a command."""
        scene = self._scene(delivery, self._scene_of(message))
        data = payloads.message_command(self.world, scene, name, message)
        return self._send(self._open(COMMAND, data, scene, delivery), delivery)

    async def press(
        self, on: Json | Exchange, which: str, values: Sequence[str] | None = None, **delivery: Unpack[Delivery]
    ) -> Exchange:
        """Press a button, or choose `values` in a select, named by custom id, label or placeholder.

        `on` is a message, or an exchange whose answer or latest follow-up has it. The one it was for presses. A copy of
        a message, as it stood earlier, is what a client that lags behind presses.
        """
        message = on if isinstance(on, dict) else self._bearer(on, which)
        scene = self._scene(delivery, self._scene_of(message))
        data = payloads.component(self.world, scene, message, which, list(values) if values is not None else None)
        exchange = self._open(COMPONENT, data, scene, delivery).on(message)
        exchange.source = self.world.post.messages.get(message["channel_id"], {}).get(message["id"], message)
        return self._send(exchange, delivery)

    async def submit(
        self,
        form: Exchange | str,
        values: Mapping[str, Any],
        files: Sequence[Json] = (),
        **delivery: Unpack[Delivery],
    ) -> Exchange:
        """Send off a form: the exchange that opened it, or its custom id. `files` are uploads that `values` names."""
        opened = form if isinstance(form, Exchange) else self._opened(form)
        scene = self._scene(delivery, opened.scene)
        data = payloads.form(opened.form, values, {file["id"]: file for file in files})
        exchange = self._open(FORM_SUBMIT, data, scene, delivery)
        exchange.opener = opened
        return self._send(exchange.on(opened.source), delivery)

    async def dm_message(self, user: Json, text: str, *, times: int = 1) -> Exchange:
        """Write to the bot; what it then posts in that DM arrives as the exchange's answer and follow-ups."""
        channel = self.world.dm(user)
        scene = self.world.scene(user=user, channel=channel)
        message = self.world.post.create(scene, {"content": text}, author=user, times=times)
        exchange = Exchange({"id": message["id"], "type": 0, "data": message}, scene, created=0.0)
        exchange.delivered = len(self.gateway.live())
        self.world.post.listening[channel["id"]] = exchange
        return exchange

    def say(self, text: str, *, user: Json | None = None, channel: Json | None = None, age: float = 0.0) -> Json:
        """Write into a server's channel, so many seconds ago, and return the message."""
        user = user or self.member
        scene = self.world.scene(user=user, channel=channel or self.channel)
        with self.world.earlier(age):
            return self.world.post.create(scene, {"content": text}, author=user)

    def close_dms(self, user: Json, code: int = 50007) -> None:
        """Let a member refuse messages of the bot; 50278 is for those it shares no server with."""
        self.world.post.closed_dms[user["id"]] = code

    def open_dms(self, user: Json) -> None:
        """Let a member take messages of the bot again."""
        self.world.post.closed_dms.pop(user["id"], None)

    def fill_pins(self, channel: Json, count: int) -> None:
        """Pin so many messages of a member in a channel."""
        for number in range(count):
            self.world.post.pin(self.say(f"pinned {number}", channel=channel), by=self.member)

    def upload(self, filename: str, content: bytes) -> Json:
        """Make a file that a member picks for an option or a form."""
        return self.world.post.attach(filename, content, ephemeral=True)

    # --- what a test looks at ---------------------------------------------------------------------------------------

    def posts(self, channel: Json) -> list[Json]:
        """Return the bot's messages that stand in a channel, private ones left out; system messages too."""
        messages = self.world.post.messages.get(channel["id"], {}).values()
        return [m for m in messages if m["author"] is self.world.bot and m["type"] == 0 and not m["flags"] & EPHEMERAL]

    def pins(self, channel: Json) -> list[Json]:
        """Return a channel's pinned messages, oldest pin first."""
        return [self.world.post.messages[channel["id"]][key] for key in self.world.post.pins.get(channel["id"], {})]

    def calls(self, method: str, path_regex: str, client: str | None = None) -> list[Call]:
        """Return the requests that match, in order."""
        path = re.compile(path_regex)
        return [
            call
            for call in self.requests
            if call.method == method and path.search(call.path) and client in (None, call.client)
        ]

    def most_in_a_second(self, client: str | None = None, *, since: int = 0) -> int:
        """Return the requests of the busiest second, of all processes or one, from the `since`th request on."""
        return most_in_a_second(call for call in self.requests[since:] if client in (None, call.client))

    def content(self, attachment: Json) -> bytes:
        """Return the bytes of an attachment."""
        return self.world.post.files[attachment["id"]]

    async def until(self, met: Callable[[], T], within: float = PATIENCE) -> T:
        """Wait until `met()` is true; it is asked again after every request and every gateway event."""
        return await self._bell.until(met, within, lambda: f"a condition; last requests: {self._latest()}")

    @property
    def odd_replies(self) -> list[str]:
        """Return where the loopback's own answers are not Discord's; empty without WIRE_OPENAPI."""
        return [misfit for call in self.requests for misfit in call.odd_reply]

    # --- inside -----------------------------------------------------------------------------------------------------

    def _latest(self) -> list[str]:
        return [f"{call.method} {call.path} {call.status}" for call in self.requests[-10:]]

    def _scene(self, delivery: Delivery, base: Scene | None = None) -> Scene:
        options = SceneOptions(**{key: delivery[key] for key in delivery if key not in ("times", "late")})
        if base is None or base.user is self.world.bot:
            options.setdefault("user", self.member)
        return self.world.scene(base, **options)

    def _scene_of(self, message: Json) -> Scene:
        return self.world.post.scenes[message["id"]]

    def _bearer(self, exchange: Exchange, which: str) -> Json:
        """Return the newest message of an exchange that has the component."""
        messages = [m for m in (exchange.original, *exchange.followups) if m]
        for message in reversed(messages):
            if any(which in (c.get("custom_id"), c.get("label"), c.get("placeholder")) for c in payloads.walk(message)):
                return message
        return messages[-1]

    def _opened(self, custom_id: str) -> Exchange:
        for exchange in reversed(self.world.exchanges.values()):
            if exchange.callbacks and exchange.data.get("custom_id") == custom_id:
                return exchange
        raise LookupError(f"no form {custom_id!r} was opened")

    def _send(self, exchange: Exchange, delivery: Delivery) -> Exchange:
        times = delivery.get("times", 1)
        if self.endpoint:
            exchange.delivered = 1
            self._posting |= {asyncio.create_task(self._post(self.endpoint, exchange)) for _ in range(times)}
        else:
            exchange.delivered = self.gateway.emit(
                "INTERACTION_CREATE", exchange.payload, guild_id=exchange.scene.guild_id, times=times
            )
        return exchange

    async def _post(self, endpoint: Endpoint, exchange: Exchange) -> None:
        """Deliver over HTTP; an answer in the response counts as one that came to the callback route."""
        answer = await endpoint(exchange.payload)
        if answer is not None:
            with contextlib.suppress(Refusal):
                take(self.world, exchange, Call("endpoint", "POST", "", {}, {}, answer, {}))

    def _open(self, kind: int, data: Json, scene: Scene, delivery: Delivery) -> Exchange:
        return self.world.open_exchange({"type": kind, "data": data}, scene, late=delivery.get("late", 0.0))

    async def _file(self, request: web.Request) -> web.Response:
        content = self.world.post.files.get(request.match_info["file"])
        await asyncio.sleep(0)
        return web.Response(status=404) if content is None else web.Response(body=content)
