"""One account that asks for more than it can have under way: told so, while help and everybody else are answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.cogs.presses import MOST_AT_ONCE

from .exchange import PATIENCE
from .process import BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .discord_server import WireDiscord
    from .exchange import Exchange

pytestmark = pytest.mark.usefixtures("forked")

WAIT = "I am still working on other things you asked for."
CALLBACKS = r"/interactions/\d+/[^/]+/callback$"


@pytest_asyncio.fixture
async def bot(wire: WireDiscord, tmp_path: Path, pack: Path) -> AsyncIterator[BotProcess]:
    config = tmp_path / "config.yaml"
    config.write_text(f"content: {pack}\nside_port: {{port: null}}\n")
    async with BotProcess(wire, "bot.__main__:main", "run", "--config", str(config)) as process:
        yield process
        assert await process.terminate() == 0


async def card(wire: WireDiscord, **delivery: Any) -> Exchange:
    return await wire.slash("explain", {"topic": "compersion"}, **delivery)


@pytest.mark.usefixtures("bot")
async def test_more_at_once_than_fits_waits_and_help_and_others_do_not(wire: WireDiscord) -> None:
    opened = await card(wire, user=wire.moderator)  # whose own count it may still be in when the others come
    await opened.settled()
    unanswered = wire.faults.add(method="POST", path_regex=CALLBACKS, times=MOST_AT_ONCE, hang=True)
    for _ in range(MOST_AT_ONCE):
        await card(wire)
    await wire.until(lambda: unanswered.hits == MOST_AT_ONCE)

    refused = [await card(wire), await wire.press(opened, "Reflect on this", user=wire.member)]
    typed = await wire.autocomplete("explain", "topic", {"topic": "comp"})
    helped = [await wire.slash("support"), await wire.press(opened, "Support", user=wire.member)]
    other = await card(wire, user=wire.moderator)
    for one in (*refused, typed, *helped, other):
        await one.answered()
    unanswered.release()

    assert [any(WAIT in line for line in one.texts) for one in (*refused, *helped, other)] == [True] * 2 + [False] * 3
    assert typed.choices == []
    assert all("findahelpline" in str(one.data) for one in helped)


@pytest.mark.usefixtures("bot")
async def test_once_answered_there_is_room_again(wire: WireDiscord) -> None:
    unanswered = wire.faults.add(method="POST", path_regex=CALLBACKS, times=MOST_AT_ONCE, hang=True)
    waiting = [await card(wire) for _ in range(MOST_AT_ONCE)]
    await wire.until(lambda: unanswered.hits == MOST_AT_ONCE)
    unanswered.release()
    for one in waiting:
        await one.answered()

    async with asyncio.timeout(PATIENCE):
        while True:  # an answer arrives a moment before the bot counts it as given
            again = await card(wire)
            await again.answered()
            if WAIT not in "\n".join(again.texts):
                break
