"""Channels of the loopback asked over plain HTTP: their kinds, threads, forums and pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .asking import HI, at, pin_of
from .permissions import (
    FORUM,
    MANAGE_THREADS,
    NEWS,
    STAGE,
    TEXT,
    VOICE,
)
from .places import TAG_REQUIRED

if TYPE_CHECKING:
    from .asking import Rest
    from .discord_server import WireDiscord


@pytest.mark.parametrize("kind", [TEXT, NEWS, VOICE, STAGE])
async def test_channels_of_every_kind_that_has_messages_take_a_message_and_a_pin(
    wire: WireDiscord, rest: Rest, kind: int
) -> None:
    channel = wire.world.add_channel("somewhere", wire.guild["id"], kind, nsfw=True)
    message = await rest.post(channel)

    assert await rest.code("PUT", pin_of(message)) == 0
    assert await rest.code("PATCH", at(message), {"content": "edited"}) == 0
    seen = (await rest("GET", f"/channels/{channel['id']}"))[1]
    assert (seen["type"], seen["nsfw"], seen["name"]) == (kind, True, "somewhere")
    assert [one["id"] for one in wire.pins(channel)] == [message["id"]]


async def test_a_forum_takes_posts_and_no_messages(wire: WireDiscord, rest: Rest) -> None:
    forum = wire.world.add_channel("cards", wire.guild["id"], FORUM, tags=("card", "help"), flags=TAG_REQUIRED)
    path, tag = f"/channels/{forum['id']}/threads", forum["available_tags"][0]["id"]

    assert await rest.code("POST", f"/channels/{forum['id']}/messages", HI) == 40058
    assert await rest.code("POST", path, {"name": "x", "message": HI}) == 40067
    assert await rest.code("POST", path, {"name": "x", "message": HI, "applied_tags": ["1"]}) == 10087
    assert await rest.code("POST", path, {"name": "x", "message": {}, "applied_tags": [tag]}) == 50006
    assert wire.world.threads_of(wire.guild["id"]) == []
    status, made = await rest("POST", path, {"name": "x", "message": HI, "applied_tags": [tag]})

    assert status == 201
    assert (made["type"], made["parent_id"], made["applied_tags"]) == (11, forum["id"], [tag])
    assert made["id"] == made["message"]["id"] == made["message"]["channel_id"]
    assert (await rest("GET", at(made["message"])))[1]["content"] == "hi"
    assert (await rest("GET", f"/channels/{made['id']}"))[1]["name"] == "x"
    listed = (await rest("GET", f"/guilds/{wire.guild['id']}/threads/active"))[1]["threads"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert await rest.code("PUT", pin_of(made["message"])) == 0


async def test_a_forum_without_the_flag_needs_no_tag_and_a_text_channel_is_no_forum(
    wire: WireDiscord, rest: Rest
) -> None:
    forum = wire.world.add_channel("cards", wire.guild["id"], FORUM, tags=("card",))

    assert await rest.code("POST", f"/channels/{forum['id']}/threads", {"name": "x", "message": HI}) == 0
    assert await rest.code("POST", f"/channels/{wire.channel['id']}/threads", {"name": "x", "message": HI}) == 50024


async def test_an_archived_thread_refuses_changes_and_opens_when_something_is_sent(
    wire: WireDiscord, rest: Rest
) -> None:
    thread = wire.world.add_thread(wire.channel, "talk", wire.member)
    message, other = await rest.post(thread), await rest.post(thread)
    wire.world.archive(thread)

    assert await rest.code("PATCH", at(message), {"content": "x"}) == 50083
    assert await rest.code("PUT", pin_of(message)) == 50083
    assert await rest.code("DELETE", pin_of(message)) == 50083
    assert await rest.code("DELETE", at(other)) == 0
    assert thread["thread_metadata"]["archived"]
    await rest.post(thread)
    assert not thread["thread_metadata"]["archived"]
    assert await rest.code("PATCH", at(message), {"content": "x"}) == 0


async def test_an_archived_thread_can_be_opened_by_who_is_in_it_unless_it_is_locked(
    wire: WireDiscord, rest: Rest
) -> None:
    thread = wire.world.add_thread(wire.channel, "talk", wire.member)
    await rest.post(thread)
    path, opened = f"/channels/{thread['id']}", {"archived": False}

    wire.world.archive(thread)
    assert await rest.code("PATCH", path, opened) == 0
    wire.world.archive(thread)
    wire.world.lock(thread)
    assert await rest.code("PATCH", path, opened) == 50013
    wire.world.overwrite(wire.channel, wire.world.bot, allow=MANAGE_THREADS)
    assert await rest.code("PATCH", path, opened) == 0
    assert not thread["thread_metadata"]["archived"]


async def test_a_locked_thread_is_for_those_who_manage_threads(wire: WireDiscord, rest: Rest) -> None:
    thread = wire.world.add_thread(wire.channel, "talk", wire.member)
    message, path = await rest.post(thread), f"/channels/{thread['id']}/messages"
    wire.world.lock(thread)

    assert await rest.code("POST", path, HI) == 160005
    assert await rest.code("PATCH", at(message), {"content": "x"}) == 160005
    assert await rest.code("PUT", pin_of(message)) == 160005
    wire.world.overwrite(wire.channel, wire.world.bot, allow=MANAGE_THREADS)
    assert await rest.code("POST", path, HI) == 0
    assert await rest.code("PUT", pin_of(message)) == 0


async def test_a_private_thread_is_hidden_from_who_is_not_in_it(wire: WireDiscord, rest: Rest) -> None:
    hers = wire.world.add_thread(wire.channel, "hers", wire.member, private=True)
    ours = wire.world.add_thread(wire.channel, "ours", private=True)

    assert await rest.code("GET", f"/channels/{hers['id']}") == 50001
    assert (await rest("GET", f"/channels/{ours['id']}"))[1]["type"] == 12
    wire.world.overwrite(wire.channel, wire.world.bot, allow=MANAGE_THREADS)
    assert await rest.code("GET", f"/channels/{hers['id']}") == 0


async def test_what_is_deleted_is_gone_with_all_that_was_in_it(wire: WireDiscord, rest: Rest) -> None:
    channel = wire.world.add_channel("short-lived", wire.guild["id"])
    thread = wire.world.add_thread(channel, "talk")
    message, inside = await rest.post(channel), await rest.post(thread)
    await rest("PUT", pin_of(message))
    wire.world.delete_channel(channel)

    for path in (f"/channels/{channel['id']}", at(message), f"/channels/{thread['id']}", at(inside)):
        assert await rest.code("GET", path) == 10003
    assert await rest.code("PUT", pin_of(message)) == 10003
    assert wire.pins(channel) == []
    assert channel["id"] not in {one["id"] for one in wire.world.channels_of(wire.guild["id"])}


async def test_an_answer_to_an_interaction_of_a_deleted_channel_is_refused(wire: WireDiscord, rest: Rest) -> None:
    channel = wire.world.add_channel("short-lived", wire.guild["id"])
    exchanges = [await wire.slash("explain", channel=channel) for _ in range(2)]
    paths = [f"/interactions/{one.id}/{one.payload['token']}/callback" for one in exchanges]
    answer = {"type": 4, "data": HI}
    assert await rest.code("POST", paths[0], answer) == 0
    wire.world.delete_channel(channel)

    edit = f"/webhooks/{wire.world.bot['id']}/{exchanges[0].payload['token']}/messages/@original"
    assert await rest.code("PATCH", edit, HI) == 10008
    assert await rest.code("POST", paths[1], answer) == 10003


async def test_a_renamed_channel_and_many_of_them(wire: WireDiscord, rest: Rest) -> None:
    guilds = [wire.world.add_guild(f"Orchard {number}") for number in range(3)]
    rooms = [room for guild in guilds for room in wire.world.add_channels(200, guild["id"])]
    wire.world.change_channel(rooms[0], name="renamed")

    assert len({room["id"] for room in rooms}) == 600
    assert len((await rest("GET", f"/guilds/{guilds[1]['id']}/channels"))[1]) == 200
    assert (await rest("GET", f"/channels/{rooms[0]['id']}"))[1]["name"] == "renamed"
    assert (await wire.slash("explain", channel=rooms[450])).payload["guild_id"] == guilds[2]["id"]
    assert (await wire.slash("explain", guild=guilds[1]["id"])).payload["guild_id"] == guilds[1]["id"]


async def test_a_pin_is_told_in_the_channel_and_a_deletion_takes_it_along_silently(
    wire: WireDiscord, rest: Rest
) -> None:
    message = await rest.post(wire.channel)
    path = f"/channels/{wire.channel['id']}/messages"
    for _ in range(2):
        assert await rest.code("PUT", pin_of(message)) == 0

    system, first = (await rest("GET", path))[1]
    assert (system["type"], system["message_reference"]["message_id"]) == (6, message["id"])
    assert (first["id"], first["pinned"]) == (message["id"], True)
    assert await rest.code("PUT", pin_of(system)) == 50021
    assert await rest.code("DELETE", at(message)) == 0
    assert wire.pins(wire.channel) == []
    assert await rest.code("PUT", pin_of(message)) == 10008
    assert await rest.code("DELETE", pin_of(message)) == 10008


async def test_pins_are_told_on_the_gateway_but_not_those_that_a_deletion_takes(wire: WireDiscord, rest: Rest) -> None:
    async with rest.session.ws_connect(f"{wire.base()}/gateway") as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": wire.token, "intents": 1, "shard": [0, 1]}})
        await socket.receive_json()
        message = await rest.post(wire.channel)
        for method in ("PUT", "DELETE", "PUT"):
            await rest(method, pin_of(message))
        await rest("DELETE", at(message))
        wire.world.change_channel(wire.channel, name="the end")
        seen = [(await socket.receive_json())["t"] for _ in range(4)]

    assert seen == ["CHANNEL_PINS_UPDATE"] * 3 + ["CHANNEL_UPDATE"]
