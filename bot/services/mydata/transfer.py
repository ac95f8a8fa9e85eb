"""Check-ins on their way out and in: the journal to export, and a file that waits sealed until its owner says yes."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from bot.domain.checkins.answers import SituationRef
from bot.domain.checkins.situations import MOST_SITUATIONS, OwnSituation, SituationCard, find_label
from bot.domain.mydata.errands import IMPORT
from bot.domain.mydata.inventory import Imported, NotThere, Waiting
from bot.domain.mydata.journal import Journal, Page
from bot.domain.mydata.journal_checks import FileRefused
from bot.domain.mydata.journal_reader import read
from bot.domain.mydata.retention import MOST_KEPT, MOST_KEPT_BYTES, expiry
from bot.domain.people import is_paused
from bot.domain.zones import zone_of
from bot.services.checkins.consent import Consents
from bot.services.checkins.situations import Situations
from bot.services.fair_share import FairShare
from bot.services.mydata.pages import Known, Mine, Newest, compare, journal_of, look_through, note, page_of
from bot.services.people import People, Person
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId, SessionId
from bot.storage.sessions import Guest

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.rows import Member
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

WAITS: Final = timedelta(hours=1)

_DATED_BACK: Final = timedelta(days=1)  # so that what comes from a file counts to no day's check-ins
_MOST_DIGESTS: Final = 20
_BATCH: Final = 200


class Transfer:
    """Each method that changes something is one commit, done when it returns. Hold the person's turn around them."""

    def __init__(
        self, storage: "Storage", people: People, situations: Situations, consents: Consents, share: FairShare
    ) -> None:
        self._storage, self._people, self._situations, self._consents = storage, people, situations, consents
        self._share = share

    async def journal(self, user_id: int, now: datetime) -> tuple[Journal, tzinfo]:
        """Give everything kept of someone, and their zone; nothing, in UTC, where nothing is to be seen."""
        await self._note_use(user_id, now)
        async with self._share.turn(user_id), self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            if person is None:
                return Journal(), UTC
            mine = await self._situations.list_all(tx, person.member)
            labels = {str(one.ref): one.label for one in mine}
            pages = await self._storage.entries.read_all(tx, person.member, lambda entry: page_of(entry, labels, now))
        journal = await asyncio.to_thread(journal_of, filter(None, pages), mine)
        seen = journal.pages and person.profile.zone
        return journal, zone_of(person.profile.zone) if seen and person.profile.zone else UTC

    async def stage(self, user_id: int, data: bytes, now: datetime) -> Waiting:
        """Look a file through and lay it down, sealed, for an hour; one that lay there before is dropped.

        Raises:
            FileRefused: it cannot be read, or more would be kept than fits; nothing was changed.
        """
        async with self._share.turn(user_id):
            return await self._stage(user_id, data, now)

    async def _stage(self, user_id: int, data: bytes, now: datetime) -> Waiting:
        journal = await asyncio.to_thread(read, data, now)
        await self._note_use(user_id, now)
        mine = await self._mine(user_id, now)
        compared = await asyncio.to_thread(compare, journal, mine.known)
        if mine.shows:
            _check_room(mine.count + len(compared.fresh))
        document = {"kind": IMPORT, "file": base64.b64encode(data).decode("ascii")}

        async def work(tx: "Transaction") -> SessionId:
            for row in await self._storage.sessions.list_open(tx, Guest(user_id)):
                if row.document.get("kind") == IMPORT:
                    await self._storage.sessions.delete(tx, row)
            row = await self._storage.sessions.add(tx, Guest(user_id), document, now, expires=now + WAITS)
            return row.id

        token = await in_transaction(self._storage.database, work)
        pages = journal.pages
        return Waiting(
            bytes(token),
            count=compared.count,
            first=pages[0].started if pages else now,
            last=pages[-1].started if pages else now,
            here=compared.count - len(compared.fresh) if mine.shows else 0,
            before=mine.shows and compared.digest in mine.imports,
            agree=not (mine.shows and mine.keeps),
        )

    async def take_in(self, user_id: int, token: bytes, consent: int | None, now: datetime) -> Imported:
        """Bring a waiting file in, all of it or nothing, and give what came of it.

        `consent` is the version of the lines agreed to on the way, where they were shown.

        Raises:
            NotThere: it waits no more, or is another's.
            FileRefused: there would be more check-ins or situations than fit.
        """
        async with self._share.turn(user_id):
            return await self._take_in(user_id, token, consent, now)

    async def _take_in(self, user_id: int, token: bytes, consent: int | None, now: datetime) -> Imported:
        row = await self._waiting(user_id, token, now)
        data = base64.b64decode(row.document["file"])
        journal = await asyncio.to_thread(read, data, now)
        mine = await self._mine(user_id, now)
        compared = await asyncio.to_thread(compare, journal, mine.known)
        _check_room(mine.count + len(compared.fresh))

        async def work(tx: "Transaction") -> None:
            if not await self._storage.sessions.delete(tx, row):
                raise NotThere
            person = await self._keeping(tx, user_id, consent, now)
            refs = await self._place(tx, person.member, journal, now)
            noted = await self._add(tx, person, compared.fresh, refs, now)
            await self._check_size(tx, person.member)
            person = await self._remember(tx, person, mine.noted, noted)
            earlier = tuple(one for one in person.profile.imports if one != compared.digest)
            profile = replace(person.profile, imports=(*earlier, compared.digest)[-_MOST_DIGESTS:])
            await self._people.change(tx, person, profile)

        await in_transaction(self._storage.database, work)
        new = len(compared.fresh) if mine.shows else compared.count  # out of sight, all seem new
        return Imported(new, compared.count - new)

    async def leave(self, user_id: int, token: bytes) -> None:
        """Drop a waiting file; one that waits no more is as good."""

        async def work(tx: "Transaction") -> None:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
            if row is not None and row.user_id == user_id and row.document.get("kind") == IMPORT:
                await self._storage.sessions.delete(tx, row)

        await in_transaction(self._storage.database, work)

    async def _note_use(self, user_id: int, now: datetime) -> None:
        async def work(tx: "Transaction") -> None:
            person = await self._people.find(tx, user_id)
            if person is not None:
                await self._people.touch(tx, person, now)

        await in_transaction(self._storage.database, work)

    async def _waiting(self, user_id: int, token: bytes, now: datetime) -> "Row":
        async with self._storage.database.reading() as tx:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
        if row is None or row.user_id != user_id or row.document.get("kind") != IMPORT or row.expires <= now:
            raise NotThere
        return row

    async def _mine(self, user_id: int, now: datetime) -> Mine:
        async with self._storage.database.reading() as tx:
            person = await self._people.find(tx, user_id)
            if person is None:
                return Mine()
            count = await self._storage.entries.count(tx, person.member)
            entries = await self._storage.entries.read_all(tx, person.member, lambda entry: Known.of(entry, now))
            situations = await self._storage.situations.count(tx, person.member)
        known, noted = look_through(entries)
        shows = bool(count or situations) and not is_paused(person.profile, now)
        return Mine(known, noted, person.profile.imports, count, shows=shows, keeps=person.profile.keep)

    async def _keeping(self, tx: "Transaction", user_id: int, consent: int | None, now: datetime) -> Person:
        """Give a member who keeps, or make one of who agreed to on the way."""
        person = await self._people.find(tx, user_id)
        if person is None or not person.profile.keep:
            if consent is None:
                raise NotThere  # Keep went off since the file was looked through
            person = await self._people.agree(tx, user_id, consent, now, keep=True)
            person = await self._consents.set_keep(tx, person, keep=True)
        await self._people.touch(tx, person, now)
        return person

    async def _check_size(self, tx: "Transaction", member: "Member") -> None:
        count, size = await self._storage.entries.measure(tx, member)
        if count > MOST_KEPT or size > MOST_KEPT_BYTES:
            raise FileRefused("full", count=count, most=MOST_KEPT)

    async def _place(
        self, tx: "Transaction", member: "Member", journal: Journal, now: datetime
    ) -> Mapping[str | None, SituationRef | None]:
        """Find each label's situation or make it; what is there already stays as it is.

        Raises:
            FileRefused: there would be more than fit.
        """
        await self._storage.situations.hold(tx, member)
        mine = list(await self._situations.list_all(tx, member))
        used = {page.label: page.ended for page in journal.pages}
        refs: dict[str | None, SituationRef | None] = {None: None}
        for topic in journal.topics:
            found = find_label(mine, topic.label)
            if found is None:
                card = SituationCard(topic.label, used.get(topic.label, now), topic.away)
                row = await self._storage.situations.add(tx, member, card.to_document(), now)
                found = OwnSituation(SituationRef(row.id.hex()), card.label, card.used, card.away)
                mine.append(found)
            refs[topic.label] = found.ref
        if len(mine) > MOST_SITUATIONS:
            raise FileRefused("situations", count=len(mine), most=MOST_SITUATIONS)
        return refs

    async def _add(
        self,
        tx: "Transaction",
        person: Person,
        pages: Sequence[Page],
        refs: Mapping[str | None, SituationRef | None],
        now: datetime,
    ) -> dict[SituationRef | None, Newest]:
        """Keep the pages; give which of them have the newest note."""
        expires, noted = expiry(now, person.profile.retention), dict[SituationRef | None, Newest]()
        for at in range(0, len(pages), _BATCH):  # others are answered between the batches
            batch = pages[at : at + _BATCH]
            documents = [(page.to_document(refs[page.label]), expires) for page in batch]
            added = await self._storage.entries.add_many(tx, person.member, documents, now - _DATED_BACK)
            for page, entry in zip(batch, added, strict=True):
                note(noted, refs[page.label], page, entry.id.hex())
        return noted

    async def _remember(
        self,
        tx: "Transaction",
        person: Person,
        before: Mapping[SituationRef | None, Newest],
        added: Mapping[SituationRef | None, Newest],
    ) -> Person:
        """Note where the newest note of each situation stands now, for the next check-in about it."""
        for ref, newest in added.items():
            if ref in before and before[ref] > newest:
                continue
            if ref is None:
                person = await self._people.change(tx, person, replace(person.profile, noted=newest[1]))
            else:
                await self._situations.set_noted(tx, person.member, ref, newest[1])
        return person


def _check_room(count: int) -> None:
    if count > MOST_KEPT:
        raise FileRefused("full", count=count, most=MOST_KEPT)
