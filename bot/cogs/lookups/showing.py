"""Whether a card may be shown where somebody is: a server's rules, and not a fourth time within two hours."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, Final

import discord

from bot.cogs.presses import DISCORD_TROUBLE
from bot.domain.content import Explainer
from bot.domain.library import Library
from bot.domain.servers.settings import ServerSettings
from bot.domain.servers.showing import Counted, Room, refusal
from bot.domain.servers.view import ServerView

_PATIENCE: Final = 1.0  # seconds; Discord waits three for the answer this is asked for


class Showing:
    """Asks a server's settings, which are at hand; where they cannot be had, the defaults hold."""

    def __init__(self, view: ServerView) -> None:
        self._view = view

    async def is_offered(self, interaction: discord.Interaction[Any]) -> bool:
        """Say whether cards may be shown where somebody is, as far as that can be told without asking Discord."""
        if interaction.guild_id is None:
            return False
        settings = await self._view.settings(interaction.guild_id)
        return refusal(settings, _room_of(interaction)) is None

    async def is_public(self, interaction: discord.Interaction[Any]) -> bool:
        """Say whether a card picked by its name is for the whole channel at once."""
        return (await self._view.settings(interaction.guild_id)).visible == "channel"

    async def count(
        self, interaction: discord.Interaction[Any], library: Library, explainer: Explainer
    ) -> Counted | str:
        """Count one more showing of a card, or say in words why it may not be shown now."""
        words = library.servers.showing
        settings = await self._view.settings(interaction.guild_id)
        room = await _known(interaction, settings, _room_of(interaction))
        if (why := refusal(settings, room)) is not None:
            return getattr(words, why)
        if interaction.guild_id is None:
            return Counted(allowed=True)
        counted = await self._view.count_showing(room.channel, explainer.id)
        return counted if counted.allowed else words.enough

    async def post(self, counted: Counted, posting: Awaitable[bool]) -> bool:
        """Post what was counted and say whether it can be seen; what was refused or kept private counts no more."""
        try:
            is_public = await posting
        except discord.DiscordServerError:  # it may stand there all the same
            raise
        except discord.HTTPException:
            await self._view.take_back_showing(counted)
            raise
        if not is_public:
            await self._view.take_back_showing(counted)
        return is_public


def _room_of(interaction: discord.Interaction[Any]) -> Room:
    channel = interaction.channel
    return Room(interaction.channel_id or 0, getattr(channel, "parent_id", None), getattr(channel, "nsfw", None))


async def _known(interaction: discord.Interaction[Any], settings: ServerSettings, room: Room) -> Room:
    """Ask Discord whether the channel is age-restricted where that counts and did not come with the interaction.

    It does not come with a thread, which is what its channel is. What Discord does not say counts as not restricted.
    """
    if not settings.age_restricted_only or room.age_restricted is not None:
        return room
    try:
        async with asyncio.timeout(_PATIENCE):
            channel = await interaction.client.http.get_channel(room.parent or room.channel)
    except DISCORD_TROUBLE:
        return replace(room, age_restricted=False)
    return replace(room, age_restricted=bool(channel.get("nsfw")))
