"""The composition root: the only module that knows every layer, and what runs around the client."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import aiohttp
import discord
from pydantic import SecretStr
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  # anyio, its optional part, is untyped

from bot.cogs.glossary import GlossaryCog
from bot.cogs.guide import Guide
from bot.cogs.lookups import Lookups
from bot.cogs.operator import OperatorCog
from bot.cogs.presses import Presses, name_trouble
from bot.cogs.reflect import Reflect
from bot.cogs.stages import Stages
from bot.config import Settings
from bot.errors import StartFailed
from bot.services.pack import ServedPack
from bot.transport.gateway import GatewayClient
from bot.transport.side_port import SidePort

AUTHENTICATION_FAILED = 4004
_QUIET = 0.3  # seconds without anything new before the connection may close
_LONGEST_DRAIN = 8.0
_LONGEST_WAIT = 60.0

log = logging.getLogger(__name__)


def now() -> datetime:
    """Give the time, aware and in UTC."""
    return datetime.now(UTC)


class App:
    """Everything that makes the bot, wired once. Production and the demo differ only in who runs its client."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        """Read the pack and wire the layers.

        Raises:
            ContentInvalid: the pack does not check.
        """
        self._settings = settings
        self._clock = clock
        self.pack = ServedPack(settings.content, clock())
        self._lookups = Lookups(self.pack)
        self._stages = Stages(self.pack)
        self._reflect = Reflect(self.pack)
        self._glossary = GlossaryCog(self.pack)
        self._guide = Guide(self.pack, settings.operator.contact, clock)
        self._operator = OperatorCog(self.pack, settings.operator.user, clock)

    def make_client(self) -> GatewayClient:
        """Make a client with every command and press; make it on the loop it will run on."""
        cogs = (self._lookups, self._stages, self._reflect, self._glossary, self._guide)
        presses = Presses(self.pack, chain.from_iterable(cog.presses() for cog in cogs))
        server = self._settings.operator.server
        client = GatewayClient(presses, self._guide, server)
        for cog in cogs:
            for command in cog.commands():
                client.tree.add_command(command)
        if server is not None:
            client.tree.add_command(self._operator.group(), guild=discord.Object(server))
        return client

    async def reload(self) -> bool:
        """Read the pack again and say in the log what came of it."""
        good = await self.pack.reload(self._clock())
        for problem in self.pack.problems:
            if not problem.warning:
                log.error("%s", problem)
        if good:
            log.info("Serving pack %s: %d explainers", self.pack.library.digest[:12], len(self.pack.library.explainers))
        else:
            log.error("The pack does not check: %d problems; the last good one goes on serving", len(self.pack.errors))
        return good

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a file of the pack changes, until stopped; waits for a folder that went away."""
        while not stop.is_set():
            try:
                async for _ in awatch(self.pack.folder, debounce=200, step=20, watch_filter=_is_yaml, stop_event=stop):
                    await self.reload()
            except FileNotFoundError:
                await self.reload()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), timeout=5)

    async def run(self, token: SecretStr) -> None:
        """Run until SIGTERM or SIGINT; answer what is under way first.

        Raises:
            StartFailed: Discord refused the token, or the side port cannot be had.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[bool]] = set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: reloads.add(asyncio.ensure_future(self.reload())))
        client = self.make_client()
        gauges = {
            "pack_errors": ("Problems that keep the newest pack from serving", lambda: float(len(self.pack.errors))),
            "answers_lost": ("Answers that Discord did not take since start", lambda: float(client.presses.lost)),
            "under_way": ("Interactions not answered yet", lambda: float(client.presses.under_way)),
        }
        side_port = SidePort(lambda: client.connected, gauges)
        try:
            async with side_port.listening(self._settings.side_port.host, self._settings.side_port.port) as port:
                if port is not None:
                    log.info("Health and metrics on %s:%d", self._settings.side_port.host, port)
                await self._serve(client, token, stop)
        except OSError as error:
            raise StartFailed(
                f"the side port cannot be had: {error.strerror}; change side_port in the configuration"
            ) from None

    async def _serve(self, client: GatewayClient, token: SecretStr, stop: asyncio.Event) -> None:
        watching = asyncio.create_task(self.watch(stop))
        connected = asyncio.create_task(_connect(client, token, stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            async with client:
                await asyncio.wait({connected, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if stop.is_set() and client.connected:
                    log.info("Stopping: answering what is under way")
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(client.presses.wait_idle(_QUIET), _LONGEST_DRAIN)
        finally:
            stop.set()
            stopping.cancel()
            await watching
            if not connected.done():
                connected.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connected


async def _connect(client: GatewayClient, token: SecretStr, stop: asyncio.Event) -> None:
    """Log in and stay connected; while Discord cannot be had, wait longer each time and say so."""
    wait = 1.0
    while not stop.is_set():
        try:
            await client.login(token.get_secret_value())
            break
        except discord.LoginFailure:
            raise StartFailed("Discord does not accept the token; copy it again from the portal, under Bot") from None
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("Discord cannot be had (%s); trying again in %.0f seconds", name_trouble(error), wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=wait)
        wait = min(wait * 2, _LONGEST_WAIT)
    try:
        await client.connect(reconnect=True)
    except discord.ConnectionClosed as error:
        if error.code == AUTHENTICATION_FAILED:
            raise StartFailed("Discord no longer accepts the token; it was reset in the portal") from None
        raise StartFailed(f"Discord closed the connection for good (code {error.code})") from None


def _is_yaml(_: object, path: str) -> bool:
    return Path(path).suffix in {".yaml", ".yml"}
