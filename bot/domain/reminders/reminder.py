"""A reminder: what was asked for, when it comes next, and what each sending and each press makes of it.

Pure: every function gives the reminder as it is then, or says that there is none. What members are shown is `next`; it
is sent a little later, so that not all of a full hour's reminders leave in the same second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, get_args

from bot.domain.people import Pause
from bot.domain.reminders.schedule import (
    DAY,
    EveryWeeks,
    OnDays,
    Pattern,
    Schedule,
    pattern_from_document,
    pattern_to_document,
)
from bot.domain.zones import QuietHours, instant_of, zone_of

FORMAT: Final = 1
SNOOZE: Final = timedelta(hours=3)
TOO_LATE: Final = timedelta(hours=2)
UNANSWERED: Final = 3
MOST_JITTER: Final = 240  # seconds
MOST_REMINDERS: Final = 5

_ON_TIME: Final = timedelta(minutes=10)  # so late it still counts as the time asked for: the jitter, a queue

State: TypeAlias = Literal["waiting", "done", "paused", "closed", "quiet"]
"""`done`: a single one that came. `closed`: private messages could not be sent. `quiet`: three were left alone."""

_STATES: Final[Mapping[str, State]] = {name: name for name in get_args(State)}


class TimePassed(ValueError):
    """The moment chosen lies behind us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What a member asked for. `start` is the moment they chose; `next` is None while nothing is to come.

    `until` is the end of a pause that has one. `claimed` is when the last sending began. `jitter` is in seconds.
    """

    pattern: Pattern = field(repr=False)
    start: datetime = field(repr=False)
    next: datetime | None = field(repr=False)
    zone: str | None = field(default=None, repr=False)
    state: State = "waiting"
    until: datetime | None = field(default=None, repr=False)
    unanswered: int = 0
    jitter: int = 0
    claimed: datetime | None = field(default=None, repr=False)

    @property
    def due(self) -> datetime | None:
        """The moment time calls for it: to be sent or, a day after a single one came, to be forgotten."""
        if self.state == "done" and self.claimed:
            return self.claimed + DAY
        return self.next + timedelta(seconds=self.jitter) if self.next else None

    @property
    def schedule(self) -> Schedule:
        """When it comes, by what was asked for."""
        return Schedule(self.pattern, self.start, zone_of(self.zone) if self.zone else None)

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        return {
            "format": FORMAT,
            "pattern": pattern_to_document(self.pattern),
            "start": self.start.isoformat(),
            "next": _written(self.next),
            "zone": self.zone,
            "state": self.state,
            "until": _written(self.until),
            "unanswered": self.unanswered,
            "jitter": self.jitter,
            "claimed": _written(self.claimed),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Reminder":
        """Read what `to_document` wrote.

        Raises:
            ValueError: it did not write this, or a later version did.
        """
        if document.get("format") != FORMAT:
            raise ValueError(f"a reminder in format {document.get('format')!r}, this version reads {FORMAT}")
        try:
            return cls(
                pattern=pattern_from_document(document["pattern"]),
                start=datetime.fromisoformat(document["start"]),
                next=_read(document["next"]),
                zone=document["zone"],
                state=_STATES[document["state"]],
                until=_read(document["until"]),
                unanswered=int(document["unanswered"]),
                jitter=int(document["jitter"]),
                claimed=_read(document["claimed"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ValueError("a reminder that is damaged") from None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a reminder that time calls for: whether it is sent, and what it is then; None deletes it.

    `missed` says that it was to be sent, and is not any more.
    """

    send: bool
    after: Reminder | None
    missed: bool = False


def remind(  # noqa: PLR0913, PLR0917  # what is asked for, and the member's own settings
    pattern: Pattern, start: datetime, zone: str | None, quiet: QuietHours | None, jitter: int, now: datetime
) -> Reminder:
    """Make a reminder. `start` is the moment chosen, for weekdays now; `jitter` is in seconds, at most MOST_JITTER.

    Raises:
        TimePassed: the moment chosen lies behind us.
        ValueError: weekdays without a zone.
    """
    reminder = Reminder(pattern=pattern, start=start, next=None, zone=zone, jitter=jitter)
    following = reminder.schedule.next_after(now, quiet)
    if following is None or (start <= now and not isinstance(pattern, OnDays)):
        raise TimePassed
    return replace(reminder, next=following)


