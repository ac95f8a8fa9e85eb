"""The weekly prompt: due by a server's own clocks, and no prompt again before all others came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.library import Library
from bot.domain.servers.settings import ServerRecord, ServerSettings, WeeklyPrompt, changed
from bot.domain.servers.weekly import KEY, Claimed, Posting, Prompts, halted, next_due, prompt_of, prompts_for_channels
from bot.domain.zones import zone_of

CHANNEL = 300
SUNDAY_EVENING = WeeklyPrompt(channel=CHANNEL, day=6, hour=18, zone="Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"]

moments = st.integers(1_600_000_000, 2_400_000_000).map(lambda one: datetime.fromtimestamp(one, UTC))
weeklies = st.builds(
    WeeklyPrompt, channel=st.just(CHANNEL), day=st.integers(0, 6), hour=st.integers(0, 23), zone=st.sampled_from(ZONES)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def claimed(prompt: str, number: int = 1) -> Claimed:
    return Claimed(token=number.to_bytes(16, "big"), prompt=prompt, channel=CHANNEL, at=utc("2026-11-22T17:00"))


@pytest.mark.parametrize("weekly", [WeeklyPrompt(), replace(SUNDAY_EVENING, paused=True)])
def test_without_a_channel_or_paused_none_is_due(weekly: WeeklyPrompt) -> None:
    assert next_due(weekly, utc("2026-11-21T12:00")) is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-10-18T16:00", "2026-10-25T17:00"),  # on the hour itself the next one; winter begins that morning
        ("2026-10-25T17:00", "2026-11-01T17:00"),
        ("2027-03-21T17:00", "2027-03-28T16:00"),  # summer begins that morning
        ("2027-03-28T15:59:59", "2027-03-28T16:00"),
    ],
)
def test_it_keeps_its_hour_when_the_clocks_change(now: str, due: str) -> None:
    assert next_due(SUNDAY_EVENING, utc(now)) == utc(due)


def test_an_hour_that_is_skipped_and_one_that_comes_twice() -> None:
    at_night = replace(SUNDAY_EVENING, hour=2)

    assert next_due(at_night, utc("2027-03-22T00:00")) == utc("2027-03-28T01:00")  # 3 o'clock there, as 2 is skipped
    first = next_due(at_night, utc("2026-10-20T00:00"))
    assert first == utc("2026-10-25T00:00")  # the first of the two
    assert next_due(at_night, first) == utc("2026-11-01T01:00")  # and not the second


@given(weeklies, moments)
def test_it_comes_every_week_at_its_hour_of_its_day(weekly: WeeklyPrompt, now: datetime) -> None:
    due = next_due(weekly, now)
    assert due is not None
    following = next_due(weekly, due)
    assert following is not None

    assert now < due <= now + timedelta(days=7, hours=2)
    assert timedelta(days=7, hours=-2) <= following - due <= timedelta(days=7, hours=2)
    wall = due.astimezone(zone_of(weekly.zone))
    assert (wall.weekday(), wall.hour) in {(weekly.day, weekly.hour), (weekly.day, weekly.hour + 1)}


def test_a_zone_that_is_gone_counts_as_utc() -> None:
    assert next_due(replace(SUNDAY_EVENING, zone="Europe/Nowhere"), utc("2026-11-21T12:00")) == utc("2026-11-22T18:00")


def test_only_prompts_marked_for_channels_are_offered(library: Library) -> None:
    offered = prompts_for_channels(library, None)

    assert offered
    assert all(prompt.weekly and prompt.weight == "gentle" for _, prompt in offered)
    (theme, prompt), *_ = offered
    assert all(one is theme for one, _ in prompts_for_channels(library, theme.id))
    assert prompts_for_channels(library, "no-such-theme") == []
    assert prompt_of(library, prompt.id) == (theme, prompt)
    private = next(one for each in library.themes.values() for one in each.prompts if not one.weekly)
    assert prompt_of(library, private.id) is None


@given(
    st.lists(st.integers(0, 30).map("p{}".format), min_size=1, max_size=12, unique=True),
    st.lists(st.binary(min_size=16, max_size=16), min_size=40, max_size=40),
)
def test_none_comes_again_before_all_came_and_never_twice_in_a_row(offered: list[str], seeds: list[bytes]) -> None:
    prompts, came = Prompts(), list[str]()
    for seed in seeds:
        one = prompts.pick(offered, seed)
        assert prompts.pick(offered, seed) == one
        prompts = prompts.claim(offered, claimed(one))
        came.append(one)

    for at in range(0, len(came), len(offered)):
        round_ = came[at : at + len(offered)]
        assert len(set(round_)) == len(round_)
    if len(offered) > 1:
        assert all(one != two for one, two in pairwise(came))


def test_what_came_of_one_theme_does_not_come_soon_again_when_all_are_offered() -> None:
    prompts = Prompts()
    for number in range(2):
        one = prompts.pick(["a", "b"], bytes(16))
        prompts = prompts.claim(["a", "b"], claimed(one, number))

    everything = ["a", "b", "c"]
    assert prompts.pick(everything, bytes(16)) == "c"


def test_a_claim_that_nobody_saw_is_given_back() -> None:
    prompts = Prompts(("a",)).claim(["a", "b"], claimed("b", 7))

    assert prompts.give_back((8).to_bytes(16, "big")) == prompts
    assert prompts.give_back((7).to_bytes(16, "big")) == Prompts(("a",))


def test_what_is_remembered_comes_back_as_it_was() -> None:
    prompts = Prompts(("a",)).claim(["a", "b"], claimed("b"))

    assert Prompts.from_document({KEY: prompts.to_document()}) == prompts
    assert Prompts.from_document({}) == Prompts()
    assert str(CHANNEL) not in repr(prompts)


@pytest.mark.parametrize("found", [{"claimed": {"token": "x"}}, {"used": 3}, {"claimed": {"token": "00", "at": ""}}])
def test_what_is_damaged_is_not_taken_for_something_else(found: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Prompts.from_document({KEY: found})


def test_a_trouble_pauses_and_goes_when_somebody_goes_on() -> None:
    record = halted(ServerRecord(settings=ServerSettings(weekly=SUNDAY_EVENING)), "channel_gone")

    assert (record.settings.weekly.paused, record.weekly_trouble, record.version) == (True, "channel_gone", 1)
    again = changed(record, lambda before: replace(before, weekly=replace(before.weekly, paused=False)))
    assert (again.settings.weekly, again.weekly_trouble) == (SUNDAY_EVENING, None)


def test_it_may_be_sent_again_for_three_minutes_where_it_is_still_wanted() -> None:
    one = claimed("a")
    posting = Posting(row=bytes(16), server=1, claimed=one, age_restricted_only=False)

    assert posting.may_go(one.at + timedelta(minutes=2, seconds=59), arrived=None)
    assert not posting.may_go(one.at + timedelta(minutes=3), arrived=None)
    assert not replace(posting, wanted=False).may_go(one.at, arrived=None)
