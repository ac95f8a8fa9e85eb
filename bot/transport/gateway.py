"""The gateway client: the fewest intents there are, no caches, and every event handed on at once."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Protocol, Self, cast

import aiohttp
import discord
from discord import app_commands
from discord.gateway import ReconnectWebSocket
from discord.http import Route
from typing_extensions import override

from bot.cogs.attempts import UnreadableAnswerError, readable
from bot.cogs.commands import ALWAYS
from bot.cogs.lookups.guide import Guide
from bot.cogs.messages import send_message
from bot.cogs.presses import DISCORD_TROUBLE, Presses, name_trouble
from bot.cogs.replies import DEFER_AFTER, Defer, Reply
from bot.transport.commands import sync_commands
from bot.transport.discord_clock import DiscordClock
from bot.transport.events import Arrivals, bare_interaction
from bot.transport.limits import RateLimits
from bot.transport.socket import Socket
from bot.transport.standing import Standing

_BROKEN = (discord.HTTPException, discord.ConnectionClosed, aiohttp.ClientError, OSError, TimeoutError)

log = logging.getLogger(__name__)

_REFUSED = range(400, 429)
_LONGEST_WAIT = 60.0
_LONGEST_GOODBYE = 0.5
_BETWEEN_IDENTIFIES = 5.0  # seconds, that Discord wants
_CLEAN = 1000  # sent now and then for no reason
_INTERACTION, _READY = "INTERACTION_CREATE", "READY"
_READ_OF_MESSAGES = frozenset({"id", "channel_id", "type", "content", "components"})  # by message commands
_LONGEST_LIMIT = 30.0  # seconds slept over a rate limit; that of edits to old messages (30046) would last an hour


class Beside(Protocol):
    """What runs as long as the client does; what it is about is no concern of the gateway."""

    def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End."""
        ...


