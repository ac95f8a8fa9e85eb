"""What servers set, on both engines: two moderators at once, what lookups get to see, showings, and leaving."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.servers.settings import DEFAULTS, ServerRecord, ServerSettings, WeeklyPrompt
from bot.errors import StorageError
from bot.services.servers.settings import ServerService
from bot.services.servers.showings import ShowingCounts
from bot.services.servers.view import CachedView
from bot.storage.ids import PostingId, new_id
from bot.storage.storage import Storage
from bot.storage.tables import deed, occurrence, posting, server, server_key, showing
from tests.storage.world import NOW, rows

HERE, THERE, CHANNEL = 700_000_000_000_000_001, 700_000_000_000_000_002, 700_000_000_000_000_003
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Board:
    """The services of servers over real stores, as one process has them, with a clock to set forward."""

    storage: Storage
    now: datetime = NOW
    told: list[tuple[int, ServerSettings]] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores, database = self.storage.noticeboard, self.storage.database
        self.view = CachedView(self.open, self.clock, patience=5.0)
        self.servers = ServerService(database, stores.servers, self.storage.moments, self.clock, self.take)
        self.showings = ShowingCounts(database, stores.showings, self.clock)

    def clock(self) -> datetime:
        return self.now

    async def open(self) -> "Board":
        return self

    def take(self, where: int, settings: ServerSettings) -> None:
        self.told.append((where, settings))
        self.view.take(where, settings)


@pytest.fixture
def board(storage: Storage) -> Board:
    return Board(storage)


def shown_nowhere(settings: ServerSettings) -> ServerSettings:
    return replace(settings, shown="nowhere")


def weekly(**chosen: object) -> Callable[[ServerSettings], ServerSettings]:
    return lambda settings: replace(settings, weekly=replace(settings.weekly, **chosen))


# --- settings --------------------------------------------------------------------------------------------------------


async def test_settings_are_kept_and_another_process_reads_them(board: Board) -> None:
    assert await board.servers.load(HERE) == ServerRecord()
    assert await rows(board.storage.database, server) == [], "looking at settings keeps nothing"

    record, done = await board.servers.change(HERE, 0, shown_nowhere)

    assert done
    assert record.version == 1
    assert await Board(board.storage).servers.load(HERE) == record
    assert await board.servers.load(THERE) == ServerRecord()


async def test_of_two_moderators_at_once_the_second_sees_what_the_first_set(board: Board) -> None:
    first, second = await asyncio.gather(
        board.servers.change(HERE, 0, shown_nowhere),
        Board(board.storage).servers.change(HERE, 0, lambda now: replace(now, visible="channel")),
    )

    assert sorted([first[1], second[1]]) == [False, True]
    assert first[0] == second[0] == await board.servers.load(HERE)
    assert first[0].version == 1


async def test_a_change_to_what_is_set_already_is_no_change(board: Board) -> None:
    record, done = await board.servers.change(HERE, 0, lambda settings: settings)

    assert done
    assert record == ServerRecord()
    assert await rows(board.storage.database, server) == []


async def test_when_the_prompt_is_due_follows_its_setting_and_nothing_else(board: Board) -> None:
    async def due() -> object:
        (row,) = await rows(board.storage.database, server)
        return row.due

    await board.servers.update(HERE, weekly(channel=CHANNEL))
    first = await due()
    board.now += DAY * 3
    await board.servers.update(HERE, shown_nowhere)
    assert first is not None
    assert await due() == first

    await board.servers.update(HERE, weekly(paused=True))
    assert await due() is None
    await board.servers.update(HERE, weekly(paused=False))
    assert await due() is not None
    await board.servers.update(HERE, weekly(channel=None))
    assert await due() is None


async def test_a_trouble_is_noted_without_making_a_screen_stale(board: Board) -> None:
    await board.servers.update(HERE, weekly(channel=CHANNEL))

    await board.servers.note(HERE, lambda record: replace(record, weekly_trouble="channel_gone"))
    record, done = await board.servers.change(HERE, 1, weekly(channel=CHANNEL + 1))

    assert done
    assert record.weekly_trouble is None


async def test_what_others_keep_in_the_servers_document_stays(board: Board) -> None:
    stores, database = board.storage.noticeboard, board.storage.database
    async with database.transaction() as tx:
        await stores.servers.add(tx, HERE, {"asked": ["a-prompt"]}, NOW)

    await board.servers.update(HERE, shown_nowhere)

    async with database.reading() as tx:
        row = await stores.servers.get(tx, HERE)
    assert row is not None
    assert row.document["asked"] == ["a-prompt"]


# --- the view that lookups have --------------------------------------------------------------------------------------


async def test_what_this_process_changes_is_seen_at_once_and_what_another_changes_within_a_minute(board: Board) -> None:
    other = Board(board.storage)
    assert await board.view.settings(HERE) == DEFAULTS

    await board.servers.update(HERE, shown_nowhere)
    assert (await board.view.settings(HERE)).shown == "nowhere"

    await other.servers.update(HERE, lambda now: replace(now, shown="anywhere"))
    assert (await board.view.settings(HERE)).shown == "nowhere", "at hand, without asking"
    board.now += timedelta(minutes=1)
    assert (await board.view.settings(HERE)).shown == "anywhere"


async def test_outside_of_servers_the_defaults_hold(board: Board) -> None:
    assert await board.view.settings(None) == DEFAULTS


async def test_a_lookup_does_not_wait_for_a_slow_database_and_the_reading_is_not_lost(storage: Storage) -> None:
    board, ready = Board(storage), asyncio.Event()
    await board.servers.update(HERE, shown_nowhere)

    async def open_late() -> Board:
        await ready.wait()
        return board

    view = CachedView(open_late, board.clock, patience=0.01)

    assert await view.settings(HERE) == DEFAULTS
    assert (await view.count_showing(CHANNEL, "compersion")).allowed
    ready.set()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert (await view.settings(HERE)).shown == "nowhere"


async def test_where_storage_cannot_be_had_nothing_is_raised_and_what_was_known_holds(board: Board) -> None:
    async def open_never() -> Board:
        raise StorageError("The disk is gone.")

    view = CachedView(open_never, board.clock)
    assert await view.settings(HERE) == DEFAULTS
    assert (await view.count_showing(CHANNEL, "compersion")).allowed

    view.take(HERE, replace(DEFAULTS, shown="nowhere"))
    board.now += DAY
    assert (await view.settings(HERE)).shown == "nowhere"


async def test_a_change_made_while_settings_are_read_is_not_undone_by_the_reading(board: Board) -> None:
    read, go_on = asyncio.Event(), asyncio.Event()

    class Slow(ServerService):
        """The service of a process whose answers arrive late."""

        async def load(self, server: int) -> ServerRecord:
            record = await super().load(server)
            read.set()
            await go_on.wait()
            return record

    stores, database = board.storage.noticeboard, board.storage.database
    board.servers = Slow(database, stores.servers, board.storage.moments, board.clock, board.take)

    asking = asyncio.create_task(board.view.settings(HERE))
    await read.wait()
    await board.servers.update(HERE, shown_nowhere)
    go_on.set()
    await asking

    assert (await board.view.settings(HERE)).shown == "nowhere"


# --- showings --------------------------------------------------------------------------------------------------------


async def may_show(board: Board, channel: int = CHANNEL, card: str = "compersion") -> bool:
    return (await board.view.count_showing(channel, card)).allowed


async def test_a_fourth_showing_in_a_channel_is_one_too_many_until_two_hours_are_over(board: Board) -> None:
    assert [await may_show(board) for _ in range(5)] == [True] * 3 + [False] * 2
    assert await may_show(board, channel=CHANNEL + 1)
    assert await may_show(board, card="curiosity")

    board.now += 2 * HOUR - timedelta(minutes=1)
    assert not await may_show(board)
    board.now += HOUR
    assert await may_show(board)


async def test_a_showing_that_nobody_saw_makes_room_for_one_more_and_for_no_second(board: Board) -> None:
    for _ in range(2):
        await may_show(board)
    unseen = await board.view.count_showing(CHANNEL, "compersion")
    one_too_many = await board.view.count_showing(CHANNEL, "compersion")

    for one in (one_too_many, unseen, unseen):
        await board.view.take_back_showing(one)

    assert [await may_show(board) for _ in range(2)] == [True, False]


async def test_where_storage_cannot_be_had_nothing_counted_by_others_is_taken_back(storage: Storage) -> None:
    board, broken = Board(storage), True

    async def opening() -> Board:
        if broken:
            raise StorageError("The disk is gone.")
        return board

    view = CachedView(opening, board.clock)
    uncounted = await view.count_showing(CHANNEL, "compersion")
    assert uncounted.allowed
    broken = False
    for _ in range(3):
        await may_show(board)
    await view.take_back_showing(uncounted)

    assert not await may_show(board)


async def test_showings_are_counted_without_anybody_and_kept_for_a_day(board: Board) -> None:
    await board.view.count_showing(CHANNEL, "compersion")
    (row,) = await rows(board.storage.database, showing)
    assert set(row._mapping) == {"id", "place", "hour"}

    board.now += DAY - HOUR
    assert await board.showings.forget_old(board.now) == 0
    board.now += HOUR
    assert await board.showings.forget_old(board.now) == 1


# --- leaving ---------------------------------------------------------------------------------------------------------


async def known(board: Board, *servers: int) -> None:
    for one in servers:
        await board.servers.update(one, shown_nowhere)


async def walk(board: Board, *there: int) -> int:
    leaving = board.servers.leaving
    await leaving.compare(await leaving.list_known(), set(there), board.now)
    return await leaving.delete_old(board.now)


async def test_a_server_left_is_noted_and_one_the_bot_is_back_in_is_as_before(board: Board) -> None:
    await known(board, HERE, THERE)
    await board.servers.update(HERE, weekly(channel=CHANNEL))

    await walk(board, THERE)
    left = {one.server: one.left for one in await board.servers.leaving.list_known()}
    assert left == {HERE: True, THERE: False}
    assert all(row.due is None for row in await rows(board.storage.database, server)), (
        "no prompt is due where nobody is"
    )

    await walk(board, HERE, THERE)
    assert not any(one.left for one in await board.servers.leaving.list_known())
    assert any(row.due for row in await rows(board.storage.database, server))
    assert (await board.servers.load(HERE)).settings.shown == "nowhere"


async def test_thirty_days_after_it_left_everything_of_a_server_is_gone(board: Board) -> None:
    await known(board, HERE, THERE)
    stores, database = board.storage.noticeboard, board.storage.database
    async with database.transaction() as tx:
        row = await stores.servers.get(tx, HERE)
        assert row is not None
        await stores.postings.add(tx, row, PostingId(new_id()), {"a": "card"}, due=None, now=NOW)
        await stores.deeds.add(tx, row, 5, {"what": "posted"}, NOW)
    await walk(board, THERE)

    board.now += 30 * DAY - HOUR
    assert await walk(board, THERE) == 0
    board.now += 2 * HOUR
    assert await walk(board, THERE) == 1

    assert [one.server for one in await board.servers.leaving.list_known()] == [THERE]
    for table in (posting, deed, occurrence):
        assert await rows(board.storage.database, table) == []
    assert len(await rows(board.storage.database, server_key)) == 1
    assert board.told[-1] == (HERE, DEFAULTS), "and this process remembers nothing of it"
    assert await board.servers.load(HERE) == ServerRecord()


async def test_more_servers_than_are_read_at_a_time_are_all_compared(board: Board) -> None:
    servers = [HERE + 1000 + number for number in range(230)]
    for one in servers:
        await board.servers.update(one, lambda now: replace(now, weekly=WeeklyPrompt(hour=9)))

    assert {one.server for one in await board.servers.leaving.list_known()} == set(servers)
