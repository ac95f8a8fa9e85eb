"""Answers one interaction, however late, twice or broken the way there is."""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, TypeVar

import aiohttp
import discord
from discord.utils import MISSING

from bot.cogs.attempts import UnreadableAnswerError, insist, readable
from bot.domain.people import Place
from bot.ui.drawing import Drawing
from bot.ui.forms import Form

ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_MESSAGE = 10008
DEFER_AFTER = 2.0  # seconds after arrival; Discord waits three


_Made = TypeVar("_Made")


class Defer(Enum):
    """What to tell Discord when an answer takes longer than it waits."""

    NEW = "a new private message is coming"
    SAY = "a new message in the member's own conversation is coming"
    REDRAW = "the message pressed will change"
    NEVER = "a form opens at once or not at all"


_DEFERRED = {
    discord.InteractionResponseType.deferred_channel_message: Defer.NEW,
    discord.InteractionResponseType.deferred_message_update: Defer.REDRAW,
}


class Reply:
    """The only way an interaction is answered. One a time: deferring and answering never cross."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self.interaction = interaction
        self._turn = asyncio.Lock()
        told = interaction.response.type
        self._deferred = None if told is None else _DEFERRED.get(told)

    async def show(self, drawing: Drawing) -> None:
        """Send a new message that the member alone sees; what was pressed, which others may see, stays as it is."""
        async with self._turn:
            if self._deferred is Defer.NEW:
                await self._edit(drawing)
                return

            async def send() -> None:
                files = _attachments(drawing) or MISSING
                if self.interaction.response.is_done():
                    await self.interaction.followup.send(view=drawing, files=files, ephemeral=True)
                else:
                    await self.interaction.response.send_message(view=drawing, files=files, ephemeral=True)

            await self._answer(send)

    async def say(self, neutral: Drawing, drawing: Drawing) -> Place | None:
        """Send a new message in the member's own conversation with the bot, without sound, to stay there.

        A notification shows the neutral line alone; what the message says comes by edit. None where Discord made it one
        that does not last.
        """
        async with self._turn:
            response = self.interaction.response
            if self._deferred in {None, Defer.REDRAW} and response.is_done():
                with readable():
                    sent = await self.interaction.followup.send(view=neutral, silent=True, wait=True)
                await insist(lambda: sent.edit(view=drawing, attachments=_attachments(drawing)))
                return _place_of(sent)
            if self._deferred is None:
                await self._answer(lambda: response.send_message(view=neutral, silent=True))
            return _place_of(await self._edit(drawing))

    async def show_once_drawn(self, drawing: Awaitable[Drawing]) -> None:
        """Send a new message that the member alone sees, telling Discord where drawing it takes long."""
        await self.show(await self.patiently(drawing, Defer.NEW))

    async def patiently(self, acting: Awaitable[_Made], how: Defer) -> _Made:
        """Wait for what answers or what that needs, telling Discord that it takes long before Discord stops waiting."""
        task = asyncio.ensure_future(acting)
        try:
            await asyncio.wait({task}, timeout=DEFER_AFTER)
            if not task.done():
                # What acts goes on and may commit; its own answer meets the same trouble, and that is reported.
                with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                    await self.defer(how)
            return await task
        finally:
            task.cancel()  # where we are let go of, so is what we wait for

    async def open(self, form: Form) -> None:
        """Open a form. It has to come first, before anything is read or waited for.

        Raises:
            ValueError: a form was sent off, which Discord lets no form answer.
        """
        if self.interaction.type is discord.InteractionType.modal_submit:
            raise ValueError
        async with self._turn:
            await self._answer(lambda: self.interaction.response.send_modal(form))

    async def suggest_nothing(self) -> None:
        """Answer someone who is typing with no choices, where there is no answer yet."""
        async with self._turn:
            response = self.interaction.response
            if not response.is_done():
                await self._answer(lambda: response.autocomplete([]))

    async def redraw(self, drawing: Drawing) -> None:
        """Draw the message that was pressed anew."""
        async with self._turn:
            if self._deferred is not None:
                await self._edit(drawing)
                return

            async def send() -> None:
                await self.interaction.response.edit_message(view=drawing, attachments=_attachments(drawing))

            await self._answer(send)
            self._deferred = Defer.REDRAW  # drawn again, it is the same message

    async def defer(self, how: Defer) -> None:
        """Tell Discord that the answer is coming; does nothing once answered or deferred."""
        async with self._turn:
            response = self.interaction.response
            if how is Defer.NEVER or self._deferred is not None or response.is_done():
                return
            if how in {Defer.NEW, Defer.SAY}:
                await self._answer(lambda: response.defer(ephemeral=how is Defer.NEW, thinking=True))
            else:
                await self._answer(response.defer)
            self._deferred = how

    async def announce(self, drawing: Drawing) -> bool:
        """Answer a command with a message everyone sees; False when it is private, as it is once deferred so."""
        is_private = False

        async def send() -> None:
            nonlocal is_private
            is_private = (await self.interaction.response.send_message(view=drawing)).is_ephemeral()

        async with self._turn:
            if self._deferred is not None:
                await self._edit(drawing)
                return False
            await self._answer(send)
        return not is_private

    async def publish(self, drawing: Drawing) -> bool:
        """Post a message everyone sees, after deferring; False when Discord kept it private."""
        try:
            with readable():
                return not (await self.interaction.followup.send(view=drawing, wait=True)).flags.ephemeral
        except UnreadableAnswerError:
            return True

    async def remove(self) -> None:
        """Delete the message that was pressed, after deferring; one that is gone already is as good."""
        try:
            await insist(self.interaction.delete_original_response)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def _answer(self, send: Callable[[], Awaitable[object]]) -> None:
        """Give the first answer to an interaction; one that arrived although the connection broke counts as given."""
        tried = False

        async def give() -> None:
            nonlocal tried
            again, tried = tried, True
            try:
                await send()
            except discord.HTTPException as error:
                if error.code != ALREADY_ACKNOWLEDGED or not again:
                    raise

        try:
            await insist(give)
        except UnreadableAnswerError:
            if not self.interaction.response.is_done():
                raise

    async def _edit(self, drawing: Drawing) -> discord.InteractionMessage | None:
        """Change the message that answers; None where Discord changed it and says of it what cannot be read."""
        try:
            return await insist(
                lambda: self.interaction.edit_original_response(view=drawing, attachments=_attachments(drawing))
            )
        except UnreadableAnswerError:
            return None


def _place_of(message: discord.Message | None) -> Place | None:
    return None if message is None or message.flags.ephemeral else Place(message.channel.id, message.id)


def _attachments(drawing: Drawing) -> list[discord.File]:
    return [one.file() for one in drawing.pictures]


def nonce_of(token: bytes) -> str:
    """Write a sending's token in the 25 characters that a nonce may have: with it Discord takes a message once."""
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()
