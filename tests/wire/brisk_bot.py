"""The real bot with jobs that come round ten times a second and leases that lapse within two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.__main__ import main as run_bot
from bot.jobs import runner, sending
from bot.services import leasing
from bot.storage import leases

ROUND = 0.1
PACE = 0.02
LASTS = timedelta(seconds=2)
RENEWED_EACH = timedelta(seconds=0.3)


def main() -> None:
    """Hurry the jobs, then start the bot as always."""
    jobs, job = runner.Jobs.__init__, sending.SendingJob.__init__

    def brisk_jobs(self: runner.Jobs, clock: Any, duties: Any, health: Any) -> None:
        jobs(self, clock, duties, health, ROUND)

    def brisk_job(self: sending.SendingJob, pack: Any, client: Any, clock: Any, kinds: Any) -> None:
        job(self, pack, client, clock, kinds, PACE)

    runner.Jobs.__init__ = brisk_jobs
    sending.SendingJob.__init__ = brisk_job
    leases.LASTS = LASTS
    leasing.RENEWED_EACH = RENEWED_EACH
    run_bot()
