"""A member with check-ins, written straight into the stores, and the services over them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain.people import Consent, Pause, Profile
from bot.services.checkins.situations import Situations
from bot.services.fair_share import FairShare
from bot.services.lookback.history import Lookback
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.storage.ids import EntryId, RowId, SituationId
from bot.storage.storage import Storage
from tests.domain.kept_ones import NOW

DAY = timedelta(days=1)
ANNE, BO = 100_000_000_000_000_001, 100_000_000_000_000_002


@dataclass
class Book:
    """The services that look back, over one storage."""

    storage: Storage
    people: People
    situations: Situations
    lookback: Lookback

    @classmethod
    def over(cls, storage: Storage, pack: ServedPack) -> "Book":
        people = People(storage.members)
        share = FairShare(rest=0, at_once=1)
        situations = Situations(storage, people, pack, share)
        return cls(storage, people, situations, Lookback(storage, people, situations, share))

    async def join(self, user: int, **chosen: Any) -> None:
        """Make a member who agreed."""
        profile = replace(Profile(consent=Consent(1, NOW), keep=True), **chosen)
        async with self.storage.database.transaction() as tx:
            await self.storage.members.add(tx, user, profile.to_document(), NOW)

    async def pause(self, user: int, pause: Pause | None) -> None:
        async with self.storage.database.transaction() as tx:
            person = await self.people.find(tx, user)
            assert person is not None
            await self.people.change(tx, person, replace(person.profile, pause=pause))

    async def place(self, user: int, label: str) -> str:
        async with self.storage.database.transaction() as tx:
            person = await self.people.find(tx, user)
            assert person is not None
            return await self.situations.place(tx, person.member, label, NOW)

    async def keep(self, user: int, *documents: dict[str, Any]) -> list[bytes]:
        """Keep check-ins as a closing one is kept; give their ids."""
        async with self.storage.database.transaction() as tx:
            person = await self.people.find(tx, user)
            assert person is not None
            expiring = [(one, NOW + 180 * DAY) for one in documents]
            added = await self.storage.entries.add_many(tx, person.member, expiring, NOW)
            for one in added:
                if one.document["situation"] and any(answer.get("text") for answer in one.document["answers"]):
                    await self.situations.touch(tx, person.member, one.document["situation"], NOW, noted=one.id.hex())
        return [bytes(one.id) for one in added]

    async def document(self, user: int, id_: bytes) -> Any:
        async with self.storage.database.reading() as tx:
            person = await self.people.find(tx, user)
            assert person is not None
            entry = await self.storage.entries.get(tx, person.member, EntryId(RowId(id_)))
        return entry.document if entry else None

    async def noted(self, user: int, ref: str) -> str | None:
        async with self.storage.database.reading() as tx:
            person = await self.people.find(tx, user)
            assert person is not None
            found = await self.storage.situations.get(tx, person.member, SituationId(RowId(bytes.fromhex(ref))))
        assert found is not None
        return found.document["noted"]
