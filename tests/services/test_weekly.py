"""Weekly prompts over real stores: claimed once, by one of several, and what became of each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.servers.settings import ServerRecord, ServerSettings, WeeklyPrompt
from bot.domain.servers.weekly import KEY, Posting, prompts_for_channels
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.reminders.sending import Sending
from bot.services.servers.settings import ServerService
from bot.services.servers.weekly import UnreadableError, Weekly
from bot.storage.storage import Storage
from bot.storage.tables import occurrence
from tests.conftest import PACK
from tests.storage.world import HERE, THERE, rows

CHANNEL = 300
SATURDAY_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 18, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@dataclass
class World:
    """The services with a clock that a test moves."""

    storage: Storage
    pack: ServedPack
    now: datetime = SATURDAY_NOON
    told: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores = self.storage.noticeboard
        self.servers = ServerService(self.storage.database, stores.servers, self.storage.moments, self.clock, self.hear)
        self.weekly = self.another()

    def another(self) -> Weekly:
        """As another process has it."""
        servers = self.storage.noticeboard.servers
        return Weekly(self.storage.database, servers, self.storage.occurrences, self.pack, self.clock)

    def clock(self) -> datetime:
        return self.now

    def hear(self, server: int, _: ServerSettings) -> None:
        self.told.append(server)

    async def set(self, server: int = HERE, **weekly: Any) -> ServerRecord:
        made = WeeklyPrompt(**{"channel": CHANNEL, **weekly})
        return await self.servers.update(server, lambda before: replace(before, weekly=made))

    async def claim(self) -> list[Posting]:
        found = [await self.weekly.claim(row, self.now) for row in await self.weekly.list_due()]
        return [one for one in found if one is not None]

    async def sendings(self) -> list[str]:
        return sorted(one.state for one in await rows(self.storage.database, occurrence))

    async def due(self) -> list[datetime | None]:
        stores = self.storage.noticeboard
        async with self.storage.database.reading() as tx:
            ids = await stores.servers.list_ids(tx, b"", 9)
            return [found.due for id_ in ids if (found := await stores.servers.get_by_id(tx, id_))]

    async def rewrite(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Change a server's document as somebody else would."""
        stores = self.storage.noticeboard
        async with self.storage.database.transaction() as tx:
            found = await stores.servers.get(tx, HERE)
            assert found is not None
            await stores.servers.update(tx, found, change(dict(found.document)), due=found.due, left=found.left)


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage, ServedPack(PACK, SATURDAY_NOON))


async def test_it_is_claimed_once_when_it_is_due_and_the_next_is_noted(world: World) -> None:
    await world.set()
    assert await world.claim() == []

    world.now = SUNDAY
    (posting,) = await world.claim()

    assert (posting.server, posting.claimed.channel, posting.wanted) == (HERE, CHANNEL, True)
    assert posting.claimed.prompt in {prompt.id for _, prompt in prompts_for_channels(world.pack.library, None)}
    assert await world.due() == [SUNDAY + WEEK]
    assert await world.claim() == []
    assert await world.sendings() == ["sending"]
    await world.weekly.note_sent(posting)
    assert await world.sendings() == ["sent"]
    assert await world.weekly.list_unfinished() == []


