"""Deleting for good: the key goes first, then the rows, and then the engine's log.

Nothing here is done, as far as a receipt may say, before the transaction has ended and `Database.scrub` returned.
"""

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Table, bindparam, select, update

from bot.storage.database import Database, Transaction
from bot.storage.deeds import Deeds
from bot.storage.ids import MemberId
from bot.storage.members import Members
from bot.storage.rows import Member, open_from, seal_for
from bot.storage.statements import remove
from bot.storage.tables import (
    SEALED_BY_MEMBER,
    deed,
    entry,
    member,
    member_key,
    occurrence,
    posting,
    reminder,
    server,
    server_key,
    session,
    showing,
    situation,
)
from bot.storage.vault import Vault, new_data_key


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted, for the receipt."""

    members: int = 0
    situations: int = 0
    sessions: int = 0
    entries: int = 0
    reminders: int = 0
    deeds: int = 0  # that somebody is no longer named in; those that are gone with all else
    servers: int = 0


class Shredder:
    """Deletes what a member asks to be deleted."""

    def __init__(self, database: Database, vault: Vault, members: Members, deeds: Deeds) -> None:
        self._database, self._vault, self._members, self._deeds = database, vault, members, deeds

    async def forget(self, user_id: int) -> Removed:
        """Delete everything of one person, guest or member. Scrub before the receipt."""
        async with self._database.transaction() as tx:
            found = await self._members.find_id(tx, user_id)
            if found:
                removed = await self.delete_member(tx, found, user_id)
            else:  # moderators need keep nothing of their own
                removed = Removed(deeds=await self._deeds.forget_person(tx, user_id))
            guest = session.c.guest.in_(self._vault.guest_lookups(user_id))
            await _forget_sendings(tx, session, guest)
            return replace(removed, sessions=removed.sessions + await remove(tx, session, guest))

    async def delete_member(self, tx: Transaction, id_: MemberId, user_id: int) -> Removed:
        """Delete a member found or got `alone`: the key, the rows, their name in what they did as a moderator.

        Nothing is opened for it. Scrub before the receipt.
        """
        await remove(tx, member_key, member_key.c.member_id == id_)
        removed = await self._delete_checkins(tx, id_)
        await _forget_sendings(tx, reminder, reminder.c.member_id == id_)
        removed = replace(
            removed,
            members=1,
            deeds=await self._deeds.forget_person(tx, user_id),
            reminders=await remove(tx, reminder, reminder.c.member_id == id_),
            situations=await remove(tx, situation, situation.c.member_id == id_),
        )
        await remove(tx, member, member.c.id == id_)
        return removed

    async def delete_checkins(self, tx: Transaction, one: Member) -> tuple[Member, Removed]:
        """Delete all check-ins, open ones too, of a member got `alone`, and seal what stays under a new key.

        What backups hold of the old ones thereby goes the way of a deleted member's. Gives the member anew: the one
        passed in has the old key. Scrub before the receipt.
        """
        removed = await self._delete_checkins(tx, one.id)
        return await self._give_new_key(tx, one), removed

    async def _delete_checkins(self, tx: Transaction, id_: MemberId) -> Removed:
        await _forget_sendings(tx, session, session.c.member_id == id_)
        return Removed(
            sessions=await remove(tx, session, session.c.member_id == id_),
            entries=await remove(tx, entry, entry.c.member_id == id_),
        )

    async def _give_new_key(self, tx: Transaction, one: Member) -> Member:
        fresh = replace(one, key=new_data_key())
        lookup = (await tx.execute(select(member.c.lookup).where(member.c.id == one.id))).scalar_one()
        wrapped = self._vault.wrap(fresh.key, one.id, lookup)
        change = update(member_key).where(member_key.c.member_id == one.id)
        await tx.execute(change.values(master=wrapped.master, wrapped=wrapped.sealed))
        for table in SEALED_BY_MEMBER:
            await _reseal(tx, table, table.c.member_id == one.id, one, fresh)
        await _reseal(tx, member, member.c.id == one.id, one, fresh)
        return replace(fresh, version=one.version + 1)


async def forget_all(database: Database) -> Removed:
    """Delete everything of everybody and of every server, keys first; needs no master key. Scrub before the receipt."""
    of_servers = (showing, deed, posting, server)
    tables = (member_key, server_key, occurrence, session, entry, reminder, situation, member, *of_servers)
    async with database.transaction() as tx:
        counts = {table.name: await remove(tx, table) for table in tables}
    return Removed(
        members=counts[member.name],
        situations=counts[situation.name],
        sessions=counts[session.name],
        entries=counts[entry.name],
        reminders=counts[reminder.name],
        deeds=counts[deed.name],
        servers=counts[server.name],
    )


async def _reseal(tx: Transaction, table: Table, where: ColumnElement[bool], old: Member, new: Member) -> None:
    """Seal rows under another key; their version rises, so that nobody writes what the old key sealed."""
    rows = (await tx.execute(select(table).where(where))).all()
    values = [
        {"this": row.id, "again": seal_for(new.key, table, row.id, open_from(old.key, table, row))} for row in rows
    ]
    if values:
        change = update(table).where(table.c.id == bindparam("this"))
        await tx.execute(change.values(sealed=bindparam("again"), version=table.c.version + 1), values)


async def _forget_sendings(tx: Transaction, table: Table, where: ColumnElement[bool]) -> None:
    await remove(tx, occurrence, occurrence.c.what.in_(select(table.c.id).where(where)))
