"""The names and the lifetimes of backup files: when a copy was made stands in its name, in UTC."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from bot.storage.errors import BackupInvalid
from bot.storage.upgrade import copies

KEYRINGS_LAST: Final = timedelta(days=7)
DATA_LASTS: Final = timedelta(days=30)

_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_STAMP: Final = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True)
class Backup:
    """The two files of a backup."""

    data: Path
    keyring: Path


def make_names(folder: Path, now: datetime) -> Backup:
    """Name the files of a backup made now, in a folder that is made when it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = now.astimezone(UTC).strftime(_FORMAT)
    return Backup(folder / f"data-{stamp}.db", folder / f"keyring-{stamp}.db")


def newest(folder: Path) -> Backup:
    """Find the newest data file and the newest keyring of a folder."""
    data, keyrings = _listed(folder, "data"), _listed(folder, "keyring")
    if not data or not keyrings:
        raise BackupInvalid(f"{folder} holds no data file and keyring that `db backup` has written.")
    return Backup(data[-1], keyrings[-1])


def replace_keyrings(folder: Path, keep: Path) -> None:
    """Remove all keyrings but one: the newest replaces those before it."""
    for path in _listed(folder, "keyring"):
        if path != keep:
            path.unlink()


def prune_backups(folder: Path, now: datetime) -> list[Path]:
    """Remove keyrings older than 7 days and data files older than 30; give what was removed."""
    gone = _older(_listed(folder, "keyring"), now - KEYRINGS_LAST) + _older(_listed(folder, "data"), now - DATA_LASTS)
    return _removed(gone)


def prune_copies(file: Path, now: datetime) -> list[Path]:
    """Remove copies made before migrations that are older than 7 days: they hold members' keys."""
    return _removed(_older(copies(file), now - KEYRINGS_LAST))


def last_key_gone(now: datetime) -> datetime:
    """Say by when no copy of a key deleted now exists any more, for a receipt."""
    return now + KEYRINGS_LAST


def last_data_gone(now: datetime) -> datetime:
    """Say by when no backup holds a row deleted now any more, for a receipt."""
    return now + DATA_LASTS


def put_in_place(part: Path, path: Path) -> None:
    """Give a finished file its name, so that what has a name is whole."""
    part.replace(path)
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _listed(folder: Path, kind: Literal["data", "keyring"]) -> list[Path]:
    return sorted(folder.glob(f"{kind}-*Z.db"))


def _older(paths: list[Path], than: datetime) -> list[Path]:
    return [path for path in paths if (made := _made(path)) and made < than]


def _made(path: Path) -> datetime | None:
    found = _STAMP.findall(path.name)
    return datetime.strptime(found[-1], _FORMAT).replace(tzinfo=UTC) if found else None


def _removed(paths: list[Path]) -> list[Path]:
    for path in paths:
        path.unlink()
    return paths
