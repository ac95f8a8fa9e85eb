"""What stores do with rows whoever seals them: replace a document, remove rows. Knows no key and no vault."""

import functools
from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Table, Update, bindparam, delete, update

from bot.storage.driver import LAST
from bot.storage.engine import Transaction
from bot.storage.ids import RowId

Document: TypeAlias = Mapping[str, Any]


async def replace_document(  # noqa: PLR0913  # which row, and what goes into it
    tx: Transaction, table: Table, id_: RowId, version: int, sealed: bytes, *, last: bool = False, **clear: object
) -> bool:
    """Put another document into a row if it still has the version that was read; say whether it had.

    `last` promises that no statement follows in this transaction, which can then be committed with it.
    """
    change = _replacing(table, tuple(clear), last=last)
    new = {f"new_{name}": value for name, value in clear.items()}
    values = {"this": id_, "read": version, "new_version": version + 1, "new_sealed": sealed, **new}
    return (await tx.execute(change, values)).rowcount == 1


async def remove(tx: Transaction, table: Table, *where: ColumnElement[bool]) -> int:
    """Delete rows; give how many."""
    return (await tx.execute(delete(table).where(*where))).rowcount


@functools.cache  # built once for each table: building takes longer than running
def _replacing(table: Table, clear: tuple[str, ...], *, last: bool) -> Update:
    there = (table.c.id == bindparam("this"), table.c.version == bindparam("read"))
    changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in ("version", "sealed", *clear)}
    return update(table).where(*there).values(changed).execution_options(**{LAST: last})
