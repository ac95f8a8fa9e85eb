"""An open database of either engine: transactions, and the log that the embedded one writes ahead."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageError
from bot.storage.driver import ENDED
from bot.storage.errors import DatabaseBusy, DatabaseMoved, DatabaseTimeout, DatabaseUnreachable
from bot.storage.failures import explain
from bot.storage.process_lock import ProcessLock
from bot.storage.sqlite import flush, make_private, number_of, put_in_place, truncate_log

Transaction: TypeAlias = AsyncConnection
Found: TypeAlias = Row[*tuple[Any, ...]]

# How long anything is waited for, in seconds. Whoever waits for several of them is told within half a minute.
LONGEST_WAIT: Final = 5.0  # for a connection, and for others of this process to have written
LONGEST_SCRUB: Final = 3.0
_LONGEST_CLOSE: Final = 5.0

_READERS_WAIT: Final = 1.0  # while the log is emptied
_LONG_READING: Final = 5.0  # who has read for so long will not end within that
_BETWEEN_TRIES: Final = 0.02
_MIGRATION_LOCK: Final = 0x636F6D70  # any number, the same in every process

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
                async with connected(self._writer) as connection:
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
            async with connected(engine) as connection:
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
async def connected(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Lend a connection, and give it back however the block ends."""
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
