"""Reads a backup into an empty database: any data file, and the newest keyring.

A row comes back only if its member has a key in that keyring and the row opens with it: what was deleted since the data
file was written, by a member or with all check-ins, stays deleted.
"""

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, func, inspect, select

from bot.storage.backup import keyring
from bot.storage.engine import Database, Found, Transaction, open_database, plain_file
from bot.storage.errors import BackupInvalid, CannotOpen, DatabaseDamaged, DatabaseInUse, DatabaseUnreachable
from bot.storage.files import Backup
from bot.storage.rotation import Progress
from bot.storage.rows import open_from
from bot.storage.tables import entry, member, member_key, occurrence, reminder, situation
from bot.storage.upgrade import current_revision, upgrade
from bot.storage.vault import DataKey, Vault, WrappedKey

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many rows did not because nothing opens them any more."""

    members: int
    rows: int
    removed: int


async def restore(database: Database, vault: Vault, files: Backup, now: datetime, progress: Progress) -> Restored:
    """Fill an empty database, already at the newest schema, from a backup; all of it or nothing.

    Raises:
        DatabaseInUse: there are members in it.
        BackupInvalid: the files are not a backup of ours.
        KeyMissing: the keyring needs a master key that is not loaded.
    """
    async with database.reading() as tx:
        if (await tx.execute(select(func.count()).select_from(member))).scalar_one():
            raise DatabaseInUse
    keys = await _read_keyring(files.keyring)
    with tempfile.TemporaryDirectory() as folder:
        # A copy, because an older data file is first brought to the newest schema.
        source = await _open_copy(files.data, Path(folder) / "data.db")
        try:
            if not await current_revision(source):
                raise BackupInvalid
            await upgrade(source, now)
            async with source.reading() as old, database.transaction() as tx:
                return await _Restoring(vault, keys, old, tx, progress).run()
        finally:
            await source.close()


async def _open_copy(data: Path, copy: Path) -> Database:
    try:
        shutil.copyfile(data, copy)
        return await open_database(f"sqlite:///{copy}", beside=True)
    except (FileNotFoundError, DatabaseDamaged):
        raise BackupInvalid from None


async def _read_keyring(path: Path) -> dict[bytes, Found]:
    try:
        async with plain_file(path, existing=True) as source:
            if not await source.run_sync(lambda one: inspect(one).has_table(keyring.name)):
                raise BackupInvalid
            return {row.member_id: row for row in await source.execute(select(keyring))}
    except (DatabaseDamaged, DatabaseUnreachable):
        raise BackupInvalid from None


class _Restoring:
    """One restore under way."""

    def __init__(
        self, vault: Vault, keys: dict[bytes, Found], old: Transaction, new: Transaction, progress: Progress
    ) -> None:
        self._vault, self._keys, self._old, self._new, self._progress = vault, keys, old, new, progress
        self._opened: dict[bytes, DataKey] = {}
        self._dropped: set[bytes] = set()
        self._done = self._kept = self._total = 0

    async def run(self) -> Restored:
        tables = (member, situation, entry, reminder, occurrence)
        for table in tables:
            self._total += (await self._old.execute(select(func.count()).select_from(table))).scalar_one()
        await self._members()
        for table in (situation, entry, reminder):
            async for rows in self._read(table):
                await self._write(table, [row for row in rows if self._opens(table, row, row.member_id)])
        async for rows in self._read(occurrence):
            await self._write(occurrence, [row for row in rows if row.what not in self._dropped])
        return Restored(len(self._opened), self._kept, self._done - self._kept)

    async def _members(self) -> None:
        async for rows in self._read(member):
            kept: list[Found] = []
            for row in rows:
                self._unwrap(row.id)
                if self._opens(member, row, row.id):
                    kept.append(row)
                else:
                    self._opened.pop(row.id, None)
            await self._write(member, kept)
            names = ("member_id", "master", "wrapped")
            keys = [{name: getattr(self._keys[row.id], name) for name in names} for row in kept]
            if keys:
                await self._new.execute(member_key.insert(), keys)

    def _unwrap(self, id_: Any) -> None:
        if found := self._keys.get(id_):
            wrapped = WrappedKey(found.master, found.wrapped)
            # A damaged row of the keyring costs one member, not all; a master key that is missing costs all.
            with contextlib.suppress(CannotOpen):
                self._opened[id_] = self._vault.unwrap(wrapped, id_, found.lookup)

    def _opens(self, table: Table, row: Found, owner: bytes) -> bool:
        key = self._opened.get(owner)
        try:
            if key is not None:
                open_from(key, table, row)
                return True
        except CannotOpen:
            pass
        self._dropped.add(row.id)
        return False

    async def _read(self, table: Table) -> AsyncIterator[list[Found]]:
        async with self._old.stream(select(table).execution_options(yield_per=_BATCH)) as result:
            async for rows in result.partitions():
                yield list(rows)
                self._done += len(rows)
                self._progress(self._done, self._total)

    async def _write(self, table: Table, rows: list[Found]) -> None:
        values = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
        for one in values if table is member else ():
            one["lookup"] = self._keys[one["id"]].lookup
        if values:
            await self._new.execute(table.insert(), values)
        self._kept += len(values)
