"""Named time zones, and wall clocks in them, with the hours that do not exist or come twice.

An hour that is skipped moves to the first moment after it; of one that comes twice the first is taken.
"""

import functools
import unicodedata
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.cities import ABBREVIATIONS, CITIES
from bot.domain.unicode import normalize

MOST_SUGGESTED: Final = 25
HOURS: Final = 24

# Every place people live in is under one of these; the rest of the database are names for machines and old names.
_REGIONS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_MACHINES: Final = frozenset({"Factory", "GMT+0", "GMT-0", "GMT0", "localtime", "posixrules"})
_MOST_TYPED: Final = 100
_ANY_YEAR: Final = 2026
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
    """Give the zone's name as the database writes it, for its name, a city in it or an abbreviation, however typed.

    Raises:
        ZoneUnknown: there is none, or there are several whose clocks differ: `search_zones` has them first.
    """
    wanted = _plain(typed[:_MOST_TYPED])
    exact = _exact().get(wanted)
    found = [exact] if exact else _meant_by(wanted)
    if not found or any(_clocks(one) != _clocks(found[0]) for one in found):
        raise ZoneUnknown
    return found[0]


def search_zones(typed: str, most: int = MOST_SUGGESTED) -> Sequence[str]:
    """Suggest zones for part of a city's name, the likeliest first; nothing typed gives none."""
    wanted = _plain(typed[:_MOST_TYPED])
    if not wanted:
        return []
    ranked = [(rank, name) for city, whole, name in _plain_places() if (rank := _rank(city, whole, wanted)) is not None]
    ranked += [(1, zone) for city, zones in _cities().items() if city.startswith(wanted) for zone in zones]
    found = dict.fromkeys((*_meant_by(wanted), *(name for _, name in sorted(ranked))))
    return list(found)[:most]


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
def _exact() -> Mapping[str, str]:
    """Give zones by their names, but for those that are a machine's, or that people mean something else by."""
    left_out = {*_MACHINES, *ABBREVIATIONS}
    return {_plain(name): name for name in sorted(_names()) if name not in left_out}


@functools.cache
def _places() -> Sequence[str]:
    return sorted(name for name in _names() if name.partition("/")[0] in _REGIONS or name == "UTC")


@functools.cache
def _plain_places() -> Sequence[tuple[str, str, str]]:
    return [(_plain(_city(name)), _plain(name), name) for name in _places()]


@functools.cache
def _cities() -> Mapping[str, Sequence[str]]:
    """Give the zones of each city: of those that a zone is named after, and of those that none is."""
    found = dict[str, list[str]]()
    for name in _places():
        found.setdefault(_plain(_city(name)), []).append(name)
    for zone, cities in CITIES.items():
        for city in cities.split(", "):
            found.setdefault(_plain(city), []).append(zone)
    return found


@functools.cache
def _abbreviations() -> Mapping[str, Sequence[str]]:
    return {_plain(short): zones.split(", ") for short, zones in ABBREVIATIONS.items()}


def _meant_by(wanted: str) -> Sequence[str]:
    return _abbreviations().get(wanted) or _cities().get(wanted, ())


def _clocks(name: str) -> Sequence[timedelta | None]:
    """Give what clocks show over a year, so that two names of one zone are told from two zones."""
    zone = ZoneInfo(name)
    return [zone.utcoffset(datetime(_ANY_YEAR, month, 15)) for month in range(1, 13)]  # noqa: DTZ001  # a wall clock


def _city(name: str) -> str:
    return name.rpartition("/")[2]


def _rank(city: str, whole: str, wanted: str) -> int | None:
    """Say how well a name fits: the city, its beginning, a word's beginning, anywhere; None when nowhere."""
    if wanted in {city, whole}:
        return 0
    if city.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in whole.split()):
        return 2
    return 3 if wanted in whole else None


def _plain(text: str) -> str:
    """Bring a name to one form: no marks, no case, words apart by one space."""
    bare = "".join(char for char in normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() or char == "+" else " " for char in bare.casefold()).split())
