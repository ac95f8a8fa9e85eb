"""The rooms of the loopback asked over plain HTTP and websocket, without a bot."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import zstandard

from .discord_server import WireDiscord
from .openapi import load
from .refusals import COMPONENTS_V2

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asking import Rest


async def test_unknown_things_are_refused_as_discord_does(wire: WireDiscord, rest: Rest) -> None:
    wire.misfits_allowed = True

    assert (await rest("GET", "/channels/1"))[1]["code"] == 10003
    assert (await rest("GET", f"/channels/{wire.channel['id']}/messages/1"))[1]["code"] == 10008
    assert (await rest("GET", "/guilds/1"))[1]["code"] == 10004
    assert await rest("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert (await rest("POST", "/interactions/1/x/callback", {"type": 4}))[1]["code"] == 10062


async def test_a_nonce_that_was_sent_returns_the_message_there_is(wire: WireDiscord, rest: Rest) -> None:
    path, body = f"/channels/{wire.channel['id']}/messages", {"content": "once", "nonce": "n1", "enforce_nonce": True}
    wire.faults.add("POST", "/messages", reset=True, after=True)

    with pytest.raises(aiohttp.ClientError):
        await rest("POST", path, body)
    status, message = await rest("POST", path, body)

    assert status == 200
    assert wire.posts(wire.channel) == [message]


async def test_the_251st_pin_is_refused(wire: WireDiscord, rest: Rest) -> None:
    wire.fill_pins(wire.channel, 249)
    path = f"/channels/{wire.channel['id']}/messages"
    first, second = [(await rest("POST", path, {"content": text}))[1]["id"] for text in "ab"]

    assert await rest("PUT", f"{path}/pins/{first}") == (204, None)
    status, refusal = await rest("PUT", f"{path}/pins/{second}")
    assert (status, refusal["code"]) == (400, 30003)
    assert await rest("DELETE", f"{path}/pins/{first}") == (204, None)
    assert await rest("PUT", f"{path}/pins/{second}") == (204, None)

    pages, before = [], {}
    while not pages or pages[-1]["has_more"]:
        pages.append((await rest("GET", f"{path}/pins", params={"limit": "50", **before}))[1])
        before = {"before": pages[-1]["items"][-1]["pinned_at"]}
    assert len({item["message"]["id"] for page in pages for item in page["items"]}) == 250


async def test_closed_dms_refuse_messages(wire: WireDiscord, rest: Rest) -> None:
    wire.close_dms(wire.member)
    _, dm = await rest("POST", "/users/@me/channels", {"recipient_id": wire.member["id"]})

    assert (await rest("POST", f"/channels/{dm['id']}/messages", {"content": "hi"}))[1]["code"] == 50007
    wire.open_dms(wire.member)
    assert (await rest("POST", f"/channels/{dm['id']}/messages", {"content": "hi"}))[0] == 200


async def test_a_server_left_is_out_of_reach(wire: WireDiscord, rest: Rest) -> None:
    assert [guild["id"] for guild in (await rest("GET", "/users/@me/guilds"))[1]] == [wire.guild["id"]]
    wire.world.leave(wire.guild)

    assert (await rest("GET", "/users/@me/guilds"))[1] == []
    assert (await rest("GET", f"/channels/{wire.channel['id']}"))[1]["code"] == 50001


async def test_what_breaks_a_limit_is_refused(wire: WireDiscord, rest: Rest) -> None:
    wire.misfits_allowed = True
    text = {"type": 10, "content": "x" * 2001}
    bodies = [
        {"components": [text, text], "flags": COMPONENTS_V2},
        {"components": [{"type": 10, "content": "x"}] * 41, "flags": COMPONENTS_V2},
        {"components": [text]},
        {"content": "x", "components": [text], "flags": COMPONENTS_V2},
    ]

    for body in bodies:
        assert (await rest("POST", f"/channels/{wire.channel['id']}/messages", body))[1]["code"] == 50035
    assert wire.posts(wire.channel) == []


async def test_uploads_can_be_fetched_again(wire: WireDiscord, rest: Rest) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"attachments": [{"id": 0, "filename": "a.txt"}]}))
    form.add_field("files[0]", b"bytes", filename="a.txt", content_type="text/plain")
    status, message = await rest("POST", f"/channels/{wire.channel['id']}/messages", data=form)

    assert status == 200
    assert wire.content(message["attachments"][0]) == b"bytes"
    async with rest.session.get(message["attachments"][0]["url"]) as response:
        assert await response.read() == b"bytes"


async def test_commands_keep_their_ids_and_bind_members(wire: WireDiscord, rest: Rest) -> None:
    path = f"/applications/{wire.world.bot['id']}/commands"
    option = {"type": 3, "name": "topic", "description": "What", "required": True, "autocomplete": False}
    explain = {"name": "explain", "description": "Show", "options": [option], "contexts": [0]}
    first = (await rest("PUT", path, [explain]))[1]
    second = (await rest("PUT", path, [explain | {"description": "Show it"}]))[1]

    assert [command["id"] for command in first] == [command["id"] for command in second]
    assert "autocomplete" not in second[0]["options"][0]
    for call in (
        wire.slash("explain", {}),
        wire.slash("explain", {"topic": "x"}, guild=False),
        wire.slash("unknown"),
        wire.slash("explain", {"topic": "x"}, guild="77"),
    ):
        with pytest.raises(LookupError):
            await call


async def test_a_posted_card_is_pressed_by_a_member(wire: WireDiscord, rest: Rest) -> None:
    button = {"type": 2, "style": 2, "label": "Open", "custom_id": "open"}
    body = {"components": [{"type": 1, "components": [button]}]}
    message = (await rest("POST", f"/channels/{wire.channel['id']}/messages", body))[1]

    press = await wire.press(message, "Open")
    assert press.payload["member"]["user"] == wire.member
    press = await wire.press(message, "Open", user=wire.moderator, late=1)
    assert press.payload["member"]["user"] == wire.moderator
    assert press.payload["message"] == message


async def test_interactions_can_come_over_http_instead(wire: WireDiscord) -> None:
    async def endpoint(interaction: dict[str, Any]) -> dict[str, Any]:
        return {"type": 4, "data": {"content": interaction["data"]["name"], "flags": 64}}

    wire.endpoint = endpoint
    exchange = await wire.slash("explain", times=2)
    await exchange.until(lambda: exchange.refused)

    assert exchange.shown["content"] == "explain"
    assert exchange.refused == [40060]


async def test_a_user_installed_app_is_used_where_the_bot_is_not(wire: WireDiscord, rest: Rest) -> None:
    for scene in ({"guild": "77"}, {"context": 2}):
        exchange = await wire.slash("explain", **scene)
        assert exchange.payload["authorizing_integration_owners"] == {"1": wire.member["id"]}
        path = f"/interactions/{exchange.id}/{exchange.payload['token']}/callback"
        assert (await rest("POST", path, {"type": 4, "data": {"content": "here"}})) == (204, None)
        assert (await rest("GET", f"/channels/{exchange.scene.channel['id']}"))[1]["code"] == 50001


@pytest.mark.parametrize("kind", ["zlib-stream", "zstd-stream", None])
async def test_the_gateway_speaks_the_compression_that_is_asked_for(wire: WireDiscord, kind: str | None) -> None:
    inflate: dict[str | None, Callable[[bytes], bytes]] = {
        "zlib-stream": zlib.decompressobj().decompress,
        "zstd-stream": zstandard.ZstdDecompressor().decompressobj().decompress,
    }

    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{wire.base()}/gateway", params={"compress": kind} if kind else {}) as socket,
    ):

        async def receive() -> Any:
            return json.loads(inflate[kind](await socket.receive_bytes()) if kind else await socket.receive_str())

        assert (await receive())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": wire.token, "intents": 0, "shard": [0, 1]}})
        assert (await receive())["t"] == "READY"
        await socket.send_json({"op": 1, "d": 1})
        assert (await receive())["op"] == 11


async def test_each_shard_gets_its_servers_and_only_the_first_gets_dms() -> None:
    async with WireDiscord(joined_guilds=40) as wire, aiohttp.ClientSession() as session:
        seen: list[set[str]] = []
        for number in range(2):
            async with session.ws_connect(f"{wire.base()}/gateway") as socket:
                await socket.receive_json()
                await socket.send_json({"op": 2, "d": {"token": wire.token, "intents": 0, "shard": [number, 2]}})
                seen.append({guild["id"] for guild in (await socket.receive_json())["d"]["guilds"]})
                exchange = await wire.slash("x", guild=False)
                assert exchange.delivered == 1 - number

    assert seen[0] | seen[1] == set(wire.world.guilds)
    assert not seen[0] & seen[1]


@pytest.mark.skipif(load() is None, reason="WIRE_OPENAPI names no document, or jsonschema is missing")
async def test_requests_that_do_not_fit_the_document_are_named(wire: WireDiscord, rest: Rest) -> None:
    wire.misfits_allowed = True
    await rest("POST", f"/channels/{wire.channel['id']}/messages", {"content": ["x"]})

    assert "$.content" in wire.misfits[0]
