"""`/card` over a real connection: what Discord refuses, and what a moderator is told then."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.promises.conftest import home

from .looks import texts, walk
from .moderating import invite, moderating
from .permissions import CONNECT, FORUM, MANAGE_THREADS, NEWS, PIN, READ_HISTORY, SEND, SEND_IN_THREADS, VIEW, VOICE
from .places import TAG_REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.promises.homes import Home

    from .discord_server import WireDiscord
    from .looks import Json
    from .moderating import Moderator

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["home"]

NAMES = {
    VIEW: "View Channel",
    CONNECT: "Connect",
    SEND: "Send Messages",
    SEND_IN_THREADS: "Send Messages in Threads",
    READ_HISTORY: "Read Message History",
    MANAGE_THREADS: "Manage Threads",
    PIN: "Pin Messages",
}
MINUTE = timedelta(minutes=1)
SELECT = 3
MESSAGES = r"/channels/\d+/messages$"


def every(bits: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Give every combination."""
    found = list(bits)
    return chain.from_iterable(combinations(found, count) for count in range(len(found) + 1))


def named(said: str) -> set[str]:
    """Give the permissions that an answer says the bot needs."""
    lines = [line for line in said.splitlines() if ", I need: " in line]
    return {name.strip("*. ") for line in lines for name in line.split(", I need: ")[1].split(",")}


async def set_up(mo: Moderator, **settings: Any) -> None:
    """Change the server's settings."""
    board = await mo.host.app.door.noticeboard()
    await board.servers.update(int(mo.wire.guild["id"]), lambda before: replace(before, **settings))


# --- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resolved", [True, False], ids=["said by the interaction", "asked of Discord"])
@pytest.mark.parametrize("place", ["text", "voice", "thread", "forum"])
async def test_whatever_is_missing_is_named_before_anything_is_tried(
    wire: WireDiscord, home: Home, place: str, *, resolved: bool
) -> None:
    """In every combination what is missing is named, and where nothing is, Discord takes the card and its pin."""
    wire.world.resolved_app_permissions = resolved
    sending = SEND_IN_THREADS if place == "thread" else SEND
    needs = {VIEW, sending, READ_HISTORY, PIN} | ({CONNECT} if place == "voice" else set())
    kinds = {"voice": VOICE, "forum": FORUM}
    async with moderating(wire, home.settings()) as mo:
        for number, denied in enumerate(every(sorted(needs))):
            around = wire.world.add_channel(f"{place}-{number}", wire.guild["id"], kinds.get(place, 0))
            wire.world.overwrite(around, wire.world.bot, deny=sum(denied))
            channel = wire.world.add_thread(around, f"talk-{number}") if place == "thread" else around

            said = await mo.run("post", topic="compersion", channel=channel)

            shut = needs & {VIEW, CONNECT}  # Discord, asked about what the bot cannot see, tells no more than that
            told = shut if shut & set(denied) and not resolved else set(denied)
            assert named(said) == {"Create Posts" if (place, one) == ("forum", SEND) else NAMES[one] for one in told}
            assert ("Post and pin" in mo.labels) is (not denied)
            assert ("Post" in mo.labels) is (not set(denied) - {PIN})
            if not set(denied) - {PIN}:
                said = await mo.press("Post" if denied else "Post and pin")
                assert said.startswith("Posted." if denied else "Posted and pinned.")
    refused = [call for call in wire.requests if call.status == 403 and call.method != "GET"]
    assert refused == []


async def test_the_moderator_needs_pin_messages_where_the_card_will_stand(wire: WireDiscord, home: Home) -> None:
    shut, closed = (wire.world.add_channel(name, wire.guild["id"]) for name in ("shut", "closed"))
    async with moderating(wire, home.settings()) as mo:
        role = wire.guild["roles"][-1]
        wire.world.overwrite(shut, wire.moderator, deny=PIN)
        for channel in (shut, closed):
            said = await mo.run("post", topic="compersion", channel=channel)
            if channel is shut:
                assert f"you need a permission in <#{shut['id']}> that you do not have there: **Pin Messages**." in said
                assert "Post" not in mo.labels
        wire.world.overwrite(closed, role, deny=PIN)
        wire.world.overwrite(closed, wire.moderator, deny=PIN)

        said = await mo.press("Post")

        assert f"you need a permission in <#{closed['id']}>" in said
        assert wire.posts(closed) == []


async def test_a_card_is_looked_after_by_those_who_may_pin_where_it_stands(wire: WireDiscord, home: Home) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.post("compersion", "Post and pin", channel=away)
        wire.world.overwrite(away, wire.moderator, deny=PIN)

        for command in ("unpin", "remove"):
            said = await mo.run(command, card="What is compersion?")
            if command == "remove":
                said = await mo.press("Yes, remove it")
            assert f"you need a permission in <#{away['id']}>" in said

        assert len(wire.pins(away)) == 1
        wire.world.delete_channel(away)
        await mo.run("remove", card="What is compersion?")
        assert (await mo.press("Yes, remove it")).startswith("Removed:")


