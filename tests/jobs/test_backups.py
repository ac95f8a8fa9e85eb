"""Backups that the bot makes itself: one a day whatever is restarted, read back, and told of where they cannot be."""

import logging
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings, StorageSettings
from bot.domain.mydata.inventory import Remains
from bot.domain.trusted_time import ConfirmedTime, SimulatedClock
from bot.errors import StorageError
from bot.jobs.backups import BackupJob
from bot.jobs.wiping import WipingJob
from bot.services.leasing import Lease
from bot.services.personal import Personal
from bot.storage import database
from bot.storage.backup import back_up
from bot.storage.errors import BackupUnverified, SecondBackup
from bot.storage.files import newest, writing_into
from bot.storage.restore import restore
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import member_key
from tests.services.keepers import ANNE, BO, NOW, Clock, join, keep, open_over
from tests.storage.world import bytes_on_disk, read_all, rows, silent

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOLDER = b"a process's id.."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def opened_over(storage: Storage, folder: Path, clock: Clock) -> Personal:
    return open_over(storage, clock, Settings(storage=StorageSettings(backups=folder)))


@pytest.fixture
async def one(storage: Storage, folder: Path, clock: Clock) -> Personal:
    personal = opened_over(storage, folder, clock)
    for user in (ANNE, BO):
        await join(personal, user)
        await keep(personal, user)
    return personal


async def come_round(one: Personal, clock: Clock, job: BackupJob | WipingJob) -> None:
    lease = Lease(one, job.name, HOLDER, SimulatedClock(clock))
    assert await lease.hold()
    await job.run(one, lease)


def named(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*Z.db"))


async def test_a_backup_is_made_each_day_and_no_restart_makes_another(
    one: Personal, storage: Storage, folder: Path, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(5):
        await come_round(opened_over(storage, folder, clock), clock, BackupJob())
        clock.now += timedelta(minutes=1)
    assert named(folder) == ["data-20261122T031007Z.db", "keyring-20261122T031007Z.db"]

    clock.now = NOW + DAY
    job = BackupJob()
    for _ in range(3):
        await come_round(one, clock, job)

    assert named(folder) == ["data-20261122T031007Z.db", "data-20261123T031007Z.db", "keyring-20261123T031007Z.db"]
    again = await open_storage(f"sqlite:///{tmp_path / 'again.db'}", storage.vault, NOW)
    await restore(again.database, storage.vault, newest(folder), NOW, silent, tmp_path / "restoring")
    assert await read_all(again, ANNE)
    await again.close()


async def test_the_only_keyring_is_renewed_and_not_removed_when_it_lapses(
    one: Personal, storage: Storage, folder: Path, clock: Clock
) -> None:
    old = await back_up(storage.database, folder, NOW, silent)
    await storage.shredder.forget(ANNE)
    clock.now = NOW + 9 * DAY

    await come_round(one, clock, BackupJob())

    assert not old.keyring.exists()
    assert len(list(folder.glob("keyring-*"))) == 1
    assert newest(folder).keyring != old.keyring


async def test_where_no_backup_can_be_made_it_is_said_and_no_receipt_names_a_day(
    one: Personal, folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert await one.wiping.wipe(NOW) == Remains(wiped=True, keys_until=NOW + 7 * DAY, rows_until=NOW + 30 * DAY)
    folder.write_text("in the way")
    job = BackupJob()

    for _ in range(3):
        with pytest.raises(StorageError, match=str(folder)):
            await come_round(one, clock, job)
        clock.now += HOUR

    assert "There is no backup of the last two days" in caplog.text
    assert await one.wiping.wipe(clock.now) == Remains(wiped=True)
    folder.unlink()
    await come_round(one, clock, job)
    assert await one.wiping.wipe(clock.now) == Remains(
        wiped=True, keys_until=clock.now + 7 * DAY, rows_until=clock.now + 30 * DAY
    )


async def test_after_a_restart_old_backups_alone_say_that_no_day_can_be_named(
    one: Personal, storage: Storage, folder: Path
) -> None:
    await back_up(storage.database, folder, NOW, silent)

    assert (await one.wiping.wipe(NOW + DAY)).keys_until == NOW + 8 * DAY
    assert await one.wiping.wipe(NOW + 3 * DAY) == Remains(wiped=True)


async def test_where_there_is_no_room_for_a_data_file_the_keys_are_renewed_all_the_same(
    one: Personal, storage: Storage, folder: Path, clock: Clock
) -> None:
    old = await back_up(storage.database, folder, NOW, silent)
    clock.now = NOW + 3 * DAY
    (folder / "data-20261125T031007Z.db").mkdir()  # where the data file would come

    with pytest.raises(StorageError):
        await come_round(one, clock, BackupJob())

    assert not old.keyring.exists()
    assert old.data.exists()
    remains = await one.wiping.wipe(clock.now)
    assert (remains.keys_until, remains.rows_until) == (clock.now + 7 * DAY, None)


async def test_two_do_not_write_into_one_folder_at_a_time(storage: Storage, folder: Path) -> None:
    with writing_into(folder), pytest.raises(SecondBackup, match="Wait until it has ended"):
        await back_up(storage.database, folder, NOW, silent)

    await back_up(storage.database, folder, NOW, silent)


async def test_a_backup_that_nothing_opens_is_none(one: Personal, storage: Storage, folder: Path, clock: Clock) -> None:
    before = await back_up(storage.database, folder, NOW, silent, storage.vault)
    async with storage.database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE member_key SET wrapped = sealed FROM member WHERE member.id = member_id")
    clock.now = NOW + DAY

    with pytest.raises(BackupUnverified, match="The one before stands as it was"):
        await one.backups.write(ConfirmedTime(clock.now))

    assert before.data.exists()
    assert len(named(folder)) == 2


async def test_one_row_that_nothing_opens_keeps_no_backup_from_being_made(
    one: Personal, storage: Storage, folder: Path
) -> None:
    assert await one.wiping.wipe(NOW)
    async with storage.database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE entry SET sealed = member.sealed FROM member WHERE member.id = member_id")

    await back_up(storage.database, folder, NOW, silent, storage.vault)

    assert len(named(folder)) == 2


async def test_what_another_program_kept_from_being_wiped_is_wiped_by_a_later_round(
    embedded: Storage, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(database, "LONGEST_SCRUB", 0.1)
    one, file = open_over(embedded, clock), embedded.database.file
    assert file
    await join(one, ANNE)
    ((wrapped),) = [row.wrapped for row in await rows(one.database, member_key)]
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM member").fetchall()

    await one.mydata.delete_everything(ANNE, NOW)
    assert not (await one.wiping.wipe(NOW)).wiped
    job = WipingJob()
    for _ in range(3):
        await come_round(one, clock, job)
    assert wrapped in bytes_on_disk(file.parent)
    other.close()
    await come_round(one, clock, job)

    assert wrapped not in bytes_on_disk(file.parent)
    assert caplog.text.count("Another program keeps reading the database file") == 1
    assert "is out of the database's log again" in caplog.text
