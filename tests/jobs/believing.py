"""A process whose clocks a test has in its hand: what its machine shows, and what Discord tells it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from discord.utils import time_snowflake

from bot.services.leasing import Lease, Leasing
from bot.storage.ids import new_id
from bot.transport.discord_clock import DiscordClock

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """What time it really is, and how far off each machine's clock shows it."""

    now: datetime = NOW
    off: timedelta = timedelta()


@dataclass
class Process:
    """One process of the bot. Its steady clock begins anywhere."""

    world: World
    booted: datetime = field(default_factory=lambda: NOW - timedelta(days=3))

    def __post_init__(self) -> None:
        self.clock = DiscordClock(lambda: self.world.now + self.world.off, lambda: self.world.now - self.booted)
        self.holder = bytes(new_id())

    def hear(self, ahead: timedelta = timedelta()) -> None:
        """Get an answer of Discord's, whose date is so far ahead."""
        self.clock.hear_answer(format_datetime((self.world.now + ahead).replace(microsecond=0), usegmt=True))

    def deliver(self) -> None:
        """Get something that was made just now."""
        self.clock.hear_event(time_snowflake(self.world.now))

    def hear_twice(self, ahead: timedelta = timedelta()) -> None:
        """Get two answers, a minute apart."""
        self.hear(ahead)
        self.world.now += MINUTE
        self.hear(ahead)

    def lease(self, opened: Leasing, job: str) -> Lease:
        return Lease(opened, job, self.holder, self.clock)
