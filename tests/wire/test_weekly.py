"""Weekly prompts over a real connection: a crash may lose one and never doubles one, on any clock, by any process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.servers.settings import ServerRecord, WeeklyPrompt
from bot.services.servers.settings import ServerService
from tests.promises.conftest import home
from tests.promises.hosting import Clock, hosted
from tests.storage.conftest import postgresql, server

from .looks import find, texts
from .permissions import PIN
from .test_reminders import POSTS, Keep, keep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises.homes import Home

    from .discord_server import WireDiscord
    from .looks import Json

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["home", "keep", "postgresql", "server"]

YOURS = "Keep it to yourself, or talk if you like. People you love may be reading here."
REFLECT, PAUSE = "Reflect privately", "Pause weekly prompts (moderators)"


def came(wire: WireDiscord, channel: Json) -> list[Json]:
    return [one for one in wire.posts(channel) if YOURS in "\n".join(texts(one))]


async def set_due(keep: Keep, *channels: Json) -> None:
    """Set a prompt for each channel that fell due at the last full hour."""
    due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    before = due - timedelta(minutes=1)
    async with keep.opened() as storage:
        service = ServerService(
            storage.database, storage.noticeboard.servers, storage.moments, lambda: before, lambda *_: None
        )
        for channel in channels:
            weekly = WeeklyPrompt(channel=int(channel["id"]), day=due.weekday(), hour=due.hour)
            await service.update(int(channel["guild_id"]), lambda now, weekly=weekly: replace(now, weekly=weekly))


async def record(keep: Keep, wire: WireDiscord) -> ServerRecord:
    async with keep.opened() as storage:
        stores = storage.noticeboard
        service = ServerService(
            storage.database, stores.servers, storage.moments, lambda: datetime.now(UTC), lambda *_: None
        )
        return await service.load(int(wire.guild["id"]))


async def test_what_fell_due_while_the_bot_was_away_comes_once_and_its_buttons_work(
    wire: WireDiscord, keep: Keep
) -> None:
    await set_due(keep, wire.channel)
    async with keep.process(wire) as bot:
        await wire.until(lambda: came(wire, wire.channel))
        (message,) = came(wire, wire.channel)
        reflect = await wire.press(message, REFLECT)
        await reflect.settled()
        declined = await wire.press(message, PAUSE)
        await declined.settled()
        paused = await wire.press(message, PAUSE, user=wire.moderator, permissions=PIN)
        await paused.settled()
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert reflect.texts
    assert len(wire.posts(wire.channel)) == 1  # what Reflect opened is seen by one alone
    assert "for moderators" in "\n".join(declined.texts)
    assert "The weekly prompt is paused." in "\n".join(paused.texts)
    (call,) = wire.calls("POST", POSTS)
    assert (call.body["enforce_nonce"], len(call.body["nonce"])) == (True, 22)
    assert call.body["nonce"] in find(call.body, PAUSE)["custom_id"]
    assert await keep.sendings() == ["sent"]
    assert (await record(keep, wire)).settings.weekly.paused


async def test_killed_before_discord_took_it_it_is_sent_again_with_the_same_nonce(
    wire: WireDiscord, keep: Keep
) -> None:
    await set_due(keep, wire.channel)
    unheard = wire.faults.add(method="POST", path_regex=POSTS, hang=True)
    async with keep.process(wire) as bot:
        await wire.until(lambda: unheard.hits)
        await bot.kill()
    assert await keep.sendings() == ["sending"]

    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: came(wire, wire.channel))
        assert await bot.terminate() == 0
    unheard.release()

    first, second = wire.calls("POST", POSTS)
    assert first.body == second.body  # the same prompt, and the same nonce
    assert len(came(wire, wire.channel)) == 1
    assert await keep.sendings() == ["sent"]


async def test_killed_after_discord_took_it_it_is_found_and_not_sent_again(wire: WireDiscord, keep: Keep) -> None:
    await set_due(keep, wire.channel)
    unanswered = wire.faults.add(method="POST", path_regex=POSTS, hang=True, after=True)
    async with keep.process(wire) as bot:
        await wire.until(lambda: unanswered.hits and came(wire, wire.channel))
        await bot.kill()
    assert await keep.sendings() == ["sending"]

    wire.faults.clear()
    wire.world.post.nonces.clear()  # as if Discord had forgotten: what was sent has to be found
    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: any(call.status == 200 for call in wire.calls("GET", POSTS, "second")))
        assert await bot.terminate() == 0

    assert len(came(wire, wire.channel)) == 1
    assert wire.calls("POST", POSTS, "second") == []
    assert await keep.sendings() == ["sent"]


async def test_two_processes_send_each_prompt_once_even_when_one_is_killed(
    wire: WireDiscord, tmp_path: Path, pack: Path, postgresql: str
) -> None:
    keep = Keep(tmp_path, pack, postgresql)
    guilds = [wire.world.add_guild(f"Orchard {number}") for number in range(16)]
    channels = [wire.world.add_channel("square", one["id"]) for one in guilds]
    await set_due(keep, *channels)

    def done() -> int:
        return sum(bool(came(wire, one)) for one in channels)

    async with keep.process(wire, "one") as one, keep.process(wire, "two") as two:
        await wire.until(lambda: done() >= 5)
        sender = wire.calls("POST", POSTS)[0].client
        await (one if sender == "one" else two).kill()
        await wire.until(lambda: done() == len(channels), 30)
        await (two if sender == "one" else one).terminate()

    assert [len(came(wire, one)) for one in channels] == [1] * len(channels)
    assert {call.client for call in wire.calls("POST", POSTS)} == {"one", "two"}
    assert await keep.sendings() == ["sent"] * len(channels)


@pytest.mark.long
async def test_it_keeps_its_hour_over_the_night_the_clocks_go_back(wire: WireDiscord, home: Home) -> None:
    """A Sunday at 2 o'clock in Berlin, which comes twice that night: once, and a week later at 2 again."""
    clock = Clock(datetime(2026, 10, 24, 12, tzinfo=UTC))
    weekly = WeeklyPrompt(channel=int(wire.channel["id"]), day=6, hour=2, zone="Europe/Berlin")
    seen = list[datetime]()
    async with hosted(wire, home.settings(), clock) as host:
        servers = (await host.app.door.noticeboard()).servers
        await servers.update(int(wire.guild["id"]), lambda before: replace(before, weekly=weekly))
        end = datetime(2026, 11, 9, tzinfo=UTC)
        while clock.now < end:
            await host.round_of_jobs()
            if len(came(wire, wire.channel)) > len(seen):
                seen.append(clock.now)
            clock.turn(timedelta(hours=1))

    assert len(came(wire, wire.channel)) == 3
    assert seen == [
        datetime(2026, 10, 25, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 8, 1, tzinfo=UTC),
    ]
