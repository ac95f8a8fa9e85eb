"""Reminders: when the next one is due stands in the clear, everything else is sealed."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select, update

from bot.storage.database import Found, Transaction
from bot.storage.errors import IdTaken
from bot.storage.ids import MemberId, ReminderId, new_id
from bot.storage.opening import open_all
from bot.storage.rows import KEY, Member, new_row, open_from, seal_for, unwrap
from bot.storage.statements import Document, add_once, remove, replace_document
from bot.storage.tables import member, member_key, reminder
from bot.storage.vault import DataKey, Vault

_WITH_KEY = (
    select(reminder, *KEY)
    .join(member, member.c.id == reminder.c.member_id)
    .join(member_key, member_key.c.member_id == reminder.c.member_id)
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder, due next at `due`, or paused when that is None; `created` is an hour."""

    id: ReminderId
    member_id: MemberId
    version: int
    created: datetime
    due: datetime | None
    document: Document = field(repr=False)
    key: DataKey = field(repr=False)


class Reminders:
    """The store of reminders."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def get(self, tx: Transaction, id_: ReminderId) -> Reminder | None:
        """Find a reminder by the token its buttons carry."""
        row = (await tx.execute(_WITH_KEY.where(reminder.c.id == id_))).first()
        return self._open(row) if row else None

    async def add(  # noqa: PLR0913  # what a row says, each by its name
        self,
        tx: Transaction,
        one: Member,
        document: Document,
        now: datetime,
        *,
        due: datetime | None,
        id_: ReminderId | None = None,
    ) -> Reminder:
        """Make a reminder. Where one of the given id is there already it is given as it is, whoever's it is.

        Raises:
            IdTaken: one of the given id was deleted by somebody else at this very moment.
        """
        id_, key = id_ or ReminderId(new_id()), one.key_in(tx)
        row = new_row(key, reminder, id_, document, now, member_id=one.id, due=due)
        if not await add_once(tx, reminder, row):
            there = await self.get(tx, id_)
            if there is None:
                raise IdTaken
            return there
        return Reminder(id_, one.id, 1, row["created"], due, document, key)

    async def update(
        self, tx: Transaction, one: Reminder, document: Document, *, due: datetime | None
    ) -> Reminder | None:
        """Replace a reminder; None when it was changed or deleted since it was read."""
        sealed = seal_for(one.key, reminder, one.id, document)
        done = await replace_document(tx, reminder, one.id, one.version, sealed, due=due)
        return replace(one, document=document, version=one.version + 1, due=due) if done else None

    async def delete(self, tx: Transaction, one: Member, id_: ReminderId) -> bool:
        """Delete a reminder of this member; False when it is not there."""
        return await remove(tx, reminder, reminder.c.id == id_, reminder.c.member_id == one.id) == 1

    async def list_all(self, tx: Transaction, one: Member) -> list[Reminder]:
        """List a member's reminders, the oldest hour first; one that does not open is left out."""
        query = _WITH_KEY.where(reminder.c.member_id == one.id).order_by(reminder.c.created, reminder.c.id)
        return open_all(await tx.execute(query), self._open, "A reminder")

    async def list_due(self, tx: Transaction, now: datetime, limit: int) -> list[Reminder]:
        """List what is due, the longest waiting first; one that does not open is left out."""
        query = _WITH_KEY.where(reminder.c.due <= now).order_by(reminder.c.due).limit(limit)
        return open_all(await tx.execute(query), self._open, "A reminder")

    async def list_due_ids(self, tx: Transaction, now: datetime, limit: int) -> list[ReminderId]:
        """Name what is due, the longest waiting first, without opening it; put off what does not open."""
        query = select(reminder.c.id).where(reminder.c.due <= now).order_by(reminder.c.due).limit(limit)
        return list((await tx.execute(query)).scalars())

    async def put_off(self, tx: Transaction, id_: ReminderId, until: datetime) -> None:
        """Have time call for a reminder later, without opening it."""
        await tx.execute(update(reminder).where(reminder.c.id == id_).values(due=until))

    def _open(self, row: Found) -> Reminder:
        key = unwrap(self._vault, row)
        return Reminder(row.id, row.member_id, row.version, row.created, row.due, open_from(key, reminder, row), key)