def judge(reminder: Reminder, now: datetime, quiet: QuietHours | None, pause: Pause | None) -> Verdict:
    """Decide, right before sending, about a reminder that is due. `pause` is the member's own, while it holds."""
    if reminder.next is None:
        return Verdict(send=False, after=None if reminder.state == "done" else reminder)
    if pause is not None:
        return Verdict(send=False, after=_held_back(reminder, now, quiet, pause))
    late = now - reminder.next - timedelta(seconds=reminder.jitter)
    following = reminder.schedule.next_after(now, quiet)
    if late > TOO_LATE:
        return Verdict(send=False, after=_waiting(reminder, following) if following else None, missed=True)
    if reminder.unanswered >= UNANSWERED:
        return Verdict(send=False, after=replace(reminder, state="quiet", next=None, until=None))
    if late > _ON_TIME and (later := reminder.schedule.out_of_quiet(now, quiet)) > now:
        return Verdict(send=False, after=replace(reminder, next=later))
    sent = replace(_waiting(reminder, following), unanswered=reminder.unanswered + 1, claimed=now)
    return Verdict(send=True, after=sent if following else replace(sent, state="done"))


def is_quiet(reminder: Reminder, now: datetime, quiet: QuietHours | None) -> bool:
    """Whether one whose sending began a while ago would come within quiet hours by now."""
    late = reminder.claimed is not None and now - reminder.claimed > _ON_TIME
    return late and reminder.schedule.out_of_quiet(now, quiet) > now


def snoozed(reminder: Reminder, now: datetime, quiet: QuietHours | None) -> Reminder:
    """Let it come again in three hours, or with the next of the series where that is sooner."""
    later = reminder.schedule.out_of_quiet(now + SNOOZE, quiet)
    following = reminder.schedule.next_after(now, quiet)
    return answered(_waiting(reminder, min(later, following) if following else later))


def paused(reminder: Reminder, until: datetime | None, quiet: QuietHours | None) -> Reminder:
    """Hold it back until a moment, or until it is started again; a single one comes at the end of its pause."""
    following = _not_before(reminder, until, quiet) if until else None
    return replace(answered(reminder), state="paused", until=until, next=following)


def closed(reminder: Reminder) -> Reminder:
    """Hold it back because private messages could not be sent."""
    return replace(reminder, state="closed", next=None, until=None)


def started_again(reminder: Reminder, now: datetime, quiet: QuietHours | None) -> Reminder:
    """End a pause or a quiet; a single one whose time has passed comes in three hours."""
    following = reminder.schedule.next_after(now, quiet)
    return answered(_waiting(reminder, following or reminder.schedule.out_of_quiet(now + SNOOZE, quiet)))


def answered(reminder: Reminder) -> Reminder:
    """Note that the member reacted, in whatever way."""
    return replace(reminder, unanswered=0)


def moved(reminder: Reminder, zone: str, now: datetime, quiet: QuietHours | None) -> Reminder:
    """Follow the member to another zone, or to other quiet hours: a series keeps the time of day its clocks showed."""
    start = reminder.start
    if reminder.zone and isinstance(reminder.pattern, EveryWeeks):
        wall = start.astimezone(zone_of(reminder.zone))
        start = instant_of(wall.date(), wall.time(), zone_of(zone))
    there = replace(reminder, zone=zone, start=start)
    if there.next is None:
        return there
    return replace(there, next=_not_before(there, max(now, there.until or now), quiet))


def _waiting(reminder: Reminder, at: datetime | None) -> Reminder:
    return replace(reminder, state="waiting", next=at, until=None)


def _held_back(reminder: Reminder, now: datetime, quiet: QuietHours | None, pause: Pause) -> Reminder:
    """Move it behind the member's pause; while that has no end, a single one is looked at again each day."""
    return replace(reminder, next=_not_before(reminder, pause.until or now, quiet, single=pause.until or now + DAY))


def _not_before(
    reminder: Reminder, after: datetime, quiet: QuietHours | None, single: datetime | None = None
) -> datetime:
    """Give the first time after a moment; a single one that is over by then comes then, or at `single`."""
    following = reminder.schedule.next_after(after, quiet)
    return following or reminder.schedule.out_of_quiet(single or max(after, reminder.next or after), quiet)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
