"""The composition root: the only module that knows every layer, and what runs around the client."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import aiohttp
import discord

from bot.cogs.lookups.explain import Lookups
from bot.cogs.lookups.glossary import GlossaryCog
from bot.cogs.lookups.guide import Guide
from bot.cogs.lookups.operator import OperatorCog
from bot.cogs.lookups.reflect import Reflect
from bot.cogs.lookups.stages import Stages
from bot.cogs.presses import Presses, name_trouble
from bot.config import Secret, Settings
from bot.domain.servers.view import NoServers
from bot.errors import StartFailed, StorageError
from bot.halves import Halves
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.transport.gateway import GatewayClient
from bot.ui.pages import Runner

AUTHENTICATION_FAILED = 4004
_QUIET = 0.3  # seconds without anything new before the connection may close
_LONGEST_DRAIN = 8.0
_HEAD_START = 1.0  # seconds that connecting to Discord has before anything else
# Seconds a thread may hold the interpreter while the event loop waits; Python's 5 ms are felt during a reload.
_SWITCH_INTERVAL = 0.0005
_LONGEST_WAIT = 60.0
_UNTIL_WATCHED_AGAIN = 2.0

Gauges: TypeAlias = dict[str, tuple[str, Callable[[], float]]]

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
        self.door = Door(settings, self.pack, clock)
        view = self.door.view if settings.storage.has_key else NoServers()
        self._lookups = Lookups(self.pack, view, clock)
        self._stages = Stages(self.pack)
        self._reflect = Reflect(self.pack)
        self._glossary = GlossaryCog(self.pack)
        self._guide = Guide(self.pack, self._runner(), clock, view)
        self._operator = OperatorCog(self.pack, settings.operator.user, clock)
        self.halves = Halves(settings, self.pack, self.door, clock)

    def _runner(self) -> Runner:
        operator = self._settings.operator
        asked = self._settings.check_ins
        return Runner(
            operator.contact,
            operator.privacy_policy,
            check_ins=asked.enabled,
            reminders=asked.enabled and asked.reminders,
            keeps=self._settings.storage.has_key,
            moderates=operator.moderates,
        )

    def make_client(self) -> GatewayClient:
        """Make a client that has what everybody can use, and gets the rest; make it on the loop it will run on."""
        cogs = (self._lookups, self._stages, self._reflect, self._glossary, self._guide)
        presses = Presses(self.pack, chain.from_iterable(cog.presses() for cog in cogs))
        server = self._settings.operator.server
        client = GatewayClient(presses, self._guide, server, self.halves.join)
        for cog in cogs:
            for command in cog.commands():
                client.tree.add_command(command)
        if server is not None:
            client.tree.add_command(self._operator.group(), guild=discord.Object(server))
        return client

    async def reload(self) -> bool:
        """Read the pack again and say in the log what came of it; never raises, for nobody waits for it."""
        try:
            good = await self.pack.reload(self._clock())
        except Exception:
            log.exception("Reading the pack failed; the last good one goes on serving")
            return False
        for problem in self.pack.problems:
            if not problem.warning:
                log.error("%s", problem)
        if good:
            log.info("Serving pack %s: %d explainers", self.pack.library.digest[:12], len(self.pack.library.explainers))
        else:
            log.error("The pack does not check: %d problems; the last good one goes on serving", len(self.pack.errors))
        return good

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a file of the pack changes, until stopped; a folder that went away is waited for."""
        while not stop.is_set():
            try:
                await self._watch_folder(stop)
            except (OSError, RuntimeError) as error:  # RuntimeError is how watchfiles says that inotify has no room
                log.warning("The pack's folder cannot be watched now: %s", type(error).__name__)
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _UNTIL_WATCHED_AGAIN)
                if self.pack.folder.is_dir():
                    await self.reload()
                    break

    async def _watch_folder(self, stop: asyncio.Event) -> None:
        """Watch until stopped or until a folder came or went, and with it what was being watched."""
        # Imported here, while Discord's first answer is waited for; part of its type is unknown to the checker.
        from watchfiles import Change, awatch  # noqa: PLC0415  # pyright: ignore[reportUnknownVariableType]  # see above

        watched = self.pack.watched()
        folders = {one.resolve() for one in watched}

        def concerns(_: Change, path: str) -> bool:
            return Path(path) in folders or Path(path).suffix in {".yaml", ".yml", ""}

        seen = awatch(*folders, debounce=200, step=20, watch_filter=concerns, stop_event=stop, yield_on_timeout=True)
        async for changes in seen:  # no changes every five seconds
            if changes:
                await self.reload()
            gone = any(change is Change.deleted and Path(path) in folders for change, path in changes)
            if gone or self.pack.watched() != watched:
                return

    async def run(self, token: Secret) -> None:
        """Run until SIGTERM or SIGINT; answer what is under way first.

        Raises:
            StartFailed: Discord refused the token, or the side port cannot be had.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[bool]] = set()

        def reload_soon() -> None:
            task = asyncio.ensure_future(self.reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, reload_soon)
        client = self.make_client()
        gauges = {
            "pack_errors": ("Problems that keep the newest pack from serving", lambda: float(len(self.pack.errors))),
            "answers_lost": ("Answers that Discord did not take since start", lambda: float(client.presses.lost)),
            "under_way": ("Interactions not answered yet", lambda: float(client.presses.under_way)),
        }
        sys.setswitchinterval(_SWITCH_INTERVAL)
        beside = asyncio.create_task(self._run_beside(client, gauges, stop))
        try:
            await self._serve(client, token, stop, beside)
        finally:
            stop.set()
            try:
                await beside
            finally:
                await self.door.close()  # only now: presses and jobs, which end with the client, ask for it

    async def _run_beside(self, client: GatewayClient, gauges: Gauges, stop: asyncio.Event) -> None:
        """Do what nobody waits for before the bot is connected, or after a moment without, one thing after another.

        Raises:
            StartFailed: the side port cannot be had.
        """
        connected, stopping = asyncio.create_task(client.taken.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait({connected, stopping}, timeout=_HEAD_START, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        await client.complete()
        await asyncio.to_thread(_import_side_port)  # a web server is slow to import
        from bot.transport.side_port import SidePort  # noqa: PLC0415  # imported by then, in a thread

        side_port = SidePort(lambda: client.connected, gauges)
        host, wanted = self._settings.side_port.host, self._settings.side_port.port
        async with side_port.listening(host, wanted) as port:
            if port is not None:
                log.info("Health and metrics on %s:%d", host, port)
            await self.pack.indexes()
            await self._open_door()
            await stopping

    async def _open_door(self) -> None:
        """Open what is kept before anyone asks, so that nobody waits for it and the operator hears of trouble."""
        if not self._settings.storage.has_key:
            return
        try:
            await self.door.personal()
        except StorageError as error:
            log.error("What members keep cannot be opened; lookups and support serve. %s", error)  # noqa: TRY400  # said in full

    async def _serve(
        self, client: GatewayClient, token: Secret, stop: asyncio.Event, beside: asyncio.Task[None]
    ) -> None:
        connected = asyncio.create_task(_connect(client, token, stop))
        watching = asyncio.create_task(self.watch(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            async with client:
                await asyncio.wait({connected, stopping, beside}, return_when=asyncio.FIRST_COMPLETED)
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


def _import_side_port() -> None:
    import bot.transport.side_port  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it


async def _connect(client: GatewayClient, token: Secret, stop: asyncio.Event) -> None:
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
