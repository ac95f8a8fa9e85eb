"""Writes a backup, row by row and from one moment, out of either engine: a data file and the keyring that opens it.

The two are apart so that deleting a key from the newest keyring shuts the rows of that member, or of that server, in
every data file. Nothing has its name before it was read back.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import MetaData, Select, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.storage.database import Database, Transaction
from bot.storage.engine import plain_file
from bot.storage.errors import BackupUnverified, KeyMissing
from bot.storage.files import Backup, make_names, replace_keyrings, writing_into
from bot.storage.keyring import SOURCES, Ring, keyring_metadata, read_keyring
from bot.storage.rotation import Progress
from bot.storage.sqlite import flush, make_private, put_in_place
from bot.storage.tables import KEPT_OUT_OF_BACKUPS, metadata
from bot.storage.upgrade import read_revision, stamp
from bot.storage.vault import Vault

_BATCH: Final = 200  # rows; others are answered between two of them
_LOOKED_AT: Final = 100  # rows of each table, whether they open

_COPIED: Final = tuple((one, select(one)) for one in metadata.sorted_tables if one.name not in KEPT_OUT_OF_BACKUPS)


async def back_up(
    database: Database, folder: Path, now: datetime, progress: Progress, vault: Vault | None = None
) -> Backup:
    """Write a data file and a keyring into a folder and read them back; then the keyring replaces the one before.

    With a vault it is also tried whether they open. Whoever deletes something meanwhile is told that it is wiped off
    the disk when this has ended.

    Raises:
        BackupUnverified: what was written cannot be read; what was there before stands.
        StorageError: it cannot be written.
    """
    with writing_into(folder):
        files = make_names(folder, now)
        async with _part(files.keyring) as ring, _part(files.data) as data:
            async with database.reading() as tx:
                count = _Count(progress, await _count(tx, *_COPIED, *SOURCES))
                revision = await tx.run_sync(read_revision)
                async with plain_file(data) as target:
                    await stamp(target, revision)
                    rows = await _copy(tx, target, metadata, _COPIED, count)
                async with plain_file(ring) as target:
                    keys = await _copy(tx, target, keyring_metadata, SOURCES, count)
            await _check(data, rows)
            await _check(ring, keys)
            if vault is not None:
                await _check_opens(data, ring, vault)
            # In this order: the newest keyring opens older data files as well, but not the other way round.
            await _put(ring, files.keyring)
            await _put(data, files.data)
        replace_keyrings(folder, files.keyring)
    return files


async def renew_keyring(database: Database, folder: Path, now: datetime) -> Path:
    """Write a keyring of what is there now and read it back; then it replaces the one before. No data file is written.

    For when there is no room for a data file: the keys of whoever deleted something since have to go all the same.

    Raises:
        BackupUnverified: what was written cannot be read; what was there before stands.
        StorageError: it cannot be written.
    """
    with writing_into(folder):
        path = make_names(folder, now).keyring
        async with _part(path) as ring:
            async with database.reading() as tx, plain_file(ring) as target:
                keys = await _copy(tx, target, keyring_metadata, SOURCES, _Count(_silent, 0))
            await _check(ring, keys)
            await _put(ring, path)
        replace_keyrings(folder, path)
    return path


class _Count:
    """Adds up rows for whoever shows a bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        progress(0, total)

    def add(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._total)


def _silent(done: int, total: int) -> None:
    del done, total


async def _count(tx: Transaction, *sources: tuple[Table, Select[*tuple[Any, ...]]]) -> int:
    return sum(
        [(await tx.execute(select(func.count()).select_from(one.subquery()))).scalar_one() for _, one in sources]
    )


@contextlib.asynccontextmanager
async def _part(path: Path) -> AsyncGenerator[Path]:
    """Lend a file to write into; nothing of it is left that has not been put in place."""
    part = path.with_name(f"{path.name}.part")
    make_private(part, anew=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


async def _put(part: Path, path: Path) -> None:
    await asyncio.to_thread(flush, part)
    put_in_place(part, path)


async def _copy(
    tx: Transaction,
    target: AsyncConnection,
    shape: MetaData,
    sources: tuple[tuple[Table, Select[*tuple[Any, ...]]], ...],
    count: _Count,
) -> dict[Table, int]:
    """Copy rows into a file; give how many went into each table."""
    await target.run_sync(shape.create_all)
    copied = dict.fromkeys((table for table, _ in sources), 0)
    for table, query in sources:
        async with tx.stream(query.execution_options(yield_per=_BATCH)) as result:
            async for rows in result.mappings().partitions():
                await target.execute(table.insert(), [dict(row) for row in rows])
                copied[table] += len(rows)
                count.add(len(rows))
    return copied


async def _check(part: Path, copied: Mapping[Table, int]) -> None:
    """Read a file back: that it is whole, and that all rows are in it."""
    try:
        async with plain_file(part, existing=True) as source:
            whole = (await source.execute(text("PRAGMA integrity_check(1)"))).scalar_one() == "ok"
            found = {
                table: (await source.execute(select(func.count()).select_from(table))).scalar_one() for table in copied
            }
    except StorageError as error:
        raise BackupUnverified from error
    if not whole or found != copied:
        raise BackupUnverified


async def _check_opens(data: Path, ring: Path, vault: Vault) -> None:
    """Try whether keys open, and rows with them. Where all fail it is no backup; a bad row was one before."""
    rings = await read_keyring(ring, vault)
    try:
        for one in rings:
            await asyncio.to_thread(_take_all, one)
    except KeyMissing:  # some stand under a key that is not loaded; `db status` says so
        return
    opened = list[bool]()
    async with plain_file(data, existing=True) as source:
        for one in rings:
            if one.found and not one.opened:
                raise BackupUnverified
            for table in (one.owner, *one.sealed):
                rows = await source.execute(select(table).limit(_LOOKED_AT))
                opened += [one.opens(table, row) for row in rows]
    if opened and not any(opened):
        raise BackupUnverified


def _take_all(ring: Ring) -> None:
    for id_ in ring.found:
        ring.take(id_)
