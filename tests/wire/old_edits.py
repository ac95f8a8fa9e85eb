"""Error 30046: a channel takes three edits an hour to messages that are older than an hour."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from .refusals import Refusal

if TYPE_CHECKING:
    from .looks import Json
    from .servers import Servers

HOUR: Final = 3600.0


class OldEdits:
    """Counts such edits by channel, in this Discord's time: `World.pass_time` lets the hour go by."""

    def __init__(self, world: Servers) -> None:
        self._world = world
        self.most = 3
        self.says_when = True
        """Whether the refusal is one a client waits out: with Via and the seconds until the next edit is free.

        Reports of 30046 out of discord.py come from its fifth try, so Discord does send both. discord.py then sleeps
        that long each time, unless its `max_ratelimit_timeout` is shorter: then it raises RateLimited. With False it
        raises HTTPException at once.
        """
        self.retry_after: float | None = None
        """Seconds to say in place of the true ones."""
        self.taken: dict[str, list[float]] = {}
        """When each such edit was taken, by channel."""
        self.refused: dict[str, int] = {}
        """How many were refused, by channel."""

    def check(self, message: Json) -> None:
        """Refuse an edit that is one too many; count it else."""
        now, channel_id = self._world.time(), message["channel_id"]
        if now - datetime.fromisoformat(message["timestamp"]).timestamp() <= HOUR:
            return
        taken = self.taken[channel_id] = [at for at in self.taken.get(channel_id, []) if now - at < HOUR]
        if len(taken) < self.most:
            taken.append(now)
            return
        self.refused[channel_id] = self.refused.get(channel_id, 0) + 1
        wait = taken[0] + HOUR - now if self.retry_after is None else self.retry_after
        raise Refusal(30046, retry_after=wait if self.says_when else None)
