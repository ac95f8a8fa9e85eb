"""Servers and their keys: found by a pseudonym, changed by one at a time, gone with all their rows."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select, update

from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.ids import ServerRowId, new_id
from bot.storage.servers import Server
from bot.storage.storage import Storage, assembled, open_storage
from bot.storage.tables import deed, metadata, posting, server, server_key
from bot.storage.vault import Vault
from tests.storage.world import (
    ANNE,
    BO,
    DAY,
    DOCUMENT,
    HERE,
    HOUR,
    NOW,
    THERE,
    bytes_on_disk,
    fill,
    fill_server,
    make_key,
    make_vault,
    read_all,
    read_server,
    rows,
)


async def test_a_server_is_found_changed_and_listed(storage: Storage) -> None:
    servers = storage.noticeboard.servers
    async with storage.database.transaction() as tx:
        assert await servers.get(tx, HERE) is None
        added = await servers.add(tx, HERE, DOCUMENT, NOW)
        assert (added.server_id, added.document, added.created, added.due, added.left) == (
            HERE,
            DOCUMENT,
            HOUR,
            None,
            None,
        )
        changed = await servers.update(tx, added, {"n": 1}, due=NOW, left=NOW)
        assert changed
        assert (changed.version, changed.due, changed.left) == (2, NOW, HOUR)
        assert await servers.update(tx, added, {"n": 2}, due=None, left=None) is None

    async with storage.database.transaction() as tx:
        found = await servers.get(tx, HERE)
        assert found == await servers.get_by_id(tx, added.id)
        assert found
        assert (found.document, found.due, found.left) == ({"n": 1}, NOW, HOUR)
        assert await servers.get_by_id(tx, ServerRowId(new_id())) is None


async def test_a_server_that_is_there_already_is_given_as_it_stands(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        first = await storage.noticeboard.servers.add(tx, HERE, {"first": True}, NOW)
        assert await storage.noticeboard.servers.add(tx, HERE, {"second": True}, NOW) == first


async def test_two_that_add_one_server_at_once_have_the_same(storage: Storage) -> None:
    async def add() -> Server:
        async with storage.database.transaction() as tx:
            return await storage.noticeboard.servers.add(tx, HERE, {}, NOW)

    made = await asyncio.gather(*(add() for _ in range(6)))

    assert len({one.id for one in made}) == 1
    assert len(await rows(storage.database, server_key)) == 1


async def test_what_time_calls_for_is_named_the_longest_waiting_first(storage: Storage) -> None:
    servers = storage.noticeboard.servers
    async with storage.database.transaction() as tx:
        made = [await servers.add(tx, number, {}, NOW) for number in range(5)]
        for number, one in enumerate(made[:4]):
            at = NOW - number * DAY
            await servers.update(tx, one, {}, due=at, left=at)

        ids = [one.id for one in made]
        assert await servers.list_due(tx, NOW - DAY, 9) == [ids[3], ids[2], ids[1]]
        assert await servers.list_due(tx, NOW, 2) == [ids[3], ids[2]]
        assert await servers.list_left(tx, NOW - DAY, 9) == [ids[3], ids[2], ids[1]]
        assert await servers.list_left(tx, NOW, 1) == [ids[3]]
        first = await servers.list_ids(tx, b"", 3)
        assert first + await servers.list_ids(tx, first[-1], 3) == sorted(ids)


async def test_a_server_is_used_in_the_transaction_it_was_read_in(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        one = await storage.noticeboard.servers.add(tx, HERE, {}, NOW)
    async with storage.database.transaction() as tx:
        with pytest.raises(RuntimeError, match="outside the transaction"):
            await storage.noticeboard.deeds.add(tx, one, ANNE, {}, NOW)


async def test_deleting_a_server_leaves_what_is_of_others(storage: Storage) -> None:
    await fill_server(storage, THERE, BO)
    await fill(storage, ANNE)
    before = {one.name: len(await rows(storage.database, one)) for one in metadata.sorted_tables}
    of_there, of_anne = await read_server(storage, THERE), await read_all(storage, ANNE)
    await fill_server(storage, HERE)

    async with storage.database.transaction() as tx:
        one = await storage.noticeboard.servers.get(tx, HERE, alone=True)
        assert one
        await storage.noticeboard.servers.delete(tx, one)
    await storage.database.scrub()

    after = {one.name: len(await rows(storage.database, one)) for one in metadata.sorted_tables}
    assert after == before | {"showing": before["showing"] + 1}, "a showing tells no server; it lapses in a day"
    assert await read_server(storage, HERE) is None
    assert await read_server(storage, THERE) == of_there
    assert await read_all(storage, ANNE) == of_anne


async def test_after_deleting_a_server_neither_file_nor_log_holds_its_key(embedded: Storage) -> None:
    folder = embedded.database.file.parent if embedded.database.file else Path()
    await fill_server(embedded, HERE)
    (key,) = [row.wrapped for row in await rows(embedded.database, server_key)]
    (sealed,) = [row.sealed for row in await rows(embedded.database, posting)]
    assert key in bytes_on_disk(folder)
    assert sealed in bytes_on_disk(folder)

    async with embedded.database.transaction() as tx:
        one = await embedded.noticeboard.servers.get(tx, HERE, alone=True)
        assert one
        await embedded.noticeboard.servers.delete(tx, one)
    await embedded.database.scrub()

    assert key not in bytes_on_disk(folder)
    assert sealed not in bytes_on_disk(folder)


async def test_what_is_written_while_a_server_is_deleted_opens_or_is_gone(storage: Storage) -> None:
    await fill_server(storage, HERE)

    async def write() -> None:
        async with storage.database.transaction() as tx:
            if one := await storage.noticeboard.servers.get(tx, HERE):
                await storage.noticeboard.deeds.add(tx, one, ANNE, {}, NOW)

    async def delete() -> None:
        async with storage.database.transaction() as tx:
            one = await storage.noticeboard.servers.get(tx, HERE, alone=True)
            assert one
            await storage.noticeboard.servers.delete(tx, one)

    await asyncio.gather(*(write() for _ in range(6)), delete(), *(write() for _ in range(6)))

    assert await read_server(storage, HERE) is None
    assert await rows(storage.database, deed) == []


@pytest.mark.parametrize("table", [server, posting, deed])
async def test_what_was_sealed_for_another_server_does_not_open(storage: Storage, table: Table) -> None:
    """Neither its words nor its key, put in this one's place."""
    await fill_server(storage, HERE)
    await fill_server(storage, THERE, BO)
    one, other = [row.sealed for row in await rows(storage.database, table)]
    async with storage.database.transaction() as tx:
        for mine, theirs in ((one, b"-"), (other, one), (b"-", other)):
            await tx.execute(update(table).where(table.c.sealed == mine).values(sealed=theirs))

    for place in (HERE, THERE):
        if table is not server:  # left out of the list, so that the others can be read
            read = await read_server(storage, place)
            assert read is not None
            assert read["postings" if table is posting else "deeds"] == []
        if table is deed:
            continue
        with pytest.raises(CannotOpen):
            await _read_each(storage, place)


