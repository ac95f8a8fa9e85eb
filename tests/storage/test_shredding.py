"""What is deleted is gone from the rows, the file and its log, and its key with it; what others have stays."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.storage.errors import CannotOpen
from bot.storage.rows import Member
from bot.storage.sessions import Guest
from bot.storage.shredding import Removed, forget_all
from bot.storage.storage import Storage
from bot.storage.tables import lease, member, member_key, metadata, occurrence, session
from tests.storage.world import ANNE, BO, DAY, HERE, NOW, THERE, bytes_on_disk, fill, fill_server, read_all, rows

ONE_OF_EACH = Removed(members=1, situations=1, sessions=1, entries=1, reminders=1)


async def everything(storage: Storage) -> dict[str, int]:
    return {table.name: len(await rows(storage.database, table)) for table in metadata.sorted_tables}


async def member_of(storage: Storage, user_id: int) -> Member:
    async with storage.database.reading() as tx:
        found = await storage.members.get(tx, user_id)
    assert found
    return found


async def test_forgetting_one_leaves_nothing_of_them_and_everything_of_others(storage: Storage) -> None:
    await fill(storage, BO, "of Bo")
    before, of_bo = await everything(storage), await read_all(storage, BO)
    await fill(storage, ANNE, "of Anne")

    assert await storage.shredder.forget(ANNE) == ONE_OF_EACH

    assert await everything(storage) == before
    assert await read_all(storage, ANNE) is None
    assert await read_all(storage, BO) == of_bo
    assert await storage.shredder.forget(ANNE) == Removed()


async def test_forgetting_a_guest_ends_their_open_check_ins(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        for user_id in (ANNE, ANNE, BO):
            one = await storage.sessions.add(tx, Guest(user_id), {}, NOW, expires=NOW + DAY)
            await storage.occurrences.add(tx, one.id, NOW, NOW)

    assert await storage.shredder.forget(ANNE) == Removed(sessions=2)

    assert len(await rows(storage.database, session)) == len(await rows(storage.database, occurrence)) == 1


async def test_forgetting_includes_what_was_opened_before_they_kept_anything(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await storage.sessions.add(tx, Guest(ANNE), {}, NOW, expires=NOW + DAY)
    await fill(storage, ANNE)

    assert (await storage.shredder.forget(ANNE)).sessions == 2
    assert await rows(storage.database, session) == []


async def test_forgetting_all_empties_every_table_of_people(storage: Storage) -> None:
    await fill(storage, ANNE)
    await fill(storage, BO)
    async with storage.database.transaction() as tx:
        await storage.sessions.add(tx, Guest(3), {}, NOW, expires=NOW + DAY)

    removed = await forget_all(storage.database)

    assert removed == Removed(members=2, situations=2, sessions=3, entries=2, reminders=2)
    assert {name for name, count in (await everything(storage)).items() if count} <= {lease.name}


async def test_forgetting_all_takes_the_servers_too(storage: Storage) -> None:
    await fill_server(storage, HERE)
    await fill_server(storage, THERE, BO)

    assert await forget_all(storage.database) == Removed(deeds=2, servers=2)
    assert {name for name, count in (await everything(storage)).items() if count} <= {lease.name}


async def test_a_member_may_start_again_with_nothing_carried_over(storage: Storage) -> None:
    await fill(storage, ANNE, "before")
    first = await member_of(storage, ANNE)
    await storage.shredder.forget(ANNE)
    await fill(storage, ANNE, "after")
    again = await member_of(storage, ANNE)

    assert first.id != again.id
    assert first.key != again.key
    assert "before" not in str(await read_all(storage, ANNE))


async def test_a_deletion_that_fails_deletes_nothing(storage: Storage) -> None:
    await fill(storage, ANNE)
    before = await everything(storage)

    async def fails() -> None:
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, ANNE, alone=True)
            assert found
            await storage.shredder.delete_member(tx, found.id, ANNE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    assert await everything(storage) == before
    assert await read_all(storage, ANNE)


async def test_deleting_all_check_ins_seals_what_stays_under_a_new_key(storage: Storage) -> None:
    await fill(storage, ANNE, "of Anne")
    await fill(storage, BO, "of Bo")
    old, of_bo = await member_of(storage, ANNE), await read_all(storage, BO)
    kept = (await read_all(storage, ANNE) or {}) | {"entries": [], "sessions": []}

    async with storage.database.transaction() as tx:
        found = await storage.members.get(tx, ANNE, alone=True)
        assert found
        new, removed = await storage.shredder.delete_checkins(tx, found)
        added = await storage.entries.add(tx, new, {"says": "later"}, NOW, expires=None)
        assert await storage.members.update(tx, new, {"settings": "of Anne"})
    await storage.database.scrub()

    assert removed == Removed(sessions=1, entries=1)
    assert new.key != old.key
    assert await read_all(storage, ANNE) == kept | {"entries": [added.document]}
    assert await read_all(storage, BO) == of_bo


async def test_what_was_read_before_the_new_key_cannot_be_written_after(storage: Storage) -> None:
    await fill(storage, ANNE)
    async with storage.database.transaction() as tx:
        found = await storage.members.get(tx, ANNE, alone=True)
        assert found
        (remind,) = await storage.reminders.list_all(tx, found)
        (open_one,) = await storage.sessions.list_open(tx, found)
        await storage.shredder.delete_checkins(tx, found)

        assert await storage.reminders.update(tx, remind, {"late": True}, due=None) is None
        assert await storage.sessions.update(tx, open_one, {"late": True}, expires=NOW, due=None) is None
        assert await storage.members.update(tx, found, {"late": True}) is None
    assert "late" not in str(await read_all(storage, ANNE))


async def test_entries_added_while_all_are_deleted_open_or_are_gone(storage: Storage) -> None:
    """On a server two transactions may hold a member at once; none may be left with a row sealed under the old key."""
    await fill(storage, ANNE)

    async def add() -> None:
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, ANNE)
            assert found
            await storage.entries.add(tx, found, {"says": "meanwhile"}, NOW, expires=None)

    async def clear() -> None:
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, ANNE, alone=True)
            assert found
            await storage.shredder.delete_checkins(tx, found)

    await asyncio.gather(*(add() for _ in range(6)), clear(), *(add() for _ in range(6)))

    assert await read_all(storage, ANNE)


async def test_deleting_twice_at_once_is_deleting_once(storage: Storage) -> None:
    await fill(storage, ANNE)

    removed = await asyncio.gather(*(storage.shredder.forget(ANNE) for _ in range(5)))

    assert sorted(one.members for one in removed) == [0, 0, 0, 0, 1]


async def wrapped_keys(storage: Storage) -> list[bytes]:
    async with storage.database.reading() as tx:
        return list((await tx.execute(select(member_key.c.wrapped))).scalars())


@pytest.mark.parametrize("others", [0, 40])
async def test_after_deleting_neither_file_nor_log_holds_the_key(embedded: Storage, others: int) -> None:
    folder = embedded.database.file.parent if embedded.database.file else Path()
    for user_id in range(others):
        await fill(embedded, user_id)
    before = set(await wrapped_keys(embedded))
    await fill(embedded, ANNE)
    (key,) = set(await wrapped_keys(embedded)) - before
    sealed = [row.sealed for row in await rows(embedded.database, member)]
    mine = next(one for one in sealed if one in bytes_on_disk(folder))
    assert key in bytes_on_disk(folder)
    assert mine

    await embedded.shredder.forget(ANNE)
    await embedded.database.scrub()

    on_disk = bytes_on_disk(folder)
    assert key not in on_disk
    assert (folder / "bot.db-wal").stat().st_size == 0
    assert all(other in on_disk for other in before)


async def test_after_deleting_all_check_ins_the_old_key_is_gone_too(embedded: Storage) -> None:
    folder = embedded.database.file.parent if embedded.database.file else Path()
    await fill(embedded, ANNE)
    (old,) = await wrapped_keys(embedded)
    async with embedded.database.transaction() as tx:
        found = await embedded.members.get(tx, ANNE, alone=True)
        assert found
        await embedded.shredder.delete_checkins(tx, found)
    await embedded.database.scrub()
    (new,) = await wrapped_keys(embedded)

    assert old not in bytes_on_disk(folder)
    assert new in bytes_on_disk(folder)


async def test_scrubbing_waits_for_readers_and_lets_others_write(embedded: Storage) -> None:
    await fill(embedded, ANNE)
    wal = embedded.database.file.with_name("bot.db-wal") if embedded.database.file else Path()
    async with embedded.database.reading() as tx:
        await tx.execute(text("SELECT count(*) FROM member"))
        await fill(embedded, BO)
        scrubbing = asyncio.create_task(embedded.database.scrub())
        for user_id in range(5):
            await fill(embedded, user_id)
        assert not scrubbing.done()
    await scrubbing

    assert wal.stat().st_size == 0


async def test_documents_sealed_under_the_old_key_stay_shut(storage: Storage) -> None:
    await fill(storage, ANNE)
    before = (await rows(storage.database, member))[0].sealed
    async with storage.database.transaction() as tx:
        found = await storage.members.get(tx, ANNE, alone=True)
        assert found
        await storage.shredder.delete_checkins(tx, found)

    async with storage.database.transaction() as tx:
        await tx.execute(member.update().values(sealed=before))
        with pytest.raises(CannotOpen):
            await storage.members.get(tx, ANNE)
