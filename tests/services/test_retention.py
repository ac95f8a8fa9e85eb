"""What time takes away, over real rows on both engines."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.people import Pause
from bot.domain.reminders.reminder import Reminder
from bot.domain.reminders.schedule import EveryWeeks
from bot.services.personal import Personal
from bot.storage.files import KEYRINGS_LAST, last_key_gone
from bot.storage.storage import Storage
from bot.storage.tables import entry, member, member_key, reminder
from tests.services.keepers import ANNE, BO, CY, DAY, NOW, Clock, join, keep, open_over, profile_of
from tests.storage.world import rows

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


@pytest.fixture
def one(storage: Storage) -> Personal:
    return open_over(storage, Clock())


async def remind(one: Personal, user: int, **changes: object) -> None:
    made = Reminder(pattern=EveryWeeks(1), start=NOW, next=NOW + DAY)
    made = replace(made, **changes)
    async with one.storage.database.transaction() as tx:
        person = await one.people.find(tx, user)
        assert person is not None
        await one.storage.reminders.add(tx, person.member, made.to_document(), NOW, due=made.due)


async def fates(one: Personal, now: datetime) -> dict[int, str]:
    found = await one.retention.list_lapsing(now)
    return {lapsing.user_id: lapsing.fate for lapsing in found}


async def test_entries_go_when_their_time_is_over(one: Personal) -> None:
    await join(one, ANNE, retention=30)
    await join(one, BO, retention=None)
    for user in (ANNE, BO):
        await keep(one, user)

    assert await one.retention.delete_entries(NOW + 30 * DAY) == 0
    assert await one.retention.delete_entries(NOW + 30 * DAY + HOUR) == 1
    assert await one.retention.delete_entries(NOW + 3000 * DAY) == 0
    assert len(await rows(one.storage.database, entry)) == 1


async def test_after_a_year_everything_goes_but_what_was_to_stay(one: Personal) -> None:
    await join(one, ANNE)
    await join(one, BO, retention=None)
    await join(one, CY, pause=Pause(NOW + 400 * DAY))
    for user in (ANNE, BO, CY):
        await keep(one, user)

    assert await fates(one, NOW + YEAR - DAY) == {ANNE: "stays", BO: "stays", CY: "stays"}
    late = NOW + YEAR + HOUR
    assert await fates(one, late) == {ANNE: "goes", BO: "stays", CY: "stays"}
    assert [await one.retention.let_go(user, late) for user in (ANNE, BO, CY)] == [True, False, False]
    await one.retention.scrub()

    assert await profile_of(one, ANNE) is None
    assert [len(await rows(one.storage.database, table)) for table in (member, member_key, entry)] == [2, 2, 2]


async def test_whoever_comes_back_in_between_stays(one: Personal) -> None:
    await join(one, ANNE)
    late = NOW + YEAR + HOUR
    assert await fates(one, late) == {ANNE: "goes"}

    await one.mydata.look(ANNE, late)

    assert not await one.retention.let_go(ANNE, late)
    assert await profile_of(one, ANNE) is not None


@pytest.mark.parametrize("use", ["look", "pause", "retention", "keep", "export", "import"])
async def test_whatever_a_member_does_with_it_is_use(one: Personal, use: str) -> None:
    await join(one, ANNE)
    await keep(one, ANNE)
    later = NOW + YEAR - DAY

    match use:
        case "look":
            await one.mydata.look(ANNE, later)
        case "pause":
            await one.mydata.pause(ANNE, Pause(), later)
        case "retention":
            await one.mydata.set_retention(ANNE, 365, later)
        case "keep":
            await one.mydata.set_keep(ANNE, 0, later, keep=False)
        case "export":
            await one.transfer.journal(ANNE, later)
        case _:
            from tests.services.test_transfer import FILE  # noqa: PLC0415  # its strategies are not needed elsewhere

            await one.transfer.stage(ANNE, FILE, later)

    assert await fates(one, NOW + YEAR + DAY) == {}


async def test_only_who_has_reminders_on_is_told_and_once(one: Personal) -> None:
    for user in (ANNE, BO, CY):
        await join(one, user, channel=77)
    await remind(one, ANNE, state="quiet")
    await remind(one, BO, state="closed", next=None)
    await remind(one, CY)
    await one.mydata.pause(CY, Pause(), NOW)
    soon = NOW + YEAR - 14 * DAY + HOUR

    assert await fates(one, soon) == {ANNE: "told", BO: "stays", CY: "stays"}
    told = await one.retention.tell(ANNE, soon)
    assert told is not None
    assert (told.channel, told.day) == (77, soon + 14 * DAY)
    assert await one.retention.tell(ANNE, soon) is None
    assert await one.retention.tell(BO, soon) is None
    assert not await one.retention.let_go(ANNE, soon + 13 * DAY)
    assert await one.retention.let_go(ANNE, soon + 14 * DAY)
    assert len(await rows(one.storage.database, reminder)) == 2


async def test_many_are_walked_in_parts(one: Personal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.mydata.retention._BATCH", 2)
    for user in (ANNE, BO, CY):
        await join(one, user)

    found = await one.retention.list_lapsing(NOW + YEAR + HOUR)

    assert sorted(lapsing.user_id for lapsing in found) == [ANNE, BO, CY]


async def test_no_copy_is_there_on_the_day_after_a_receipt_named_it(embedded: Storage) -> None:
    """The job comes each hour; what would lapse before it comes again goes now."""
    one = open_over(embedded, Clock())
    assert embedded.database.file is not None
    copy = embedded.database.file.with_name("bot.db.before-0001-20261122T031007Z")
    copy.touch()

    await one.retention.prune(NOW + KEYRINGS_LAST - 2 * HOUR, HOUR)
    assert copy.exists()
    await one.retention.prune(last_key_gone(NOW) - HOUR + timedelta(seconds=1), HOUR)
    assert not copy.exists()
