"""Members as rows: finding one, making one who agreed to be kept, changing what they chose."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.people import Consent, Profile, is_paused
from bot.errors import StorageError
from bot.services.transactions import OvertakenError

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.members import Members
    from bot.storage.rows import Member

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who has a member row. Belongs to the transaction it was read in."""

    member: "Member"
    profile: Profile


class People:
    """Finds and changes members. Guests, who keep nothing, are not found here."""

    def __init__(self, members: "Members") -> None:
        self._members = members

    async def find(self, tx: "Transaction", user_id: int, *, alone: bool = False) -> Person | None:
        """Find a member; `alone` is for deleting."""
        member = await self._members.get(tx, user_id, alone=alone)
        return None if member is None else Person(member, profile_of(member))

    async def find_visible(
        self, tx: "Transaction", user_id: int, now: datetime, *, alone: bool = False
    ) -> Person | None:
        """Find a member; one who has paused is met like someone who keeps nothing."""
        person = await self.find(tx, user_id, alone=alone)
        return None if person is None or is_paused(person.profile, now) else person

    async def agree(self, tx: "Transaction", user_id: int, consent: int, now: datetime, *, keep: bool) -> Person:
        """Note to which version of the consent someone agreed, making the member where there is none yet.

        `keep` False is for one who keeps a single check-in: what they keep from now on is asked each time.
        """
        given = Consent(consent, now)
        found = await self.find(tx, user_id)
        if found is None:
            profile = Profile(consent=given, keep=keep)
            return Person(await self._members.add(tx, user_id, profile.to_document(), now), profile)
        return await self.change(tx, found, replace(found.profile, consent=given, keep=keep))

    async def change(self, tx: "Transaction", person: Person, profile: Profile) -> Person:
        """Write down what a member chose; what is as it was is not written again.

        Raises:
            OvertakenError: it was changed since it was read.
        """
        if profile == person.profile:
            return person
        member = await self._members.update(tx, person.member, profile.to_document())
        if member is None:
            raise OvertakenError
        return Person(member, profile)

    async def note_use(self, database: "Database", person: Person, now: datetime) -> None:
        """Note that what is kept is still in use; where nothing can be written, it can be read all the same."""
        if person.member.used + _HOUR > now:
            return
        with contextlib.suppress(StorageError):
            async with database.transaction() as tx:
                found = await self.find(tx, person.member.user_id)
                if found is not None:
                    await self.touch(tx, found, now)

    async def touch(self, tx: "Transaction", person: Person, now: datetime) -> None:
        """Note that a member used the bot; writes at most once an hour."""
        await self._members.touch(tx, person.member, now)


def profile_of(member: "Member") -> Profile:
    """Read what a member chose out of their row."""
    return Profile.from_document(member.document)
