"""Opens SQLite and PostgreSQL; how they differ when opened stands here and in `sqlite.py`, nowhere else."""

import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, select
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool
from sqlalchemy.util.queue import Empty
from typing_extensions import override

from bot.errors import StorageError
from bot.storage.address import Address, parse
from bot.storage.database import LONGEST_WAIT, Database, connected, explained
from bot.storage.driver import drive
from bot.storage.errors import DatabaseTimeout, NoFreeConnection
from bot.storage.process_lock import ProcessLock
from bot.storage.sqlite import (
    make_private,
    plain_url,
    prepare_part,
    prepare_plain,
    prepare_reader,
    prepare_writer,
    refuse_missing,
)

CONNECTIONS: Final = 8  # to a server, at most, unless the settings say otherwise
LONGEST_STATEMENT: Final = 8.0  # seconds, as the server counts
_SERVERS_WORD: Final = 2.0  # after that, for the server to say so before it is taken for dead

_READERS: Final = 6
_DRIVER: Final = "postgresql+asyncpg://"
_POSTGRESQL_SETTINGS: Final = {
    "synchronous_commit": "on",
    "lock_timeout": "1500",
    "statement_timeout": str(int(LONGEST_STATEMENT * 1000)),
}


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
            async with connected(engine) as connection, connection.begin():
                yield connection
    finally:
        await engine.dispose()


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
