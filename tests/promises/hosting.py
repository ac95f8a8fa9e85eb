"""The bot in this process on a loopback Discord: the real app from start to stop, a clock to turn, all it logged."""

import asyncio
import io
import logging
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord.asset
import discord.gateway
import discord.http
import pytest

from bot.app import App
from bot.cogs import replies
from bot.config import Secret, Settings
from bot.domain.library import Library
from bot.domain.trusted_time import SimulatedClock
from bot.logs import set_up_logging
from bot.transport.gateway import GatewayClient
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import PATIENCE, Bell, Exchange
from tests.wire.launch import redirect

START = datetime(2026, 11, 22, 9, 41, 13, tzinfo=UTC)
_LISTENS = re.compile(r"Health and metrics on (\S+)")
_STAMP = re.compile(r"^\S+ \S+ ", re.MULTILINE)


class Clock:
    """Stands until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


class SeenApp(App):
    """The app, whose client a test may look at."""

    client: GatewayClient

    def make_client(self) -> GatewayClient:
        self.client = super().make_client()
        return self.client


@dataclass
class Host:
    """A running bot. `output` is all it logged, through its own logging."""

    wire: WireDiscord
    app: SeenApp
    clock: Clock
    output: io.StringIO = field(repr=False)

    @property
    def library(self) -> Library:
        return self.app.pack.library

    @property
    def log(self) -> str:
        """What was logged, without the times at which."""
        return _STAMP.sub("", self.output.getvalue())

    async def plainly(self, send: Callable[[], Awaitable[Exchange]]) -> Exchange:
        """Send an interaction, and wait until all that follows from it is done."""
        sent: list[Exchange] = []

        async def go() -> None:
            sent.append(await send())

        await self.handled(go)
        return sent[0]

    async def handled(self, send: Callable[[], object]) -> None:
        """Do something that Discord tells the bot of, and wait until all that follows from it is done."""
        presses, bell = self.app.client.presses, Bell()
        count, end, arrived = presses.counting, presses.end, list[int]()

        def counting(interaction: discord.Interaction[Any]) -> AbstractContextManager[None]:
            arrived.append(interaction.id)
            return count(interaction)

        def ended(interaction: discord.Interaction[Any]) -> None:
            end(interaction)
            bell.ring()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(presses, "counting", counting)
            patch.setattr(presses, "end", ended)
            sent = send()
            if asyncio.iscoroutine(sent):
                await sent
            await bell.until(
                lambda: arrived and not presses.under_way,
                PATIENCE,
                lambda: "the end of what was pressed",
            )

    async def round_of_jobs(self) -> None:
        """Let every job come round once."""
        jobs = self.app.client.jobs
        assert jobs is not None
        for loop in jobs._loops:
            await loop.coro()

    async def side_port(self, path: str) -> str:
        """Ask for /healthz or /metrics; without what tells of the process alone."""
        listens = _LISTENS.search(self.output.getvalue())
        assert listens is not None
        async with aiohttp.ClientSession() as session, session.get(f"http://{listens[1]}{path}") as response:
            text = await response.text()
        ours = ("process_", "compersion_job_age_seconds ")
        return "\n".join(line for line in text.splitlines() if not line.startswith(ours))


@asynccontextmanager
async def hosted(
    wire: WireDiscord, settings: Settings, clock: Clock | None = None, level: int = logging.INFO
) -> AsyncIterator[Host]:
    """Run the bot while the block runs, as `python -m bot run` does; `level` is what the root logger is set to."""
    # In one process an answer to a heartbeat may be read before discord.py has noted when it sent it, and it warns.
    wire.gateway.heartbeat_interval = 600.0
    with _turned_to(wire.base()), _logging(level) as output:
        host = Host(wire, SeenApp(settings, SimulatedClock(clock := clock or Clock())), clock, output)
        running = asyncio.create_task(host.app.run(Secret(wire.token)))
        try:
            await wire.until(lambda: running.done() or wire.calls("PUT", "/commands"))
            await host.app.door.personal()
            await wire.until(lambda: _LISTENS.search(output.getvalue()) or settings.side_port.port is None)
            await host.app.pack.indexes()
            yield host
        finally:
            if not running.done():
                signal.raise_signal(signal.SIGTERM)
            await running


@contextmanager
def _turned_to(base: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in (
            (discord.http.Route, "BASE"),
            (discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY"),
            (discord.asset.Asset, "BASE"),
        ):
            patch.setattr(owner, name, getattr(owner, name))  # to be put back
        patch.setattr(replies, "DEFER_AFTER", PATIENCE)  # what is sent depends on no machine's speed
        redirect(base)
        yield


@contextmanager
def _logging(level: int) -> Iterator[io.StringIO]:
    """Log as the bot does, then set the root logger as someone in search of a fault might."""
    root, ours = logging.root, logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level
    output = io.StringIO()
    set_up_logging("INFO", output)
    root.setLevel(level)
    try:
        yield output
    finally:
        root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
        logging.captureWarnings(capture=False)
