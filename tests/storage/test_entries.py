"""Entries and situations: what a member keeps, theirs alone, opened as they wrote it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import update
from sqlalchemy.exc import StatementError

from bot.storage.errors import IdTaken
from bot.storage.ids import EntryId, SituationId, new_id
from bot.storage.storage import Storage
from bot.storage.tables import entry, next_hour, situation, this_hour
from tests.storage.world import ANNE, BO, DAY, DOCUMENT, HOUR, NOW, rows


async def test_an_entry_is_kept_changed_and_deleted(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        added = await storage.entries.add(tx, anne, DOCUMENT, NOW, expires=NOW + 180 * DAY)
        assert await storage.entries.get(tx, anne, added.id) == added
        assert (added.created, added.expires) == (HOUR, HOUR + 180 * DAY + timedelta(hours=1))

        changed = await storage.entries.update(tx, anne, added, {"n": 1})
        assert await storage.entries.update(tx, anne, added, {"n": 2}) is None
        assert await storage.entries.get(tx, anne, added.id) == changed

        assert await storage.entries.delete(tx, anne, added.id)
        assert not await storage.entries.delete(tx, anne, added.id)
        assert await storage.entries.get(tx, anne, added.id) is None


async def test_another_members_rows_are_not_there(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne, bo = [await storage.members.add(tx, user_id, {}, NOW) for user_id in (ANNE, BO)]
        kept = await storage.entries.add(tx, anne, DOCUMENT, NOW, expires=None)
        place = await storage.situations.add(tx, anne, DOCUMENT, NOW)

        assert await storage.entries.get(tx, bo, kept.id) is None
        assert await storage.situations.get(tx, bo, place.id) is None
        assert not await storage.entries.delete(tx, bo, kept.id)
        assert not await storage.situations.delete(tx, bo, place.id)
        await storage.entries.set_retention(tx, bo, DAY)
        assert await storage.entries.list_all(tx, bo) == await storage.situations.list_all(tx, bo) == []
        assert await storage.entries.list_all(tx, anne) == [kept]


async def test_many_are_kept_at_once_and_counted(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        early = await storage.entries.add(tx, anne, {}, NOW - DAY, expires=None)
        added = await storage.entries.add_many(tx, anne, [({"n": n}, None) for n in range(50)], NOW)
        assert await storage.entries.add_many(tx, anne, [], NOW) == []

        assert await storage.entries.count(tx, anne) == 51
        assert await storage.entries.count(tx, anne, HOUR) == 50
        listed = await storage.entries.list_all(tx, anne)

    assert listed[0] == early
    assert sorted(listed[1:], key=lambda one: one.document["n"]) == added


async def test_what_has_expired_goes_and_the_rest_stays(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        forever = await storage.entries.add(tx, anne, {}, NOW, expires=None)
        added = await storage.entries.add_many(tx, anne, [({}, NOW + n * DAY) for n in range(1, 5)], NOW)
        end = HOUR + 3 * DAY + timedelta(hours=1)

        assert await storage.entries.delete_expired(tx, end, 2) == 2
        assert await storage.entries.delete_expired(tx, end, 2) == 1
        assert await storage.entries.delete_expired(tx, end, 2) == 0
        assert {one.id for one in await storage.entries.list_all(tx, anne)} == {forever.id, added[3].id}


async def test_another_retention_holds_for_what_is_kept_already(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        await storage.entries.add_many(tx, anne, [({}, None), ({}, NOW + 180 * DAY)], NOW)

        await storage.entries.set_retention(tx, anne, 30 * DAY)
        assert [one.expires for one in await storage.entries.list_all(tx, anne)] == [HOUR + 30 * DAY] * 2

        await storage.entries.set_retention(tx, anne, None)
        assert [one.expires for one in await storage.entries.list_all(tx, anne)] == [None] * 2


async def test_a_situation_is_made_renamed_and_deleted(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        added = await storage.situations.add(tx, anne, {"label": "Fridays"}, NOW)
        assert await storage.situations.get(tx, anne, added.id) == added

        renamed = await storage.situations.update(tx, anne, added, {"label": "Weekends"})
        assert await storage.situations.update(tx, anne, added, {"label": "late"}) is None
        assert await storage.situations.list_all(tx, anne) == [renamed]
        assert await storage.situations.count(tx, anne) == 1

        assert await storage.situations.delete(tx, anne, added.id)
        assert not await storage.situations.delete(tx, anne, SituationId(new_id()))
        assert await storage.situations.count(tx, anne) == 0


async def test_swapped_ciphertexts_do_not_open(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne, bo = [await storage.members.add(tx, user_id, {}, NOW) for user_id in (ANNE, BO)]
        mine, more = [await storage.entries.add(tx, anne, DOCUMENT, NOW, expires=None) for _ in range(2)]
        theirs = await storage.entries.add(tx, bo, DOCUMENT, NOW, expires=None)
        place = await storage.situations.add(tx, anne, DOCUMENT, NOW)
    sealed = {row.id: row.sealed for table in (entry, situation) for row in await rows(storage.database, table)}

    for other in (more, theirs, place):
        async with storage.database.transaction() as tx:
            await tx.execute(update(entry).where(entry.c.id == mine.id).values(sealed=sealed[other.id]))
            member = await storage.members.get(tx, ANNE)
            assert member
            found = await storage.entries.get(tx, member, mine.id)
        assert found is not None
        assert found.document == {}, "it is there, to be deleted, and holds nobody's words"


async def test_ciphertexts_of_different_content_have_one_length(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {}, NOW)
        documents = [{}, {"stage": "alarm"}, {"stage": "shared-joy", "note": "x" * 900}, {"note": "🫧" * 1000}]
        await storage.entries.add_many(tx, anne, [(one, None) for one in documents], NOW)
        await storage.entries.add(tx, anne, {"note": "x" * 4200}, NOW, expires=None)

    lengths = [len(row.sealed) for row in await rows(storage.database, entry)]

    assert sorted(set(lengths)) == [4096 + 28, 4608 + 28]
    assert lengths.count(4096 + 28) == len(documents)


async def test_an_entry_under_a_given_id_is_kept_once(storage: Storage) -> None:
    given = EntryId(new_id())
    async with storage.database.transaction() as tx:
        anne, bo = [await storage.members.add(tx, user_id, {}, NOW) for user_id in (ANNE, BO)]
        first = await storage.entries.add(tx, anne, DOCUMENT, NOW, expires=None, id_=given)
        again = await storage.entries.add(tx, anne, {"says": "later"}, NOW + DAY, expires=NOW, id_=given)

        assert first.id == given
        assert again == first
        assert await storage.entries.list_all(tx, anne) == [first]
        with pytest.raises(IdTaken):
            await storage.entries.add(tx, bo, DOCUMENT, NOW, expires=None, id_=given)
        assert await storage.entries.list_all(tx, bo) == []


async def test_a_time_without_a_zone_is_refused(storage: Storage) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(StatementError, match="a time without a zone"):
        async with storage.database.transaction() as tx:
            await tx.execute(entry.insert().values(id=EntryId(new_id()), expires=naive))


def test_hours_are_cut_in_utc_and_expiries_rounded_up() -> None:
    elsewhere = datetime(2026, 11, 21, 15, 26, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))

    assert this_hour(elsewhere) == HOUR
    assert this_hour(elsewhere).tzinfo is UTC
    assert next_hour(elsewhere) == HOUR + timedelta(hours=1)
    assert next_hour(HOUR) == HOUR
    assert next_hour(None) is None
