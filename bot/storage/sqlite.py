"""What only SQLite needs: pragmas, explicit transactions, an empty write-ahead log."""

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL

from bot.regular_files import may_be_there
from bot.storage.errors import DatabaseMissing

BUSY_MILLISECONDS: Final = 1500

_WAIT: Final = f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}"
_BOTH: Final = (_WAIT, "PRAGMA foreign_keys = ON", "PRAGMA secure_delete = ON")
_WRITING: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
_READING: Final = ("PRAGMA query_only = ON",)


def prepare_writer(connection: Any, record: object) -> None:
    """Set a fresh writing connection up."""
    del record
    _prepare(connection, (*_BOTH, *_WRITING))


def prepare_reader(connection: Any, record: object) -> None:
    """Set a fresh reading connection up."""
    del record
    _prepare(connection, (*_BOTH, *_READING))


def prepare_part(connection: Any, record: object) -> None:
    """Set up a connection to a file of a backup being written: it is flushed, read back and named when it is whole."""
    del record
    _prepare(connection, ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"))


def prepare_plain(connection: Any, record: object) -> None:
    """Set up a connection to a file of a backup being read."""
    del record
    _prepare(connection, ())


async def truncate_log(driver: Any) -> bool:
    """Bring the write-ahead log into the file and cut it to nothing; say whether no reader was in the way."""
    await driver.execute("PRAGMA busy_timeout = 0")
    try:
        async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
            busy, _, _ = await cursor.fetchone()
    finally:
        await driver.execute(_WAIT)
    return not busy


def make_private(path: Path, *, anew: bool = False) -> None:
    """Make an empty file for its owner alone before anything is written; one that is there stays, unless `anew`."""
    if anew:
        path.unlink(missing_ok=True)
    if not may_be_there(path):
        path.touch(0o600)


def refuse_missing(path: Path) -> None:
    """Refuse to make a database where one was expected."""
    if not may_be_there(path):
        raise DatabaseMissing(f"There is no database at {path}. Check storage.database in the settings.")


def number_of(path: Path) -> int | None:
    """Give what tells a file from another that takes its name; None where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return None


def plain_url(path: Path, *, read_only: bool) -> URL:
    """Name a file that is there, so that opening it makes no new one."""
    query = {"mode": "ro" if read_only else "rw", "uri": "true"}
    return URL.create("sqlite+aiosqlite", database=f"file:{quote(str(path.absolute()))}", query=query)


def flush(path: Path) -> None:
    """Have the system write a file down; SQLite does not do so for copies."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def put_in_place(part: Path, path: Path) -> None:
    """Give a finished file its name, so that what has a name is whole."""
    part.replace(path)
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _prepare(connection: Any, pragmas: tuple[str, ...]) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in pragmas:
            cursor.execute(pragma)
    except BaseException:
        connection.close()  # nobody else does when setting up fails
        raise
    cursor.close()
