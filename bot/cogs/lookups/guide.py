"""`/support`, `/help`, `/about`, and the fixed answer to a message typed into the private conversation."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands

from bot import __version__
from bot.cogs.commands import make_command
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.servers.view import ServerView
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.pages import Runner, draw_about, draw_direct_message, draw_help
from bot.ui.support import EVERYWHERE, PLAIN, SupportView, draw_support, draw_support_unlisted

BETWEEN_ANSWERS = timedelta(hours=1)
_MOST_CHANNELS = 10_000


class Guide:
    """Shows the way: to help, to what there is, to who runs this."""

    def __init__(self, pack: ServedPack, runner: Runner, now: Callable[[], datetime], view: ServerView) -> None:
        self._pack, self._view = pack, view
        self._runner = runner
        self._now = now
        self._answered: OrderedDict[int, datetime] = OrderedDict()

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the commands under the names the pack gives them."""
        words = self._pack.library.interface.commands

        async def support(interaction: discord.Interaction[Any], country: str = EVERYWHERE) -> None:
            await Reply(interaction).show_once_drawn(self._support(country))

        async def suggest(typed: str, _: discord.Interaction[Any]) -> list[tuple[str, str]]:
            return (await self._pack.indexes()).places.suggest(typed)

        yield make_command(words.support, "country", support, suggest, always=True)

        async def help_(interaction: discord.Interaction[Any]) -> None:
            await Reply(interaction).show_once_drawn(self._help(interaction.guild_id))

        yield app_commands.Command(name=words.help.name, description=words.help.description, callback=help_)

        async def about(interaction: discord.Interaction[Any]) -> None:
            await Reply(interaction).show(draw_about(self._pack.library, __version__, self._runner))

        yield app_commands.Command(name=words.about.name, description=words.about.description, callback=about)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.SUPPORT, Handler(self._show_support, Defer.NEW)
        yield Kind.COUNTRY, Handler(self._change_support, Defer.REDRAW)
        yield Kind.COUNTRY_BESIDE, Handler(self._show_support_beside, Defer.NEW)

    def answer_to_message(self, channel_id: int) -> Drawing | None:
        """Give the fixed answer to a typed message; None when the channel had it within the hour."""
        now = self._now()
        last = self._answered.get(channel_id)
        if last is not None and now - last < BETWEEN_ANSWERS:
            return None
        self._answered[channel_id] = now
        self._answered.move_to_end(channel_id)
        if len(self._answered) > _MOST_CHANNELS:
            self._answered.popitem(last=False)
        return draw_direct_message(self._pack.library, check_ins=self._runner.check_ins)

    async def _help(self, server: int | None) -> Drawing:
        library, intro = self._pack.library_of(server), (await self._view.settings(server)).intro
        return draw_help(library, self._runner, library.explainer(intro) if intro else None)

    async def _show_support(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._support(EVERYWHERE))

    async def _change_support(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(await self._support(pressed.subject, SupportView.at(pressed.press.position)))

    async def _show_support_beside(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._support(pressed.subject, SupportView.at(pressed.press.position)))

    async def _support(self, country: str, view: SupportView = PLAIN) -> Drawing:
        library, now = self._pack.library, self._now()
        places = {place.code: place for place in library.resources.places}
        place = places.get(country)
        if place is None:
            indexes = await self._pack.indexes()
            library = indexes.library
            places = {place.code: place for place in library.resources.places}
            place = places.get(indexes.places.exact(country) or "")
        if place is not None:
            return draw_support(library, place, now, view)
        return draw_support_unlisted(library, country, now, view)
