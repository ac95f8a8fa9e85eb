"""Reminders: when they come, through the year and through everything a member can do to them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Pause
from bot.domain.reminders.reminder import (
    MOST_JITTER,
    Reminder,
    TimePassed,
    answered,
    closed,
    judge,
    moved,
    paused,
    remind,
    snoozed,
    started_again,
)
from bot.domain.reminders.schedule import (
    EveryWeeks,
    Once,
    OnDays,
    Pattern,
    Schedule,
    first_offered,
    offer_times,
    step_on,
)
from bot.domain.zones import QuietHours, zone_of

NOW = datetime(2026, 11, 20, 9, 41, 13, tzinfo=UTC)  # a Friday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NIGHT = QuietHours(22, 7)
BERLIN = "Europe/Berlin"

patterns = st.one_of(
    st.just(Once()),
    st.builds(EveryWeeks, st.integers(1, 12)),
    st.builds(OnDays, st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 23)),
)
zones = st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"])
moments = st.integers(1_767_000_000, 2_050_000_000).map(lambda one: datetime.fromtimestamp(one, UTC))
nights = st.none() | st.builds(QuietHours, st.integers(20, 23), st.integers(0, 9))


def local(*parts: int, zone: str = BERLIN) -> datetime:
    return datetime(*parts, tzinfo=zone_of(zone)).astimezone(UTC)


def make(
    pattern: Pattern, start: datetime, zone: str | None = None, quiet: QuietHours | None = None, now: datetime = NOW
) -> Reminder:
    return remind(pattern, start, zone, quiet, 0, now)


def come(reminder: Reminder, times: int, quiet: QuietHours | None = None) -> list[datetime]:
    """Let a reminder come so often, answered each time, and say when."""
    came = []
    for _ in range(times):
        assert reminder.next is not None
        came.append(reminder.next)
        verdict = judge(reminder, reminder.next, quiet, None)
        assert verdict.send
        assert verdict.after is not None
        reminder = answered(verdict.after)
    return came


# --- when ------------------------------------------------------------------------------------------------------------


def test_one_reminder_comes_once_and_is_forgotten_a_day_later() -> None:
    reminder = make(Once(), NOW + DAY)
    assert reminder.due == NOW + DAY

    sent = judge(reminder, NOW + DAY, None, None).after

    assert sent is not None
    assert (sent.state, sent.next, sent.due) == ("done", None, NOW + 2 * DAY)
    assert judge(sent, NOW + 2 * DAY, None, None).after is None


def test_a_moment_that_has_passed_cannot_be_chosen() -> None:
    for pattern in (Once(), EveryWeeks(1)):
        with pytest.raises(TimePassed):
            make(pattern, NOW)


def test_weeks_without_a_zone_are_exact() -> None:
    start = local(2026, 10, 20, 19)  # the clocks go back on the 25th
    came = come(make(EveryWeeks(1), start, now=start - DAY), 3)

    assert [after - before for before, after in pairwise(came)] == [WEEK, WEEK]


def test_weeks_with_a_zone_keep_the_time_of_day() -> None:
    start = local(2026, 10, 20, 19)
    came = come(make(EveryWeeks(2), start, BERLIN, now=start - DAY), 3)

    assert came == [local(2026, 10, 20, 19), local(2026, 11, 3, 19), local(2026, 11, 17, 19)]


def test_chosen_days_come_at_their_hour() -> None:
    came = come(make(OnDays(frozenset({0, 4}), 19), NOW, BERLIN), 3)

    assert came == [local(2026, 11, 20, 19), local(2026, 11, 23, 19), local(2026, 11, 27, 19)]


def test_a_series_whose_hour_is_skipped_once_comes_right_after_it_and_then_as_ever() -> None:
    sundays = make(OnDays(frozenset({6}), 2), NOW, BERLIN, now=local(2027, 3, 22, 12))
    weeks = make(EveryWeeks(1), local(2027, 3, 21, 2, 30), BERLIN, now=local(2027, 3, 20, 12))

    assert come(sundays, 2) == [local(2027, 3, 28, 3), local(2027, 4, 4, 2)]
    assert come(weeks, 3) == [local(2027, 3, 21, 2, 30), local(2027, 3, 28, 3), local(2027, 4, 4, 2, 30)]


def test_a_series_whose_hour_comes_twice_comes_once() -> None:
    sundays = make(OnDays(frozenset({6}), 2), NOW, BERLIN, now=local(2027, 10, 25, 12))
    came = come(sundays, 2)

    assert came == [local(2027, 10, 31, 2), local(2027, 11, 7, 2)]


def test_what_falls_into_quiet_hours_comes_at_their_end() -> None:
    late = make(OnDays(frozenset({4}), 23), NOW, BERLIN, NIGHT)
    early = make(Once(), local(2026, 11, 21, 3), BERLIN, NIGHT)

    assert come(late, 2, NIGHT) == [local(2026, 11, 21, 7), local(2026, 11, 28, 7)]
    assert early.next == local(2026, 11, 21, 7)


def test_weekdays_need_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        make(OnDays(frozenset({4}), 19), NOW)


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7}), frozenset({-1})])
def test_days_that_no_week_has_are_refused(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="no such days"):
        OnDays(days, 19)


@given(patterns, moments, zones, nights, st.timedeltas(timedelta(0), timedelta(days=800)))
def test_a_next_time_is_later_awake_and_on_a_day_asked_for(
    pattern: Pattern, start: datetime, zone: str, quiet: QuietHours | None, passed: timedelta
) -> None:
    after = start + passed
    schedule = Schedule(pattern, start, zone_of(zone))
    following = schedule.next_after(after, quiet)

    if following is None:
        assert isinstance(pattern, Once)
        return
    assert following > after
    wall = following.astimezone(schedule.zone)
    assert quiet is None or not quiet.cover(wall.time())
    if isinstance(pattern, OnDays) and quiet is None:
        assert wall.weekday() in pattern.days
        assert wall.hour in {pattern.hour, pattern.hour + 1}  # the hour after, where the clocks skipped it
    if isinstance(pattern, OnDays):
        assert following - after <= 8 * DAY + 2 * HOUR


@given(patterns, moments, zones, nights)
def test_looking_in_between_skips_and_doubles_nothing(
    pattern: Pattern, start: datetime, zone: str, quiet: QuietHours | None
) -> None:
    schedule = Schedule(pattern, start, zone_of(zone))
    steps = [schedule.next_after(start - HOUR, quiet)]
    while steps[-1] is not None and len(steps) < 6:
        steps.append(schedule.next_after(steps[-1], quiet))
    for before, then in pairwise(steps):
        assert before is not None
        assert then is None or then > before
        between = before + (then - before) / 2 if then else before + WEEK
        assert schedule.next_after(between, quiet) == then


# --- sending ---------------------------------------------------------------------------------------------------------


def test_it_is_sent_a_little_later_than_it_says_and_never_before() -> None:
    reminder = remind(Once(), NOW + HOUR, None, None, MOST_JITTER, NOW)

    assert reminder.next == NOW + HOUR
    assert reminder.due == NOW + HOUR + timedelta(seconds=MOST_JITTER)
    assert judge(reminder, reminder.due, None, None).send


def test_more_than_two_hours_late_is_dropped_and_the_next_is_computed() -> None:
    weekly = make(EveryWeeks(1), NOW + HOUR)
    single = make(Once(), NOW + HOUR)

    assert judge(weekly, NOW + 3 * HOUR, None, None).send
    verdict = judge(weekly, NOW + 3 * HOUR + timedelta(seconds=1), None, None)
    assert not verdict.send
    assert verdict.after is not None
    assert (verdict.after.next, verdict.after.unanswered) == (NOW + HOUR + WEEK, 0)
    assert judge(single, NOW + 4 * HOUR, None, None).after is None


def test_after_three_unanswered_it_goes_quiet_instead_of_a_fourth() -> None:
    reminder = make(EveryWeeks(1), NOW + DAY)
    for _ in range(3):
        assert reminder.next is not None
        verdict = judge(reminder, reminder.next, None, None)
        assert verdict.send
        assert verdict.after is not None
        reminder = verdict.after

    assert reminder.next is not None
    verdict = judge(reminder, reminder.next, None, None)

    assert not verdict.send
    assert verdict.after is not None
    assert (verdict.after.state, verdict.after.next, verdict.after.due) == ("quiet", None, None)
    again = started_again(verdict.after, NOW + 30 * DAY, None)
    assert (again.state, again.next, again.unanswered) == ("waiting", NOW + 36 * DAY, 0)


def test_an_answer_in_between_keeps_it_coming() -> None:
    assert len(come(make(EveryWeeks(1), NOW + DAY), 12)) == 12


def test_late_into_the_quiet_hours_it_waits_for_their_end() -> None:
    evening = make(OnDays(frozenset({4}), 21), NOW, BERLIN, NIGHT)

    verdict = judge(evening, local(2026, 11, 20, 22, 30), NIGHT, None)

    assert not verdict.send
    assert verdict.after is not None
    assert verdict.after.next == local(2026, 11, 21, 7)
    assert judge(verdict.after, local(2026, 11, 21, 7), NIGHT, None).send


def test_a_minute_of_delay_at_the_edge_of_the_quiet_hours_is_no_reason_to_wait() -> None:
    reminder = remind(Once(), local(2026, 11, 20, 21, 59), BERLIN, NIGHT, 120, NOW)

    assert judge(reminder, local(2026, 11, 20, 22, 1), NIGHT, None).send


def test_the_members_own_pause_holds_everything_back() -> None:
    weekly = make(EveryWeeks(1), NOW + HOUR)
    single = make(Once(), NOW + HOUR)
    until = NOW + 10 * DAY

    for reminder, pause, expected in (
        (weekly, Pause(until), NOW + HOUR + 2 * WEEK),
        (weekly, Pause(), NOW + HOUR + WEEK),
        (single, Pause(until), until),
        (single, Pause(), NOW + HOUR + DAY),
    ):
        verdict = judge(reminder, NOW + HOUR, None, pause)
        assert not verdict.send
        assert verdict.after is not None
        assert (verdict.after.next, verdict.after.unanswered) == (expected, 0)


# --- what a member does to it ----------------------------------------------------------------------------------------


def test_later_today_is_three_hours_or_the_next_of_the_series() -> None:
    weekly = make(EveryWeeks(1), NOW + DAY)
    daily = make(OnDays(frozenset(range(7)), 12), NOW, BERLIN)  # noon there is 11:00 UTC

    assert snoozed(weekly, NOW, None).next == NOW + 3 * HOUR
    assert snoozed(daily, NOW, None).next == local(2026, 11, 20, 12)


def test_later_today_does_not_reach_into_the_night() -> None:
    weekly = make(EveryWeeks(1), local(2026, 11, 20, 21), BERLIN, NIGHT)

    assert snoozed(weekly, local(2026, 11, 20, 21), NIGHT).next == local(2026, 11, 21, 7)


def test_later_today_brings_a_single_one_back() -> None:
    sent = judge(make(Once(), NOW + HOUR), NOW + HOUR, None, None).after
    assert sent is not None

    later = snoozed(sent, NOW + 2 * HOUR, None)

    assert (later.state, later.next, later.unanswered) == ("waiting", NOW + 5 * HOUR, 0)
    assert judge(later, NOW + 5 * HOUR, None, None).send


def test_a_pause_until_a_date_lets_the_first_after_it_come() -> None:
    weekly = make(EveryWeeks(1), NOW + DAY)
    until = NOW + 2 * WEEK

    held = paused(weekly, until, None)

    assert (held.state, held.until, held.next) == ("paused", until, NOW + DAY + 2 * WEEK)
    assert held.next is not None
    sent = judge(held, held.next, None, None)
    assert sent.send
    assert sent.after is not None
    assert (sent.after.state, sent.after.until) == ("waiting", None)


def test_a_paused_single_one_comes_when_its_pause_ends() -> None:
    single = make(Once(), NOW + DAY)

    assert paused(single, NOW + WEEK, None).next == NOW + WEEK
    assert paused(make(Once(), NOW + 2 * WEEK), NOW + WEEK, None).next == NOW + 2 * WEEK


def test_a_pause_without_an_end_lasts_until_it_is_started_again() -> None:
    held = paused(make(EveryWeeks(1), NOW + DAY), None, None)

    assert (held.state, held.next, held.due) == ("paused", None, None)
    assert started_again(held, NOW + 9 * DAY, None).next == NOW + 15 * DAY


def test_closed_messages_hold_it_back_until_it_is_started_again() -> None:
    sent = judge(make(Once(), NOW + DAY), NOW + DAY, None, None).after
    assert sent is not None

    held = closed(sent)

    assert (held.state, held.due) == ("closed", None)
    assert started_again(held, NOW + 5 * DAY, None).next == NOW + 5 * DAY + 3 * HOUR


def test_a_member_who_moves_keeps_the_time_of_day() -> None:
    weekly = make(EveryWeeks(1), local(2026, 11, 24, 19), BERLIN)
    days = make(OnDays(frozenset({4}), 19), NOW, BERLIN)
    york = "America/New_York"

    assert moved(weekly, york, NOW, None).next == local(2026, 11, 24, 19, zone=york)
    assert moved(days, york, NOW, None).next == local(2026, 11, 20, 19, zone=york)


def test_a_zone_named_later_lets_a_series_follow_the_clocks_from_then_on() -> None:
    weekly = make(EveryWeeks(1), local(2026, 3, 24, 19), now=local(2026, 3, 20, 12))

    followed = moved(weekly, BERLIN, local(2026, 3, 20, 12), None)

    assert come(followed, 2) == [local(2026, 3, 24, 19), local(2026, 3, 31, 19)]


def test_new_quiet_hours_move_what_waits_and_nothing_else() -> None:
    late = make(OnDays(frozenset({4}), 23), NOW, BERLIN)
    held = paused(late, None, None)

    assert moved(late, BERLIN, NOW, NIGHT).next == local(2026, 11, 21, 7)
    assert moved(held, BERLIN, NOW, NIGHT) == held


# --- what is written down --------------------------------------------------------------------------------------------


@given(patterns, moments, zones, nights, st.integers(0, MOST_JITTER))
def test_it_reads_what_it_wrote(
    pattern: Pattern, start: datetime, zone: str, quiet: QuietHours | None, jitter: int
) -> None:
    made = remind(pattern, start, zone, quiet, jitter, start - HOUR)
    sent = judge(made, made.due or start, quiet, None).after
    assert sent is not None
    for reminder in (made, sent, paused(made, start + WEEK, quiet), closed(made), snoozed(sent, start, quiet)):
        assert Reminder.from_document(json.loads(json.dumps(reminder.to_document()))) == reminder


@pytest.mark.parametrize(
    "damage",
    [
        {"format": 2},
        {"state": "loud"},
        {"next": "soon"},
        {"pattern": {"kind": "hourly"}},
        {"pattern": {"kind": "weeks", "weeks": 0}},
        {"start": None},
    ],
)
def test_what_it_did_not_write_is_refused_without_a_word_of_it(damage: dict[str, object]) -> None:
    document = make(Once(), NOW + DAY).to_document() | damage

    with pytest.raises(ValueError, match="a reminder") as refused:
        Reminder.from_document(document)
    assert "soon" not in str(refused.value)


def test_it_shows_nothing_of_itself_in_a_log() -> None:
    shown = repr(replace(make(EveryWeeks(3), NOW + DAY, BERLIN), until=NOW))

    assert not [one for one in ("2026", "Berlin", "weeks=3", "pattern", "start") if one in shown]


# --- six times to choose from ----------------------------------------------------------------------------------------


def test_the_first_time_offered_is_a_full_hour_half_an_hour_away_at_least() -> None:
    assert first_offered(NOW) == NOW.replace(hour=11, minute=0, second=0)
    assert first_offered(NOW.replace(minute=30, second=0)) == NOW.replace(hour=10, minute=0, second=0)


@given(moments, moments, st.sampled_from([HOUR, DAY, WEEK]))
def test_six_times_are_offered_in_order_and_none_too_soon(wanted: datetime, now: datetime, step: timedelta) -> None:
    offered = offer_times(wanted, step, now)

    assert len(offered) == 6
    assert {after - before for before, after in pairwise(offered)} == {step}
    assert offered[0] >= first_offered(now)
    assert (offered[0] - wanted) % step == timedelta(0)
    assert offered[0] == wanted or offered[0] - step < first_offered(now)


@pytest.mark.parametrize("month", [3, 10, 11])
def test_days_in_a_zone_are_offered_at_the_same_time_of_day(month: int) -> None:
    zone = zone_of("America/New_York")
    wanted, now = datetime(2027, month, 1, 20, tzinfo=zone).astimezone(UTC), datetime(2027, 1, 1, tzinfo=UTC)

    days = list[datetime]()
    while len(days) < 24:  # page after page
        days += offer_times(wanted, DAY, now, zone)
        wanted = step_on(days[-1], DAY, zone)

    shown = [one.astimezone(zone) for one in days]
    assert {one.time() for one in shown} == {time(20)}
    assert [one.date() for one in shown] == [date(2027, month, 1) + number * DAY for number in range(24)]


def test_an_evening_can_be_reached_by_its_hour_and_then_its_day() -> None:
    hours = offer_times(first_offered(NOW) + 6 * HOUR, HOUR, NOW)
    seven = next(one for one in hours if one.time() == time(19))
    days = offer_times(seven, DAY, NOW)

    assert days[5] == datetime(2026, 11, 25, 19, tzinfo=UTC)
