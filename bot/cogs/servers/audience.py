"""Whether everybody in a server may read a channel, as far as Discord says."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Final, cast

import discord

from bot.cogs.presses import DISCORD_TROUBLE
from bot.domain.cards.permissions import Holder, Need, Overwrite, permissions_in
from bot.domain.library import Library

_PATIENCE: Final = 5.0  # seconds; what waits for it is deferred by then


async def open_to_all(interaction: discord.Interaction[Any], library: Library, channel: int) -> tuple[str, ...]:
    """Say so where everybody may read what is suggested in a channel."""
    said = library.servers.suggestions.is_open.format(channel=f"<#{channel}>")
    return (said,) if await _everyone_reads(interaction, channel) else ()


async def _everyone_reads(interaction: discord.Interaction[Any], channel: int) -> bool:
    """Ask Discord what @everyone may do in a channel of the server; not, where it does not say."""
    http, server = interaction.client.http, interaction.guild_id or 0
    try:
        async with asyncio.timeout(_PATIENCE):
            asking: tuple[Awaitable[Any], ...] = (http.get_guild(server, with_counts=False), http.get_channel(channel))
            guild, there = cast("list[Mapping[str, Any]]", await asyncio.gather(*asking))
    except DISCORD_TROUBLE:
        return False
    roles = {int(one["id"]): int(one["permissions"]) for one in guild["roles"]}
    overwrites = [
        Overwrite(int(one["id"]), int(one["allow"]), int(one["deny"])) for one in there.get("permission_overwrites", ())
    ]
    anybody = Holder(id=0, roles=())
    return bool(permissions_in(server, roles, anybody, overwrites) & Need.VIEW_CHANNEL.bit)
