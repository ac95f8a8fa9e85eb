"""How long what is kept is kept, and when a member who no longer comes is told, and goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mydata.retention import expiry, fate_of, goes_on
from bot.domain.people import Consent, Pause, Profile

USED = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PROFILE = Profile(Consent(1, USED), keep=True)


def test_entries_stay_for_the_days_chosen_or_until_deleted() -> None:
    assert expiry(USED, 30) == USED + 30 * DAY
    assert expiry(USED, None) is None


@pytest.mark.parametrize("days", [0, 350, 351, 364])
def test_who_asked_for_no_messages_is_told_nothing_and_stays_a_year(days: int) -> None:
    assert fate_of(PROFILE, USED, USED + days * DAY, reminded=False) == "stays"
    assert fate_of(PROFILE, USED, USED + 365 * DAY, reminded=False) == "goes"


def test_who_has_reminders_on_is_told_fourteen_days_before() -> None:
    told_on = USED + 351 * DAY

    assert fate_of(PROFILE, USED, told_on - timedelta(hours=1), reminded=True) == "stays"
    assert fate_of(PROFILE, USED, told_on, reminded=True) == "told"
    assert goes_on(USED, told_on) == USED + 365 * DAY
    told = replace(PROFILE, warned=told_on)
    assert fate_of(told, USED, told_on + 13 * DAY, reminded=True) == "stays"
    assert fate_of(told, USED, told_on + 14 * DAY, reminded=True) == "goes"


def test_nobody_with_reminders_goes_untold_however_long_the_bot_was_away() -> None:
    late = USED + 500 * DAY

    assert fate_of(PROFILE, USED, late, reminded=True) == "told"
    told = replace(PROFILE, warned=late)
    assert goes_on(USED, late) == late + 14 * DAY
    assert fate_of(told, USED, late + 13 * DAY, reminded=True) == "stays"
    assert fate_of(told, USED, late + 14 * DAY, reminded=True) == "goes"
    assert fate_of(told, USED, late + 13 * DAY, reminded=False) == "stays", "reminders stopped since: the day stands"


def test_being_told_once_holds_for_one_year_away_only() -> None:
    came_back = USED + 360 * DAY
    told = replace(PROFILE, warned=USED + 351 * DAY)

    assert fate_of(told, came_back, came_back + 350 * DAY, reminded=True) == "stays"
    assert fate_of(told, came_back, came_back + 351 * DAY, reminded=True) == "told"


@given(st.integers(0, 2000), st.booleans())
def test_until_i_delete_it_and_a_dated_pause_stay(days: int, reminded: bool) -> None:  # noqa: FBT001  # drawn
    now = USED + days * DAY

    assert fate_of(replace(PROFILE, retention=None), USED, now, reminded=reminded) == "stays"
    assert fate_of(replace(PROFILE, pause=Pause(now + DAY)), USED, now, reminded=reminded) == "stays"


def test_a_pause_without_a_date_and_one_that_is_over_do_not_stay() -> None:
    now = USED + 365 * DAY

    assert fate_of(replace(PROFILE, pause=Pause()), USED, now, reminded=False) == "goes"
    assert fate_of(replace(PROFILE, pause=Pause(now)), USED, now, reminded=False) == "goes"
