"""What all stores of sealed rows share: insert, compare-and-set, the key that comes with a row."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Table, Update, bindparam, delete, update

from bot.storage.engine import Found, Transaction
from bot.storage.ids import MemberId, RowId
from bot.storage.tables import member, member_key, this_hour
from bot.storage.vault import DataKey, Vault, WrappedKey, open_sealed, seal

Document: TypeAlias = Mapping[str, Any]

KEY: Final = (
    member.c.id.label("key_member"),
    member.c.lookup.label("key_lookup"),
    member_key.c.master.label("key_master"),
    member_key.c.wrapped.label("key_wrapped"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One who keeps something; `created` and `used` are hours. Belongs to the transaction it was read in."""

    id: MemberId
    version: int
    created: datetime
    used: datetime
    user_id: int = field(repr=False)
    document: Document = field(repr=False)
    key: DataKey = field(repr=False)
    read_in: Transaction = field(repr=False, compare=False)

    def key_in(self, tx: Transaction) -> DataKey:
        """Give the member's key for work inside a transaction.

        Raises:
            RuntimeError: the member was read in an earlier one and may have another key by now. Rows sealed with the
                old one could never be opened.
        """
        if tx is not self.read_in:
            raise RuntimeError("a member was used outside the transaction it was read in")
        return self.key


def unwrap(vault: Vault, row: Found) -> DataKey:
    """Open the key that came with a row selected with `KEY`."""
    return vault.unwrap(WrappedKey(row.key_master, row.key_wrapped), row.key_member, row.key_lookup)


def seal_for(key: DataKey, table: Table, id_: RowId, document: Document) -> bytes:
    """Seal a document for a row, padded to what its table asks for."""
    return seal(key, table.name, id_, document, table.info["least"])


def open_from(key: DataKey, table: Table, row: Found) -> dict[str, Any]:
    """Open the document of a row."""
    return open_sealed(key, table.name, row.id, row.sealed)


def new_row(
    key: DataKey, table: Table, id_: RowId, document: Document, now: datetime, **clear: object
) -> dict[str, Any]:
    """Make the values of a row to insert."""
    sealed = seal_for(key, table, id_, document)
    return {"id": id_, "version": 1, "created": this_hour(now), "sealed": sealed, **clear}


async def replace_document(
    tx: Transaction, table: Table, id_: RowId, version: int, sealed: bytes, **clear: object
) -> bool:
    """Put another document into a row if it still has the version that was read; say whether it had."""
    change = _replacing(table, tuple(clear))
    new = {f"new_{name}": value for name, value in clear.items()}
    values = {"this": id_, "read": version, "new_version": version + 1, "new_sealed": sealed, **new}
    return (await tx.execute(change, values)).rowcount == 1


@functools.cache  # built once for each table: building takes longer than running
def _replacing(table: Table, clear: tuple[str, ...]) -> Update:
    there = (table.c.id == bindparam("this"), table.c.version == bindparam("read"))
    changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in ("version", "sealed", *clear)}
    return update(table).where(*there).values(changed)


async def remove(tx: Transaction, table: Table, *where: ColumnElement[bool]) -> int:
    """Delete rows; give how many."""
    return (await tx.execute(delete(table).where(*where))).rowcount
