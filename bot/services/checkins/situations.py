"""A member's situations: named, renamed, put away, joined, deleted with what was kept about them.

Two with the same label cannot arise: whoever names one holds the member's situations until the commit.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.checkins.answers import DocumentUnreadable, Situated, SituationRef
from bot.domain.checkins.labels import clean_label
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.situations import MOST_SITUATIONS, OwnSituation, SituationCard, find_label, in_order
from bot.domain.lookback import Deleted, Kept, moved_to, newest_noted, read_kept
from bot.errors import UserError
from bot.services.fair_share import FairShare
from bot.services.lookback.reading import read_all_kept, read_one
from bot.services.pack import ServedPack
from bot.services.people import People, Person
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.ids import ID_BYTES, EntryId, RowId, SituationId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.entries import Entry
    from bot.storage.rows import Member
    from bot.storage.situations import Situation
    from bot.storage.statements import Document
    from bot.storage.storage import Storage


class Situations:
    """Keeps a member's labels. What takes a user id is a commit of its own; what takes a member is part of another."""

    def __init__(self, storage: "Storage", people: People, pack: ServedPack, share: FairShare) -> None:
        self._storage, self._people, self._pack, self._share = storage, people, pack, share

    async def recent(self, tx: "Transaction", member: "Member") -> tuple[Situated, ...]:
        """Give the situations not put away, the most recently used first."""
        return tuple(Situated(one.ref, one.label) for one in await self.list_all(tx, member) if not one.away)

    async def list_all(self, tx: "Transaction", member: "Member") -> tuple[OwnSituation, ...]:
        """Give all of them, those in use first."""
        return in_order(map(_own, await self._storage.situations.list_all(tx, member)))

    async def card(self, tx: "Transaction", member: "Member", ref: SituationRef) -> SituationCard | None:
        """Give what is known of a situation; None when it is gone, or another member's."""
        row = await self._row(tx, member, ref)
        return None if row is None else SituationCard.from_document(row.document)

    async def place(self, tx: "Transaction", member: "Member", label: str, now: datetime) -> SituationRef:
        """Find the situation with this label, bringing it back where it was put away, or make it.

        Raises:
            LabelEmpty, TextTooLong: it cannot be a label.
            UserError: the member has as many as fit.
        """
        label = clean_label(label)
        await self._storage.situations.hold(tx, member)
        mine = await self.list_all(tx, member)
        found = find_label(mine, label)
        if found is not None:
            await self.touch(tx, member, found.ref, now)
            return found.ref
        if len(mine) >= MOST_SITUATIONS:
            raise UserError(self._pack.library.notebook.limits.situations.format(most=MOST_SITUATIONS))
        row = await self._storage.situations.add(tx, member, SituationCard(label, now).to_document(), now)
        return _ref(row)

    async def touch(
        self, tx: "Transaction", member: "Member", ref: SituationRef, now: datetime, noted: str | None = None
    ) -> None:
        """Note that a situation is used, and which entry now has its newest note; one that is gone stays gone.

        Raises:
            OvertakenError: it was changed since it was read.
        """
        row = await self._row(tx, member, ref)
        if row is not None:
            card = SituationCard.from_document(row.document)
            await self._write(tx, member, row, replace(card, used=now, away=False, noted=noted or card.noted))

    async def set_noted(self, tx: "Transaction", member: "Member", ref: SituationRef, noted: str | None) -> None:
        """Note which entry has the newest note about a situation, where one still has."""
        row = await self._row(tx, member, ref)
        if row is not None:
            await self._write(tx, member, row, replace(SituationCard.from_document(row.document), noted=noted))

    async def note_again(self, tx: "Transaction", person: Person, ref: SituationRef | None, now: datetime) -> None:
        """Find the newest note about a situation, or about none, anew, so that no check-in offers another."""
        kept, _ = await read_all_kept(self._storage, tx, person.member, now)
        await self._set_noted_of(tx, person, ref, newest_noted(kept, ref))

    async def find_next_noted(self, user_id: int, id_: EntryId, now: datetime) -> str | None:
        """Find what has the newest note once this entry has none; None also where it is not the newest.

        Everything is read for it: so it comes before the transaction that changes the entry, in which others wait.
        """
        async with self._share.turn(user_id), self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            entry = await self._storage.entries.get(tx, person.member, id_) if person else None
            one = read_one(entry, now) if entry else None
            if person is None or one is None or await self._noted(tx, person, one.situation) not in {one.id, None}:
                return None
            kept, _ = await read_all_kept(self._storage, tx, person.member, now)
            return newest_noted((other for other in kept if other.id != one.id), one.situation)

    async def pass_note_on(self, tx: "Transaction", person: Person, one: Kept, next_noted: str | None) -> None:
        """Let another entry have the newest note, where this one that loses its note had it."""
        if await self._noted(tx, person, one.situation) in {one.id, None}:
            await self._set_noted_of(tx, person, one.situation, next_noted)

    async def _noted(self, tx: "Transaction", person: Person, ref: SituationRef | None) -> str | None:
        if ref is None:
            return person.profile.noted
        card = await self.card(tx, person.member, ref)
        return card.noted if card else None

    async def _set_noted_of(
        self, tx: "Transaction", person: Person, ref: SituationRef | None, noted: str | None
    ) -> None:
        if ref is None:
            await self._people.change(tx, person, replace(person.profile, noted=noted))
        else:
            await self.set_noted(tx, person.member, ref, noted)

    async def mine(self, user_id: int, now: datetime) -> tuple[OwnSituation, ...]:
        """Give someone's situations; none of one who has paused or never kept anything."""
        async with self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            return await self.list_all(tx, person.member) if person else ()

    async def add(self, user_id: int, label: str, now: datetime) -> bool:
        """Make a situation, or find the one with this label; False for someone who keeps nothing.

        Raises:
            UserError: it does not fit.
        """

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find_visible(tx, user_id, now)
            if person is not None:
                await self.place(tx, person.member, label, now)
            return person is not None

        return await in_transaction(self._storage.database, work)

    async def rename(self, user_id: int, ref: SituationRef, label: str, now: datetime) -> bool:
        """Give a situation another label; False when it is not there.

        Raises:
            UserError: it does not fit, or another situation has it.
        """
        label = clean_label(label)

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find_visible(tx, user_id, now)
            if person is None:
                return False
            await self._storage.situations.hold(tx, person.member)
            row = await self._row(tx, person.member, ref)
            if row is None:
                return False
            same = find_label(await self.list_all(tx, person.member), label)
            if same is not None and same.ref != ref:
                raise UserError(self._pack.library.lookback.situations.same_label)
            await self._write(tx, person.member, row, replace(SituationCard.from_document(row.document), label=label))
            return True

        return await in_transaction(self._storage.database, work)

    async def put_away(self, user_id: int, ref: SituationRef, now: datetime, *, away: bool) -> bool:
        """Take a situation out of the choices for a new check-in, or bring it back; False when it is not there."""

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find_visible(tx, user_id, now)
            row = await self._row(tx, person.member, ref) if person else None
            if person is None or row is None:
                return False
            await self._write(tx, person.member, row, replace(SituationCard.from_document(row.document), away=away))
            return True

        return await in_transaction(self._storage.database, work)

    async def merge(self, user_id: int, ref: SituationRef, into: SituationRef, now: datetime) -> bool:
        """Bring everything about one situation under another and delete the first; False when either is not there."""

        async def work(tx: "Transaction") -> bool:
            person = await self._people.find_visible(tx, user_id, now, alone=True)
            gone = await self._row(tx, person.member, ref) if person else None
            stays = await self._row(tx, person.member, into) if person else None
            if person is None or gone is None or stays is None or ref == into:
                return False
            about = await self._still_about(tx, person.member, (ref, into), found)
            documents = {id_: one.document for id_, one in about.items() if one.document is not None}
            moved = {id_: moved_to(one, into) for id_, one in documents.items() if one["situation"] == ref}
            await self._storage.entries.replace_many(tx, person.member, moved)
            await self._move_open(tx, person.member, ref, into)
            cards = [SituationCard.from_document(one.document) for one in (gone, stays)]
            used = max(one.used for one in cards)
            noted = max(((one.noted, id_.hex()) for id_, one in about.items() if one.noted), default=(now, None))
            card = replace(cards[1], used=used, away=False, noted=noted[1])
            await self._write(tx, person.member, stays, card)
            return await self._storage.situations.delete(tx, person.member, gone.id)

        async with self._share.turn(user_id):
            found = await self._find_about(user_id, (ref, into), now)
            return await in_transaction(self._storage.database, work)

    async def delete(self, user_id: int, ref: SituationRef, now: datetime) -> Deleted | None:
        """Delete a situation with every check-in kept about it; None when it is not there. Wipe before the receipt."""

        async def work(tx: "Transaction") -> Deleted | None:
            person = await self._people.find_visible(tx, user_id, now, alone=True)
            row = await self._row(tx, person.member, ref) if person else None
            if person is None or row is None:
                return None
            about = await self._still_about(tx, person.member, (ref,), found)
            entries = await self._storage.entries.delete_many(tx, person.member, list(about))
            await self._move_open(tx, person.member, ref, None)
            await self._storage.situations.delete(tx, person.member, row.id)
            return Deleted(entries, 1, now)

        async with self._share.turn(user_id):
            found = await self._find_about(user_id, (ref,), now)
            return await in_transaction(self._storage.database, work)

    async def _find_about(self, user_id: int, refs: Collection[SituationRef], now: datetime) -> dict[EntryId, "_About"]:
        """Read what is kept about some situations, before the transaction that changes it, in which others wait."""
        async with self._storage.database.reading() as tx:
            person = await self._people.find_visible(tx, user_id, now)
            if person is None:
                return {}
            found = await self._storage.entries.read_all(tx, person.member, lambda one: (one.id, _About.of(one, refs)))
        return dict(found)

    async def _still_about(
        self, tx: "Transaction", member: "Member", refs: Collection[SituationRef], found: Mapping[EntryId, "_About"]
    ) -> dict[EntryId, "_About"]:
        """Give what was found and is still as it was, and what came or changed since."""
        still: dict[EntryId, _About] = {}
        for id_, version in (await self._storage.entries.list_versions(tx, member)).items():
            one = found.get(id_)
            if one is None or one.version != version:
                entry = await self._storage.entries.get(tx, member, id_)
                one = _About.of(entry, refs) if entry else None
            if one is not None and one.document is not None:
                still[id_] = one
        return still

    async def _move_open(
        self, tx: "Transaction", member: "Member", ref: SituationRef, into: SituationRef | None
    ) -> None:
        """Bring check-ins under way along, so that none is kept about a situation that is gone."""
        for row in await self._storage.sessions.list_open(tx, member):
            try:
                one = OpenCheckIn.from_document(row.document)
            except DocumentUnreadable:
                continue
            if one is None or one.session.situation != ref:
                continue
            document = replace(one, session=replace(one.session, situation=into)).to_document()
            if not await self._storage.sessions.update(tx, row, document, expires=row.expires, due=row.due):
                raise OvertakenError

    async def _row(self, tx: "Transaction", member: "Member", ref: SituationRef) -> "Situation | None":
        id_ = _id(ref)
        return None if id_ is None else await self._storage.situations.get(tx, member, id_)

    async def _write(self, tx: "Transaction", member: "Member", row: "Situation", card: SituationCard) -> None:
        if await self._storage.situations.update(tx, member, row, card.to_document()) is None:
            raise OvertakenError


def _own(row: "Situation") -> OwnSituation:
    card = SituationCard.from_document(row.document)
    return OwnSituation(_ref(row), card.label, card.used, card.away)


def _ref(row: "Situation") -> SituationRef:
    return SituationRef(row.id.hex())


def _id(ref: SituationRef) -> SituationId | None:
    """Read a reference; None for one that is none, which an imported file may hold."""
    try:
        raw = bytes.fromhex(ref)
    except ValueError:
        return None
    return SituationId(RowId(raw)) if len(raw) == ID_BYTES else None


@dataclass(frozen=True, slots=True, repr=False)
class _About:
    """A kept check-in about one of some situations, and when it ended, where it has a note; of others, the version."""

    version: int
    document: "Document | None" = None
    noted: datetime | None = None

    @classmethod
    def of(cls, entry: "Entry", refs: Collection[SituationRef]) -> "_About":
        if entry.document.get("situation") not in refs:
            return cls(entry.version)
        try:
            kept = read_kept(entry.id.hex(), entry.version, entry.document)
        except DocumentUnreadable:  # it goes along as it is
            return cls(entry.version, entry.document)
        return cls(entry.version, entry.document, kept.ended if kept.has_note else None)
