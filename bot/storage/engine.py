"""One way to SQLite and to PostgreSQL; whatever differs between them stands here and in `sqlite.py`, nowhere else."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, Table, event, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.errors import DatabaseUnreachable, StorageError
from bot.storage.failures import explain
from bot.storage.sqlite import (
    ProcessLock,
    begin,
    flush,
    make_private,
    plain_url,
    prepare_plain,
    prepare_reader,
    prepare_writer,
    refuse_missing,
    truncate_log,
)

Transaction: TypeAlias = AsyncConnection
Found: TypeAlias = Row[*tuple[Any, ...]]

_READERS: Final = 4
_BETWEEN_TRIES: Final = 0.02
_MIGRATION_LOCK: Final = 0x636F6D70  # any number, the same in every process
_POSTGRESQL_SETTINGS: Final = {"synchronous_commit": "on", "lock_timeout": "1500", "application_name": "compersion-bot"}


class Database:
    """The way to one database. Whoever opens it closes it."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, file: Path | None, lock: ProcessLock | None) -> None:
        self._writer, self._reader = writer, reader
        self._process_lock = lock
        # On SQLite all writes share one connection; a second task's rollback would erase the first one's insert.
        self._turn = asyncio.Lock() if file else contextlib.nullcontext()
        self.file = file

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded engine."""
        return self.file is not None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Write: what is done inside is committed as one when the block ends, and undone when it raises."""
        async with self._turn:
            with explained():
                async with _connected(self._writer) as connection, connection.begin():
                    yield connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """Read: everything inside sees the database as it is at the first statement."""
        with explained():
            async with _connected(self._reader) as connection, connection.begin():
                yield connection

    @contextlib.asynccontextmanager
    async def raw(self) -> AsyncGenerator[Any]:
        """Lend the driver's own writing connection outside any transaction, for what SQL cannot do inside one."""
        async with self._turn:
            with explained():
                async with _connected(self._writer) as connection:
                    yield (await connection.get_raw_connection()).driver_connection

    @contextlib.asynccontextmanager
    async def migrating(self) -> AsyncGenerator[Transaction]:
        """Write as `transaction()` does, with tables that may be dropped and made anew, one process at a time."""
        if not self.is_sqlite:
            async with self.transaction() as tx:
                await tx.exec_driver_sql("SET LOCAL lock_timeout = 0")
                await tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
                yield tx
            return
        # With foreign keys on, dropping a table that is being copied would empty its children.
        async with self.raw() as driver:
            await driver.execute("PRAGMA foreign_keys = OFF")
        try:
            async with self.transaction() as tx:
                yield tx
        finally:
            async with self.raw() as driver:
                await driver.execute("PRAGMA foreign_keys = ON")

    async def copy_to(self, path: Path) -> None:
        """Copy a SQLite database, as it is now, into a file of its own that only its owner reads."""
        make_private(path, anew=True)
        async with self.raw() as driver:
            await driver.execute("VACUUM INTO ?", (str(path),))
        await asyncio.to_thread(flush, path)

    async def scrub(self) -> None:
        """Make sure that what was deleted stands in no log of the embedded engine any more.

        Waits for readers to end. On PostgreSQL nothing can be done here; docs/storage.md says what the operator does.
        """
        emptied = not self.is_sqlite
        while not emptied:
            # Between tries others may write: they are not made to wait for a long reader.
            async with self.raw() as driver:
                emptied = await truncate_log(driver)
            if not emptied:
                await asyncio.sleep(_BETWEEN_TRIES)

    async def close(self) -> None:
        """Let go of all connections, then of the file."""
        await self._reader.dispose()
        await self._writer.dispose()
        if self._process_lock:
            self._process_lock.release()


async def open_database(address: str, *, beside: bool = False) -> Database:
    """Open a database, making the file when it is missing.

    `address` is `sqlite:///path` or `postgresql://...`. `beside` is for an operator's command while the bot runs: it
    does not claim the SQLite file for this process.

    Raises:
        StorageError: it cannot be opened, or another process serves from it.
    """
    url = _url(address)
    database = _open_postgresql(url) if url.get_backend_name() == "postgresql" else _open_sqlite(url, beside=beside)
    try:
        async with database.transaction():
            pass
    except BaseException:
        await database.close()
        raise
    return database


@contextlib.asynccontextmanager
async def plain_file(path: Path, *, existing: bool = False) -> AsyncGenerator[AsyncConnection]:
    """Open a SQLite file that stays one file, without a log beside it: a backup being written or read."""
    engine = create_async_engine(plain_url(path, read_only=existing), hide_parameters=True)
    event.listen(engine.sync_engine, "connect", prepare_plain)
    event.listen(engine.sync_engine, "begin", begin("BEGIN"))
    try:
        with explained():
            async with _connected(engine) as connection, connection.begin():
                yield connection
    finally:
        await engine.dispose()


async def add_once(tx: Transaction, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one like it is there; say whether it was inserted."""
    insert = sqlite_dialect.insert if tx.dialect.name == "sqlite" else postgresql.insert
    done = await tx.execute(insert(table).values(values).on_conflict_do_nothing())
    return done.rowcount == 1


async def hold(tx: Transaction, query: Select[*tuple[Any, ...]], table: Table, *, alone: bool) -> list[Any]:
    """Keep the rows of a table that a query finds from others who want them alone, until the transaction ends.

    Gives the query's first column. What a later statement reads is then of one piece. On SQLite a writing transaction
    is always alone, and a reading one sees its own moment on both engines.
    """
    connection = tx.sync_connection
    if connection is None or not connection.get_execution_options().get("reading", False):
        # SQLite has no such clause, and SQLAlchemy leaves it out there.
        query = query.with_for_update(read=not alone, key_share=not alone, of=table)
    return list((await tx.execute(query)).scalars())


@contextlib.contextmanager
def explained() -> Generator[None]:
    """Turn what drivers raise into our sentences."""
    try:
        yield
    except DBAPIError as error:
        raise explain(error.orig) from error
    except sqlite3.Error as error:  # from the driver's own connection
        raise explain(error) from error


@contextlib.asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except OSError as error:  # no server there; drivers do not wrap it
        raise DatabaseUnreachable from error
    try:
        yield connection
    finally:
        # A task that is cancelled twice must not take the connection with it.
        await asyncio.shield(connection.close())


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise StorageError("The database address is not one: write sqlite:///path or postgresql://...") from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
    kind = url.drivername.partition("+")[0]
    if kind not in drivers or (kind == "sqlite" and url.database in {None, "", ":memory:"}):
        raise StorageError("The database must be a SQLite file or PostgreSQL: sqlite:///path or postgresql://...")
    return url.set(drivername=drivers[kind])


def _open_postgresql(url: URL) -> Database:
    engine = create_async_engine(
        url, hide_parameters=True, pool_pre_ping=True, connect_args={"server_settings": _POSTGRESQL_SETTINGS}
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True, reading=True)
    return Database(engine, reader, None, None)


def _open_sqlite(url: URL, *, beside: bool) -> Database:
    file = Path(str(url.database))
    with explained():
        lock = refuse_missing(file) if beside else ProcessLock(file)
        make_private(file)
    writer = create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
    reader = create_async_engine(url, hide_parameters=True, pool_size=_READERS, max_overflow=0)
    event.listen(writer.sync_engine, "connect", prepare_writer)
    event.listen(writer.sync_engine, "begin", begin("BEGIN IMMEDIATE"))
    event.listen(reader.sync_engine, "connect", prepare_reader)
    event.listen(reader.sync_engine, "begin", begin("BEGIN"))
    return Database(writer, reader, file, lock)
