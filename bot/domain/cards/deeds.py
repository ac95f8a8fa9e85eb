"""What moderators did with cards, as the log keeps it for 90 days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

What: TypeAlias = Literal["post", "pin", "unpin", "move", "again", "remove", "sync"]
"""`post`: without a pin. `pin`: posted with one, or pinned later. `again`: posted again after someone deleted it."""

_WHATS: Final[Mapping[str, What]] = {name: name for name in get_args(What)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing done. `at` is to the second; `by` a user's id, None once that person has deleted their data.

    `channel` and `subject` say where and which card, as `Wish` has them; for a sync both are None.
    """

    at: datetime
    by: int | None = field(repr=False)
    what: What
    channel: int | None = field(default=None, repr=False)
    subject: str | None = None


def deed_document(what: What, channel: int | None, subject: str | None) -> dict[str, Any]:
    """Give a plain dict for JSON, to be sealed; who did it is kept beside it."""
    return {"what": what, "channel": channel, "subject": subject}


def deed_from(at: datetime, by: int | None, document: Mapping[str, Any]) -> Deed | None:
    """Read a deed back; None when a later version wrote it."""
    what = _WHATS.get(str(document.get("what")))
    if what is None:
        return None
    return Deed(at=at, by=by, what=what, channel=document.get("channel"), subject=document.get("subject"))
