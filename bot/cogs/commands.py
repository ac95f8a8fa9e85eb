"""Makes a slash command with one option under the names the pack gives them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import discord
from discord import app_commands

from bot.domain.interface import CommandWithOptionWords

ALWAYS: Final = "always"
"""In a command's `extras`: it is answered however much else of the same account is under way."""
Suggest = Callable[[str, discord.Interaction[Any]], Awaitable[Iterable[tuple[str, str]]]]
"""Gives (value, shown name) pairs for what was typed; at most 25, or Discord shows none."""


def make_command(
    words: CommandWithOptionWords,
    parameter: str,
    callback: Callable[..., Any],
    suggest: Suggest,
    *,
    always: bool = False,
) -> app_commands.Command[Any, ..., Any]:
    """Make a command whose one option is `parameter` of the callback and completes while a member types."""
    app_commands.rename(**{parameter: words.option.name})(callback)
    app_commands.describe(**{parameter: words.option.description})(callback)
    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=words.name, description=words.description, callback=callback, extras={ALWAYS: True} if always else {}
    )

    async def complete(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        suggested = await suggest(typed, interaction)
        return [app_commands.Choice(name=shown, value=value) for value, shown in suggested]

    command.autocomplete(parameter)(complete)
    return command
