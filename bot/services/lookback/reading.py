"""Reading what a member kept, for whoever looks back at it; nothing is found of one who has paused."""

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.checkins.answers import DocumentUnreadable
from bot.domain.lookback import Kept, read_kept

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.entries import Entry
    from bot.storage.rows import Member
    from bot.storage.storage import Storage

_UNREAD: Final = "unread"


async def read_all_kept(
    storage: "Storage", tx: "Transaction", member: "Member", now: datetime
) -> tuple[tuple[Kept, ...], bool]:
    """Read every check-in of a member whose time is not over; the mark says that some could not be read."""
    found = await storage.entries.read_all(tx, member, lambda entry: None if _is_over(entry, now) else _read(entry))
    return tuple(one for one in found if isinstance(one, Kept)), _UNREAD in found


def read_one(entry: "Entry", now: datetime) -> Kept | None:
    """Read one check-in; None when its time is over or this version cannot read it."""
    found = None if _is_over(entry, now) else _read(entry)
    return found if isinstance(found, Kept) else None


def _is_over(entry: "Entry", now: datetime) -> bool:
    """Whether it is to be deleted today, and is gone already as far as the member is told."""
    return entry.expires is not None and entry.expires <= now


def _read(entry: "Entry") -> Kept | Literal["unread"]:
    try:
        return read_kept(entry.id.hex(), entry.version, entry.document)
    except DocumentUnreadable:
        return _UNREAD
