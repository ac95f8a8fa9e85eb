"""Servers over a real connection: left and come back to, wrong answers of Discord, processes that die, odd channels."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from bot.domain.servers.settings import ServerRecord
from bot.services.servers.settings import ServerService
from bot.storage.tables import lease, server
from tests.storage.world import rows

from .looks import find, texts, walk
from .test_reminders import Keep, keep

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .discord_server import WireDiscord
    from .looks import Json

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["keep"]

WALK = r"/users/@me/guilds"
ASKED_FOR = r"/guilds/\d+$"
VIEW, SEND, MANAGE_MESSAGES, MANAGE_SERVER = 1 << 10, 1 << 11, 1 << 13, 1 << 5
KEEPER = VIEW | SEND | MANAGE_SERVER
MONTH = timedelta(days=31)
FOLLOW_UP = r"/webhooks/\d+/[^/]+$"
SHOW, TAKE_BACK = "Share in channel", "Remove from channel"


@asynccontextmanager
async def service(keep: Keep) -> AsyncIterator[ServerService]:
    """The settings of servers, beside a bot or between two."""
    async with keep.opened() as storage:
        yield ServerService(
            storage.database, storage.noticeboard.servers, storage.moments, lambda: datetime.now(UTC), lambda *_: None
        )


async def set_for(keep: Keep, *guilds: Json, **chosen: Any) -> None:
    async with service(keep) as servers:
        for guild in guilds:
            await servers.update(int(guild["id"]), lambda now: replace(now, **(chosen or {"shown": "nowhere"})))


async def standing(keep: Keep) -> dict[int, bool]:
    """Give the servers something is kept of, and whether each was left."""
    async with service(keep) as servers:
        return {one.server: one.left for one in await servers.leaving.list_known()}


async def a_month_goes_by(keep: Keep) -> None:
    async with keep.opened() as storage, storage.database.transaction() as tx:
        await tx.execute(update(server).where(server.c.left.is_not(None)).values(left=datetime.now(UTC) - MONTH))
        await tx.execute(lease.delete())


async def walked(wire: WireDiscord, keep: Keep, name: str, *, missing: int = 0) -> str:
    """Let a fresh process look where it is, and give its log; it asks for each that is `missing` by itself."""
    async with keep.process(wire, name) as bot:
        pages = 1 + bool(wire.world.guilds)  # the last is empty
        await wire.until(lambda: len(wire.calls("GET", WALK, name)) >= pages)
        await wire.until(lambda: len(wire.calls("GET", ASKED_FOR, name)) >= missing)
        assert await bot.terminate() == 0
        return bot.stderr


# --- leaving ---------------------------------------------------------------------------------------------------------


async def test_a_server_is_left_come_back_to_left_again_and_after_a_month_gone(wire: WireDiscord, keep: Keep) -> None:
    stays, goes = wire.guild, wire.world.add_guild("Meadow")
    await set_for(keep, stays, goes)

    wire.world.leave(goes)
    await walked(wire, keep, "first", missing=1)
    assert await standing(keep) == {int(stays["id"]): False, int(goes["id"]): True}

    wire.world.come_back(goes)
    await walked(wire, keep, "second")
    assert await standing(keep) == {int(stays["id"]): False, int(goes["id"]): False}

    wire.world.leave(goes)
    await walked(wire, keep, "third", missing=1)
    await a_month_goes_by(keep)
    log = await walked(wire, keep, "fourth")
    assert await standing(keep) == {int(stays["id"]): False}
    assert goes["id"] not in log


async def test_many_servers_are_walked_page_by_page(wire: WireDiscord, keep: Keep) -> None:
    guilds = [wire.world.add_guild(f"Garden {number}") for number in range(230)]
    await set_for(keep, guilds[0], guilds[-1])
    wire.world.leave(guilds[0])

    async with keep.process(wire) as bot:
        await wire.until(lambda: len(wire.calls("GET", WALK)) >= 3)
        await wire.until(lambda: wire.calls("GET", ASKED_FOR))
        assert await bot.terminate() == 0

    assert await standing(keep) == {int(guilds[0]["id"]): True, int(guilds[-1]["id"]): False}


async def test_a_list_cut_short_is_not_believed(wire: WireDiscord, keep: Keep) -> None:
    guilds = [wire.guild, *(wire.world.add_guild(f"Garden {number}") for number in range(4))]
    await set_for(keep, *guilds)
    wire.world.unlisted = {guild["id"] for guild in guilds}
    gone = guilds.pop()
    wire.world.leave(gone)

    async with keep.process(wire) as bot:
        await wire.until(lambda: len(wire.calls("GET", ASKED_FOR)) == 5)
        assert await bot.terminate() == 0
        assert not any(guild["id"] in bot.stderr for guild in guilds)

    assert await standing(keep) == {int(guild["id"]): False for guild in guilds} | {int(gone["id"]): True}


async def test_every_server_left_is_noted_and_after_a_month_gone(wire: WireDiscord, keep: Keep) -> None:
    guilds = [wire.guild, *(wire.world.add_guild(f"Garden {number}") for number in range(4))]
    await set_for(keep, *guilds)
    for guild in guilds:
        wire.world.leave(guild)

    await walked(wire, keep, "first", missing=5)
    assert await standing(keep) == {int(guild["id"]): True for guild in guilds}
    await a_month_goes_by(keep)
    await walked(wire, keep, "later")
    assert await standing(keep) == {}


async def test_a_server_that_discord_does_not_speak_of_holds_the_walk_up(wire: WireDiscord, keep: Keep) -> None:
    guilds = [wire.guild, wire.world.add_guild("Garden")]
    await set_for(keep, *guilds)
    wire.world.unlisted = {guild["id"] for guild in guilds}
    wire.faults.add("GET", ASKED_FOR, status=403, code=20028, times=None)

    async with keep.process(wire) as bot:
        await bot.wrote("Discord did not say which servers the bot is in")
        assert await bot.terminate() == 0

    assert await standing(keep) == {int(guild["id"]): False for guild in guilds}


async def test_a_walk_that_fails_halfway_notes_and_deletes_nothing(wire: WireDiscord, keep: Keep) -> None:
    guilds = [wire.world.add_guild(f"Garden {number}") for number in range(3)]
    await set_for(keep, *guilds)
    wire.world.leave(guilds[0])
    await walked(wire, keep, "first", missing=1)
    await a_month_goes_by(keep)
    wire.world.leave(guilds[1])
    wire.faults.add(method="GET", path_regex=WALK, status=403, code=50001)

    async with keep.process(wire, "second") as bot:
        await bot.wrote("Discord did not say which servers the bot is in")
        assert await bot.terminate() == 0

    assert await standing(keep) == {int(one["id"]): one is guilds[0] for one in guilds}


# --- rules of showing ------------------------------------------------------------------------------------------------


async def looked_up(wire: WireDiscord, channel: Json | None = None, **options: Any) -> Any:
    answer = await wire.slash("explain", {"topic": "compersion"}, channel=channel or wire.channel, **options)
    await answer.settled()
    return answer


async def storage_open(wire: WireDiscord) -> None:
    """Ask for what waits for the storage; lookups wait for it only a moment, and then the defaults hold."""
    await (await wire.slash("server settings", user=wire.world.person("Opener", KEEPER))).settled()


def offers(answer: Any, label: str) -> bool:
    return any(one.get("label") == label for one in walk(answer.shown))


async def test_a_thread_is_as_age_restricted_as_its_channel_which_discord_is_asked_for(
    wire: WireDiscord, keep: Keep
) -> None:
    await set_for(keep, wire.guild, age_restricted_only=True)
    adult = wire.world.add_channel("adult", wire.guild["id"], nsfw=True)
    allowed, not_allowed = wire.world.add_thread(adult, "aside"), wire.world.add_thread(wire.channel, "aside")

    async with keep.process(wire) as bot:
        await storage_open(wire)
        assert not offers(await looked_up(wire), SHOW), "a channel says so itself"
        for thread in (allowed, not_allowed):
            answer = await looked_up(wire, thread)
            assert offers(answer, SHOW)
            await (await wire.press(answer, SHOW)).settled()
        wire.faults.add(method="GET", path_regex=r"/channels/\d+$", status=500, times=20)
        answer = await looked_up(wire, allowed)
        pressed = await wire.press(answer, SHOW)
        await pressed.settled()
        assert await bot.terminate() == 0

    assert len(wire.posts(allowed)) == 1, "what Discord does not say counts as not restricted"
    assert wire.posts(not_allowed) == []


async def test_what_is_set_holds_for_the_next_process_and_the_fourth_showing_is_counted_over_both(
    wire: WireDiscord, keep: Keep
) -> None:
    async with keep.process(wire, "first") as bot:
        await storage_open(wire)
        for _ in range(2):
            await (await wire.press(await looked_up(wire), SHOW)).settled()
        await bot.kill()
    async with keep.process(wire, "second") as bot:
        await storage_open(wire)
        for _ in range(2):
            await (await wire.press(await looked_up(wire), SHOW)).settled()
        assert await bot.terminate() == 0

    assert len(wire.posts(wire.channel)) == 3


@pytest.mark.parametrize(("how", "room"), [({"code": 50013}, 3), ({"reset": True}, 2)], ids=["refused", "unsure"])
async def test_a_showing_that_discord_refused_does_not_count_and_one_that_may_stand_there_does(
    wire: WireDiscord, keep: Keep, how: Any, room: int
) -> None:
    async with keep.process(wire) as bot:
        await storage_open(wire)
        answer = await looked_up(wire)
        fault = wire.faults.add(method="POST", path_regex=FOLLOW_UP, **how)
        await (await wire.press(answer, SHOW)).settled()
        assert fault.hits
        wire.faults.clear()
        for _ in range(4):
            await (await wire.press(await looked_up(wire), SHOW)).settled()
        assert await bot.terminate() == 0

    assert len(wire.posts(wire.channel)) == room


async def test_an_answer_that_discord_kept_private_does_not_count(wire: WireDiscord, keep: Keep) -> None:
    await set_for(keep, wire.guild, visible="channel")
    async with keep.process(wire) as bot:
        await storage_open(wire)
        kept = [await looked_up(wire, owners={"1": wire.member["id"]}, permissions=VIEW | SEND) for _ in range(3)]
        pressed = [await looked_up(wire) for _ in range(4)]
        assert await bot.terminate() == 0

    assert all(TAKE_BACK in str(one.shown) for one in kept)
    assert [TAKE_BACK in str(one.shown) for one in pressed] == [True, True, True, False]
    assert len(wire.posts(wire.channel)) == 3


async def test_a_card_shown_by_name_is_taken_back_by_who_manages_messages(wire: WireDiscord, keep: Keep) -> None:
    await set_for(keep, wire.guild, visible="channel")
    other = wire.world.person("Other")
    tidy = wire.world.person("Tidy", VIEW | SEND | MANAGE_MESSAGES)

    async with keep.process(wire) as bot:
        await storage_open(wire)
        await looked_up(wire)
        (card,) = wire.posts(wire.channel)
        assert f"<@{wire.member['id']}>" in "\n".join(texts(card))
        refused = await wire.press(card, TAKE_BACK, user=other)
        await refused.settled()
        assert wire.posts(wire.channel) == [card]
        await wire.press(card, TAKE_BACK, user=tidy)
        await wire.until(lambda: not wire.posts(wire.channel))
        assert await bot.terminate() == 0


# --- /server settings ------------------------------------------------------------------------------------------------


async def test_settings_changed_before_a_kill_are_there_after_it_and_an_old_screen_goes_on(
    wire: WireDiscord, keep: Keep
) -> None:
    keeper = wire.world.person("Keeper", KEEPER)
    async with keep.process(wire, "first") as bot:
        screen = await wire.slash("server settings", user=keeper)
        await screen.settled()
        chosen = await wire.press(screen, "Choose where members can share cards", ["nowhere"])
        await chosen.settled()
        await bot.kill()

    async with keep.process(wire, "second") as bot:
        chosen = await wire.press(screen, "Limit cards to age-restricted channels")
        await chosen.settled()
        assert find(screen.shown, "Allow cards in any channel")
        assert await bot.terminate() == 0

    async with service(keep) as servers:
        record = await servers.load(int(wire.guild["id"]))
    assert record.settings.shown == "nowhere"
    assert record.settings.age_restricted_only


async def test_a_file_is_not_taken_when_discord_does_not_say_which_channels_there_are(
    wire: WireDiscord, keep: Keep
) -> None:
    keeper = wire.world.person("Keeper", KEEPER)
    file = wire.upload("settings.yaml", b"format: 1\nshown: nowhere\n")
    wire.faults.add(method="GET", path_regex=r"/guilds/\d+/channels$", status=403, code=50001)

    async with keep.process(wire) as bot:
        screen = await wire.slash("server settings", user=keeper)
        await screen.settled()
        form = await wire.press(screen, "Import settings")
        await form.settled()
        answer = await wire.submit(form, {"file": [file["id"]]}, [file])
        await answer.settled()
        assert "I could not ask Discord for the channels of this server" in "\n".join(texts(answer.shown))
        assert await bot.terminate() == 0

    async with service(keep) as servers:
        assert await servers.load(int(wire.guild["id"])) == ServerRecord()
    async with keep.opened() as storage:
        assert await rows(storage.database, server) == []


async def test_a_channel_the_bot_may_not_post_in_is_taken_and_said(wire: WireDiscord, keep: Keep) -> None:
    keeper, closed = wire.world.person("Keeper", KEEPER), wire.world.add_channel("closed", wire.guild["id"])
    wire.world.overwrite(closed, wire.world.bot, deny=SEND)

    async with keep.process(wire) as bot:
        screen = await wire.slash("server settings", user=keeper)
        await screen.settled()
        chosen = await wire.press(screen, "Choose the channel for suggestions", [closed["id"]])
        await chosen.settled()
        assert f"I don't have permission to post in <#{closed['id']}> yet" in "\n".join(texts(screen.shown))
        assert await bot.terminate() == 0


async def test_a_channel_for_suggestions_that_everyone_can_read_is_taken_and_warned_of(
    wire: WireDiscord, keep: Keep
) -> None:
    keeper, open_ = wire.world.person("Keeper", KEEPER), wire.world.add_channel("open", wire.guild["id"])
    shut = wire.world.add_channel("shut", wire.guild["id"])
    wire.world.overwrite(shut, wire.guild, deny=VIEW)
    wire.world.overwrite(shut, wire.world.bot, allow=VIEW)
    warned = "All members here can read <#{channel}>"

    async with keep.process(wire) as bot:
        screen = await wire.slash("server settings", user=keeper)
        await screen.settled()
        said = list[bool]()
        for channel in (open_, shut, open_):
            await (await wire.press(screen, "Choose the channel for suggestions", [channel["id"]])).settled()
            said.append(warned.format(channel=channel["id"]) in "\n".join(texts(screen.shown)))
        wire.faults.add(method="GET", path_regex=r"/channels/\d+$", status=403, code=50001, times=5)
        await (await wire.press(screen, "Choose the channel for suggestions", [open_["id"]])).settled()
        assert warned.format(channel=open_["id"]) not in "\n".join(texts(screen.shown)), (
            "where Discord does not say, nothing is said"
        )
        assert "Changed." in "\n".join(texts(screen.shown))
        assert await bot.terminate() == 0

    assert said == [True, False, True]
