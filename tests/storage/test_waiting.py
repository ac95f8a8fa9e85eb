"""Every wait has an end, and an error and a sentence of its own: other programs, hanging servers, too many readers."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.storage import database, engine
from bot.storage.database import Database
from bot.storage.engine import open_database
from bot.storage.errors import DatabaseBusy, DatabaseTimeout
from bot.storage.storage import Storage
from bot.storage.tables import member
from tests.storage.world import ANNE, BO, bytes_on_disk, fill, rows

SHORT = 0.3


@contextlib.contextmanager
def read_by_another_program(file: Path) -> Iterator[None]:
    """Hold a reading transaction open, as programs do that replicate the file."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM member").fetchall()
    try:
        yield
    finally:
        other.close()


def file_of(storage: Storage) -> Path:
    assert storage.database.file
    return storage.database.file


async def test_wiping_waits_no_longer_than_it_may_for_another_program_and_is_done_later(
    embedded: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_SCRUB", SHORT)
    await fill(embedded, ANNE)
    ((sealed),) = [row.sealed for row in await rows(embedded.database, member)]
    with read_by_another_program(file_of(embedded)):
        await embedded.shredder.forget(ANNE)
        assert not await embedded.database.scrub()
        await fill(embedded, BO)  # nobody else is held up
        assert sealed in bytes_on_disk(file_of(embedded).parent)

    assert await embedded.database.scrub()
    assert sealed not in bytes_on_disk(file_of(embedded).parent)


async def test_readers_that_follow_each_other_do_not_keep_the_log_from_being_emptied(
    embedded: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_SCRUB", SHORT)
    await fill(embedded, ANNE)
    done = asyncio.Event()

    async def read_on(database: Database) -> None:
        while not done.is_set():
            async with database.reading() as tx:
                await tx.execute(select(member))
                await asyncio.sleep(0.02)  # there is always another who has not ended yet

    async with asyncio.TaskGroup() as group:
        for n in range(4):
            await asyncio.sleep(n * 0.005)
            group.create_task(read_on(embedded.database))
        emptied = await embedded.database.scrub()
        done.set()

    assert emptied


async def test_who_finds_no_connection_is_told_in_time(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LONGEST_WAIT", SHORT)
    end = asyncio.Event()

    async def read_much() -> None:
        async with storage.database.reading() as tx:
            await tx.execute(text("SELECT 1"))
            await end.wait()

    most = engine._READERS if storage.database.is_sqlite else engine.CONNECTIONS
    reading = [asyncio.create_task(read_much()) for _ in range(most + 1)]
    done, _ = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(DatabaseBusy, match="had to wait too long"):
        await done.pop()
    end.set()
    await asyncio.wait(reading)


async def test_who_waits_too_long_for_their_turn_to_write_is_told(
    embedded: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_WAIT", SHORT)
    async with embedded.database.transaction() as tx:
        await tx.execute(text("SELECT 1"))
        with pytest.raises(DatabaseBusy):
            await fill(embedded, BO)

    await fill(embedded, BO)


def family_of(server: Any) -> list[int]:
    """Give the processes of a PostgreSQL server, the one that takes connections first."""
    first = int((Path(server.pgdata) / "postmaster.pid").read_text().splitlines()[0])
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, children)]


@contextlib.contextmanager
def frozen(server: Any) -> Iterator[None]:
    """Have a server hang, not refuse."""
    pids = family_of(server)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
async def hurried(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in (
        "engine.LONGEST_STATEMENT",
        "engine.LONGEST_WAIT",
        "database.LONGEST_WAIT",
        "database._LONGEST_CLOSE",
        "postgresql.LONGEST_CONNECT",
    ):
        monkeypatch.setattr(f"bot.storage.{name}", 2.0)
    monkeypatch.setattr(engine, "_SERVERS_WORD", 0)
    database = await open_database(postgresql)
    yield database
    await database.close()


async def test_a_server_that_hangs_is_said_and_all_goes_on_once_it_answers(hurried: Database, server: Any) -> None:
    async def ask(number: int) -> None:
        begin = hurried.transaction if number % 2 else hurried.reading
        async with begin() as tx:
            await tx.execute(text("SELECT 1"))

    await asyncio.gather(*(ask(number) for number in range(4)))
    with frozen(server):
        async with asyncio.timeout(40):
            failures = await asyncio.gather(*(ask(number) for number in range(20)), return_exceptions=True)
    kinds = {type(one) for one in failures}

    assert kinds <= {DatabaseTimeout, DatabaseBusy}
    assert DatabaseTimeout in kinds
    for number in range(15):
        await ask(number)


async def test_a_server_that_hangs_in_the_middle_of_a_transaction_is_said(hurried: Database, server: Any) -> None:
    with contextlib.ExitStack() as held:

        async def hang() -> None:
            async with hurried.transaction() as tx:
                await tx.execute(text("SELECT 1"))
                held.enter_context(frozen(server))
                await tx.execute(text("SELECT 1"))

        with pytest.raises(DatabaseTimeout):
            await hang()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine._POSTGRESQL_SETTINGS, "statement_timeout", "100")
    database = await open_database(postgresql)
    with pytest.raises(DatabaseTimeout):
        async with database.transaction() as tx:
            await tx.execute(text("SELECT pg_sleep(5)"))
    async with database.migrating() as tx:
        await tx.execute(text("SELECT pg_sleep(0.3)"))
    await database.close()


async def test_closing_does_not_wait_for_a_server_that_hangs(server: Any, hurried: Database) -> None:
    with frozen(server):
        async with asyncio.timeout(40):
            await hurried.close()
