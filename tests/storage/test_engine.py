"""Transactions that are whole, failures that are sentences, one process a file, and SQLite set up as promised."""

import asyncio
import logging
import resource
import shutil
import sqlite3
import stat
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.storage.address import folders_of, shown
from bot.storage.database import Database
from bot.storage.engine import open_database
from bot.storage.errors import (
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMoved,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DiskFailed,
    SecondProcess,
    StorageError,
)
from bot.storage.failures import explain
from bot.storage.ids import new_id
from bot.storage.sessions import Session
from bot.storage.statements import add_once
from bot.storage.storage import Storage
from bot.storage.tables import lease, member
from tests.storage.world import ANNE, BO, NOW, fill, read_all, rows

HOLD = """
import asyncio, sys
from bot.storage.engine import open_database
async def main():
    database = await open_database(sys.argv[1])
    print("open", flush=True)
    sys.stdin.read()
    await database.close()
asyncio.run(main())
"""


def values(job: str) -> dict[str, Any]:
    return {"job": job, "holder": new_id(), "until": NOW}


def path_of(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


async def pragma(database: Database, name: str) -> Any:
    async with database.raw() as driver, driver.execute(f"PRAGMA {name}") as cursor:
        return (await cursor.fetchone())[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("synchronous", 2),
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 1500),
    ],
)
async def test_the_writing_connection_is_set_up_as_promised(embedded: Storage, name: str, value: object) -> None:
    assert await pragma(embedded.database, name) == value

    await embedded.database.scrub()

    assert await pragma(embedded.database, name) == value


async def test_readers_cannot_write(storage: Storage) -> None:
    with pytest.raises(DatabaseReadOnly):
        async with storage.database.reading() as tx:
            await tx.execute(lease.insert().values(values("a")))


