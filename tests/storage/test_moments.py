"""The time that was confirmed last only goes on, unless Discord confirmed that it was wrong; leases that cannot be."""

from datetime import timedelta

from bot.storage.ids import new_id
from bot.storage.leases import LASTS
from bot.storage.storage import Storage
from tests.storage.world import DAY, NOW

MINUTE = timedelta(minutes=1)


async def seen(storage: Storage) -> object:
    async with storage.database.reading() as tx:
        return await storage.moments.get_confirmed(tx)


async def note(storage: Storage, before: object, now: object) -> object:
    async with storage.database.transaction() as tx:
        await storage.moments.note_confirmed(tx, before, now)
    return await seen(storage)


async def test_the_time_confirmed_last_goes_on_by_minutes(storage: Storage) -> None:
    assert await seen(storage) is None
    first = NOW.replace(microsecond=0)
    assert await note(storage, None, NOW) == first
    assert await note(storage, None, NOW + DAY) == first  # another process was quicker
    assert await note(storage, first, first + MINUTE / 2) == first
    assert await note(storage, first, first + MINUTE) == first + MINUTE


async def test_of_two_processes_the_later_time_stays(storage: Storage) -> None:
    await note(storage, None, NOW)
    before = await seen(storage)
    assert await note(storage, before, NOW + 5 * MINUTE) == await note(storage, before, NOW + 3 * MINUTE)


async def test_it_goes_back_where_the_one_seen_is_the_one_that_stands(storage: Storage) -> None:
    await note(storage, None, NOW + 400 * DAY)
    wrong = await seen(storage)

    assert await note(storage, NOW + 300 * DAY, NOW) == wrong
    assert await note(storage, wrong, NOW - MINUTE / 2) == (NOW - MINUTE / 2).replace(microsecond=0)


async def test_a_moment_can_be_set_again(storage: Storage) -> None:
    for moment in (NOW, NOW - DAY, NOW + DAY):
        async with storage.database.transaction() as tx:
            await storage.moments.put(tx, "let go", moment)
            assert await storage.moments.get(tx, "let go") == moment.replace(microsecond=0)


async def test_a_lease_that_ends_later_than_one_can_is_nobody_s(storage: Storage) -> None:
    """A process whose clock was a day ahead was killed."""
    dead, alive, other = new_id(), new_id(), new_id()
    async with storage.database.transaction() as tx:
        assert await storage.leases.take(tx, "sending", dead, NOW + DAY)
        assert await storage.leases.get(tx, "sending", NOW) is None
        assert await storage.leases.take(tx, "sending", alive, NOW)
        assert not await storage.leases.take(tx, "sending", other, NOW + LASTS / 2)
        assert not await storage.leases.take(tx, "sending", other, NOW - MINUTE / 3)  # another machine's clock
        assert await storage.leases.take(tx, "own:somebody", dead, NOW + DAY)
        assert await storage.leases.delete_lapsed(tx, NOW, NOW - DAY) == 1
        assert await storage.leases.get(tx, "sending", NOW) == alive
