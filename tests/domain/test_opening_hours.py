"""When a line is open: across midnight, on closed days, all day and night, and where clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content import Hours
from bot.domain.opening_hours import Closed, Open, standing

LONDON, NEW_YORK = "Europe/London", "America/New_York"
WEEKDAYS = ("mon-thu 10:00-20:30", "fri 10:00-16:30")


def at(zone: str, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(*opening: str, zone: str = LONDON) -> Hours:
    return Hours(zone=zone, open=opening)


def test_hours_that_nobody_gave_are_not_guessed() -> None:
    assert standing(None, datetime(2026, 11, 22, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-23 09:59", Closed(at(LONDON, "2026-11-23 10:00"))),
        ("2026-11-23 10:00", Open(at(LONDON, "2026-11-23 20:30"))),
        ("2026-11-23 20:29", Open(at(LONDON, "2026-11-23 20:30"))),
        ("2026-11-23 20:30", Closed(at(LONDON, "2026-11-24 10:00"))),
        ("2026-11-27 16:29", Open(at(LONDON, "2026-11-27 16:30"))),
        ("2026-11-27 16:30", Closed(at(LONDON, "2026-11-30 10:00"))),
        ("2026-11-29 23:00", Closed(at(LONDON, "2026-11-30 10:00"))),
    ],
    ids=["before it opens", "as it opens", "last minute", "as it closes", "friday", "friday evening", "closed day"],
)
def test_a_line_for_working_days(now: str, said: Open | Closed) -> None:
    assert standing(hours(*WEEKDAYS), at(LONDON, now)) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-28 21:00", Closed(at(LONDON, "2026-11-28 22:00"))),
        ("2026-11-28 23:59", Open(at(LONDON, "2026-11-29 02:00"))),
        ("2026-11-29 01:59", Open(at(LONDON, "2026-11-29 02:00"))),
        ("2026-11-29 02:00", Closed(at(LONDON, "2026-12-05 22:00"))),
    ],
)
def test_hours_over_midnight_belong_to_the_day_they_begin_on(now: str, said: Open | Closed) -> None:
    assert standing(hours("sat 22:00-02:00"), at(LONDON, now)) == said


def test_hours_that_go_over_into_one_another_are_one() -> None:
    night = hours("fri 18:00-24:00", "sat 00:00-06:00", "sat 05:00-09:00")

    assert standing(night, at(LONDON, "2026-11-27 19:00")) == Open(at(LONDON, "2026-11-28 09:00"))


@pytest.mark.parametrize(
    "opening", [("daily 00:00-24:00",), ("mon-sun 08:00-08:00",), ("mon-fri 00:00-24:00", "sat-sun 00:00-24:00")]
)
@pytest.mark.parametrize("zone", [LONDON, "America/Havana", "Asia/Kolkata"])
def test_a_line_that_never_closes_has_no_end(opening: tuple[str, ...], zone: str) -> None:
    begins = datetime(2026, 1, 1, tzinfo=UTC)

    assert {standing(hours(*opening, zone=zone), begins + timedelta(hours=7 * n)) for n in range(1300)} == {Open(None)}


def test_days_that_wrap_around_the_week() -> None:
    weekend = hours("sat-mon 12:00-13:00")

    assert standing(weekend, at(LONDON, "2026-11-23 12:30")) == Open(at(LONDON, "2026-11-23 13:00"))
    assert standing(weekend, at(LONDON, "2026-11-23 13:00")) == Closed(at(LONDON, "2026-11-28 12:00"))


def test_the_line_s_own_clock_counts_not_the_reader_s() -> None:
    line = hours("mon-fri 09:00-17:00", zone="Australia/Sydney")

    assert standing(line, at(LONDON, "2026-11-22 23:00")) == Open(at("Australia/Sydney", "2026-11-23 17:00"))
    assert standing(line, at(LONDON, "2026-11-23 09:00")) == Closed(at("Australia/Sydney", "2026-11-24 09:00"))


def test_opening_at_the_same_hour_on_both_sides_of_a_change_of_clocks() -> None:
    line = hours("daily 09:00-17:00", zone=NEW_YORK)  # clocks went forward on 8 March 2026, and go back on 1 November

    assert standing(line, at(NEW_YORK, "2026-03-07 18:00")) == Closed(datetime(2026, 3, 8, 13, tzinfo=UTC))
    assert standing(line, at(NEW_YORK, "2026-10-31 18:00")) == Closed(datetime(2026, 11, 1, 14, tzinfo=UTC))


def test_hours_that_the_clocks_skip_begin_when_the_skip_ends() -> None:
    line = hours("daily 02:30-05:00", zone=NEW_YORK)

    assert standing(line, at(NEW_YORK, "2026-03-08 01:00")) == Closed(datetime(2026, 3, 8, 7, tzinfo=UTC))


def test_hours_that_lie_whole_in_the_skip_come_a_week_later() -> None:
    line = hours("sun 02:00-03:00", zone=NEW_YORK)

    assert standing(line, at(NEW_YORK, "2026-03-07 12:00")) == Closed(at(NEW_YORK, "2026-03-15 02:00"))


def test_of_hours_that_come_twice_the_first_count() -> None:
    line = hours("sat 20:00-01:30", zone=NEW_YORK)
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert standing(line, first - timedelta(minutes=1)) == Open(first)
    assert standing(line, first) == Closed(at(NEW_YORK, "2026-11-07 20:00"))


days = st.sampled_from(("daily", "mon", "sat-mon", "tue-thu", "sun"))
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30)))
openings = st.builds("{} {}-{}".format, days, clocks, clocks | st.just("24:00"))
zones = st.sampled_from((LONDON, NEW_YORK, "America/Havana", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"))
_FIRST, _LAST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001  # Hypothesis takes bounds without a zone
moments = st.datetimes(_FIRST, _LAST).map(lambda one: one.replace(tzinfo=UTC))


@given(st.lists(openings, min_size=1, max_size=4), zones, moments)
def test_what_is_said_of_any_hours_holds_when_that_moment_comes(opening: list[str], zone: str, now: datetime) -> None:
    given_hours = hours(*opening, zone=zone)

    match standing(given_hours, now):
        case Open(until=None):
            assert isinstance(standing(given_hours, now + timedelta(days=6)), Open)
        case Open(until=until):
            assert now < until
            assert standing(given_hours, until - timedelta(seconds=1)) == Open(until)
            assert isinstance(standing(given_hours, until), Closed)
        case Closed(opens=opens):
            assert now < opens
            assert standing(given_hours, opens - timedelta(seconds=1)) == Closed(opens)
            assert isinstance(standing(given_hours, opens), Open)
        case None:
            raise AssertionError
