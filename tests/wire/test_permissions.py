"""What the loopback lets the bot do where, and what interactions say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .asking import HI, at, pin_of
from .permissions import (
    ADMINISTRATOR,
    ALL,
    CONNECT,
    FORUM,
    MANAGE_MESSAGES,
    MANAGE_THREADS,
    NEWS,
    PIN,
    READ_HISTORY,
    SEND,
    SEND_IN_THREADS,
    USE_COMMANDS,
    VIEW,
    VOICES,
)
from .shapes import INVITED, MEMBER, MODERATOR

if TYPE_CHECKING:
    from .asking import Rest
    from .discord_server import WireDiscord


async def test_every_route_of_a_channel_that_cannot_be_seen_is_out_of_reach(wire: WireDiscord, rest: Rest) -> None:
    message = await rest.post(wire.channel)
    path = f"/channels/{wire.channel['id']}"
    wire.world.overwrite(wire.channel, wire.guild, deny=VIEW)

    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/messages", None),
        ("POST", f"{path}/messages", HI),
        ("GET", f"{path}/messages/pins", None),
        ("GET", at(message), None),
        ("PATCH", at(message), HI),
        ("DELETE", at(message), None),
        ("PUT", pin_of(message), None),
        ("DELETE", pin_of(message), None),
    ):
        assert await rest.code(method, where, body) == 50001, (method, where)
    assert (await rest("GET", f"/guilds/{wire.guild['id']}/channels"))[1] == []


@pytest.mark.parametrize(
    ("denied", "refused"),
    [
        (SEND, {"send"}),
        (PIN, {"pin", "unpin"}),
        (READ_HISTORY, {"get"}),
        (SEND_IN_THREADS, {"send in thread"}),
        (MANAGE_MESSAGES, {"delete theirs"}),
        (MANAGE_THREADS, {"delete thread"}),
    ],
)
async def test_each_permission_stands_for_its_routes_alone(
    wire: WireDiscord, rest: Rest, denied: int, refused: set[str]
) -> None:
    thread = wire.world.add_thread(wire.channel, "talk", wire.member)
    mine, theirs = await rest.post(wire.channel), wire.say("hers")
    wire.world.overwrite(wire.channel, wire.world.bot, allow=(MODERATOR | MANAGE_THREADS) & ~denied, deny=denied)
    asked: dict[str, tuple[str, str, Any]] = {
        "send": ("POST", f"/channels/{wire.channel['id']}/messages", HI),
        "send in thread": ("POST", f"/channels/{thread['id']}/messages", HI),
        "get": ("GET", at(mine), None),
        "pin": ("PUT", pin_of(mine), None),
        "unpin": ("DELETE", pin_of(mine), None),
        "edit": ("PATCH", at(mine), HI),
        "delete theirs": ("DELETE", at(theirs), None),
        "delete mine": ("DELETE", at(mine), None),
        "delete thread": ("DELETE", f"/channels/{thread['id']}", None),
    }

    codes = {what: await rest.code(*how) for what, how in asked.items()}
    assert {what for what, said in codes.items() if said} == refused
    assert {codes[what] for what in refused} == ({50001} if denied == READ_HISTORY else {50013})


async def test_without_history_messages_and_pins_are_empty_and_no_error(wire: WireDiscord, rest: Rest) -> None:
    message, path = await rest.post(wire.channel), f"/channels/{wire.channel['id']}/messages"
    await rest("PUT", pin_of(message))
    assert len((await rest("GET", f"{path}/pins"))[1]["items"]) == 1
    wire.world.overwrite(wire.channel, wire.world.bot, deny=READ_HISTORY)

    assert await rest("GET", path) == (200, [])
    assert await rest("GET", f"{path}/pins") == (200, {"items": [], "has_more": False})


async def test_overwrites_weigh_as_in_discord(wire: WireDiscord) -> None:
    world, channel = wire.world, wire.channel
    helper, quiet = world.add_role(wire.guild, "helper", 0), world.add_role(wire.guild, "quiet", 0)
    for role in (helper, quiet):
        world.give_role(wire.guild, wire.member, role)

    def mine() -> int:
        return world.permissions_of(wire.member, channel) & SEND

    assert mine()
    world.overwrite(channel, helper, allow=VIEW)
    world.overwrite(channel, quiet, deny=SEND)
    assert not mine(), "what any role denies and none allows"
    world.overwrite(channel, quiet)
    world.overwrite(channel, wire.guild, deny=SEND)
    assert not mine(), "what @everyone may not"
    world.overwrite(channel, quiet, deny=SEND)
    world.overwrite(channel, helper, allow=SEND)
    assert mine(), "one role that allows outweighs another that denies"
    world.overwrite(channel, wire.member, deny=SEND)
    assert not mine(), "what is said of a person outweighs roles"
    helper["permissions"] = str(ADMINISTRATOR)
    assert world.permissions_of(wire.member, channel) == ALL
    assert not world.permissions_of(world.bot, channel) & SEND, "the bot has none of these roles"
    thread = world.add_thread(channel, "talk")
    assert world.permissions_of(world.bot, thread) == world.permissions_of(world.bot, channel)


async def test_what_the_bot_may_can_be_computed_from_what_it_may_ask(wire: WireDiscord, rest: Rest) -> None:
    guild, bot = f"/guilds/{wire.guild['id']}", wire.world.bot["id"]
    wire.world.overwrite(wire.channel, wire.guild, deny=SEND)
    wire.world.overwrite(wire.channel, wire.world.bot_role(wire.guild), allow=SEND, deny=PIN)
    roles = {role["id"]: int(role["permissions"]) for role in (await rest("GET", f"{guild}/roles"))[1]}
    me = (await rest("GET", f"{guild}/members/{bot}"))[1]
    overwrites = (await rest("GET", f"/channels/{wire.channel['id']}"))[1]["permission_overwrites"]

    assert (await rest("GET", f"{guild}/members/@me"))[1]["roles"] == me["roles"]
    assert (await rest("GET", guild))[1]["owner_id"] != bot
    able = roles[wire.guild["id"]]
    for role in me["roles"]:
        able |= roles[role]
    assert able == MEMBER | INVITED
    for one in sorted(overwrites, key=lambda one: one["id"] != wire.guild["id"]):
        able = able & ~int(one["deny"]) | int(one["allow"])
    exchange = await wire.slash("x")
    assert exchange.payload["app_permissions"] == str(able)
    assert able & SEND
    assert not able & PIN


@pytest.mark.parametrize("kind", VOICES)
async def test_a_voice_channel_needs_connecting(wire: WireDiscord, rest: Rest, kind: int) -> None:
    voice = wire.world.add_channel("evening", wire.guild["id"], kind)
    wire.world.overwrite(voice, wire.guild, deny=CONNECT)

    assert await rest.code("POST", f"/channels/{voice['id']}/messages", HI) == 50001


async def test_interactions_say_what_both_may_where_they_come_from(wire: WireDiscord) -> None:
    elsewhere = wire.world.add_channel("elsewhere", wire.guild["id"])
    wire.world.overwrite(elsewhere, wire.moderator, deny=PIN)
    wire.world.overwrite(elsewhere, wire.world.bot, deny=READ_HISTORY)

    here = await wire.slash("card", user=wire.moderator)
    there = await wire.slash("card", user=wire.moderator, channel=elsewhere)
    told = await wire.slash("card", user=wire.moderator, channel=elsewhere, permissions=PIN, app_permissions=SEND)

    assert here.payload["member"]["permissions"] == str(MODERATOR)
    assert here.payload["app_permissions"] == str(MEMBER | INVITED)
    assert there.payload["member"]["permissions"] == str(MODERATOR & ~PIN)
    assert there.payload["app_permissions"] == str((MEMBER | INVITED) & ~READ_HISTORY)
    assert (told.payload["member"]["permissions"], told.payload["app_permissions"]) == (str(PIN), str(SEND))


async def test_a_chosen_channel_says_what_both_may_there(wire: WireDiscord) -> None:
    forum = wire.world.add_channel("cards", wire.guild["id"], FORUM, nsfw=True)
    thread = wire.world.add_thread(forum, "a post")
    wire.world.overwrite(forum, wire.guild, deny=SEND)

    for channel in (forum, thread):
        exchange = await wire.slash("card post", {"topic": "x", "channel": channel}, user=wire.moderator)
        (seen,) = exchange.payload["data"]["resolved"]["channels"].values()
        assert (seen["id"], seen["type"]) == (channel["id"], channel["type"])
        assert seen["permissions"] == str(MODERATOR & ~SEND)
        assert seen["app_permissions"] == str((MEMBER | INVITED) & ~SEND)
        assert "permission_overwrites" not in seen
    assert seen["thread_metadata"] == thread["thread_metadata"]

    wire.world.resolved_app_permissions = False
    older = await wire.slash("card post", {"channel": forum}, user=wire.moderator)
    (seen,) = older.payload["data"]["resolved"]["channels"].values()
    assert "app_permissions" not in seen
    assert seen["permissions"] == str(MODERATOR & ~SEND)


async def test_a_channel_of_a_kind_that_is_not_asked_for_cannot_be_chosen(wire: WireDiscord, rest: Rest) -> None:
    option = {"type": 7, "name": "channel", "description": "Where", "channel_types": [0, NEWS]}
    command = {"name": "card", "description": "Post", "options": [option]}
    await rest("PUT", f"/applications/{wire.world.bot['id']}/commands", [command])
    forum = wire.world.add_channel("cards", wire.guild["id"], FORUM)

    await wire.slash("card", {"channel": wire.channel})
    with pytest.raises(LookupError):
        await wire.slash("card", {"channel": forum})
    typing = await wire.autocomplete("card", "channel", {"channel": wire.channel})
    assert typing.payload["guild_id"] == wire.guild["id"]
    assert "resolved" not in typing.payload["data"], "Discord resolves nothing while somebody types"


async def test_channels_chosen_in_a_select_come_resolved(wire: WireDiscord, rest: Rest) -> None:
    select = {"type": 8, "custom_id": "where", "channel_types": [0]}
    body = {"components": [{"type": 1, "components": [select]}]}
    message = (await rest("POST", f"/channels/{wire.channel['id']}/messages", body))[1]
    forum = wire.world.add_channel("cards", wire.guild["id"], FORUM)

    press = await wire.press(message, "where", [wire.channel["id"]], user=wire.moderator)
    seen = press.payload["data"]["resolved"]["channels"][wire.channel["id"]]
    assert press.payload["data"]["values"] == [wire.channel["id"]]
    assert seen["permissions"] == str(MODERATOR)
    assert int(press.payload["member"]["permissions"]) & USE_COMMANDS
    with pytest.raises(LookupError):
        await wire.press(message, "where", [forum["id"]])


async def test_a_command_on_a_message_of_the_bot_carries_it(wire: WireDiscord, rest: Rest) -> None:
    message = await rest.post(wire.channel)

    exchange = await wire.message_command("Pin this card", message, user=wire.moderator)
    data = exchange.payload["data"]
    assert data["resolved"]["messages"][data["target_id"]]["author"]["id"] == wire.world.bot["id"]
    assert exchange.payload["channel_id"] == wire.channel["id"]
    assert exchange.payload["member"]["user"] == wire.moderator
