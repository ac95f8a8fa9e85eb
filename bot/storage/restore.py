"""Reads a backup into an empty database: any data file, and the newest keyring.

A row comes back only if its member, or its server, has a key in that keyring and the row opens with it: what was
deleted since the data file was written stays deleted.
"""

import contextlib
import functools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Table, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.backup import keyring, server_keyring
from bot.storage.engine import Database, Found, Transaction, open_database, plain_file
from bot.storage.errors import BackupInvalid, CannotOpen, DatabaseDamaged, DatabaseInUse, DatabaseUnreachable
from bot.storage.files import Backup
from bot.storage.rotation import Progress
from bot.storage.rows import open_from
from bot.storage.server_vault import MasterServerVault
from bot.storage.tables import (
    entry,
    member,
    member_key,
    occurrence,
    posting,
    reminder,
    server,
    server_key,
    situation,
)
from bot.storage.upgrade import current_revision, upgrade
from bot.storage.vault import Vault, WrappedKey

_BATCH: Final = 1000
_Opens: TypeAlias = Callable[[Table, Found], object]  # raises CannotOpen


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many rows did not because nothing opens them any more."""

    members: int
    rows: int
    removed: int
    servers: int = 0


async def restore(database: Database, vault: Vault, files: Backup, now: datetime, progress: Progress) -> Restored:
    """Fill an empty database, already at the newest schema, from a backup; all of it or nothing.

    Raises:
        DatabaseInUse: there are members or servers in it.
        BackupInvalid: the files are not a backup of ours.
        KeyMissing: the keyring needs a master key that is not loaded.
    """
    async with database.reading() as tx:
        for table in (member, server):
            if (await tx.execute(select(func.count()).select_from(table))).scalar_one():
                raise DatabaseInUse
    rings = await _read_keyring(files.keyring, vault)
    with tempfile.TemporaryDirectory() as folder:
        # A copy, because an older data file is first brought to the newest schema.
        source = await _open_copy(files.data, Path(folder) / "data.db")
        try:
            if not await current_revision(source):
                raise BackupInvalid
            await upgrade(source, now)
            async with source.reading() as old, database.transaction() as tx:
                return await _Restoring(rings, old, tx, progress).run()
        finally:
            await source.close()


async def _open_copy(data: Path, copy: Path) -> Database:
    try:
        shutil.copyfile(data, copy)
        return await open_database(f"sqlite:///{copy}", beside=True)
    except (FileNotFoundError, DatabaseDamaged):
        raise BackupInvalid from None


@dataclass(frozen=True, slots=True)
class _Ring:
    """The keyring of members, or of servers, by their ids, and what those keys open that were needed so far."""

    owner: Table
    key: Table
    found: dict[bytes, Found]
    unwrap: Callable[[Found], _Opens]
    sealed: tuple[Table, ...]
    opened: dict[bytes, _Opens] = field(default_factory=dict[bytes, _Opens])

    @property
    def names(self) -> str:
        """The column by which other rows name whose they are."""
        return f"{self.owner.name}_id"

    def take(self, id_: bytes) -> None:
        """Unwrap a key. A damaged row of the keyring costs one member, not all; a master key that is missing all."""
        if found := self.found.get(id_):
            with contextlib.suppress(CannotOpen):
                self.opened[id_] = self.unwrap(found)

    def opens(self, table: Table, row: Found, owner: bytes) -> bool:
        """Tell whether a row opens."""
        try:
            return owner in self.opened and self.opened[owner](table, row) is not None
        except CannotOpen:
            return False

    def key_of(self, id_: bytes) -> dict[str, Any]:
        """Give the row of the table of keys."""
        return {name: getattr(self.found[id_], name) for name in (self.names, "master", "wrapped")}


async def _read_keyring(path: Path, vault: Vault) -> tuple[_Ring, ...]:
    servers = MasterServerVault(vault)

    def of_member(found: Found) -> _Opens:
        wrapped = WrappedKey(found.master, found.wrapped)
        return functools.partial(open_from, vault.unwrap(wrapped, found.member_id, found.lookup))

    def of_server(found: Found) -> _Opens:
        key = servers.unwrap(found.master, found.wrapped, found.server_id, found.lookup)
        return lambda table, row: key.open(table.name, row.id, row.sealed)

    try:
        async with plain_file(path, existing=True) as source:
            if not await _has(source, keyring):
                raise BackupInvalid
            members = {row.member_id: row for row in await source.execute(select(keyring))}
            has_servers = await _has(source, server_keyring)
            rows = await source.execute(select(server_keyring)) if has_servers else ()
            keys = {row.server_id: row for row in rows}
    except (DatabaseDamaged, DatabaseUnreachable):
        raise BackupInvalid from None
    return (
        _Ring(member, member_key, members, of_member, (situation, entry, reminder)),
        _Ring(server, server_key, keys, of_server, (posting,)),
    )


async def _has(source: AsyncConnection, table: Table) -> bool:
    return await source.run_sync(lambda one: inspect(one).has_table(table.name))


class _Restoring:
    """One restore under way."""

    def __init__(self, rings: tuple[_Ring, ...], old: Transaction, new: Transaction, progress: Progress) -> None:
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

    async def _owners(self, ring: _Ring) -> None:
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

    def _opening(self, ring: _Ring, table: Table, rows: list[Found]) -> list[Found]:
        """Give the rows that open, and note those that do not."""
        kept = [
            row for row in rows if ring.opens(table, row, row.id if table is ring.owner else getattr(row, ring.names))
        ]
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
