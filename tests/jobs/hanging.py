"""A board with cards on it, in one process with the loopback Discord: real stores, a real client, no gateway."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import discord
from discord.http import Route

from bot.cogs.cards.poster import Poster, Settled
from bot.domain.cards.posting import ChannelKind, Posting, Wish
from bot.domain.servers.settings import ServerSettings
from bot.domain.servers.view import NoServers
from bot.services.cards.board import Board, BoardStores
from bot.services.pack import ServedPack
from bot.storage.ids import new_id
from bot.storage.storage import Storage
from bot.ui.cards.posted import sending_of
from tests.wire.discord_server import WireDiscord
from tests.wire.looks import Json, walk

MODERATOR: Final = 100_000_000_000_000_007


class Clock:
    """The loopback's time, which a test lets pass."""

    def __init__(self, wire: WireDiscord) -> None:
        self._world = wire.world

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self._world.time(), UTC)

    def go_on(self, by: timedelta) -> None:
        self._world.pass_time(by.total_seconds())


class View(NoServers):
    """Servers whose forums are to get these tags."""

    def __init__(self) -> None:
        self.tags: tuple[str, ...] = ()

    async def settings(self, server: int | None) -> ServerSettings:
        del server
        return ServerSettings(forum_tags=self.tags)


@dataclass
class Wall:
    """One server's channels, what is to hang in them, and the bot that sees to it."""

    wire: WireDiscord
    client: discord.Client
    storage: Storage
    pack: ServedPack
    clock: Clock
    view: View = field(default_factory=View)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget whatever a process has in its memory."""
        stores = self.storage.noticeboard
        self.board = Board(
            self.storage.database, BoardStores(stores.servers, stores.postings, stores.deeds), self.clock
        )
        self.poster = Poster(self.pack, self.view, self.clock, pace=0)

    @property
    def server(self) -> int:
        return int(self.wire.guild["id"])

    async def put(
        self, subject: str, channel: Json, *, pinned: bool = False, kind: ChannelKind = "channel", parts: Any = ()
    ) -> bytes:
        id_ = bytes(new_id())
        wish = Wish(channel=int(channel["id"]), subject=subject, kind=kind, pinned=pinned)
        await self.board.put(self.server, wish, MODERATOR, id_=id_, parts=parts)
        return id_

    async def post(self, subject: str, channel: Json, **more: Any) -> bytes:
        id_ = await self.put(subject, channel, **more)
        await self.settle(id_)
        return id_

    async def settle(self, id_: bytes) -> Settled:
        return await self.poster.settle(self.client, self.board, self.server, id_)

    async def change(self, id_: bytes, **wish: Any) -> Settled:
        await self.board.change(self.server, id_, MODERATOR, **wish)
        return await self.settle(id_)

    async def sync(self) -> list[Settled]:
        return await self.poster.sync(self.client, self.board, self.server, MODERATOR)

    async def get(self, id_: bytes) -> Posting:
        posting = await self.board.get(self.server, id_)
        assert posting is not None
        return posting

    # --- what stands in the channels ---------------------------------------------------------------------------------

    def messages(self) -> list[tuple[bytes, Json]]:
        """All messages of cards in the whole server, each with the token it carries."""
        found = list[tuple[bytes, Json]]()
        for messages in self.wire.world.post.messages.values():
            for message in messages.values():
                tokens = {
                    sending[0]
                    for one in walk(message["components"])
                    if (sending := sending_of(one.get("custom_id", "")))
                }
                found += [(token, message) for token in tokens]
        return found

    def another_server(self) -> None:
        """Go on in a server where nothing hangs yet."""
        self.wire.guild = self.wire.world.add_guild("Another")
        self.wire.channel = self.wire.world.add_channel("general", self.wire.guild["id"])

    def of(self, id_: bytes) -> list[Json]:
        return [message for token, message in self.messages() if token == id_]

    def only(self, id_: bytes) -> Json:
        (message,) = self.of(id_)
        return message


def said(message: Mapping[str, Any]) -> str:
    """All text of a message."""
    return "\n".join(str(one["content"]) for one in walk(message["components"]) if "content" in one)


@asynccontextmanager
async def hanging(storage: Storage, pack: ServedPack) -> AsyncIterator[Wall]:
    """Put up a wall."""
    before = Route.BASE
    async with WireDiscord() as wire:
        Route.BASE = f"{wire.base()}/api/v10"
        client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30)
        try:
            async with client:
                await client.login(wire.token)
                yield Wall(wire, client, storage, pack, Clock(wire))
        finally:
            Route.BASE = before
        assert not wire.crashes, wire.crashes
