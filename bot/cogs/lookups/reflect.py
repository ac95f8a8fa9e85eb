"""`/reflect`: one prompt, and another. The walk lives in the button's custom id and nowhere else."""

import secrets
from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from bot.cogs.commands import make_command
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.content import Prompt, Theme
from bot.domain.library import Library
from bot.domain.servers.weekly import prompts_for_channels
from bot.domain.shuffle import pick, seed_beginning_with
from bot.services.pack import ServedPack
from bot.ui.cards.card import name_theme
from bot.ui.drawing import Drawing, echo
from bot.ui.ids import MOST_NUMBER, TOKEN_BYTES, Kind, Press, mark_of
from bot.ui.pages import draw_prompt, draw_themes

ANY_THEME = ""


class Reflect:
    """Shows prompts; an answer is nobody's business and has nowhere to go."""

    def __init__(self, pack: ServedPack) -> None:
        self._pack = pack

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it."""
        words = self._pack.library.interface.commands.reflect

        async def reflect(interaction: discord.Interaction[Any], theme: str = ANY_THEME) -> None:
            await Reply(interaction).show_once_drawn(self._begin(theme, interaction.guild_id))

        async def suggest(typed: str, interaction: discord.Interaction[Any]) -> list[tuple[str, str]]:
            indexes = await self._pack.indexes_of(interaction.guild_id)
            library, found = indexes.library, indexes.themes.suggest(typed)
            return [(id_, name_theme(library, library.themes[id_])) for id_, _ in found]

        yield make_command(words, "theme", reflect, suggest)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.REFLECT, Handler(self._start, Defer.NEW)
        yield Kind.ANOTHER, Handler(self._go_on, Defer.REDRAW)
        yield Kind.THEME, Handler(self._change_theme, Defer.REDRAW)

    async def _start(self, pressed: Pressed) -> None:
        server, mark = pressed.interaction.guild_id, pressed.press.position
        if mark:
            drawing = _draw_from(self._pack.library_of(server), pressed.subject, mark)
        else:
            drawing = await self._begin(pressed.subject, server)
        await pressed.reply.show(drawing)

    async def _go_on(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(_draw(self._pack.library_of(pressed.interaction.guild_id), pressed.press))

    async def _change_theme(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(await self._begin(pressed.subject, pressed.interaction.guild_id))

    async def _begin(self, theme: str, server: int | None) -> Drawing:
        library = self._pack.library_of(server)
        found = theme if theme in library.themes else None
        if theme != ANY_THEME and found is None:
            indexes = await self._pack.indexes_of(server)
            library, found = indexes.library, indexes.themes.exact(theme)
        if theme != ANY_THEME and found is None:
            return draw_themes(library, library.interface.reflect.no_theme.format(theme=echo(theme)))
        return _draw(library, Press(Kind.ANOTHER, found or ANY_THEME, secrets.token_bytes(TOKEN_BYTES)))


def _draw_from(library: Library, theme: str, mark: int) -> Drawing:
    """Begin with the very prompt that was posted; where it is gone, with one that could have been, and say so."""
    prompts = _walk(library, theme)
    first, note = next((one for one in prompts if mark_of(one[1].id) == mark), None), ""
    if first is None:
        gentle = prompts_for_channels(library, theme) or prompts_for_channels(library, None)
        first, note = secrets.choice(gentle or prompts), library.weekly.message.gone
        theme = first[0].id
    seed = seed_beginning_with(_walk(library, theme), first, lambda: secrets.token_bytes(TOKEN_BYTES))
    return _draw(library, Press(Kind.ANOTHER, theme, seed), note)


def _walk(library: Library, theme: str) -> list[tuple[Theme, Prompt]]:
    """List the prompts of a theme; an earlier theme that is gone becomes any theme."""
    chosen = library.themes.get(theme)
    return [(one, prompt) for one in ([chosen] if chosen else library.themes.values()) for prompt in one.prompts]


def _draw(library: Library, press: Press, note: str = "") -> Drawing:
    """Draw the prompt a press stands at."""
    (theme, prompt), came_round = pick(_walk(library, press.subject), press.token, press.position)
    note = library.interface.reflect.around if came_round else note
    return draw_prompt(library, theme, prompt, press.at(min(press.position + 1, MOST_NUMBER)), note)
