"""The rooms from inside: presses, the clock and background changes take turns and none is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from simcord import ChannelHandle

from bot.app import App
from bot.demo.clock import Clock
from bot.demo.content_copy import ContentCopy
from bot.demo.exhibits import Exhibits
from bot.demo.forgetting import forget_messages
from bot.demo.home import Home
from bot.demo.moderator_exhibits import ModeratorExhibits
from bot.demo.pressing import find_press
from bot.demo.room import Room
from bot.demo.rooms import DIRECT, Rooms, words_of
from bot.demo.sheets import make_sheet
from bot.demo.world import World, build_world, enter, make_app
from bot.errors import UserError
from bot.ui.ids import Kind
from tests.forking import ROOT

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
CONTENT = ROOT / "content/en"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path, kept=True)
    home.furnish()
    return home


@pytest.fixture
async def place(home: Home) -> AsyncIterator[tuple[World, App]]:
    world = build_world(NOW)
    app = make_app(world, CONTENT, home.storage)
    await enter(world, app)
    await app.door.personal()
    yield world, app
    await world.env.shutdown()
    await app.door.close()
    world.env.raise_errors()


@pytest.fixture
def world(place: tuple[World, App]) -> World:
    return place[0]


@pytest.fixture
def app(place: tuple[World, App]) -> App:
    return place[1]


@pytest.fixture
async def rooms(world: World, app: App, home: Home) -> AsyncIterator[Rooms]:
    rooms = Rooms(world, Clock(world, app.door, home.write_ahead), 0)
    await rooms.open(world.quiet_channel, "member")
    yield rooms
    await rooms.close()


def shown(rooms: Rooms) -> Room:
    assert rooms._room is not None
    return rooms._room


async def post_a_card(world: World, where: ChannelHandle) -> None:
    mod = world.people["moderator"].actor
    preview = (
        await mod.slash(world.channels[world.quiet_channel], "card post", topic="compersion", channel=where)
    ).response
    assert preview is not None
    await mod.click(preview.message, label="Post")


async def let_pass(clock: Clock, span: timedelta) -> None:
    clock.set_ahead(span)
    while await clock.step():
        pass


def changed_in(channel: ChannelHandle) -> int:
    return sum("new words" in words_of(one) for one in channel.history())


def typed(room: Room, page: Any, words: str = "hello") -> dict[str, Any]:
    """Make what simcord's page sends when someone presses Enter."""
    return {
        "protocol_version": 3,
        "sequence": page.last_sequence + 1,
        "request_id": words,
        "generation": page.generation,
        "bot_generation": room.env._generation,
        "published_revision": page.revision,
        "kind": "send_message",
        "content": words,
    }


async def test_the_talk_ends_at_the_hour_given_and_the_clock_goes_on(world: World, rooms: Rooms) -> None:
    assert world.env.now() == NOW
    await rooms.wait(timedelta(days=7))
    assert timedelta(days=7) <= world.env.now() - NOW < timedelta(days=7, minutes=1)
    assert len(world.channels[world.first_channel].history()) == 7


async def test_a_press_on_a_page_redrawn_meanwhile_still_counts(rooms: Rooms) -> None:
    room = shown(rooms)
    page = room._open_page()
    press = typed(room, page)
    await room.refresh()
    await room.refresh()
    assert not (await room._action(page.id, press))["rejected"]


async def test_a_press_on_a_page_changed_by_another_press_does_not(rooms: Rooms) -> None:
    room = shown(rooms)
    page = room._open_page()
    old = typed(room, page)
    await room._action(page.id, typed(room, page, "first"))
    again = await room._action(page.id, {**old, "sequence": page.last_sequence + 1, "request_id": "second"})
    assert again["rejected"]


async def test_presses_wait_while_time_passes(rooms: Rooms) -> None:
    room = shown(rooms)
    page = room._open_page()
    _, answer = await asyncio.gather(rooms.wait(timedelta(days=2)), room._action(page.id, typed(room, page)))
    assert not answer["rejected"]


async def test_what_happens_behind_the_visitors_back_is_drawn_once(world: World, rooms: Rooms) -> None:
    room = shown(rooms)
    page = room._open_page()
    await world.people["moderator"].actor.send(world.channels[world.quiet_channel], "hello from outside")
    before = page.revision
    await rooms.catch_up()
    await rooms.catch_up()
    assert page.revision == before + 1
    assert words_of(rooms.messages()[-1]) == "hello from outside"


