"""Changing the master key: in batches, beside a running bot, gone on with where it stopped."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.storage.errors import KeyMissing
from bot.storage.ids import new_id
from bot.storage.rotation import Rotated, rotate
from bot.storage.sessions import Guest
from bot.storage.storage import Storage, assembled, open_storage, status
from bot.storage.tables import deed, member, member_key, server, server_key
from bot.storage.vault import MasterKey, Vault
from tests.storage.world import (
    ANNE,
    BO,
    DAY,
    HERE,
    NOW,
    bytes_on_disk,
    fill,
    fill_server,
    make_key,
    make_vault,
    read_all,
    read_server,
    rows,
    silent,
)


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

    assert await rotate(storage.database, storage.vault, tell, batch=3) == Rotated(members=7)

    assert told == [(0, 7), (3, 7), (6, 7), (7, 7)]
    assert {row.master for row in await rows(storage.database, member_key)} == {new.name}
    assert not lookups & {row.lookup for row in await rows(storage.database, member)}
    alone = assembled(storage.database, make_vault(new))
    assert [await read_all(alone, user_id) for user_id in range(7)] == before
    assert await rotate(storage.database, storage.vault, silent) == Rotated(members=0)


async def test_stopped_anywhere_it_goes_on(storage: Storage, old: MasterKey) -> None:
    await fill_under(storage, old, range(5))

    def stop(done: int, total: int) -> None:
        del total
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(storage.database, storage.vault, stop, batch=2)

    assert (await status(storage.database)).keys == {storage.vault.writing: 2, old.name: 3}
    assert await rotate(storage.database, storage.vault, silent, batch=2) == Rotated(members=3)


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


async def test_servers_and_who_did_what_there_are_moved_too(storage: Storage, old: MasterKey, new: MasterKey) -> None:
    earlier = assembled(storage.database, make_vault(old))
    for place in range(5):
        await fill_server(earlier, place, ANNE, f"of {place}")
    await fill_server(storage, HERE, BO)
    before = [await read_server(storage, place) for place in range(5)]
    lookups = {row.lookup for row in await rows(storage.database, server)}
    assert (await status(storage.database)).keys == {old.name: 10, new.name: 2}

    assert await rotate(storage.database, storage.vault, silent, batch=2) == Rotated(servers=5, deeds=5)

    assert (await status(storage.database)).keys == {new.name: 12}
    assert len(lookups & {row.lookup for row in await rows(storage.database, server)}) == 1
    alone = assembled(storage.database, make_vault(new))
    assert [await read_server(alone, place) for place in range(5)] == before
    assert await rotate(storage.database, storage.vault, silent) == Rotated()
    assert (await alone.shredder.forget(ANNE)).deeds == 5


async def test_while_keys_are_changed_a_server_and_a_person_are_found_under_both(
    storage: Storage, old: MasterKey
) -> None:
    earlier = assembled(storage.database, make_vault(old))
    await fill_server(earlier, HERE, ANNE)
    await fill_server(storage, HERE, ANNE)

    assert len(await rows(storage.database, server)) == 1
    async with storage.database.reading() as tx:
        assert await storage.noticeboard.deeds.count_of_person(tx, ANNE) == 2
    assert (await storage.shredder.forget(ANNE)).deeds == 2


async def test_whoever_is_forgotten_is_not_named_again_by_a_change_of_the_key(storage: Storage, old: MasterKey) -> None:
    earlier = assembled(storage.database, make_vault(old))
    for place in range(8):
        await fill_server(earlier, place, ANNE)

    await asyncio.gather(rotate(storage.database, storage.vault, silent, batch=2), storage.shredder.forget(ANNE))

    async with storage.database.reading() as tx:
        assert await storage.noticeboard.deeds.count_of_person(tx, ANNE) == 0
    assert {row.actor for row in await rows(storage.database, deed)} == {None}
    for place in range(8):
        assert (await read_server(storage, place) or {})["deeds"] == [({"what": "words"}, None)]


async def test_a_server_stays_shut_without_the_old_key(storage: Storage, old: MasterKey, new: MasterKey) -> None:
    await fill_server(assembled(storage.database, make_vault(old)), HERE)

    with pytest.raises(KeyMissing, match=old.name):
        await rotate(storage.database, make_vault(new), silent)

    assert {row.master for row in await rows(storage.database, server_key)} == {old.name}


async def test_the_old_wrapping_is_gone_from_the_disk(embedded: Storage, old: MasterKey) -> None:
    await fill_under(embedded, old, range(3))
    before = [row.wrapped for row in await rows(embedded.database, member_key)]

    await rotate(embedded.database, embedded.vault, silent)
    await embedded.database.scrub()

    folder = embedded.database.file.parent if embedded.database.file else Path()
    assert not [one for one in before if one in bytes_on_disk(folder)]


async def test_a_command_beside_the_bot_may_do_it(sqlite: str, vault: Vault, old: MasterKey) -> None:
    bot = await open_storage(sqlite, vault, NOW)
    await fill_under(bot, old, range(3))
    command = await open_storage(sqlite, vault, NOW, beside=True)

    assert await rotate(command.database, vault, silent) == Rotated(members=3)

    async with bot.database.transaction() as tx:
        assert await bot.members.get(tx, 0)
        assert await bot.leases.take(tx, "reminders", new_id(), NOW)
    await command.close()
    await bot.close()


async def test_deeds_of_a_server_whose_key_is_gone_keep_no_change_of_the_key_from_ending(
    storage: Storage, old: MasterKey, vault: Vault
) -> None:
    """As after a restore of a copy of the database that leaves keys out."""
    await fill_server(assembled(storage.database, make_vault(old)), HERE)
    await fill_under(storage, old, range(2))
    async with storage.database.transaction() as tx:
        await tx.execute(delete(server_key))

    async with asyncio.timeout(20):
        assert await rotate(storage.database, vault, silent) == Rotated(members=2)
