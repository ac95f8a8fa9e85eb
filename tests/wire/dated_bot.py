"""The real bot with a clock that a test moves: as many seconds ahead as the file says that WIRE_CLOCK names."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path

from bot.__main__ import main as run_bot
from bot.app import App
from bot.domain.trusted_time import SimulatedClock

VARIABLE = "WIRE_CLOCK"
_SECONDS = struct.Struct("d")


class Clock:
    """Moves the clocks of all processes that were started with its file, at once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0.0)

    def set(self, ahead: float) -> None:
        """Let every process be so many seconds ahead of the time."""
        if not self.file.exists():
            self.file.write_bytes(_SECONDS.pack(ahead))
            return
        with self.file.open("r+b") as opened:
            opened.write(_SECONDS.pack(ahead))


def read_clock() -> Callable[[], datetime]:
    """Give what reads the clock of this process."""
    with Path(os.environ[VARIABLE]).open("rb") as opened:
        shared = mmap(opened.fileno(), _SECONDS.size, access=ACCESS_READ)

    def now() -> datetime:
        (ahead,) = _SECONDS.unpack(shared[:])
        return datetime.now(UTC) + timedelta(seconds=ahead)

    return now


def main() -> None:
    """Give the app that clock, which it believes, then start the bot as always."""
    App.__init__.__defaults__ = (SimulatedClock(read_clock()),)
    run_bot()
