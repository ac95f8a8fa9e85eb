"""Sends and edits messages outside of interactions, reading of what Discord answers only what is needed."""

import secrets
from collections.abc import Mapping
from typing import Any, cast

import discord
from discord.http import handle_message_parameters

from bot.cogs.attempts import readable
from bot.ui.drawing import Drawing

_NONCE_BYTES = 16  # 22 characters; Discord takes 25
_SILENT = discord.MessageFlags(suppress_notifications=True)


async def open_private(client: discord.Client, user: int) -> int:
    """Give the channel of the private conversation with someone, which is opened where there is none.

    Raises:
        UnreadableAnswerError: it is open, and which it is cannot be read.
    """
    with readable():
        return (await client.create_dm(discord.Object(user))).id


async def send_message(
    client: discord.Client, channel: int, drawing: Drawing, *, nonce: str | None = None, silent: bool = False
) -> int:
    """Send a message that pings nobody, and give its id. Discord takes one of the same nonce once.

    Raises:
        UnreadableAnswerError: it was sent, and its id cannot be read.
    """
    with handle_message_parameters(
        view=drawing,
        nonce=nonce or secrets.token_urlsafe(_NONCE_BYTES),
        flags=_SILENT if silent else discord.utils.MISSING,
        allowed_mentions=discord.AllowedMentions.none(),
    ) as params:
        sent = cast("object", await client.http.send_message(channel, params=params))
    with readable():
        return int(cast("Mapping[str, Any]", sent)["id"])


async def edit_message(client: discord.Client, channel: int, message: int, drawing: Drawing) -> bool:
    """Draw a message anew, with the pictures it now has, and say whether it is pinned.

    Raises:
        UnreadableAnswerError: it was edited, and whether it is pinned cannot be read.
    """
    with handle_message_parameters(
        view=drawing,
        attachments=[one.file() for one in drawing.pictures],
        allowed_mentions=discord.AllowedMentions.none(),
    ) as params:
        edited = cast("object", await client.http.edit_message(channel, message, params=params))
    with readable():
        return bool(cast("Mapping[str, Any]", edited)["pinned"])
