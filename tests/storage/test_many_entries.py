"""Thousands of entries: read in order over every batch, changed and deleted many at a time."""

from datetime import timedelta

from bot.storage.ids import EntryId, new_id
from bot.storage.storage import Storage
from tests.storage.world import ANNE, BO, DOCUMENT, NOW

HOUR = timedelta(hours=1)
MANY = 1001  # two whole batches and one more


async def test_reading_goes_through_every_batch_in_order(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne, bo = [await storage.members.add(tx, one, DOCUMENT, NOW) for one in (ANNE, BO)]
        for hour in range(3):
            some = [({"n": hour}, None) for _ in range(MANY // 3 + 1)]
            await storage.entries.add_many(tx, anne, some, NOW + hour * HOUR)
        await storage.entries.add(tx, bo, {"n": 9}, NOW, expires=None)

    async with storage.database.reading() as tx:
        anne = await storage.members.get(tx, ANNE)
        assert anne is not None
        read = await storage.entries.read_all(tx, anne, lambda one: (one.document["n"], one.id))

    assert read == sorted(read)
    assert len({id_ for _, id_ in read}) == len(read) == (MANY // 3 + 1) * 3


async def test_many_are_changed_and_deleted_and_the_rest_stays(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne, bo = [await storage.members.add(tx, one, DOCUMENT, NOW) for one in (ANNE, BO)]
        added = await storage.entries.add_many(tx, anne, [(DOCUMENT, None)] * MANY, NOW)
        others = await storage.entries.add_many(tx, bo, [(DOCUMENT, None)] * 2, NOW)

    async with storage.database.transaction() as tx:
        anne = await storage.members.get(tx, ANNE, alone=True)
        assert anne is not None
        changed = {one.id: {"says": "other words"} for one in (added[0], added[-1], others[0])}
        await storage.entries.replace_many(tx, anne, changed)
        gone = [*(one.id for one in added[1:-1]), others[1].id, EntryId(new_id())]
        assert await storage.entries.delete_many(tx, anne, gone) == MANY - 2

    async with storage.database.reading() as tx:
        anne, bo = [await storage.members.get(tx, one) for one in (ANNE, BO)]
        assert anne is not None
        assert bo is not None
        left = await storage.entries.list_all(tx, anne)
        assert [(one.document["says"], one.version) for one in left] == [("other words", 2)] * 2
        assert [one.document for one in await storage.entries.list_all(tx, bo)] == [DOCUMENT] * 2
