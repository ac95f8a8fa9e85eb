"""Posted cards: each of one server, added once, changed by one at a time, named when due."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.storage.errors import CannotOpen, IdTaken
from bot.storage.ids import PostingId, new_id
from bot.storage.storage import Storage
from bot.storage.tables import posting
from tests.storage.world import DAY, DOCUMENT, HERE, HOUR, NOW, THERE


async def test_a_card_is_posted_changed_and_forgotten(storage: Storage) -> None:
    postings, id_ = storage.noticeboard.postings, PostingId(new_id())
    async with storage.database.transaction() as tx:
        here = await storage.noticeboard.servers.add(tx, HERE, {}, NOW)
        added = await postings.add(tx, here, id_, DOCUMENT, due=NOW, now=NOW)
        assert (added.id, added.server, added.created, added.due) == (id_, here.id, HOUR, NOW)
        assert await postings.get(tx, here, id_) == added

        changed = await postings.update(tx, here, added, {"n": 1}, due=None)
        assert await postings.update(tx, here, added, {"n": 2}, due=None) is None
        assert await postings.get(tx, here, id_) == changed

        assert await postings.delete(tx, here, id_)
        assert not await postings.delete(tx, here, id_)
        assert await postings.get(tx, here, id_) is None


async def test_a_second_add_of_one_id_gives_the_row_as_it_stands(storage: Storage) -> None:
    postings, id_ = storage.noticeboard.postings, PostingId(new_id())
    async with storage.database.transaction() as tx:
        here = await storage.noticeboard.servers.add(tx, HERE, {}, NOW)
        first = await postings.add(tx, here, id_, {"first": True}, due=NOW, now=NOW)
        changed = await postings.update(tx, here, first, {"changed": True}, due=None)

        assert await postings.add(tx, here, id_, {"first": True}, due=NOW, now=NOW + DAY) == changed
        assert len(await postings.list_of(tx, here)) == 1


async def test_another_servers_card_is_not_there(storage: Storage) -> None:
    postings, id_ = storage.noticeboard.postings, PostingId(new_id())
    async with storage.database.transaction() as tx:
        here, there = [await storage.noticeboard.servers.add(tx, one, {}, NOW) for one in (HERE, THERE)]
        added = await postings.add(tx, here, id_, DOCUMENT, due=NOW, now=NOW)

        assert await postings.get(tx, there, id_) is None
        assert await postings.list_of(tx, there) == []
        assert not await postings.delete(tx, there, id_)
        await postings.set_due(tx, there.id, [id_], None)
        with pytest.raises(IdTaken):
            await postings.add(tx, there, id_, {}, due=None, now=NOW)
        assert await postings.list_of(tx, here) == [added]


async def test_a_card_moved_into_another_servers_rows_does_not_open(storage: Storage) -> None:
    postings, id_ = storage.noticeboard.postings, PostingId(new_id())
    async with storage.database.transaction() as tx:
        here, there = [await storage.noticeboard.servers.add(tx, one, {}, NOW) for one in (HERE, THERE)]
        await postings.add(tx, here, id_, DOCUMENT, due=NOW, now=NOW)
        await tx.execute(update(posting).values(server_id=there.id))

        with pytest.raises(CannotOpen):
            await postings.get(tx, there, id_)
        assert await postings.list_of(tx, there) == []


async def test_two_cards_that_changed_places_do_not_open(storage: Storage) -> None:
    postings, ids = storage.noticeboard.postings, [PostingId(new_id()) for _ in range(2)]
    async with storage.database.transaction() as tx:
        here = await storage.noticeboard.servers.add(tx, HERE, {}, NOW)
        for id_ in ids:
            await postings.add(tx, here, id_, DOCUMENT, due=None, now=NOW)
        other = PostingId(new_id())
        for before, after in ((ids[0], other), (ids[1], ids[0]), (other, ids[1])):
            await tx.execute(update(posting).where(posting.c.id == before).values(id=after))

        for id_ in ids:
            with pytest.raises(CannotOpen):
                await postings.get(tx, here, id_)


async def test_what_is_due_is_named_over_all_servers_the_longest_waiting_first(storage: Storage) -> None:
    postings = storage.noticeboard.postings
    async with storage.database.transaction() as tx:
        here, there = [await storage.noticeboard.servers.add(tx, one, {}, NOW) for one in (HERE, THERE)]
        made = [
            await postings.add(tx, home, PostingId(new_id()), {}, due=due, now=NOW)
            for home, due in ((here, NOW), (there, NOW - DAY), (here, NOW - 2 * DAY), (here, NOW + DAY), (there, None))
        ]
        await tx.execute(update(posting).where(posting.c.id == made[1].id).values(sealed=b"damaged"))

        wanted = [(made[n].server, made[n].id) for n in (2, 1, 0)]
        assert await postings.list_due(tx, NOW, 9) == wanted
        assert await postings.list_due(tx, NOW, 2) == wanted[:2]


async def test_calling_for_cards_overtakes_whoever_read_them_before(storage: Storage) -> None:
    """What a change of the content calls for must not be lost to a change that began earlier."""
    postings = storage.noticeboard.postings
    async with storage.database.transaction() as tx:
        here = await storage.noticeboard.servers.add(tx, HERE, {}, NOW)
        made = [await postings.add(tx, here, PostingId(new_id()), {"n": n}, due=None, now=NOW) for n in range(3)]
        await postings.set_due(tx, here.id, [one.id for one in made[:2]], NOW + timedelta(seconds=5))
        await postings.set_due(tx, here.id, [], NOW)

        assert await postings.update(tx, here, made[0], {"late": True}, due=None) is None
        seen = {one.document["n"]: one.due for one in await postings.list_of(tx, here)}
        assert seen == {0: NOW + timedelta(seconds=5), 1: NOW + timedelta(seconds=5), 2: None}
