"""A nudge: one private message at a time somebody asked for, whether they keep check-ins or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

from bot.domain.zones import instant_of, zone_of

KIND: Final = "nudge"
FEW_HOURS: Final = timedelta(hours=3)
EVENING: Final = time(19)
LIES: Final = timedelta(days=1)  # after its time, until its row is swept away whatever became of it
MOST_NUDGES: Final = 5

_EVENING_AT_LEAST: Final = timedelta(hours=18)

When = Literal["in-a-few-hours", "tomorrow-evening", "after-it"]


@dataclass(frozen=True, slots=True)
class Nudge:
    """When it comes, and into which private conversation; `claimed` is when its sending began."""

    at: datetime = field(repr=False)
    channel: int | None = field(default=None, repr=False)
    claimed: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """The moment time calls for it; None once its sending began."""
        return None if self.claimed else self.at

    @property
    def expires(self) -> datetime:
        """When it is deleted if nothing happens."""
        return self.at + LIES

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        claimed = self.claimed.isoformat() if self.claimed else None
        return {"kind": KIND, "at": self.at.isoformat(), "channel": self.channel, "claimed": claimed}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Nudge | None":
        """Read what `to_document` wrote; None where something else lies in the row."""
        if document.get("kind") != KIND:
            return None
        claimed = document["claimed"]
        return cls(
            at=datetime.fromisoformat(document["at"]),
            channel=document["channel"],
            claimed=datetime.fromisoformat(claimed) if claimed else None,
        )


@dataclass(frozen=True, slots=True, repr=False)
class SetNudge:
    """A nudge that waits, by the token its buttons carry."""

    token: bytes
    nudge: Nudge


def time_of(when: When, now: datetime, zone: str | None) -> datetime | None:
    """Give the moment that the words stand for; None where only the member knows it."""
    if when == "in-a-few-hours":
        return now + FEW_HOURS
    if when == "tomorrow-evening" and zone:
        known = zone_of(zone)
        return instant_of(now.astimezone(known).date() + timedelta(days=1), EVENING, known)
    return None


def offered_from(when: When, now: datetime) -> tuple[datetime, timedelta]:
    """Give the first time to offer, and how far apart the others are."""
    if when == "tomorrow-evening":
        return now.replace(minute=0, second=0, microsecond=0) + _EVENING_AT_LEAST, timedelta(hours=2)
    return now, timedelta(hours=1)


def claimed(nudge: Nudge, now: datetime) -> Nudge:
    """Note that its sending begins."""
    return replace(nudge, claimed=now)
