"""`/card` as moderators meet it: shown first, posted and pinned, looked after, kept current."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot.app import App
from bot.domain.trusted_time import SimulatedClock
from bot.ui.ids import Kind, Press
from tests.discord.conftest import World, labels, selects, words
from tests.discord.moderating import PIN, Moderator, cards_in, link_to, moderator, show_commands_to
from tests.discord.pressing import press_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.config import Settings
    from tests.discord.conftest import Later

MINUTE = timedelta(minutes=1)
TITLE = "What is compersion?"


@pytest.fixture
def mo(world: World) -> Moderator:
    return moderator(world, "mo")


# --- posting ---------------------------------------------------------------------------------------------------------


async def test_a_card_is_shown_first_and_posted_when_the_moderator_says_so(mo: Moderator) -> None:
    channel = mo.world.channel

    said = await mo.run("post", topic="compersion")

    assert TITLE in said
    assert f"I will post it in {channel.mention}" in said
    assert mo.labels[-3:] == ["Post", "Post and pin", "Cancel"]
    assert channel.history() == []

    said = await mo.press("Post")

    (card,) = cards_in(channel)
    assert TITLE in words(card)
    assert labels(card) == ["Reflect on this", "Support"]
    assert not card.pinned
    assert said.startswith("Posted.")
    assert "up to date" in said
    assert link_to(mo.world, card) in said


async def test_pin_offers_the_pin_first_and_says_that_it_is_set(mo: Moderator) -> None:
    await mo.run("pin", topic="compersion")
    assert mo.labels[-3:] == ["Post and pin", "Post", "Cancel"]

    said = await mo.press("Post and pin")

    (card,) = cards_in(mo.world.channel)
    assert card.pinned
    assert said.startswith("Posted and pinned.")
    assert "Unpin" in mo.labels


async def test_cancel_posts_nothing(mo: Moderator) -> None:
    await mo.run("post", topic="compersion")

    assert await mo.press("Cancel") == "Nothing was posted."
    assert mo.world.channel.history() == []
    assert "No card is posted here yet." in await mo.run("list")


async def test_words_that_clearly_mean_a_card_open_it_and_others_say_how_to_choose(mo: Moderator) -> None:
    await mo.world.app.pack.indexes()

    assert TITLE in await mo.run("post", topic="What is compersion?")

    assert "No card is called “qwertz uiop”." in await mo.run("post", topic="qwertz uiop")
    assert mo.labels == []


async def test_every_card_can_be_posted_those_for_moderators_and_about_the_bot_too(mo: Moderator) -> None:
    for topic in ("support", "privacy", "what-to-say", "avoidant-deactivation"):
        explainer = mo.world.library.explainers[topic]
        assert explainer.title in words(await mo.post(topic))

    assert mo.world.library.explainers["avoidant-deactivation"].share == "moderators"
    assert len(cards_in(mo.world.channel)) == 4


async def test_topics_complete_over_all_cards(mo: Moderator) -> None:
    offered = await mo.suggested("post", "topic", "privacy")
    assert "privacy" in [value for _, value in offered]
    offered = await mo.suggested("pin", "topic", "avoidant")
    assert "avoidant-deactivation" in [value for _, value in offered]
    assert len(await mo.suggested("post", "topic")) == 25


async def test_with_nothing_typed_the_card_that_the_server_begins_with_comes_first(mo: Moderator) -> None:
    board = await mo.world.app.door.noticeboard()
    await board.servers.update(mo.world.guild.id, lambda before: replace(before, intro="right-now"))

    offered = await mo.suggested("post", "topic")

    assert offered[0][1] == "right-now"
    assert len({value for _, value in offered}) == 25


async def test_a_card_that_stands_there_already_is_mentioned_and_may_be_posted_again(mo: Moderator) -> None:
    card = await mo.post("compersion")

    said = await mo.run("post", topic="compersion")
    assert f"This card is already posted there. If you post it, there will be two: {link_to(mo.world, card)}" in said
    await mo.press("Post")

    assert len(cards_in(mo.world.channel)) == 2


async def test_pressed_twice_posts_once_and_says_how_it_is(mo: Moderator) -> None:
    await mo.run("post", topic="compersion")
    press = mo.control(Kind.POST_CARD, 1)
    await mo.press("Post and pin")

    again = await mo.repeat(press)

    assert len(cards_in(mo.world.channel)) == 1
    assert again is None or "pinned, up to date" in words(again)
    assert "Posted cards: 1." in await mo.run("list")


async def test_a_restart_between_looking_and_posting_changes_nothing(
    mo: Moderator, settings: Settings, clock: list[Callable[[], datetime]]
) -> None:
    world = mo.world
    await mo.run("post", topic="compersion")
    await world.app.door.close()
    world.app = App(settings, SimulatedClock(clock[-1]))
    await world.env.restart_bot(world.app.make_client())

    said = await mo.press("Post")

    assert said.startswith("Posted.")
    assert len(cards_in(world.channel)) == 1
    await world.app.door.close()


async def test_a_member_who_presses_what_a_moderator_was_shown_is_told_what_it_takes(mo: Moderator) -> None:
    await mo.run("post", topic="compersion")
    press = mo.control(Kind.POST_CARD, 0)

    told = (await press_as(mo.world, mo.world.ana, press)).response

    assert "**Pin Messages**" in words(told)
    assert told.ephemeral
    assert cards_in(mo.world.channel) == []


async def test_a_member_who_forges_a_press_on_these_screens_is_shown_nothing_of_them(mo: Moderator) -> None:
    await mo.post("compersion")
    await mo.run("list")
    await mo.choose()
    token = mo.control(Kind.POSTED_REMOVE).token
    kinds = [one for one in Kind if one.name.startswith(("POST", "CARD_LOG"))]
    assert len(kinds) > 10

    for kind in kinds:
        told = (await press_as(mo.world, mo.world.ana, Press(kind, token=token, position=1))).response
        assert "**Pin Messages**" in words(told), kind
        assert TITLE not in words(told), kind
        assert str(mo.actor.id) not in words(told), kind


async def test_whoever_is_shown_the_command_without_the_permission_is_told_at_run_time(world: World) -> None:
    rules = world.guild.create_text_channel(
        "rules", overwrites={world.guild.default_role: discord.PermissionOverwrite(pin_messages=False)}
    )
    mo = moderator(world, "mo")
    show_commands_to(world, mo.actor)

    for command, options in (("post", {"topic": "compersion"}), ("list", {}), ("log", {})):
        said = await mo.run(command, rules, **options)
        assert (
            said == f"For this, you need a permission in {rules.mention} that you do not have there: **Pin Messages**."
        )

    assert await mo.suggested("unpin", "card") == []


async def test_what_is_missing_is_named_all_at_once_and_for_whom(world: World) -> None:
    denied = discord.PermissionOverwrite(pin_messages=False, send_messages=False, read_message_history=False)
    rules = world.guild.create_text_channel("rules", overwrites={world.guild.default_role: denied})
    mo = moderator(world, "mo")

    said = await mo.run("post", topic="compersion", channel=rules)

    assert f"you need a permission in {rules.mention} that you do not have there: **Pin Messages**." in said
    assert f"To post in {rules.mention}, I need: **Send Messages**, **Read Message History**." in said
    assert f"To pin in {rules.mention}, I need: **Pin Messages**." in said
    assert mo.labels[-1] == "Cancel"
    assert "Post" not in mo.labels


async def test_a_permission_that_went_meanwhile_is_named_when_the_button_is_pressed(world: World) -> None:
    rules = world.guild.create_text_channel("rules")
    mo = moderator(world, "mo")
    await mo.run("post", topic="compersion", channel=rules)
    world.env.backend.get_channel(rules.id).overwrites.extend(
        world.env.backend.get_channel(
            world.guild.create_text_channel(
                "like",
                overwrites={world.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
            ).id
        ).overwrites
    )

    said = await mo.press("Post")

    assert f"To post in {rules.mention}, I need: **Send Messages**." in said
    assert rules.history() == []


# --- looking after them ----------------------------------------------------------------------------------------------


async def test_the_list_leads_to_each_card_and_to_what_can_be_done_with_it(mo: Moderator) -> None:
    rules = mo.world.guild.create_text_channel("rules")
    await mo.post("compersion")
    card = await mo.post("support", "Post and pin", rules)

    said = await mo.run("list")

    assert f"**{TITLE}** in {mo.world.channel.mention}: up to date" in said
    assert f"in {rules.mention}: pinned, up to date · [Go to message]({link_to(mo.world, card)})" in said
    said = await mo.choose(mo.world.library.explainers["support"].title)
    assert rules.mention in said
    assert mo.labels == ["Unpin", "How to move it", "Remove this card", "All posted cards", "Support"]
    assert (await mo.press("Unpin")).startswith("Unpinned.")
    assert not cards_in(rules)[0].pinned
    assert (await mo.press("Pin")).startswith("Pinned.")
    assert cards_in(rules)[0].pinned
    assert "/card move" in await mo.press("How to move it")
    assert "Posted cards: 2." in await mo.press("All posted cards")


async def test_many_cards_are_shown_a_page_at_a_time(mo: Moderator) -> None:
    for topic in list(mo.world.library.explainers)[:8]:
        await mo.post(topic)

    assert "Page 1 of 2. Posted cards: 8." in await mo.run("list")
    assert len(selects(mo.shown)[0]["options"]) == 7
    said = await mo.press("Next page")
    assert "Page 2 of 2." in said
    last, first = (mo.world.library.explainers[list(mo.world.library.explainers)[at]].title for at in (7, 0))
    assert last in said
    assert first not in said
    assert first in await mo.press("Previous page")


async def test_what_needs_a_look_comes_first_however_many_cards_there_are(mo: Moderator, later: Later) -> None:
    *_, lost = [await mo.post(topic) for topic in list(mo.world.library.explainers)[:8]]
    later(MINUTE)
    await lost.delete()
    await mo.run("sync")

    title = mo.world.library.explainers[list(mo.world.library.explainers)[7]].title
    assert (await mo.run("list")).splitlines()[1].startswith(f"**{title}** in")
    assert "The message was deleted." in await mo.choose(title)


async def test_removing_and_moving_speak_of_a_post_for_a_card_in_a_forum_alone(mo: Moderator) -> None:
    forum = mo.world.guild.create_forum_channel("questions")
    await mo.post("compersion")
    await mo.run("post", topic="support", channel=forum)
    await mo.press("Post")

    here = [await mo.run("remove", card=TITLE)]
    await mo.press("Back to this card")
    here.append(await mo.press("How to move it"))
    there = [await mo.run("remove", card=mo.world.library.explainers["support"].title)]
    await mo.press("Back to this card")
    there.append(await mo.press("How to move it"))

    assert not any("messages stay" in said for said in here)
    assert all("the post and other people's messages stay" in said for said in there)


async def test_cards_of_one_title_are_told_apart_and_no_other_has_a_number(mo: Moderator) -> None:
    await mo.post("compersion")
    await mo.post("compersion")
    await mo.post("support")

    await mo.run("list")

    other = mo.world.library.explainers["support"].title
    assert sorted(one["label"] for one in selects(mo.shown)[0]["options"]) == sorted(
        [f"{TITLE} (1)", f"{TITLE} (2)", other]
    )


async def test_a_card_is_unpinned_by_the_name_that_completes(mo: Moderator) -> None:
    await mo.post("compersion", "Post and pin")
    ((name, value),) = await mo.suggested("unpin", "card", "comp")
    assert name == f"{TITLE} · #general"
    assert await mo.suggested("unpin", "card", "nothing like it") == []

    assert (await mo.run("unpin", card=value)).startswith("Unpinned.")
    assert not cards_in(mo.world.channel)[0].pinned


async def test_a_card_is_found_by_its_title_or_its_link(mo: Moderator) -> None:
    card = await mo.post("compersion", "Post and pin")

    assert (await mo.run("unpin", card=TITLE)).startswith("Unpinned.")
    assert "Remove **What is compersion?**" in await mo.run("remove", card=link_to(mo.world, card))
    assert "No posted card fits that, or more than one does." in await mo.run("remove", card="no such card")
    assert "No posted card fits that, or more than one does." in await mo.run("remove", card="0" * 32)


async def test_a_card_is_removed_after_a_question(mo: Moderator) -> None:
    await mo.post("compersion")
    await mo.run("remove", card=TITLE)
    assert mo.labels == ["Yes, remove it", "Back to this card", "All posted cards", "Support"]
    assert cards_in(mo.world.channel)

    press = mo.control(Kind.POSTED_REMOVE_NOW)
    said = await mo.press("Yes, remove it")

    assert said == f"Removed: **{TITLE}** from {mo.world.channel.mention}."
    assert cards_in(mo.world.channel) == []
    assert "That is not a posted card." in words(await mo.repeat(press))


async def test_a_moved_card_stands_there_before_it_goes_here(mo: Moderator) -> None:
    rules = mo.world.guild.create_text_channel("rules")
    await mo.post("compersion", "Post and pin")

    said = await mo.run("move", card=TITLE, channel=rules)

    assert said.startswith("Moved.")
    assert cards_in(mo.world.channel) == []
    assert cards_in(rules)[0].pinned
    assert "It's already in that channel." in await mo.run("move", card=TITLE, channel=rules)


async def test_a_card_deleted_by_hand_is_told_and_can_be_posted_again_or_forgotten(mo: Moderator, later: Later) -> None:
    first, second = await mo.post("compersion"), await mo.post("support")
    later(MINUTE)
    await first.delete()
    await second.delete()
    await mo.run("sync")
    assert "Cards that need attention: 2. /card list says what each needs." in await mo.press("Apply")

    said = await mo.run("log")
    assert "Posted cards that need attention: 2. /card list says what each needs." in said
    said = await mo.run("list")
    assert said.count("The message was deleted.") == 2
    await mo.choose(TITLE)
    assert (await mo.press("Post again")).startswith("Posted.")
    await mo.press("All posted cards")
    await mo.choose(mo.world.library.explainers["support"].title)
    assert (await mo.press("Remove from list")).startswith("Removed from the list:")
    assert len(cards_in(mo.world.channel)) == 1
    assert "Posted cards: 1." in await mo.run("list")
    assert "need" not in await mo.run("log")


async def test_a_pin_taken_away_by_hand_is_set_again_or_left(mo: Moderator, later: Later) -> None:
    card = await mo.post("compersion", "Post and pin")
    later(MINUTE)
    await card.unpin()

    assert "is pinned." in await mo.run("sync")
    assert "Someone unpinned it." in await mo.run("list")
    await mo.choose()
    assert mo.labels[:2] == ["Pin", "Leave it unpinned"]
    await mo.press("Leave it unpinned")
    assert "Someone unpinned it." not in await mo.run("list")
    assert not cards_in(mo.world.channel)[0].pinned


async def test_what_needs_a_look_is_told_also_where_a_command_comes_to_nothing(mo: Moderator, later: Later) -> None:
    card, ana = await mo.post("compersion"), mo.world.ana
    later(MINUTE)
    await card.delete()
    await mo.run("sync")

    said = await mo.run("unpin", card="nothing of this name")
    assert said.startswith("No posted card fits that")
    assert "One posted card needs attention." in said
    show_commands_to(mo.world, ana)
    assert "needs attention" not in words((await ana.slash(mo.world.channel, "card log")).response)


async def test_without_its_key_it_says_so_and_lookups_go_on(mo: Moderator, tmp_path: Path) -> None:
    world = mo.world
    await mo.post("compersion")
    await mo.run("list")
    await mo.choose()
    await world.app.door.close()
    (tmp_path / "keys" / "master.key").unlink()

    assert await mo.press("All posted cards") == world.library.interface.trouble.storage
    assert await mo.suggested("unpin", "card") == []
    assert "compersion" in [value for _, value in await mo.suggested("post", "topic", "compersion")]
    assert TITLE in words((await world.ana.slash(world.channel, "explain", topic="compersion")).response)


async def test_restarted_without_a_key_the_commands_are_gone_old_buttons_say_so_and_lookups_go_on(
    mo: Moderator, settings: Settings, clock: list[Callable[[], datetime]]
) -> None:
    world = mo.world
    await mo.post("compersion")
    await mo.run("list")
    await world.app.door.close()
    storage, check_ins = replace(settings.storage, key_files=()), replace(settings.check_ins, enabled=False)
    world.app = App(replace(settings, storage=storage, check_ins=check_ins), SimulatedClock(clock[-1]))
    await world.env.restart_bot(world.app.make_client())

    offered = mo.actor.available_commands(world.channel)
    assert not [one for one in offered if one.startswith(("card", "server", "Pin this card"))]
    assert await mo.choose() == world.library.interface.trouble.storage
    assert TITLE in words((await world.ana.slash(world.channel, "explain", topic="compersion")).response)
    await world.app.door.close()


# --- keeping them current --------------------------------------------------------------------------------------------


async def test_a_sync_shows_what_would_change_and_then_does_it(
    mo: Moderator, edit: Callable[[str, str, str], None]
) -> None:
    card = await mo.post("compersion")
    edit("explainers/compersion.yaml", f"title: {TITLE}", "title: Compersion, in a word")
    assert await mo.world.app.reload()

    said = await mo.run("sync")
    assert f"**Compersion, in a word** in {mo.world.channel.mention} gets the newest text." in said
    assert mo.labels == ["Apply", "Cancel", "Support"]
    assert TITLE in words(cards_in(mo.world.channel)[0])
    assert await mo.press("Cancel") == "Cancelled. Nothing was changed."

    await mo.run("sync")
    said = await mo.press("Apply")

    assert "Posted cards checked: 1." in said
    assert "Done now: 1." in said
    (now,) = cards_in(mo.world.channel)
    assert now.id == card.id
    assert "Compersion, in a word" in words(now)
    assert "every posted card is fine" in await mo.run("sync")


async def test_a_sync_tells_all_that_comes_and_apart_from_it_what_a_moderator_decides(
    mo: Moderator, later: Later, edit: Callable[[str, str, str], None]
) -> None:
    card, lost = await mo.post("compersion", "Post and pin"), await mo.post("support")
    edit("explainers/compersion.yaml", f"title: {TITLE}", "title: Compersion, in a word")
    assert await mo.world.app.reload()
    later(MINUTE)
    await card.unpin()
    await lost.delete()

    said, channel = await mo.run("sync"), mo.world.channel.mention

    would, _, yours = said.partition("\n- **Where can I find help?**")
    assert would.endswith(
        f"This would happen:\n- **Compersion, in a word** in {channel} gets the newest text.\n"
        f"- **Compersion, in a word** in {channel} is pinned."
    )
    assert yours.startswith(f" in {channel} stays as it is until you decide.")
    await mo.press("Apply")
    said = await mo.run("sync")
    assert "This would happen:" not in said
    assert "stays as it is until you decide." in said


async def test_a_card_that_left_the_pack_stays_as_it_was_and_says_so(
    mo: Moderator, edit: Callable[[str, str, str], None]
) -> None:
    card = await mo.post("achievement-not-trait")
    before = words(card)
    edit("explainers/trait-framing-harm.yaml", "related: [achievement-not-trait, ", "related: [")
    (mo.world.app.pack.folder / "explainers" / "achievement-not-trait.yaml").unlink()
    assert await mo.world.app.reload()

    said = await mo.run("list")

    assert "This card no longer exists." in said
    said = await mo.run("sync")
    assert "This would happen:" not in said
    assert "stays as it is until you decide. /card list says what it needs." in said
    await mo.press("Apply")
    assert words(cards_in(mo.world.channel)[0]) == before
    assert "This card no longer exists." in await mo.run("list")
    await mo.choose()
    await mo.press("Remove this card")
    await mo.press("Yes, remove it")
    assert cards_in(mo.world.channel) == []


async def test_a_series_is_one_pinned_page_with_links_to_five_cards(mo: Moderator) -> None:
    said = await mo.run("series", name="trajectory")
    names = [mo.world.library.explainers[stage.id].title for stage in mo.world.library.trajectory.stages]
    assert all(name in said for name in names)
    assert mo.labels[-2:] == ["Post and pin", "Cancel"]

    said = await mo.press("Post and pin")

    assert said.startswith("Posted and pinned.")
    index, *parts = cards_in(mo.world.channel)
    assert [index.pinned, *(one.pinned for one in parts)] == [True, *[False] * 5]
    assert [name in words(one) for name, one in zip(names, parts, strict=True)] == [True] * 5
    for name, one in zip(names, parts, strict=True):
        assert f"[{name}]({link_to(mo.world, one)})" in words(index)

    await mo.run("remove", card="The five states, with links")
    assert "the cards posted with it are deleted" in words(mo.shown)
    assert "Removed:" in await mo.press("Yes, remove it")
    assert cards_in(mo.world.channel) == []


async def test_the_cards_of_a_series_move_along_with_its_page_as_it_says(mo: Moderator) -> None:
    other = mo.world.guild.create_text_channel("other")
    await mo.run("series", name="trajectory")
    await mo.press("Post and pin")

    said = await mo.press("How to move it")
    assert "The cards posted with this page move with it." in said
    assert (await mo.run("move", card="The five states, with links", channel=other)).startswith("Moved.")

    assert len(cards_in(other)) == 6
    assert cards_in(mo.world.channel) == []


# --- who did what ----------------------------------------------------------------------------------------------------


async def test_the_log_names_who_did_what_newest_first(mo: Moderator, later: Later) -> None:
    la = moderator(mo.world, "la")
    assert "Nobody did anything with cards" in await mo.run("log")
    await mo.post("compersion")
    later(MINUTE)
    await la.run("list")
    await la.choose()
    await la.press("Pin")
    later(MINUTE)
    await mo.run("unpin", card=TITLE)

    said = await mo.run("log")

    here = mo.world.channel.mention
    lines = [line for line in said.splitlines() if line.startswith("- ")]
    assert [line.split(": ", 1)[1] for line in lines] == [
        f"you unpinned **{TITLE}** in {here}",
        f"a moderator pinned **{TITLE}** in {here}",
        f"you posted **{TITLE}** in {here}",
    ]
    assert "kept for 90 days" in said


async def test_the_log_tells_of_a_pin_set_again_that_was_taken_away_by_hand(mo: Moderator, later: Later) -> None:
    card, la = await mo.post("compersion", "Post and pin"), moderator(mo.world, "la")
    later(MINUTE)
    await card.unpin()
    later(MINUTE)
    await la.run("sync")
    await la.run("list")
    await la.choose()
    assert (await la.press("Pin")).startswith("Pinned.")

    assert f"a moderator pinned **{TITLE}** in {mo.world.channel.mention}" in await mo.run("log")


async def test_of_two_who_post_one_card_from_two_previews_the_second_is_told(mo: Moderator) -> None:
    la = moderator(mo.world, "la")
    for one in (mo, la):
        await one.run("post", topic="compersion")

    await mo.press("Post and pin")
    said = await la.press("Post and pin")

    (card,) = cards_in(mo.world.channel)
    assert f"was posted here after you ran the command: {link_to(mo.world, card)}" in said
    await la.run("post", topic="compersion")
    await la.press("Post")
    assert len(cards_in(mo.world.channel)) == 2


async def test_whoever_deleted_their_data_is_a_moderator_in_the_log(mo: Moderator) -> None:
    await mo.post("compersion")
    logged = mo.world.library.my_data.inventory.deeds.format(count=1)
    assert logged in words((await mo.actor.slash(mo.world.channel, "mydata show")).response)
    panel = (await mo.actor.slash(mo.world.channel, "mydata delete")).response
    asked = (await mo.actor.click(panel, label="Delete everything")).response or panel
    receipt = (await mo.actor.click(asked, label="Yes, delete everything")).response or asked
    assert mo.world.library.my_data.delete.deeds.format(count=1) in words(receipt)
    assert logged not in words((await mo.actor.slash(mo.world.channel, "mydata show")).response)

    said = await mo.run("log")

    assert f"a moderator posted **{TITLE}**" in said
    assert str(mo.actor.id) not in said


# --- on a message ----------------------------------------------------------------------------------------------------


async def test_a_posted_card_is_pinned_from_its_menu(mo: Moderator) -> None:
    card = await mo.post("compersion")

    shown = (await mo.actor.context_menu(mo.world.channel, "Pin this card", card)).response

    assert shown.ephemeral
    assert words(shown).startswith("Pinned.")
    assert cards_in(mo.world.channel)[0].pinned


async def test_a_shared_card_is_its_sharers_and_other_messages_are_no_cards(mo: Moderator) -> None:
    world = mo.world
    shown = (await world.ana.slash(world.channel, "explain", topic="compersion")).response
    await world.ana.click(shown, label="Share in channel")
    shared = world.channel.history()[-1]
    typed = await world.ben.send(world.channel, "hello")

    answer = (await mo.actor.context_menu(world.channel, "Pin this card", shared)).response
    assert "A member shared this card" in words(answer)
    answer = (await mo.actor.context_menu(world.channel, "Pin this card", typed)).response
    assert "This is not one of the cards I posted" in words(answer)
    assert not any(one.pinned for one in world.channel.history())


async def test_members_find_nothing_of_this(world: World) -> None:
    offered = world.ana.available_commands(world.channel)

    assert not [one for one in offered if one.startswith("card")]
    assert PIN.pin_messages
    shown = (await world.ana.slash(world.channel, "help")).response
    assert "/card" not in words(shown)
