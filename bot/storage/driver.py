"""SQLite behind SQLAlchemy with one trip to the driver's thread for each statement, where its own way takes up to four.

A trip costs more than most of our statements do. So beginning goes with the first statement, and committing with the
last, where that says it is the last. What is streamed goes SQLAlchemy's own way.
"""

import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import EMPTY_DICT
from typing_extensions import override

# Stands in a connection's `info` once its transaction has ended well, so that giving it back needs no rollback.
ENDED: Final = "ended"
# The execution option of a statement that is the last of its transaction: with it, its change is committed.
LAST: Final = "last"

_Ran: TypeAlias = tuple[sqlite3.Cursor, Sequence[Any]]


def drive(engine: AsyncEngine, begin: str) -> None:
    """Set an engine up that was made with `pool_reset_on_return=None`; `begin` is how its transactions begin.

    The driver's own way of beginning comes too late and lets DDL slip out. Ours takes no trip of its own: it goes with
    the first statement. A transaction without one never begins.
    """

    def on_begin(connection: Connection) -> None:
        made: Any = connection.connection.dbapi_connection
        made.begin, made.committed = begin, False

    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    event.listen(engine.sync_engine, "reset", _reset)
    event.listen(engine.sync_engine, "do_execute", _note_last)


def _reset(connection: Any, record: Any, state: Any) -> None:
    if ENDED not in record.info and state.asyncio_safe:
        connection.rollback()


def _note_last(cursor: Any, statement: str, parameters: object, context: Any) -> None:
    del statement, parameters
    if isinstance(cursor, _Cursor):  # and no streaming one
        cursor.last = context.execution_options.get(LAST, False)


def _connect(dialect: Any, record: object, arguments: Any, options: Any) -> Any:
    del record
    made = dialect.connect(*arguments, **options)
    return _Connection(dialect.loaded_dbapi, made.driver_connection)


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Runs a statement and fetches all its rows in one go."""

    last = False

    def __init__(self, adapt_connection: Any) -> None:  # pyright: ignore[reportMissingSuperCall]  # it would make a trip
        self._adapt_connection = adapt_connection
        self._connection: Any = adapt_connection.driver_connection
        self._cursor: Any = None
        self._rows = deque[Any]()
        self._soft_closed_memoized = EMPTY_DICT

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        made: Any = self._adapt_connection
        run = self._run_last if self.last else self._run
        self._cursor, rows = await self._go(run, operation, parameters or ())
        self._rows = deque(rows)
        made.committed = self.last and self._cursor.rowcount > 0

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        self._cursor, _ = await self._go(self._run_many, operation, seq_of_parameters)

    async def _go(self, work: Callable[..., _Ran], *arguments: Any) -> _Ran:
        made: Any = self._adapt_connection
        if made.committed:
            raise RuntimeError("a statement came after the one that said it was its transaction's last")
        begin: str | None = made.take_begin()
        run, opened = self._connection._execute, self._connection._conn  # noqa: SLF001  # aiosqlite runs one call publicly
        return await run(self._begin, begin, work, opened, *arguments)

    @staticmethod
    def _begin(begin: str | None, work: Callable[..., _Ran], opened: sqlite3.Connection, *arguments: Any) -> _Ran:
        if begin is not None:
            opened.execute(begin)
        return work(opened, *arguments)

    @staticmethod
    def _run(opened: sqlite3.Connection, operation: str, parameters: Any) -> _Ran:
        cursor = opened.execute(operation, parameters)
        return cursor, cursor.fetchall() if cursor.description else ()

    @staticmethod
    def _run_last(opened: sqlite3.Connection, operation: str, parameters: Any) -> _Ran:
        cursor = opened.execute(operation, parameters)
        if cursor.rowcount > 0:  # one that changed nothing was overtaken: whoever sent it has yet to say what follows
            opened.commit()
        return cursor, ()

    @staticmethod
    def _run_many(opened: sqlite3.Connection, operation: str, parameters: Any) -> _Ran:
        return opened.executemany(operation, parameters), ()

    async def _async_soft_close(self) -> None:
        """Do nothing: a cursor whose rows are all fetched holds nothing."""

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    _cursor_cls = _Cursor
    begin: str | None = None
    committed = False

    def take_begin(self) -> str | None:
        """Give how the transaction is to begin, once."""
        begin, self.begin = self.begin, None
        return begin

    @override
    def cursor(self, server_side: bool = False) -> Any:
        begin = self.take_begin() if server_side else None
        if begin is None:
            return super().cursor(server_side)

        def start(driver: aiosqlite.Connection) -> Awaitable[object]:
            return driver.execute(begin)

        self.run_async(start)
        return super().cursor(server_side)

    @override
    def commit(self) -> None:
        if self.take_begin() is None and not self.committed:
            super().commit()

    @override
    def rollback(self) -> None:
        if self.take_begin() is None:
            super().rollback()
