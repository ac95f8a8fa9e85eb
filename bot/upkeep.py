"""What an operator can do with what is kept: keys, status, backups, deletion. One function for each command.

They run beside the bot, except `upgrade` and `restore`, which take the database for themselves.
"""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.config import StorageSettings
from bot.domain.mass_deletion import Share
from bot.domain.servers.leaving import KEPT_AFTER
from bot.errors import StorageError
from bot.services.mydata.retention import Retention
from bot.services.people import People
from bot.storage.address import folders_of, shown
from bot.storage.backup import back_up
from bot.storage.claim import claim
from bot.storage.database import Database
from bot.storage.engine import open_database
from bot.storage.errors import BackupInvalid, KeyFileInvalid
from bot.storage.files import TOO_OLD, Backup, list_keyrings, made_last, newest, prune_backups
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.keyring import count_masters
from bot.storage.leases import Leases
from bot.storage.moments import Moments
from bot.storage.restore import Restored, restore
from bot.storage.rotation import Progress, Rotated, rotate
from bot.storage.shredding import Removed, forget_all
from bot.storage.storage import (
    Status,
    Storage,
    bring_up_to_date,
    last_confirmed,
    open_beside,
    open_storage,
    status,
)
from bot.storage.tables import REVISION, member, server
from bot.storage.upgrade import copies, refuse_newer
from bot.storage.vault import Vault

