"""A press names a channel: it counts in the server it comes from, and for all channels that it is about."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.ui.ids import TOKEN_BYTES, decode
from tests.promises.conftest import home

from .looks import walk
from .moderating import moderating
from .permissions import PIN

if TYPE_CHECKING:
    from tests.promises.homes import Home

    from .discord_server import WireDiscord
    from .looks import Json
    from .moderating import Moderator

__all__ = ["home"]

TITLE = "What is compersion?"


async def forge(mo: Moderator, label: str, channel: Json) -> str:
    """Press a button of the preview that is shown with another channel written into it."""
    assert mo.answer is not None
    forged = deepcopy(mo.answer.shown)
    (one,) = [part for part in walk(forged["components"]) if part.get("label") == label]
    press = decode(one["custom_id"])
    token = int(channel["id"]).to_bytes(8, "big") + press.token[8:]
    assert len(token) == TOKEN_BYTES
    one["custom_id"] = type(press)(press.kind, press.subject, token, press.version, press.position).encode()
    answer = await mo.wire.press(forged, label, user=mo.wire.moderator)
    return await mo._said(answer)


async def test_no_card_is_posted_in_another_server(wire: WireDiscord, home: Home) -> None:
    other = wire.world.add_guild("Another")
    foreign = wire.world.add_channel("foreign", other["id"])
    thread = wire.world.add_thread(foreign, "talk")
    async with moderating(wire, home.settings()) as mo:
        for channel in (foreign, thread):
            await mo.run("post", topic="compersion")
            said = await forge(mo, "Post and pin", channel)
            assert wire.posts(channel) == []
            assert "Posted" not in said


async def test_a_series_is_looked_after_by_those_who_may_pin_wherever_its_cards_stand(
    wire: WireDiscord, home: Home
) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.run("series", name="trajectory")
        await mo.press("Post and pin")
        titles = [one.title for one in mo.host.app.pack.library.explainers.values() if one.kind == "stage"]
        await mo.run("move", card=titles[0], channel=away)
        assert len(wire.posts(away)) == 1
        wire.world.overwrite(away, wire.moderator, deny=PIN)

        board = (await mo.host.app.door.noticeboard()).board
        (index,) = [one for one in await board.list_all(int(wire.guild["id"])) if one.wish.series]
        await mo.run("remove", card=index.id.hex())
        said = await mo.press("Yes, remove it")

        assert f"you need a permission in <#{away['id']}>" in said
        assert len(wire.posts(away)) == 1


async def test_a_card_in_a_thread_the_bot_is_not_in_is_looked_after_from_in_there(
    wire: WireDiscord, home: Home
) -> None:
    """What its moderators may do there nobody says elsewhere; in there the interaction does."""
    private = wire.world.add_thread(wire.channel, "private", wire.moderator, private=True)
    wire.world.in_thread[private["id"]].add(wire.world.bot["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.post("compersion", channel=private)
        wire.world.in_thread[private["id"]].discard(wire.world.bot["id"])

        await mo.run("remove", card=TITLE)
        said = await mo.press("Yes, remove it")

        assert said.startswith(f"I cannot see <#{private['id']}>, so I cannot tell which permissions you have there.")
        assert "mention me in it once" in said
        assert len(wire.posts(private)) == 1
        assert f"in <#{private['id']}>: up to date" in await mo.run("list")

        await mo.run("remove", private, card=TITLE)
        said = await mo.press("Yes, remove it")

        assert f"in <#{private['id']}>: being removed" in said
        assert "I don't have permission to delete one of this card's messages." in said


async def test_of_a_series_removed_what_stays_is_told_at_once(wire: WireDiscord, home: Home) -> None:
    away = wire.world.add_channel("away", wire.guild["id"])
    async with moderating(wire, home.settings()) as mo:
        await mo.run("series", name="trajectory")
        await mo.press("Post and pin")
        titles = [one.title for one in mo.host.library.explainers.values() if one.kind == "stage"]
        await mo.run("move", card=titles[0], channel=away)
        wire.faults.add("DELETE", f"/channels/{away['id']}/messages/", status=403, code=50013)

        board = (await mo.host.app.door.noticeboard()).board
        (index,) = [one for one in await board.list_all(int(wire.guild["id"])) if one.wish.series]
        await mo.run("remove", card=index.id.hex())
        said = await mo.press("Yes, remove it")

        assert said.startswith(f"**{titles[0]}** in <#{away['id']}>: being removed")
        assert "I don't have permission to delete one of this card's messages." in said
        assert wire.posts(wire.channel) == []
        mo.host.clock.turn(timedelta(minutes=1))
        await mo.run("sync")
        await mo.press("Apply")
        assert wire.posts(away) == []


async def test_a_deleted_card_comes_again_only_where_cards_belong_now(wire: WireDiscord, home: Home) -> None:
    async with moderating(wire, home.settings()) as mo:
        await mo.post("compersion")
        mo.host.clock.turn(timedelta(minutes=1))
        wire.world.post.delete(wire.posts(wire.channel)[0])
        await mo.run("sync")
        board = await mo.host.app.door.noticeboard()
        await board.servers.update(int(wire.guild["id"]), lambda before: replace(before, age_restricted_only=True))
        (posting,) = await board.board.list_all(int(wire.guild["id"]))
        await mo.run("list")
        await mo.press(mo.host.library.cards.list.choose, [posting.id.hex()])

        assert "This server wants cards in age-restricted channels" in await mo.press(
            mo.host.library.cards.posted.again
        )
        assert wire.posts(wire.channel) == []
