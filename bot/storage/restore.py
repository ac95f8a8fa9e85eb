"""Reads a backup into an empty database: any data file, and the newest keyring.

A row comes back only if its member, or its server, has a key in that keyring and the row opens with it: what was
deleted since the data file was written stays deleted.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, func, select

from bot.storage.claim import remove_left
from bot.storage.database import Database, Found, Transaction
from bot.storage.engine import open_database
from bot.storage.errors import BackupInvalid, DatabaseDamaged, DatabaseInUse
from bot.storage.files import Backup
from bot.storage.keyring import Ring, read_keyring
from bot.storage.rotation import Progress
from bot.storage.tables import member, occurrence, server
from bot.storage.upgrade import current_revision, upgrade
from bot.storage.vault import Vault

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many rows did not because nothing opens them any more."""

    members: int
    rows: int
    removed: int
    servers: int = 0


async def restore(  # noqa: PLR0913, PLR0917  # what into, what from, and where it works
    database: Database, vault: Vault, files: Backup, now: datetime, progress: Progress, folder: Path
) -> Restored:
    """Fill an empty database, already at the newest schema, from a backup; all of it or nothing.

    `folder` is where it works; whoever claims the database next removes what is there of one that was killed.

    Raises:
        DatabaseInUse: there are members or servers in it.
        BackupInvalid: the files are not a backup of ours.
        KeyMissing: the keyring needs a master key that is not loaded.
    """
    async with database.reading() as tx:
        for table in (member, server):
            if (await tx.execute(select(func.count()).select_from(table))).scalar_one():
                raise DatabaseInUse
    rings = await read_keyring(files.keyring, vault)
    await asyncio.to_thread(_make_anew, folder)
    try:
        # A copy, because an older data file is first brought to the newest schema.
        source = await _open_copy(files.data, folder / "data.db")
        try:
            if not await current_revision(source):
                raise BackupInvalid
            await upgrade(source, now)
            async with source.reading() as old, database.transaction() as tx:
                return await _Restoring(rings, old, tx, progress).run()
        finally:
            await source.close()
    finally:
        remove_left(folder)


def _make_anew(folder: Path) -> None:
    remove_left(folder)
    folder.mkdir(mode=0o700, parents=True)


async def _open_copy(data: Path, copy: Path) -> Database:
    try:
        await asyncio.to_thread(shutil.copyfile, data, copy)
        return await open_database(f"sqlite:///{copy}", beside=True)
    except (FileNotFoundError, DatabaseDamaged):
        raise BackupInvalid from None


class _Restoring:
    """One restore under way."""

    def __init__(self, rings: tuple[Ring, ...], old: Transaction, new: Transaction, progress: Progress) -> None:
        self._rings, self._old, self._new, self._progress = rings, old, new, progress
        self._dropped: set[bytes] = set()
        self._done = self._kept = self._total = 0

    async def run(self) -> Restored:
        sealed = [table for ring in self._rings for table in (ring.owner, *ring.sealed)]
        for table in (*sealed, occurrence):
            self._total += (await self._old.execute(select(func.count()).select_from(table))).scalar_one()
        for ring in self._rings:
            await self._owners(ring)
            for table in ring.sealed:
                async for rows in self._read(table):
                    await self._write(table, [_values(table, row) for row in self._opening(ring, table, rows)])
        async for rows in self._read(occurrence):
            kept = [row for row in rows if row.what not in self._dropped]
            await self._write(occurrence, [_values(occurrence, row) for row in kept])
        members, servers = (len(ring.opened) for ring in self._rings)
        return Restored(members, self._kept, self._done - self._kept, servers)

    async def _owners(self, ring: Ring) -> None:
        async for rows in self._read(ring.owner):
            for row in rows:
                ring.take(row.id)
            kept = self._opening(ring, ring.owner, rows)
            for id_ in {row.id for row in rows} - {row.id for row in kept}:
                ring.opened.pop(id_, None)
            # After a change of the master key the keyring has another pseudonym than an older data file.
            anew = [_values(ring.owner, row) | {"lookup": ring.found[row.id].lookup} for row in kept]
            await self._write(ring.owner, anew)
            if kept:
                await self._new.execute(ring.key.insert(), [ring.key_of(row.id) for row in kept])

    def _opening(self, ring: Ring, table: Table, rows: list[Found]) -> list[Found]:
        """Give the rows that open, and note those that do not."""
        kept = [row for row in rows if ring.opens(table, row)]
        self._dropped |= {row.id for row in rows} - {row.id for row in kept}
        return kept

    async def _read(self, table: Table) -> AsyncIterator[list[Found]]:
        async with self._old.stream(select(table).execution_options(yield_per=_BATCH)) as result:
            async for rows in result.partitions():
                yield list(rows)
                self._done += len(rows)
                self._progress(self._done, self._total)

    async def _write(self, table: Table, values: list[dict[str, Any]]) -> None:
        if values:
            await self._new.execute(table.insert(), values)
        self._kept += len(values)


def _values(table: Table, row: Found) -> dict[str, Any]:
    return dict(zip(table.columns.keys(), row, strict=True))
