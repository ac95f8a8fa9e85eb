"""The registry of posted cards on real stores: what is wished, seen, due, and who did what."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.cards.posting import Posting, UnreadableError, Wish
from bot.domain.cards.steps import GRACE
from bot.domain.cards.trouble import Trouble
from bot.domain.content import STAGE_IDS
from bot.services.cards.board import Board, BoardStores, JustPostedError, part_id
from bot.storage.ids import new_id
from bot.storage.storage import Storage
from bot.storage.tables import posting
from tests.storage.world import ANNE, BO, DAY, HERE, NOW, THERE

CHANNEL, OTHER = 300_000_000_000_000_001, 300_000_000_000_000_002
CARD = Wish(channel=CHANNEL, subject="compersion", pinned=True)
INDEX = Wish(channel=CHANNEL, subject="series:trajectory", pinned=True)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(storage: Storage, clock: Clock) -> Board:
    stores = storage.noticeboard
    return Board(storage.database, BoardStores(stores.servers, stores.postings, stores.deeds), clock)


async def put(board: Board, wish: Wish = CARD, **more: Any) -> Posting:
    return await board.put(HERE, wish, ANNE, id_=bytes(new_id()), **more)


async def put_series(board: Board) -> tuple[Posting, list[Posting]]:
    index = await put(board, INDEX, parts=STAGE_IDS)
    return index, [one for one in await board.list_all(HERE) if one.wish.part_of == index.id]


async def stand(board: Board, one: Posting, message: int = 1) -> Posting:
    there = replace(one.seen, message=message, channel=one.wish.channel, home=one.wish.channel)
    stood = await board.observe(HERE, one, there, due=None)
    assert stood is not None
    return stood


async def test_a_card_put_twice_under_one_id_is_one(board: Board) -> None:
    first = await board.put(HERE, CARD, ANNE, id_=bytes(16))
    again = await board.put(HERE, replace(CARD, channel=OTHER), BO, id_=bytes(16))
    assert again == first
    assert await board.list_all(HERE) == [first]
    assert [deed.by for deed in await board.log(HERE)] == [ANNE]


async def test_of_two_who_post_the_same_card_at_once_the_second_is_told(board: Board) -> None:
    async def press(by: int, shown: int) -> Posting | JustPostedError:
        try:
            return await board.put(HERE, CARD, by, id_=bytes(new_id()), shown=shown)
        except JustPostedError as error:
            return error

    came = await asyncio.gather(press(ANNE, 0), press(BO, 0))

    (first,) = await board.list_all(HERE)
    assert [one for one in came if isinstance(one, Posting)] == [first]
    assert [one.posting for one in came if isinstance(one, JustPostedError)] == [first]
    assert isinstance(await press(BO, 1), Posting), "who was shown the first may post a second"


async def test_cards_are_listed_in_the_order_they_were_asked_for(board: Board, clock: Clock) -> None:
    asked = list[bytes]()
    for _ in range(6):
        asked.append((await put(board)).id)
        clock.now += timedelta(seconds=1)
    assert [one.id for one in await board.list_all(HERE)] == asked


async def test_another_servers_cards_are_not_there(board: Board) -> None:
    one = await put(board)
    assert await board.get(THERE, one.id) is None
    assert await board.change(THERE, one.id, BO, gone=True) is None
    assert await board.list_all(THERE) == []
    assert await board.log(THERE) == []


async def test_what_was_seen_is_kept_unless_somebody_was_first(board: Board) -> None:
    one = await put(board)
    stood = await stand(board, one)
    assert await board.get(HERE, one.id) == stood
    assert await board.observe(HERE, one, replace(one.seen, message=2), due=NOW) is None
    assert await board.find(HERE, CHANNEL, 1) == stood
    assert await board.find(HERE, OTHER, 1) is None


async def test_whoever_changes_a_card_is_logged_newest_first(board: Board, clock: Clock) -> None:
    one = await put(board, replace(CARD, pinned=False))
    steps: list[dict[str, Any]] = [
        {"pinned": True},
        {"pinned": True},
        {"pinned": False},
        {"channel": OTHER},
        {"again": True},
        {"gone": True},
    ]
    for step in steps:
        clock.now += timedelta(seconds=10)
        await board.change(HERE, one.id, BO, **step)
    clock.now += timedelta(seconds=10)
    await board.begin_sync(HERE, ANNE)
    log = await board.log(HERE)
    assert [deed.what for deed in log] == ["sync", "remove", "again", "move", "unpin", "pin", "post"]
    assert log[1].channel == OTHER
    assert log[-1].channel == CHANNEL
    assert [deed.by for deed in log] == [ANNE, BO, BO, BO, BO, BO, ANNE]


async def test_the_log_lasts_90_days(board: Board, clock: Clock) -> None:
    await put(board)
    clock.now += 91 * DAY
    assert await board.log(HERE) == []
    assert await board.rota.forget_old(clock.now) == 1


async def test_who_deletes_their_data_did_nothing_any_more(board: Board, storage: Storage) -> None:
    await put(board)
    await storage.shredder.forget(ANNE)
    (deed,) = await board.log(HERE)
    assert deed.by is None
    assert deed.subject == "compersion"


async def test_who_begins_has_a_minute_before_the_job_does_it(board: Board, clock: Clock) -> None:
    one = await put(board)
    assert await board.rota.list_due(10) == []
    clock.now += GRACE
    (due,) = await board.rota.list_due(10)
    assert await board.rota.open_due(due) == (HERE, one)


async def test_what_is_due_is_named_earliest_first(board: Board, clock: Clock) -> None:
    late, early = await put(board), await put(board)
    await board.observe(HERE, late, late.seen, due=NOW + timedelta(minutes=5))
    await board.observe(HERE, early, early.seen, due=NOW + timedelta(minutes=4))
    clock.now += timedelta(hours=1)
    assert [one.posting for one in await board.rota.list_due(10)] == [early.id, late.id]


async def test_a_change_ends_the_trouble_it_may_end(board: Board) -> None:
    one = await put(board)
    for trouble, step, left in [
        (Trouble.DELETED, {"pinned": False}, Trouble.DELETED),
        (Trouble.DELETED, {"again": True}, None),
        (Trouble.CHANNEL_GONE, {"channel": OTHER}, None),
        (Trouble.PINS_FULL, {"pinned": True}, None),
        (Trouble.NO_SEND, {"pinned": False}, Trouble.NO_SEND),
    ]:
        stands = await board.get(HERE, one.id)
        assert stands is not None
        await board.observe(HERE, stands, replace(stands.seen, trouble=trouble, tried=NOW), due=NOW)
        changed = await board.change(HERE, one.id, ANNE, **step)
        assert changed is not None
        assert changed.seen.trouble is left


async def test_a_series_is_put_in_the_order_of_its_cards_and_once(board: Board) -> None:
    index, parts = await put_series(board)
    assert [one.wish.subject for one in parts] == list(STAGE_IDS)
    assert [one.id for one in parts] == [part_id(index.id, stage) for stage in STAGE_IDS]
    assert not any(one.wish.pinned for one in parts)
    await board.put(HERE, INDEX, ANNE, id_=index.id, parts=STAGE_IDS)
    assert len(await board.list_all(HERE)) == 1 + len(STAGE_IDS)
    assert len(await board.log(HERE)) == 1


async def test_the_cards_of_a_series_move_and_go_with_its_index(board: Board) -> None:
    index, _ = await put_series(board)
    await board.change(HERE, index.id, ANNE, channel=OTHER, kind="thread")
    assert {(one.wish.channel, one.wish.kind) for one in await board.list_all(HERE)} == {(OTHER, "thread")}
    await board.change(HERE, index.id, ANNE, gone=True)
    assert all(one.wish.gone for one in await board.list_all(HERE))


async def test_the_index_is_due_when_a_card_has_another_address(board: Board) -> None:
    index, parts = await put_series(board)
    await stand(board, index, 10)
    assert await board.rota.list_due(10) == []
    part = await stand(board, parts[0], 11)
    assert [one.posting for one in await board.rota.list_due(10)] == [index.id]
    stands = await board.get(HERE, index.id)
    assert stands is not None
    await board.observe(HERE, stands, stands.seen, due=None)
    await board.observe(HERE, part, replace(part.seen, pinned=True), due=None)
    assert await board.rota.list_due(10) == []
    part = await board.change(HERE, part.id, ANNE, gone=True)
    assert part is not None
    assert await board.forget(HERE, part)
    assert [one.posting for one in await board.rota.list_due(10)] == [index.id]


async def test_a_row_is_forgotten_only_as_it_was_read(board: Board) -> None:
    one = await put(board)
    await stand(board, one)
    assert not await board.forget(HERE, one)
    now = await board.get(HERE, one.id)
    assert now is not None
    assert await board.forget(HERE, now)
    assert await board.get(HERE, one.id) is None


async def test_a_sync_makes_everything_due_that_is_not_done_by_then(board: Board, clock: Clock) -> None:
    ones = [await put(board), await put(board)]
    for one in ones:
        await stand(board, one)
    listed = await board.begin_sync(HERE, ANNE)
    assert {one.id for one in listed} == {one.id for one in ones}
    clock.now += GRACE
    assert {one.posting for one in await board.rota.list_due(10)} == {one.id for one in ones}


async def test_what_changed_is_made_due_and_its_trouble_tried_again(board: Board) -> None:
    calm, troubled = await put(board), await put(board)
    await board.observe(HERE, troubled, replace(troubled.seen, trouble=Trouble.FILTERED, tried=NOW), due=None)
    await board.observe(HERE, calm, calm.seen, due=None)
    (server,) = await board.rota.list_servers(b"", 10)
    cards = await board.rota.cards_of(server)
    assert cards is not None
    assert cards.server == HERE
    await board.rota.make_due(server, cards.postings)
    assert {one.posting for one in await board.rota.list_due(10)} == {calm.id, troubled.id}
    again = await board.get(HERE, troubled.id)
    assert again is not None
    assert (again.seen.trouble, again.seen.tried) == (Trouble.FILTERED, None)
    assert await board.rota.list_servers(server, 10) == []


async def test_a_row_that_cannot_be_read_can_be_put_off(board: Board, storage: Storage, clock: Clock) -> None:
    bad, good = await put(board), await put(board)
    async with storage.database.transaction() as tx:
        await tx.execute(update(posting).where(posting.c.id == bad.id).values(sealed=b"0" * 600))
    clock.now += GRACE
    due = {one.posting: one for one in await board.rota.list_due(10)}
    with pytest.raises(UnreadableError):
        await board.rota.open_due(due[bad.id])
    assert await board.rota.open_due(due[good.id]) == (HERE, good)
    await board.rota.put_off(due[bad.id], NOW + DAY)
    assert [one.posting for one in await board.rota.list_due(10)] == [good.id]


async def test_cards_of_a_server_that_was_left_rest(board: Board, storage: Storage, clock: Clock) -> None:
    await put(board)
    async with storage.database.transaction() as tx:
        server = await storage.noticeboard.servers.get(tx, HERE)
        assert server is not None
        await storage.noticeboard.servers.update(tx, server, server.document, due=None, left=NOW)
    clock.now += GRACE
    (due,) = await board.rota.list_due(10)
    assert await board.rota.open_due(due) is None
    cards = await board.rota.cards_of(due.server)
    assert cards is not None
    assert cards.left
