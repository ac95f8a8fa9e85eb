"""What Discord says of this bot before it connects: how many connections it has left today, and its servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_SERVERS: Final = 2500  # that one connection may hold: https://discord.com/developers/docs/events/gateway#sharding
_FEW: Final = 50
_LONGEST_WAIT: Final = 3600.0

DISALLOWED_INTENTS: Final = 4014
CLOSED_FOR_GOOD: Final[Mapping[int, str]] = {
    4004: "Discord no longer accepts the token; it was reset in the portal. Copy the new one, under Bot",
    4010: "Discord refuses the shard this bot names (code 4010); look for a newer version of this bot",
    4011: (
        f"This bot is in more servers than one connection may hold (code 4011): {MOST_SERVERS:,}. It keeps one; leave "
        "servers, or look for a version of this bot that keeps several"
    ),
    4012: "Discord no longer speaks this version of its gateway (code 4012); look for a newer version of this bot",
    4013: "Discord does not know an intent this bot asks for (code 4013); look for a newer version of this bot",
    DISALLOWED_INTENTS: (
        "Discord does not allow an intent this bot asks for (code 4014). It asks for direct messages and nothing else, "
        "which need no switch in the portal: see under Bot whether Discord restricts this application"
    ),
}
"""By close code, why there is no use in connecting again, and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`servers` is about right; `recommended` is in connections, `reset_after` in seconds."""

    servers: int
    recommended: int
    remaining: int
    total: int
    reset_after: float

    @classmethod
    def read(cls, gateway: Mapping[str, Any], servers: int) -> "Standing":
        """Read what /gateway/bot says; what it leaves out speaks against nothing."""
        limit: Mapping[str, Any] = gateway.get("session_start_limit") or {}
        return cls(
            servers=servers,
            recommended=int(gateway.get("shards") or 1),
            remaining=int(limit.get("remaining", 1)),
            total=int(limit.get("total", 1)),
            reset_after=float(limit.get("reset_after", 0)) / 1000,
        )

    @property
    def too_large(self) -> str:
        """Why it cannot connect at all, or nothing."""
        if self.servers <= MOST_SERVERS:
            return ""
        return (
            f"This bot is in about {self.servers:,} servers, and one connection to Discord may hold {MOST_SERVERS:,}. "
            "It keeps one; leave servers, or look for a version of this bot that keeps several"
        )

    @property
    def wait(self) -> float:
        """The seconds until it is worth asking again, 0 where it may connect now."""
        return 0.0 if self.remaining > 0 else min(max(self.reset_after, 1.0), _LONGEST_WAIT)

    @property
    def worth_a_word(self) -> str:
        """What the operator should know of it, or nothing."""
        hours = self.reset_after / 3600
        if not self.remaining:
            return (
                f"Discord lets this bot connect {self.total:,} times a day, and that is used up: waiting for up to "
                f"{hours:.1f} hours. Something starts it again and again: look at the log before this"
            )
        if self.remaining < _FEW < self.total:
            return (
                f"Only {self.remaining} of {self.total:,} connections to Discord are left for {hours:.1f} hours. "
                "Something starts this bot again and again: look at the log before this"
            )
        if self.recommended > 1:
            return (
                f"Discord recommends {self.recommended} connections for the {self.servers:,} servers of this bot; it "
                f"keeps one, which may hold up to {MOST_SERVERS:,}"
            )
        return ""
