"""`/lookback`: the days, the picture, the list to bring up. Nothing is shown to anyone but the member."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.cogs.mydata.transfer import alone
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.checkins.situations import find_label, suggest_labels
from bot.domain.lookback import ALL, PERIODS, Look, Spot, to_bring_up
from bot.errors import StorageError
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.drawing import MOST_OPTIONS, Drawing
from bot.ui.ids import Kind
from bot.ui.lookback.history import View, draw_bring_up, draw_look, draw_look_picture, draw_nothing


class Lookback:
    """Shows what a member kept, as they left it."""

    def __init__(self, pack: ServedPack, door: Door, clock: Callable[[], datetime], *, enabled: bool) -> None:
        self._pack, self._door, self._clock, self._enabled = pack, door, clock, enabled

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it; none where nothing can be kept."""
        words = self._pack.library.lookback.command
        named = (words.periods.week, words.periods.month, words.periods.quarter, words.periods.year, words.periods.all)
        choices = [app_commands.Choice(name=name, value=value) for name, value in zip(named, PERIODS, strict=True)]

        async def look_back(
            interaction: discord.Interaction[Any], situation: str | None = None, period: str = ALL
        ) -> None:
            reply = Reply(interaction)
            await reply.patiently(self._answer(interaction, reply, situation, period), Defer.NEW)

        async def complete(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
            return await self._suggest(interaction.user.id, typed)

        app_commands.rename(situation=words.situation.name, period=words.period.name)(look_back)
        app_commands.describe(situation=words.situation.description, period=words.period.description)(look_back)
        app_commands.choices(period=choices)(look_back)
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=words.name, description=words.description, callback=look_back
        )
        command.autocomplete("situation")(complete)
        if self._enabled:
            yield command

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.LOOK, Handler(self._open, Defer.NEW)
        yield Kind.LOOK_PAGE, Handler(self._turn_page, Defer.REDRAW)
        yield Kind.LOOK_PICTURE, Handler(self._show_picture, Defer.NEW)
        yield Kind.BRING_UP, Handler(self._list_to_bring_up, Defer.REDRAW)
        yield Kind.BRING_UP_DONE, Handler(self._done_with, Defer.REDRAW)

    async def _answer(
        self, interaction: discord.Interaction[Any], reply: Reply, situation: str | None, period: str
    ) -> None:
        user = interaction.user.id
        if situation is None:
            await reply.show(await self._page(user, View(period)))
            return
        mine = await (await self._door.personal()).situations.mine(user, self._clock())
        chosen = next((one for one in mine if one.ref == situation), None) or find_label(mine, situation)
        library = self._pack.library
        await reply.show(await self._page(user, View(period, chosen.ref)) if chosen else draw_nothing(library))

    async def _suggest(self, user: int, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest the member's own labels; none where they cannot be had, for a suggestion has no room for why."""
        try:
            mine = await (await self._door.personal()).situations.mine(user, self._clock())
        except StorageError:
            return []
        found = suggest_labels(mine, typed)[:MOST_OPTIONS]
        return [app_commands.Choice(name=one.label, value=one.ref) for one in found]

    async def _open(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._page(pressed.interaction.user.id, View()))

    async def _turn_page(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(await self._page(pressed.interaction.user.id, View.of(pressed.press)))

    async def _show_picture(self, pressed: Pressed) -> None:
        from bot.ui.lookback.picture import days_in_words, draw_picture  # noqa: PLC0415  # its dates take time to load

        library, user = self._pack.library, pressed.interaction.user.id
        async with alone(library, await self._door.personal(), user):
            look = await self._look(user, View.of(pressed.press))
            if look is None or not look.entries:
                await pressed.reply.show(draw_nothing(library))
                return
            picture = await asyncio.to_thread(draw_picture, library, look)
        await pressed.reply.show(draw_look_picture(library, look, picture, days_in_words(library, look)))

    async def _list_to_bring_up(self, pressed: Pressed) -> None:
        await self._draw_bring_up(pressed, pressed.press.position)

    async def _done_with(self, pressed: Pressed) -> None:
        """Take the mark off a note; pressed late or twice, the list is drawn as it is."""
        press = pressed.press
        spot = Spot(press.token, press.version, press.position)
        lookback = (await self._door.personal()).lookback
        await lookback.change(
            pressed.interaction.user.id, spot, lambda answer: replace(answer, bring_up=False), self._clock()
        )
        await self._draw_bring_up(pressed, int(press.subject or "0"))

    async def _draw_bring_up(self, pressed: Pressed, page: int) -> None:
        library = self._pack.library
        look = await self._look(pressed.interaction.user.id, View())
        drawing = draw_bring_up(library, look, to_bring_up(look.entries), page) if look else draw_nothing(library)
        await pressed.reply.redraw(drawing)

    async def _page(self, user: int, view: View) -> Drawing:
        library, look = self._pack.library, await self._look(user, view)
        return draw_look(library, look, view) if look else draw_nothing(library)

    async def _look(self, user: int, view: View) -> Look | None:
        lookback = (await self._door.personal()).lookback
        return await lookback.look(user, self._clock(), view.period, view.situation)
