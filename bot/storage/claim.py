"""That one process serves from a database: a lock beside the file, or one the server holds while we are connected."""

import asyncio
import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Final, Protocol

from bot.storage.address import Address, parse
from bot.storage.errors import DatabaseFull, DatabaseUnreachable
from bot.storage.failures import explain
from bot.storage.process_lock import ProcessLock

ROOM: Final = 16 << 20  # bytes that have to be free: the log of the embedded engine alone takes a quarter of it


class Claim(Protocol):
    """The right to serve from a database, for as long as this process lives or until it is released."""

    @property
    def kept(self) -> bool:
        """Whether something was kept there before."""
        ...

    async def holds(self) -> bool:
        """Whether it still does; where not, it has to be taken again."""
        ...

    async def release(self) -> None:
        """Let the next process have it."""
        ...


async def claim(address: str, restoring: Path) -> Claim:
    """Take a database for this process, and look whether it can be written to.

    `restoring` is the folder of its restores: as no other process is at it, what is there was left, and is removed.

    Raises:
        SecondProcess: another process has it.
        WrongSetting: no such database can be had.
        StorageError: it cannot be had or written now.
    """
    taken = await _take(parse(address))
    try:
        await asyncio.to_thread(remove_left, restoring)
    except BaseException:
        await taken.release()
        raise
    return taken


async def _take(where: Address) -> Claim:
    if where.file is not None:
        return await asyncio.to_thread(FileClaim, where.file)
    from bot.storage.postgresql import ServerClaim  # noqa: PLC0415  # nobody else needs the driver

    return await ServerClaim.take(where)


def remove_left(folder: Path) -> None:
    """Remove what a restore that was killed has left: what was deleted since its backup may be in it.

    Raises:
        StorageError: it cannot be removed.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DatabaseUnreachable(
            f"{folder} was left by a restore that was killed, and cannot be removed: {error.strerror}. Remove it: what "
            "was deleted since may be in it."
        ) from error


class FileClaim:
    """Of a SQLite file."""

    def __init__(self, file: Path) -> None:
        self.kept = holds_something(file)
        self._lock = ProcessLock.beside(file)
        try:
            look_at_file(file)
        except BaseException:
            self._lock.release()
            raise

    async def holds(self) -> bool:
        """Whether it still does, which is always."""
        return True

    async def release(self) -> None:
        """Let the next process have the file."""
        self._lock.release()


def holds_something(file: Path) -> bool:
    """Whether a file was ever written to."""
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def look_at_file(file: Path) -> None:
    """See that a file can be written, or made.

    Raises:
        StorageError: it cannot.
    """
    if shutil.disk_usage(file.parent).free < ROOM:
        raise DatabaseFull
    if not file.exists():
        return
    if not file.is_file():
        raise DatabaseUnreachable(f"{file} is not a file. Name another under storage.database.")
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=1.5, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
            opened.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise explain(error) from error
