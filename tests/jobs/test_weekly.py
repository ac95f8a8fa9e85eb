"""The weekly job against a loopback Discord: once whatever happens, and paused where Discord refuses it."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.servers.settings import ServerRecord, WeeklyPrompt
from bot.domain.servers.weekly import Posting, next_due, prompt_of
from bot.domain.trusted_time import SimulatedClock
from bot.jobs.weekly import WeeklyJob
from bot.services.leasing import Lease
from bot.services.noticeboard import Parts, assemble_noticeboard
from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from bot.storage.tables import occurrence
from tests.jobs.hanging import Clock, Wall, hanging, said
from tests.storage.world import NOW, rows
from tests.wire import permissions as may
from tests.wire.looks import Json

YOURS = "Keep it to yourself, or talk if you like. People you love may be reading here."
POSTS = r"/channels/\d+/messages$"
MINUTE = timedelta(minutes=1)


@dataclass
class Square:
    """A server's channel for prompts, and the job of one process."""

    wall: Wall

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget whatever a process has in its memory."""
        storage, clock = self.wall.storage, self.wall.clock
        parts = Parts(storage.database, storage.leases, storage.moments, storage.occurrences, storage.noticeboard)
        self.board = assemble_noticeboard(parts, self.wall.pack, clock, lambda *_: None)
        self.job = WeeklyJob(self.wall.pack, self.wall.client, pace=0)
        self.lease = Lease(storage, "weekly", secrets.token_bytes(16), SimulatedClock(clock))

    @property
    def clock(self) -> Clock:
        return self.wall.clock

    async def set(self, channel: Json | None = None, server: Json | None = None, **more: Any) -> datetime:
        """Set a prompt for a channel, and let time pass until it is due."""
        where, guild = channel or self.wall.wire.channel, server or self.wall.wire.guild
        weekly = WeeklyPrompt(channel=int(where["id"]), day=self.clock().weekday(), hour=(self.clock().hour + 1) % 24)
        if weekly.hour == 0:
            weekly = replace(weekly, day=(weekly.day + 1) % 7)
        await self.board.servers.update(int(guild["id"]), lambda before: replace(before, weekly=weekly, **more))
        due = next_due(weekly, self.clock())
        assert due is not None
        return due

    async def set_and_wait(self, **more: Any) -> None:
        due = await self.set(**more)
        self.clock.go_on(due - self.clock())

    async def round(self) -> None:
        await self.job.run(self.board, self.lease)

    async def claim(self) -> Posting:
        """Claim what is due, as a process does that then dies."""
        (row,) = await self.board.weekly.list_due()
        posting = await self.board.weekly.claim(row, self.clock())
        assert posting is not None
        return posting

    async def record(self, server: Json | None = None) -> ServerRecord:
        return await self.board.servers.load(int((server or self.wall.wire.guild)["id"]))

    async def sendings(self) -> list[str]:
        return sorted(one.state for one in await rows(self.wall.storage.database, occurrence))

    def came(self, channel: Json | None = None) -> list[Json]:
        return [one for one in self.wall.wire.posts(channel or self.wall.wire.channel) if YOURS in said(one)]


@pytest.fixture
async def square(embedded: Storage, content: Path) -> AsyncIterator[Square]:
    async with hanging(embedded, ServedPack(content, NOW)) as wall:
        yield Square(wall)


async def test_it_comes_once_and_pings_nobody(square: Square) -> None:
    await square.set_and_wait()
    await square.round()
    await square.round()
    square.restart()
    square.clock.go_on(MINUTE)
    await square.round()

    assert len(square.came()) == 1
    (call,) = square.wall.wire.calls("POST", POSTS)
    assert call.body["allowed_mentions"]["parse"] == []
    assert call.body["enforce_nonce"]
    assert await square.sendings() == ["sent"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "after": True},
        {"status": 502},
        {"reset": True, "after": True},
        {"reset": True},
        {"status": 429, "retry_after": 0.2},
        {"status": 503, "after": True},
        {"status": 503},
    ],
    ids=str,
)
async def test_an_answer_that_is_lost_neither_loses_nor_doubles_it(square: Square, fault: dict[str, Any]) -> None:
    await square.set_and_wait()
    broken = square.wall.wire.faults.add(method="POST", path_regex=POSTS, **fault)
    await square.round()
    assert broken.hits == 1
    square.restart()
    square.clock.go_on(MINUTE)
    await square.round()

    assert len(square.came()) == 1
    assert len({call.body["nonce"] for call in square.wall.wire.calls("POST", POSTS)}) == 1
    assert await square.sendings() == ["sent"]
    assert not (await square.record()).settings.weekly.paused


async def test_what_arrived_is_found_among_what_members_wrote_since(square: Square) -> None:
    await square.set_and_wait()
    wire = square.wall.wire
    wire.faults.add(method="POST", path_regex=POSTS, reset=True, after=True)
    await square.round()
    assert await square.sendings() == ["sending"]
    for number in range(19):
        wire.say(f"an answer {number}")
    wire.world.post.nonces.clear()  # as if Discord had forgotten: what was sent has to be found
    square.clock.go_on(4 * MINUTE)
    await square.round()

    assert len(square.came()) == 1
    assert await square.sendings() == ["sent"]


async def test_what_did_not_arrive_is_sent_again_and_let_go_after_two_hours(square: Square) -> None:
    await square.set_and_wait()
    posting = await square.claim()
    square.clock.go_on(2 * MINUTE)
    await square.round()
    (message,) = square.came()
    found = prompt_of(square.wall.pack.library, posting.claimed.prompt)
    assert found is not None
    assert found[1].text in said(message)
    assert await square.sendings() == ["sent"]

    square.wall.wire.world.post.messages[message["channel_id"]].clear()
    await square.set_and_wait()
    await square.claim()
    square.clock.go_on(120 * MINUTE)
    await square.round()
    assert square.came() == []
    assert await square.sendings() == ["sent"]  # the first


async def test_where_it_cannot_be_told_whether_it_arrived_it_is_let_go_after_three_minutes(square: Square) -> None:
    await square.set_and_wait()
    await square.claim()
    for number in range(20):  # as many as are looked at
        square.wall.wire.say(f"message {number}", channel=square.wall.wire.channel)
    square.clock.go_on(3 * MINUTE)

    await square.round()

    assert square.came() == []
    assert await square.sendings() == []


async def test_paused_after_it_was_claimed_it_is_not_sent(square: Square) -> None:
    await square.set_and_wait()
    await square.claim()
    server = int(square.wall.wire.guild["id"])
    await square.board.servers.update(server, lambda one: replace(one, weekly=replace(one.weekly, paused=True)))
    await square.round()

    assert square.wall.wire.calls("POST", POSTS) == []
    assert await square.sendings() == []


async def test_while_discord_cannot_be_had_it_is_not_given_up_and_after_two_hours_it_is(square: Square) -> None:
    await square.set_and_wait()
    await square.claim()
    square.wall.wire.faults.add(method="GET", path_regex=POSTS, reset=True, times=None)
    square.clock.go_on(60 * MINUTE)
    await square.round()
    assert await square.sendings() == ["sending"]

    square.clock.go_on(61 * MINUTE)
    await square.round()
    assert await square.sendings() == []
    assert square.wall.wire.calls("POST", POSTS) == []


async def test_a_channel_that_is_gone_pauses_it_once_and_messages_nobody(square: Square) -> None:
    await square.set_and_wait()
    square.wall.wire.world.delete_channel(square.wall.wire.channel)
    await square.round()
    square.clock.go_on(timedelta(weeks=1))
    await square.round()

    record = await square.record()
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "channel_gone")
    assert len(square.wall.wire.calls("POST", "")) == 1
    assert await square.sendings() == []


@pytest.mark.parametrize("lost", [may.VIEW, may.SEND])
async def test_a_permission_that_is_lost_pauses_it_and_going_on_sends_the_next(square: Square, lost: int) -> None:
    wire = square.wall.wire
    await square.set_and_wait()
    wire.world.overwrite(wire.channel, wire.world.bot, deny=lost)
    await square.round()

    record = await square.record()
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "permission_lost")
    wire.world.overwrite(wire.channel, wire.world.bot, allow=lost)
    square.clock.go_on(60 * MINUTE)
    await square.set_and_wait()
    assert (await square.record()).weekly_trouble is None
    await square.round()
    assert len(square.came()) == 1


async def test_a_filter_of_the_server_is_told_as_a_refusal(square: Square) -> None:
    await square.set_and_wait()
    square.wall.wire.faults.add(method="POST", path_regex=POSTS, code=200000)
    await square.round()

    assert (await square.record()).weekly_trouble == "refused"


async def test_a_server_that_was_left_is_not_tried_every_round(square: Square) -> None:
    await square.set_and_wait()
    square.wall.wire.world.leave(square.wall.wire.guild)
    for _ in range(3):
        await square.round()

    assert len(square.wall.wire.calls("POST", POSTS)) == 1
    assert (await square.record()).settings.weekly.paused


async def test_where_only_age_restricted_channels_are_allowed_the_channel_is_asked(square: Square) -> None:
    wire = square.wall.wire
    await square.set_and_wait(age_restricted_only=True)
    await square.round()
    record = await square.record()
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "not_age_restricted")
    assert square.came() == []

    wire.world.change_channel(wire.channel, nsfw=True)
    square.clock.go_on(60 * MINUTE)
    await square.set_and_wait()
    await square.round()
    assert len(square.came()) == 1


async def test_one_channel_that_does_not_answer_holds_no_other_up(square: Square) -> None:
    wire = square.wall.wire
    await square.set()
    others = [wire.world.add_guild(f"Orchard {number}") for number in range(3)]
    channels = [wire.world.add_channel("square", one["id"]) for one in others]
    for guild, channel in zip(others, channels, strict=True):
        due = await square.set(channel, guild)
    square.clock.go_on(due - square.clock())
    wire.faults.add(path_regex=f"/channels/{wire.channel['id']}/messages", reset=True, times=None)
    await square.round()
    await square.round()

    assert [len(square.came(one)) for one in channels] == [1, 1, 1]
    assert square.came() == []
    assert await square.sendings() == ["sending", "sent", "sent", "sent"]


async def test_when_discord_takes_nothing_at_all_what_is_not_begun_stays_due(square: Square) -> None:
    wire = square.wall.wire
    guilds = [wire.world.add_guild(f"Orchard {number}") for number in range(8)]
    channels = [wire.world.add_channel("square", one["id"]) for one in guilds]
    for guild, channel in zip(guilds, channels, strict=True):
        due = await square.set(channel, guild)
    square.clock.go_on(due - square.clock())
    wire.faults.add(path_regex=POSTS, reset=True, times=None)
    await square.round()
    await square.round()
    assert len(await square.sendings()) == 5

    wire.faults.clear()
    square.clock.go_on(60 * MINUTE)
    await square.round()
    assert [len(square.came(one)) for one in channels] == [1] * 8
    assert await square.sendings() == ["sent"] * 8
