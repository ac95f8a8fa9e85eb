"""Brings a message into a member's private conversation, or, where that is closed to the bot, privately in place.

A new message there opens with a neutral line, which is all that a notification shows, makes no sound, and gets what it
says by edit.
"""

import contextlib
import secrets
from typing import Any, Final

import discord

from bot.cogs.attempts import UnreadableAnswerError, insist
from bot.cogs.messages import edit_message, open_private, send_message
from bot.cogs.presses import DISCORD_TROUBLE
from bot.cogs.replies import Defer, Reply
from bot.domain.people import Place
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.pages import draw_plain

CLOSED: Final = frozenset({50007, 50278})  # their messages are closed to the bot, or no server is shared

_NONCE_BYTES: Final = 16  # 22 characters; Discord takes 25


class Conversation:
    """The private conversation of whoever is being answered."""

    def __init__(self, pack: ServedPack) -> None:
        self._pack = pack

    async def deliver(self, interaction: discord.Interaction[Any], drawing: Drawing, reply: Reply) -> Place | None:
        """Answer a command or press with a message in the private conversation; None when it is shown in place.

        In place it is seen by the member alone, and says why it is there.
        """
        words = self._pack.library.notebook.conversation
        if is_own_conversation(interaction):
            return await reply.say(draw_plain(words.neutral), drawing)
        try:
            channel = await insist(lambda: open_private(interaction.client, interaction.user.id))
            place = await send_private(interaction.client, channel, drawing, words.neutral)
        except discord.HTTPException as error:
            if error.code not in CLOSED:
                raise
            await reply.show(drawing.below(words.closed_to_me))
            return None
        link = f"https://discord.com/channels/@me/{place.channel}/{place.message}"
        await reply.show(draw_plain(words.waiting.format(link=link)))
        return place


async def redraw_elsewhere(client: discord.Client, place: Place, drawing: Drawing) -> None:
    """Draw over a message that is not the one pressed; where that fails, it stays as it is until it is pressed."""
    with contextlib.suppress(*DISCORD_TROUBLE):
        await edit_message(client, place.channel, place.message, drawing)


def is_own_conversation(interaction: discord.Interaction[Any]) -> bool:
    """Whether this happens in the bot's private conversation with the member, where no one else reads."""
    return interaction.context.dm_channel


def defer_for(interaction: discord.Interaction[Any]) -> Defer:
    """Say how an answer that takes long is announced: for all to stay in the conversation, privately elsewhere."""
    return Defer.SAY if is_own_conversation(interaction) else Defer.NEW


def place_of(interaction: discord.Interaction[Any]) -> Place | None:
    """Name the message that was pressed, when it is one that lasts: in the conversation, and seen there by both."""
    message = interaction.message
    if message is None or not is_own_conversation(interaction) or message.flags.ephemeral:
        return None
    return Place(message.channel.id, message.id)


async def conversation_of(interaction: discord.Interaction[Any]) -> int:
    """Give the channel of the member's private conversation, opening it where this happens elsewhere."""
    if is_own_conversation(interaction) and interaction.channel_id is not None:
        return interaction.channel_id
    return await open_private(interaction.client, interaction.user.id)


async def send_private(client: discord.Client, channel: int, drawing: Drawing, neutral: str) -> Place:
    """Send a message into a private conversation: a neutral line without sound first, then what it says.

    Where the connection breaks it is sent again under the same nonce, so that Discord shows it once.

    Raises:
        discord.HTTPException: with a code of `CLOSED` when the member cannot be written to.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES)  # one for all attempts
    sent = await insist(lambda: send_message(client, channel, draw_plain(neutral), nonce=nonce, silent=True))
    with contextlib.suppress(UnreadableAnswerError):  # it is done
        await insist(lambda: edit_message(client, channel, sent, drawing))
    return Place(channel, sent)
