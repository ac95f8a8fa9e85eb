"""What the bot still has to do in someone's private conversation: take a file back, or remove its own messages.

Each lies sealed in a session row until it is done, so that another process does it when this one dies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from bot.domain.people import Place

FILE_STAYS: Final = timedelta(hours=1)
HELD: Final = timedelta(minutes=2)  # so long a clearing belongs to whoever works on it
TRIED_AGAIN: Final = timedelta(minutes=5)
EXPIRES_AFTER: Final = timedelta(days=3)
IMPORT: Final = "import"  # a file that waits for a yes; it lies in a row like these

_SENT_FILE: Final = "sent-file"
_CLEARING: Final = "clearing"


@dataclass(frozen=True, slots=True, repr=False)
class SentFile:
    """A file that is to be removed. Without a place, a message holding it may or may not have been sent."""

    place: Place | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Clearing:
    """The bot's messages in a channel, newest first, before the message `before`; `removed` counts."""

    channel: int
    before: int | None = None
    removed: int = 0

    def after(self, before: int, removed: int) -> "Clearing":
        """Give it further on: everything from the message `before` on has been looked at."""
        return replace(self, before=before, removed=self.removed + removed)


Task: TypeAlias = SentFile | Clearing


@dataclass(frozen=True, slots=True, repr=False)
class Errand:
    """A task with the id of its row, and whose conversation it is in."""

    token: bytes
    user_id: int
    due: datetime | None
    task: Task


def to_document(task: Task) -> dict[str, Any]:
    """Give a plain dict for JSON, to be sealed."""
    if isinstance(task, SentFile):
        place = {"channel": task.place.channel, "message": task.place.message} if task.place else None
        return {"kind": _SENT_FILE, "place": place}
    return {"kind": _CLEARING, "channel": task.channel, "before": task.before, "removed": task.removed}


def from_document(document: Mapping[str, Any]) -> Task | None:
    """Read what `to_document` wrote; None where something else lies in the row, or it cannot be read."""
    try:
        match document.get("kind"):
            case "sent-file":
                place = document["place"]
                return SentFile(Place(place["channel"], place["message"]) if place else None)
            case "clearing":
                return Clearing(document["channel"], document["before"], document["removed"])
            case _:
                return None
    except (KeyError, TypeError):  # a later version wrote it
        return None
