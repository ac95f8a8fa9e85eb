"""What stores do with rows whoever seals them: add, hold, replace and remove them. Knows no key and no vault."""

import functools
from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Table, Update, bindparam, delete, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from bot.storage.database import Transaction
from bot.storage.driver import LAST
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


async def add_once(tx: Transaction, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one like it is there; say whether it was inserted."""
    insert = sqlite_dialect.insert if tx.dialect.name == "sqlite" else postgresql.insert
    done = await tx.execute(insert(table).values(values).on_conflict_do_nothing())
    return done.rowcount == 1


def others_write(tx: Transaction) -> bool:
    """Tell whether others may change rows while a transaction lasts.

    On SQLite a writing one is always alone, and a reading one sees its own moment on both engines.
    """
    connection = tx.sync_connection
    reads = connection is not None and connection.get_execution_options().get("reading", False)
    return not reads and tx.dialect.name != "sqlite"


async def hold(
    tx: Transaction,
    query: Select[*tuple[Any, ...]],
    table: Table,
    *,
    alone: bool,
    values: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Keep the rows of a table that a query finds from others who want them alone, until the transaction ends.

    Gives the query's first column. What a later statement reads is then of one piece.
    """
    if others_write(tx):
        query = query.with_for_update(read=not alone, key_share=not alone, of=table)
    return list((await tx.execute(query, values)).scalars())


@functools.cache  # built once for each table: building takes longer than running
def _replacing(table: Table, clear: tuple[str, ...], *, last: bool) -> Update:
    there = (table.c.id == bindparam("this"), table.c.version == bindparam("read"))
    changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in ("version", "sealed", *clear)}
    return update(table).where(*there).values(changed).execution_options(**{LAST: last})
