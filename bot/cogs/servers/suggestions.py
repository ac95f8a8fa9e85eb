"""Suggestions: what a lookup did not find, passed on to moderators without a name, after a look at what is sent.

The words stand on the member's private message and are read back from there: in no custom id, no store and no log.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.cogs.attempts import UnreadableAnswerError, insist
from bot.cogs.messages import send_message
from bot.cogs.presses import DISCORD_TROUBLE, Handler, Pressed, name_trouble
from bot.cogs.replies import Defer, nonce_of
from bot.cogs.servers.moderating import moderates, why_not
from bot.domain.library import Library
from bot.domain.servers.settings import ServerRecord, Trouble
from bot.domain.servers.suggestions import clean
from bot.errors import StorageError, UserError
from bot.services.pack import ServedPack
from bot.services.servers.suggestions import SuggestionCounts
from bot.ui.drawing import Drawing
from bot.ui.ids import TOKEN_BYTES, Kind
from bot.ui.pages import draw_plain, draw_ways_on
from bot.ui.quoting import words_on
from bot.ui.servers.suggestions import draw_preview, draw_suggestion

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard

log = logging.getLogger(__name__)


class SuggestionsCog:
    """Shows what would be sent, sends it, and lets moderators end it."""

    def __init__(
        self, pack: ServedPack, open_board: "Callable[[], Awaitable[Noticeboard]]", clock: Callable[[], datetime]
    ) -> None:
        self._pack, self._open = pack, open_board
        self._counts = SuggestionCounts(clock)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.SUGGEST, Handler(self._preview, Defer.REDRAW)
        yield Kind.SUGGEST_SEND, Handler(self._send, Defer.REDRAW)
        yield Kind.SUGGEST_LEAVE, Handler(self._leave, Defer.REDRAW)
        yield Kind.SUGGESTIONS_OFF, Handler(self._turn_off, Defer.NEW)

    async def _preview(self, pressed: Pressed) -> None:
        library, typed = self._library(pressed), words_on(pressed.interaction.message)
        words, cleaned = library.suggestions.answer, clean(typed or "")
        if typed is None:
            drawing = draw_ways_on(library, words.words_gone)
        elif not cleaned:
            drawing = draw_ways_on(library, words.empty)
        elif not self._counts.has_room(pressed.interaction.user.id):
            drawing = draw_ways_on(library, words.enough)
        elif (channel := await self._channel(pressed)) is None:
            drawing = draw_ways_on(library, words.off_by_now)
        else:
            drawing = draw_preview(library, cleaned, channel, secrets.token_bytes(TOKEN_BYTES))
        await pressed.reply.redraw(drawing)

    async def _send(self, pressed: Pressed) -> None:
        library, server = self._library(pressed), pressed.interaction.guild_id
        words, cleaned = library.suggestions.answer, clean(words_on(pressed.interaction.message) or "")
        if server is None or not cleaned:
            await pressed.reply.redraw(draw_ways_on(library, words.words_gone))
            return
        record = await (await self._open()).servers.load(server)
        channel, token = record.settings.suggestions, pressed.press.token
        if channel is None:
            drawing = draw_ways_on(library, words.off_by_now)
        elif self._counts.has_arrived(token):
            drawing = draw_ways_on(library, words.sent)
        elif pressed.press.subject != str(channel):  # who reads it there is theirs to weigh anew
            drawing = draw_preview(library, cleaned, channel, token, library.suggestions.preview.elsewhere_by_now)
        elif not self._counts.take(pressed.interaction.user.id, token):
            drawing = draw_ways_on(library, words.enough)
        else:
            drawing = await self._sent(pressed, library, record, channel, cleaned)
        await pressed.reply.redraw(drawing)

    async def _sent(
        self, pressed: Pressed, library: Library, record: ServerRecord, channel: int, cleaned: str
    ) -> Drawing:
        """Send it and draw what became of it. A press again has the same nonce, so that it comes once."""
        words, token = library.suggestions.answer, pressed.press.token
        client, drawing = pressed.interaction.client, draw_suggestion(library, cleaned)
        trouble = None
        try:
            await insist(lambda: send_message(client, channel, drawing, nonce=nonce_of(token)))
        except UnreadableAnswerError:  # it is there
            self._counts.note_arrived(token)
        except DISCORD_TROUBLE as error:
            trouble = why_not(error) if isinstance(error, discord.HTTPException) else None
            log.warning("A suggestion was not taken: %s", name_trouble(error))
            if trouble is None:
                return draw_preview(library, cleaned, channel, token, words.unsure)
            self._counts.give_back(pressed.interaction.user.id, token)
        else:
            self._counts.note_arrived(token)
        if trouble != record.suggestions_trouble:
            await self._note(pressed.interaction.guild_id or 0, channel, trouble)
        return draw_ways_on(library, words.refused if trouble else words.sent)

    async def _note(self, server: int, channel: int, trouble: Trouble | None) -> None:
        """Note for `/server settings` what keeps suggestions out of a channel, or that nothing does any more."""

        def edit(record: ServerRecord) -> ServerRecord:
            return replace(record, suggestions_trouble=trouble) if record.settings.suggestions == channel else record

        try:
            await (await self._open()).servers.note(server, edit)
        except StorageError as error:  # what the member is told stays true
            log.error("What became of a suggestion cannot be noted: %s", error)  # noqa: TRY400  # said in full

    async def _leave(self, pressed: Pressed) -> None:
        library = self._library(pressed)
        await pressed.reply.redraw(draw_ways_on(library, library.suggestions.answer.left))

    async def _turn_off(self, pressed: Pressed) -> None:
        words, server = self._pack.library.suggestions.message, pressed.interaction.guild_id
        if server is None or not moderates(pressed.interaction):
            raise UserError(words.for_moderators)
        await (await self._open()).servers.update(server, lambda before: replace(before, suggestions=None))
        await pressed.reply.show(draw_plain(words.turned_off))

    async def _channel(self, pressed: Pressed) -> int | None:
        """Give the channel that takes suggestions now."""
        server = pressed.interaction.guild_id
        return None if server is None else (await (await self._open()).servers.load(server)).settings.suggestions

    def _library(self, pressed: Pressed) -> Library:
        return self._pack.library_of(pressed.interaction.guild_id)
