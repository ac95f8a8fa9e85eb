"""When something comes: once, every so many weeks, or on chosen weekdays; and six times to choose from.

Without a zone a week is 168 hours; with one it is the same time of day on its clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

from bot.domain.zones import HOURS, QuietHours, after_quiet, instant_of

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(weeks=1)
MOST_WEEKS: Final = 12
OFFERED: Final = 6

_SOONEST: Final = timedelta(minutes=30)
_DAYS: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Once:
    """One time."""


@dataclass(frozen=True, slots=True)
class EveryWeeks:
    """Every so many weeks, counted from the start.

    Raises:
        ValueError: fewer than one, or more than twelve.
    """

    weeks: int

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise ValueError("no such number of weeks")


@dataclass(frozen=True, slots=True)
class OnDays:
    """On chosen weekdays, 0 for Monday to 6, at a full hour.

    Raises:
        ValueError: no day, no such day, or no such hour.
    """

    days: frozenset[int]
    hour: int

    def __post_init__(self) -> None:
        if not self.days or not self.days <= _DAYS or self.hour not in range(HOURS):
            raise ValueError("no such days or hour")


Pattern: TypeAlias = Once | EveryWeeks | OnDays


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """A pattern and what it is counted from. Weekdays need a zone.

    Raises:
        ValueError: they have none.
    """

    pattern: Pattern
    start: datetime
    zone: ZoneInfo | None = field(default=None)

    def __post_init__(self) -> None:
        if isinstance(self.pattern, OnDays) and self.zone is None:
            raise ValueError("weekdays without a zone")

    def next_after(self, after: datetime, quiet: QuietHours | None = None) -> datetime | None:
        """Give the first time later than `after`, moved to the end of quiet hours; None where one time is over."""
        planned = self._planned(after - DAY)  # one from yesterday may have been moved by quiet hours
        while planned is not None:
            moved = self.out_of_quiet(planned, quiet)
            if moved > after:
                return moved
            planned = self._planned(planned)
        return None

    def out_of_quiet(self, moment: datetime, quiet: QuietHours | None) -> datetime:
        """Give the moment itself, or the end of the quiet hours it falls into."""
        return after_quiet(moment, quiet, self.zone) if quiet and self.zone else moment

    def _planned(self, after: datetime) -> datetime | None:
        match self.pattern:
            case Once():
                return self.start if self.start > after else None
            case EveryWeeks(weeks):
                return self._week_after(weeks * WEEK, after)
            case OnDays(days, hour):
                return self._day_after(days, time(hour), after)

    def _week_after(self, step: timedelta, after: datetime) -> datetime:
        if after < self.start:
            return self.start
        number = (after - self.start) // step  # with a zone the clocks may have moved it to either side
        while (moment := self._week(number * step)) <= after:
            number += 1
        return moment

    def _week(self, passed: timedelta) -> datetime:
        return step_on(self.start, passed, self.zone)

    def _day_after(self, days: frozenset[int], at: time, after: datetime) -> datetime:
        zone = self.zone or ZoneInfo("UTC")
        day = after.astimezone(zone).date() - DAY
        while True:
            day += DAY
            if day.weekday() in days and (moment := instant_of(day, at, zone)) > after:
                return moment


def first_offered(now: datetime) -> datetime:
    """Give the first full hour that is at least half an hour away."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    while hour < now + _SOONEST:
        hour += HOUR
    return hour


def offer_times(wanted: datetime, step: timedelta, now: datetime, zone: ZoneInfo | None = None) -> tuple[datetime, ...]:
    """Give six times, `step` apart, that begin at `wanted`, or as many steps later as lie too soon or behind.

    Days in a zone are days on its clocks: each is offered at the same time of day.
    """
    soonest = first_offered(now)
    behind = max(0, -((wanted - soonest) // step))
    times = (step_on(wanted, number * step, zone) for number in range(behind, behind + OFFERED + 1))
    return tuple(one for one in times if one >= soonest)[:OFFERED]


def step_on(moment: datetime, step: timedelta, zone: ZoneInfo | None) -> datetime:
    """Give the moment some steps after another; whole days in a zone lead to the same time of day."""
    if zone is None or step % DAY or not step:
        return moment + step
    wall = moment.astimezone(zone)
    return instant_of(wall.date() + step, wall.time(), zone)


def pattern_to_document(pattern: Pattern) -> dict[str, Any]:
    """Give a plain dict for JSON."""
    match pattern:
        case Once():
            return {"kind": "once"}
        case EveryWeeks(weeks):
            return {"kind": "weeks", "weeks": weeks}
        case OnDays(days, hour):
            return {"kind": "days", "days": sorted(days), "hour": hour}


def pattern_from_document(document: Mapping[str, Any]) -> Pattern:
    """Read what `pattern_to_document` wrote.

    Raises:
        KeyError, TypeError, ValueError: it did not write this.
    """
    match document["kind"]:
        case "once":
            return Once()
        case "weeks":
            return EveryWeeks(int(document["weeks"]))
        case "days":
            return OnDays(frozenset(map(int, cast("list[int]", document["days"]))), int(document["hour"]))
        case _:
            raise ValueError
