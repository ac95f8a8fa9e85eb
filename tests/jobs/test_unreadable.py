"""Rows that nothing opens any more are set aside: however many they are, everybody else is written to in time."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, update

from bot.domain.reminders.schedule import Once
from bot.domain.trusted_time import ConfirmedTime, SimulatedClock
from bot.jobs.sending import SendingJob
from bot.services.leasing import Lease
from bot.services.pack import ServedPack
from bot.services.reminders.sending import AT_ONCE
from bot.storage.rotation import rotate
from bot.storage.sessions import Guest
from bot.storage.shredding import Removed
from bot.storage.storage import Storage, assembled
from bot.storage.tables import (
    deed,
    entry,
    member,
    member_key,
    posting,
    reminder,
    server,
    server_key,
    session,
    situation,
)
from bot.storage.vault import Vault
from tests.jobs.hanging import Wall, hanging
from tests.jobs.test_weekly import Square
from tests.services.keepers import CY, documents_of, join, keep, open_over
from tests.services.keepers import Clock as Standing
from tests.storage.world import ANNE, BO, HERE, NOW, fill, fill_server, make_key, read_all, read_server, rows, silent

MANY = AT_ONCE + 20
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def wall(embedded: Storage, content: Path) -> AsyncIterator[Wall]:
    async with hanging(embedded, ServedPack(content, NOW)) as wall:
        yield wall


async def damage(storage: Storage, table: Table, *ids: bytes) -> None:
    """Make rows what nothing opens; all of a table where none is named."""
    change = update(table).values(sealed=b"0" * 600)
    async with storage.database.transaction() as tx:
        await tx.execute(change.where(table.c.id.in_(ids)) if ids else change)


async def test_reminders_that_cannot_be_read_hold_nobody_elses_up(wall: Wall) -> None:
    one, now, ada = open_over(wall.storage, Standing()), wall.clock(), wall.wire.world.person("Ada")
    personal = open_over(wall.storage, wall.clock)
    dm = wall.wire.world.dm(ada)
    await join(one, ANNE, now)
    async with one.storage.database.transaction() as tx:
        person = await one.people.find(tx, ANNE)
        assert person
        for _ in range(MANY):
            await one.storage.reminders.add(tx, person.member, {}, now, due=now)
    await damage(wall.storage, reminder)
    await join(one, int(ada["id"]), now, channel=int(dm["id"]))
    await personal.reminders.add(int(ada["id"]), secrets.token_bytes(16), Once(), now + HOUR, int(dm["id"]))
    wall.clock.go_on(HOUR + timedelta(minutes=10))
    job = SendingJob(wall.pack, wall.client, wall.clock, ["reminder", "nudge"], pace=0)
    lease = Lease(wall.storage, job.name, secrets.token_bytes(16), SimulatedClock(wall.clock))

    await job.run(personal, lease)

    assert len(wall.wire.posts(dm)) == 1
    assert len(await rows(wall.storage.database, reminder)) >= MANY, "a later version may read them"
    assert await personal.sending.list_due("reminder") == [], "they are looked at again tomorrow, not each round"


async def test_a_conversation_that_never_answers_holds_nobody_elses_up(wall: Wall) -> None:
    one, now, world = open_over(wall.storage, wall.clock), wall.clock(), wall.wire.world
    people = [world.person(name) for name in ("Ada", "Ben")]
    for user in people:
        who, channel = int(user["id"]), int(world.dm(user)["id"])
        await join(one, who, now, channel=channel)
        await one.reminders.add(who, secrets.token_bytes(16), Once(), now + HOUR, channel)
    wall.clock.go_on(HOUR + timedelta(minutes=10))
    for what in await one.sending.list_due("reminder"):  # as a process does that then dies
        letter = await one.sending.claim("reminder", what, ConfirmedTime(wall.clock()))
        assert letter
        if letter.user != int(people[0]["id"]):
            await one.sending.give_up(letter)
            await one.reminders.add(
                letter.user, secrets.token_bytes(16), Once(), wall.clock() + HOUR, letter.channel or 0
            )
    wall.clock.go_on(HOUR + timedelta(minutes=10))
    wall.wire.faults.add(
        method="GET", path_regex=rf"/channels/{world.dm(people[0])['id']}/messages$", status=503, times=99
    )
    job = SendingJob(wall.pack, wall.client, wall.clock, ["reminder"], pace=0)
    lease = Lease(wall.storage, job.name, secrets.token_bytes(16), SimulatedClock(wall.clock))

    await job.run(one, lease)

    assert len(wall.wire.posts(world.dm(people[1]))) == 1


async def test_weekly_prompts_of_servers_that_cannot_be_read_hold_no_other_up(wall: Wall) -> None:
    async with wall.storage.database.transaction() as tx:
        for number in range(MANY):
            await wall.storage.noticeboard.servers.add(tx, HERE + number, {}, NOW)
        await tx.execute(update(server).values(due=NOW, sealed=b"0" * 600))
    square = Square(wall)
    await square.set_and_wait()

    await square.round()

    assert len(square.came()) == 1


async def test_what_lies_in_the_same_table_holds_up_nothing_of_another_kind(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        for kind in ("of a later version", "check-in", "damaged"):
            for _ in range(MANY):
                await storage.sessions.add(tx, Guest(ANNE), {"kind": kind}, NOW, expires=NOW + HOUR, due=NOW)
        late = await storage.sessions.add(tx, Guest(BO), {"kind": "nudge"}, NOW, expires=NOW + DAY, due=NOW + HOUR)
    await damage(
        storage, session, *[row.id for row in (await rows(storage.database, session))[:MANY] if row.id != late.id]
    )

    async with storage.database.reading() as tx:
        due = await storage.sessions.list_due(tx, NOW + DAY, 5, lambda one: one["kind"] == "nudge")
        over = await storage.sessions.list_expired(tx, NOW + 2 * DAY, 5, lambda one: one["kind"] == "nudge")

    assert [one.id for one in due] == [one.id for one in over] == [late.id]


async def test_what_of_a_member_cannot_be_read_hides_nothing_else_of_theirs(storage: Storage) -> None:
    one = open_over(storage, Standing())
    for user in (BO, CY):
        await join(one, user)
        for _ in range(2):
            await keep(one, user, label="the blue house")
    first = {table: (await rows(storage.database, table))[0] for table in (entry, situation)}
    for table, row in first.items():
        await damage(storage, table, row.id)

    assert [len([said for said in await documents_of(one, user) if said]) for user in (BO, CY)].count(1) == 1
    looks = [await one.lookback.look(user, NOW + HOUR) for user in (BO, CY)]
    assert sorted((len(look.entries), look.unread) for look in looks if look) == [(1, True), (2, False)]


async def test_a_member_whose_row_cannot_be_read_can_be_deleted(storage: Storage) -> None:
    await fill(storage, ANNE)
    await damage(storage, member)
    await fill(storage, BO)

    receipt = await open_over(storage, Standing()).mydata.delete_everything(ANNE, NOW)

    assert receipt.entries is None
    assert await read_all(storage, BO)
    assert [len(await rows(storage.database, table)) for table in (member, member_key, entry, reminder)] == [1] * 4
    assert await storage.shredder.forget(ANNE) == Removed()


async def test_members_who_no_longer_come_are_found_past_one_that_cannot_be_read(storage: Storage) -> None:
    one = open_over(storage, Standing())
    for user in (ANNE, BO, CY):
        await join(one, user)
    (bad, *_) = sorted(row.id for row in await rows(storage.database, member))
    await damage(storage, member, bad)

    assert len(await one.retention.list_lapsing(NOW + 400 * DAY)) == 2


async def test_what_a_later_version_wrote_of_one_member_does_not_keep_what_is_over_of_others(storage: Storage) -> None:
    one, late = open_over(storage, Standing()), NOW + 400 * DAY
    for user in (ANNE, BO, CY):
        await join(one, user)
    async with storage.database.transaction() as tx:
        anne, bo = [await one.people.find(tx, user) for user in (ANNE, BO)]
        assert anne
        assert bo
        await storage.reminders.add(tx, anne.member, {"format": 99}, NOW, due=None)
        await storage.members.update(tx, bo.member, {"format": 99})

    _, members = await one.retention.share_over(ConfirmedTime(late), None)

    assert members.due == 1
    assert [lapsing.user_id for lapsing in await one.retention.list_lapsing(late)] == [CY]


async def test_a_server_that_was_left_is_deleted_whether_it_opens_or_not(storage: Storage) -> None:
    servers = storage.noticeboard.servers
    await fill_server(storage, HERE)
    async with storage.database.transaction() as tx:
        await tx.execute(update(server).values(left=NOW, sealed=b"0" * 600))
        (row,) = await servers.list_left(tx, NOW + DAY, 9)
        assert not await servers.delete_left(tx, row, NOW - HOUR)
        assert await servers.delete_left(tx, row, NOW + HOUR)

    assert [await rows(storage.database, table) for table in (server, server_key, posting, deed)] == [[]] * 4


async def test_a_line_of_a_log_that_cannot_be_read_is_left_out(storage: Storage) -> None:
    for says in ("one", "two"):
        await fill_server(storage, HERE, ANNE, says)
    await damage(storage, deed, (await rows(storage.database, deed))[0].id)

    found = await read_server(storage, HERE)

    assert found
    assert len(found["deeds"]) == 1


async def test_the_key_is_changed_past_what_cannot_be_read(storage: Storage) -> None:
    for user in (ANNE, BO):
        await fill(storage, user)
    await damage(storage, member, (await rows(storage.database, member))[0].id)
    both = Vault([make_key(), storage.vault.master(storage.vault.writing)])

    moved = await rotate(storage.database, both, silent)

    assert (moved.members, moved.left) == (1, 1)
    found = [row.master for row in await rows(storage.database, member_key)]
    assert sorted(found) == sorted((both.writing, storage.vault.writing))
    assert assembled(storage.database, both)
