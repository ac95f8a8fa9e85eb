"""Suggestions as members and moderators meet them: offered where wanted, shown before they go, sent without a name."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.domain.servers.settings import ServerRecord
from tests.discord.conftest import Later, World, components, labels, words

NOTHING = "how do I install a graphics driver"
SUGGEST, SEND, LEAVE, TURN_OFF = "Suggest this to the moderators", "Send it", "Don't send", "Turn suggestions off"


@dataclass
class Flow:
    """A server with a channel for suggestions, and a moderator."""

    world: World
    inbox: ChannelHandle
    moderator: MemberActor

    async def turn_on(self) -> None:
        await self.set(self.inbox.id)

    async def set(self, channel: int | None) -> None:
        board = await self.world.app.door.noticeboard()
        await board.servers.update(self.world.guild.id, lambda before: replace(before, suggestions=channel))

    async def record(self) -> ServerRecord:
        return await (await self.world.app.door.noticeboard()).servers.load(self.world.guild.id)

    async def look_up(self, topic: str = NOTHING, who: MemberActor | None = None) -> Any:
        return (await (who or self.world.ana).slash(self.world.channel, "explain", topic=topic)).response

    async def preview(self, topic: str = NOTHING, who: MemberActor | None = None) -> Any:
        shown = await self.look_up(topic, who)
        await (who or self.world.ana).click(shown.message, label=SUGGEST)
        return shown

    async def suggest(self, topic: str = NOTHING, who: MemberActor | None = None) -> str:
        """Go all the way, and give what the member reads at the end."""
        shown = await self.preview(topic, who)
        if SEND in labels(shown):
            await (who or self.world.ana).click(shown.message, label=SEND)
        return words(shown)


@pytest.fixture
async def flow(world: World) -> Flow:
    role = world.guild.create_role("keepers", permissions=discord.Permissions(pin_messages=True))
    inbox = world.guild.create_text_channel("suggestions")
    return Flow(world, inbox, world.guild.add_member(world.env.create_user("mo"), roles=[role]))


async def test_where_no_channel_is_chosen_nothing_is_offered(flow: Flow) -> None:
    shown = await flow.look_up()

    assert labels(shown) == ["Support", "All cards", "Glossary"]
    assert NOTHING not in words(shown)


async def test_in_a_private_conversation_nothing_is_offered(flow: Flow) -> None:
    await flow.turn_on()
    result = await flow.world.ana.user.slash("explain", topic=NOTHING)

    assert labels(result.response) == ["Support", "All cards", "Glossary"]


async def test_what_is_sent_is_shown_first_and_carries_no_name(flow: Flow) -> None:
    await flow.turn_on()
    shown = await flow.look_up()
    assert shown.ephemeral
    assert NOTHING in words(shown)
    assert all(NOTHING not in one.get("custom_id", "") for one in components(shown))

    await flow.world.ana.click(shown.message, label=SUGGEST)

    assert labels(shown) == [SEND, LEAVE, "Support"]
    assert NOTHING in words(shown)
    assert "without your name" in words(shown)
    assert f"channel for suggestions, <#{flow.inbox.id}>:" in words(shown)
    assert flow.inbox.history() == []

    await flow.world.ana.click(shown.message, label=SEND)

    assert "It was sent, without your name, so nobody can answer you." in words(shown)
    assert NOTHING not in words(shown)
    (sent,) = flow.inbox.history()
    assert f"> {NOTHING}" in words(sent)
    assert labels(sent) == [TURN_OFF]
    everything = repr(sent.components) + words(sent)
    assert str(flow.world.ana.id) not in everything
    assert "ana" not in words(sent).split()
    assert flow.world.channel.history() == []


async def test_where_another_channel_was_chosen_meanwhile_it_is_shown_again_before_it_goes(flow: Flow) -> None:
    await flow.turn_on()
    shown = await flow.preview()
    other = flow.world.guild.create_text_channel("other")
    await flow.set(other.id)

    await flow.world.ana.click(shown.message, label=SEND)
    assert flow.world.library.suggestions.preview.elsewhere_by_now in words(shown)
    assert f"channel for suggestions, <#{other.id}>:" in words(shown)
    assert NOTHING in words(shown)
    assert [*flow.inbox.history(), *other.history()] == []
    await flow.world.ana.click(shown.message, label=SEND)

    assert "It was sent" in words(shown)
    assert flow.inbox.history() == []
    assert len(other.history()) == 1


async def test_turned_off_after_a_lookup_the_offer_says_so(flow: Flow) -> None:
    await flow.turn_on()
    shown = await flow.look_up()
    await flow.set(None)

    await flow.world.ana.click(shown.message, label=SUGGEST)

    assert "turned off here since" in words(shown)


async def test_it_can_be_left(flow: Flow) -> None:
    await flow.turn_on()
    shown = await flow.preview()
    await flow.world.ana.click(shown.message, label=LEAVE)

    assert "Nothing was sent" in words(shown)
    assert NOTHING not in words(shown)
    assert flow.inbox.history() == []


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@everyone graphics driver xyzzy", "graphics driver xyzzy"),
        ("<@123456789012345678> graphics driver xyzzy", "graphics driver xyzzy"),
        ("graphics driver xyzzy discord.gg/abcdef", "graphics driver xyzzy"),
        ("graphics driver https://example.com/xyzzy here", "graphics driver here"),
        ("**graphics** _driver_ ||xyzzy||", "graphics driver xyzzy"),
        ("כרטיס מסך xyzzy", "כרטיס מסך xyzzy"),
        ("🖨️ 👨\u200d👩\u200d👧 xyzzy", "🖨️ 👨\u200d👩\u200d👧 xyzzy"),
        ("xyzzy plugh " * 20, ("xyzzy plugh " * 20)[:100].strip()),
    ],
)
async def test_only_words_arrive(flow: Flow, typed: str, sent: str) -> None:
    await flow.turn_on()
    preview = await flow.preview(typed)
    assert sent in words(preview).replace("\\", "")
    await flow.world.ana.click(preview.message, label=SEND)

    (message,) = flow.inbox.history()
    assert f"> {sent}\n" in words(message).replace("\\", "")
    assert message.mention_everyone is False
    assert message.mentions == []


async def test_where_no_words_are_left_it_says_so(flow: Flow) -> None:
    await flow.turn_on()

    assert "there are no words left to send" in await flow.suggest("https://example.com/xyzzy")
    assert flow.inbox.history() == []


async def test_the_fourth_of_a_day_is_declined_kindly_and_the_next_day_begins_anew(flow: Flow, later: Later) -> None:
    await flow.turn_on()
    waiting = await flow.preview(f"{NOTHING} zero")
    for number in ("one", "two", "three"):
        assert "It was sent" in await flow.suggest(f"{NOTHING} {number}")

    assert "three a day is the most" in await flow.suggest(f"{NOTHING} four")
    await flow.world.ana.click(waiting.message, label=SEND)  # one that was looked at before the three
    assert "three a day is the most" in words(waiting)
    assert "It was sent" in await flow.suggest(NOTHING, flow.world.ben)  # it is each member's own
    later(timedelta(days=1))
    assert "It was sent" in await flow.suggest(f"{NOTHING} five")
    assert len(flow.inbox.history()) == 5


async def test_a_moderator_turns_it_off_at_each_and_members_are_told_kindly(flow: Flow) -> None:
    await flow.turn_on()
    waiting = await flow.preview()
    await flow.suggest()
    (sent,) = flow.inbox.history()

    declined = await flow.world.ben.click(sent, label=TURN_OFF)
    assert declined.ephemeral
    assert "for moderators" in words(declined.response)
    assert (await flow.record()).settings.suggestions == flow.inbox.id

    done = await flow.moderator.click(sent, label=TURN_OFF)
    assert done.ephemeral
    assert "Suggestions are off now" in words(done.response)
    assert (await flow.record()).settings.suggestions is None
    assert SUGGEST not in labels(await flow.look_up())
    await flow.world.ana.click(waiting.message, label=SEND)
    assert "turned off here since" in words(waiting)
    assert len(flow.inbox.history()) == 1


async def test_a_channel_that_is_gone_is_told_to_both(flow: Flow) -> None:
    await flow.set(4242)

    assert "It could not be sent" in await flow.suggest()
    assert (await flow.record()).suggestions_trouble == "channel_gone"
    await flow.turn_on()
    assert (await flow.record()).suggestions_trouble is None
    for number in ("one", "two", "three"):  # what was not sent did not count
        assert "It was sent" in await flow.suggest(f"{NOTHING} {number}")


async def test_neither_the_log_nor_the_database_holds_the_words(
    flow: Flow, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await flow.turn_on()
    await flow.suggest("xyzzyplugh graphics driver")
    await flow.set(4242)
    await flow.suggest("xyzzyplugh graphics driver")

    assert "xyzzyplugh" not in caplog.text
    assert str(flow.world.ana.id) not in caplog.text
    state = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert state
    assert b"xyzzyplugh" not in state
