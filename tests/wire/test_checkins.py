"""Check-ins over a real connection: closed messages, a Discord that fails, a database that is locked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from .looks import find, texts, walk
from .test_reminders import POSTS, Keep, keep

if TYPE_CHECKING:
    from .discord_server import WireDiscord
    from .exchange import Exchange
    from .looks import Json

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["keep"]

EPHEMERAL = 1 << 6
SILENT = 1 << 12
NEUTRAL = "A message from the bot, as you asked."
CLOSED = "I can't DM you, so it's here. Only you can see it."
TURN_ON = "Start keeping my check-ins"
BEGIN = "I am 18 or older: begin"


def labels(message: Json) -> list[str]:
    return [one["label"] for one in walk(message) if one["type"] == 2]


async def shows(wire: WireDiscord, message: Json, label: str) -> None:
    """Wait until a message has a button called so."""
    await wire.until(lambda: label in labels(message))


async def pressed(wire: WireDiscord, on: Json | Exchange, which: str, values: list[str] | None = None) -> Exchange:
    exchange = await wire.press(on, which, values)
    await exchange.settled()  # behind a locked database each who writes waits its turn
    return exchange


async def begun(wire: WireDiscord) -> Json:
    """Begin step by step in the private conversation; give the message there."""
    command = await wire.slash("checkin")
    await command.settled()
    (message,) = wire.posts(wire.world.dm(wire.member))
    for label in (BEGIN, "Begin"):
        await pressed(wire, message, label)
    return message


@pytest.mark.parametrize("code", [50007, 50278])
async def test_with_closed_messages_all_of_it_happens_privately_in_place(
    wire: WireDiscord, keep: Keep, code: int
) -> None:
    wire.close_dms(wire.member, code)
    async with keep.process(wire) as bot:
        command = await wire.slash("checkin")
        await command.settled()
        message = command.shown
        assert message["flags"] & EPHEMERAL
        assert texts(message)[0].startswith(CLOSED)
        for label in (TURN_ON, BEGIN, "Begin"):
            await pressed(wire, message, label)
        await pressed(wire, message, "Skip")
        await pressed(wire, message, "Something happened")
        while "A new label" not in labels(message):
            await pressed(wire, message, "Skip")
        form = await wire.press(message, "A new label")
        await form.answered()
        await (await wire.submit(form, {"word": "Sundays"})).settled()
        said = await pressed(wire, message, "Show what I said")
        assert said.private
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert "**Something happened**" in "\n".join(said.texts)
    shown = "\n".join(texts(message))
    assert "Label: Sundays" in shown
    assert "You can find it under /lookback." in shown
    assert wire.posts(wire.world.dm(wire.member)) == []
    assert wire.posts(wire.channel) == []


async def test_what_comes_at_once_waits_for_the_half_it_belongs_to(wire: WireDiscord, keep: Keep) -> None:
    """Check-ins join once Discord is connected; commands and presses that come before are answered as ever."""
    async with keep.process(wire) as bot:
        message = await begun(wire)
        assert await bot.terminate() == 0
    async with keep.process(wire) as bot:
        answered = await wire.press(message, "Skip")
        called = await wire.slash("mydata show")
        for one in (answered, called):
            await one.settled()
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert "Back" in labels(answered.shown)
    assert texts(called.shown)[0].startswith("## My data")


async def test_hiding_wins_over_a_tick_taken_back_before_it_however_late_that_is_drawn(
    wire: WireDiscord, keep: Keep
) -> None:
    async with keep.process(wire) as bot:
        message = await begun(wire)
        for _ in range(2):
            await pressed(wire, message, "Skip")
        (ticks,) = (one["custom_id"] for one in walk(message) if one["type"] == 3)
        await pressed(wire, message, ticks, ["3"])
        assert "Hide this" in labels(message)
        held = wire.faults.add(method="POST", path_regex="/callback", hang=True, times=1)
        take_back = await wire.press(message, "I ticked that by mistake")
        await wire.until(lambda: held.hits == 1)
        await pressed(wire, message, "Hide this")
        await shows(wire, message, "Continue")
        held.release()
        await take_back.settled()
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert labels(message) == ["Continue", "Delete this one", "Support"]


async def test_messages_that_close_in_the_middle_cost_no_answer(wire: WireDiscord, keep: Keep) -> None:
    async with keep.process(wire) as bot:
        message = await begun(wire)
        await pressed(wire, message, "Skip")
        wire.close_dms(wire.member)
        await pressed(wire, message, "Something happened")
        gone = wire.faults.add(method="POST", path_regex="/callback", code=10008)
        again = await pressed(wire, message, "Skip")
        assert gone.hits == 1
        await shows(wire, again.shown, "Back")
        await pressed(wire, again, "Back")
        await pressed(wire, again, "Back")
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert again.shown["id"] != message["id"]
    assert "Before, you chose: Something happened." in "\n".join(texts(again.shown))


async def test_a_member_whose_messages_are_closed_where_they_pressed_gets_it_in_place(
    wire: WireDiscord, keep: Keep
) -> None:
    wire.close_dms(wire.member)
    async with keep.process(wire) as bot:
        command = await wire.slash("checkin")
        await command.settled()
        for label in (BEGIN, "Begin", "Skip"):
            await pressed(wire, command, label)
        wire.faults.add(method="POST", path_regex="/callback", code=10008)
        again = await pressed(wire, command, "Something happened")
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert again.private
    assert "### Apart from feelings: is something in the situation not right?" in "\n".join(again.texts)


async def test_a_new_message_opens_with_a_neutral_line_without_sound(wire: WireDiscord, keep: Keep) -> None:
    async with keep.process(wire):
        await (await wire.slash("checkin")).settled()
        in_conversation = await wire.slash("checkin", guild=False)
        await shows(wire, (await in_conversation.answered()) and in_conversation.shown, BEGIN)

    (sent,) = wire.calls("POST", POSTS)
    first = in_conversation.callbacks[0].data
    for body in (sent.body, first):
        assert texts(body) == [NEUTRAL]
        assert body["flags"] & SILENT
    assert sent.body["nonce"]
    assert sent.body["enforce_nonce"] is True
    for message in wire.posts(wire.world.dm(wire.member)):
        assert BEGIN in labels(message)


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 429}, {"reset": True}, {"reset": True, "after": True}],
    ids=["500", "429", "reset", "reset after it was done"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", POSTS), ("PATCH", r"/channels/\d+/messages/\d+$")])
async def test_a_bad_line_costs_no_message_and_doubles_none(
    wire: WireDiscord, keep: Keep, fault: dict[str, Any], method: str, path: str
) -> None:
    async with keep.process(wire) as bot:
        struck = wire.faults.add(method=method, path_regex=path, **fault)
        command = await wire.slash("checkin")
        await command.settled()
        assert "Traceback" not in bot.stderr

    assert struck.hits == 1
    (message,) = wire.posts(wire.world.dm(wire.member))
    assert BEGIN in labels(message)
    assert "It is waiting in our DMs" in "\n".join(command.texts)


async def test_a_discord_that_takes_no_message_is_told_of_and_nothing_begins(wire: WireDiscord, keep: Keep) -> None:
    async with keep.process(wire) as bot:
        wire.faults.add(method="POST", path_regex=POSTS, status=503, times=None)
        command = await wire.slash("checkin")
        await command.settled()
        assert "Traceback" not in bot.stderr

    assert command.private
    assert "Support" in labels(command.shown)
    assert wire.posts(wire.world.dm(wire.member)) == []


async def test_an_app_that_only_the_member_installed_checks_in_as_well(wire: WireDiscord, keep: Keep) -> None:
    wire.close_dms(wire.member, 50278)
    async with keep.process(wire):
        command = await wire.slash("checkin", owners={"1": wire.member["id"]}, guild="880000000000000001")
        await command.settled()
        await pressed(wire, command, BEGIN)
        await pressed(wire, command, "Begin")

    assert command.private
    assert "How are you right now?" in "\n".join(command.texts)


async def test_a_locked_database_says_so_kindly_and_the_same_press_counts_once_it_is_free(
    wire: WireDiscord, keep: Keep
) -> None:
    async with keep.process(wire) as bot:
        message = await begun(wire)
        await pressed(wire, message, "Skip")
        other = sqlite3.connect(keep.address.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = await pressed(wire, message, "Something happened")
        apology = refused.followups[-1] if refused.followups else refused.shown  # a slow machine defers first
        assert apology["flags"] & EPHEMERAL
        assert "Support" in labels(apology)
        assert "What brings you here?" in "\n".join(texts(message))
        other.execute("ROLLBACK")
        other.close()
        await pressed(wire, message, "Something happened")
        assert "Traceback" not in bot.stderr

    assert find(message, "Choose any that fit")


async def test_a_form_opened_before_a_kill_is_taken_after_it(wire: WireDiscord, keep: Keep) -> None:
    async with keep.process(wire) as bot:
        message = await begun(wire)
        while "A new label" not in labels(message):
            await pressed(wire, message, "Skip")
        form = await wire.press(message, "A new label")
        await form.answered()
        await bot.kill()
    async with keep.process(wire):
        await (await wire.submit(form, {"word": "Sundays"})).settled()

    assert "Label: Sundays" in "\n".join(texts(message))
