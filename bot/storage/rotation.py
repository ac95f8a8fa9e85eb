"""Brings what stands under an older master key under the one that writes: members, servers, and who did what there.

Works in batches beside the running bot and notes nothing but the rows: started again, it goes on. Data keys and
documents stay as they are; only the wrapping and the pseudonyms change.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, bindparam, func, select, update

from bot.storage.database import Database, Found, Transaction
from bot.storage.errors import CannotOpen
from bot.storage.rows import KEY, open_from, unwrap
from bot.storage.sealing import ServerVault
from bot.storage.server_vault import MasterServerVault
from bot.storage.statements import hold
from bot.storage.tables import deed, member, member_key, server, server_key, session
from bot.storage.vault import Vault

Progress: TypeAlias = Callable[[int, int], None]  # done, of how many
_Values: TypeAlias = dict[str, Any]

_BATCH: Final = 250
_FIRST: Final = b""  # before every id
# Seconds between batches on SQLite, where one writes at a time and who waits only looks again now and then.
_LET_OTHERS_WRITE: Final = 0.03

_THIS: Final[BindParameter[bytes]] = bindparam("this")
_THESE: Final[BindParameter[bytes]] = bindparam("these", expanding=True)
_WRAPPED: Final[dict[str, BindParameter[Any]]] = {"master": bindparam("master_now"), "wrapped": bindparam("again")}
_SERVER_KEY: Final = (server_key.c.master.label("key_master"), server_key.c.wrapped, server.c.lookup)


@dataclass(frozen=True, slots=True)
class Rotated:
    """How much was brought under the writing key; `left` does not open, and stays under the key before."""

    members: int = 0
    servers: int = 0
    deeds: int = 0
    left: int = 0


async def rotate(database: Database, vault: Vault, progress: Progress, batch: int = _BATCH) -> Rotated:
    """Bring everything under the writing key; say how much that was.

    The bot must be running with the new key first and the old one loaded beside it, or not be running. Scrub after it.

    Raises:
        KeyMissing: some stand under a key that is not loaded; those before them are done.
    """
    kinds = (_Members(vault), _Servers(MasterServerVault(vault)), _Deeds(MasterServerVault(vault)))
    running = _Rotation(database, vault.writing, progress, batch)
    await running.count(kinds)
    return Rotated(*[await running.move(kind) for kind in kinds], left=len(running.left))


async def count_keys(tx: Transaction) -> dict[str, int]:
    """Count what needs each master key, by its name: members, guests' open check-ins, servers, who did what there."""
    counts: dict[str, int] = {}
    for column in (member_key.c.master, session.c.master, server_key.c.master, deed.c.master):
        query = select(column, func.count()).where(column.is_not(None)).group_by(column)
        for name, count in await tx.execute(query):
            counts[name] = counts.get(name, 0) + count
    return counts


class _Members:
    """Members: their key's wrapping, and their pseudonym."""

    # Everybody takes the key before the row it is for, and so do we: two that wait for each other would both fail.
    held = member_key
    id_ = member_key.c.member_id
    query = select(member, *KEY).join(member_key, member_key.c.member_id == member.c.id).where(member.c.id.in_(_THESE))
    changes = (
        update(member).where(member.c.id == _THIS).values(lookup=bindparam("pseudonym")),
        update(member_key).where(member_key.c.member_id == _THIS).values(_WRAPPED),
    )

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def anew(self, row: Found) -> _Values:
        key = unwrap(self._vault, row)
        lookup = self._vault.lookup(open_from(key, member, row)["user"])
        wrapped = self._vault.wrap(key, row.id, lookup)
        return {"this": row.id, "pseudonym": lookup, "master_now": wrapped.master, "again": wrapped.sealed}


