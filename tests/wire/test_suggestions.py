"""Suggestions over a real connection: once whatever Discord does, refused kindly where the channel is out of reach."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.promises.conftest import home
from tests.promises.hosting import hosted

from . import permissions as may
from .looks import find, texts, walk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.servers.settings import ServerRecord
    from tests.promises.homes import Home
    from tests.promises.hosting import Host

    from .discord_server import WireDiscord
    from .exchange import Exchange
    from .looks import Json

__all__ = ["home"]

NOTHING = "how do I install a graphics driver"
SUGGEST, SEND, TURN_OFF = "Suggest this to the moderators", "Send it", "Turn suggestions off"
POSTS = r"/channels/\d+/messages$"


@dataclass
class Inbox:
    """A running bot, and a channel for suggestions."""

    wire: WireDiscord
    host: Host
    channel: Json

    async def turn_on(self, channel: int) -> None:
        board = await self.host.app.door.noticeboard()
        await board.servers.update(int(self.wire.guild["id"]), lambda before: replace(before, suggestions=channel))

    async def record(self) -> ServerRecord:
        return await (await self.host.app.door.noticeboard()).servers.load(int(self.wire.guild["id"]))

    async def preview(self, topic: str = NOTHING) -> Exchange:
        shown = await self.wire.slash("explain", {"topic": topic})
        await shown.settled()
        asked = await self.wire.press(shown, SUGGEST)
        await asked.settled()
        return asked

    async def send(self, preview: Exchange) -> str:
        pressed = await self.host.plainly(lambda: self.wire.press(preview, SEND))
        return "\n".join(texts(await pressed.settled()))

    def came(self) -> list[Json]:
        return self.wire.posts(self.channel)


@pytest.fixture
async def inbox(wire: WireDiscord, home: Home) -> AsyncIterator[Inbox]:
    channel = wire.world.add_channel("suggestions", wire.guild["id"])
    async with hosted(wire, home.settings()) as host:
        made = Inbox(wire, host, channel)
        await made.turn_on(int(channel["id"]))
        yield made


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "after": True},
        {"reset": True, "after": True},
        {"reset": True},
        {"status": 429, "retry_after": 0.2},
        {"status": 502},
    ],
    ids=str,
)
async def test_an_answer_that_is_lost_on_the_way_neither_loses_nor_doubles_it(
    inbox: Inbox, fault: dict[str, Any]
) -> None:
    preview = await inbox.preview()
    broken = inbox.wire.faults.add(method="POST", path_regex=POSTS, **fault)

    assert "It was sent, without your name, so nobody can answer you." in await inbox.send(preview)
    assert broken.hits == 1
    assert len(inbox.came()) == 1


async def test_where_discord_cannot_be_had_it_may_be_pressed_again_and_comes_once(inbox: Inbox) -> None:
    preview = await inbox.preview()
    inbox.wire.faults.add(method="POST", path_regex=POSTS, reset=True, after=True, times=3)
    pressed = await inbox.host.plainly(lambda: inbox.wire.press(preview, SEND))
    said = "\n".join(texts(await pressed.settled()))
    assert "it will not be posted twice." in said
    assert NOTHING in said

    assert "It was sent, without your name, so nobody can answer you." in await inbox.send(pressed)
    assert len(inbox.came()) == 1
    assert len({call.body["nonce"] for call in inbox.wire.calls("POST", POSTS)}) == 1


async def test_pressed_twice_it_comes_once_and_counts_once(inbox: Inbox) -> None:
    preview = await inbox.preview()
    await inbox.host.plainly(lambda: inbox.wire.press(preview, SEND, times=2))
    assert len(inbox.came()) == 1
    for number in (1, 2):
        assert "It was sent" in await inbox.send(await inbox.preview(f"{NOTHING} {number}"))
    assert "three a day is the most" in "\n".join(texts((await inbox.preview()).shown))


@pytest.mark.parametrize("lost", [may.VIEW, may.SEND])
async def test_a_permission_that_is_lost_is_told_to_both(inbox: Inbox, lost: int) -> None:
    preview = await inbox.preview()
    inbox.wire.world.overwrite(inbox.channel, inbox.wire.world.bot, deny=lost)

    assert "It could not be sent" in await inbox.send(preview)
    assert (await inbox.record()).suggestions_trouble == "permission_lost"
    screen = await inbox.wire.slash("server settings", user=inbox.wire.moderator, permissions=may.MANAGE_SERVER)
    await screen.settled()
    assert inbox.host.library.servers.trouble.permission_lost in "\n".join(screen.texts)

    inbox.wire.world.overwrite(inbox.channel, inbox.wire.world.bot, allow=lost)
    assert "It was sent" in await inbox.send(await inbox.preview())
    assert (await inbox.record()).suggestions_trouble is None


async def test_a_channel_deleted_while_someone_looks_at_the_preview(inbox: Inbox) -> None:
    preview = await inbox.preview()
    inbox.wire.world.delete_channel(inbox.channel)

    assert "It could not be sent" in await inbox.send(preview)
    assert (await inbox.record()).suggestions_trouble == "channel_gone"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@everyone xyzzy plugh", "xyzzy plugh"),
        ("xyzzy discord.gg/abcdef plugh", "xyzzy plugh"),
        ("xyzzy https://example.com/a?b=c plugh", "xyzzy plugh"),
        ("כן \u202exyzzy\u202c plugh", "כן xyzzy plugh"),
        ("xyzzy 🏳️\u200d🌈 plugh", "xyzzy 🏳️\u200d🌈 plugh"),
    ],
)
async def test_what_arrives_is_what_was_shown_and_acts_on_nobody(inbox: Inbox, typed: str, sent: str) -> None:
    preview = await inbox.preview(typed)
    assert sent in texts(preview.shown)
    await inbox.send(preview)

    (message,) = inbox.came()
    assert f"> {sent}\n" in "\n".join(texts(message))
    (call,) = inbox.wire.calls("POST", POSTS)
    assert call.body["allowed_mentions"]["parse"] == []
    everything = str(call.body)
    assert inbox.wire.member["id"] not in everything
    assert inbox.wire.member["username"] not in everything
    assert all(typed not in one.get("custom_id", "") for one in walk(preview.shown))


async def test_no_log_line_holds_what_was_looked_for_or_by_whom(inbox: Inbox) -> None:
    await inbox.send(await inbox.preview("xyzzyplugh driver"))
    inbox.wire.world.delete_channel(inbox.channel)
    await inbox.send(await inbox.preview("xyzzyplugh driver"))

    assert "A suggestion was not taken" in inbox.host.log
    assert "xyzzyplugh" not in inbox.host.log
    assert inbox.wire.member["id"] not in inbox.host.log


async def test_after_a_restart_the_preview_still_sends_and_the_message_turns_it_off(
    wire: WireDiscord, home: Home
) -> None:
    channel = wire.world.add_channel("suggestions", wire.guild["id"])
    async with hosted(wire, home.settings()) as host:
        inbox = Inbox(wire, host, channel)
        await inbox.turn_on(int(channel["id"]))
        preview = await inbox.preview()
    async with hosted(wire, home.settings()) as host:
        inbox = Inbox(wire, host, channel)
        assert "It was sent" in await inbox.send(preview)
        (message,) = inbox.came()
        assert find(message, TURN_OFF)
        off = await host.plainly(lambda: wire.press(message, TURN_OFF, user=wire.moderator, permissions=may.PIN))
        assert "Suggestions are off now" in "\n".join(off.texts)
        assert (await inbox.record()).settings.suggestions is None


async def test_what_came_is_never_sent_again_though_discord_has_forgotten_it(inbox: Inbox) -> None:
    """A press that is played again, with the buttons as they were, adds nothing to the three a day."""
    preview = await inbox.preview()
    shown = deepcopy(preview.shown)
    for _ in range(5):
        answer = await inbox.wire.press(deepcopy(shown), SEND, user=inbox.wire.member)
        assert "It was sent" in "\n".join(texts(await answer.settled()))
        inbox.wire.world.post.nonces.clear()
    assert len(inbox.came()) == 1
