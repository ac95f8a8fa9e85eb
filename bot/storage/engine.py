"""One way to SQLite and to PostgreSQL; whatever differs between them stands here and in `sqlite.py`, nowhere else."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, Table, event, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool
from sqlalchemy.util.queue import Empty
from typing_extensions import override

from bot.errors import StorageError
from bot.storage.address import Address, parse
from bot.storage.driver import ENDED, drive
from bot.storage.errors import DatabaseBusy, DatabaseMoved, DatabaseTimeout, DatabaseUnreachable, NoFreeConnection
from bot.storage.failures import explain
from bot.storage.process_lock import ProcessLock
from bot.storage.sqlite import (
    flush,
    make_private,
    number_of,
    plain_url,
    prepare_part,
    prepare_plain,
    prepare_reader,
    prepare_writer,
    put_in_place,
    refuse_missing,
    truncate_log,
)

Transaction: TypeAlias = AsyncConnection
Found: TypeAlias = Row[*tuple[Any, ...]]

CONNECTIONS: Final = 8  # to a server, at most, unless the settings say otherwise

# How long anything is waited for, in seconds. Whoever waits for several of them is told within half a minute.
LONGEST_WAIT: Final = 5.0  # for a connection, and for others of this process to have written
LONGEST_STATEMENT: Final = 8.0  # as the server counts
_SERVERS_WORD: Final = 2.0  # after that, for the server to say so before it is taken for dead
LONGEST_SCRUB: Final = 3.0
_LONGEST_CLOSE: Final = 5.0

_READERS: Final = 6
_READERS_WAIT: Final = 1.0  # while the log is emptied
_LONG_READING: Final = 5.0  # who has read for so long will not end within that
_BETWEEN_TRIES: Final = 0.02
_DRIVER: Final = "postgresql+asyncpg://"
_MIGRATION_LOCK: Final = 0x636F6D70  # any number, the same in every process
_POSTGRESQL_SETTINGS: Final = {
    "synchronous_commit": "on",
    "lock_timeout": "1500",
    "statement_timeout": str(int(LONGEST_STATEMENT * 1000)),
}

log = logging.getLogger(__name__)


class Database:
    """The way to one database. Whoever opens it closes it.

    `patient` is an engine whose statements may take as long as they need: for migrations.
    """

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        file: Path | None = None,
        lock: ProcessLock | None = None,
        *,
        patient: AsyncEngine | None = None,
    ) -> None:
        self._writer, self._reader, self._patient = writer, reader, patient or writer
        self._process_lock = lock
        # On SQLite all writes share one connection; a second task's rollback would erase the first one's insert.
        self._turn = asyncio.Lock() if file else None
        self._log = _Log()
        self._scrubbing = asyncio.Lock()
        self._scrubs = self._emptied = 0  # how many were begun, and which of them was the last that emptied it
        self.file = file
        self._number: int | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded engine."""
        return self.file is not None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Write: what is done inside is committed as one when the block ends, and undone when it raises.

        Raises:
            DatabaseBusy: others write for longer than is waited.
            DatabaseTimeout: the server does not answer; whether it was committed is not known.
            DatabaseMoved: the file is not where it was.
        """
        async with _held(self._turn), self._begun(self._writer) as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """Read: everything inside sees the database as it is at the first statement.

        Whoever reads thousands of rows for a member has their turn first, so that there is a connection for others.

        Raises:
            DatabaseBusy: there is no connection for longer than is waited.
            DatabaseTimeout: the server does not answer.
            DatabaseMoved: the file is not where it was.
        """
        async with self._log.read(), self._begun(self._reader) as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def raw(self, within: float | None = None) -> AsyncGenerator[Any]:
        """Lend the driver's own writing connection outside any transaction, for what SQL cannot do inside one."""
        async with _held(self._turn, within):
            self._refuse_moved()
            with explained():
                async with _connected(self._writer) as connection:
                    yield (await connection.get_raw_connection()).driver_connection

    @contextlib.asynccontextmanager
    async def migrating(self) -> AsyncGenerator[Transaction]:
        """Write as `transaction()` does, with tables that may be dropped and made anew, one process at a time."""
        if not self.is_sqlite:
            await self._writer.dispose()  # the connection for migrations is one of those there may be
            async with self._begun(self._patient) as tx:
                await tx.exec_driver_sql("SET LOCAL lock_timeout = 0")
                await tx.exec_driver_sql("SET LOCAL statement_timeout = 0")
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
        part = path.with_name(f"{path.name}.part")
        make_private(part, anew=True)
        async with self.raw() as driver:
            await driver.execute("VACUUM INTO ?", (str(part),))
        await asyncio.to_thread(flush, part)
        put_in_place(part, path)

    async def scrub(self, *, patient: bool = True) -> bool:
        """Make sure that what was deleted stands in no log of the embedded engine any more; False where it still does.

        Readers of this process are held up for a moment. Another program that reads the file is waited for some
        seconds, if at all: then it is tried again with each round of jobs, and whoever deleted something says so.
        On PostgreSQL nothing can be done here; docs/storage.md says what the operator does.
        """
        if not self.is_sqlite:
            return True
        clock, asked = asyncio.get_running_loop().time, self._scrubs
        until = clock() + LONGEST_SCRUB if patient else 0
        try:
            while not await self._has_emptied_log(asked, _READERS_WAIT if patient else _BETWEEN_TRIES):
                if clock() > until:
                    return False
                # Between tries others may write: they are not made to wait for a long reader.
                await asyncio.sleep(_BETWEEN_TRIES)
        except StorageError as error:
            log.error("The database's log cannot be emptied now: %s", error)  # noqa: TRY400  # said in full
            return False
        return True

    def note_file(self) -> None:
        """Note which file this is, now that it is there."""
        if self.file is not None:
            self._number = number_of(self.file)

    async def close(self) -> None:
        """Let go of all connections, then of the file; a server that does not answer is left without a word."""
        for engine in (self._reader, self._writer, self._patient):
            try:
                async with asyncio.timeout(_LONGEST_CLOSE):
                    await engine.dispose()
            except TimeoutError:
                await engine.dispose(close=False)
        if self._process_lock:
            self._process_lock.release()

    async def _has_emptied_log(self, asked: int, within: float) -> bool:
        """Empty the log, unless somebody else has done so since `asked`, when so many times had been begun."""
        with contextlib.suppress(DatabaseBusy):  # others write for so long; it is tried again
            async with _held(self._scrubbing):
                if self._emptied > asked:
                    return True
                self._scrubs += 1
                begun = self._scrubs
                async with self._log.alone(within), self.raw(_READERS_WAIT) as driver:
                    if await truncate_log(driver):
                        self._emptied = begun
        return self._emptied > asked

    @contextlib.asynccontextmanager
    async def _begun(self, engine: AsyncEngine) -> AsyncGenerator[Transaction]:
        self._refuse_moved()
        with explained():
            async with _connected(engine) as connection:
                async with connection.begin():
                    yield connection
                connection.info[ENDED] = True

    def _refuse_moved(self) -> None:
        """Refuse a file that has its name no more: SQLite goes on with it, and what it keeps ends with the process."""
        if self.file is not None and self._number is not None and number_of(self.file) != self._number:
            raise DatabaseMoved