async def test_of_several_processes_one_claims_it(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (row,) = await world.weekly.list_due()

    claimed = await asyncio.gather(*(world.another().claim(row, world.now) for _ in range(8)))

    assert len([one for one in claimed if one is not None]) == 1
    assert await world.sendings() == ["sending"]


async def test_what_was_begun_is_gone_on_with_as_it_was_chosen(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()

    assert await world.another().list_unfinished() == [posting]
    await world.another().drop(posting)
    assert await world.sendings() == []
    assert await world.weekly.list_unfinished() == []


async def test_a_theme_is_kept_to_and_no_prompt_comes_twice_before_all_came(world: World) -> None:
    theme, offered = next(
        (theme, prompts)
        for theme in world.pack.library.themes
        if len(prompts := [one.id for _, one in prompts_for_channels(world.pack.library, theme)]) > 1
    )
    await world.set(theme=theme)
    came = list[str]()
    for week in range(2 * len(offered)):
        world.now = SUNDAY + week * WEEK
        (posting,) = await world.claim()
        came.append(posting.claimed.prompt)
        await world.weekly.note_sent(posting)

    assert sorted(came[: len(offered)]) == sorted(came[len(offered) :]) == sorted(offered)


async def test_more_than_two_hours_late_it_is_let_go_and_the_next_comes(world: World) -> None:
    await world.set()
    world.now = SUNDAY + timedelta(hours=2, seconds=1)

    assert await world.claim() == []
    assert await world.sendings() == []
    assert await world.due() == [SUNDAY + WEEK]
    world.now = SUNDAY + WEEK + timedelta(hours=2)
    assert len(await world.claim()) == 1


async def test_paused_none_is_due_and_what_was_begun_is_no_longer_wanted(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()
    await world.set(paused=True)

    assert await world.due() == [None]
    (found,) = await world.weekly.list_unfinished()
    assert found == replace(posting, wanted=False)
    await world.set(channel=CHANNEL + 1)
    assert [one.wanted for one in await world.weekly.list_unfinished()] == [False]


async def test_where_the_bot_has_left_none_is_wanted(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()
    leaving = world.servers.leaving
    await leaving.compare(await leaving.list_known(), set(), world.now)

    assert await world.due() == [None]
    assert await world.weekly.list_unfinished() == [replace(posting, wanted=False)]


async def test_a_theme_without_prompts_for_channels_pauses_it_and_says_so(world: World) -> None:
    await world.set(theme="no-such-theme")
    world.now = SUNDAY

    assert await world.claim() == []
    record = await world.servers.load(HERE)
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "no_prompt")
    assert await world.due() == [None]


async def test_what_discord_refused_pauses_it_and_its_prompt_may_come_again(world: World) -> None:
    before = await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()
    await world.weekly.halt(posting, "permission_lost")

    record = await world.servers.load(HERE)
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "permission_lost")
    assert record.version > before.version  # a screen drawn before is stale
    assert await world.due() == [None]
    assert await world.sendings() == []
    world.now += timedelta(hours=1)
    await world.set()  # as Go on does
    assert (await world.servers.load(HERE)).weekly_trouble is None
    assert await world.due() == [SUNDAY + WEEK]


async def test_what_was_set_anew_meanwhile_is_not_paused_by_what_was_refused_before(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()
    await world.set(channel=CHANNEL + 1)
    await world.weekly.halt(posting, "channel_gone")

    record = await world.servers.load(HERE)
    assert (record.settings.weekly.paused, record.weekly_trouble) == (False, None)
    assert await world.due() == [SUNDAY + WEEK]


async def test_changing_settings_keeps_what_came_and_the_other_way_round(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()
    await world.servers.update(HERE, lambda before: replace(before, shown="nowhere", age_restricted_only=True))

    (found,) = await world.weekly.list_unfinished()
    assert found == replace(posting, age_restricted_only=True)
    assert (await world.servers.load(HERE)).settings.shown == "nowhere"


async def test_what_cannot_be_read_holds_no_other_up(world: World) -> None:
    await world.set()
    await world.set(THERE, channel=CHANNEL + 9)
    world.now = SUNDAY
    await world.rewrite(lambda document: {**document, KEY: {"claimed": {"token": "no"}}})

    claimed = list[int]()
    for row in await world.weekly.list_due():
        try:
            posting = await world.weekly.claim(row, world.now)
        except UnreadableError:
            continue
        assert posting is not None
        claimed.append(posting.server)

    assert claimed == [THERE]


async def test_a_claim_nobody_can_tell_anything_of_is_forgotten(world: World) -> None:
    await world.set()
    world.now = SUNDAY
    await world.claim()
    await world.rewrite(lambda document: {**document, KEY: None})

    assert await world.weekly.list_unfinished() == []
    assert await world.sendings() == []


async def test_reminders_leave_weekly_prompts_alone(world: World) -> None:
    """Both note their sendings in one table, and forget those they know nothing of."""
    await world.set()
    world.now = SUNDAY
    (posting,) = await world.claim()

    assert await Sending(world.storage, People(world.storage.members), world.clock).list_unfinished() == []
    assert await world.weekly.list_unfinished() == [posting]


async def test_a_server_takes_prompts_of_its_own_pages(storage: Storage, pack: Path) -> None:
    folder = pack.parent / "servers" / str(HERE) / "prompts"
    folder.mkdir(parents=True)
    (folder / "our-evenings.yaml").write_text(
        "id: our-evenings\nname: Our evenings\ngroup: other\nabout: compersion\nprompts:\n"
        "  - {id: our-evenings-1, text: What is a good evening here?, weight: gentle, weekly: true}\n"
        "  - {id: our-evenings-2, text: What makes it easy to stay?, weight: gentle}\n"
    )
    world = World(storage, ServedPack(pack, SATURDAY_NOON))
    assert world.pack.own_pages.problems == ()
    await world.set(theme="our-evenings")
    await world.set(THERE, theme="our-evenings")
    world.now = SUNDAY

    (posting,) = await world.claim()

    assert (posting.server, posting.claimed.prompt) == (HERE, "our-evenings-1")
    assert (await world.servers.load(THERE)).weekly_trouble == "no_prompt"
