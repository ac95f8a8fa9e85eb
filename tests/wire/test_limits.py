"""How the loopback limits: edits to old messages, requests by route and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .asking import HI, at

if TYPE_CHECKING:
    from .asking import Rest
    from .discord_server import WireDiscord

OVER_AN_HOUR = 3700.0


async def test_three_edits_an_hour_to_old_messages_of_a_channel(wire: WireDiscord, rest: Rest) -> None:
    other = wire.world.add_channel("other", wire.guild["id"])
    old = [await rest.post(wire.channel) for _ in range(4)]
    elsewhere = await rest.post(other)
    for message in [*old, elsewhere]:
        assert await rest.code("PATCH", at(message), {"content": "fresh"}) == 0
    wire.world.pass_time(OVER_AN_HOUR)

    assert [await rest.code("PATCH", at(message), {"content": "old"}) for message in old] == [0, 0, 0, 30046]
    assert await rest.code("PATCH", at(old[0]), {"content": "again"}) == 30046
    assert await rest.code("PATCH", at(elsewhere), {"content": "another channel"}) == 0
    assert await rest.code("PATCH", at(await rest.post(wire.channel)), {"content": "a fresh one"}) == 0
    wire.world.pass_time(3500)
    assert await rest.code("PATCH", at(old[3]), {"content": "too early"}) == 30046
    wire.world.pass_time(101)
    assert await rest.code("PATCH", at(old[3]), {"content": "an hour on"}) == 0
    assert wire.world.post.old_edits.refused == {wire.channel["id"]: 3}


async def test_a_message_can_be_old_from_the_start(wire: WireDiscord, rest: Rest) -> None:
    wire.world.ahead = -OVER_AN_HOUR
    old = [await rest.post(wire.channel) for _ in range(4)]
    wire.world.ahead = 0
    theirs = wire.say("before", age=7200)

    assert [await rest.code("PATCH", at(message), {"content": "old"}) for message in old] == [0, 0, 0, 30046]
    listed = (await rest("GET", f"/channels/{wire.channel['id']}/messages"))[1]
    assert [one["id"] for one in listed] == [*(one["id"] for one in reversed(old)), theirs["id"]]


async def test_the_refusal_of_an_old_edit_says_when_unless_told_not_to(wire: WireDiscord, rest: Rest) -> None:
    message, old_edits = await rest.post(wire.channel), wire.world.post.old_edits
    wire.world.pass_time(OVER_AN_HOUR)
    for _ in range(3):
        await rest("PATCH", at(message), {"content": "old"})

    status, said = await rest("PATCH", at(message), {"content": "old"})
    assert status == 429
    assert 3590 < said["retry_after"] <= 3600
    old_edits.says_when = False
    assert (await rest("PATCH", at(message), {"content": "old"})) == (429, {"message": said["message"], "code": 30046})


async def test_edits_are_limited_by_channel_where_a_test_asks_for_it(wire: WireDiscord, rest: Rest) -> None:
    limit = wire.limits.add_edits(per=60)
    other = wire.world.add_channel("other", wire.guild["id"])
    here, there = await rest.post(wire.channel), await rest.post(other)

    statuses = [(await rest("PATCH", at(here), {"content": str(turn)}))[0] for turn in range(6)]
    assert statuses == [200] * 5 + [429]
    assert limit.hits == 1
    headers = {"Authorization": f"Bot {wire.token}"}
    url = f"{wire.base()}/api/v10{at(there)}"
    async with rest.session.patch(url, json={"content": "x"}, headers=headers) as response:
        assert (response.status, response.headers["X-RateLimit-Remaining"]) == (200, "4")
        assert 0 < float(response.headers["X-RateLimit-Reset-After"]) <= 60
    async with rest.session.patch(f"{wire.base()}/api/v10{at(here)}", json={}, headers=headers) as response:
        assert response.headers["Via"]
        assert (response.status, response.headers["X-RateLimit-Remaining"]) == (429, "0")
    assert (await rest("GET", at(here)))[1]["content"] == "4"


async def test_all_requests_together_are_counted_and_limited(wire: WireDiscord, rest: Rest) -> None:
    for _ in range(7):
        await rest("GET", "/users/@me")
    before = len(wire.requests)
    wire.limits.most_a_second = 3
    statuses = [(await rest("GET", "/users/@me"))[0] for _ in range(4)]

    assert wire.most_in_a_second() >= 11
    assert wire.most_in_a_second("bot", since=before) == 4
    assert wire.most_in_a_second("another") == 0
    assert statuses == [200, 200, 200, 429]
    exchange = await wire.slash("x")
    answer = {"type": 4, "data": HI}
    assert await rest.code("POST", f"/interactions/{exchange.id}/{exchange.payload['token']}/callback", answer) == 0
    assert wire.most_in_a_second("bot", since=before) == 4, "interactions are not counted"


async def test_a_server_left_is_out_of_reach_until_the_bot_comes_back(wire: WireDiscord, rest: Rest) -> None:
    other = wire.world.add_guild("Orchard")
    wire.world.leave(wire.guild)

    assert [guild["id"] for guild in (await rest("GET", "/users/@me/guilds"))[1]] == [other["id"]]
    assert await rest.code("POST", f"/channels/{wire.channel['id']}/messages", HI) == 50001
    wire.world.come_back(wire.guild)
    assert await rest.code("POST", f"/channels/{wire.channel['id']}/messages", HI) == 0


async def test_a_nonce_is_forgotten_after_some_minutes(wire: WireDiscord, rest: Rest) -> None:
    path, body = f"/channels/{wire.channel['id']}/messages", {"content": "x", "nonce": "n", "enforce_nonce": True}
    first, again = [(await rest("POST", path, body))[1]["id"] for _ in range(2)]
    wire.world.pass_time(600)

    assert first == again
    assert (await rest("POST", path, body))[1]["id"] != first
