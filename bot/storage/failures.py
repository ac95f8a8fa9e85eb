"""From what the drivers raise to a sentence the operator can act on, by the engines' own codes."""

import sqlite3
from typing import Final

from bot.storage.errors import (
    AccessRefused,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTimeout,
    DatabaseUnreachable,
    DiskFailed,
    NoFreeConnection,
    NoSuchDatabase,
    PoolerBetween,
    ServerStarting,
    StorageError,
)

_SQLITE: Final[dict[int, type[StorageError]]] = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_IOERR: DiskFailed,  # a full quota, too
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnreachable,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: Final[dict[str, type[StorageError]]] = {
    "55P03": DatabaseLocked,
    "40P01": DatabaseLocked,
    "40001": DatabaseLocked,
    "53100": DatabaseFull,
    "58030": DiskFailed,
    "53300": NoFreeConnection,
    "57P03": ServerStarting,
    "26000": PoolerBetween,  # a statement prepared on another of the server's connections
    "42P05": PoolerBetween,
    "57014": DatabaseTimeout,
    "25006": DatabaseReadOnly,
    "42501": DatabaseReadOnly,
    "XX001": DatabaseDamaged,
    "XX002": DatabaseDamaged,
}
_POSTGRESQL_CLASSES: Final[dict[str, type[StorageError]]] = {
    "08": DatabaseUnreachable,
    "28": AccessRefused,
    "3D": NoSuchDatabase,
    "53": DatabaseUnreachable,
    "57": DatabaseUnreachable,
}


def explain(error: BaseException | None) -> StorageError:
    """Give the error of ours that says what a driver's error means."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the rest tells finer kinds
        found, kind = _SQLITE.get(code), getattr(error, "sqlite_errorname", type(error).__name__)
    else:
        kind = str(getattr(error, "sqlstate", None) or type(error).__name__)
        found = _POSTGRESQL.get(kind) or _POSTGRESQL_CLASSES.get(kind[:2])
    # A driver's code is a word of the engine's; its text could hold a value.
    return found() if found else StorageError(f"{StorageError.sentence} Its kind: {kind}.")
