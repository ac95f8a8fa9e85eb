"""Answers one interaction, however late, twice or broken the way there is."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import aiohttp
import discord
from discord.utils import MISSING

from bot.ui.drawing import Drawing

ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_MESSAGE = 10008
_ATTEMPTS = 3
_PATIENCE = 10.0  # seconds; Discord drops an interaction after three, so longer silence is a lost connection


class Defer(Enum):
    """What to tell Discord when an answer takes longer than it waits."""

    NEW = "a new private message is coming"
    REDRAW = "the message pressed will change"
    NEVER = "a form opens at once or not at all"


class Reply:
    """The only way an interaction is answered. One a time: deferring and answering never cross."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._turn = asyncio.Lock()
        self._deferred: Defer | None = None

    async def show(self, drawing: Drawing) -> None:
        """Send a new message that the member alone sees; what was pressed, which others may see, stays as it is."""
        async with self._turn:
            if self._deferred is Defer.NEW:
                await self._edit(drawing)
                return

            async def send() -> None:
                files = _attachments(drawing) or MISSING
                if self._interaction.response.is_done():
                    await self._interaction.followup.send(view=drawing, files=files, ephemeral=True)
                else:
                    await self._interaction.response.send_message(view=drawing, files=files, ephemeral=True)

            await _insist(send)

    async def redraw(self, drawing: Drawing) -> None:
        """Draw the message that was pressed anew."""
        async with self._turn:
            if self._deferred is not None:
                await self._edit(drawing)
                return

            async def send() -> None:
                await self._interaction.response.edit_message(view=drawing, attachments=_attachments(drawing))

            await _insist(send)

    async def defer(self, how: Defer) -> None:
        """Tell Discord that the answer is coming; does nothing once answered or deferred."""
        async with self._turn:
            response = self._interaction.response
            if how is Defer.NEVER or self._deferred is not None or response.is_done():
                return
            if how is Defer.NEW:
                await _insist(lambda: response.defer(ephemeral=True, thinking=True))
            else:
                await _insist(response.defer)
            self._deferred = how

    async def publish(self, drawing: Drawing) -> bool:
        """Post a message everyone sees, after deferring; False when Discord kept it private."""
        message = await self._interaction.followup.send(view=drawing, wait=True)
        return not message.flags.ephemeral

    async def remove(self) -> None:
        """Delete the message that was pressed, after deferring; one that is gone already is as good."""
        try:
            await _insist(self._interaction.delete_original_response)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def _edit(self, drawing: Drawing) -> None:
        async def send() -> None:
            await self._interaction.edit_original_response(view=drawing, attachments=_attachments(drawing))

        await _insist(send)


def _attachments(drawing: Drawing) -> list[discord.File]:
    return [one.file() for one in drawing.pictures]


async def _insist(send: Callable[[], Awaitable[object]]) -> None:
    """Send; again when the connection broke, which discord.py does not do on Linux. Sent twice counts as sent."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with asyncio.timeout(_PATIENCE):
                await send()
        except (OSError, aiohttp.ClientConnectionError):
            if attempt == _ATTEMPTS:
                raise
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED or attempt == 1:
                raise
            return
        else:
            return
