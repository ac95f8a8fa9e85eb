"""Moves members from an old master key to the one that writes now, in batches, beside a running bot.

Where it stands is the state of the rows: started again, it goes on. Data keys and documents stay as they are; only the
wrapping and the pseudonym change.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, bindparam, func, select, update

from bot.storage.engine import Database, Found, Transaction, hold
from bot.storage.rows import KEY, open_from, unwrap
from bot.storage.tables import member, member_key, session
from bot.storage.vault import Vault

Progress: TypeAlias = Callable[[int, int], None]  # done, of how many

_BATCH: Final = 250
_FIRST: Final = b""  # before every id
# Seconds between batches on SQLite, where one writes at a time and who waits only looks again now and then.
_LET_OTHERS_WRITE: Final = 0.03


async def rotate(database: Database, vault: Vault, progress: Progress, batch: int = _BATCH) -> int:
    """Bring every member under the writing key; give how many were moved.

    The bot must be running with the new key first and the old one loaded beside it, or not be running.

    Raises:
        KeyMissing: some stand under a key that is not loaded; those before them are done.
    """
    async with database.reading() as tx:
        query = select(func.count()).select_from(member_key).where(member_key.c.master != vault.writing)
        total = (await tx.execute(query)).scalar_one()
    done, after = 0, _FIRST
    progress(done, total)
    while (moved := await _rotate_batch(database, vault, after, batch)) or after != _FIRST:
        after = moved[-1] if moved else _FIRST  # from the start again, for those who came meanwhile
        if moved:
            done += len(moved)
            progress(done, max(done, total))
        if database.is_sqlite:
            await asyncio.sleep(_LET_OTHERS_WRITE)
    await database.scrub()
    return done


async def count_keys(tx: Transaction) -> dict[str, int]:
    """Count what needs each master key, members and guests' open check-ins, by the key's name."""
    counts: dict[str, int] = {}
    for column in (member_key.c.master, session.c.master):
        query = select(column, func.count()).where(column.is_not(None)).group_by(column)
        for name, count in await tx.execute(query):
            counts[name] = counts.get(name, 0) + count
    return counts


async def _rotate_batch(database: Database, vault: Vault, after: bytes, batch: int) -> list[bytes]:
    """Move some members by their ids, beginning after one; give who they were."""
    old = select(member_key.c.member_id).where(member_key.c.master != vault.writing, member_key.c.member_id > after)
    with_key = select(member, *KEY).join(member_key, member_key.c.member_id == member.c.id)
    async with database.transaction() as tx:
        # Everybody takes the key before the member, and so do we: two that wait for each other would both fail.
        held = await hold(tx, old.order_by(member_key.c.member_id).limit(batch), member_key, alone=True)
        values = [_wrapped_anew(vault, row) for row in await tx.execute(with_key.where(member.c.id.in_(held)))]
        if values:
            this: BindParameter[bytes] = bindparam("this")
            lookups = update(member).where(member.c.id == this).values(lookup=bindparam("pseudonym"))
            await tx.execute(lookups, values)
            keys = update(member_key).where(member_key.c.member_id == this)
            await tx.execute(keys.values(master=vault.writing, wrapped=bindparam("again")), values)
    return held


def _wrapped_anew(vault: Vault, row: Found) -> dict[str, Any]:
    key = unwrap(vault, row)
    lookup = vault.lookup(open_from(key, member, row)["user"])
    return {"this": row.id, "pseudonym": lookup, "again": vault.wrap(key, row.id, lookup).sealed}
