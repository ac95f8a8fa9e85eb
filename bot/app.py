"""The composition root: the only module that knows every layer, and what runs around the client."""

import asyncio
import contextlib
import logging
import math
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Sequence
from itertools import chain
from typing import Any, TypeAlias

import discord

from bot import __version__
from bot.authoring.kept_pack import KeptPack
from bot.authoring.reader import Reading, Rehearse
from bot.cogs.lookups.explain import Lookups
from bot.cogs.lookups.glossary import GlossaryCog
from bot.cogs.lookups.guide import Guide
from bot.cogs.lookups.operator import OperatorCog
from bot.cogs.lookups.reflect import Reflect
from bot.cogs.lookups.stages import Stages
from bot.cogs.presses import Presses
from bot.config import Secret, Settings
from bot.domain.servers.view import NoServers
from bot.domain.trusted_time import Clock
from bot.errors import StorageError
from bot.halves import Halves
from bot.jobs.health import JobHealth
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.storage.errors import DatabaseNewer, DatabaseOlder, KeyFileInvalid, KeyMissing, SecondProcess
from bot.transport.connection import leave, pause, stay_connected
from bot.transport.discord_clock import DiscordClock
from bot.transport.gateway import GatewayClient
from bot.transport.sockets import hold_port
from bot.ui.pages import Runner
from bot.watching import Watcher

_LONGEST_CLOSE = 1.0  # for storage to be put away
_HAND_OVER = 8.0  # for another process to let go of the database: a deploy starts the new one while the old one stops
_BETWEEN_TRIES = 0.25
_TROUBLE_OF = {"key": (KeyFileInvalid, KeyMissing), "migrations": (DatabaseNewer, DatabaseOlder)}
_KEPT_EACH = 15.0  # seconds between two looks at storage
_HEAD_START = 1.0  # seconds that connecting to Discord has before anything else
# Seconds a thread may hold the interpreter while the event loop waits; Python's 5 ms are felt during a reload.
_SWITCH_INTERVAL = 0.0005

Gauges: TypeAlias = dict[str, tuple[str, Callable[[], float]]]

log = logging.getLogger(__name__)