async def test_a_member_is_told_what_it_takes_whatever_the_server_shows_them(wire: WireDiscord, home: Home) -> None:
    async with moderating(wire, home.settings()) as mo:
        await mo.run("post", topic="compersion")
        assert mo.answer is not None
        for answer in (
            await wire.slash("card list", user=wire.member),
            await wire.press(mo.answer, "Post", user=wire.member),
            await wire.message_command("Pin this card", wire.say("hello"), user=wire.member),
        ):
            said = (await answer.settled())["components"][0]["content"]
            assert said.startswith("For this, you need a permission in")
            assert "**Pin Messages**" in said
        typed = await wire.autocomplete("card unpin", "card", {"card": ""}, user=wire.member)
        await typed.settled()
        assert typed.choices == []
        assert wire.posts(wire.channel) == []


async def test_a_posted_card_is_named_with_its_channel_to_who_can_see_that(wire: WireDiscord, home: Home) -> None:
    async with moderating(wire, home.settings()) as mo:
        seen, hidden = (wire.world.add_channel(name, wire.guild["id"]) for name in ("garden", "backroom"))
        for channel in (seen, hidden):
            await mo.post("compersion", "Post", channel=channel)
        wire.world.overwrite(hidden, wire.moderator, deny=VIEW)
        names = set[str]()
        for _ in range(10):  # while Discord takes too long to say, cards go by their titles alone
            typed = await wire.autocomplete("card unpin", "card", {"card": ""}, user=wire.moderator)
            await typed.settled()
            if len(names := {one["name"] for one in typed.choices}) == 2:
                break
        assert names == {"What is compersion?", "What is compersion? · #garden"}


# --- places ----------------------------------------------------------------------------------------------------------


async def test_announcements_and_voice_channels_take_cards_and_a_stage_says_what_does(
    wire: WireDiscord, home: Home
) -> None:
    async with moderating(wire, home.settings()) as mo:
        for kind in (NEWS, VOICE):
            channel = wire.world.add_channel(f"of kind {kind}", wire.guild["id"], kind)
            said = await mo.post("compersion", "Post and pin", channel=channel)
            assert said.startswith("Posted and pinned.")
            assert wire.pins(channel) == wire.posts(channel)
        stage = wire.world.add_channel("stage", wire.guild["id"], 13, bitrate=64_000, user_limit=0)
        said = await mo.run("post", stage, topic="compersion")
        assert said.startswith("A card can be posted in a text, announcement or voice channel")
        assert mo.labels == ["Support"]


async def test_in_a_forum_a_card_becomes_a_post_with_the_tags_of_the_settings(wire: WireDiscord, home: Home) -> None:
    forum = wire.world.add_channel("forum", wire.guild["id"], FORUM, tags=["cards", "other"], flags=TAG_REQUIRED)
    async with moderating(wire, home.settings()) as mo:
        said = await mo.post("compersion", channel=forum)
        assert "Posts in that forum need a tag." in said
        assert wire.world.threads_of(wire.guild["id"]) == []

        await set_up(mo, forum_tags=("cards",))
        mo.host.clock.turn(MINUTE)
        await mo.run("sync")
        said = await mo.press("Apply")

        assert "Done now: 1." in said
        (thread,) = wire.world.threads_of(wire.guild["id"])
        assert thread["name"] == "What is compersion?"
        assert thread["applied_tags"] == [forum["available_tags"][0]["id"]]
        assert f"in <#{forum['id']}>: up to date · [Go to message](" in await mo.run("list")


async def test_a_locked_thread_and_a_private_one_say_what_they_need(wire: WireDiscord, home: Home) -> None:
    locked, archived = (wire.world.add_thread(wire.channel, name) for name in ("locked", "archived"))
    private = wire.world.add_thread(wire.channel, "private", wire.moderator, private=True)
    wire.world.lock(locked)
    wire.world.archive(archived)
    async with moderating(wire, home.settings()) as mo:
        assert named(await mo.run("post", topic="compersion", channel=locked)) == {"Manage Threads"}
        assert "Post" not in mo.labels
        said = await mo.run("post", topic="compersion", channel=private)
        assert f"<#{private['id']}> is a private thread, and I am not in it." in said
        said = await mo.post("compersion", "Post and pin", channel=archived)
        assert said.startswith("Posted and pinned.")


