"""Writes a backup, row by row and from one moment, out of either engine: a data file and the keyring that opens it.

The two are apart so that deleting a key from the newest keyring shuts the rows of that member, or of that server, in
every data file.
"""

import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, MetaData, Select, String, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database, Transaction, plain_file
from bot.storage.files import Backup, make_names, prune_backups, put_in_place, replace_keyrings
from bot.storage.rotation import Progress
from bot.storage.sqlite import flush, make_private
from bot.storage.tables import KEPT_OUT_OF_BACKUPS, NAMES, member, member_key, metadata, server, server_key
from bot.storage.upgrade import current_revision, stamp

_BATCH: Final = 1000

_keyring_metadata = MetaData(naming_convention=NAMES)

# The pseudonym goes with the key: after a change of the master key, older data files hold another one.
keyring = Table(
    "keyring",
    _keyring_metadata,
    Column("member_id", LargeBinary(16), primary_key=True),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("master", String(32), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
# Keyrings from before servers had keys do not have it.
server_keyring = Table(
    "server_keyring",
    _keyring_metadata,
    Column("server_id", LargeBinary(16), primary_key=True),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("master", String(32), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)


async def back_up(database: Database, folder: Path, now: datetime, progress: Progress) -> Backup:
    """Write a data file and a keyring into a folder, replace the keyring before, and remove what has lapsed.

    Deletions that happen meanwhile wait with their receipt until this ends.
    """
    files = make_names(folder, now)
    revision = await current_revision(database)
    async with database.reading() as tx:
        count = _Count(progress, await _count(tx))
        async with _written(files.data) as target:
            await target.run_sync(metadata.create_all)
            await stamp(target, revision)
            for table in metadata.sorted_tables:
                if table.name not in KEPT_OUT_OF_BACKUPS:
                    await _copy(tx, select(table), target, table, count)
        async with _written(files.keyring) as target:
            await target.run_sync(_keyring_metadata.create_all)
            keys = select(member_key.c.member_id, member.c.lookup, member_key.c.master, member_key.c.wrapped)
            await _copy(tx, keys.join_from(member_key, member), target, keyring, count)
            keys = select(server_key.c.server_id, server.c.lookup, server_key.c.master, server_key.c.wrapped)
            await _copy(tx, keys.join_from(server_key, server), target, server_keyring, count)
    replace_keyrings(folder, files.keyring)
    prune_backups(folder, now)
    return files


class _Count:
    """Adds up rows for whoever shows a bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        progress(0, total)

    def add(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._total)


async def _count(tx: Transaction) -> int:
    tables = [one for one in metadata.sorted_tables if one.name not in KEPT_OUT_OF_BACKUPS]
    counted = (*tables, member_key, server_key)
    return sum([(await tx.execute(select(func.count()).select_from(one))).scalar_one() for one in counted])


@contextlib.asynccontextmanager
async def _written(path: Path) -> AsyncGenerator[AsyncConnection]:
    part = path.with_name(f"{path.name}.part")
    make_private(part, anew=True)
    try:
        async with plain_file(part) as target:
            yield target
        flush(part)
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


async def _copy(
    tx: Transaction, query: Select[*tuple[Any, ...]], target: AsyncConnection, into: Table, count: _Count
) -> None:
    async with tx.stream(query.execution_options(yield_per=_BATCH)) as result:
        async for rows in result.mappings().partitions():
            await target.execute(into.insert(), [dict(row) for row in rows])
            count.add(len(rows))