async def test_a_transaction_is_kept_whole_or_not_at_all(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        await tx.execute(lease.insert().values(values("kept")))

    async def fails() -> None:
        async with storage.database.transaction() as tx:
            await tx.execute(lease.insert().values(values("undone")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    assert [row.job for row in await rows(storage.database, lease)] == ["kept"]


async def test_a_rollback_takes_nothing_of_another_task_with_it(storage: Storage) -> None:
    async def write(number: int) -> None:
        async with storage.database.transaction() as tx:
            await tx.execute(lease.insert().values(values(f"job {number}")))
            if number % 2:
                raise ZeroDivisionError

    await asyncio.gather(*(write(number) for number in range(20)), return_exceptions=True)

    assert {row.job for row in await rows(storage.database, lease)} == {f"job {number}" for number in range(0, 20, 2)}


async def test_a_cancelled_task_gives_the_connection_back(storage: Storage) -> None:
    began = asyncio.Event()

    async def never_ends() -> None:
        async with storage.database.transaction() as tx:
            await tx.execute(lease.insert().values(values("cancelled")))
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await rows(storage.database, lease) == []
    async with storage.database.transaction() as tx:
        assert await add_once(tx, lease, values("next"))


async def test_reading_sees_one_moment(storage: Storage) -> None:
    count = select(func.count()).select_from(lease)
    async with storage.database.reading() as tx:
        before = (await tx.execute(count)).scalar_one()
        async with storage.database.transaction() as other:
            await other.execute(lease.insert().values(values("meanwhile")))
        after = (await tx.execute(count)).scalar_one()

    assert (before, after) == (0, 0)
    assert len(await rows(storage.database, lease)) == 1


async def test_add_once_says_whether_it_was_first(storage: Storage) -> None:
    async with storage.database.transaction() as tx:
        assert await add_once(tx, lease, values("a"))
        assert not await add_once(tx, lease, values("a"))


async def test_an_error_of_someone_elses_passes_unchanged(storage: Storage) -> None:
    with pytest.raises(ConnectionResetError):
        async with storage.database.transaction():
            raise ConnectionResetError


async def test_a_failing_statement_shows_no_value(storage: Storage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(StorageError) as caught:
        async with storage.database.transaction() as tx:
            await tx.execute(text("INSERT INTO no_such_table VALUES (:a)"), {"a": "canary"})

    kind = "SQLITE_ERROR" if storage.database.is_sqlite else "42P01"
    assert str(caught.value) == f"The database failed in a way this bot does not know. Its kind: {kind}."
    assert "canary" not in repr(caught.value) + str(caught.value.__cause__) + caplog.text


async def test_a_second_process_is_refused_and_a_dead_one_is_not_in_the_way(sqlite: str) -> None:
    first = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, sqlite, stdin=PIPE, stdout=PIPE)
    assert first.stdout
    assert await first.stdout.readline() == b"open\n"
    with pytest.raises(SecondProcess, match="Another process already uses"):
        await open_database(sqlite)
    beside = await open_database(sqlite, beside=True)
    await beside.close()
    first.kill()
    await first.wait()

    again = await open_database(sqlite)
    with pytest.raises(SecondProcess):
        await open_database(sqlite)
    await again.close()


async def test_the_file_is_its_owners_alone(embedded: Storage) -> None:
    await fill(embedded, ANNE)
    folder = embedded.database.file.parent if embedded.database.file else Path()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if ".lock" not in path.name}

    assert modes == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}


async def test_a_locked_file_is_said(embedded: Storage, sqlite: str) -> None:
    other = sqlite3.connect(path_of(sqlite), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with embedded.database.raw() as driver:
        await driver.execute("PRAGMA busy_timeout = 0")

    with pytest.raises(DatabaseLocked, match="Nothing was changed"):
        await fill(embedded, ANNE)
    other.close()
    await fill(embedded, ANNE)


async def wait_for_table(database: Database) -> None:
    async with database.transaction() as waiting:
        await waiting.execute(text("SET LOCAL lock_timeout = 1"))
        await waiting.execute(text("SELECT * FROM a"))


async def test_a_locked_table_is_said(postgresql: str) -> None:
    one, other = await open_database(postgresql), await open_database(postgresql)
    async with one.transaction() as tx:
        await tx.execute(text("CREATE TABLE a (b INTEGER)"))
    async with one.transaction() as tx:
        await tx.execute(text("LOCK TABLE a"))
        with pytest.raises(DatabaseLocked):
            await wait_for_table(other)
    await one.close()
    await other.close()


async def test_a_full_disk_is_said_and_nothing_is_lost(embedded: Storage) -> None:
    await fill(embedded, ANNE)
    pages = await pragma(embedded.database, "page_count")
    await pragma(embedded.database, f"max_page_count = {pages}")

    async def fill_up() -> None:
        for user_id in range(20):
            await fill(embedded, user_id)

    with pytest.raises(DatabaseFull, match="make room"):
        await fill_up()

    await pragma(embedded.database, "max_page_count = 100000")
    await fill(embedded, 21)
    async with embedded.database.reading() as tx:
        assert await embedded.members.get(tx, ANNE)


async def test_a_deletion_that_the_system_does_not_write_is_said_and_is_whole_later(embedded: Storage) -> None:
    for user_id in (ANNE, BO):
        await fill(embedded, user_id)
    await embedded.database.scrub()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))
    try:
        with pytest.raises(DiskFailed, match="quotas and limits"):
            await embedded.shredder.forget(ANNE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert await read_all(embedded, ANNE)
    await embedded.shredder.forget(ANNE)
    assert await embedded.database.scrub()
    assert await read_all(embedded, ANNE) is None
    assert await read_all(embedded, BO)


async def test_what_fails_outside_transactions_is_said_too(embedded: Storage) -> None:
    with pytest.raises(StorageError, match="Its kind: SQLITE_ERROR"):
        await pragma(embedded.database, "page_count )")


async def test_a_file_that_is_no_database_is_said_and_left_alone(sqlite: str) -> None:
    path_of(sqlite).write_bytes(b"not a database" * 100)

    with pytest.raises(DatabaseDamaged, match="restore a backup"):
        await open_database(sqlite)
    assert path_of(sqlite).read_bytes() == b"not a database" * 100


async def test_a_folder_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'state' / 'bot.db'}")
    await database.close()

    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="is not a folder this bot can write to"):
        await open_database(f"sqlite:///{tmp_path / 'no' / 'where' / 'bot.db'}")


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("postgresql://me:secret@host/name") == "postgresql://me:***@host/name"
    assert shown("sqlite:///state/bot.db") == "sqlite:///state/bot.db"


def test_keys_are_kept_apart_from_the_database_and_its_backups() -> None:
    assert folders_of("sqlite:///state/bot.db", Path("backups")) == (Path("state"), Path("backups"))
    assert folders_of("sqlite:////state/bot.db", None) == (Path("/state"),)
    assert folders_of("postgresql://host/name", Path("backups")) == (Path("backups"),)


async def test_the_size_is_that_of_the_disk(storage: Storage, sqlite: str) -> None:
    before = await storage.database.size()
    for user_id in range(40):
        await fill(storage, user_id)

    assert await storage.database.size() >= before + 40 * 8192
    if storage.database.is_sqlite:
        on_disk = sum(path_of(sqlite + ending).stat().st_size for ending in ("", "-wal"))
        assert await storage.database.size() == on_disk


async def test_a_lock_file_that_is_none_is_said(sqlite: str) -> None:
    path_of(sqlite).with_name("bot.db.lock").write_bytes(b"not a lock" * 100)

    with pytest.raises(DatabaseUnreachable):
        await open_database(sqlite)


async def test_a_command_beside_the_bot_makes_no_database(sqlite: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="There is no database at"):
        await open_database(sqlite, beside=True)
    assert not path_of(sqlite).exists()


async def test_a_server_that_is_not_there_is_said(tmp_path: Path, postgresql: str) -> None:
    for address, said in (
        (f"postgresql://postgres@/a?host={tmp_path}", "No PostgreSQL server answers at the address"),
        (postgresql.replace("/postgres?", "/no_such?"), "The PostgreSQL server has no database of this name"),
    ):
        with pytest.raises(DatabaseUnreachable, match=said):
            await open_database(address)