async def test_where_cards_belong_in_age_restricted_channels_the_setting_is_named(
    wire: WireDiscord, home: Home
) -> None:
    grown = wire.world.add_channel("grown", wire.guild["id"], nsfw=True)
    inside, outside = wire.world.add_thread(grown, "inside"), wire.world.add_thread(wire.channel, "outside")
    async with moderating(wire, home.settings()) as mo:
        await set_up(mo, age_restricted_only=True)
        for channel in (wire.channel, outside):
            said = await mo.run("post", topic="compersion", channel=channel)
            assert f"This server wants cards in age-restricted channels, and <#{channel['id']}> is not one." in said
            assert "/server settings" in said
            assert "Post" not in mo.labels
        for channel in (grown, inside):
            assert (await mo.post("compersion", channel=channel)).startswith("Posted.")
            await mo.run("post", channel, topic="compersion")
            assert (await mo.press("Post")).startswith("Posted.")
            assert len(wire.posts(channel)) == 2
        assert "This server wants cards in age-restricted channels" in await mo.run("post", outside, topic="compersion")

        await mo.run("post", topic="support", channel=grown)
        wire.world.change_channel(grown, nsfw=False)
        assert "This server wants cards in age-restricted channels" in await mo.press("Post")


# --- what Discord does -----------------------------------------------------------------------------------------------


async def test_of_250_pins_the_next_is_refused_and_the_card_stands(wire: WireDiscord, home: Home) -> None:
    wire.fill_pins(wire.channel, 250)
    async with moderating(wire, home.settings()) as mo:
        said = await mo.post("compersion", "Post and pin")

        assert said.startswith("Posted, but not pinned yet.")
        assert (
            "The channel has 250 pins, and Discord allows no more. Unpin something there, then run /card sync." in said
        )
        assert len(wire.posts(wire.channel)) == 1
        assert "One posted card needs attention." in await mo.run("log")

        wire.world.post.unpin(wire.pins(wire.channel)[0])
        mo.host.clock.turn(MINUTE)
        assert "is pinned." in await mo.run("sync")
        await mo.press("Apply")

        assert wire.posts(wire.channel)[0] in wire.pins(wire.channel)
        assert "needs attention" not in await mo.run("log")


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 0.3}, {"reset": True}])
@pytest.mark.parametrize("after", [False, True], ids=["not done", "done"])
async def test_a_discord_that_stumbles_once_makes_no_second_card(
    wire: WireDiscord, home: Home, fault: dict[str, Any], *, after: bool
) -> None:
    async with moderating(wire, home.settings()) as mo:
        await mo.run("post", topic="compersion")
        struck = wire.faults.add("POST", MESSAGES, times=1, after=after, **fault)

        said = await mo.press("Post and pin")

        assert struck.hits == 1
        if not said.startswith("Posted and pinned."):
            assert "I will keep trying" in said
            mo.host.clock.turn(5 * MINUTE)
            await mo.host.round_of_jobs()
        assert len(wire.posts(wire.channel)) == 1
        assert wire.pins(wire.channel) == wire.posts(wire.channel)


async def test_a_press_that_comes_twice_at_once_posts_once(wire: WireDiscord, home: Home) -> None:
    async with moderating(wire, home.settings()) as mo:
        await mo.run("post", topic="compersion")
        await mo.host.plainly(lambda: wire.press(mo.seen, "Post and pin", user=wire.moderator, times=3))

        assert len(wire.posts(wire.channel)) == 1
        assert "Posted cards: 1." in await mo.run("list")


async def test_a_place_that_cannot_be_asked_about_leaves_everything_as_it_is(wire: WireDiscord, home: Home) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.run("post", topic="compersion", channel=away)
        wire.faults.add("GET", r"/guilds/\d+/channels$", code=50035, status=400)

        said = await mo.press("Post")

        assert said.startswith("I couldn't get that channel's permissions from Discord.")
        assert wire.posts(away) == []


async def test_old_messages_get_three_edits_an_hour_and_the_rest_comes_by_itself(
    wire: WireDiscord, home: Home, pack: Path
) -> None:
    async with moderating(wire, home.settings()) as mo:
        topics = ["compersion", "support", "privacy", "right-now", "curiosity"]
        for topic in topics:
            await mo.post(topic)
        mo.host.clock.turn(timedelta(hours=2))
        wire.world.pass_time(7200)
        interface = pack / "interface.yaml"
        interface.write_text(interface.read_text().replace("  support: Support\n", "  support: Help\n", 1))
        assert await mo.host.app.reload()

        said = await mo.run("sync")
        assert said.count("gets the newest text.") == 5
        assert "three edits an hour" in said
        said = await mo.press("Apply")

        assert "Done now: 3." in said
        assert "Still to come: 2." in said
        assert (await mo.run("list")).count(": out of date, updating") == 2
        assert wire.world.post.old_edits.refused == {}


