"""Open check-ins: a member's and a guest's, changed by compare-and-set, found again by whoever's they are."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from bot.errors import StorageError
from bot.storage.errors import CannotOpen, KeyMissing
from bot.storage.ids import SessionId, new_id
from bot.storage.sessions import Guest, Session, Sessions
from bot.storage.storage import Storage
from bot.storage.tables import member, session
from tests.storage.world import ANNE, BO, DAY, DOCUMENT, HOUR, NOW, make_key, make_vault, rows


async def open_one(storage: Storage, user_id: int, *, keeps: bool, due: timedelta | None = None) -> Session:
    async with storage.database.transaction() as tx:
        who = await storage.members.add(tx, user_id, {}, NOW) if keeps else Guest(user_id)
        moment = None if due is None else NOW + due
        return await storage.sessions.add(tx, who, DOCUMENT, NOW, expires=NOW + DAY, due=moment)


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_session_comes_back_as_it_was_with_whose_it_is(storage: Storage, *, keeps: bool) -> None:
    added = await open_one(storage, ANNE, keeps=keeps, due=timedelta(hours=2))

    async with storage.database.reading() as tx:
        found = await storage.sessions.get(tx, added.id)

    assert found == added
    assert found
    assert (found.user_id, found.document, found.version) == (ANNE, DOCUMENT, 1)
    assert (found.created, found.due) == (HOUR, HOUR + timedelta(hours=2, minutes=40)), "it does not tell the second"
    assert found.expires == HOUR + DAY + timedelta(hours=1), "an expiry tells the hour only"
    assert (found.member_id is not None) == keeps
    assert str(ANNE) not in repr(found)


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_session_under_a_given_id_is_opened_once(storage: Storage, *, keeps: bool) -> None:
    given = SessionId(new_id())

    async def press(number: int) -> Session:
        async with storage.database.transaction() as tx:
            who = await storage.members.add(tx, ANNE, {}, NOW) if keeps else Guest(ANNE)
            return await storage.sessions.add(tx, who, {"n": number}, NOW, expires=NOW + DAY, id_=given)

    opened = await asyncio.gather(*(press(number) for number in range(6)))

    assert {one.id for one in opened} == {given}
    assert len({one.document["n"] for one in opened}) == 1, "whoever came later gets what the first one opened"
    assert len(await rows(storage.database, session)) == 1


async def test_an_id_that_is_somebody_elses_shows_whose(storage: Storage) -> None:
    hers = await open_one(storage, ANNE, keeps=True)

    async with storage.database.transaction() as tx:
        found = await storage.sessions.add(tx, Guest(BO), {"n": 1}, NOW, expires=NOW + DAY, id_=hers.id)

    assert found == hers
    assert found.user_id == ANNE


async def test_a_guest_leaves_no_member_row(storage: Storage) -> None:
    await open_one(storage, ANNE, keeps=False)

    assert await rows(storage.database, member) == []


async def test_a_session_that_is_not_there_is_none(storage: Storage) -> None:
    async with storage.database.reading() as tx:
        assert await storage.sessions.get(tx, SessionId(new_id())) is None


@pytest.mark.parametrize("keeps", [True, False])
async def test_of_many_presses_on_one_version_one_wins(storage: Storage, *, keeps: bool) -> None:
    added = await open_one(storage, ANNE, keeps=keeps)

    async def answer(number: int) -> Session | None:
        async with storage.database.transaction() as tx:
            return await storage.sessions.update(tx, added, {"n": number}, expires=NOW + 2 * DAY, due=None)

    answered = [one for one in await asyncio.gather(*(answer(number) for number in range(8))) if one]

    async with storage.database.reading() as tx:
        assert [await storage.sessions.get(tx, added.id)] == answered
    assert answered[0].version == 2
    assert answered[0].expires > added.expires


async def test_closing_an_older_version_does_nothing(storage: Storage) -> None:
    added = await open_one(storage, ANNE, keeps=False)

    async with storage.database.transaction() as tx:
        newer = await storage.sessions.update(tx, added, {}, expires=NOW + DAY, due=None)
        assert newer
        assert not await storage.sessions.delete(tx, added)
        assert await storage.sessions.delete(tx, newer)
        assert not await storage.sessions.delete(tx, newer)
        assert await storage.sessions.update(tx, newer, {}, expires=NOW + DAY, due=None) is None


async def test_everybody_sees_their_own_open_ones(storage: Storage) -> None:
    as_guest = await open_one(storage, ANNE, keeps=False)
    as_member = [await open_one(storage, ANNE, keeps=True) for _ in range(2)]
    of_bo = await open_one(storage, BO, keeps=False)

    async with storage.database.transaction() as tx:
        anne = await storage.members.get(tx, ANNE)
        assert anne
        mine = await storage.sessions.list_open(tx, anne)
        of_guest = await storage.sessions.list_open(tx, Guest(ANNE))
        others = await storage.sessions.list_open(tx, Guest(BO))

    assert {one.id for one in mine} == {as_guest.id, *(one.id for one in as_member)}
    assert [one.id for one in of_guest] == [as_guest.id]
    assert [one.id for one in others] == [of_bo.id]


async def test_time_calls_for_what_is_due_the_longest_waiting_first(storage: Storage) -> None:
    late = await open_one(storage, ANNE, keeps=True, due=timedelta(hours=2))
    early = await open_one(storage, BO, keeps=False, due=timedelta(hours=1))
    await open_one(storage, BO, keeps=False, due=timedelta(hours=3))
    await open_one(storage, BO, keeps=False)

    async with storage.database.reading() as tx:
        due = await storage.sessions.list_due(tx, NOW + timedelta(hours=2), 10)
        first = await storage.sessions.list_due(tx, NOW + timedelta(hours=2), 1)

    assert [one.id for one in due] == [early.id, late.id]
    assert [one.id for one in first] == [early.id]


async def test_what_has_expired_is_listed_and_deleted(storage: Storage) -> None:
    old = await open_one(storage, ANNE, keeps=False)
    async with storage.database.transaction() as tx:
        young = await storage.sessions.add(tx, Guest(BO), {}, NOW + DAY, expires=NOW + 2 * DAY)
        end = old.expires

        assert await storage.sessions.list_expired(tx, end - timedelta(seconds=1), 10) == []
        assert [one.id for one in await storage.sessions.list_expired(tx, end, 10)] == [old.id]
        assert await storage.sessions.delete_expired(tx, end) == 1
        assert await storage.sessions.get(tx, old.id) is None
        assert await storage.sessions.get(tx, young.id)


async def test_a_guests_session_still_opens_after_a_change_of_key(storage: Storage) -> None:
    new, old = make_key(), make_key()
    before, after = Sessions(make_vault(old)), Sessions(make_vault(new, old))

    async with storage.database.transaction() as tx:
        added = await before.add(tx, Guest(ANNE), DOCUMENT, NOW, expires=NOW + DAY)
        assert await after.get(tx, added.id) == added
        assert await after.list_open(tx, Guest(ANNE)) == [added]
        with pytest.raises(KeyMissing, match=old.name):
            await Sessions(make_vault(new)).get(tx, added.id)


async def test_swapped_ciphertexts_do_not_open(storage: Storage) -> None:
    one, other = await open_one(storage, ANNE, keeps=False), await open_one(storage, BO, keeps=False)
    sealed = {row.id: row.sealed for row in await rows(storage.database, session)}

    async with storage.database.transaction() as tx:
        await tx.execute(update(session).where(session.c.id == one.id).values(sealed=sealed[other.id]))
        with pytest.raises(CannotOpen):
            await storage.sessions.get(tx, one.id)
        assert await storage.sessions.get(tx, other.id)


async def test_a_session_has_exactly_one_owner(storage: Storage) -> None:
    await open_one(storage, ANNE, keeps=True)
    row = (await rows(storage.database, session))[0]._asdict() | {"id": new_id()}
    guest = {"guest": bytes(32), "master": "any"}

    for values in (row | {"member_id": None}, row | guest, row | {"member_id": None, "guest": bytes(32)}):
        with pytest.raises(StorageError):
            async with storage.database.transaction() as tx:
                await tx.execute(insert(session).values(values))


async def test_an_answer_is_one_select_and_one_update(storage: Storage) -> None:
    opened = await open_one(storage, ANNE, keeps=True)
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2].split()[0])

    async with storage.database.transaction() as tx:
        engine = tx.sync_connection.engine if tx.sync_connection else None
        event.listen(engine, "before_cursor_execute", note)
        found = await storage.sessions.get(tx, opened.id)
        assert found
        assert await storage.sessions.update(tx, found, {"n": 1}, expires=NOW + DAY, due=None)
    event.remove(engine, "before_cursor_execute", note)

    assert sent == ["SELECT", "UPDATE"]


async def test_one_that_does_not_open_holds_no_other_up(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        damaged = await storage.sessions.add(tx, Guest(ANNE), DOCUMENT, NOW, expires=NOW, due=NOW)
        await storage.sessions.add(tx, Guest(BO), DOCUMENT, NOW, expires=NOW, due=NOW)
        await tx.execute(update(session).where(session.c.id == damaged.id).values(sealed=b"x" * 100))

    async with storage.database.reading() as tx:
        for listed in (storage.sessions.list_due, storage.sessions.list_expired):
            assert [one.user_id for one in await listed(tx, NOW + DAY, 10)] == [BO]
