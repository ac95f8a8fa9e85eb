"""Wires what moderators post and set: cards, settings, the weekly prompt, suggestions, and the jobs time calls.

It gets the services over that and no others. When it joins, `bot/halves.py` says.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import discord
from discord import app_commands

from bot.cogs.cards.commands import Cards
from bot.cogs.cards.poster import Poster
from bot.cogs.presses import Handler
from bot.cogs.servers.settings import ServersCog
from bot.cogs.servers.suggestions import SuggestionsCog
from bot.cogs.servers.weekly import WeeklyCog
from bot.domain.servers.view import ServerView
from bot.jobs.cards import CardsJob
from bot.jobs.health import JobHealth
from bot.jobs.runner import Duty, Job
from bot.jobs.servers import ServersJob
from bot.jobs.weekly import WeeklyJob
from bot.services.noticeboard import Noticeboard as Services
from bot.services.pack import ServedPack
from bot.ui.ids import Kind


class Noticeboard:
    """The moderators' half of the bot. Without a key it has no commands, and its old buttons say so."""

    def __init__(  # noqa: PLR0913  # what it is wired of
        self,
        pack: ServedPack,
        open_board: Callable[[], Awaitable[Services]],
        view: ServerView,
        clock: Callable[[], datetime],
        health: JobHealth,
        *,
        has_key: bool,
    ) -> None:
        self._pack, self._open, self._clock, self._has_key = pack, open_board, clock, has_key
        self._health = health
        self._poster = Poster(pack, view, clock)
        self._answering = (
            Cards(pack, open_board, clock, view, self._poster),
            ServersCog(pack, open_board, view),
        )
        self._pressed = (
            *self._answering,
            WeeklyCog(pack, open_board),
            SuggestionsCog(pack, open_board, clock),
        )

    def commands(self) -> Iterator[app_commands.Group | app_commands.ContextMenu]:
        """Make the commands; none while there is no key, for nothing can be kept without one."""
        return chain.from_iterable(cog.commands() for cog in self._answering) if self._has_key else iter(())

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        return chain.from_iterable(cog.presses() for cog in self._pressed)

    def jobs(self, client: discord.Client) -> Iterator[Duty[Any]]:
        """Make the jobs that work through a client; none without a key."""
        jobs: tuple[Job[Services], ...] = (
            CardsJob(self._pack, client, self._poster, self._clock),
            WeeklyJob(self._pack, client),
            ServersJob(client, self._health),
        )
        return (Duty(job, self._open) for job in (jobs if self._has_key else ()))