class _Log:
    """Who of this process reads the write-ahead log, which can be emptied while nobody does.

    Readers that follow each other without a gap would keep it from being emptied for ever.
    """

    def __init__(self) -> None:
        self._since: dict[object, float] = {}  # the one who has read for longest first
        self._free, self._open = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._open.set()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[None]:
        """Read it; waits while it is being emptied."""
        await self._open.wait()
        reader = object()
        self._since[reader] = asyncio.get_running_loop().time()
        self._free.clear()
        try:
            yield
        finally:
            del self._since[reader]
            if not self._since:
                self._free.set()

    @contextlib.asynccontextmanager
    async def alone(self, within: float) -> AsyncGenerator[None]:
        """Let nobody begin to read, and give those who do a moment to end; a backup is not waited for."""
        first = next(iter(self._since.values()), None)
        if first is not None and asyncio.get_running_loop().time() - first > _LONG_READING:
            yield
            return
        self._open.clear()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._free.wait()
            yield
        finally:
            self._open.set()


async def open_database(
    address: str, *, beside: bool = False, claimed: bool = False, connections: int = CONNECTIONS
) -> Database:
    """Open a database, making the file when it is missing.

    `address` is `sqlite:///path` or `postgresql://...`. `beside` is for an operator's command while the bot runs: it
    does not claim the SQLite file for this process. Nor does who has `claimed` it before. `connections` is how many to
    a server there are at most.

    Raises:
        StorageError: it cannot be opened, or another process serves from it.
    """
    where = parse(address)
    if where.file is None:
        database = _open_postgresql(where, connections)
    else:
        database = _open_sqlite(where.file, beside=beside, claimed=claimed)
    try:
        async with database.transaction() as tx:
            await tx.execute(select(1))
        database.note_file()
    except BaseException:
        await database.close()
        raise
    return database


