"""One way to SQLite and to PostgreSQL; whatever differs between them stands here and in `sqlite.py`, nowhere else."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, Table, event, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.address import parse
from bot.storage.driver import ENDED, drive
from bot.storage.errors import DatabaseUnreachable
from bot.storage.failures import explain
from bot.storage.sqlite import (
    ProcessLock,
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
                async with _connected(self._writer) as connection:
                    async with connection.begin():
                        yield connection
                    connection.info[ENDED] = True

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """Read: everything inside sees the database as it is at the first statement."""
        with explained():
            async with _connected(self._reader) as connection:
                async with connection.begin():
                    yield connection
                connection.info[ENDED] = True

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

    async def size(self) -> int:
        """Give the bytes on the disk: of the file and its log, or of what the server keeps for this database."""
        if self.file is not None:
            parts = (self.file, self.file.with_name(f"{self.file.name}-wal"))
            return sum(part.stat().st_size for part in parts if part.exists())
        async with self.reading() as tx:
            return (await tx.execute(select(func.pg_database_size(func.current_database())))).scalar_one()

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
    url = parse(address)
    database = _open_postgresql(url) if url.get_backend_name() == "postgresql" else _open_sqlite(url, beside=beside)
    try:
        async with database.transaction() as tx:
            await tx.execute(select(1))
    except BaseException:
        await database.close()
        raise
    return database


@contextlib.asynccontextmanager
async def plain_file(path: Path, *, existing: bool = False) -> AsyncGenerator[AsyncConnection]:
    """Open a SQLite file that stays one file, without a log beside it: a backup being written or read."""
    engine = create_async_engine(plain_url(path, read_only=existing), hide_parameters=True, pool_reset_on_return=None)
    event.listen(engine.sync_engine, "connect", prepare_plain)
    drive(engine, "BEGIN")
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


def others_write(tx: Transaction) -> bool:
    """Tell whether others may change rows while a transaction lasts.

    On SQLite a writing one is always alone, and a reading one sees its own moment on both engines.
    """
    connection = tx.sync_connection
    reads = connection is not None and connection.get_execution_options().get("reading", False)
    return not reads and tx.dialect.name != "sqlite"


async def hold(
    tx: Transaction,
    query: Select[*tuple[Any, ...]],
    table: Table,
    *,
    alone: bool,
    values: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Keep the rows of a table that a query finds from others who want them alone, until the transaction ends.

    Gives the query's first column. What a later statement reads is then of one piece.
    """
    if others_write(tx):
        query = query.with_for_update(read=not alone, key_share=not alone, of=table)
    return list((await tx.execute(query, values)).scalars())


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
    connection.info.pop(ENDED, None)
    try:
        yield connection
    finally:
        if not connection.invalidated and ENDED in connection.info:  # one cut off in the middle has no info any more
            await connection.close()  # waits for nothing
        else:
            # A task that is cancelled twice must not take the connection with it.
            await asyncio.shield(connection.close())


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
    options: dict[str, Any] = {"hide_parameters": True, "max_overflow": 0, "pool_reset_on_return": None}
    writer = create_async_engine(url, pool_size=1, **options)
    reader = create_async_engine(url, pool_size=_READERS, **options)
    event.listen(writer.sync_engine, "connect", prepare_writer)
    drive(writer, "BEGIN IMMEDIATE")
    event.listen(reader.sync_engine, "connect", prepare_reader)
    drive(reader, "BEGIN")
    return Database(writer, reader, file, lock)
