"""How much is kept and how long, and what becomes of a member who no longer comes."""

from datetime import datetime, timedelta
from typing import Final, Literal

from bot.domain.people import Profile, Retention

RETENTIONS: Final[tuple[Retention | None, ...]] = (30, 180, 365, None)
MOST_KEPT: Final = 5_000  # check-ins of one member: twenty a day for most of a year
MOST_KEPT_BYTES: Final = 32 * 1024 * 1024  # that they take sealed, six kilobytes each
UNUSED_AFTER: Final = timedelta(days=365)
TOLD_BEFORE: Final = timedelta(days=14)

Fate = Literal["stays", "told", "goes"]


def is_full(count: int, size: int) -> bool:
    """Say whether a member keeps as many check-ins as fit, or as many bytes of them."""
    return count >= MOST_KEPT or size >= MOST_KEPT_BYTES


def expiry(created: datetime, retention: int | None) -> datetime | None:
    """Say until when an entry is kept, from the hour it came in; None until the member deletes it."""
    return None if retention is None else created + timedelta(days=retention)


def fate_of(profile: Profile, used: datetime, now: datetime, *, reminded: bool) -> Fate:
    """Say what becomes of a member not seen since `used`: stays, is told that everything will go, or goes.

    Only members who are `reminded`, and so asked to be written to, are told, and they go no sooner than 14 days after.
    """
    dated_pause = profile.pause is not None and profile.pause.until is not None and now < profile.pause.until
    if profile.retention is None or dated_pause:
        return "stays"
    told = profile.warned if profile.warned is not None and profile.warned >= used else None
    if reminded and told is None:
        return "told" if now >= used + UNUSED_AFTER - TOLD_BEFORE else "stays"
    over = now >= used + UNUSED_AFTER
    return "goes" if over and (told is None or now >= told + TOLD_BEFORE) else "stays"


def goes_on(used: datetime, now: datetime) -> datetime:
    """Say when everything of a member not seen since `used` goes, when they are told of it now."""
    return max(used + UNUSED_AFTER, now + TOLD_BEFORE)
