"""Wires everything personal: one door to what members keep, the cogs that ask for it, and the jobs time calls.

Nothing here opens the storage, or imports it: see `bot/services/opening.py`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

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
from bot.jobs.clearing import ClearingJob
from bot.jobs.folding import FoldingJob
from bot.jobs.retention import RetentionJob
from bot.jobs.runner import Jobs
from bot.jobs.sending import SendingJob
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.ids import Kind


class Notebook:
    """The private half of the bot. Without a key it has no commands, and its old buttons say so."""

    def __init__(self, settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> None:
        self._pack, self._clock = pack, clock
        self.has_key = bool(settings.storage.key_files)
        asked = settings.check_ins
        reminders = asked.enabled and asked.reminders
        switched: dict[LetterKind, bool] = {"reminder": reminders, "nudge": asked.enabled}
        self._sent: list[LetterKind] = [kind for kind, on in switched.items() if on]
        self.door = Door(settings, pack, clock)
        self._sweeper = Sweeper(self.door, clock)
        conversation = Conversation(pack)
        steps = Steps(pack, self.door, conversation, notes=asked.notes, reminders=reminders)
        nudges = NudgesCog(pack, self.door, clock, on=asked.enabled)
        arrivals = Arrivals(pack, self.door, conversation, steps, nudges.offer_nudge, enabled=asked.enabled)
        lookback = Lookback(pack, self.door, clock, enabled=self.has_key)
        my_data = MyData(pack, self.door, self._sweeper, clock)
        kept = KeptCheckIns(pack, self.door, clock, arrivals.begin_about, notes=asked.notes)
        reminding = RemindersCog(pack, self.door, clock, on=reminders)
        self._answering = (arrivals, lookback, my_data, reminding)
        self._pressed = (
            *self._answering,
            steps,
            nudges,
            kept,
            Clocks(pack, self.door),
            SituationsCog(pack, self.door, clock),
        )

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group]:
        """Make the commands; none while there is no key, for nothing can be kept without one."""
        return chain.from_iterable(cog.commands() for cog in self._answering) if self.has_key else iter(())

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        return chain.from_iterable(cog.presses() for cog in self._pressed)

    def make_jobs(self, client: discord.Client) -> Jobs | None:
        """Make the jobs that work through a client; none without a key."""
        if not self.has_key:
            return None
        jobs = (
            SendingJob(self._pack, client, self._clock, self._sent),
            FoldingJob(self._pack, client),
            ClearingJob(client, self._sweeper, self._clock),
            RetentionJob(self._pack, client, self._clock),
        )
        return Jobs(self.door, self._clock, jobs)
