"""What jobs that send messages share: a look for what may have arrived, and what says to try again later."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import aiohttp
import discord

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
            messages = await client.http.logs_from(channel, LOOKED_AT)
    except (discord.NotFound, discord.Forbidden):
        return None
    except (*TROUBLE, discord.HTTPException) as error:
        raise TryLaterError from error
    if any(token in _tokens(message.get("components", ())) for message in messages):
        return True
    before = len(messages) < LOOKED_AT or discord.utils.snowflake_time(int(messages[-1]["id"])) < since
    return False if before else None


def _tokens(components: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for one in components:
        yield from _tokens(one.get("components", ()))
        if "custom_id" in one:
            try:
                yield decode(str(one["custom_id"])).token
            except UnknownPress:  # another version's
                continue