class Tree(app_commands.CommandTree["GatewayClient"]):
    """Lets a command that is not there yet wait for it, and sends a failed one where every failure goes."""

    @override
    async def _call(self, interaction: discord.Interaction["GatewayClient"]) -> None:
        """Call a command, or complete one; what fails before it runs, or completes too late, is answered, too."""
        presses, asking = self.client.presses, interaction.type is discord.InteractionType.autocomplete
        with presses.counting(interaction):
            try:
                async with asyncio.timeout(DEFER_AFTER if asking else None):
                    await super()._call(interaction)
            except Exception as error:  # noqa: BLE001  # whatever it is: a member always gets a sentence
                if not (asking and isinstance(error, TimeoutError)):
                    await presses.on_failure(interaction, error)
            if asking:  # discord.py keeps it to itself where a completion failed
                await presses.on_completed(interaction)

    @override
    async def interaction_check(self, interaction: discord.Interaction["GatewayClient"], /) -> bool:
        called = cast("Mapping[str, Any]", interaction.data)
        if self.get_command(called["name"], type=discord.AppCommandType(called.get("type", 1))) is None:
            asking = interaction.type is discord.InteractionType.autocomplete
            how = Defer.NEVER if asking else Defer.NEW
            await Reply(interaction).patiently(self.client.complete(), how)
        presses = self.client.presses
        if not presses.admit(interaction, always=self._is_always_answered(called)):
            if interaction.type is discord.InteractionType.autocomplete:
                await interaction.response.autocomplete([])
            else:
                await presses.refuse(Reply(interaction))
            return False
        _make_readable(called.get("resolved") or {})
        return True

    def _is_always_answered(self, called: Mapping[str, Any]) -> bool:
        """Say whether a command helps or deletes, which no flood of others may keep anyone from."""
        command = self.get_command(called["name"], type=discord.AppCommandType(called.get("type", 1)))
        while isinstance(command, app_commands.Group):
            called = called["options"][0]
            command = command.get_command(called["name"])
        return command is not None and ALWAYS in command.extras

    @override
    async def on_error(
        self, interaction: discord.Interaction["GatewayClient"], error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.presses.on_failure(interaction, error)


def _make_readable(resolved: Mapping[str, Any]) -> None:
    """Mend what discord.py 2.7 cannot read of what an option or a message command names.

    Threads get what it insists on and Discord does not promise to send; messages lose all that is not looked at.
    """
    for channel in resolved.get("channels", {}).values():
        if "thread_metadata" in channel:
            for key in ("owner_id", "member_count", "message_count"):
                channel.setdefault(key, 0)
    for message in resolved.get("messages", {}).values():
        for key in message.keys() - _READ_OF_MESSAGES:
            del message[key]
        message.setdefault("components", [])


class GatewayClient(discord.Client):
    """Connects, syncs commands, and hands interactions to the router. Reads no guild cache."""

    def __init__(
        self,
        presses: Presses,
        guide: Guide,
        operator_server: int | None,
        join: Callable[[Self], Awaitable[None]],
        clock: DiscordClock | None = None,
    ) -> None:
        """`join` adds the commands, presses and jobs that connecting does not wait for; `clock` hears the time."""
        limits = RateLimits(_LONGEST_LIMIT)
        trace = limits.trace()
        if clock is not None:
            clock.hear_answers(trace)
        super().__init__(
            intents=discord.Intents(dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            max_ratelimit_timeout=_LONGEST_LIMIT,
            http_trace=trace,
        )
        limits.http = self.http
        self._clock = clock
        self._keeping_time: asyncio.Task[None] | None = None
        self.connected = False
        self.lost = 0
        """How often the connection was lost."""
        self.taken = asyncio.Event()
        self._syncing: asyncio.Task[None] | None = None
        self.presses = presses
        presses.complete = self.complete
        self._join = join
        self._whole, self._joining = False, asyncio.Lock()
        self.jobs: Beside | None = None
        self._identify_from = 0.0
        self._arrivals = Arrivals()
        state = self._connection
        state.parsers = {event: partial(self._read, event, parse) for event, parse in state.parsers.items()}
        self._guide = guide
        self._operator_server = discord.Object(operator_server) if operator_server else None
        self.tree = Tree(self, allowed_contexts=_EVERYWHERE, allowed_installs=_EVERYONE)

    async def complete(self) -> None:
        """Let what connecting did not wait for join, where it has not yet; tried again each time it failed."""
        if not self._whole:
            async with self._joining:
                if not self._whole:
                    await self._join(self)
                    self._whole = True

    async def log_in(self, token: str) -> None:
        """Log in, again where that failed: discord.py would leave what the last try opened."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING
        await self.login(token)

    async def ask_standing(self) -> Standing:
        """Ask what stands against connecting; logged in before."""
        servers = self.application.approximate_guild_count if self.application else 0
        with readable():
            return Standing.read(await self.http.request(Route("GET", "/gateway/bot")), servers)

    async def leave(self) -> None:
        """Take nothing more from Discord; what is under way can still be answered. Call it once `connect` ended."""
        if self._syncing is not None:
            self._syncing.cancel()
        if self.ws is not None:  # pyright: ignore[reportUnnecessaryComparison]  # it is None until there is one
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with asyncio.timeout(_LONGEST_GOODBYE):
                    await self.ws.close(code=1000)

    @override
    async def setup_hook(self) -> None:
        if self._clock is not None:
            self._keeping_time = asyncio.create_task(self._clock.keep_up(self.http))

    @override
    async def close(self) -> None:
        for task in (self._syncing, self._keeping_time):
            if task is not None:
                task.cancel()
        if self.jobs is not None:
            await self.jobs.stop()
        await super().close()

    @override
    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if self._clock is not None and event in {"interaction", "message"}:
            self._clock.hear_event(args[0].id)  # before whatever handles it asks what time it is
        super().dispatch(event, *args, **kwargs)

    @override
    async def login(self, token: str) -> None:
        with readable():
            await super().login(token)

    @override
    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected until closed, and go on with the session there was wherever Discord lets it.

        discord.py's own ends the bot when the first connection fails, and lets a quarter of an hour pass between tries.

        Raises:
            discord.ConnectionClosed: Discord closed it for good.
        """
        wait, how = 0.0, dict[str, Any](initial=True)
        while not self.is_closed():
            try:
                async with asyncio.timeout(_LONGEST_WAIT):
                    self.ws = await Socket.from_client(self, **how)
                while True:
                    await self.ws.poll_event()
            except ReconnectWebSocket as asked:
                resume = asked.resume
            except _BROKEN as error:
                if self.is_closed():
                    return
                if not reconnect or (isinstance(error, discord.ConnectionClosed) and error.code != _CLEAN):
                    await self.close()
                    raise
                log.warning("The connection to Discord broke: %s", name_trouble(error))
                resume = True
            except RuntimeError:  # how aiohttp says that its session is closed
                if not self.is_closed():
                    raise
                return
            worked = self.connected
            self._note_lost()
            may_go_on = worked or (how.get("resume") and not resume)  # a session that is over is no trouble
            wait = 0.0 if may_go_on else min(max(wait * 2, 1.0), _LONGEST_WAIT)
            await asyncio.sleep(wait)
            how = self._session(resume=resume, at_home=not worked)

    def _note_lost(self) -> None:
        """Count a connection that is lost: once, whoever notices it first."""
        self.lost += self.connected
        self.connected = False

    def _session(self, *, resume: bool, at_home: bool) -> dict[str, Any]:
        """Say what to connect with: the session there was, where it is resumed at, unless that has just failed."""
        last = cast("Socket | None", self.ws)
        if last is None or last.session_id is None or not resume:
            return {}
        where = {} if at_home else {"gateway": last.gateway}
        return {"resume": True, "session": last.session_id, "sequence": last.sequence, **where}

    @override
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Let five seconds pass from one IDENTIFY to the next, and none where they have passed already."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._identify_from - loop.time())
        self._identify_from = loop.time() + _BETWEEN_IDENTIFIES

    async def _sync_everywhere(self) -> None:
        """Put commands once connected: on every start but the first they are there already."""
        await self._sync(None, "The commands could not be put: %s")
        if self._operator_server is not None:
            await self._sync(
                self._operator_server, "The operator's commands could not be put: %s. Is the bot in that server?"
            )

    async def _sync(self, server: discord.abc.Snowflake | None, trouble: str) -> None:
        """Sync until Discord took it or refused it; while it cannot be had, wait longer each time."""
        wait = 1.0
        while True:
            try:
                with readable():
                    await sync_commands(self.tree, server)
            except UnreadableAnswerError:
                return  # they are put
            except DISCORD_TROUBLE as error:
                log.warning(trouble, name_trouble(error))
                if isinstance(error, discord.HTTPException) and error.status in _REFUSED:
                    return
            else:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _read(self, event: str, parse: Callable[[Any], None], data: Any) -> None:
        """Read an event: the one place where all of them arrive. One that cannot be read is left out."""
        if event == _INTERACTION and self._arrivals.came_before(data):
            log.info("An interaction was delivered twice; it is answered once")
            return
        user = self._connection.user
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001  # whichever it is: it ends neither the bot nor the connection
            log.error("An event was left out, for it could not be read: %s (%s)", event, type(error).__name__)  # noqa: TRY400  # without its text
            if event == _INTERACTION and (bare := bare_interaction(data, self.application_id or 0)):
                self.dispatch("unread_interaction", discord.Interaction(data=bare, state=self._connection), error)
            elif event == _READY:  # whatever it says, the gateway took us
                self._connection.user = self._connection.user or user
                self.dispatch("connect")

    async def on_unread_interaction(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Answer an interaction of which no more could be read than how to answer it."""
        with self.presses.counting(interaction):
            await self.presses.on_failure(interaction, error)

    async def on_connect(self) -> None:
        """Note that the gateway took us; the first time, bring in the rest and put the commands."""
        self.connected = True
        self.taken.set()
        await self.complete()
        if self._syncing is None and not self.is_closed():
            self._syncing = asyncio.create_task(self._sync_everywhere())

    async def on_resumed(self) -> None:
        """Note that the gateway took us back."""
        self.connected = True

    async def on_disconnect(self) -> None:
        """Note that the gateway answers no more, before the connection is closed for it."""
        self._note_lost()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand everything to the router."""
        await self.presses.on_interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message typed into the private conversation; its words are not looked at."""
        if message.author.bot or message.guild is not None:
            return
        drawing = self._guide.answer_to_message(message.channel.id)
        if drawing is None:
            return
        try:
            await send_message(self, message.channel.id, drawing, silent=True)
        except DISCORD_TROUBLE as error:
            log.warning("A typed message could not be answered: %s", name_trouble(error))

    @override
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("An event handler failed: %s", event_method)  # noqa: LOG004  # discord.py calls this inside its own except


_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_EVERYONE = app_commands.AppInstallationType(guild=True, user=True)
