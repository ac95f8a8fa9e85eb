"""Members with a notebook, straight in storage, and every service over it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.config import CheckIns, Settings
from bot.domain.checkins.answers import Answer
from bot.domain.checkins.situations import SituationCard
from bot.domain.people import Pause, Profile
from bot.services.pack import ServedPack
from bot.services.personal import Personal, assemble
from bot.storage.storage import Storage
from tests.conftest import PACK
from tests.domain.journals import CLOSEST, NOTE, page

NOW = datetime(2026, 11, 22, 3, 10, 7, tzinfo=UTC)
ANNE, BO, CY, DEE = 100_000_000_000_000_001, 100_000_000_000_000_002, 100_000_000_000_000_003, 100_000_000_000_000_004
DAY = timedelta(days=1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def open_over(storage: Storage, clock: Clock, settings: Settings | None = None) -> Personal:
    settings = settings or Settings(check_ins=CheckIns())
    return assemble(storage, settings, ServedPack(PACK, clock()), clock)


async def join(one: Personal, user: int, now: datetime = NOW, **chosen: Any) -> None:
    """Make a member who keeps check-ins."""
    async with one.storage.database.transaction() as tx:
        person = await one.people.agree(tx, user, 1, now, keep=True)
        await one.people.change(tx, person, replace(person.profile, **chosen))


async def keep(
    one: Personal, user: int, *answers: Answer, days: int = 1, label: str | None = None, now: datetime = NOW
) -> bytes:
    """Keep a check-in of some days ago for a member."""
    async with one.storage.database.transaction() as tx:
        person = await one.people.find(tx, user)
        assert person is not None
        ref = await one.situations.place(tx, person.member, label, now) if label else None
        document = page(days, *(answers or (CLOSEST, NOTE))).to_document(ref)
        lasts = person.profile.retention
        expires = None if lasts is None else now + lasts * DAY
        entry = await one.storage.entries.add(tx, person.member, document, now, expires=expires)
        if ref:
            await one.situations.touch(tx, person.member, ref, now, noted=entry.id.hex())
    return bytes(entry.id)


async def four_who_look_the_same(one: Personal) -> dict[str, int]:
    """Someone who kept and deleted, someone who paused, someone who keeps and has nothing, and a stranger."""
    await join(one, ANNE)
    await join(one, BO, zone="Europe/Berlin", pause=Pause())
    await join(one, CY, zone="Asia/Tokyo")
    for user in (ANNE, BO):
        await keep(one, user, label="the blue house")
    await one.mydata.delete_everything(ANNE, NOW)
    return {"deleted": ANNE, "paused": BO, "empty": CY, "never kept": DEE}


async def profile_of(one: Personal, user: int) -> Profile | None:
    async with one.storage.database.reading() as tx:
        person = await one.people.find(tx, user)
    return person.profile if person else None


async def documents_of(one: Personal, user: int) -> list[dict[str, Any]]:
    """Give the documents of a member's entries, without what ties them to rows."""
    async with one.storage.database.reading() as tx:
        person = await one.people.find(tx, user)
        assert person is not None
        entries = await one.storage.entries.list_all(tx, person.member)
    return [dict(entry.document) for entry in entries]


async def cards_of(one: Personal, user: int) -> dict[str, SituationCard]:
    """Give a member's situations by their ids."""
    async with one.storage.database.reading() as tx:
        person = await one.people.find(tx, user)
        assert person is not None
        rows = await one.storage.situations.list_all(tx, person.member)
    return {row.id.hex(): SituationCard.from_document(row.document) for row in rows}
