"""Posted cards against a loopback Discord: posted, pinned, edited, moved, lost, refused; the job that keeps them so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.cogs.cards.poster import Poster
from bot.domain.cards.steps import Act
from bot.domain.cards.trouble import Trouble
from bot.domain.content import STAGE_IDS
from bot.domain.trusted_time import SimulatedClock
from bot.jobs.cards import CardsJob
from bot.services.cards.board import part_id
from bot.services.leasing import Lease
from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from bot.storage.tables import posting
from tests.jobs.hanging import MODERATOR, Wall, hanging, said
from tests.storage.world import NOW
from tests.wire import permissions as may

HOUR = timedelta(hours=1)


@pytest.fixture
async def wall(embedded: Storage, content: Path) -> AsyncIterator[Wall]:
    async with hanging(embedded, ServedPack(content, NOW)) as wall:
        yield wall


async def change_the_pack(wall: Wall, edit: Any, name: str = "compersion", word: str = "title: ") -> None:
    edit(f"explainers/{name}.yaml", word, f"{word}Well, ")
    assert await wall.pack.reload(wall.clock())


async def test_a_card_is_posted_once_and_pinned(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)["pinned"]
    assert wall.pack.library.explainers["compersion"].title in said(wall.only(id_))
    assert len(wall.wire.calls("POST", "/messages$")) == 1


async def test_a_change_of_the_card_is_drawn_into_the_same_message(wall: Wall, edit: Any) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    before = wall.only(id_)["id"]
    await change_the_pack(wall, edit)
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)["id"] == before
    assert "Well, " in said(wall.only(id_))


def job_of(wall: Wall) -> CardsJob:
    return CardsJob(wall.pack, wall.client, wall.poster, wall.clock, pace=0)


async def come_round(wall: Wall, job: CardsJob) -> None:
    lease = Lease(wall.storage, job.name, bytes(16), SimulatedClock(wall.clock))
    await job.run(wall, lease)
    await lease.give_up()


# --- refused, lost, taken away --------------------------------------------------------------------------------------


async def test_the_251st_pin_is_refused_and_told_and_set_once_there_is_room(wall: Wall) -> None:
    wall.wire.fill_pins(wall.wire.channel, 250)
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    assert (await wall.get(id_)).trouble is Trouble.PINS_FULL
    assert not wall.only(id_)["pinned"]
    wall.wire.world.post.unpin(wall.wire.pins(wall.wire.channel)[0])
    await wall.sync()
    assert (await wall.get(id_)).trouble is None
    assert wall.only(id_)["pinned"]


async def test_a_full_channel_changes_a_pin_for_its_successor(wall: Wall, edit: Any) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    wall.wire.fill_pins(wall.wire.channel, 249)
    await change_the_pack(wall, edit)
    wall.wire.faults.add("PATCH", code=50006)
    await wall.settle(id_)
    assert wall.only(id_)["pinned"]
    assert "Well, " in said(wall.only(id_))


async def test_a_card_deleted_by_hand_stays_away_until_somebody_asks(wall: Wall, edit: Any) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    wall.wire.world.post.delete(wall.only(id_))
    await change_the_pack(wall, edit)
    await wall.sync()
    wall.clock.go_on(timedelta(days=2))
    await come_round(wall, job_of(wall))
    assert (await wall.get(id_)).trouble is Trouble.DELETED
    assert not wall.of(id_)
    await wall.change(id_, again=True)
    assert wall.only(id_)["pinned"]


async def test_a_day_later_the_job_has_seen_what_was_deleted_by_hand(wall: Wall) -> None:
    ids = [await wall.post(subject, wall.wire.channel) for subject in ("compersion", "support")]
    wall.wire.world.post.delete(wall.only(ids[0]))
    job = job_of(wall)
    await come_round(wall, job)
    assert (await wall.get(ids[0])).trouble is None
    wall.clock.go_on(timedelta(hours=27))
    await come_round(wall, job)
    assert (await wall.get(ids[0])).trouble is Trouble.DELETED
    assert (await wall.get(ids[1])).trouble is None


async def test_a_channel_that_was_deleted_is_known_to_be(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel)
    wall.wire.world.delete_channel(wall.wire.channel)
    await wall.sync()
    assert (await wall.get(id_)).trouble is Trouble.CHANNEL_GONE
    elsewhere = wall.wire.world.add_channel("elsewhere", wall.wire.guild["id"])
    assert (await wall.change(id_, channel=int(elsewhere["id"]))).outcome == "done"
    assert wall.only(id_)["channel_id"] == elsewhere["id"]


@pytest.mark.parametrize(
    ("denied", "trouble"),
    [
        (may.VIEW, Trouble.NO_VIEW),
        (may.SEND, Trouble.NO_SEND),
        (may.PIN, Trouble.NO_PIN),
    ],
)
async def test_a_permission_that_is_missing_is_named_and_tried_again(wall: Wall, denied: int, trouble: Trouble) -> None:
    wall.wire.world.overwrite(wall.wire.channel, wall.wire.world.bot, deny=denied)
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    assert (await wall.get(id_)).trouble is trouble
    wall.wire.world.overwrite(wall.wire.channel, wall.wire.world.bot)
    wall.clock.go_on(timedelta(hours=27))
    await come_round(wall, job_of(wall))
    assert (await wall.get(id_)).trouble is None
    assert wall.only(id_)["pinned"]


async def test_without_the_channels_history_a_card_cannot_be_looked_at(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel)
    wall.wire.world.overwrite(wall.wire.channel, wall.wire.world.bot, deny=may.READ_HISTORY)
    await wall.sync()
    assert (await wall.get(id_)).trouble is Trouble.NO_HISTORY


async def test_a_server_that_the_bot_left_is_not_asked_for(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel)
    wall.wire.world.leave(wall.wire.guild)
    assert (await wall.settle(id_)).outcome == "trouble"
    assert (await wall.get(id_)).trouble is Trouble.NO_VIEW


async def test_an_edit_refused_for_good_puts_a_new_message_in_its_place(wall: Wall, edit: Any) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    before = wall.only(id_)["id"]
    await change_the_pack(wall, edit)
    wall.wire.faults.add("PATCH", code=50006)
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)["id"] != before
    assert wall.only(id_)["pinned"]
    assert [one["id"] for one in wall.wire.pins(wall.wire.channel)] == [wall.only(id_)["id"]]


async def test_a_card_that_is_in_no_pack_any_more_stays_and_is_told(wall: Wall) -> None:
    id_ = await wall.post("vicarious-joy", wall.wire.channel)
    library = wall.pack.library
    kept = {name: one for name, one in library.explainers.items() if name != "vicarious-joy"}
    wall.pack._serve(replace(library, explainers=kept, works=dict(library.works)), None)
    await come_round(wall, job_of(wall))
    assert (await wall.get(id_)).trouble is Trouble.NOT_IN_PACK
    assert wall.only(id_)


# --- moved, removed -------------------------------------------------------------------------------------------------


async def test_a_card_that_is_moved_stands_in_one_place(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    elsewhere = wall.wire.world.add_channel("elsewhere", wall.wire.guild["id"])
    await wall.change(id_, channel=int(elsewhere["id"]))
    assert wall.only(id_)["channel_id"] == elsewhere["id"]
    assert wall.only(id_)["pinned"]


async def test_a_card_that_is_removed_leaves_nothing(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    assert (await wall.change(id_, gone=True)).outcome == "removed"
    assert not wall.of(id_)
    assert await wall.board.list_all(wall.server) == []


async def test_what_cannot_be_removed_is_told_and_tried_again(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel)
    elsewhere = wall.wire.world.add_channel("elsewhere", wall.wire.guild["id"])
    wall.wire.world.overwrite(wall.wire.channel, wall.wire.world.bot, deny=may.VIEW)
    await wall.change(id_, channel=int(elsewhere["id"]))
    assert (await wall.get(id_)).trouble is Trouble.LEFT_BEHIND
    assert len(wall.of(id_)) == 2
    wall.wire.world.overwrite(wall.wire.channel, wall.wire.world.bot)
    await wall.sync()
    assert wall.only(id_)["channel_id"] == elsewhere["id"]


# --- forums and threads ---------------------------------------------------------------------------------------------


async def test_in_a_forum_a_card_is_a_post_with_title_and_tags(wall: Wall) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM, tags=["Reading", "Off topic"])
    wall.view.tags = ("reading",)
    id_ = await wall.post("compersion", forum, kind="forum")
    post = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    assert post["name"] == wall.pack.library.explainers["compersion"].title
    assert post["applied_tags"] == [forum["available_tags"][0]["id"]]


async def test_a_post_is_opened_again_to_be_edited_and_renamed(wall: Wall, edit: Any) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    id_ = await wall.post("compersion", forum, kind="forum")
    post = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    wall.wire.world.archive(post)
    await change_the_pack(wall, edit)
    assert (await wall.settle(id_)).outcome == "done"
    assert "Well, " in said(wall.only(id_))
    assert post["name"].startswith("Well, ")


async def end_in_a_forum(wall: Wall, id_: bytes, end: str, edit: Any) -> None:
    """Remove a card, move it, or have Discord refuse to edit it."""
    if end == "moved":
        await wall.change(id_, channel=int(wall.wire.channel["id"]), kind="channel")
    elif end == "removed":
        await wall.change(id_, gone=True)
    else:
        wall.wire.faults.add("PATCH", "/messages/", status=400, code=50005)
        await change_the_pack(wall, edit)
        await wall.settle(id_)


@pytest.mark.parametrize("end", ["removed", "moved", "replaced"])
@pytest.mark.parametrize("later", [0, 60], ids=["few", "many"])
async def test_what_members_wrote_in_a_post_stays_when_its_card_goes(
    wall: Wall, edit: Any, end: str, later: int
) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    wall.wire.world.overwrite(forum, wall.wire.world.bot, allow=may.MANAGE_THREADS)
    id_ = await wall.post("compersion", forum, kind="forum", pinned=True)
    post = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    written = wall.wire.say("This helped me.", channel=post)
    for number in range(later):
        wall.wire.say(f"talk {number}", user=wall.wire.world.bot, channel=post)

    await end_in_a_forum(wall, id_, end, edit)

    assert post["id"] in wall.wire.world.channels
    assert written["id"] in wall.wire.world.post.messages[post["id"]]
    assert [one for one in wall.of(id_) if one["channel_id"] == post["id"]] == []
    assert len(wall.of(id_)) == (end != "removed")


@pytest.mark.parametrize("end", ["removed", "moved", "replaced"])
async def test_a_post_that_nobody_wrote_in_goes_whole(wall: Wall, edit: Any, end: str) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    wall.wire.world.overwrite(forum, wall.wire.world.bot, allow=may.MANAGE_THREADS)
    id_ = await wall.post("compersion", forum, kind="forum", pinned=True)
    post = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    wall.wire.world.post.unpin(wall.only(id_))
    wall.wire.world.post.pin(wall.only(id_), by=wall.wire.moderator)

    await end_in_a_forum(wall, id_, end, edit)

    assert post["id"] not in wall.wire.world.channels


@pytest.mark.parametrize("denied", [may.READ_HISTORY, may.MANAGE_THREADS])
async def test_where_the_bot_may_not_tell_or_delete_the_post_its_card_goes_alone(wall: Wall, denied: int) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    id_ = await wall.post("compersion", forum, kind="forum")
    post = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    wall.wire.world.overwrite(forum, wall.wire.world.bot, allow=may.MANAGE_THREADS & ~denied, deny=denied)

    assert (await wall.change(id_, gone=True)).outcome == "removed"

    assert wall.of(id_) == []
    assert post["id"] in wall.wire.world.channels


async def test_a_forum_that_wants_a_tag_it_does_not_get_is_told(wall: Wall) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM, tags=["Reading"], flags=1 << 4)
    id_ = await wall.post("compersion", forum, kind="forum")
    assert (await wall.get(id_)).trouble is Trouble.TAG_REQUIRED
    wall.view.tags = ("Reading",)
    await wall.sync()
    assert wall.only(id_)


async def test_a_forum_that_was_taken_for_a_channel_gets_a_post(wall: Wall) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    id_ = await wall.post("compersion", forum)
    assert wall.wire.world.channels[wall.only(id_)["channel_id"]]["parent_id"] == forum["id"]


async def test_a_locked_thread_is_named(wall: Wall) -> None:
    thread = wall.wire.world.add_thread(wall.wire.channel, "talk", wall.wire.member)
    wall.wire.world.lock(thread)
    id_ = await wall.post("compersion", thread, kind="thread")
    assert (await wall.get(id_)).trouble is Trouble.LOCKED


# --- Discord that cannot be had -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": True}, {"status": 429, "via": False}])
async def test_while_discord_cannot_be_had_a_card_waits_for_the_job(wall: Wall, fault: Any) -> None:
    wall.wire.say("talk of long ago")
    wall.clock.go_on(timedelta(hours=1))
    rule = wall.wire.faults.add("POST", "/messages$", times=None, **fault)
    id_ = await wall.put("compersion", wall.wire.channel)
    assert (await wall.settle(id_)).outcome == "later"
    assert not wall.of(id_)
    rule.times = 0
    job = job_of(wall)
    await come_round(wall, job)
    assert not wall.of(id_)  # not before its minute is over
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job)
    assert wall.only(id_)


async def test_a_pin_taken_away_by_hand_stays_away_from_a_new_message_in_the_cards_place(wall: Wall, edit: Any) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    wall.wire.world.post.unpin(wall.only(id_))
    wall.clock.go_on(timedelta(days=2))
    job = job_of(wall)
    await come_round(wall, job)
    wall.wire.faults.add("PATCH", "/messages/", code=50006)
    await change_the_pack(wall, edit)
    await come_round(wall, job)
    assert "Well, " in said(wall.only(id_))
    assert not wall.only(id_)["pinned"]
    assert (await wall.get(id_)).trouble is Trouble.UNPINNED


async def test_a_pin_taken_away_by_hand_does_not_come_back_with_a_move(wall: Wall) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    wall.wire.world.post.unpin(wall.only(id_))
    wall.clock.go_on(timedelta(days=2))
    await come_round(wall, job_of(wall))
    other = wall.wire.world.add_channel("other", wall.wire.guild["id"])
    assert (await wall.change(id_, channel=int(other["id"]))).outcome == "done"
    assert wall.only(id_)["channel_id"] == other["id"]
    assert not wall.only(id_)["pinned"]


@pytest.mark.parametrize("by", ["a press", "a sync"])
async def test_a_pin_asked_for_anew_while_discord_cannot_be_had_is_set_by_the_job(wall: Wall, by: str) -> None:
    id_ = await wall.post("compersion", wall.wire.channel, pinned=True)
    wall.wire.world.post.unpin(wall.only(id_))
    wall.clock.go_on(timedelta(days=2))
    await come_round(wall, job_of(wall))
    assert (await wall.get(id_)).trouble is Trouble.UNPINNED
    rule = wall.wire.faults.add("PUT", "/pins/", times=None, status=503)
    settled = await wall.change(id_, pinned=True) if by == "a press" else (await wall.sync())[0]
    assert settled.outcome == "later"
    rule.times = 0
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job_of(wall))
    assert wall.only(id_)["pinned"]


@pytest.mark.parametrize("talk", [60, 1200], ids=["quiet", "busy"])
async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(wall: Wall, talk: int) -> None:
    wall.wire.faults.add("POST", "/messages$", status=503, after=True)
    id_ = await wall.put("compersion", wall.wire.channel, pinned=True)
    assert (await wall.settle(id_)).outcome == "later"
    for number in range(talk):
        wall.wire.say(f"talk {number}")
    wall.clock.go_on(timedelta(minutes=20))  # Discord has forgotten the nonce
    wall.restart()
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)["pinned"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])  # discord.py itself asks again after all but one of these
async def test_a_post_whose_answer_was_lost_is_found_and_not_begun_again(wall: Wall, status: int) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    wall.wire.faults.add("POST", "/threads$", status=status, after=True)
    id_ = await wall.put("compersion", forum, kind="forum")
    assert (await wall.settle(id_)).outcome == "later"
    assert (await wall.settle(id_)).outcome == "waits"
    wall.clock.go_on(timedelta(days=8))
    wall.wire.world.archive(wall.wire.world.channels[wall.only(id_)["channel_id"]])
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)


async def test_a_post_that_discord_puts_off_is_begun_by_the_job(wall: Wall) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    wall.wire.faults.add("POST", "/threads$", status=429, retry_after=0.1)
    id_ = await wall.put("compersion", forum, kind="forum")
    assert (await wall.settle(id_)).outcome == "later"
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job_of(wall))
    assert wall.only(id_)


@pytest.mark.parametrize("first", ["channel", "forum"])
async def test_a_card_moved_while_nobody_knows_whether_it_was_sent_stands_in_one_place(wall: Wall, first: Any) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    places = {"channel": wall.wire.channel, "forum": forum}
    second = "forum" if first == "channel" else "channel"
    wall.wire.faults.add("POST", "/(messages|threads)$", status=503, after=True)
    id_ = await wall.put("compersion", places[first], kind=first)
    assert (await wall.settle(id_)).outcome == "later"
    wall.clock.go_on(timedelta(minutes=2))
    assert (await wall.change(id_, channel=int(places[second]["id"]), kind=second)).outcome == "done"
    channel = wall.wire.world.channels[wall.only(id_)["channel_id"]]
    assert places[second]["id"] in {channel["id"], channel["parent_id"]}


async def test_a_post_in_a_forum_taken_for_a_channel_is_found_too(wall: Wall) -> None:
    forum = wall.wire.world.add_channel("forum", wall.wire.guild["id"], may.FORUM)
    wall.wire.faults.add("POST", "/threads$", status=503, after=True)
    id_ = await wall.put("compersion", forum)
    assert (await wall.settle(id_)).outcome == "later"
    wall.clock.go_on(timedelta(minutes=2))
    assert (await wall.settle(id_)).outcome == "done"
    assert wall.only(id_)


async def test_one_card_that_discord_fails_at_holds_no_other_up(wall: Wall) -> None:
    rooms = wall.wire.world.add_channels(8, wall.wire.guild["id"])
    bad = await wall.put("compersion", rooms[0])
    good = [await wall.put("compersion", room) for room in rooms[1:]]
    wall.wire.faults.add("POST", f"/channels/{rooms[0]['id']}/", status=503, times=None)
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job_of(wall))
    assert all(wall.only(one) for one in good)
    assert not wall.of(bad)


# --- what changed ---------------------------------------------------------------------------------------------------


async def test_old_messages_get_three_edits_an_hour_in_a_channel_and_the_rest_in_the_next(
    wall: Wall, edit: Any
) -> None:
    subjects = ["compersion", "support", "privacy", "curiosity", "acceptance"]
    ids = [await wall.post(subject, wall.wire.channel) for subject in subjects]
    other = wall.wire.world.add_channel("other", wall.wire.guild["id"])
    elsewhere = await wall.post("compersion", other)
    wall.clock.go_on(timedelta(hours=2))
    edit("interface.yaml", "  related: Read next", "  related: Go on")
    assert await wall.pack.reload(wall.clock())
    job = job_of(wall)
    await come_round(wall, job)
    assert len([one for one in ids if "Go on" in str(wall.only(one))]) == 3
    assert "Go on" in str(wall.only(elsewhere))
    wall.restart()
    job = job_of(wall)
    wall.clock.go_on(timedelta(minutes=30))
    await come_round(wall, job)
    assert len([one for one in ids if "Go on" in str(wall.only(one))]) == 3
    wall.clock.go_on(timedelta(minutes=32))
    await come_round(wall, job)
    assert all("Go on" in str(wall.only(one)) for one in ids)
    assert not wall.wire.world.post.old_edits.refused


@pytest.mark.parametrize("says_when", [True, False])
async def test_where_discord_counts_otherwise_the_hour_is_waited_for(wall: Wall, edit: Any, *, says_when: bool) -> None:
    id_ = await wall.post("compersion", wall.wire.channel)
    wall.clock.go_on(timedelta(hours=2))
    old_edits = wall.wire.world.post.old_edits
    old_edits.most, old_edits.says_when, old_edits.retry_after = 0, says_when, 1800.0
    await change_the_pack(wall, edit)
    settled = await wall.settle(id_)
    assert settled.outcome == "waits"
    assert settled.until is not None
    assert HOUR <= settled.until - wall.clock() <= HOUR + timedelta(minutes=1)
    old_edits.most = 3
    wall.clock.go_on(HOUR + timedelta(minutes=1))
    await come_round(wall, job_of(wall))
    assert "Well, " in said(wall.only(id_))


HOUSE_RULES = """\
id: house-rules
title: How do we talk here?
kind: idea
share: anyone
reviewed: 2026-11-21
summary: Three habits of this server.
body: [We ask before we advise.]
related: [support]
reflect: rest
questions: [what are the house rules]
"""


async def test_a_servers_own_page_that_changes_is_drawn_into_its_card_by_the_next_round(wall: Wall, pack: Path) -> None:
    page = pack.parent / "servers" / str(wall.server) / "explainers" / "house-rules.yaml"
    page.parent.mkdir(parents=True)
    page.write_text(HOUSE_RULES)
    assert await wall.pack.reload(wall.clock())
    id_, job = await wall.post("house-rules", wall.wire.channel), job_of(wall)
    await come_round(wall, job)
    assert "Three habits of this server." in said(wall.only(id_))
    page.write_text(HOUSE_RULES.replace("Three habits", "Four habits"))
    assert await wall.pack.reload(wall.clock())
    await come_round(wall, job)
    assert "Four habits of this server." in said(wall.only(id_))


async def test_after_a_change_only_what_it_changed_is_edited(wall: Wall, edit: Any) -> None:
    changed = await wall.post("compersion", wall.wire.channel)
    same = await wall.post("support", wall.wire.channel)
    job = job_of(wall)
    await come_round(wall, job)
    await change_the_pack(wall, edit)
    await come_round(wall, job)
    assert "Well, " in said(wall.only(changed))
    assert [call.path.rsplit("/", 1)[1] for call in wall.wire.calls("PATCH", "/messages/")] == [
        wall.only(changed)["id"]
    ]
    assert wall.only(same)["edited_timestamp"] is None


# --- the series -----------------------------------------------------------------------------------------------------


async def post_series(wall: Wall) -> tuple[bytes, list[bytes]]:
    index = await wall.put("series:trajectory", wall.wire.channel, pinned=True, parts=STAGE_IDS)
    await wall.poster.settle_series(wall.client, wall.board, wall.server, index)
    return index, [part_id(index, stage) for stage in STAGE_IDS]


def link(wall: Wall, part: bytes) -> str:
    message = wall.only(part)
    return f"https://discord.com/channels/{wall.server}/{message['channel_id']}/{message['id']}"


async def test_a_series_is_one_pinned_index_with_links_in_order_of_name(wall: Wall) -> None:
    index, parts = await post_series(wall)
    text = said(wall.only(index))
    linked = {
        wall.pack.library.stages[id_].name: text.index(link(wall, part))
        for id_, part in zip(STAGE_IDS, parts, strict=True)
    }
    assert sorted(linked, key=linked.__getitem__) == sorted(linked)
    assert wall.only(index)["pinned"]
    assert not any(wall.only(part)["pinned"] for part in parts)
    colours = {wall.only(part)["components"][0]["accent_color"] for part in parts}
    assert len(colours) == 1
    sent = [token for token, _ in wall.messages()]
    assert sent == [index, *parts]


async def test_the_links_stay_right(wall: Wall) -> None:
    index, parts = await post_series(wall)
    elsewhere = wall.wire.world.add_channel("elsewhere", wall.wire.guild["id"])
    await wall.change(parts[0], channel=int(elsewhere["id"]))
    wall.wire.world.post.delete(wall.only(parts[1]))
    await wall.settle(parts[1])
    await come_round(wall, job_of(wall))
    text = said(wall.only(index))
    assert link(wall, parts[0]) in text
    assert wall.pack.library.explainers[STAGE_IDS[1]].title in text
    assert f"[{wall.pack.library.explainers[STAGE_IDS[1]].title}]" not in text
    await wall.change(parts[2], gone=True)
    await come_round(wall, job_of(wall))
    assert f"[{wall.pack.library.explainers[STAGE_IDS[2]].title}]" not in said(wall.only(index))


async def test_a_series_goes_and_moves_as_one(wall: Wall) -> None:
    index, parts = await post_series(wall)
    elsewhere = wall.wire.world.add_channel("elsewhere", wall.wire.guild["id"])
    await wall.board.change(wall.server, index, MODERATOR, channel=int(elsewhere["id"]))
    await wall.poster.settle_series(wall.client, wall.board, wall.server, index)
    assert {wall.only(one)["channel_id"] for one in (index, *parts)} == {elsewhere["id"]}
    assert all(link(wall, part) in said(wall.only(index)) for part in parts)
    await wall.board.change(wall.server, index, MODERATOR, gone=True)
    await wall.poster.settle_series(wall.client, wall.board, wall.server, index)
    assert wall.messages() == []
    assert await wall.board.list_all(wall.server) == []


# --- what a sync would do, and two at once --------------------------------------------------------------------------


async def test_a_survey_says_what_a_sync_would_do_and_does_nothing(wall: Wall, edit: Any) -> None:
    drifted = await wall.post("compersion", wall.wire.channel)
    unpinned = await wall.post("support", wall.wire.channel, pinned=True)
    deleted = await wall.post("privacy", wall.wire.channel)
    wall.wire.world.post.unpin(wall.only(unpinned))
    wall.wire.world.post.delete(wall.only(deleted))
    await change_the_pack(wall, edit)
    before = len(wall.wire.requests)
    surveyed = await wall.poster.survey(wall.client, wall.board, wall.server)
    assert {one.posting.id: one.step.act for one in surveyed} == {
        drifted: Act.EDIT,
        unpinned: Act.PIN,
        deleted: Act.DONE,
    }
    assert {call.method for call in wall.wire.requests[before:]} == {"GET"}
    assert (await wall.get(deleted)).trouble is Trouble.DELETED


async def test_two_who_settle_one_card_at_once_send_it_once(wall: Wall) -> None:
    id_ = await wall.put("compersion", wall.wire.channel, pinned=True)
    another = Poster(wall.pack, wall.view, wall.clock, pace=0)
    settling = [one.settle(wall.client, wall.board, wall.server, id_) for one in (wall.poster, another) * 3]
    assert {one.outcome for one in await asyncio.gather(*settling)} == {"done"}
    assert wall.only(id_)["pinned"]


async def test_a_card_removed_while_it_is_sent_does_not_stay(wall: Wall) -> None:
    rule = wall.wire.faults.add("POST", "/messages$", hang=True)
    id_ = await wall.put("compersion", wall.wire.channel)
    sending = asyncio.ensure_future(wall.settle(id_))
    await wall.wire.until(lambda: rule.hits)
    await wall.board.change(wall.server, id_, MODERATOR, gone=True)
    rule.release()
    assert (await sending).outcome == "removed"
    assert not wall.of(id_)


async def test_a_row_that_cannot_be_read_holds_no_other_up(wall: Wall, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = [await wall.put("compersion", wall.wire.channel) for _ in range(2)]
    async with wall.storage.database.transaction() as tx:
        change = update(posting).where(posting.c.id == bad).values(sealed=b"0" * 600, due=wall.clock())
        await tx.execute(change)
    wall.clock.go_on(timedelta(minutes=2))
    await come_round(wall, job_of(wall))
    assert wall.only(good)
    assert "cannot be read" in caplog.text
    assert str(wall.server) not in caplog.text
