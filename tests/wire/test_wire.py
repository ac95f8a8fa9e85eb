"""The harness tried on a bare discord.py client in its own process: interactions, failures, connections, signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .process import BotProcess
from .refusals import EPHEMERAL
from .room_of_interactions import ANSWER_WITHIN

if TYPE_CHECKING:
    from .discord_server import WireDiscord

RULER = "tests.wire.bare_bot:main"
TALKER = "tests.wire.bare_bot:main_with_presses"


# --- interactions ---------------------------------------------------------------------------------------------------


async def test_a_slash_command_is_answered_and_read_as_a_member_reads_it(wire: WireDiscord) -> None:
    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "compersion"})
        await exchange.answered()

    assert exchange.type == 4
    assert exchange.private
    assert exchange.data["flags"] & EPHEMERAL
    assert exchange.texts[0] == "## Compersion"
    assert exchange.texts[-3:] == ["Form", "Later", "Edit"]
    assert exchange.latency > 0


async def test_suggestions_come_while_typing(wire: WireDiscord) -> None:
    async with BotProcess(wire, TALKER):
        exchange = await wire.autocomplete("explain", "topic", {"topic": "j"})
        await exchange.answered()

    assert exchange.choices == [{"name": "Jealousy", "value": "jealousy"}]


async def test_presses_show_edits_deferrals_and_forms(wire: WireDiscord) -> None:
    async with BotProcess(wire, TALKER):
        card = await wire.slash("explain", {"topic": "x"}, guild=False)
        await card.answered()

        later = await wire.press(card, "Later")
        shown = await later.settled()
        assert later.type == 5
        assert shown["content"] == "Later is now."

        form = await wire.press(card, "bare:form")
        await form.answered()
        assert form.texts == ["How is it?", "In your words", "Feeling", "Glad", "Torn"]
        sent = await wire.submit(form, {"In your words": "quiet", "feeling": "Glad"})
        assert (await sent.settled())["content"] == "quiet / glad"
        assert sent.payload["user"] == wire.member

        edit = await wire.press(card, "Edit")
        await edit.answered()
        assert edit.type == 7
        assert card.texts[0] == "## Edited"
        with pytest.raises(LookupError):
            await wire.press(card, "Edit")


async def test_a_form_takes_only_what_a_member_could_fill_in(wire: WireDiscord) -> None:
    async with BotProcess(wire, TALKER):
        card = await wire.slash("explain", {"topic": "x"})
        await card.answered()
        form = await wire.press(card, "Form")
        await form.answered()

    for values in ({}, {"feeling": "Blue"}, {"feeling": "glad", "colour": "blue"}):
        with pytest.raises(LookupError):
            await wire.submit(form, values)


async def test_a_message_command_carries_its_message(wire: WireDiscord) -> None:
    message = wire.say("Is this jealousy?")

    async with BotProcess(wire, TALKER):
        exchange = await wire.message_command("Quote", message, locale="de")
        assert (await exchange.settled())["content"] == "> Is this jealousy?"

    assert exchange.payload["locale"] == "de"


async def test_a_typed_dm_is_answered_in_the_dm(wire: WireDiscord) -> None:
    async with BotProcess(wire, TALKER):
        exchange = await wire.dm_message(wire.member, "hello")
        await exchange.answered()

    assert exchange.data["content"] == "You wrote 5 letters."
    assert [post["content"] for post in wire.posts(wire.world.dm(wire.member))] == ["You wrote 5 letters."]


async def test_a_doubled_delivery_takes_one_answer_and_refuses_the_other(wire: WireDiscord) -> None:
    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "x"}, times=2)
        await exchange.until(lambda: exchange.callbacks and exchange.refused)

    assert len(exchange.callbacks) == 1
    assert exchange.refused == [40060]


async def test_a_late_delivery_cannot_be_answered(wire: WireDiscord) -> None:
    wire.world.answer_within = ANSWER_WITHIN
    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "x"}, late=3.5)
        await exchange.until(lambda: exchange.refused)

    assert exchange.refused == [10062]
    assert exchange.callbacks == []


# --- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["request", "answer"])
async def test_a_rate_limit_is_waited_out(wire: WireDiscord, lost: str) -> None:
    fault = wire.faults.add("POST", "/callback", 429, retry_after=0.05, after=lost == "answer")

    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "x"})
        await wire.until(lambda: len(wire.calls("POST", "/callback")) == 2)
        await exchange.answered()

    statuses = [call.status for call in wire.calls("POST", "/callback")]
    assert statuses == ([429, 400] if lost == "answer" else [429, 200])
    assert fault.hits == 1


async def test_a_ban_by_cloudflare_is_not_retried(wire: WireDiscord) -> None:
    wire.faults.add("POST", "/callback", 429, via=False, times=None)

    async with BotProcess(wire, RULER) as bot:
        exchange = await wire.slash("explain", {"topic": "x"})
        await bot.wrote("429 Too Many Requests")

    assert len(wire.calls("POST", "/callback")) == 1
    assert exchange.callbacks == []


async def test_a_server_error_is_retried(wire: WireDiscord) -> None:
    wire.faults.add("POST", "/callback", 500)

    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "x"})
        await exchange.answered()

    assert exchange.latency > 1, "discord.py waits a second before it asks again"


async def test_a_reset_is_not_retried_on_linux(wire: WireDiscord) -> None:
    wire.faults.add("POST", "/callback", reset=True)

    async with BotProcess(wire, RULER) as bot:
        exchange = await wire.slash("explain", {"topic": "x"})
        await bot.wrote("Connection reset by peer")

    assert exchange.callbacks == []


async def test_silence_lasts_until_released(wire: WireDiscord) -> None:
    fault = wire.faults.add("POST", "/callback", hang=True)

    async with BotProcess(wire, RULER):
        exchange = await wire.slash("explain", {"topic": "x"})
        await wire.until(lambda: wire.calls("POST", "/callback"))
        assert exchange.callbacks == []
        fault.release()
        await exchange.answered()


# --- connections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["close", "drop", "reconnect"])
async def test_what_was_missed_is_replayed_at_the_resume(wire: WireDiscord, way: str) -> None:
    async with BotProcess(wire, RULER):
        if way == "close":
            await wire.gateway.close(4000)
        elif way == "drop":
            wire.gateway.drop()
        else:
            wire.gateway.reconnect()
        exchange = await wire.slash("explain", {"topic": "x"})
        await exchange.answered()

    assert exchange.delivered == 0
    assert len(wire.gateway.resumes) == 1
    assert len(wire.gateway.identifies) == 1


async def test_an_invalid_session_is_begun_anew(wire: WireDiscord) -> None:
    async with BotProcess(wire, TALKER):
        wire.gateway.invalidate()
        lost = await wire.slash("explain", {"topic": "x"})
        await wire.until(lambda: len(wire.gateway.identifies) == 2)
        kept = await wire.slash("explain", {"topic": "x"})
        await kept.answered()

    assert lost.delivered == 0
    assert lost.callbacks == []


# --- processes ------------------------------------------------------------------------------------------------------


async def test_sigterm_ends_it_cleanly(wire: WireDiscord) -> None:
    async with BotProcess(wire, RULER) as bot:
        assert await bot.terminate() == 0

    assert wire.gateway.live() == []
    assert "Traceback" not in bot.stderr


async def test_a_killed_process_leaves_its_work_to_another(wire: WireDiscord) -> None:
    async with BotProcess(wire, RULER, name="first") as first, BotProcess(wire, RULER, name="second"):
        both = await wire.slash("explain", {"topic": "x"})
        await both.until(lambda: both.refused)
        await first.kill()
        await wire.until(lambda: not wire.gateway.live("first"))
        exchange = await wire.slash("explain", {"topic": "x"})
        await exchange.answered()

    assert both.delivered == 2
    assert exchange.delivered == 1
    assert exchange.callbacks[0].client == "second"
    assert await first.wait() == -9


async def test_a_process_that_fails_to_start_says_why(wire: WireDiscord) -> None:
    with pytest.raises(RuntimeError, match="LoginFailure"):
        async with BotProcess(wire, RULER, env={"DISCORD_TOKEN": "wrong"}):
            pass


async def test_memory_and_time_are_measured(wire: WireDiscord) -> None:
    async with BotProcess(wire, RULER) as bot:
        assert 10 << 20 < bot.rss_bytes() <= bot.rss_bytes(peak=True) < 1 << 30
        assert 0 < bot.cpu_seconds() < 60
        assert 0 < bot.ready_after < 15
