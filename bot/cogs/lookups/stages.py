"""`/stages`: the trajectory as a picture and as words, and each stage with its look-alikes."""

import asyncio
from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.library import Library
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.pages import draw_stage, draw_stages, draw_ways_on


class Stages:
    """Shows the five stages, none before another."""

    def __init__(self, pack: ServedPack) -> None:
        self._pack = pack
        self._drawn: tuple[Library, Drawing] | None = None

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it."""
        words = self._pack.library.interface.commands.stages

        async def stages(interaction: discord.Interaction[Any]) -> None:
            await Reply(interaction).show_once_drawn(self._overview())

        yield app_commands.Command(name=words.name, description=words.description, callback=stages)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.STAGES, Handler(self._show_overview, Defer.NEW)
        yield Kind.STAGE, Handler(self._show_stage, Defer.NEW)

    async def _show_overview(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._overview())

    async def _show_stage(self, pressed: Pressed) -> None:
        library = self._pack.library_of(pressed.interaction.guild_id)
        stage = library.stages.get(pressed.subject)
        drawing = draw_stage(library, stage) if stage else draw_ways_on(library, library.interface.explain.gone)
        await pressed.reply.show(drawing)

    async def _overview(self) -> Drawing:
        library = self._pack.library
        if self._drawn is None or self._drawn[0] is not library:
            alt = library.interface.stages.picture
            from bot.ui.pictures import render_stages  # noqa: PLC0415  # the renderer is needed here alone

            picture = await asyncio.to_thread(render_stages, library.trajectory, alt)
            self._drawn = library, draw_stages(library, picture)
        return self._drawn[1]
