"""What jobs that send messages share: a look for what may have arrived, and what says to try again later."""

import asyncio
from datetime import datetime
from typing import Final

import aiohttp
import discord

from bot.cogs.attempts import UnreadableAnswerError
from bot.cogs.messages import list_messages
from bot.ui.ids import UnknownPress, decode

LOOKED_AT: Final = 20  # messages
PATIENCE: Final = 30.0  # seconds, half of what a lease lasts
TROUBLE: Final = (OSError, TimeoutError, aiohttp.ClientError, discord.RateLimited, discord.DiscordServerError)
"""Discord cannot be had, or may or may not have taken a message."""


class TryLaterError(Exception):
    """Discord does not take messages now; whatever is claimed is gone on with in the next round."""


async def has_arrived(client: discord.Client, channel: int, token: bytes, since: datetime) -> bool | None:
    """Whether one of the newest messages of a channel carries a token.

    None where that cannot be told: there are more messages `since` then than are looked at, or none can be read.

    Raises:
        TryLaterError: Discord cannot be had.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            messages = await list_messages(client, channel, LOOKED_AT)
    except (discord.NotFound, discord.Forbidden, UnreadableAnswerError):
        return None
    except (*TROUBLE, discord.HTTPException) as error:
        raise TryLaterError from error
    if any(token == _token(custom_id) for message in messages for custom_id in message.custom_ids):
        return True
    before = len(messages) < LOOKED_AT or discord.utils.snowflake_time(messages[-1].id) < since
    return False if before else None


def _token(custom_id: str) -> bytes | None:
    try:
        return decode(custom_id).token
    except UnknownPress:  # another version's
        return None
