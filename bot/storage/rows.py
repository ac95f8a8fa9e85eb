"""What the stores of members' sealed rows share: a row to insert, the key that comes with a row."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table

from bot.storage.database import Found, Transaction
from bot.storage.ids import MemberId, RowId
from bot.storage.statements import Document
from bot.storage.tables import member, member_key, this_hour
from bot.storage.vault import DataKey, Vault, WrappedKey, open_sealed, seal

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
