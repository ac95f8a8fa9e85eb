"""Named time zones, and wall clocks in them, with the hours that do not exist or come twice.

An hour that is skipped moves to the first moment after it; of one that comes twice the first is taken.
"""

import functools
import unicodedata
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOST_SUGGESTED: Final = 25
HOURS: Final = 24

# Every place people live in is under one of these; the rest of the database are names for machines and old names.
_REGIONS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_SECOND: Final = timedelta(seconds=1)


class ZoneUnknown(ValueError):
    """No time zone has this name; the name is not repeated, for it tells where someone lives."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From and until which full hour, 0 to 23, of the member's zone nothing is to come; over midnight where it wraps.

    Raises:
        ValueError: an hour no day has, or no hour at all between the two.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start == self.end or not {self.start, self.end} <= set(range(HOURS)):
            raise ValueError("quiet hours without an hour between them")

    def cover(self, at: time) -> bool:
        """Whether a wall clock shows a time within them."""
        if self.start < self.end:
            return self.start <= at.hour < self.end
        return at.hour >= self.start or at.hour < self.end


def zone_named(typed: str) -> str:
    """Give the zone's name as the database writes it, whatever the case and spaces it was typed in.

    Raises:
        ZoneUnknown: there is none.
    """
    wanted = _plain(typed)
    found = next((name for name in _names() if _plain(name) == wanted), None)
    if found is None:
        cities = [name for name in _places() if _plain(_city(name)) == wanted]
        found = cities[0] if len(cities) == 1 else None
    if found is None:
        raise ZoneUnknown
    return found


def search_zones(typed: str, most: int = MOST_SUGGESTED) -> Sequence[str]:
    """Suggest zones for part of a city's name, the likeliest first; nothing typed gives none."""
    wanted = _plain(typed)
    ranked = [(rank, name) for name in _places() if (rank := _rank(name, wanted)) is not None] if wanted else []
    return [name for _, name in sorted(ranked)[:most]]


def zone_of(name: str) -> ZoneInfo:
    """Give a stored zone; one that has left the database since is told in UTC."""
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Give the moment, in UTC, when clocks in a zone show this time of this day for the first time, or jump over it."""
    wanted = datetime.combine(day, at.replace(fold=0))
    first = wanted.replace(tzinfo=zone).astimezone(UTC)
    other = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first <= other:
        return first
    before, after = other, first  # the clocks jump somewhere between the two, over the time wanted
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if _wall(middle, zone) >= wanted:
            after = middle
        else:
            before = middle
    return after


def after_quiet(moment: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """Give the moment itself, or the end of the quiet hours it falls into."""
    wall = _wall(moment, zone)
    if quiet is None or not quiet.cover(wall.time()):
        return moment
    over_midnight = wall.hour >= quiet.end
    return instant_of(wall.date() + timedelta(days=over_midnight), time(quiet.end), zone)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # reads a thousand file names


@functools.cache
def _places() -> Sequence[str]:
    return sorted(name for name in _names() if name.partition("/")[0] in _REGIONS or name == "UTC")


def _city(name: str) -> str:
    return name.rpartition("/")[2]


def _rank(name: str, wanted: str) -> int | None:
    """Say how well a name fits: the city, its beginning, a word's beginning, anywhere; None when nowhere."""
    city, whole = _plain(_city(name)), _plain(name)
    if wanted in {city, whole}:
        return 0
    if city.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in whole.split()):
        return 2
    return 3 if wanted in whole else None


def _plain(text: str) -> str:
    """Bring a name to one form: no marks, no case, words apart by one space."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() or char == "+" else " " for char in bare.casefold()).split())