@contextlib.asynccontextmanager
async def plain_file(path: Path, *, existing: bool = False) -> AsyncGenerator[AsyncConnection]:
    """Open a SQLite file that stays one file, without a log beside it: a backup being written or read."""
    engine = create_async_engine(plain_url(path, read_only=existing), hide_parameters=True, pool_reset_on_return=None)
    event.listen(engine.sync_engine, "connect", prepare_plain if existing else prepare_part)
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
    except PoolTimeout as error:
        raise DatabaseBusy from error
    except sqlite3.Error as error:  # from the driver's own connection
        raise explain(error) from error


@contextlib.asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except TimeoutError as error:  # one kind of OSError
        raise DatabaseTimeout from error
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


class _PatientPool(AsyncAdaptedQueuePool):
    """Waits for one of our own connections where the server gives no more."""

    @override
    def _do_get(self) -> Any:
        try:
            return super()._do_get()
        except NoFreeConnection:
            if self.checkedout() <= 0:
                raise
        try:
            return self._pool.get(block=True, timeout=LONGEST_WAIT)
        except Empty:
            raise NoFreeConnection from None


def _open_postgresql(address: Address, connections: int) -> Database:
    from bot.storage.postgresql import connect  # noqa: PLC0415  # nobody else needs the driver

    async def one() -> Any:
        return await connect(address, _POSTGRESQL_SETTINGS, command_timeout=LONGEST_STATEMENT + _SERVERS_WORD)

    async def patient_one() -> Any:
        return await connect(address, _POSTGRESQL_SETTINGS)

    engine = create_async_engine(
        _DRIVER,
        async_creator=one,
        hide_parameters=True,
        pool_pre_ping=True,
        poolclass=_PatientPool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=LONGEST_WAIT,
    )
    event.listen(engine.sync_engine, "handle_error", _give_up)
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True, reading=True)
    patient = create_async_engine(_DRIVER, async_creator=patient_one, hide_parameters=True, poolclass=NullPool)
    return Database(engine, reader, patient=patient)


def _give_up(context: ExceptionContext) -> StorageError | None:
    """Let go of a connection whose server does not answer: its next statement would wait for this one."""
    if not isinstance(context.original_exception, TimeoutError):
        return None
    context.is_disconnect = True
    return DatabaseTimeout()


@contextlib.asynccontextmanager
async def _held(lock: asyncio.Lock | None, within: float | None = None) -> AsyncGenerator[None]:
    if lock is None:
        yield
        return
    try:
        async with asyncio.timeout(LONGEST_WAIT if within is None else within):
            await lock.acquire()
    except TimeoutError:
        raise DatabaseBusy from None
    try:
        yield
    finally:
        lock.release()


def _open_sqlite(file: Path, *, beside: bool, claimed: bool) -> Database:
    url = URL.create("sqlite+aiosqlite", database=str(file))
    with explained():
        if beside:
            refuse_missing(file)
        lock = None if beside or claimed else ProcessLock.beside(file)
        make_private(file)
        # One that cannot be opened fails here: the driver's thread would go on after whoever asked has ended.
        sqlite3.connect(file).close()
    options: dict[str, Any] = {
        "hide_parameters": True,
        "max_overflow": 0,
        "pool_reset_on_return": None,
        "pool_timeout": LONGEST_WAIT,
    }
    writer = create_async_engine(url, pool_size=1, **options)
    reader = create_async_engine(url, pool_size=_READERS, **options)
    event.listen(writer.sync_engine, "connect", prepare_writer)
    drive(writer, "BEGIN IMMEDIATE")
    event.listen(reader.sync_engine, "connect", prepare_reader)
    drive(reader, "BEGIN")
    return Database(writer, reader, file, lock)
