"""The keyring of a backup: the wrapped keys of members and servers, and what they open in a data file."""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Column, LargeBinary, MetaData, Select, String, Table, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Found
from bot.storage.engine import plain_file
from bot.storage.errors import BackupInvalid, CannotOpen, DatabaseDamaged, DatabaseUnreachable
from bot.storage.rows import open_from
from bot.storage.server_vault import MasterServerVault
from bot.storage.tables import NAMES, entry, member, member_key, posting, reminder, server, server_key, situation
from bot.storage.vault import Vault, WrappedKey

Opens: TypeAlias = Callable[[Table, Found], object]  # raises CannotOpen

keyring_metadata = MetaData(naming_convention=NAMES)


def _wrapped_keys(name: str, owner: str) -> Table:
    return Table(
        name,
        keyring_metadata,
        Column(owner, LargeBinary(16), primary_key=True),
        Column("lookup", LargeBinary(32), nullable=False),
        Column("master", String(32), nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
    )


# The pseudonym goes with the key: after a change of the master key, older data files hold another one.
keyring = _wrapped_keys("keyring", "member_id")
# Keyrings from before servers had keys do not have it.
server_keyring = _wrapped_keys("server_keyring", "server_id")

SOURCES: tuple[tuple[Table, Select[*tuple[Any, ...]]], ...] = (
    (
        keyring,
        select(member_key.c.member_id, member.c.lookup, member_key.c.master, member_key.c.wrapped).join_from(
            member_key, member
        ),
    ),
    (
        server_keyring,
        select(server_key.c.server_id, server.c.lookup, server_key.c.master, server_key.c.wrapped).join_from(
            server_key, server
        ),
    ),
)
"""Each table of a keyring, and what is written into it out of a database."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keyring of members, or of servers, by their ids, and what those keys open that were needed so far."""

    owner: Table
    key: Table
    found: dict[bytes, Found]
    unwrap: Callable[[Found], Opens]
    sealed: tuple[Table, ...]
    opened: dict[bytes, Opens] = field(default_factory=dict[bytes, Opens])

    @property
    def names(self) -> str:
        """The column by which other rows name whose they are."""
        return f"{self.owner.name}_id"

    def owner_of(self, table: Table, row: Found) -> bytes:
        """Say whose a row is."""
        return row.id if table is self.owner else getattr(row, self.names)

    def take(self, id_: bytes) -> None:
        """Unwrap a key. A damaged row of the keyring costs one member, not all; a master key that is missing all."""
        if found := self.found.get(id_):
            with contextlib.suppress(CannotOpen):
                self.opened[id_] = self.unwrap(found)

    def opens(self, table: Table, row: Found) -> bool:
        """Tell whether a row opens."""
        owner = self.owner_of(table, row)
        try:
            return owner in self.opened and self.opened[owner](table, row) is not None
        except CannotOpen:
            return False

    def key_of(self, id_: bytes) -> dict[str, Any]:
        """Give the row of the table of keys."""
        return {name: getattr(self.found[id_], name) for name in (self.names, "master", "wrapped")}


async def read_keyring(path: Path, vault: Vault) -> tuple[Ring, ...]:
    """Read the keys of a keyring, members' and servers'; none is unwrapped yet.

    Raises:
        BackupInvalid: it is none.
    """
    servers = MasterServerVault(vault)

    def of_member(found: Found) -> Opens:
        wrapped = WrappedKey(found.master, found.wrapped)
        return functools.partial(open_from, vault.unwrap(wrapped, found.member_id, found.lookup))

    def of_server(found: Found) -> Opens:
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
        Ring(member, member_key, members, of_member, (situation, entry, reminder)),
        Ring(server, server_key, keys, of_server, (posting,)),
    )


async def count_masters(path: Path) -> dict[str, int]:
    """Count the keys under each master key, by its name, in a keyring or in the copy of a database.

    Raises:
        BackupInvalid: it is neither.
    """
    counts: dict[str, int] = {}
    try:
        async with plain_file(path, existing=True) as source:
            there = [one for one in (keyring, member_key, server_keyring, server_key) if await _has(source, one)]
            if not there:
                raise BackupInvalid
            for table in there:
                for name, count in await source.execute(select(table.c.master, func.count()).group_by(table.c.master)):
                    counts[name] = counts.get(name, 0) + count
    except (DatabaseDamaged, DatabaseUnreachable):
        raise BackupInvalid from None
    return counts


async def _has(source: AsyncConnection, table: Table) -> bool:
    return await source.run_sync(lambda one: inspect(one).has_table(table.name))
