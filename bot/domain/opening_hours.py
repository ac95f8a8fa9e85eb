"""Whether a line is open at a moment, as the hours in the pack tell it. Hours that are not known are not guessed."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from bot.domain.content import Hours
from bot.domain.zones import instant_of, zone_of

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAILY: Final = "daily"
_MIDNIGHT: Final = "24:00"
_WEEK: Final = timedelta(days=7)
_DAYS_AHEAD: Final = 15  # an opening that the clocks jump over on one Sunday comes again on the next


@dataclass(frozen=True, slots=True)
class Open:
    """Open now; `until` is None for a line that does not close for a week or more."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed now, and open again from `opens`."""

    opens: datetime


Standing: TypeAlias = Open | Closed | None
"""None where nobody has said when the line is open."""


def standing(hours: Hours | None, now: datetime) -> Standing:
    """Tell whether a line with these hours is open.

    An opening whose end is not later than its start ends on the next day. Hours that the clocks skip begin when the
    skip ends; of hours that come twice the first count.
    """
    if hours is None:
        return None
    periods = _periods(hours, now)
    for begins, ends in periods:
        if begins <= now < ends:
            return Open(None if ends - now >= _WEEK else ends)
    return Closed(min(begins for begins, _ in periods if begins > now))


class _Opening(NamedTuple):
    """On which days of the week, 0 for Monday, a line opens and closes, and if it closes on the day after."""

    days: frozenset[int]
    begins: time
    ends: time
    next_day: bool


def _periods(hours: Hours, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Give the times around now at which the line is open, in order, joined where one goes over into the next."""
    zone = zone_of(hours.zone)
    today = now.astimezone(zone).date()
    openings = [_read(one) for one in hours.open]
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(_each(openings, today, zone)):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def _each(openings: Sequence[_Opening], today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for offset in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=offset)
        for one in openings:
            if day.weekday() in one.days:
                begins = instant_of(day, one.begins, zone)
                ends = instant_of(day + timedelta(days=one.next_day), one.ends, zone)
                if begins < ends:
                    yield begins, ends


@functools.cache
def _read(opening: str) -> _Opening:
    """Read what a pack says, such as `mon-fri 09:00-17:30`; its form is checked when the pack is read."""
    days, _, times = opening.partition(" ")
    begins, _, ends = times.partition("-")
    first, closes = time.fromisoformat(begins), time() if ends == _MIDNIGHT else time.fromisoformat(ends)
    return _Opening(_days(days), first, closes, next_day=closes <= first)


def _days(written: str) -> frozenset[int]:
    if written == _DAILY:
        return frozenset(range(len(_DAYS)))
    first, _, last = written.partition("-")
    begins, ends = _DAYS.index(first), _DAYS.index(last or first)
    return frozenset((begins + one) % len(_DAYS) for one in range((ends - begins) % len(_DAYS) + 1))
