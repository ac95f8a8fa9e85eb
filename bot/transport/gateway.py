"""The gateway client: the fewest intents there are, no caches, and every event handed on at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, Self, cast

import aiohttp
import discord
from discord import app_commands
from typing_extensions import override

from bot.cogs.lookups.guide import Guide
from bot.cogs.presses import Presses, name_trouble
from bot.cogs.replies import Defer, Reply
from bot.transport.commands import sync_commands

log = logging.getLogger(__name__)

_REFUSED = range(400, 429)
_LONGEST_WAIT = 60.0
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
    async def interaction_check(self, interaction: discord.Interaction["GatewayClient"], /) -> bool:
        called = cast("Mapping[str, Any]", interaction.data)
        if self.get_command(called["name"], type=discord.AppCommandType(called.get("type", 1))) is None:
            asking = interaction.type is discord.InteractionType.autocomplete
            how = Defer.NEVER if asking else Defer.NEW
            await Reply(interaction).patiently(self.client.complete(), how)
        _fill_in_threads(called)
        return True

    @override
    async def on_error(
        self, interaction: discord.Interaction["GatewayClient"], error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.presses.on_command_error(interaction, error)


def _fill_in_threads(called: Mapping[str, Any]) -> None:
    """Give threads chosen for an option what discord.py 2.7 insists on and Discord does not promise to send."""
    for channel in called.get("resolved", {}).get("channels", {}).values():
        if "thread_metadata" in channel:
            for key in ("owner_id", "member_count", "message_count"):
                channel.setdefault(key, 0)


class GatewayClient(discord.Client):
    """Connects, syncs commands, and hands interactions to the router. Reads no guild cache."""

    def __init__(
        self, presses: Presses, guide: Guide, operator_server: int | None, join: Callable[[Self], Awaitable[None]]
    ) -> None:
        """`join` adds the commands, presses and jobs that connecting does not wait for."""
        super().__init__(
            intents=discord.Intents(dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            max_ratelimit_timeout=_LONGEST_LIMIT,
        )
        self.connected = False
        self.taken = asyncio.Event()
        self._syncing: asyncio.Task[None] | None = None
        self.presses = presses
        presses.complete = self.complete
        self._join = join
        self._whole, self._joining = False, asyncio.Lock()
        self.jobs: Beside | None = None
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

    @override
    async def close(self) -> None:
        if self._syncing is not None:
            self._syncing.cancel()
        if self.jobs is not None:
            await self.jobs.stop()
        await super().close()

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
                await sync_commands(self.tree, server)
            except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning(trouble, name_trouble(error))
                if isinstance(error, discord.HTTPException) and error.status in _REFUSED:
                    return
            else:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def on_connect(self) -> None:
        """Note that the gateway took us; the first time, bring in the rest and put the commands."""
        self.connected = True
        self.taken.set()
        await self.complete()
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync_everywhere())

    async def on_resumed(self) -> None:
        """Note that the gateway took us back."""
        self.connected = True

    async def on_disconnect(self) -> None:
        """Note that the gateway is away; discord.py connects again by itself."""
        self.connected = False

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand everything to the router."""
        await self.presses.on_interaction(interaction)

    async def on_app_command_completion(self, interaction: discord.Interaction[Any], _: object) -> None:
        """Count a command as answered."""
        self.presses.end(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message typed into the private conversation; its words are not looked at."""
        if message.author.bot or message.guild is not None:
            return
        drawing = self._guide.answer_to_message(message.channel.id)
        if drawing is None:
            return
        channel = self.get_partial_messageable(message.channel.id, type=discord.ChannelType.private)
        try:
            await channel.send(view=drawing, silent=True)
        except discord.HTTPException as error:
            log.warning("A typed message could not be answered: %s", name_trouble(error))

    @override
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("An event handler failed: %s", event_method)  # noqa: LOG004  # discord.py calls this inside its own except


_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_EVERYONE = app_commands.AppInstallationType(guild=True, user=True)
