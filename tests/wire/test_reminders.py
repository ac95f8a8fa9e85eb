"""Reminders over a real connection: a crash may lose one and never doubles one, whatever Discord or a process does."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.reminders.schedule import EveryWeeks
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.reminders.nudges import Nudges
from bot.services.reminders.sending import Sending
from bot.services.reminders.setting import Reminders
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import lease, occurrence, session
from tests.storage.conftest import postgresql, server
from tests.storage.world import rows

from .looks import find, texts
from .process import BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .discord_server import WireDiscord
    from .looks import Json

pytestmark = pytest.mark.usefixtures("forked")

__all__ = ["postgresql", "server"]

REMINDER = "Your reminder. Open it now, later, or not at all."
POSTS = r"/channels/\d+/messages$"
HALF_AN_HOUR = timedelta(minutes=30)


class Keep:
    """What members keep, set up before a bot starts and looked at after it ended."""

    def __init__(self, folder: Path, pack: Path, address: str | None = None) -> None:
        self.address = address or f"sqlite:///{folder / 'state' / 'bot.db'}"
        self.key, self.config, self._pack = folder / "keys" / "master.key", folder / "config.yaml", pack
        (folder / "state").mkdir()
        self.key.parent.mkdir()
        new_key_file(self.key)
        self.config.write_text(
            f"content: {pack}\nside_port: {{port: null}}\ncheck_ins: {{enabled: true}}\n"
            f"storage: {{database: '{self.address}', key_files: [{self.key}]}}\n"
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Storage]:
        storage = await open_storage(self.address, load_vault((self.key,)), datetime.now(UTC))
        yield storage
        await storage.close()

    async def remind(self, channels: dict[int, int], late: timedelta = HALF_AN_HOUR) -> None:
        """Set a weekly reminder for each user, so long ago that it is due; `channels` are their conversations."""
        set_at = datetime.now(UTC) - late - timedelta(minutes=1)
        async with self.opened() as storage:
            people = People(storage.members)
            reminders = Reminders(storage, people, ServedPack(self._pack, set_at), lambda: set_at)
            for user, channel in channels.items():
                async with storage.database.transaction() as tx:
                    await people.agree(tx, user, 1, set_at, keep=True)
                token = bytes(4) + secrets.token_bytes(12)  # no jitter
                await reminders.add(user, token, EveryWeeks(1), set_at + timedelta(minutes=1), channel)

    async def nudge(self, user: int, channel: int) -> None:
        """Set a nudge that is due, for someone who keeps nothing."""
        set_at = datetime.now(UTC) - HALF_AN_HOUR
        async with self.opened() as storage:
            nudges = Nudges(storage, People(storage.members), ServedPack(self._pack, set_at), lambda: set_at)
            await nudges.set(user, secrets.token_bytes(16), set_at + timedelta(minutes=1), channel)

    async def sendings(self) -> list[str]:
        """Give the states of what was sent."""
        async with self.opened() as storage:
            return sorted(row.state for row in await rows(storage.database, occurrence))

    def process(self, wire: WireDiscord, name: str = "bot") -> BotProcess:
        env = {"WIRE_SHARED": "1"} if self.address.startswith("postgresql") else {}
        return BotProcess(wire, "tests.wire.brisk_bot:main", "run", "--config", str(self.config), name=name, env=env)


@pytest.fixture
def keep(tmp_path: Path, content: Path) -> Keep:
    return Keep(tmp_path, content)


def conversation(wire: WireDiscord, user: Json) -> dict[int, int]:
    return {int(user["id"]): int(wire.world.dm(user)["id"])}


def came(wire: WireDiscord, user: Json) -> list[Json]:
    return [one for one in wire.posts(wire.world.dm(user)) if REMINDER in texts(one)]


async def settled(wire: WireDiscord, user: Json, count: int = 1) -> None:
    await wire.until(lambda: len(came(wire, user)) >= count)


def answered(wire: WireDiscord, method: str) -> bool:
    return any(call.status == 200 for call in wire.calls(method, POSTS))


async def another_round(wire: WireDiscord, keep: Keep) -> None:
    """Let a fresh process go through what was left, and then send one more that is due."""
    last = wire.world.person("Last")
    await keep.remind(conversation(wire, last))
    async with keep.process(wire, "later") as bot:
        await settled(wire, last)
        assert await bot.terminate() == 0


# --- one of each -----------------------------------------------------------------------------------------------------


async def test_a_reminder_that_fell_due_while_the_bot_was_away_comes_once(wire: WireDiscord, keep: Keep) -> None:
    await keep.remind(conversation(wire, wire.member))
    async with keep.process(wire) as bot:
        await settled(wire, wire.member)
        pressed = await wire.press(came(wire, wire.member)[0], "Later today")
        await pressed.settled()
        assert "You get this reminder again on" in "\n".join(texts(pressed.shown))
        assert await bot.terminate() == 0
        assert "Traceback" not in bot.stderr

    (call,) = wire.calls("POST", POSTS)
    assert (call.body["enforce_nonce"], len(call.body["nonce"])) == (True, 22)
    assert not call.body.get("flags", 0) & (1 << 12)  # with sound
    assert call.body["nonce"] in find(call.body, "Turn off reminders")["custom_id"]
    assert await keep.sendings() == ["sent"]


async def test_a_nudge_comes_once_and_its_row_goes(wire: WireDiscord, keep: Keep) -> None:
    ((user, channel),) = conversation(wire, wire.member).items()
    await keep.nudge(user, channel)
    async with keep.process(wire) as bot:
        await wire.until(lambda: wire.posts(wire.world.dm(wire.member)))
        later = await wire.press(wire.posts(wire.world.dm(wire.member))[0], "Turn off reminders")
        await later.settled()
        assert await bot.terminate() == 0

    assert (
        "You asked for a nudge around now. It can wait."
        in wire.calls("POST", POSTS)[0].body["components"][0]["content"]
    )
    async with keep.opened() as storage:
        assert await rows(storage.database, session) == []


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_messages_pause_it_and_are_told_of_at_the_next_use(
    wire: WireDiscord, keep: Keep, code: int
) -> None:
    await keep.remind(conversation(wire, wire.member))
    wire.close_dms(wire.member, code)
    async with keep.process(wire) as bot:
        await wire.until(lambda: wire.calls("POST", POSTS))
        wire.open_dms(wire.member)
        panel = await wire.slash("reminders")
        await panel.settled()
        assert await bot.terminate() == 0

    assert len(wire.calls("POST", POSTS)) == 1
    assert "I couldn't DM you, so your reminders are paused" in "\n".join(panel.texts)
    assert "Resume reminder 1" in panel.texts
    assert await keep.sendings() == []


async def test_a_conversation_that_is_gone_is_opened_anew_once(wire: WireDiscord, keep: Keep) -> None:
    await keep.remind({int(wire.member["id"]): 4242})
    async with keep.process(wire) as bot:
        await settled(wire, wire.member)
        assert await bot.terminate() == 0

    assert [call.status for call in wire.calls("POST", POSTS)] == [404, 200]
    assert len(wire.calls("POST", r"/users/@me/channels")) == 1
    assert await keep.sendings() == ["sent"]


async def test_more_than_two_hours_late_is_dropped_and_told_of(wire: WireDiscord, keep: Keep) -> None:
    await keep.remind(conversation(wire, wire.member), timedelta(hours=2, minutes=10))
    await keep.remind(conversation(wire, wire.moderator))
    async with keep.process(wire) as bot:
        await settled(wire, wire.moderator)
        panel = await wire.slash("reminders")
        await panel.settled()
        assert await bot.terminate() == 0

    assert came(wire, wire.member) == []
    assert "A reminder could not be sent when it was due, and is too late now." in "\n".join(panel.texts)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "code": 40003},
        {"status": 403, "code": 20026},
        {"status": 403, "code": 50001},
        {"status": 403, "code": 40002},
        {"status": 403, "via": False},
        {"status": 401},
        {"status": 503},
        {"status": 400, "code": 50035},
    ],
    ids=str,
)
async def test_what_is_not_about_the_member_is_tried_again(
    wire: WireDiscord, keep: Keep, fault: dict[str, Any]
) -> None:
    await keep.remind(conversation(wire, wire.member))
    await keep.remind(conversation(wire, wire.moderator))
    wire.faults.add(method="POST", path_regex=POSTS, times=2, **fault)
    async with keep.process(wire) as bot:
        await settled(wire, wire.member)
        await settled(wire, wire.moderator)
        panel = await wire.slash("reminders")
        await panel.settled()
        assert await bot.terminate() == 0

    assert [len(came(wire, one)) for one in (wire.member, wire.moderator)] == [1, 1]
    assert "could not be sent" not in "\n".join(panel.texts)
    assert await keep.sendings() == ["sent", "sent"]


# --- once, whatever happens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "after": True},
        {"reset": True, "after": True},
        {"reset": True},
        {"status": 429, "retry_after": 0.2},
        {"status": 503, "after": True},
    ],
    ids=str,
)
async def test_an_answer_that_is_lost_on_the_way_neither_loses_nor_doubles_it(
    wire: WireDiscord, keep: Keep, fault: dict[str, Any]
) -> None:
    await keep.remind(conversation(wire, wire.member))
    broken = wire.faults.add(method="POST", path_regex=POSTS, **fault)
    async with keep.process(wire) as bot:
        await wire.until(lambda: broken.hits)
        # Sent again, or looked for and found.
        await wire.until(lambda: answered(wire, "POST") or (answered(wire, "GET") and came(wire, wire.member)))
        assert await bot.terminate() == 0
    await another_round(wire, keep)

    assert len(came(wire, wire.member)) == 1
    to_her = wire.calls("POST", rf"/channels/{wire.world.dm(wire.member)['id']}/messages$")
    assert len({call.body["nonce"] for call in to_her}) == 1
    assert await keep.sendings() == ["sent", "sent"]


async def test_killed_after_discord_took_it_it_is_found_and_not_sent_again(wire: WireDiscord, keep: Keep) -> None:
    await keep.remind(conversation(wire, wire.member))
    unanswered = wire.faults.add(method="POST", path_regex=POSTS, hang=True, after=True)
    async with keep.process(wire) as bot:
        await wire.until(lambda: unanswered.hits and came(wire, wire.member))
        await bot.kill()
    assert await keep.sendings() == ["sending"]

    wire.faults.clear()
    wire.world.post.nonces.clear()  # as if Discord had forgotten: what was sent has to be found
    async with keep.process(wire, "second") as bot:
        await wire.until(lambda: wire.calls("GET", POSTS, "second"))
        assert await bot.terminate() == 0

    assert len(came(wire, wire.member)) == 1
    assert wire.calls("POST", POSTS, "second") == []
    assert await keep.sendings() == ["sent"]


async def test_killed_before_discord_took_it_it_is_sent_again_with_the_same_nonce(
    wire: WireDiscord, keep: Keep
) -> None:
    await keep.remind(conversation(wire, wire.member))
    unheard = wire.faults.add(method="POST", path_regex=POSTS, hang=True)
    async with keep.process(wire) as bot:
        await wire.until(lambda: unheard.hits)
        await bot.kill()
    assert await keep.sendings() == ["sending"]

    async with keep.process(wire, "second") as bot:
        await settled(wire, wire.member)
        assert await bot.terminate() == 0
    unheard.release()

    first, second = wire.calls("POST", POSTS)
    assert first.body["nonce"] == second.body["nonce"]
    assert len(came(wire, wire.member)) == 1
    assert await keep.sendings() == ["sent"]


@pytest.mark.parametrize(("newer", "comes"), [(0, 1), (20, 0)], ids=["nothing newer", "too much newer"])
async def test_what_was_begun_more_than_three_minutes_ago_goes_where_it_surely_did_not_arrive(
    wire: WireDiscord, keep: Keep, newer: int, comes: int
) -> None:
    for number in range(newer):
        wire.say(f"message {number}", channel=wire.world.dm(wire.member))
    await keep.remind(conversation(wire, wire.member))
    async with keep.opened() as storage:
        begun = datetime.now(UTC) - timedelta(minutes=4)
        sending = Sending(storage, People(storage.members), lambda: begun)
        (what,) = await sending.list_due("reminder")
        assert await sending.claim("reminder", what, begun)
    assert await keep.sendings() == ["sending"]

    await another_round(wire, keep)

    assert len(came(wire, wire.member)) == comes
    assert await keep.sendings() == ["sent"] * (1 + comes)  # the other member's, too


async def test_stopped_while_it_may_have_been_sent_it_is_not_sent_again(wire: WireDiscord, keep: Keep) -> None:
    await keep.remind(conversation(wire, wire.member))
    unheard = wire.faults.add(method="POST", path_regex=POSTS, hang=True)
    async with keep.process(wire) as bot:
        await wire.until(lambda: unheard.hits)
        panel = await wire.slash("reminders")
        await panel.settled()
        await (await wire.press(panel, "Turn off reminder 1")).settled()
        await bot.kill()
    await another_round(wire, keep)
    unheard.release()

    assert len(wire.calls("POST", rf"/channels/{wire.world.dm(wire.member)['id']}/messages$")) == 1
    assert came(wire, wire.member) == []
    assert await keep.sendings() == ["sent"]


async def test_two_processes_send_each_reminder_once_even_when_one_is_killed(
    wire: WireDiscord, tmp_path: Path, pack: Path, postgresql: str
) -> None:
    keep = Keep(tmp_path, pack, postgresql)
    people = [wire.world.person(f"Member {number}") for number in range(60)]
    await keep.remind({int(one["id"]): int(wire.world.dm(one)["id"]) for one in people})

    def done() -> int:
        return sum(bool(came(wire, one)) for one in people)

    async with keep.process(wire, "one") as one, keep.process(wire, "two") as two:
        await wire.until(lambda: done() >= 20)
        sender = wire.calls("POST", POSTS)[0].client
        await (one if sender == "one" else two).kill()
        await wire.until(lambda: done() == len(people), 30)
        await (two if sender == "one" else one).terminate()

    assert [len(came(wire, one)) for one in people] == [1] * len(people)
    assert {call.client for call in wire.calls("POST", POSTS)} == {"one", "two"}
    assert await keep.sendings() == ["sent"] * len(people)
    async with keep.opened() as storage:
        assert await rows(storage.database, lease) == []  # given up at the end, for others to go on at once