@pytest.mark.parametrize("address", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/a"])
async def test_another_kind_of_database_is_refused(address: str) -> None:
    with pytest.raises(StorageError, match="write sqlite:///path"):
        await open_database(address)


class _Driver(Exception):  # what asyncpg raises looks like this from outside
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("53100", DatabaseFull),
        ("25006", DatabaseReadOnly),
        ("40P01", DatabaseLocked),
        ("XX001", DatabaseDamaged),
        ("08006", DatabaseUnreachable),
        ("57P01", DatabaseUnreachable),
    ],
)
def test_every_code_of_the_server_has_its_sentence(sqlstate: str | None, kind: type[StorageError]) -> None:
    assert type(explain(_Driver(sqlstate))) is kind
    assert str(explain(_Driver(sqlstate))) == kind.sentence


@pytest.mark.parametrize(("sqlstate", "kind"), [("23505", "23505"), (None, "_Driver")])
def test_any_other_code_is_named(sqlstate: str | None, kind: str) -> None:
    explained = explain(_Driver(sqlstate))

    assert type(explained) is StorageError
    assert str(explained).endswith(f"Its kind: {kind}.")


async def open_session(storage: Storage, document: dict[str, Any]) -> Session:
    async with storage.database.transaction() as tx:
        member = await storage.members.add(tx, ANNE, {}, NOW)
        return await storage.sessions.add(tx, member, document, NOW, expires=NOW)


async def test_the_last_statement_says_so_and_is_as_whole_as_any(storage: Storage) -> None:
    opened = await open_session(storage, {"at": 1})

    async def answer(read: Session, job: str) -> None:
        async with storage.database.transaction() as tx:
            await tx.execute(lease.insert().values(values(job)))
            if not await storage.sessions.update(tx, read, {"at": 2}, expires=NOW, due=None, last=True):
                raise ZeroDivisionError

    await answer(opened, "kept")
    with pytest.raises(ZeroDivisionError):
        await answer(opened, "undone")  # somebody else was first

    assert [row.job for row in await rows(storage.database, lease)] == ["kept"]
    async with storage.database.transaction() as tx:
        found = await storage.sessions.get(tx, opened.id)
    assert found
    assert (found.document, found.version) == ({"at": 2}, 2)


async def test_on_sqlite_nothing_may_follow_what_was_said_to_be_last(embedded: Storage) -> None:
    opened = await open_session(embedded, {})

    async def go_on() -> None:
        async with embedded.database.transaction() as tx:
            await embedded.sessions.update(tx, opened, {}, expires=NOW, due=None, last=True)
            await tx.execute(lease.insert().values(values("too late")))

    with pytest.raises(RuntimeError, match="last"):
        await go_on()

    assert await rows(embedded.database, lease) == []
    async with embedded.database.transaction() as tx:
        assert await add_once(tx, lease, values("next"))


async def test_on_sqlite_an_answer_is_two_trips_to_the_drivers_thread(embedded: Storage) -> None:
    """A trip costs more than most statements: one to begin and read, one to write and commit."""
    opened = await open_session(embedded, {})
    async with embedded.database.transaction() as tx:
        raw = (await tx.get_raw_connection()).driver_connection
    queue, trips = raw._tx, 0

    class Counting:
        def put_nowait(self, work: Any) -> None:
            nonlocal trips
            trips += 1
            queue.put_nowait(work)

    raw._tx = Counting()
    async with embedded.database.transaction() as tx:
        found = await embedded.sessions.get(tx, opened.id)
        assert found
        await embedded.sessions.update(tx, found, {}, expires=NOW, due=None, last=True)
    raw._tx = queue

    assert trips == 2


def remove_file(file: Path) -> None:
    file.unlink()


def replace_file(file: Path) -> None:
    other = file.with_name("other.db")
    shutil.copy(file, other)
    other.replace(file)


def remove_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


@pytest.mark.parametrize("harm", [remove_file, replace_file, remove_folder])
async def test_nothing_is_kept_in_a_file_that_has_its_name_no_more(
    embedded: Storage, harm: Callable[[Path], None]
) -> None:
    await fill(embedded, ANNE)
    assert embedded.database.file
    harm(embedded.database.file)

    with pytest.raises(DatabaseMoved, match="Put back the file"):
        await fill(embedded, BO)
    with pytest.raises(DatabaseMoved):
        await rows(embedded.database, member)
    assert not await embedded.database.scrub()


async def test_a_file_that_was_put_back_serves_again(embedded: Storage) -> None:
    file = embedded.database.file
    assert file
    file.rename(file.with_name("away.db"))
    with pytest.raises(DatabaseMoved):
        await fill(embedded, ANNE)

    file.with_name("away.db").rename(file)
    await fill(embedded, ANNE)
