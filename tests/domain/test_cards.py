"""Posted cards: what is kept of one reads back, and what is to be done next about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards import outcomes
from bot.domain.cards.deeds import deed_document, deed_from
from bot.domain.cards.posting import (
    Left,
    Posting,
    Seen,
    Sending,
    Wish,
    in_order,
    is_outdated,
    links_of,
    rewished,
    seen_from,
    standing_of,
    wish_from,
)
from bot.domain.cards.steps import (
    EDITS_AN_HOUR,
    GRACE,
    HOUR,
    LOOKED_AT_EACH,
    SPREAD,
    Act,
    Occasion,
    due_after,
    next_step,
)
from bot.domain.cards.trouble import FINAL, Trouble
from bot.domain.content import STAGE_IDS

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)
HERE, THERE = 110011, 220022

MOMENTS = st.datetimes(timezones=st.just(UTC))
IDS = st.integers(1, 2**63)
LEFT = st.builds(Left, channel=IDS, message=IDS, tried=st.none() | MOMENTS)
WISHES = st.builds(Wish, channel=IDS, subject=st.text("abc-:"), part_of=st.none() | st.binary(min_size=16, max_size=16))
SEEN = st.builds(
    Seen,
    message=st.none() | IDS,
    sending=st.none() | st.builds(Sending, channel=IDS, since=MOMENTS, digest=st.text("abc")),
    edits=st.lists(MOMENTS, max_size=3).map(tuple),
    looked=st.none() | MOMENTS,
    trouble=st.none() | st.sampled_from(Trouble),
    left_over=st.lists(LEFT, max_size=3).map(tuple),
)


def standing(**seen: Any) -> Posting:
    """A card that is posted and as it should be, but for what is said."""
    there = Seen(message=5, channel=HERE, home=HERE, sent=LONG_AGO, digest="now", looked=NOW)
    return posting(replace(there, **seen))


def posting(seen: Seen = Seen(), **wish: Any) -> Posting:  # noqa: B008  # immutable
    wished = replace(Wish(channel=HERE, subject="compersion"), **wish)
    return Posting(id=bytes(16), version=1, created=NOW, due=NOW, wish=wished, seen=seen)


def step(one: Posting, digest: str | None = "now", edits: Any = (), *, asked: bool = True) -> Any:
    occasion = Occasion.of_moderator(NOW) if asked else Occasion.of_time(NOW)
    return next_step(one, digest, edits, occasion)


@given(wish=WISHES, seen=SEEN)
def test_what_is_kept_reads_back(wish: Wish, seen: Seen) -> None:
    document = posting(seen).to_document() | {"wish": replace(posting(), wish=wish).to_document()["wish"]}
    assert wish_from(document) == wish
    assert seen_from(document) == seen


@pytest.mark.parametrize("document", [{}, {"format": 2}, {"format": 1, "wish": {"channel": "?"}}])
def test_what_is_damaged_or_newer_is_refused(document: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is for nobody
        wish_from(document)


def test_nothing_is_done_where_all_is_well() -> None:
    assert step(standing()).act is Act.DONE


@pytest.mark.parametrize(
    ("one", "act"),
    [
        (posting(), Act.SEND),
        (replace(standing(), wish=Wish(channel=THERE, subject="compersion")), Act.SEND),
        (standing(replace=True), Act.SEND),
        (standing(looked=NOW - timedelta(minutes=1)), Act.LOOK),
        (standing(digest="before", sent=NOW), Act.EDIT),
        (replace(standing(), wish=replace(posting().wish, pinned=True)), Act.PIN),
        (standing(pinned=True), Act.UNPIN),
        (standing(left_over=(Left(channel=THERE, message=4),)), Act.REMOVE),
        (replace(standing(), wish=replace(posting().wish, gone=True)), Act.REMOVE),
        (posting(gone=True), Act.FORGET),
        (standing(trouble=Trouble.NOT_IN_PACK), Act.MENTION),
        (standing(sending=Sending(channel=HERE, since=LONG_AGO, digest="now")), Act.FIND),
        (posting(Seen(sending=Sending(channel=HERE, since=NOW, digest="")), gone=True), Act.FIND),
    ],
)
def test_what_is_wished_and_not_so_is_done(one: Posting, act: Act) -> None:
    assert step(one).act is act


def test_in_a_forum_a_post_that_may_be_on_its_way_is_waited_for() -> None:
    on_its_way = Seen(sending=Sending(channel=HERE, since=NOW - timedelta(seconds=5), digest="", forum=True))
    waits = step(posting(on_its_way, kind="channel"))
    assert waits.act is Act.WAIT
    assert waits.until == NOW - timedelta(seconds=5) + GRACE


@pytest.mark.parametrize("trouble", sorted(FINAL))
def test_a_card_deleted_by_hand_is_not_posted_again_by_itself(trouble: Trouble) -> None:
    gone = replace(standing(), seen=outcomes.refused(standing().seen, trouble, LONG_AGO))
    assert step(gone).act is Act.DONE
    assert step(gone, "changed").act is Act.DONE
    assert due_after(gone, step(gone), NOW) is None
    assert step(rewished(gone, gone.wish, again=True)).act is Act.SEND
    assert step(rewished(gone, replace(gone.wish, channel=THERE))).act is Act.SEND
    assert step(rewished(gone, replace(gone.wish, gone=True))).act is Act.FORGET


def test_a_card_that_moves_to_a_channel_that_is_deleted_leaves_where_it_was() -> None:
    moved = rewished(standing(), replace(standing().wish, channel=THERE))
    begun = outcomes.begun(moved.seen, moved.wish, "now", NOW)
    gone = replace(moved, seen=outcomes.refused(begun, Trouble.CHANNEL_GONE, NOW, at_sending=True))

    removal = step(gone)
    assert (removal.act, removal.left) == (Act.REMOVE, Left(channel=HERE, message=5))
    left = replace(gone, seen=outcomes.removed(gone.seen, removal.left))
    assert step(left).act is Act.DONE
    assert not left.stands


def test_a_pin_taken_away_by_hand_is_set_again_when_somebody_asks() -> None:
    pinned = replace(standing(pinned=True), wish=replace(posting().wish, pinned=True))
    seen = outcomes.looked(pinned.seen, NOW, pinned=False, wished=True)
    assert seen.trouble is Trouble.UNPINNED
    assert step(replace(pinned, seen=seen), asked=False).act is Act.DONE
    assert step(replace(pinned, seen=seen), asked=True).act is Act.PIN
    later = next_step(replace(pinned, seen=seen), "now", (), Occasion.of_time(NOW + timedelta(days=2)))
    assert later.act is Act.LOOK


def test_full_pins_are_tried_again_when_asked_after_a_change_and_once_a_day() -> None:
    full = replace(standing(), wish=replace(posting().wish, pinned=True))
    full = replace(full, seen=outcomes.refused(full.seen, Trouble.PINS_FULL, NOW))
    assert step(full).act is Act.DONE
    changed = replace(full, seen=outcomes.edited(full.seen, "changed"))
    assert step(changed, "changed").act is Act.PIN
    soon = Occasion.of_moderator(NOW + timedelta(minutes=1))
    seen = replace(full.seen, looked=soon.now)
    assert next_step(replace(full, seen=seen), "now", (), soon).act is Act.PIN


def test_room_made_by_what_is_removed_lets_the_new_pin_in() -> None:
    left = Left(channel=HERE, message=4)
    wish = replace(posting().wish, pinned=True)
    full = replace(standing(left_over=(left,), trouble=Trouble.PINS_FULL, tried=NOW), wish=wish)
    assert step(full).act is Act.REMOVE
    assert step(replace(full, seen=outcomes.removed(full.seen, left))).act is Act.PIN


def test_a_trouble_waits_for_the_next_time() -> None:
    held = standing(trouble=Trouble.NO_VIEW, tried=NOW, digest="before", looked=LONG_AGO)
    assert step(held).act is Act.DONE
    assert next_step(held, "now", (), Occasion.of_moderator(NOW + timedelta(seconds=1))).act is Act.LOOK
    assert next_step(held, "now", (), Occasion.of_time(NOW + timedelta(hours=1))).act is Act.DONE
    assert next_step(held, "now", (), Occasion.of_time(NOW + timedelta(hours=23))).act is Act.LOOK


def test_what_is_left_over_elsewhere_holds_nothing_up() -> None:
    left = Left(channel=THERE, message=4, tried=NOW)
    one = standing(left_over=(left,), digest="before", sent=NOW)
    assert step(one).act is Act.EDIT
    assert one.trouble is Trouble.LEFT_BEHIND
    assert step(standing(left_over=(left,))).act is Act.DONE


def test_old_messages_are_edited_three_times_an_hour_in_a_channel() -> None:
    one = standing(digest="before")
    edits = [NOW - timedelta(minutes=30 + number) for number in range(EDITS_AN_HOUR)]
    assert step(one, edits=edits[:-1]).act is Act.EDIT
    waits = step(one, edits=edits)
    assert waits.act is Act.WAIT
    assert waits.until == min(edits) + HOUR
    assert step(replace(one, seen=replace(one.seen, sent=NOW)), edits=edits).act is Act.EDIT
    assert step(replace(one, wish=replace(one.wish, pinned=True)), edits=edits).act is Act.PIN


@given(ages=st.lists(st.integers(0, 200), max_size=12))
def test_never_a_fourth_edit_within_an_hour(ages: list[int]) -> None:
    edits, one = list[datetime](), standing(digest="before")
    for minutes in sorted(ages):
        now = NOW + timedelta(minutes=minutes)
        occasion = Occasion(now, NOW)
        if next_step(one, "now", edits, occasion).act is Act.EDIT:
            edits.append(now)
    for at in edits:
        assert sum(at <= one < at + timedelta(hours=1) for one in edits) <= EDITS_AN_HOUR


@given(token=st.binary(min_size=16, max_size=16))
def test_daily_looks_are_strewn(token: bytes) -> None:
    one = replace(standing(), id=token)
    due = due_after(one, step(one), NOW)
    assert due is not None
    assert LOOKED_AT_EACH <= due - NOW <= LOOKED_AT_EACH + SPREAD


def test_an_index_links_the_cards_that_stand() -> None:
    index = posting(subject="series:trajectory")
    parts = [
        replace(standing(), id=bytes([number]) * 16, wish=replace(posting().wish, subject=stage, part_of=index.id))
        for number, stage in enumerate(STAGE_IDS, 1)
    ]
    parts[1] = replace(parts[1], seen=outcomes.refused(parts[1].seen, Trouble.DELETED, NOW))
    parts[2] = replace(parts[2], wish=replace(parts[2].wish, gone=True))
    links = links_of(index.id, 9, [index, *parts])
    assert links == dict.fromkeys((STAGE_IDS[0], *STAGE_IDS[3:]), f"https://discord.com/channels/9/{HERE}/5")
    shuffled = in_order([parts[4], parts[0], index, parts[2], parts[3], parts[1]])
    assert [one.wish.subject for one in shuffled] == ["series:trajectory", *STAGE_IDS]


def test_how_a_card_stands() -> None:
    assert standing_of(standing(), "now") == "current"
    assert standing_of(standing(), "changed") == "drifted"
    assert standing_of(standing(), None) == "trouble"
    assert standing_of(posting(), "now") == "waiting"
    assert standing_of(posting(outcomes.refused(Seen(), Trouble.DELETED, NOW)), "now") == "gone"


def test_what_a_change_of_the_cards_calls_for() -> None:
    assert not is_outdated(standing(), "now")
    assert is_outdated(standing(), "changed")
    assert is_outdated(standing(), None)
    assert not is_outdated(standing(trouble=Trouble.NOT_IN_PACK), None)
    assert is_outdated(standing(trouble=Trouble.NOT_IN_PACK), "now")
    assert not is_outdated(replace(standing(), wish=replace(posting().wish, gone=True)), "changed")


def test_a_deed_reads_back_unless_a_later_version_wrote_it() -> None:
    deed = deed_from(NOW, 7, deed_document("pin", HERE, "compersion"))
    assert deed is not None
    assert (deed.by, deed.what, deed.channel, deed.subject) == (7, "pin", HERE, "compersion")
    assert deed_from(NOW, 7, {"what": "dance"}) is None


def test_nothing_of_a_server_is_in_what_is_printed() -> None:
    left = (Left(channel=THERE, message=440044),)
    one = standing(left_over=left, sending=Sending(channel=330033, since=NOW, digest=""))
    assert not [number for number in ("110011", "220022", "330033", "440044") if number in repr(one)]
