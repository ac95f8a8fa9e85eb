"""`/glossary`: what a word means."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from bot.cogs.commands import make_command
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.pages import draw_term, draw_terms_page


class GlossaryCog:
    """Looks words up."""

    def __init__(self, pack: ServedPack) -> None:
        self._pack = pack

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it."""
        words = self._pack.library.interface.commands.glossary

        async def glossary(interaction: discord.Interaction[Any], term: str) -> None:
            await Reply(interaction).show_once_drawn(self._look_up(term, interaction.guild_id))

        async def suggest(typed: str, _: discord.Interaction[Any]) -> list[tuple[str, str]]:
            return (await self._pack.indexes()).terms.suggest(typed)

        yield make_command(words, "term", glossary, suggest)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.TERM, Handler(self._open, Defer.NEW)
        yield Kind.TERMS, Handler(self._list, Defer.NEW)
        yield Kind.TERMS_PAGE, Handler(self._turn_page, Defer.REDRAW)

    async def _open(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._look_up(pressed.subject, pressed.interaction.guild_id))

    async def _list(self, pressed: Pressed) -> None:
        await pressed.reply.show(draw_terms_page(self._pack.library, 0))

    async def _turn_page(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_terms_page(self._pack.library, pressed.press.position))

    async def _look_up(self, typed: str, server: int | None) -> Drawing:
        library = self._pack.library_of(server)
        term = library.terms.get(typed)
        if term is None:
            named = (await self._pack.indexes()).terms.exact(typed)
            library = self._pack.library_of(server)
            term = library.terms.get(named or "")
        if term is None:
            return draw_terms_page(library, 0, library.interface.glossary.not_found)
        return draw_term(library, term)
