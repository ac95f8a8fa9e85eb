"""The real bot with jobs in a hurry, which believes Discord, and whose machine's clock a test moves.

WIRE_CLOCK names the file of that clock, WIRE_APART how many seconds lie between two readings that confirm a leap.
"""

from __future__ import annotations

import os
from datetime import timedelta

from bot.app import App
from bot.domain import trusted_time
from bot.jobs import health
from bot.transport import discord_clock
from bot.transport.discord_clock import DiscordClock

from . import brisk_bot
from .dated_bot import read_clock

APART = "WIRE_APART"


def main() -> None:
    """Give the app that clock, hurry what looks at it, then start the bot."""
    apart = timedelta(seconds=float(os.environ.get(APART, "60")))
    trusted_time.APART = discord_clock.APART = apart
    discord_clock.LOOKED_EACH = 0.2
    health.TOLD_AFTER = 1.0
    App.__init__.__defaults__ = (DiscordClock(read_clock()),)
    brisk_bot.main()
