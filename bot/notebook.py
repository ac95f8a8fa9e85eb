"""Wires everything personal: the cogs that ask for what members keep, and the jobs time calls.

Nothing here opens the storage, or imports it: see `bot/services/opening.py`. When it joins, `bot/halves.py` says.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.cogs.checkins.arrivals import Arrivals
from bot.cogs.checkins.steps import Steps
from bot.cogs.lookback.entry import KeptCheckIns
from bot.cogs.lookback.history import Lookback
from bot.cogs.lookback.situations import SituationsCog
from bot.cogs.mydata.clearing import Sweeper
from bot.cogs.mydata.panel import MyData
from bot.cogs.presses import Handler
from bot.cogs.private import Conversation
from bot.cogs.reminders.clocks import Clocks
from bot.cogs.reminders.nudges import NudgesCog
from bot.cogs.reminders.panel import RemindersCog
from bot.config import Settings
from bot.domain.reminders.letters import LetterKind
from bot.jobs.backups import BackupJob
from bot.jobs.clearing import ClearingJob
from bot.jobs.folding import FoldingJob
from bot.jobs.health import JobHealth
from bot.jobs.retention import RetentionJob
from bot.jobs.runner import Duty, Job
from bot.jobs.sending import SendingJob
from bot.jobs.wiping import WipingJob
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.ids import Kind

if TYPE_CHECKING:
    from bot.services.personal import Personal


class Notebook:
    """The private half of the bot. Without a key it has no commands, and its old buttons say so."""

    def __init__(
        self, settings: Settings, pack: ServedPack, door: Door, clock: Callable[[], datetime], health: JobHealth
    ) -> None:
        self._pack, self._door, self._clock, self._health = pack, door, clock, health
        self._has_key = settings.storage.has_key
        asked = settings.check_ins
        reminders = asked.enabled and asked.reminders
        switched: dict[LetterKind, bool] = {"reminder": reminders, "nudge": asked.enabled}
        self._sent: list[LetterKind] = [kind for kind, on in switched.items() if on]
        self._sweeper = Sweeper(door, clock)
        conversation = Conversation(pack)
        steps = Steps(pack, door, conversation, clock, notes=asked.notes, reminders=reminders)
        nudges = NudgesCog(pack, door, clock, on=asked.enabled)
        nudge, moderates = nudges.offer_nudge, settings.operator.moderates
        arrivals = Arrivals(pack, door, conversation, steps, nudge, enabled=asked.enabled, moderates=moderates)
        lookback = Lookback(pack, door, clock, enabled=self._has_key)
        my_data = MyData(pack, door, self._sweeper, clock, moderates=moderates)
        kept = KeptCheckIns(pack, door, clock, arrivals.begin_about, notes=asked.notes)
        reminding = RemindersCog(pack, door, clock, on=reminders)
        self._answering = (arrivals, lookback, my_data, reminding)
        self._pressed = (
            *self._answering,
            steps,
            nudges,
            kept,
            Clocks(pack, door),
            SituationsCog(pack, door, clock),
        )

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group]:
        """Make the commands; none while there is no key, for nothing can be kept without one."""
        return chain.from_iterable(cog.commands() for cog in self._answering) if self._has_key else iter(())

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        return chain.from_iterable(cog.presses() for cog in self._pressed)

    def jobs(self, client: discord.Client) -> "Iterator[Duty[Personal]]":
        """Make the jobs that work through a client; none without a key."""
        jobs: tuple[Job[Personal], ...] = (
            SendingJob(self._pack, client, self._clock, self._sent),
            FoldingJob(self._pack, client),
            ClearingJob(client, self._sweeper, self._clock),
            RetentionJob(self._pack, client, self._health),
            WipingJob(),
            BackupJob(),
        )
        return (Duty(job, self._door.personal) for job in (jobs if self._has_key else ()))