async def test_only_the_last_private_answers_stay(world: World, rooms: Rooms) -> None:
    channel, member = world.channels[world.quiet_channel], world.people["member"].actor
    for _ in range(15):
        await member.slash(channel, "help")
    room = shown(rooms)
    page = room._open_page()
    await room._action(page.id, typed(room, page))
    assert len(channel.history(viewer=member)) == 13


async def test_a_room_ended_from_within_opens_again(world: World, rooms: Rooms) -> None:
    await rooms.open(world.first_channel, "member")
    await shown(rooms).close()
    with pytest.raises(UserError, match="Open it again"):
        await rooms.right_click(rooms.messages()[0].id, "Find an explainer")
    await rooms.open(rooms.where, "member")
    assert not shown(rooms).ended


async def test_message_menus_are_those_the_bot_has_and_not_in_private(rooms: Rooms) -> None:
    assert rooms.message_commands() == ["Find an explainer"]
    await rooms.open(DIRECT, "member")
    assert rooms.message_commands() == []


async def test_a_moderator_may_pin_cards_from_a_message_menu(rooms: Rooms) -> None:
    await rooms.open(rooms.world.quiet_channel, "moderator")
    assert rooms.message_commands() == ["Find an explainer", "Pin this card"]


async def test_a_post_in_the_forum_is_a_room_until_it_is_deleted(world: World, rooms: Rooms) -> None:
    await post_a_card(world, world.forum)
    (where,) = world.posts
    assert rooms.shared[where] == "#questions: What is compersion?"
    await rooms.open(where, "member")
    assert "What is compersion?" in words_of(rooms.messages()[0])

    world.env.backend.delete_channel(world.posts[where].id)
    await rooms.catch_up()
    assert (rooms.messages(), rooms.message_commands(), rooms.title) == ([], [], "a post that was deleted")
    await rooms.open(world.first_channel, "member")
    assert rooms.title == "#kitchen-table"


async def test_a_card_in_the_forum_is_found_again_where_it_stands(world: World, rooms: Rooms) -> None:
    await post_a_card(world, world.forum)
    (post,) = world.posts.values()
    quiet, mod = world.channels[world.quiet_channel], world.people["moderator"].actor
    await rooms.wait(timedelta(hours=30))
    looked = (await mod.slash(quiet, "card sync")).response
    assert looked is not None
    assert "every posted card is fine" in words_of(looked.message)

    moved = (await mod.slash(quiet, "card move", card="What is compersion?", channel=quiet)).response
    assert moved is not None
    assert "Moved." in words_of(moved.message)
    assert not post.history()


async def test_links_keep_their_words_and_say_where_they_lead(world: World, rooms: Rooms) -> None:
    await post_a_card(world, world.channels["kitchen-table"])
    await rooms.slash(world.quiet_channel, "moderator", "card list")
    drawn = json.dumps(shown(rooms)._page_payload(shown(rooms)._open_page()))
    assert '"href": "https://discord.com' not in drawn
    assert '"Go to message"' in drawn
    assert " (leads to #kitchen-table)" in drawn


async def test_a_channel_that_the_viewer_cannot_see_is_not_written_as_a_number(world: World, rooms: Rooms) -> None:
    quiet, hidden = world.channels[world.quiet_channel], world.channels["suggestions"]
    world.env.backend.create_message(quiet.id, world.people["moderator"].actor.id, f"It goes to {hidden.mention}.")
    drawn = list[str]()
    for who in ("member", "moderator"):
        await rooms.open(world.quiet_channel, who)
        await rooms.catch_up()
        drawn.append(json.dumps(shown(rooms)._page_payload(shown(rooms)._open_page())))
    assert "It goes to #No Access." in drawn[0]
    assert "#No Access" not in drawn[1]


async def test_a_week_brings_the_weekly_prompt(world: World, app: App, home: Home) -> None:
    channel, mod = world.channels[world.quiet_channel], world.people["moderator"].actor
    clock = Clock(world, app.door, home.write_ahead)
    settings = (await mod.slash(channel, "server settings")).response
    assert settings is not None
    await mod.select(settings.message, [channel], custom_id=find_press(settings, Kind.SERVER_WEEKLY_CHANNEL))

    await let_pass(clock, timedelta(days=7))
    assert "A prompt for the week" in words_of(channel.history()[-1])


