"""Who has agreed to what: how someone who wants to check in is met, and the giving and withdrawing of consent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.standing import UnderWay, Welcome
from bot.services.checkins.support_ends import SupportEnds
from bot.services.pack import ServedPack
from bot.services.people import People, Person
from bot.services.reminders.setting import count_anew
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.sessions import Guest

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage


class Consents:
    """Meets people and notes what they agree to."""

    def __init__(
        self, storage: "Storage", people: People, pack: ServedPack, ends: SupportEnds, clock: Callable[[], datetime]
    ) -> None:
        self._storage, self._people, self._pack, self._ends, self._clock = storage, people, pack, ends, clock

    async def welcome(self, user_id: int) -> Welcome:
        """Meet someone: what they agreed to, what they have under way, and, once, what they are still to be told.

        What is to be told waits while the lines have to be read first.
        """

        async def work(tx: "Transaction") -> Welcome:
            now, current = self._clock(), self._pack.library.notebook.consent.version
            person = await self._people.find_visible(tx, user_id, now)
            rows = await self._storage.sessions.list_open(tx, person.member if person else Guest(user_id))
            lying = [(row, one) for row in rows if (one := OpenCheckIn.find_in(row.document))]
            under_way = tuple(
                _line(row, one)
                for row, one in lying
                if one.session.state != "closed" and not self._ends.find(bytes(row.id), one.session)
            )
            if person is None:
                agreed = any(one.consent == current for _, one in lying)
                return Welcome(agreed, under_way=under_way)
            profile = person.profile
            await self._people.touch(tx, person, now)
            await count_anew(self._storage, tx, person)
            if profile.consent.version != current:
                return Welcome(agreed=False, changed=True, keep=profile.keep, under_way=under_way)
            await self._people.change(tx, person, replace(profile, notices=()))
            return Welcome(agreed=True, keep=profile.keep, under_way=under_way, notices=profile.notices)

        return await in_transaction(self._storage.database, work)

    async def agree(self, user_id: int, version: int, *, keep: bool) -> None:
        """Note to which version of the lines someone agreed, and whether to be kept.

        Without Keep nobody becomes a member. One who has paused, and is met like someone who keeps nothing, does not
        lose what they chose before by leaving the switch as they find it.
        """

        async def work(tx: "Transaction") -> None:
            now = self._clock()
            person = await self._people.find_visible(tx, user_id, now)
            if keep or person is not None:
                person = await self._people.agree(tx, user_id, version, now, keep=keep)
                await self.set_keep(tx, person, keep=keep)

        await in_transaction(self._storage.database, work)

    async def set_keep(self, tx: "Transaction", person: Person, *, keep: bool) -> Person:
        """Give or withdraw consent to keeping. What is open when it is withdrawn ends like anyone's unkept check-in."""
        for row in await self._storage.sessions.list_open(tx, person.member):
            one = OpenCheckIn.find_in(row.document)
            if one is None or one.keeps == keep:
                continue
            one = replace(one, keeps=keep)
            if not await self._storage.sessions.update(tx, row, one.to_document(), expires=one.expires, due=row.due):
                raise OvertakenError
        return await self._people.change(tx, person, replace(person.profile, keep=keep))


def _line(row: "Row", one: OpenCheckIn) -> UnderWay:
    return UnderWay(bytes(row.id), one.session.version, one.session.started, one.session.label)
