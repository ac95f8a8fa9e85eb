"""What an operator can do with what is kept: keys, status, backups, deletion. One function for each command.

They run beside the bot, except `upgrade` and `restore`, which on SQLite take the file for themselves.
"""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.config import StorageSettings
from bot.storage.address import folders_of, shown
from bot.storage.backup import back_up
from bot.storage.engine import Database, open_database
from bot.storage.errors import KeyFileInvalid
from bot.storage.files import Backup, newest
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.restore import Restored, restore
from bot.storage.rotation import Progress, Rotated, rotate
from bot.storage.shredding import Removed, forget_all
from bot.storage.storage import (
    Status,
    Storage,
    bring_up_to_date,
    open_beside,
    open_storage,
    status,
)
from bot.storage.tables import REVISION, member, server
from bot.storage.upgrade import refuse_newer
from bot.storage.vault import Vault

_Closable = TypeVar("_Closable", Database, Storage)


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of the keys that could be read, the writing one first, or what is wrong with a file."""

    names: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What stands in a database, and which keys are loaded."""

    address: str
    status: Status
    keys: Keys

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of keys that rows need and nobody loaded."""
        return tuple(name for name in self.status.keys if name not in self.keys.names)


def make_key(settings: StorageSettings, path: Path) -> str:
    """Make a master key in a new file; give its name."""
    return new_key_file(path, *folders_of(settings.database, settings.backups))


def read_keys(settings: StorageSettings) -> Keys:
    """Read the key files."""
    try:
        return Keys(_vault(settings).names)
    except KeyFileInvalid as error:
        return Keys(trouble=str(error))


async def look(settings: StorageSettings) -> Look:
    """Look at the database without changing it; needs no key.

    Raises:
        DatabaseNewer: a later version of the bot has been here.
    """
    async with _closing(await open_database(settings.database, beside=True)) as database:
        found = await status(database)
        refuse_newer(found.revision)
        return Look(shown(settings.database), found, read_keys(settings))


async def migrate(settings: StorageSettings, now: datetime) -> tuple[str, str]:
    """Run the migrations that are missing; give the schema before and after, empty when there was none."""
    async with _closing(await open_database(settings.database)) as database:
        return await bring_up_to_date(database, now), REVISION


async def write_backup(settings: StorageSettings, folder: Path, now: datetime, progress: Progress) -> Backup:
    """Write a data file and a keyring; needs no key."""
    async with _closing(await open_beside(settings.database)) as database:
        return await back_up(database, folder, now, progress)


async def read_backup(
    settings: StorageSettings, folder: Path, data: Path | None, now: datetime, progress: Progress
) -> Restored:
    """Fill an empty database from the newest keyring of a folder and its newest data file, or the one given."""
    files = newest(folder)
    vault = _vault(settings)
    async with _closing(await open_storage(settings.database, vault, now)) as storage:
        return await restore(storage.database, vault, Backup(data or files.data, files.keyring), now, progress)


async def change_key(settings: StorageSettings, now: datetime, progress: Progress) -> Rotated:
    """Bring everything under the first key; say how much was moved."""
    async with _opened(settings, now) as storage:
        return await rotate(storage.database, storage.vault, progress)


async def forget(settings: StorageSettings, user_id: int, now: datetime) -> Removed:
    """Delete everything of one person."""
    async with _opened(settings, now) as storage:
        return await storage.shredder.forget(user_id)


async def count_all(settings: StorageSettings) -> tuple[int, int]:
    """Count the members, who keep something, and the servers; needs no key."""
    async with _closing(await open_beside(settings.database)) as database:
        rows = (await status(database)).rows
        return rows[member.name], rows[server.name]


async def forget_everybody(settings: StorageSettings) -> Removed:
    """Delete everything of everybody, and of every server; needs no key."""
    async with _closing(await open_beside(settings.database)) as database:
        return await forget_all(database)


def _vault(settings: StorageSettings) -> Vault:
    return load_vault(settings.key_files, *folders_of(settings.database, settings.backups))


@contextlib.asynccontextmanager
async def _opened(settings: StorageSettings, now: datetime) -> AsyncGenerator[Storage]:
    async with _closing(await open_storage(settings.database, _vault(settings), now, beside=True)) as storage:
        yield storage


@contextlib.asynccontextmanager
async def _closing(one: _Closable) -> AsyncGenerator[_Closable]:
    try:
        yield one
    finally:
        await one.close()
