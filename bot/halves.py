"""The halves of the bot that connecting does not wait for; they join a client once it is connected.

Importing them takes a good part of the time that connecting does, and lookups and support need none of it. What is for
them and comes earlier waits for them: see `GatewayClient.complete`.
"""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import discord
from discord import app_commands

from bot.cogs.presses import Handler
from bot.config import Settings
from bot.domain.trusted_time import Clock
from bot.jobs.health import JobHealth
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.transport.gateway import GatewayClient
from bot.ui.ids import Kind

if TYPE_CHECKING:
    from bot.jobs.runner import Duty


class Half(Protocol):
    """A module that wires cogs and jobs of its own."""

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu]:
        """Make the commands."""
        ...

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        ...

    def jobs(self, client: discord.Client) -> "Iterator[Duty[Any]]":
        """Make the jobs that work through a client, each with what opens its services."""
        ...


class Halves:
    """Makes the halves once, and joins them to each client."""

    def __init__(self, settings: Settings, pack: ServedPack, door: Door, clock: Clock, health: JobHealth) -> None:
        self._settings, self._pack, self._door, self._clock = settings, pack, door, clock
        self._health = health
        self.made: tuple[Half, ...] = ()

    async def join(self, client: GatewayClient) -> None:
        """Add their commands and presses to a client, and start their jobs."""
        await asyncio.to_thread(_import)  # some hundredths of a second, in which others are answered
        from bot.jobs.runner import Jobs  # noqa: PLC0415  # a start does not wait for it

        commands = [*self.commands()]
        duties = [duty for half in self.made for duty in half.jobs(client)]
        jobs = Jobs(self._clock, duties, self._health) if duties else None
        for half in self.made:
            client.presses.add(half.presses())
        for command in commands:
            client.tree.add_command(command)
        if jobs is not None:
            client.jobs = jobs
            jobs.start()

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu]:
        """Make the commands of all of them."""
        self.made = self.made or self._make()
        return (command for half in self.made for command in half.commands())

    def _make(self) -> tuple[Half, ...]:
        from bot.notebook import Notebook  # noqa: PLC0415  # a start does not wait for it
        from bot.noticeboard import Noticeboard  # noqa: PLC0415  # a start does not wait for it

        door, has_key = self._door, self._settings.storage.has_key
        return (
            Notebook(self._settings, self._pack, door, self._clock, self._health),
            Noticeboard(self._pack, door.noticeboard, door.view, self._clock, self._health, has_key=has_key),
        )


def _import() -> None:
    import bot.notebook  # noqa: PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
    import bot.noticeboard  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
