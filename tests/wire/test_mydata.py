"""Exports and clearings over a real connection: closed messages, processes that die, what is finished by the next."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.storage.tables import session
from tests.storage.world import rows

from .looks import texts
from .test_reminders import Keep, keep

if TYPE_CHECKING:
    from .discord_server import WireDiscord
    from .looks import Json

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["keep"]

EPHEMERAL = 1 << 6
FILE = r"/channels/\d+/messages/\d+$"


async def time_goes_by(keep: Keep) -> None:
    """Let everything that waits for its time be due."""
    async with keep.opened() as storage, storage.database.transaction() as tx:
        await tx.execute(update(session).values(due=datetime.now(UTC) - timedelta(seconds=1)))


async def errands(keep: Keep) -> int:
    async with keep.opened() as storage:
        return len(await rows(storage.database, session))


def names_in(wire: WireDiscord, message: Json) -> list[str]:
    (attachment,) = message["attachments"]
    with zipfile.ZipFile(io.BytesIO(wire.content(attachment))) as packed:
        return sorted(packed.namelist())


async def test_with_closed_messages_the_file_comes_in_place_and_leaves_no_errand(wire: WireDiscord, keep: Keep) -> None:
    wire.close_dms(wire.member)
    async with keep.process(wire) as bot:
        answer = await wire.slash("mydata export")
        await answer.settled()
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    assert answer.shown["flags"] & EPHEMERAL
    assert names_in(wire, answer.shown) == ["entries.json", "journal.html"]
    assert "I can't DM you, so it's here." in "\n".join(texts(answer.shown))
    assert await errands(keep) == 0


async def test_a_file_sent_before_a_restart_goes_when_its_hour_is_over(wire: WireDiscord, keep: Keep) -> None:
    async with keep.process(wire) as bot:
        answer = await wire.slash("mydata export")
        await answer.settled()
        await wire.until(lambda: wire.posts(wire.world.dm(wire.member))[0]["attachments"])
        assert await bot.terminate() == 0
    await time_goes_by(keep)

    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: not wire.posts(wire.world.dm(wire.member)))
        assert await bot.terminate() == 0

    assert await errands(keep) == 0


async def test_killed_before_it_noted_where_the_file_is_the_next_one_finds_it(wire: WireDiscord, keep: Keep) -> None:
    unanswered = wire.faults.add(method="PATCH", path_regex=FILE, hang=True, after=True)
    async with keep.process(wire) as bot:
        await wire.slash("mydata export")
        await wire.until(lambda: unanswered.hits and wire.posts(wire.world.dm(wire.member))[0]["attachments"])
        await bot.kill()
    wire.faults.clear()
    unanswered.release()
    assert await errands(keep) == 1
    await time_goes_by(keep)

    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: not wire.posts(wire.world.dm(wire.member)))
        assert await bot.terminate() == 0

    assert await errands(keep) == 0


async def test_a_clearing_killed_on_the_way_is_finished_by_the_next_process(wire: WireDiscord, keep: Keep) -> None:
    channel = wire.world.dm(wire.member)
    scene = wire.world.scene(user=wire.member, channel=channel)
    for number in range(30):
        author = wire.member if number % 6 == 0 else wire.world.bot
        wire.world.post.create(scene, {"content": f"message {number}"}, author=author)
    async with keep.process(wire) as bot:
        panel = await wire.slash("mydata show")
        await panel.settled()
        asked = await wire.press(panel, "Delete the bot's messages")
        await asked.settled()
        await wire.press(asked, "Yes, delete the bot's messages")
        await wire.until(lambda: len(wire.calls("DELETE", FILE)) >= 12, 30)
        await bot.kill()
    assert len(wire.posts(channel)) > 5
    assert await errands(keep) == 1
    await time_goes_by(keep)

    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: not wire.posts(channel), 30)
        await wire.until(lambda: len(wire.calls("GET", r"/channels/\d+/messages$", "second")) >= 2)
        assert await bot.terminate() == 0

    left = wire.world.post.messages[channel["id"]].values()
    assert [one["content"] for one in left] == [f"message {number}" for number in range(0, 30, 6)]
    assert await errands(keep) == 0


async def test_a_file_brought_in_waits_sealed_over_a_restart(wire: WireDiscord, keep: Keep) -> None:
    whole = {
        "format": "compersion-check-ins",
        "version": 1,
        "entries": [
            {
                "started": "2026-01-05T10:00:00+01:00",
                "ended": "2026-01-05T10:04:00+01:00",
                "answers": [{"step": "note", "question": "Anything to remember?", "text": "Tea helped."}],
            }
        ],
    }
    file = wire.upload("entries.json", json.dumps(whole).encode())
    async with keep.process(wire) as bot:
        asked = await wire.slash("mydata import", {"file": file})
        await asked.settled()
        await bot.kill()
    assert "Check-ins in this file: 1" in "\n".join(texts(asked.shown))

    async with keep.process(wire, "second") as bot:
        taken = await wire.press(asked, "I am 18 or older: import them")
        await taken.settled()
        shown = await wire.slash("mydata show")
        await shown.settled()
        assert await bot.terminate() == 0
        assert "Tea helped" not in bot.stderr + bot.stdout

    assert "Imported: 1." in "\n".join(texts(taken.shown))
    assert "Check-ins you kept: 1" in "\n".join(texts(shown.shown))
    assert await errands(keep) == 0
