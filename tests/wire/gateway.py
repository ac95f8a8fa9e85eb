"""The gateway: sessions that outlive their sockets, so that a resume replays what was missed, as Discord does."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import Callable

    from .exchange import Bell
    from .looks import Json
    from .world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11
GUILDS: Final = 1 << 0
GUILD_MESSAGES: Final = 1 << 9
DIRECT_MESSAGES: Final = 1 << 12
ENDS_SESSION: Final = {1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}
KEPT_EVENTS: Final = 1000


def _packer(kind: str | None) -> Callable[[bytes], bytes] | None:
    """Return what compresses one message of a stream, or None where the client asked for plain text."""
    if kind is None:
        return None
    if kind == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda data: deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        import zstandard  # noqa: PLC0415 - only where a client asks for it

        stream = zstandard.ZstdCompressor().compressobj()
        return lambda data: stream.compress(data) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    raise web.HTTPBadRequest(text=f"unknown compression {kind}")


@dataclass(frozen=True)
class Raw:
    """Bytes that go out as they are, not compressed."""

    data: bytes


class Line:
    """One socket: a queue, so that events keep their order and senders need not wait."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, spoil: Callable[[Json], object]) -> None:
        self.socket = socket
        self._spoil = spoil
        self.transport = request.transport
        self.client = request.match_info["client"]
        self._pack = _packer(request.query.get("compress"))
        self._outbox: asyncio.Queue[Any] = asyncio.Queue()

    def push(self, payload: Any) -> None:
        """Send a payload after those already waiting: JSON, text that may be none, or `Raw` bytes."""
        self._outbox.put_nowait(payload)

    async def write(self) -> None:
        """Send what is pushed, until cancelled or the socket is gone."""
        while not self.socket.closed:
            frame = self._spoil(await self._outbox.get())
            text = frame if isinstance(frame, (str, Raw)) else json.dumps(frame, separators=(",", ":"))
            try:
                if isinstance(text, Raw):
                    await self.socket.send_bytes(text.data)
                elif self._pack is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._pack(text.encode()))
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """What READY began: it keeps its events while its socket is gone, and hands them over at a resume."""

    client: str
    shard: tuple[int, int]
    intents: int
    line: Line | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    kept: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))

    def serves(self, guild_id: str | None) -> bool:
        """Say whether this shard gets the events of a server; those without one go to shard 0."""
        number, count = self.shard
        return (int(guild_id) >> 22) % count == number if guild_id else number == 0

    def send(self, event: str, data: Json) -> None:
        """Send an event now, or at the resume."""
        self.sequence += 1
        payload = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.kept.append(payload)
        if self.line:
            self.line.push(payload)


class Gateway:
    """All sessions and sockets, and what a test may do to them."""

    def __init__(self, world: World, bell: Bell) -> None:
        self._world = world
        self._bell = bell
        self._lines: set[Line] = set()
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.heartbeats = 0
        self.ack_heartbeats = True
        self.heartbeat_interval = 41.25
        self.send_guild_create = False
        self.refuses = 0
        """How many connections more are turned away before they begin."""
        self.spoil: Callable[[Any], object] = lambda frame: frame
        """Changes what goes out, in place of the frame that should."""

    def live(self, client: str | None = None) -> list[Session]:
        """Return the sessions with a socket, of one process if named."""
        return [s for s in self.sessions.values() if s.line and client in (None, s.client)]

    def emit(self, event: str, data: Json, *, guild_id: str | None = None, intent: int = 0, times: int = 1) -> int:
        """Send an event to every session that should get it; return how many of them are connected."""
        sessions = [s for s in self.sessions.values() if s.serves(guild_id) and (not intent or s.intents & intent)]
        for session in sessions:
            for _ in range(times):
                session.send(event, data)
        return sum(session.line is not None for session in sessions)

    async def close(self, code: int = 4000, client: str | None = None) -> None:
        """Close sockets from our side; 4000 leaves the session to be resumed."""
        for session in self.live(client):
            line = self._part(session, code)
            await line.socket.close(code=code)

    def reconnect(self, client: str | None = None) -> None:
        """Ask for a reconnect (op 7); the client then resumes."""
        for session in self.live(client):
            self._part(session, 4000).push({"op": RECONNECT, "d": None})

    def invalidate(self, client: str | None = None, *, resumable: bool = False) -> None:
        """Say that the session is no more (op 9); the client then identifies, or resumes where it may."""
        for session in self.live(client):
            self._part(session, 4000 if resumable else 4009).push({"op": INVALID_SESSION, "d": resumable})

    def push(self, frame: Any, client: str | None = None) -> None:
        """Send a frame as it is, past the session's events."""
        for session in self.live(client):
            assert session.line is not None
            session.line.push(frame)

    def drop(self, client: str | None = None) -> None:
        """Tear the connection without a close frame."""
        for session in self.live(client):
            line = self._part(session, 4000)
            if line.transport:
                line.transport.abort()

    async def stop(self) -> None:
        """Close whatever is still open."""
        for line in list(self._lines):
            await line.socket.close(code=1001)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one socket from hello to close."""
        if self.refuses:
            self.refuses -= 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(compress=False)
        line = Line(socket, request, self.spoil)
        await socket.prepare(request)
        self._lines.add(line)
        writer = asyncio.create_task(line.write())
        line.push({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(line, json.loads(message.data))
        finally:
            writer.cancel()
            self._lines.discard(line)
            for session in [s for s in self.sessions.values() if s.line is line]:
                self._part(session, socket.close_code or 1006)
        return socket

    async def _receive(self, line: Line, payload: Json) -> None:
        if payload["op"] == HEARTBEAT:
            self.heartbeats += 1
            if self.ack_heartbeats:
                line.push({"op": HEARTBEAT_ACK})
        elif payload["op"] in (IDENTIFY, RESUME):
            if payload["d"]["token"] != self._world.token:
                await line.socket.close(code=4004, message=b"Authentication failed.")
            elif payload["op"] == IDENTIFY:
                self._identify(line, payload["d"])
            else:
                self._resume(line, payload["d"])
        self._bell.ring()

    def _identify(self, line: Line, data: Json) -> None:
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(line.client, (shard[0], shard[1]), data["intents"], line)
        self.sessions[session.id] = session
        self.identifies.append({**data, "token": "", "client": line.client})
        guilds = [guild for guild in self._world.guilds.values() if session.serves(guild["id"])]
        session.send("READY", self._ready(session, guilds))
        if self.send_guild_create and session.intents & GUILDS:
            for guild in guilds:
                session.send("GUILD_CREATE", self._world.guild_create(guild))

    def _ready(self, session: Session, guilds: list[Json]) -> Json:
        return {
            "v": 10,
            "user": self._world.bot,
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"{self._world.url.replace('http', 'ws', 1)}/{session.client}/gateway",
            "shard": list(session.shard),
            "application": {"id": self._world.bot["id"], "flags": 0},
            "private_channels": [],
        }

    def _resume(self, line: Line, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            line.push({"op": INVALID_SESSION, "d": False})
            return
        session.line = line
        for payload in session.kept:
            if payload["s"] > data["seq"]:
                line.push(payload)
        self.resumes.append({**data, "token": "", "client": line.client})
        session.send("RESUMED", {"_trace": []})

    def _part(self, session: Session, code: int) -> Line:
        """Part a session from its socket; codes that end sessions also forget it."""
        line, session.line = session.line, None
        if code in ENDS_SESSION:
            self.sessions.pop(session.id, None)
        self._bell.ring()
        assert line is not None
        return line
