"""One process at a time; apart from the rest of storage, which takes longer to import than connecting does."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Self

from bot.errors import StorageError
from bot.storage.errors import DatabaseUnreachable, SecondProcess


class ProcessLock:
    """Holds a file for as long as this process does what one may do at a time; `taken` is raised while another does.

    SQLite's own lock on that file is the lock: it works on every system and ends with the process, however it ends.
    """

    def __init__(self, path: Path, taken: type[StorageError]) -> None:
        with contextlib.suppress(OSError):  # what comes next says what is wrong
            path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            self._held = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError:
            raise unusable(path.parent) from None
        try:
            self._held.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            self._held.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise taken from None
            raise unusable(path.parent) from error

    @classmethod
    def beside(cls, database: Path) -> Self:
        """Take a SQLite file for this process, by whichever link it is named."""
        real = _real(database)
        return cls(real.with_name(f"{real.name}.lock"), SecondProcess)

    def release(self) -> None:
        """Let the next process in."""
        self._held.close()


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return path


def unusable(folder: Path) -> DatabaseUnreachable:
    """Say of what should be a folder that it cannot be written to."""
    return DatabaseUnreachable(
        f"{folder} is not a folder this bot can write to. Make it, give it to the bot's user, or name another in the "
        "settings."
    )
