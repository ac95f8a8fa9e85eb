"""Draws neutral lines over check-ins that lay untouched, and ends those whose time is over."""

import logging
from typing import TYPE_CHECKING

import discord

from bot.cogs.attempts import UnreadableAnswerError
from bot.cogs.messages import edit_message
from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.domain.people import Place
from bot.services.pack import ServedPack
from bot.ui.checkins.steps import draw_ended, draw_paused, draw_put_away
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind, Press

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

log = logging.getLogger(__name__)


class FoldingJob:
    """The job that puts check-ins away, so that nothing personal stays on a screen."""

    name = "folding"

    def __init__(self, pack: ServedPack, client: discord.Client) -> None:
        self._pack, self._client = pack, client

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Put away what lay for two hours, then end what is over."""
        library = self._pack.library
        if (now := await lease.hold()) is None:
            return
        for one in await personal.folding.fold(now):
            if (now := await lease.hold()) is None:
                return
            press = Press(Kind.GO_ON, token=one.token, version=one.version)
            drawing = draw_put_away(library) if one.until is None else draw_paused(library, press, one.until)
            if await self._draw(one.place, drawing):
                await personal.folding.done(one)
        for place in await personal.folding.end(now):
            await self._draw(place, draw_ended(library))

    async def _draw(self, place: Place, drawing: Drawing) -> bool:
        """Draw over a message; True when it shows that now, or is gone."""
        try:
            await edit_message(self._client, place.channel, place.message, drawing)
        except (discord.NotFound, discord.Forbidden, UnreadableAnswerError):
            return True
        except DISCORD_TROUBLE as error:
            log.warning("A check-in could not be put away yet: %s", name_trouble(error))
            return False
        return True