async def _read_each(storage: Storage, place: int) -> None:
    await read_server(storage, place)
    async with storage.database.transaction() as tx:
        found = await storage.noticeboard.servers.get(tx, place)
        assert found is not None
        for row in await tx.execute(select(posting.c.id).where(posting.c.server_id == found.id)):
            await storage.noticeboard.postings.get(tx, found, row.id)


async def test_a_key_put_in_another_servers_place_does_not_open(storage: Storage) -> None:
    await fill_server(storage, HERE)
    await fill_server(storage, THERE)
    one, other = [row.wrapped for row in await rows(storage.database, server_key)]
    async with storage.database.transaction() as tx:
        await tx.execute(update(server_key).where(server_key.c.wrapped == one).values(wrapped=other))

    assert len([place for place in (HERE, THERE) if not await _opens(storage, place)]) == 1


async def _opens(storage: Storage, place: int) -> bool:
    try:
        return await read_server(storage, place) is not None
    except CannotOpen:
        return False


async def test_a_server_cannot_be_matched_with_a_member_of_the_same_number(storage: Storage) -> None:
    await fill(storage, ANNE)
    await fill_server(storage, ANNE, ANNE)

    seen = [
        row.lookup for table in ("member", "server") for row in await rows(storage.database, metadata.tables[table])
    ]
    seen += [row.actor for row in await rows(storage.database, deed)]
    assert len(set(seen)) == 3


async def test_without_its_key_no_server_is_taken_for_a_new_one(address: str, vault: Vault) -> None:
    storage = await open_storage(address, vault, NOW)
    await fill_server(storage, HERE)
    stranger = assembled(storage.database, make_vault(make_key()))

    for place in (HERE, THERE):
        async with storage.database.transaction() as tx:
            with pytest.raises(KeyMissing, match=vault.writing):
                await stranger.noticeboard.servers.add(tx, place, {}, NOW)
    await storage.close()
    with pytest.raises(KeyMissing, match=vault.writing):
        await open_storage(address, make_vault(), NOW)


async def test_nothing_of_a_server_stands_on_the_disk(embedded: Storage) -> None:
    await fill_server(embedded, HERE, ANNE, "canary")
    folder = embedded.database.file.parent if embedded.database.file else Path()

    on_disk = bytes_on_disk(folder)

    assert b"canary" not in on_disk
    for number in (HERE, ANNE):
        assert str(number).encode() not in on_disk
        assert number.to_bytes(8, "big") not in on_disk
        assert number.to_bytes(8, "little") not in on_disk


async def test_two_servers_with_different_settings_look_alike(storage: Storage) -> None:
    await fill_server(storage, HERE, ANNE, "short")
    await fill_server(storage, THERE, BO, "longer, and different in every way " * 4)

    for table in (server, posting, deed):
        assert len({len(row.sealed) for row in await rows(storage.database, table)}) == 1, table.name


async def test_nothing_shown_of_a_row_says_which_server_or_who(storage: Storage) -> None:
    await fill_server(storage, HERE, ANNE, "canary")
    async with storage.database.transaction() as tx:
        one = await storage.noticeboard.servers.get(tx, HERE)
        assert one
        shown = repr((one, await storage.noticeboard.deeds.list_of(tx, one)))
        shown += repr(await storage.noticeboard.postings.list_of(tx, one))

    assert not [word for word in ("canary", str(HERE), str(ANNE)) if word in shown]


async def test_hours_are_all_that_is_told_of_when(storage: Storage) -> None:
    await fill_server(storage, HERE)
    async with storage.database.transaction() as tx:
        one = await storage.noticeboard.servers.get(tx, HERE)
        assert one
        await storage.noticeboard.servers.update(tx, one, {}, due=None, left=NOW + timedelta(minutes=3))

    for table in metadata.sorted_tables:
        for row in await rows(storage.database, table):
            for name in {"created", "expires", "left", "hour"} & set(table.columns.keys()):
                moment = getattr(row, name)
                assert (moment.minute, moment.second) == (0, 0), f"{table.name}.{name}"