class App:
    """Everything that makes the bot, wired once. Production and the demo differ only in who runs its client."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        kept: KeptPack | None = None,
        rehearse: Rehearse | None = None,
        reading: Reading | None = None,
    ) -> None:
        """Read the pack, unless it was read, and wire the layers.

        The clock is Discord's unless another is given; `kept` is where the last good pack is kept, `rehearse` what else
        a pack has to pass.

        Raises:
            ContentInvalid: the pack does not check, and no good one is kept.
        """
        self._settings = settings
        self._clock = clock = clock or DiscordClock()
        self.health = JobHealth()
        self.pack = ServedPack(settings.content, clock(), kept, rehearse=rehearse, reading=reading)
        self.door = Door(settings, self.pack, clock)
        view = self.door.view if settings.storage.has_key else NoServers()
        self._lookups = Lookups(self.pack, view, clock)
        self._stages = Stages(self.pack)
        self._reflect = Reflect(self.pack)
        self._glossary = GlossaryCog(self.pack)
        self._guide = Guide(self.pack, self._runner(), clock, view)
        self._operator = OperatorCog(self.pack, settings.operator.user, clock)
        self.halves = Halves(settings, self.pack, self.door, clock, self.health)

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
        told = self._clock if isinstance(self._clock, DiscordClock) else None
        client = GatewayClient(presses, self._guide, server, self.halves.join, told)
        for cog in cogs:
            for command in cog.commands():
                client.tree.add_command(command)
        if server is not None:
            client.tree.add_command(self._operator.group(), guild=discord.Object(server))
        return client

    def _backup_made(self) -> float:
        made = self.door.opened.backups.made if self.door.opened else None
        return math.nan if made is None else made.timestamp()

    async def reload(self, *, asked: bool = True) -> bool:
        """Read the pack again and say in the log what came of it; never raises, for nobody waits for it.

        Where nobody `asked`, it is said only if something else came of it than the last time.
        """
        before = self.pack.library, self.pack.problems
        try:
            good = await self.pack.reload(self._clock())
        except Exception:
            log.exception("Reading the pack failed; the last good one goes on serving")
            return False
        if not asked and before == (self.pack.library, self.pack.problems):
            return good
        for problem in self.pack.errors:
            log.error("%s", problem)
        if good:
            log.info("Serving pack %s: %d explainers", self.pack.library.digest[:12], len(self.pack.library.explainers))
        else:
            log.error("The pack does not check: %d problems; the last good one goes on serving", len(self.pack.errors))
        return good

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a file of the pack changes, until stopped."""
        await Watcher(self.pack, self.reload).watch(stop)

    async def run(self, token: Secret) -> None:
        """Run until SIGTERM or SIGINT; answer what is under way first.

        Raises:
            StorageError: the settings have to be changed, or another process stopped. Discord was not asked.
            StartFailed: the side port cannot be had, or Discord refused us.
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
            "storage_open": ("Whether what is kept can be had", lambda: float(self._has_storage)),
            "reconnects": ("Times that the connection to Discord was lost since start", lambda: float(client.lost)),
            "under_way": ("Interactions not answered yet", lambda: float(client.presses.under_way)),
            "job_age_seconds": ("Since the job that waits longest came round", lambda: self.health.longest_age),
            "time_confirmed": ("Whether Discord confirms the time", lambda: float(self.health.time_confirmed)),
            "rounds_held": ("Rounds of deletion that wait for the operator", lambda: float(self.health.rounds_held)),
            "backup_timestamp_seconds": ("When the newest backup was made; NaN while none is known", self._backup_made),
        }
        sys.setswitchinterval(_SWITCH_INTERVAL)
        try:
            await self._prepare(stop)
            side_port = self._settings.side_port
            held = () if side_port.port is None else hold_port(side_port.host, side_port.port)
            beside = asyncio.create_task(self._run_beside(client, gauges, held, stop))
            try:
                await self._serve(client, token, stop, beside)
            finally:
                stop.set()
                beside.cancel()  # it may be in the middle of opening what nobody will ask for
                try:
                    with contextlib.suppress(asyncio.CancelledError):
                        await beside
                finally:
                    for one in held:
                        one.close()
        finally:
            await self._close_door()  # only now: presses and jobs, which end with the client, ask for it

    async def _prepare(self, stop: asyncio.Event) -> None:
        """Look at storage before Discord is asked; a process that is just stopping is waited for.

        Raises:
            StorageError: the settings have to be changed, or another process stopped.
        """
        clock = asyncio.get_running_loop().time
        until, waits = clock() + _HAND_OVER, False
        while not stop.is_set():
            try:
                await _unless(stop, self.door.prepare())
                break
            except SecondProcess:
                if clock() > until:
                    raise
                if not waits:
                    log.warning("Another process serves from this database; giving it %.0f seconds to stop", _HAND_OVER)
                waits = True
            await pause(stop, _BETWEEN_TRIES)
        if self.door.trouble is not None:
            log.error("The database cannot be used, so only lookups and support work. %s", self.door.trouble)

    async def _close_door(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_CLOSE):
                await self.door.close()
        except TimeoutError:
            log.warning("The database does not answer: left without a word")

    async def _run_beside(
        self, client: GatewayClient, gauges: Gauges, held: Sequence[socket.socket], stop: asyncio.Event
    ) -> None:
        """Do what nobody waits for before the bot is connected, or after a moment without, one thing after another.

        Raises:
            StorageError: another process took the database while it could not be had.
        """
        indexing = asyncio.create_task(self.pack.indexes())  # at once, for questions come with the first second
        await _unless(stop, client.taken.wait(), within=_HEAD_START)
        if stop.is_set():
            return
        await client.complete()
        await asyncio.to_thread(_import_side_port)  # a web server is slow to import
        from bot.transport.side_port import SidePort  # noqa: PLC0415  # imported by then, in a thread

        side_port = SidePort(lambda: client.connected, lambda: self._look(client), gauges, __version__)
        async with side_port.listening(held):
            for one in held:
                log.info("Health and metrics on %s:%d", *one.getsockname()[:2])
            await indexing
            await self.pack.keep(self._clock())
            while not stop.is_set():
                await self._keep_storage()
                await pause(stop, _KEPT_EACH)

    async def _keep_storage(self) -> None:
        """Open what is kept before anyone asks, and see that it stays so, so that the operator hears of trouble.

        Raises:
            SecondProcess: another process took the database while it could not be had.
        """
        if not self._settings.storage.has_key:
            return
        was_open = self._has_storage
        try:
            await self.door.keep()
        except SecondProcess:
            raise
        except StorageError as error:
            log.error("The database cannot be used, so only lookups and support work. %s", error)  # noqa: TRY400  # said in full
            return
        if not was_open:
            log.info("The database is open")

    @property
    def _has_storage(self) -> bool:
        return self.door.opened is not None and self.door.trouble is None

    async def _look(self, client: GatewayClient) -> dict[str, str]:
        """Say of each part why it is not ready, or nothing."""
        problems = len(self.pack.errors)
        parts = {
            "content": f"{problems} problems; the last good pack serves" if problems else "",
            "gateway": "" if client.connected else "not connected to Discord",
        }
        if self._settings.storage.has_key:
            trouble = self.door.trouble
            part = next((name for name, kinds in _TROUBLE_OF.items() if isinstance(trouble, kinds)), "database")
            said = str(trouble) if trouble else "" if self.door.opened else "not open yet"
            parts |= dict.fromkeys(("key", "database", "migrations"), "") | {part: said}
        return parts

    async def _serve(
        self, client: GatewayClient, token: Secret, stop: asyncio.Event, beside: asyncio.Task[None]
    ) -> None:
        connected = asyncio.create_task(stay_connected(client, token, stop))
        watching = asyncio.create_task(self.watch(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            async with client:
                await asyncio.wait({connected, stopping, beside}, return_when=asyncio.FIRST_COMPLETED)
                await leave(client, connected)
        finally:
            stop.set()
            stopping.cancel()
            await watching
            with contextlib.suppress(asyncio.CancelledError):
                await connected


def _import_side_port() -> None:
    import bot.transport.side_port  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it


async def _unless(stop: asyncio.Event, awaited: Coroutine[Any, Any, Any], within: float | None = None) -> None:
    """Wait for something until it ends, stopping begins or the time is over; then it is cancelled."""
    task, stopping = asyncio.ensure_future(awaited), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
    finally:
        for one in (task, stopping):
            one.cancel()
