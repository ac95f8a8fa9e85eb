"""Members who keep something: found by a pseudonym, their key unwrapped, their settings opened.

A member's sealed document holds the Discord user id as well: reminders and a change of the master key need it.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update

from bot.storage.database import Found, Transaction
from bot.storage.errors import KeyMissing
from bot.storage.ids import MemberId, new_id
from bot.storage.opening import open_all
from bot.storage.rows import KEY, Member, new_row, open_from, seal_for, unwrap
from bot.storage.statements import Document, add_once, hold, others_write, replace_document
from bot.storage.tables import member, member_key, this_hour
from bot.storage.vault import Vault, new_data_key

_WITH_KEY = select(member, *KEY).join(member_key, member_key.c.member_id == member.c.id)
_KEY_ROW = select(member_key.c.member_id).join(member, member.c.id == member_key.c.member_id)
_MASTERS = select(func.min(member_key.c.master), func.max(member_key.c.master))


class _By(NamedTuple):
    """How to find a member; built once, because building takes longer than running."""

    key_row: Select[*tuple[Any, ...]]
    with_key: Select[*tuple[Any, ...]]

    @classmethod
    def where(cls, condition: ColumnElement[bool]) -> "_By":
        return cls(_KEY_ROW.where(condition), _WITH_KEY.where(condition))


_BY_ID = _By.where(member.c.id == bindparam("this"))
_BY_LOOKUP = _By.where(member.c.lookup.in_(bindparam("these", expanding=True)))


class Members:
    """The store of members and their keys."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def get(self, tx: Transaction, user_id: int, *, alone: bool = False) -> Member | None:
        """Find a member by Discord user id; `alone` is for deleting, and waits for others who use the member's key.

        Raises:
            KeyMissing: some stand under a master key that is not loaded, so that nobody can be said to be missing.
        """
        found = await self._one(tx, _BY_LOOKUP, {"these": self._vault.lookups(user_id)}, alone=alone)
        if found is None:
            await self.check_keys(tx)
        return found

    async def find_id(self, tx: Transaction, user_id: int) -> MemberId | None:
        """Find a member's row to delete it, whether or not it opens; waits for others who use the member's key.

        Raises:
            KeyMissing: as with `get`.
        """
        found = await hold(
            tx, _BY_LOOKUP.key_row, member_key, alone=True, values={"these": self._vault.lookups(user_id)}
        )
        if not found:
            await self.check_keys(tx)
        return found[0] if found else None

    async def get_by_id(self, tx: Transaction, id_: MemberId) -> Member | None:
        """Find a member by the id that other rows carry."""
        return await self._one(tx, _BY_ID, {"this": id_})

    async def add(self, tx: Transaction, user_id: int, document: Document, now: datetime) -> Member:
        """Make a member with a new key; one who is there already is given as they are."""
        if found := await self.get(tx, user_id):
            return found
        id_, key, lookup = MemberId(new_id()), new_data_key(), self._vault.lookup(user_id)
        row = new_row(key, member, id_, _whole(user_id, document), now, lookup=lookup, used=this_hour(now))
        if await add_once(tx, member, row):
            wrapped = self._vault.wrap(key, id_, lookup)
            values = {"member_id": id_, "master": wrapped.master, "wrapped": wrapped.sealed}
            await tx.execute(member_key.insert().values(values))
        # Another process may have been first; then theirs is the one.
        added = await self.get(tx, user_id)
        if added is None:
            raise KeyMissing("A member's key is missing from the keyring. docs/storage.md says how to restore.")
        return added

    async def update(self, tx: Transaction, one: Member, document: Document) -> Member | None:
        """Replace a member's document; None when it was changed since it was read."""
        sealed = seal_for(one.key_in(tx), member, one.id, _whole(one.user_id, document))
        done = await replace_document(tx, member, one.id, one.version, sealed)
        return replace(one, document=document, version=one.version + 1) if done else None

    async def touch(self, tx: Transaction, one: Member, now: datetime) -> None:
        """Note the hour in which a member last used the bot; writes at most once an hour."""
        hour = this_hour(now)
        if one.used < hour:
            await tx.execute(update(member).where(member.c.id == one.id).values(used=hour))

    async def list_unused(
        self, tx: Transaction, before: datetime, limit: int, after: MemberId | None = None
    ) -> tuple[list[Member], MemberId | None]:
        """List members not seen since a moment, by id, and where to go on, None at the end.

        One that does not open is left out, so that it holds no other up; the log says that it is there.
        """
        query = _WITH_KEY.where(member.c.used < before, member.c.id > (after or b"")).order_by(member.c.id)
        rows = (await tx.execute(query.limit(limit))).all()
        found = open_all(rows, partial(self._open, tx), "A member")
        return found, rows[-1].id if len(rows) == limit else None

    async def count(self, tx: Transaction) -> int:
        """Count members."""
        return (await tx.execute(select(func.count()).select_from(member))).scalar_one()

    async def check_keys(self, tx: Transaction) -> None:
        """Make sure that no member stands under a master key that is not loaded.

        Looks at the first and the last name only, which costs nothing; during a change two are in use.

        Raises:
            KeyMissing: naming the key.
        """
        for name in {*(await tx.execute(_MASTERS)).one()} - {None, *self._vault.names}:
            raise KeyMissing(f"The database needs the master key {name}, which is not loaded. Load its key file, too.")

    async def _one(self, tx: Transaction, by: _By, values: Document, *, alone: bool = False) -> Member | None:
        if others_write(tx) and not await hold(tx, by.key_row, member_key, alone=alone, values=values):
            return None
        row = (await tx.execute(by.with_key, values)).first()
        return self._open(tx, row) if row else None

    def _open(self, tx: Transaction, row: Found) -> Member:
        key = unwrap(self._vault, row)
        whole = open_from(key, member, row)
        return Member(row.id, row.version, row.created, row.used, whole["user"], whole["document"], key, tx)


def _whole(user_id: int, document: Document) -> Document:
    return {"user": user_id, "document": document}