async def test_waiting_lets_old_cards_follow_a_change_three_an_hour(home: Home) -> None:
    copy = ContentCopy(CONTENT, home.content)
    world = build_world(NOW)
    app = make_app(world, copy.folder, home.storage)
    await enter(world, app)
    await app.door.personal()
    clock, channel = Clock(world, app.door, home.write_ahead), world.channels[world.quiet_channel]
    try:
        for _ in range(5):
            await post_a_card(world, channel)
        await let_pass(clock, timedelta(hours=6))
        copy.change("today")
        await app.reload()
        await let_pass(clock, timedelta(minutes=2))
        assert changed_in(channel) == 3
        await let_pass(clock, timedelta(hours=6))
        assert changed_in(channel) == 5
    finally:
        await world.env.shutdown()
        await app.door.close()
    world.env.raise_errors()


async def test_posted_cards_are_forgotten_with_their_messages_and_settings_are_not(world: World, app: App) -> None:
    channel = world.channels[world.quiet_channel]
    await post_a_card(world, channel)
    board = await app.door.noticeboard()
    await board.servers.update(world.server.id, lambda before: replace(before, suggestions=channel.id))

    await forget_messages((await app.door.personal()).storage)

    assert await board.board.list_all(world.server.id) == []
    assert len(await board.board.log(world.server.id)) == 1
    assert (await board.servers.load(world.server.id)).settings.suggestions == channel.id


def test_people_and_channels_have_the_same_ids_in_each_run() -> None:
    one, two = (build_world(NOW + timedelta(days=days)) for days in (0, 3))
    for mine, other in ((one.channels, two.channels), (one.people, two.people)):
        assert list(mine) == list(other)
    assert [each.id for each in one.channels.values()] == [each.id for each in two.channels.values()]
    assert [each.actor.id for each in one.people.values()] == [each.actor.id for each in two.people.values()]
    assert (one.server.id, one.forum.id) == (two.server.id, two.forum.id)


async def test_the_gallery_shows_every_screen_of_the_moderators(home: Home) -> None:
    copy = ContentCopy(CONTENT, home.content)
    world = build_world(NOW)
    app = make_app(world, copy.folder, home.storage)
    await enter(world, app)
    await app.door.personal()
    clock = Clock(world, app.door, home.write_ahead)
    try:
        names = [exhibit.name async for exhibit in ModeratorExhibits(world, app, clock, copy).all()]
    finally:
        await world.env.shutdown()
        await app.door.close()
    world.env.raise_errors()
    assert len(set(names)) == len(names)
    assert {"post-preview", "series-index", "sync-dry-run", "list", "log", "settings", "weekly-prompt"} <= set(names)
    assert "suggestion" in names


async def test_the_gallery_shows_every_card_and_page(world: World, app: App) -> None:
    names = [exhibit.name async for exhibit in Exhibits(world, app).all()]
    assert len(set(names)) == len(names)
    library = app.pack.library
    assert {f"card-{id_}" for id_ in library.explainers} <= set(names)
    assert {f"stage-{id_}" for id_ in library.stages} <= set(names)
    assert {"prompt-gentle", "prompt-medium", "prompt-deep", "stages", "about", "results", "private-answer"} <= set(
        names
    )


def test_a_sheet_holds_all_pictures_in_under_a_megabyte(tmp_path: Path) -> None:
    pictures: list[Path] = []
    for number in range(9):
        picture = Image.effect_noise((300, 200 + 40 * number), 90)
        pictures.append(tmp_path / f"{number}.png")
        picture.save(pictures[-1])
    sheet = make_sheet(pictures, tmp_path / "sheet.jpg", columns=3, width=200, most=990_000)
    with Image.open(sheet) as drawn:
        assert drawn.width == 3 * 210 + 10
    assert sheet.stat().st_size < 1_000_000


def test_the_copy_changes_breaks_and_mends_one_line(tmp_path: Path) -> None:
    copy = ContentCopy(CONTENT, tmp_path)
    first = copy.change("10:00")
    second = copy.change("11:00")
    assert second.before == first.after
    assert "10:00" not in second.after
    whole = first.path.read_text(encoding="utf-8")
    assert copy.break_it() == copy.break_it()
    assert copy.mend() is not None
    assert copy.mend() is None
    assert first.path.read_text(encoding="utf-8") == whole
    assert (tmp_path / "schema").is_dir()


def test_a_pack_without_a_plain_title_says_so(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    with pytest.raises(UserError, match="own editor"):
        ContentCopy(tmp_path / "odd", tmp_path / "home").change("10:00")
