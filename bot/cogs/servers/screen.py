"""What every press on `/server settings` shares: reading what is chosen, changing by compare-and-set, drawing anew."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import discord

from bot.cogs.presses import Pressed
from bot.cogs.servers.guarding import Keepers
from bot.domain.library import Library
from bot.domain.servers.settings import Change, ServerRecord, ServerSettings, WeeklyPrompt
from bot.domain.servers.view import ServerView
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.servers.settings import TO_WRITE_IN, draw_settings

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard
    from bot.services.servers.settings import ServerService

_TO_POST = discord.Permissions(view_channel=True, send_messages=True)


class Screen:
    """The one screen. What others changed meanwhile is drawn, and never overwritten."""

    def __init__(
        self, pack: ServedPack, open_board: "Callable[[], Awaitable[Noticeboard]]", view: ServerView, keepers: Keepers
    ) -> None:
        self._pack, self._open, self._view, self.keepers = pack, open_board, view, keepers

    def drawn(self, server: int, record: ServerRecord, *notes: str, pressed: Kind | None = None) -> Drawing:
        """Draw what is set, with notes on what became of a press where it was pressed."""
        return draw_settings(self._pack.library_of(server), record, self.keepers.languages, *notes, pressed=pressed)

    async def draw_anew(self, pressed: Pressed) -> None:
        """Draw the message that was pressed as things stand."""
        server = self.keepers.server_of(pressed.interaction)
        await pressed.reply.redraw(self.drawn(server, await (await self.servers()).load(server)))

    async def change(self, pressed: Pressed, change: Change, *notes: str) -> None:
        """Change what is set and draw what stands then."""
        record = await self.changed(pressed, change)
        if record is not None:
            server = self.keepers.server_of(pressed.interaction)
            notes = notes or (self._pack.library.servers.screen.changed,)
            await pressed.reply.redraw(self.drawn(server, record, *notes, pressed=pressed.press.kind))

    async def change_weekly(
        self, pressed: Pressed, change: Callable[[WeeklyPrompt], WeeklyPrompt], *notes: str
    ) -> None:
        """Change how the weekly prompt is set."""
        await self.change(pressed, lambda before: replace(before, weekly=change(before.weekly)), *notes)

    async def changed(self, pressed: Pressed, change: Change) -> ServerRecord | None:
        """Change what is set; where the screen pressed is stale, draw it anew instead and give None."""
        server = self.keepers.server_of(pressed.interaction)
        record, done = await (await self.servers()).change(server, pressed.press.version, change)
        if not done:
            stale = self._pack.library.servers.screen.stale
            await pressed.reply.redraw(self.drawn(server, record, stale, pressed=pressed.press.kind))
        return record if done else None

    async def standing(self, pressed: Pressed) -> tuple[Library, ServerSettings]:
        """Give what a form is filled with; at hand, for a form opens at once or not at all."""
        server = self.keepers.server_of(pressed.interaction)
        return self._pack.library_of(server), await self._view.settings(server)

    def chosen(self, pressed: Pressed, kinds: tuple[int, ...]) -> list[int]:
        """Give the channels chosen, which Discord names with their kinds.

        Raises:
            UserError: one of them cannot be used for this.
        """
        resolved = _resolved_channels(pressed)
        if any(resolved.get(one, {}).get("type") not in kinds for one in pressed.values):
            raise UserError(self._pack.library.servers.screen.foreign_channel)
        return [int(one) for one in pressed.values]

    def chosen_one(self, pressed: Pressed) -> int:
        """Give the one channel chosen to write in; raises as `chosen` does."""
        chosen = self.chosen(pressed, TO_WRITE_IN)
        if len(chosen) != 1:
            raise UserError(self._pack.library.servers.screen.foreign_channel)
        return chosen[0]

    def closed(self, pressed: Pressed, channel: int) -> tuple[str, ...]:
        """Say so where Discord tells that the bot may not post in a channel."""
        told = _resolved_channels(pressed).get(str(channel), {}).get("app_permissions")
        if told is None or discord.Permissions(int(told)) >= _TO_POST or discord.Permissions(int(told)).administrator:
            return ()
        return (self._pack.library.servers.screen.no_post.format(channel=f"<#{channel}>"),)

    async def servers(self) -> "ServerService":
        """Give what reads and changes settings; raises StorageError while it cannot be had."""
        return (await self._open()).servers


def _resolved_channels(pressed: Pressed) -> Mapping[str, Mapping[str, Any]]:
    data = cast("Mapping[str, Any]", pressed.interaction.data or {})
    return data.get("resolved", {}).get("channels", {})
