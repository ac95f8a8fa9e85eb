"""How the jobs of this process are doing, for the log and the metrics."""

import logging
import time
from typing import Final

from bot.domain.trusted_time import Doubt

TOLD_AFTER: Final = 300.0  # seconds in which a doubt may pass by itself: after each long break two readings are awaited

log = logging.getLogger(__name__)


class JobHealth:
    """Notes what the runner and the jobs tell it."""

    def __init__(self) -> None:
        self._ran: dict[str, float] = {}
        self._doubted: float | None = None
        self._held: dict[str, int] = {}
        self.time_confirmed = False

    def expect(self, job: str) -> None:
        """Note that a job is to run from now on."""
        self._ran[job] = time.monotonic()

    def note_run(self, job: str) -> None:
        """Note that a round of a job came to its end, or that another process is at it."""
        self._ran[job] = time.monotonic()

    def note_time(self, doubt: Doubt | None) -> None:
        """Note whether there was a confirmed time; one that is missing for long is told."""
        self.time_confirmed = doubt is None
        if doubt is None:
            self._doubted = None
            return
        now = time.monotonic()
        self._doubted = now if self._doubted is None else self._doubted
        if now - self._doubted >= TOLD_AFTER:
            log.error("No job runs and nothing lapses, because %s. See `python -m bot doctor`", doubt.value)

    def note_held(self, job: str, rows: int) -> None:
        """Note that a round stopped before so many rows; 0 when it goes on."""
        self._held[job] = rows

    @property
    def longest_age(self) -> float:
        """The seconds since the job that waits longest came round; 0 where there are no jobs."""
        now = time.monotonic()
        return max((now - ran for ran in self._ran.values()), default=0.0)

    @property
    def rounds_held(self) -> int:
        """How many rounds wait for the operator."""
        return sum(rows > 0 for rows in self._held.values())
