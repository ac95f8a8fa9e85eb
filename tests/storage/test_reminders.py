"""What time calls: reminders that are due, sendings claimed once, jobs run by one process."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.storage.ids import OccurrenceId, ReminderId, RowId, new_id
from bot.storage.storage import Storage
from tests.storage.world import ANNE, BO, DAY, DOCUMENT, HOUR, NOW


async def test_a_reminder_is_made_moved_paused_and_deleted(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        bo = await storage.members.add(tx, BO, {}, NOW)
        added = await storage.reminders.add(tx, anne, DOCUMENT, NOW, due=NOW + DAY)
        assert await storage.reminders.get(tx, added.id) == added
        assert (added.created, added.due) == (HOUR, NOW + DAY)

        paused = await storage.reminders.update(tx, added, {"n": 1}, due=None)
        assert await storage.reminders.update(tx, added, {"n": 2}, due=NOW) is None
        assert await storage.reminders.list_all(tx, anne) == [paused]
        assert await storage.reminders.list_all(tx, bo) == []

        assert not await storage.reminders.delete(tx, bo, added.id)
        assert await storage.reminders.delete(tx, anne, added.id)
        assert await storage.reminders.get(tx, ReminderId(added.id)) is None


async def test_what_is_due_is_listed_the_longest_waiting_first(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        bo = await storage.members.add(tx, BO, {}, NOW)
        second = await storage.reminders.add(tx, anne, {"of": "Anne"}, NOW, due=NOW)
        first = await storage.reminders.add(tx, bo, {"of": "Bo"}, NOW, due=NOW - timedelta(seconds=1))
        await storage.reminders.add(tx, anne, {}, NOW, due=NOW + timedelta(seconds=1))
        await storage.reminders.add(tx, anne, {}, NOW, due=None)

        assert await storage.reminders.list_due(tx, NOW, 10) == [first, second]
        assert await storage.reminders.list_due(tx, NOW, 1) == [first]
        assert await storage.reminders.list_due_ids(tx, NOW, 10) == [first.id, second.id]
        assert await storage.reminders.list_due_ids(tx, NOW, 1) == [first.id]


async def test_one_of_a_given_id_is_made_once_and_stays_whose_it_is(storage: Storage) -> None:
    id_ = ReminderId(new_id())
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        bo = await storage.members.add(tx, BO, {}, NOW)
        first = await storage.reminders.add(tx, anne, {"n": 1}, NOW, due=NOW, id_=id_)

        assert await storage.reminders.add(tx, anne, {"n": 2}, NOW, due=None, id_=id_) == first
        assert await storage.reminders.add(tx, bo, {"n": 3}, NOW, due=None, id_=id_) == first
        assert first.member_id == anne.id


async def test_what_is_due_is_found_by_an_index(embedded: Storage) -> None:
    async with embedded.database.reading() as tx:
        plan = await tx.execute(text("EXPLAIN QUERY PLAN SELECT id FROM reminder WHERE due <= 1 ORDER BY due LIMIT 5"))

        assert ["ix_reminder_due" in row.detail for row in plan] == [True]


async def test_a_sending_is_claimed_by_one_of_many(storage: Storage) -> None:
    what = new_id()

    async def claim() -> object:
        async with storage.database.transaction() as tx:
            return await storage.occurrences.add(tx, what, NOW, NOW)

    claimed = [one for one in await asyncio.gather(*(claim() for _ in range(8))) if one]

    assert len(claimed) == 1
    async with storage.database.transaction() as tx:
        assert await storage.occurrences.list_sending(tx, 10) == claimed
        assert await storage.occurrences.add(tx, what, NOW + DAY, NOW)
        assert await storage.occurrences.add(tx, new_id(), NOW, NOW)


async def test_a_sending_is_sent_once_and_then_forgotten(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        one = await storage.occurrences.add(tx, new_id(), NOW, NOW)
        assert one
        assert (one.state, one.created) == ("sending", HOUR)
        assert await storage.occurrences.update(tx, one.id)
        assert not await storage.occurrences.update(tx, one.id)
        found = await storage.occurrences.get(tx, one.id)
        assert found
        assert found.state == "sent"
        assert await storage.occurrences.list_sending(tx, 10) == []

        assert await storage.occurrences.delete_old(tx, HOUR + DAY, DAY) == 0
        assert await storage.occurrences.delete_old(tx, HOUR + 2 * DAY, DAY) == 1
        assert await storage.occurrences.get(tx, one.id) is None
        assert not await storage.occurrences.delete(tx, OccurrenceId(one.id))


async def test_a_job_has_one_holder_until_its_lease_runs_out(storage: Storage) -> None:
    one, other = new_id(), new_id()
    later = NOW + timedelta(seconds=59)
    end = later + timedelta(seconds=60)

    async with storage.database.transaction() as tx:
        assert await storage.leases.get(tx, "reminders", NOW) is None
        assert await storage.leases.take(tx, "reminders", one, NOW)
        assert not await storage.leases.take(tx, "reminders", other, later)
        assert await storage.leases.take(tx, "reminders", one, later)
        assert await storage.leases.take(tx, "folding", other, later)
        assert await storage.leases.get(tx, "reminders", end - timedelta(seconds=1)) == one
        assert await storage.leases.get(tx, "reminders", end) is None
        assert await storage.leases.take(tx, "reminders", other, end)


async def test_a_lease_is_given_up_by_its_holder_alone(storage: Storage) -> None:
    one, other = new_id(), new_id()

    async with storage.database.transaction() as tx:
        await storage.leases.take(tx, "reminders", one, NOW)
        assert not await storage.leases.delete(tx, "reminders", other)
        assert await storage.leases.delete(tx, "reminders", one)
        assert await storage.leases.take(tx, "reminders", other, NOW)


async def test_of_many_processes_one_takes_the_job(storage: Storage) -> None:
    async def take(holder: RowId) -> bool:
        async with storage.database.transaction() as tx:
            return await storage.leases.take(tx, "reminders", holder, NOW)

    assert sum(await asyncio.gather(*(take(new_id()) for _ in range(8)))) == 1