_Closable = TypeVar("_Closable", Database, Storage)


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of the keys that could be read, the writing one first, or what is wrong with a file."""

    names: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A keyring, or a copy made before a migration: how many keys in it stand under each master key, by its name.

    None where it cannot be read.
    """

    path: Path
    keys: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Look:
    """What stands in a database and which keys are loaded; the copies beside it, and when the last backup was made.

    With it the time confirmed last, and until when jobs are held.
    """

    address: str
    status: Status
    keys: Keys
    copies: tuple[Copy, ...] = ()
    backups: Path | None = None
    backup_made: datetime | None = None
    backups_trouble: str = ""
    backup_is_too_old: bool = False
    confirmed: datetime | None = None
    jobs: dict[str, datetime] = field(default_factory=dict[str, datetime])

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of keys that rows need and nobody loaded."""
        return tuple(name for name in self.status.keys if name not in self.keys.names)

    @property
    def lacks_backup(self) -> bool:
        """Whether there is no backup where there should be one."""
        return self.backups is not None and self.backup_made is None

    @property
    def sees_all_copies(self) -> bool:
        """Whether each copy was read, and there is a backup where there should be one: else it may need any key."""
        return all(copy.keys is not None for copy in self.copies) and not self.lacks_backup


def make_key(settings: StorageSettings, path: Path) -> str:
    """Make a master key in a new file; give its name."""
    return new_key_file(path, *folders_of(settings.database, settings.backups))


def read_keys(settings: StorageSettings) -> Keys:
    """Read the key files."""
    try:
        return Keys(_vault(settings).names)
    except KeyFileInvalid as error:
        return Keys(trouble=str(error))


async def look(settings: StorageSettings, local: datetime) -> Look:
    """Look at the database without changing it; needs no key.

    Raises:
        DatabaseNewer: a later version of the bot has been here.
    """
    async with _closing(await open_database(settings.database, beside=True)) as database:
        found = await status(database)
        refuse_newer(found.revision)
        seen, jobs = None, dict[str, datetime]()
        if found.is_current:
            async with database.reading() as tx:
                seen, jobs = await Moments().get_confirmed(tx), await Leases().list_jobs(tx)
        beside = copies(database.file) if database.file else []
    now = max(local, seen or local)
    made, trouble = None, ""
    if settings.backups is not None:
        try:
            beside += list_keyrings(settings.backups)
            made = made_last(settings.backups, now)
        except OSError as error:
            trouble = error.strerror or str(error)
    return Look(
        shown(settings.database),
        found,
        read_keys(settings),
        copies=tuple([Copy(path, await _count_masters(path)) for path in beside]),
        backups=settings.backups,
        backup_made=made,
        backups_trouble=trouble,
        backup_is_too_old=made is not None and now - made > TOO_OLD,
        confirmed=seen,
        jobs=jobs,
    )


async def migrate(settings: StorageSettings, now: datetime) -> tuple[str, str]:
    """Run the migrations that are missing; give the schema before and after, empty when there was none."""
    async with _alone(settings), _closing(await open_database(settings.database, claimed=True)) as database:
        return await bring_up_to_date(database, now), REVISION


async def write_backup(settings: StorageSettings, folder: Path, local: datetime, progress: Progress) -> Backup:
    """Write a data file and a keyring and read them back; needs no key. Where there is one, they are opened as well.

    They are named by the time confirmed last, and by this machine's clock before there was one: then nothing lapses.
    """
    vault = None if read_keys(settings).trouble else _vault(settings)
    async with _closing(await open_beside(settings.database)) as database:
        seen = await last_confirmed(database)
        files = await back_up(database, folder, seen or local, progress, vault)
    if seen:
        prune_backups(folder, seen)
    return files


@dataclass(frozen=True, slots=True)
class Due:
    """What time calls for at `now`, the time confirmed last, and was not let go yet."""

    now: datetime
    entries: Share
    members: Share
    servers: Share

    @property
    def is_held(self) -> bool:
        """Whether it waits for the operator."""
        return any(one.is_large for one in (self.entries, self.members, self.servers))


async def look_at_due(settings: StorageSettings, local: datetime, *, let_go: bool = False) -> Due:
    """Count what time calls for; `let_go` lets all of it go.

    Raises:
        StorageError: no time was confirmed yet.
    """
    async with _opened(settings, local) as storage:
        now = await last_confirmed(storage.database)
        if now is None:
            raise StorageError("No time was confirmed yet, and nothing lapses before. Start the bot: Discord tells it.")
        if let_go:
            async with storage.database.transaction() as tx:
                await storage.moments.put(tx, "let go", now)
        retention = Retention(storage, People(storage.members))
        until = await retention.let_go_until()
        entries, members = await retention.share_over(now, until)
        async with storage.database.reading() as tx:
            since = None if until is None else until - KEPT_AFTER
            servers = await storage.noticeboard.servers.share_left(tx, now - KEPT_AFTER, since)
        return Due(now, entries, members, servers)


async def read_backup(
    settings: StorageSettings, folder: Path, data: Path | None, now: datetime, progress: Progress
) -> Restored:
    """Fill an empty database from the newest keyring of a folder and its newest data file, or the one given."""
    vault = _vault(settings)
    async with _alone(settings):
        files = newest(folder)
        async with _closing(await open_storage(settings.database, vault, now, claimed=True)) as storage:
            backup = Backup(data or files.data, files.keyring)
            return await restore(storage.database, vault, backup, now, progress, settings.restoring)


async def change_key(settings: StorageSettings, now: datetime, progress: Progress) -> tuple[Rotated, bool]:
    """Bring everything under the first key; say how much was moved, and whether the log holds nothing from before."""
    async with _opened(settings, now) as storage:
        return await rotate(storage.database, storage.vault, progress), await storage.database.scrub()


async def forget(settings: StorageSettings, user_id: int, local: datetime) -> tuple[Removed, bool]:
    """Delete everything of one person; say whether it is off the disk as well."""
    async with _opened(settings, local) as storage:
        return await storage.shredder.forget(user_id), await storage.database.scrub()


async def no_earlier(settings: StorageSettings, local: datetime) -> datetime:
    """Give a time for receipts that is not before the right one, as long as this machine's clock or the bot's was."""
    async with _closing(await open_beside(settings.database)) as database:
        return max(local, await last_confirmed(database) or local)


async def count_all(settings: StorageSettings) -> tuple[int, int]:
    """Count the members, who keep something, and the servers; needs no key."""
    async with _closing(await open_beside(settings.database)) as database:
        rows = (await status(database)).rows
        return rows[member.name], rows[server.name]


async def forget_everybody(settings: StorageSettings) -> tuple[Removed, bool]:
    """Delete everything of everybody, and of every server; needs no key. Say whether it is off the disk as well."""
    async with _closing(await open_beside(settings.database)) as database:
        return await forget_all(database), await database.scrub()


async def _count_masters(path: Path) -> dict[str, int] | None:
    try:
        return await count_masters(path)
    except BackupInvalid:
        return None


@contextlib.asynccontextmanager
async def _alone(settings: StorageSettings) -> AsyncGenerator[None]:
    """Have the database for this process, as the bot has it."""
    taken = await claim(settings.database, settings.restoring)
    try:
        yield
    finally:
        await taken.release()


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