async def test_a_message_and_a_channel_that_are_gone_are_told_with_what_to_do(wire: WireDiscord, home: Home) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.post("compersion")
        await mo.post("support", channel=away)
        mo.host.clock.turn(MINUTE)
        wire.world.post.delete(wire.posts(wire.channel)[0])
        wire.world.delete_channel(away)

        said = await mo.run("sync")
        assert said.count("stays as it is until you decide. /card list says what it needs.") == 2
        said = await mo.run("list")
        assert "The message was deleted." in said
        assert "The channel or thread was deleted. Use /card move to post it in another channel" in said

        said = await mo.run("move", card=mo.host.library.explainers["support"].title, channel=wire.channel)
        assert said.startswith("Moved.")
        assert "One posted card needs attention." in said


@pytest.mark.parametrize("goes", ["removed", "moved"])
async def test_a_message_out_of_the_bots_sight_is_not_told_of_for_ever(
    wire: WireDiscord, home: Home, goes: str
) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        title = mo.host.library.explainers["compersion"].title
        await mo.post("compersion", channel=away)
        wire.world.overwrite(away, wire.world.bot, deny=VIEW)
        if goes == "moved":
            assert (await mo.run("move", away, card=title, channel=wire.channel)).startswith("Moved.")
        else:
            await mo.run("remove", away, card=title)
            await mo.press("Yes, remove it")
        assert "One posted card needs attention." in await mo.run("log")

        here = wire.channel if goes == "moved" else away
        assert "To stop tracking it, press “Remove from list”." in await mo.run("list", here)
        (choose,) = [one for one in walk(mo.seen) if one["type"] == SELECT]
        await mo.press(choose["custom_id"], [choose["options"][0]["value"]])
        said = await mo.press("Remove from list")

        assert said.startswith("Removed from the list:") is (goes == "removed")
        assert "needs attention" not in await mo.run("log")
        assert len(wire.posts(wire.channel)) == (goes == "moved")
        assert len(wire.posts(away)) == 1


# --- restarts --------------------------------------------------------------------------------------------------------


async def test_a_preview_outlives_the_bot_and_posts_once(wire: WireDiscord, home: Home) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.run("pin", topic="compersion", channel=away)
        preview = mo.seen
    for _ in range(2):
        async with moderating(wire, home.settings()) as mo:
            pressed = await wire.press(preview, "Post and pin", user=wire.moderator)
            assert "pinned, up to date" in "\n".join(texts(await pressed.settled()))

    assert len(wire.posts(away)) == 1
    assert wire.pins(away) == wire.posts(away)


@pytest.mark.parametrize("after", [False, True], ids=["before the message stands", "after the message stands"])
async def test_killed_while_it_posts_and_pressed_again_there_is_one_card(
    wire: WireDiscord, home: Home, *, after: bool
) -> None:
    invite(wire)
    async with home.process(wire) as bot:
        await wire.until(lambda: wire.calls("PUT", r"/commands$"), 30)
        shown = await wire.slash("card post", {"topic": "compersion"}, user=wire.moderator)
        preview = deepcopy(await shown.settled())
        unanswered = wire.faults.add("POST", MESSAGES, hang=True, after=after)
        await wire.press(preview, "Post and pin", user=wire.moderator)
        await wire.until(lambda: unanswered.hits and bool(wire.posts(wire.channel)) is after)
        await bot.kill()
    wire.faults.clear()
    unanswered.release()

    compared = len(wire.calls("GET", r"/commands$"))
    async with home.process(wire) as bot:
        await wire.until(lambda: len(wire.calls("GET", r"/commands$")) > compared, 30)  # everything has joined by then
        pressed = await wire.press(preview, "Post and pin", user=wire.moderator)
        assert "Posted and pinned." in "\n".join(texts(await pressed.settled()))
        assert await bot.terminate() == 0

    assert len(wire.posts(wire.channel)) == 1
    assert wire.pins(wire.channel) == wire.posts(wire.channel)


async def test_a_series_begun_while_discord_was_away_is_finished_by_the_next_bot(wire: WireDiscord, home: Home) -> None:
    async with moderating(wire, home.settings()) as mo:
        await mo.run("series", name="trajectory")
        wire.faults.add("POST", MESSAGES, reset=True, times=None)
        said = await mo.press("Post and pin")
        assert "I will keep trying" in said
    wire.faults.clear()
    async with moderating(wire, home.settings()) as mo:
        mo.host.clock.turn(5 * MINUTE)
        await mo.host.round_of_jobs()
        mo.host.clock.turn(5 * MINUTE)
        await mo.host.round_of_jobs()

        cards = wire.posts(wire.channel)
        assert len(cards) == 6
        (index,) = wire.pins(wire.channel)
        links = [line for line in _text(index).splitlines() if line.startswith("- [")]
        assert sorted(link.rpartition("/")[2].rstrip(")") for link in links) == sorted(
            one["id"] for one in cards if one is not index
        )


def _text(message: Json) -> str:
    return "\n".join(one.get("content", "") for one in message["components"])
