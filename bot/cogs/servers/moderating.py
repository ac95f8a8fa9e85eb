"""Who counts as a moderator for a press on a message in a channel, and why Discord does not take one there."""

from typing import Any, Final

import discord

from bot.cogs.cards.refusals import MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, says_nothing
from bot.domain.servers.settings import Trouble

_GONE: Final = frozenset({UNKNOWN_CHANNEL, UNKNOWN_GUILD})
_LACKING: Final = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS})


def moderates(interaction: discord.Interaction[Any]) -> bool:
    """Whether somebody may manage the server or pin messages where they press, as Discord says with the press."""
    may = interaction.permissions
    return interaction.guild_id is not None and (may.manage_guild or may.pin_messages or may.administrator)


def why_not(error: discord.HTTPException) -> Trouble | None:
    """Say what keeps a message out of a channel; None when it may be taken later."""
    if says_nothing(error) or isinstance(error, discord.DiscordServerError):
        return None
    if error.code in _GONE:
        return "channel_gone"
    return "permission_lost" if error.code in _LACKING else "refused"
