"""A server's settings: kept and read back, changed one by one, and held against the channel somebody is in."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.servers.settings import (
    DEFAULTS,
    MOST_CHANNELS,
    MOST_TAG,
    MOST_TAGS,
    SHOWN,
    VISIBLE,
    ServerRecord,
    ServerSettings,
    Trouble,
    WeeklyPrompt,
    changed,
    from_document,
    record_from_document,
    record_to_document,
    served_languages,
    to_document,
)
from bot.domain.servers.showing import Room, refusal

ids = st.integers(1, 2**63)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=MOST_TAG).filter(
    lambda text: text == text.strip()
)
all_settings = st.builds(
    ServerSettings,
    shown=st.sampled_from(SHOWN),
    channels=st.lists(ids, max_size=MOST_CHANNELS, unique=True).map(tuple),
    visible=st.sampled_from(VISIBLE),
    age_restricted_only=st.booleans(),
    weekly=st.builds(
        WeeklyPrompt,
        channel=st.none() | ids,
        day=st.integers(0, 6),
        hour=st.integers(0, 23),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
        theme=st.none() | st.sampled_from(["curiosity", "acceptance"]),
        paused=st.booleans(),
    ),
    suggestions=st.none() | ids,
    intro=st.none() | st.sampled_from(["compersion", "about"]),
    forum_tags=st.lists(words, max_size=MOST_TAGS, unique=True).map(tuple),
)
troubles = st.none() | st.sampled_from(get_args(Trouble))


@given(st.builds(ServerRecord, settings=all_settings, version=st.integers(0, 9), weekly_trouble=troubles))
def test_a_record_is_read_back_as_it_was_and_leaves_what_others_keep(record: ServerRecord) -> None:
    document = record_to_document(record, {"asked": ["one"]})

    assert record_from_document(document) == record
    assert document["asked"] == ["one"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), st.data())
def test_a_document_of_a_version_to_come_is_read_as_far_as_it_is_known(odd: Any, data: st.DataObject) -> None:
    document = to_document(DEFAULTS)
    document[data.draw(st.sampled_from(sorted(document)))] = odd

    read = from_document(document)

    assert from_document(to_document(read)) == read


def test_nothing_set_is_nothing_changed() -> None:
    assert record_from_document({}) == ServerRecord()
    assert from_document({}) == DEFAULTS
    assert DEFAULTS.visible == "private"
    assert DEFAULTS.suggestions is None


def test_a_change_counts_once_and_takes_the_trouble_of_its_setting_along() -> None:
    weekly = WeeklyPrompt(channel=1, paused=True)
    before = ServerRecord(
        settings=replace(DEFAULTS, weekly=weekly, suggestions=2),
        version=4,
        weekly_trouble="channel_gone",
        suggestions_trouble="permission_lost",
    )

    after = changed(before, lambda settings: replace(settings, weekly=replace(weekly, paused=False)))

    assert after.version == 5
    assert after.weekly_trouble is None
    assert after.suggestions_trouble == "permission_lost"
    assert changed(before, lambda settings: settings) is before


@pytest.mark.parametrize(
    ("settings", "room", "said"),
    [
        (DEFAULTS, Room(1, None, None), None),
        (ServerSettings(shown="nowhere", channels=(1,)), Room(1, None, None), "nowhere"),
        (ServerSettings(shown="chosen", channels=(1,)), Room(1, None, None), None),
        (ServerSettings(shown="chosen", channels=(1,)), Room(7, 1, None), None),
        (ServerSettings(shown="chosen", channels=(1,)), Room(7, None, None), "not_here"),
        (ServerSettings(shown="chosen"), Room(7, None, None), "not_here"),
        (ServerSettings(age_restricted_only=True), Room(1, None, age_restricted=False), "age_restricted"),
        (ServerSettings(age_restricted_only=True), Room(1, None, age_restricted=True), None),
        (ServerSettings(age_restricted_only=True), Room(1, 2, None), None),
    ],
)
def test_cards_are_shown_where_the_server_says_and_threads_count_as_their_channel(
    settings: ServerSettings, room: Room, said: str | None
) -> None:
    assert refusal(settings, room) == said


def test_the_language_is_that_of_the_pack() -> None:
    assert served_languages("en") == ("en",)
    assert served_languages("pt-BR") == ("pt-BR",)
    assert served_languages("my-own-pack") == ("en",)


def test_nothing_of_a_server_shows_in_a_repr() -> None:
    settings = ServerSettings(channels=(123456789,), suggestions=234567891, weekly=WeeklyPrompt(channel=345678912))

    assert not any(
        digits in repr(ServerRecord(settings=settings)) for digits in ("123456789", "234567891", "345678912")
    )
