"""Changing the master key: in batches, beside a running bot, gone on with where it stopped."""

import asyncio
from pathlib import Path

import pytest

from bot.storage.errors import KeyMissing
from bot.storage.ids import new_id
from bot.storage.rotation import rotate
from bot.storage.sessions import Guest
from bot.storage.storage import Storage, assembled, open_storage, status
from bot.storage.tables import member, member_key
from bot.storage.vault import MasterKey, Vault
from tests.storage.world import ANNE, BO, DAY, NOW, bytes_on_disk, fill, make_key, make_vault, read_all, rows, silent


@pytest.fixture
def old() -> MasterKey:
    return make_key()


@pytest.fixture
def new() -> MasterKey:
    return make_key()


@pytest.fixture
def vault(old: MasterKey, new: MasterKey) -> Vault:
    """The bot as it runs during a change: the new key first, the old one beside it."""
    return make_vault(new, old)


async def fill_under(storage: Storage, key: MasterKey, users: range) -> None:
    """Have members who came while another key was the writing one."""
    earlier = assembled(storage.database, make_vault(key))
    for user_id in users:
        await fill(earlier, user_id, f"of {user_id}")


async def test_everybody_is_moved_and_nothing_changes_for_them(
    storage: Storage, old: MasterKey, new: MasterKey
) -> None:
    await fill_under(storage, old, range(7))
    before = [await read_all(storage, user_id) for user_id in range(7)]
    lookups = {row.lookup for row in await rows(storage.database, member)}
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    assert await rotate(storage.database, storage.vault, tell, batch=3) == 7

    assert told == [(0, 7), (3, 7), (6, 7), (7, 7)]
    assert {row.master for row in await rows(storage.database, member_key)} == {new.name}
    assert not lookups & {row.lookup for row in await rows(storage.database, member)}
    alone = assembled(storage.database, make_vault(new))
    assert [await read_all(alone, user_id) for user_id in range(7)] == before
    assert await rotate(storage.database, storage.vault, silent) == 0


async def test_stopped_anywhere_it_goes_on(storage: Storage, old: MasterKey) -> None:
    await fill_under(storage, old, range(5))

    def stop(done: int, total: int) -> None:
        del total
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(storage.database, storage.vault, stop, batch=2)

    assert (await status(storage.database)).keys == {storage.vault.writing: 2, old.name: 3}
    assert await rotate(storage.database, storage.vault, silent, batch=2) == 3


async def test_the_bot_goes_on_meanwhile(storage: Storage, old: MasterKey) -> None:
    await fill_under(storage, old, range(12))

    async def use(user_id: int) -> None:
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, user_id)
            assert found
            await storage.entries.add(tx, found, {"says": "meanwhile"}, NOW, expires=None)
            assert await storage.members.update(tx, found, {"settings": "changed"})

    async def clear(user_id: int) -> None:
        async with storage.database.transaction() as tx:
            found = await storage.members.get(tx, user_id, alone=True)
            assert found
            await storage.shredder.delete_checkins(tx, found)

    users = (*(use(n) for n in range(6)), *(clear(n) for n in range(6, 9)), storage.shredder.forget(9))
    await asyncio.gather(rotate(storage.database, storage.vault, silent, batch=2), *users)

    assert (await status(storage.database)).keys == {storage.vault.writing: 11}
    for user_id in range(12):
        found = await read_all(storage, user_id)
        assert (found is None) == (user_id == 9)
        if found and user_id < 6:
            assert found["member"] == [{"settings": "changed"}]
            assert {"says": "meanwhile"} in found["entries"]


async def test_a_bot_that_knows_only_the_old_key_says_so(storage: Storage, old: MasterKey) -> None:
    await fill_under(storage, old, range(2))
    await rotate(storage.database, storage.vault, silent)
    behind = assembled(storage.database, make_vault(old))

    async with behind.database.transaction() as tx:
        for user_id in (0, BO):
            with pytest.raises(KeyMissing, match=storage.vault.writing):
                await behind.members.add(tx, user_id, {}, NOW)


async def test_without_the_old_key_nothing_is_moved(storage: Storage, old: MasterKey, new: MasterKey) -> None:
    await fill_under(storage, old, range(2))

    with pytest.raises(KeyMissing, match=old.name):
        await rotate(storage.database, make_vault(new), silent)

    assert {row.master for row in await rows(storage.database, member_key)} == {old.name}


async def test_what_needs_each_key_is_counted_guests_too(storage: Storage, old: MasterKey) -> None:
    await fill_under(storage, old, range(2))
    await fill(storage, ANNE)
    earlier = assembled(storage.database, make_vault(old))
    async with storage.database.transaction() as tx:
        await earlier.sessions.add(tx, Guest(BO), {}, NOW, expires=NOW + DAY)

    seen = await status(storage.database)

    assert seen.keys == {old.name: 3, storage.vault.writing: 1}
    assert seen.rows["member"] == 3
    assert seen.rows["session"] == 4
    assert seen.revision == seen.newest


async def test_the_old_wrapping_is_gone_from_the_disk(embedded: Storage, old: MasterKey) -> None:
    await fill_under(embedded, old, range(3))
    before = [row.wrapped for row in await rows(embedded.database, member_key)]

    await rotate(embedded.database, embedded.vault, silent)

    folder = embedded.database.file.parent if embedded.database.file else Path()
    assert not [one for one in before if one in bytes_on_disk(folder)]


async def test_a_command_beside_the_bot_may_do_it(sqlite: str, vault: Vault, old: MasterKey) -> None:
    bot = await open_storage(sqlite, vault, NOW)
    await fill_under(bot, old, range(3))
    command = await open_storage(sqlite, vault, NOW, beside=True)

    assert await rotate(command.database, vault, silent) == 3

    async with bot.database.transaction() as tx:
        assert await bot.members.get(tx, 0)
        assert await bot.leases.take(tx, "reminders", new_id(), NOW)
    await command.close()
    await bot.close()
