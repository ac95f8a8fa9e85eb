"""Dates in words, where Discord renders none."""

from datetime import UTC, date, datetime

from bot.ui.dates import say_day, say_moment


def test_a_moment_is_said_as_clocks_in_the_zone_show_it() -> None:
    moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    assert say_moment(moment, "UTC", "en_GB") == "21 Nov 2026, 23:30"
    assert say_moment(moment, "Asia/Kolkata", "en_GB") == "22 Nov 2026, 05:00"


def test_a_language_writes_dates_its_own_way_and_an_unknown_one_in_english() -> None:
    day = date(2026, 11, 21)

    assert say_day(day, "de") == "21.11.2026"
    assert say_day(day, "tlh_XX") == say_day(day, "not a language") == "21 Nov 2026"
