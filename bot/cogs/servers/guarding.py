"""Who may change what a server has set: read from each interaction, for a command's default permissions are a hint."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.servers.settings import served_languages
from bot.errors import UserError
from bot.services.pack import ServedPack


class Keepers:
    """Lets members with Manage Server in, and nobody else."""

    def __init__(self, pack: ServedPack) -> None:
        self._pack = pack

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages this bot serves."""
        return served_languages(self._pack.folder.name)

    def server_of(self, interaction: discord.Interaction[Any]) -> int:
        """Give the server whose settings someone may change.

        Raises:
            UserError: they may not, or this is no server.
        """
        words = self._pack.library.servers.screen
        if interaction.guild_id is None:
            raise UserError(words.not_here)
        if not (interaction.permissions.manage_guild or interaction.permissions.administrator):
            raise UserError(words.not_allowed)
        return interaction.guild_id

    def guard(self, act: Callable[[Pressed], Awaitable[None]], defer: Defer) -> Handler:
        """Make a handler that lets nobody else in."""

        async def guarded(pressed: Pressed) -> None:
            self.server_of(pressed.interaction)
            await act(pressed)

        return Handler(guarded, defer)
