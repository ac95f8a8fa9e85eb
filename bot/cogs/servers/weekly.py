"""Pause on a weekly prompt: for moderators; what else stands there belongs to `/reflect` and `/support`."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.cogs.servers.moderating import moderates
from bot.domain.servers.settings import ServerSettings
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.ids import Kind
from bot.ui.pages import draw_plain

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard


class WeeklyCog:
    """Pauses the weekly prompt. Nothing else about who presses anything on it is looked at or counted."""

    def __init__(self, pack: ServedPack, open_board: "Callable[[], Awaitable[Noticeboard]]") -> None:
        self._pack, self._open = pack, open_board

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.WEEKLY_PAUSE, Handler(self._pause, Defer.NEW)

    async def _pause(self, pressed: Pressed) -> None:
        words, server = self._pack.library.weekly.pause, pressed.interaction.guild_id
        if server is None or not moderates(pressed.interaction):
            raise UserError(words.for_moderators)
        record = await (await self._open()).servers.update(server, _paused)
        is_set = record.settings.weekly.channel is not None
        await pressed.reply.show(draw_plain(words.paused if is_set else words.nothing_set))


def _paused(settings: ServerSettings) -> ServerSettings:
    weekly = settings.weekly
    return settings if weekly.channel is None else replace(settings, weekly=replace(weekly, paused=True))
