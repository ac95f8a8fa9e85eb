"""The names and the lifetimes of backup files: when a copy was made stands in its name, in UTC."""

import contextlib
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from bot.storage.errors import BackupInvalid, SecondBackup
from bot.storage.process_lock import ProcessLock, unusable
from bot.storage.upgrade import copies

KEYRINGS_LAST: Final = timedelta(days=7)
DATA_LASTS: Final = timedelta(days=30)
MADE_EACH: Final = timedelta(days=1)
TOO_OLD: Final = timedelta(days=2)

_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_STAMP: Final = re.compile(r"\d{8}T\d{6}Z")
_LOCK: Final = ".lock"
_SLACK: Final = timedelta(hours=1)  # by which clocks differ; what is dated later was made while one was wrong

_Kind = Literal["data", "keyring"]


@dataclass(frozen=True, slots=True)
class Backup:
    """The two files of a backup."""

    data: Path
    keyring: Path


@contextlib.contextmanager
def writing_into(folder: Path) -> Generator[None]:
    """Keep other processes from writing backups into a folder; what one left that was killed is removed first.

    Raises:
        SecondBackup: another process is at it.
        StorageError: the folder cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise unusable(folder) from error
    lock = ProcessLock(folder / _LOCK, SecondBackup)
    try:
        _removed(_leavings(folder))
        yield
    finally:
        lock.release()


def make_names(folder: Path, now: datetime) -> Backup:
    """Name the files of a backup made now.

    The time may be one that was confirmed a while ago, and have a backup already: then they are named a second later.
    """
    stamp = now.astimezone(UTC).strftime(_FORMAT)
    files = Backup(folder / f"data-{stamp}.db", folder / f"keyring-{stamp}.db")
    taken = files.data.is_file() or files.keyring.is_file()
    return make_names(folder, now + timedelta(seconds=1)) if taken else files


def newest(folder: Path) -> Backup:
    """Find the newest keyring of a folder, and the data file made with it or else the newest."""
    data, keyrings = _listed(folder, "data"), list_keyrings(folder)
    if not data or not keyrings:
        raise BackupInvalid(f"{folder} holds no data file and keyring that `db backup` has written.")
    made_with = keyrings[-1].with_name(keyrings[-1].name.replace("keyring", "data"))
    return Backup(made_with if made_with in data else data[-1], keyrings[-1])


def list_keyrings(folder: Path) -> list[Path]:
    """List the keyrings of a folder, the newest last."""
    return _listed(folder, "keyring")


def replace_keyrings(folder: Path, keep: Path) -> None:
    """Remove all keyrings but one that was just written and read back: it replaces those before it."""
    _removed([path for path in list_keyrings(folder) if path != keep])


def prune_backups(folder: Path, now: datetime) -> list[Path]:
    """Remove keyrings older than 7 days and data files older than 30, and what killed backups left.

    The newest of each stays whatever its age: without it no backup could be read. What is dated later than now was made
    while a clock was wrong, and would stay until then: it counts as a day old from now on. Gives what was removed.
    """
    gone = list[Path]()
    if not folder.is_dir():
        return gone
    with contextlib.suppress(SecondBackup), writing_into(folder):  # whoever writes there now removes what was left
        _date_anew(folder, now)
        gone += _older(list_keyrings(folder)[:-1], now - KEYRINGS_LAST)
        gone += _older(_listed(folder, "data")[:-1], now - DATA_LASTS)
        _removed(gone)
    return gone


def is_due(folder: Path, now: datetime) -> bool:
    """Tell whether a backup is to be made: no whole one of the last day is there."""
    whole = all(_within(_listed(folder, kind), now - MADE_EACH, now + _SLACK) for kind in ("data", "keyring"))
    return not whole


def made_last(folder: Path, now: datetime) -> datetime | None:
    """Say when the newest data file was made; None where there is none."""
    made = [at for path in _listed(folder, "data") if (at := _made(path)) and at <= now + _SLACK]
    return max(made, default=None)


def lapse_in_time(folder: Path, now: datetime) -> tuple[bool, bool]:
    """Tell of keyrings, and of data files, whether those before are replaced each day, so that a receipt's day holds.

    The newest stays until there is a newer one. So does what it holds of somebody.
    """
    keyrings = not _older(list_keyrings(folder), now - TOO_OLD)
    data, last = _listed(folder, "data"), made_last(folder, now)
    return keyrings, not data or (last is not None and last >= now - TOO_OLD)


def prune_copies(file: Path, now: datetime) -> list[Path]:
    """Remove copies made before migrations that are older than 7 days: they hold members' keys."""
    return _removed(_older(copies(file), now - KEYRINGS_LAST))


def last_key_gone(now: datetime) -> datetime:
    """Say by when no copy of a key deleted now exists any more, for a receipt."""
    return now + KEYRINGS_LAST


def last_data_gone(now: datetime) -> datetime:
    """Say by when no backup holds a row deleted now any more, for a receipt."""
    return now + DATA_LASTS


def _listed(folder: Path, kind: _Kind) -> list[Path]:
    """List the files of a kind, the newest last; none where there is no folder.

    Raises:
        OSError: the folder cannot be read; `glob` would give none.
    """
    try:
        there = list(folder.iterdir())
    except FileNotFoundError:
        return []
    return sorted(path for path in there if path.match(f"{kind}-*Z.db") and _made(path) and path.is_file())


def _leavings(folder: Path) -> list[Path]:
    """List what a killed backup was writing, and what SQLite had beside it."""
    return [path for kind in ("data", "keyring") for path in folder.glob(f"{kind}-*Z.db.part*")]


def _date_anew(folder: Path, now: datetime) -> None:
    ahead = [path for path in (*list_keyrings(folder), *_listed(folder, "data")) if _is_later(path, now + _SLACK)]
    for stamp in {path.name.partition("-")[2] for path in ahead}:
        files = make_names(folder, now - MADE_EACH)
        for path, name in ((folder / f"data-{stamp}", files.data), (folder / f"keyring-{stamp}", files.keyring)):
            if path in ahead:
                path.rename(name)


def _is_later(path: Path, than: datetime) -> bool:
    made = _made(path)
    return made is not None and made > than


def _older(paths: list[Path], than: datetime) -> list[Path]:
    return [path for path in paths if (made := _made(path)) and made < than]


def _within(paths: list[Path], after: datetime, until: datetime) -> bool:
    return any(made is not None and after < made <= until for made in map(_made, paths))


def _made(path: Path) -> datetime | None:
    found = _STAMP.findall(path.name)
    try:
        return datetime.strptime(found[-1], _FORMAT).replace(tzinfo=UTC) if found else None
    except ValueError:  # somebody else's name, with digits that are no day
        return None


def _removed(paths: list[Path]) -> list[Path]:
    for path in paths:
        path.unlink(missing_ok=True)
    return paths
