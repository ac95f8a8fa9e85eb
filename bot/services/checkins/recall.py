"""What a member has that a check-in shows on its way: their labels, and their own note from last time."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.checkins.answers import SITUATION, Picked, Situated, SituationRef, Value
from bot.domain.checkins.labels import clean_label
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.moves import Outcome
from bot.domain.checkins.session import Session, walk
from bot.domain.checkins.situations import MOST_SITUATIONS, find_label
from bot.domain.checkins.standing import DoesNotFit, Standing
from bot.domain.people import Place
from bot.domain.script import CheckIn
from bot.services.checkins.situations import Situations
from bot.services.pack import ServedPack
from bot.services.people import People, profile_of
from bot.storage.ids import EntryId, RowId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.rows import Member
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage


class Recall:
    """Reads inside the caller's transaction."""

    def __init__(self, storage: "Storage", people: People, situations: Situations, pack: ServedPack) -> None:
        self._storage, self._people, self._situations, self._pack = storage, people, situations, pack

    async def standing(  # noqa: PLR0913, PLR0917  # the caller's transaction, what came of a press, and how it lies
        self,
        tx: "Transaction",
        row: "Row",
        outcome: Outcome,
        script: CheckIn,
        until: datetime,
        left: Place | None = None,
    ) -> Standing:
        """Add what the step needs of what the member has: their labels, and whether a note waits for them."""
        session = outcome.session
        standing = Standing(
            bytes(row.id),
            session,
            until,
            stale=outcome.kind == "stale",
            opens=outcome.opens,
            left=left,
            refused=outcome.refused,
        )
        if row.member_id is None or outcome.step is None or session.state != "open":
            return standing
        asks_label, begins = outcome.step.id == SITUATION, outcome.step.id == _first(session, script)
        member = await self._storage.members.get_by_id(tx, row.member_id) if asks_label or begins else None
        if member is None:
            return standing
        if asks_label:
            return replace(standing, labels=await self._situations.recent(tx, member))
        return replace(standing, has_note=await self._noted(tx, member, session) is not None)

    async def _noted(self, tx: "Transaction", member: "Member", session: Session) -> EntryId | None:
        """Find the entry that holds the member's newest note on this situation, or on none."""
        if session.situation is None:
            noted = None if session.new_label else profile_of(member).noted
        else:
            card = await self._situations.card(tx, member, session.situation)
            noted = card.noted if card else None
        return EntryId(RowId(bytes.fromhex(noted))) if noted else None

    async def find_known(self, tx: "Transaction", row: "Row", typed: str) -> Situated | None:
        """Find the member's situation that has a label already; None for a new one.

        Raises:
            TextRefused, DoesNotFit: it cannot be a label, or a member who keeps has as many as fit.
        """
        member = await self._storage.members.get_by_id(tx, row.member_id) if row.member_id else None
        return await self._find_label(tx, member, typed) if member else None

    async def find_meant(
        self, tx: "Transaction", who: int, step: str, value: Value | SituationRef, now: datetime
    ) -> Value | None:
        """Give what is meant by an answer: for a label the member has, that situation; None where it is gone.

        Raises:
            TextRefused, DoesNotFit: as `find_known`.
        """
        person = await self._people.find_visible(tx, who, now) if step == SITUATION else None
        if isinstance(value, str):
            card = await self._situations.card(tx, person.member, value) if person else None
            return Situated(value, card.label) if card else None
        if person is None or not isinstance(value, Picked) or not value.own_word:
            return value
        return await self._find_label(tx, person.member, value.own_word) or value

    async def _find_label(self, tx: "Transaction", member: "Member", typed: str) -> Situated | None:
        mine = await self._situations.list_all(tx, member)
        found = find_label(mine, clean_label(typed))
        if found is None and len(mine) >= MOST_SITUATIONS and profile_of(member).keep:
            raise DoesNotFit(self._pack.library.notebook.limits.situations.format(most=MOST_SITUATIONS))
        return Situated(found.ref, found.label) if found else None

    async def last_note(self, tx: "Transaction", row: "Row") -> str | None:
        """Give the member's own note from the last time this situation was looked at; None where it is gone."""
        one = OpenCheckIn.find_in(row.document)
        member = await self._storage.members.get_by_id(tx, row.member_id) if row.member_id else None
        noted = await self._noted(tx, member, one.session) if one and member else None
        entry = await self._storage.entries.get(tx, member, noted) if member and noted else None
        texts = [answer.get("text") for answer in entry.document["answers"]] if entry else []
        return next((text for text in texts if text), None)


def _first(session: Session, script: CheckIn) -> str | None:
    """Name the first question besides the label, where a note from last time is offered."""
    return next((step.id for step in walk(session, script)[0] if step.id != SITUATION), None)