class _Servers:
    """Servers, whose ids stand in the clear."""

    held = server_key
    id_ = server_key.c.server_id
    query = (
        select(server.c.id, server.c.sealed, *_SERVER_KEY)
        .join(server_key, server_key.c.server_id == server.c.id)
        .where(server.c.id.in_(_THESE))
    )
    changes = (
        update(server).where(server.c.id == _THIS).values(lookup=bindparam("pseudonym")),
        update(server_key).where(server_key.c.server_id == _THIS).values(_WRAPPED),
    )

    def __init__(self, vault: ServerVault) -> None:
        self._vault = vault

    def anew(self, row: Found) -> _Values:
        key = self._vault.unwrap(row.key_master, row.wrapped, row.id, row.lookup)
        lookup = self._vault.lookup(key.open(server.name, row.id, row.sealed)["server"])
        again = self._vault.wrap_anew(row.key_master, row.wrapped, row.id, row.lookup, lookup)
        return {"this": row.id, "pseudonym": lookup, "master_now": self._vault.writing, "again": again}


class _Deeds:
    """What moderators did: the pseudonym by which they are found when they delete their data."""

    held = deed
    id_ = deed.c.id
    query = (
        select(deed.c.id, deed.c.server_id, deed.c.sealed, *_SERVER_KEY)
        .join(server, server.c.id == deed.c.server_id)
        .join(server_key, server_key.c.server_id == deed.c.server_id)
        .where(deed.c.id.in_(_THESE))
    )
    changes = (
        update(deed).where(deed.c.id == _THIS).values(actor=bindparam("pseudonym"), master=bindparam("master_now")),
    )

    def __init__(self, vault: ServerVault) -> None:
        self._vault = vault

    def anew(self, row: Found) -> _Values:
        key = self._vault.unwrap(row.key_master, row.wrapped, row.server_id, row.lookup)
        actor = self._vault.actor(key.open(deed.name, row.id, row.sealed)["user"])
        return {"this": row.id, "pseudonym": actor, "master_now": self._vault.writing}


_Kind: TypeAlias = _Members | _Servers | _Deeds


class _Rotation:
    """One change of the master key under way."""

    def __init__(self, database: Database, writing: str, progress: Progress, batch: int) -> None:
        self._database, self._writing, self._progress, self._batch = database, writing, progress, batch
        self._done = self._total = 0
        self.left = set[bytes]()

    async def count(self, kinds: tuple[_Kind, ...]) -> None:
        async with self._database.reading() as tx:
            for kind in kinds:
                query = select(func.count()).select_from(kind.held).where(kind.held.c.master != self._writing)
                self._total += (await tx.execute(query)).scalar_one()
        self._progress(0, self._total)

    async def move(self, kind: _Kind) -> int:
        """Move all of a kind; give how many they were."""
        moved, after, in_this_pass = 0, _FIRST, 0
        while True:
            ids, done = await self._move_batch(kind, after)
            moved, in_this_pass = moved + done, in_this_pass + done
            if ids:
                after = ids[-1]
                self._done += done
                self._progress(self._done, max(self._done, self._total))
            elif in_this_pass:
                after, in_this_pass = _FIRST, 0  # from the start again, for those that came meanwhile
            else:  # what is left, if anything is, has no key to be opened with
                return moved
            if self._database.is_sqlite:
                await asyncio.sleep(_LET_OTHERS_WRITE)

    async def _move_batch(self, kind: _Kind, after: bytes) -> tuple[list[bytes], int]:
        """Take some by their ids, beginning after one, and move them; give which, and how many could be moved."""
        old = select(kind.id_).where(kind.held.c.master != self._writing, kind.id_ > after)
        async with self._database.transaction() as tx:
            held = await hold(tx, old.order_by(kind.id_).limit(self._batch), kind.held, alone=True)
            values = list[_Values]()
            if held:
                rows = await tx.execute(kind.query, {"these": held})
                values += [one for row in rows if (one := self._anew(kind, row))]
            if values:
                for change in kind.changes:
                    await tx.execute(change, values)
        return held, len(values)

    def _anew(self, kind: _Kind, row: Found) -> _Values | None:
        try:
            return kind.anew(row)
        except CannotOpen:  # it holds no other up
            self.left.add(row.id)
            return None
