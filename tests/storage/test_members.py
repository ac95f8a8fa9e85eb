"""Members: one row a person, found by a pseudonym, changed by compare-and-set, never guessed at under another key."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.members import Members
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import member, member_key
from bot.storage.vault import Vault
from tests.storage.world import ANNE, BO, DAY, DOCUMENT, HOUR, NOW, make_vault, rows


async def test_a_member_is_found_by_their_user_id_and_by_their_id(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        added = await storage.members.add(tx, ANNE, DOCUMENT, NOW)
    async with storage.database.reading() as tx:
        found = await storage.members.get(tx, ANNE)
        again = await storage.members.get_by_id(tx, added.id)

    assert found == again == added
    assert found
    assert (found.user_id, found.document, found.created, found.used, found.version) == (ANNE, DOCUMENT, HOUR, HOUR, 1)


async def test_someone_who_keeps_nothing_is_not_there(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await storage.members.add(tx, ANNE, {}, NOW)

        assert await storage.members.get(tx, BO) is None
        assert await storage.members.count(tx) == 1


async def test_a_member_shows_nothing_of_themselves(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        added = await storage.members.add(tx, ANNE, {"says": "canary"}, NOW)

    assert str(ANNE) not in repr(added)
    assert "canary" not in repr(added)
    assert "key" not in repr(added)


async def test_adding_twice_at_once_makes_one_member(storage: Storage) -> None:
    async def add(number: int) -> bytes:
        async with storage.database.transaction() as tx:
            return (await storage.members.add(tx, ANNE, {"number": number}, NOW)).id

    ids = await asyncio.gather(*(add(number) for number in range(8)))

    assert len(set(ids)) == 1
    assert len(await rows(storage.database, member)) == len(await rows(storage.database, member_key)) == 1


async def test_of_two_changes_to_one_version_one_wins(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await storage.members.add(tx, ANNE, {"n": 0}, NOW)
    both_have_read = asyncio.Barrier(2)

    async def change(number: int) -> bool:
        async with storage.database.reading() as tx:
            seen = await storage.members.get(tx, ANNE)
        await both_have_read.wait()
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, ANNE)
            assert found
            assert seen
            if found.version != seen.version:
                return False
            return await storage.members.update(tx, found, {"n": number}) is not None

    assert sorted(await asyncio.gather(change(1), change(2))) == [False, True]


async def test_a_change_to_an_older_version_does_nothing(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        first = await storage.members.add(tx, ANNE, {"n": 0}, NOW)
        second = await storage.members.update(tx, first, {"n": 1})
        late = await storage.members.update(tx, first, {"n": 2})
        found = await storage.members.get(tx, ANNE)

    assert late is None
    assert second == found
    assert found
    assert (found.document, found.version) == ({"n": 1}, 2)


async def test_a_member_is_not_carried_into_another_transaction(storage: Storage) -> None:
    """By then they may have another key, and what the old one sealed could never be opened."""
    async with storage.database.transaction() as tx:
        one = await storage.members.add(tx, ANNE, {}, NOW)

    async with storage.database.transaction() as tx:
        with pytest.raises(RuntimeError, match="outside the transaction it was read in"):
            await storage.entries.add(tx, one, {}, NOW, expires=None)
        with pytest.raises(RuntimeError, match="outside the transaction it was read in"):
            await storage.members.update(tx, one, {})


async def test_the_hour_of_last_use_rises_and_never_falls(storage: Storage) -> None:
    async def use(moment: timedelta) -> object:
        async with storage.database.transaction() as tx:
            one = await storage.members.get(tx, ANNE)
            assert one
            await storage.members.touch(tx, one, NOW + moment)
        return (await rows(storage.database, member))[0].used

    async with storage.database.transaction() as tx:
        await storage.members.add(tx, ANNE, {}, NOW)

    assert await use(timedelta(minutes=5)) == HOUR
    assert await use(timedelta(hours=2)) == HOUR + timedelta(hours=2)
    assert await use(timedelta(hours=1)) == HOUR + timedelta(hours=2)


async def test_unused_members_are_listed_in_parts(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        for user_id in range(5):
            await storage.members.add(tx, user_id, {}, NOW)
        await storage.members.add(tx, ANNE, {}, NOW + 400 * DAY)

    async with storage.database.reading() as tx:
        first, then = await storage.members.list_unused(tx, NOW + 365 * DAY, 3)
        rest, end = await storage.members.list_unused(tx, NOW + 365 * DAY, 3, after=then)

    assert {one.user_id for one in first + rest} == set(range(5))
    assert (len(first), len(rest), end) == (3, 2, None)


async def test_under_another_key_nobody_is_said_to_be_missing(storage: Storage, address: str) -> None:
    async with storage.database.transaction() as tx:
        await storage.members.add(tx, ANNE, {}, NOW)
    other = Members(make_vault())

    async with storage.database.transaction() as tx:
        for user_id in (ANNE, BO):
            with pytest.raises(KeyMissing, match=f"needs the master key {storage.vault.writing}"):
                await other.get(tx, user_id)
            with pytest.raises(KeyMissing):
                await other.add(tx, user_id, {}, NOW)
    await storage.close()
    with pytest.raises(KeyMissing, match="Load its key file"):
        await open_storage(address, make_vault(), NOW)


async def test_any_key_opens_a_database_without_members(address: str, vault: Vault) -> None:
    for one in (vault, make_vault()):
        await (await open_storage(address, one, NOW)).close()


async def test_a_member_whose_key_is_gone_is_not_made_anew(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await storage.members.add(tx, ANNE, {}, NOW)
        await tx.execute(text("DELETE FROM member_key"))

        with pytest.raises(KeyMissing, match="missing from the keyring"):
            await storage.members.add(tx, ANNE, {}, NOW)


async def test_keys_and_documents_put_into_another_members_rows_do_not_open(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        anne = await storage.members.add(tx, ANNE, {"who": "Anne"}, NOW)
        await storage.members.add(tx, BO, {"who": "Bo"}, NOW)
    keys = {row.member_id: row.wrapped for row in await rows(storage.database, member_key)}
    sealed = {row.id: row.sealed for row in await rows(storage.database, member)}
    of_bo = next(id_ for id_ in keys if id_ != anne.id)

    for table, id_, column, values in (
        (member_key, member_key.c.member_id, "wrapped", keys),
        (member, member.c.id, "sealed", sealed),
    ):
        async with storage.database.transaction() as tx:
            await tx.execute(update(table).where(id_ == anne.id).values({column: values[of_bo]}))
            with pytest.raises(CannotOpen, match="does not open"):
                await storage.members.get(tx, ANNE)
            await tx.execute(update(table).where(id_ == anne.id).values({column: values[anne.id]}))
            assert await storage.members.get(tx, ANNE)
