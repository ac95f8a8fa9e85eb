"""Which time may be acted on where nothing can be undone: the one Discord tells, twice or as expected.

What this machine's own clock shows decides nothing where Discord says otherwise. Times are aware and in UTC; `steady`
is what a clock shows that only ever counts on, since any moment.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NewType, Protocol

ConfirmedTime = NewType("ConfirmedTime", datetime)
"""A time that `confirm` gave, or a clock that is simulated: whatever deletes or drops takes no other."""

AGREE: Final = timedelta(minutes=2)  # two clocks that show the same time differ by less
LATE: Final = timedelta(minutes=15)  # what the gateway delivers again after a break was made so long ago at most
SILENT_AFTER: Final = timedelta(minutes=10)  # without a reading, Discord is not heard
APART: Final = timedelta(minutes=1)  # two readings that confirm a leap
LEAP: Final = timedelta(minutes=10)  # further ahead of what was confirmed last than this is one


class Doubt(Enum):
    """Why there is no confirmed time; its value tells the operator."""

    SILENT = "Discord has not said what time it is for ten minutes"
    LEAPT = "the time Discord tells is far from the one that was confirmed last, and not confirmed a second time yet"


@dataclass(frozen=True, slots=True)
class Reading:
    """The time as Discord told it; an `event` may have been on its way for long."""

    time: datetime
    steady: timedelta
    event: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings that agree, each with the one not long before it: the first and the last of them."""

    first: Reading
    last: Reading

    def at(self, steady: timedelta) -> datetime:
        """Give the time they tell."""
        return self.last.time + (steady - self.last.steady)

    def are_fresh(self, steady: timedelta) -> bool:
        """Tell whether Discord was heard lately."""
        return timedelta() <= steady - self.last.steady <= SILENT_AFTER

    @property
    def are_apart(self) -> bool:
        """Whether they lie far enough apart to confirm a leap."""
        return self.last.steady - self.first.steady >= APART


def add(known: Readings | None, reading: Reading) -> Readings:
    """Add a reading; one that does not agree, or comes after a long silence, begins anew."""
    if known is None or not known.are_fresh(reading.steady):
        return Readings(reading, reading)
    off = reading.time - known.at(reading.steady)
    if abs(off) <= AGREE:
        return replace(known, last=reading)
    if reading.event and -LATE <= off < timedelta():
        return known
    return Readings(reading, reading)


def confirm(known: Readings | None, steady: timedelta, local: datetime, seen: datetime | None) -> ConfirmedTime | Doubt:
    """Give the time, or say why it cannot be told for certain.

    `local` is what this machine's clock shows, `seen` the time confirmed last, None before there was one.
    """
    if known is None or not known.are_fresh(steady):
        return Doubt.SILENT
    now = known.at(steady)
    expected = abs(now - local) <= AGREE if seen is None else -AGREE <= now - seen <= LEAP
    return ConfirmedTime(now) if expected or known.are_apart else Doubt.LEAPT


def tell(known: Readings | None, confirmed: Readings | None, steady: timedelta, local: datetime) -> datetime:
    """Give the time as well as it is known; `confirmed` are the readings that were confirmed last.

    One answer alone that contradicts them is not followed, unless this machine's clock is on its side. What arrives is:
    nothing can come out of the future, though it may be late.
    """
    if known is None:
        return local
    now = known.at(steady)
    if confirmed is None or not confirmed.are_fresh(steady) or known.first is not known.last:
        return now
    before = confirmed.at(steady)
    if min(abs(now - before), abs(now - local)) <= AGREE or (known.last.event and now > before):
        return now
    return before


def no_later(now: ConfirmedTime, than: datetime) -> ConfirmedTime:
    """Give the earlier of two times; what lies before a confirmed one has certainly come."""
    return ConfirmedTime(min(now, than))


def is_due(done: datetime | None, every: timedelta, now: datetime) -> bool:
    """Tell whether something is to be done again; also when it was done at a time that has not come yet."""
    return done is None or not timedelta() <= now - done < every


class Clock(Protocol):
    """Tells the time to whatever asks."""

    def __call__(self) -> datetime:
        """Give the time as well as it is known."""
        ...

    def confirm(self, seen: datetime | None) -> ConfirmedTime | Doubt:
        """Give the time for what cannot be undone; `seen` is the one the database saw confirmed last."""
        ...


class SimulatedClock:
    """A clock that is believed whatever it shows: the demo's, and tests'."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Give the time."""
        return self._now()

    def confirm(self, seen: datetime | None) -> ConfirmedTime | Doubt:
        """Give the time."""
        del seen
        return ConfirmedTime(self._now())


def say_span(span: timedelta) -> str:
    """Put a span into words for the operator, in its largest whole unit."""
    seconds = abs(int(span.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def say_off(off: timedelta) -> str:
    """Say how a clock stands to another that it is off by so much from."""
    return f"{say_span(off)} {'behind' if off < timedelta() else 'ahead of'}"
