"""What is about to be sent because time called for it, and what a member sees of what is set."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.domain.people import Notice
from bot.domain.reminders.reminder import TOO_LATE, Reminder
from bot.domain.zones import QuietHours

SENT_AGAIN_WITHIN: Final = timedelta(minutes=3)  # Discord knows a nonce for about as long

LetterKind = Literal["reminder", "nudge"]


class Unreadable(Exception):
    """What is due is damaged, or a later version wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One sending under way. `token` is its own and stands in its buttons, `what` the reminder's or the nudge's.

    `wanted` says whether it may still be sent.
    """

    kind: LetterKind
    token: bytes
    what: bytes
    claimed: datetime
    user: int = field(repr=False)
    channel: int | None = field(repr=False)
    wanted: bool = True

    def may_go(self, now: datetime, *, arrived: bool | None) -> bool:
        """Whether it may be sent again: for two hours where it surely did not arrive, else while its nonce holds."""
        within = TOO_LATE if arrived is False else SENT_AGAIN_WITHIN
        return self.wanted and not arrived and now - self.claimed < within


@dataclass(frozen=True, slots=True, repr=False)
class SetReminder:
    """A reminder that is set, by the token its buttons carry."""

    token: bytes
    reminder: Reminder


@dataclass(frozen=True, slots=True, repr=False)
class Panel:
    """All that `/reminders` shows. `known` is False for someone who keeps nothing, or has paused everything."""

    known: bool
    reminders: tuple[SetReminder, ...] = ()
    zone: str | None = None
    quiet_hours: QuietHours | None = None
    notices: tuple[Notice, ...] = ()
