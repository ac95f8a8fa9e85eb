"""What moderators did: kept 90 days, the newest first, and without a name once that person has deleted their data."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.storage.deeds import LASTS, Deed
from bot.storage.errors import KeyMissing
from bot.storage.shredding import Removed
from bot.storage.storage import Storage
from bot.storage.tables import deed
from tests.storage.world import (
    ANNE,
    BO,
    DAY,
    HERE,
    NOW,
    THERE,
    bytes_on_disk,
    fill,
    fill_server,
    read_all,
    rows,
)


async def done_in(storage: Storage, place: int, limit: int = 100) -> list[Deed]:
    async with storage.database.reading() as tx:
        server = await storage.noticeboard.servers.get(tx, place)
        assert server
        return await storage.noticeboard.deeds.list_of(tx, server, limit)


async def do(storage: Storage, place: int, user_id: int, *minutes: int) -> None:
    async with storage.database.transaction() as tx:
        server = await storage.noticeboard.servers.add(tx, place, {}, NOW)
        for minute in minutes:
            await storage.noticeboard.deeds.add(tx, server, user_id, {"n": minute}, NOW + timedelta(minutes=minute))


async def count_of(storage: Storage, user_id: int) -> int:
    async with storage.database.reading() as tx:
        return await storage.noticeboard.deeds.count_of_person(tx, user_id)


@pytest.mark.parametrize("limit", [1, 3, 4, 7, 100])
async def test_the_newest_come_first_to_the_second(storage: Storage, limit: int) -> None:
    minutes = [0, 70, 5, 300, 10, 65, 75]
    await do(storage, HERE, ANNE, *minutes)
    await do(storage, THERE, BO, 1000)

    found = await done_in(storage, HERE, limit)

    wanted = sorted(minutes, reverse=True)[:limit]
    assert [(one.document, one.by) for one in found] == [({"n": n}, ANNE) for n in wanted]
    assert [one.created for one in found] == [NOW + timedelta(minutes=n) for n in wanted]


async def test_after_90_days_they_are_deleted(storage: Storage) -> None:
    await do(storage, HERE, ANNE, 0, 24 * 60)
    async with storage.database.transaction() as tx:
        assert await storage.noticeboard.deeds.delete_expired(tx, NOW + LASTS) == 0
        assert await storage.noticeboard.deeds.delete_expired(tx, NOW + 90 * DAY + timedelta(hours=1)) == 1

    assert [one.document for one in await done_in(storage, HERE)] == [{"n": 24 * 60}]


async def test_whoever_deletes_their_data_is_named_nowhere_any_more(storage: Storage) -> None:
    for place in (HERE, THERE):
        await do(storage, place, ANNE, 1, 2)
        await do(storage, place, BO, 3)
    await fill(storage, ANNE)
    before = await done_in(storage, HERE)
    assert (await count_of(storage, ANNE), await count_of(storage, BO)) == (4, 2)

    assert await storage.shredder.forget(ANNE) == Removed(
        members=1, situations=1, sessions=1, entries=1, reminders=1, deeds=4
    )

    after = await done_in(storage, HERE)
    assert [(one.document, one.created) for one in after] == [(one.document, one.created) for one in before]
    assert [one.by for one in after] == [BO, None, None]
    assert [one.by for one in await done_in(storage, THERE)] == [BO, None, None]
    assert (await count_of(storage, ANNE), await count_of(storage, BO)) == (0, 2)
    assert [row.actor for row in await rows(storage.database, deed)].count(None) == 4


async def test_a_moderator_who_keeps_nothing_is_forgotten_as_well(storage: Storage) -> None:
    await do(storage, HERE, ANNE, 1)

    assert await storage.shredder.forget(ANNE) == Removed(deeds=1)

    assert [one.by for one in await done_in(storage, HERE)] == [None]
    assert await storage.shredder.forget(ANNE) == Removed()


async def test_whoever_is_let_go_is_named_nowhere_either(storage: Storage) -> None:
    """As when a member has not come for a year."""
    await do(storage, HERE, ANNE, 1)
    await fill(storage, ANNE)
    async with storage.database.transaction() as tx:
        one = await storage.members.get(tx, ANNE, alone=True)
        assert one
        assert (await storage.shredder.delete_member(tx, one.id, ANNE)).deeds == 1

    assert [one.by for one in await done_in(storage, HERE)] == [None]


async def test_deleting_all_check_ins_is_not_about_deeds(storage: Storage) -> None:
    await do(storage, HERE, ANNE, 1)
    await fill(storage, ANNE)
    async with storage.database.transaction() as tx:
        one = await storage.members.get(tx, ANNE, alone=True)
        assert one
        _, removed = await storage.shredder.delete_checkins(tx, one)

    assert removed == Removed(sessions=1, entries=1)
    assert [one.by for one in await done_in(storage, HERE)] == [ANNE]


async def test_neither_file_nor_log_holds_what_named_them(embedded: Storage) -> None:
    folder = embedded.database.file.parent if embedded.database.file else Path()
    await fill_server(embedded, HERE, ANNE)
    await fill_server(embedded, THERE, BO)
    named = {row.actor: row.sealed for row in await rows(embedded.database, deed)}
    theirs = embedded.noticeboard.deeds._vault.actor(ANNE)
    sealed = named.pop(theirs)
    assert theirs in bytes_on_disk(folder)
    assert sealed in bytes_on_disk(folder)

    await embedded.shredder.forget(ANNE)
    await embedded.database.scrub()

    on_disk = bytes_on_disk(folder)
    assert theirs not in on_disk
    assert sealed not in on_disk
    assert all(actor in on_disk and other in on_disk for actor, other in named.items())


async def test_what_does_not_open_keeps_nobody_from_being_forgotten(storage: Storage) -> None:
    await do(storage, HERE, ANNE, 1, 2)
    await fill(storage, ANNE)
    (one, *_) = await rows(storage.database, deed)
    async with storage.database.transaction() as tx:
        await tx.execute(update(deed).where(deed.c.id == one.id).values(sealed=b"damaged"))

    assert (await storage.shredder.forget(ANNE)).deeds == 2

    assert await read_all(storage, ANNE) is None
    assert [found.by for found in await done_in(storage, HERE)] == [None]


async def test_two_deeds_that_changed_places_do_not_open(storage: Storage) -> None:
    await do(storage, HERE, ANNE, 1)
    await do(storage, HERE, BO, 2)
    one, other = await rows(storage.database, deed)
    async with storage.database.transaction() as tx:
        await tx.execute(update(deed).where(deed.c.id == one.id).values(sealed=other.sealed))

    assert len(await done_in(storage, HERE)) == 1, "it is left out, so that the others can be read"


async def test_forgetting_while_others_go_on_takes_out_all_that_was_there(storage: Storage) -> None:
    await do(storage, HERE, ANNE, *range(20))

    await asyncio.gather(
        *(do(storage, HERE, BO, n) for n in range(4)),
        storage.shredder.forget(ANNE),
        *(do(storage, THERE, BO, n) for n in range(4)),
    )

    assert [one.by for one in await done_in(storage, HERE)].count(None) == 20
    assert (await count_of(storage, ANNE), await count_of(storage, BO)) == (0, 8)


async def test_nobody_is_said_to_be_forgotten_while_a_key_that_is_needed_for_it_is_not_loaded(
    storage: Storage,
) -> None:
    """As when the old key was taken out before all was brought under the new one."""
    await do(storage, HERE, ANNE, 1)
    old = storage.noticeboard.deeds._vault.writing
    async with storage.database.transaction() as tx:
        await tx.execute(update(deed).values(actor=b"a" * 32, master="0" * 16))

    with pytest.raises(KeyMissing):
        await storage.shredder.forget(ANNE)
    with pytest.raises(KeyMissing):
        await count_of(storage, ANNE)
    async with storage.database.transaction() as tx:
        await tx.execute(update(deed).values(actor=storage.noticeboard.deeds._vault.actor(ANNE), master=old))
    assert (await storage.shredder.forget(ANNE)).deeds == 1
