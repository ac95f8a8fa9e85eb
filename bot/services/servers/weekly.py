"""What the weekly job asks of storage: whose prompt is due, the claim on one sending, and what became of it.

A sending is claimed, its prompt chosen and the next time noted in one commit before anything is sent: a crash may lose
a prompt, and never doubles one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.servers.settings import ServerRecord, Trouble, record_from_document, record_to_document
from bot.domain.servers.weekly import (
    KEY,
    TOO_LATE,
    Claimed,
    Posting,
    Prompts,
    halted,
    next_due,
    prompts_for_channels,
)
from bot.domain.trusted_time import ConfirmedTime
from bot.services.pack import ServedPack
from bot.services.transactions import OvertakenError, in_transaction
from bot.storage.errors import CannotOpen
from bot.storage.ids import OccurrenceId, RowId, ServerRowId

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.occurrences import Occurrence, Occurrences
    from bot.storage.servers import Server, Servers

AT_ONCE: Final = 200
_SET_ASIDE: Final = timedelta(days=1)


class UnreadableError(Exception):
    """What a server has set is damaged, or a later version wrote it."""


class Weekly:
    """Claims what is due and notes what became of it. Each method is one commit at most, done when it returns.

    All of them raise StorageError when what is kept cannot be had.
    """

    def __init__(
        self,
        database: "Database",
        servers: "Servers",
        occurrences: "Occurrences",
        pack: ServedPack,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._servers, self._occurrences = database, servers, occurrences
        self._pack, self._clock = pack, clock

    async def list_due(self) -> list[bytes]:
        """Name the servers whose prompt is due, the longest waiting first."""
        async with self._database.reading() as tx:
            return [bytes(id_) for id_ in await self._servers.list_due(tx, self._clock(), AT_ONCE)]

    async def claim(self, row_id: bytes, now: ConfirmedTime) -> Posting | None:
        """Claim one sending and choose its prompt; None when none is wanted now, or it was claimed.

        Raises:
            UnreadableError: it cannot be read.
        """
        try:
            return await in_transaction(self._database, lambda tx: self._claim(tx, ServerRowId(RowId(row_id)), now))
        except (CannotOpen, KeyError, TypeError, ValueError):
            raise UnreadableError from None

    async def put_off(self, row_id: bytes, now: ConfirmedTime) -> None:
        """Set what cannot be read aside for a day, so that it holds no other up; a later version may read it."""

        async def work(tx: "Transaction") -> None:
            await self._servers.put_off(tx, ServerRowId(RowId(row_id)), now + _SET_ASIDE)

        await in_transaction(self._database, work)

    async def list_unfinished(self) -> list[Posting]:
        """List what was claimed and may or may not have been sent; what nobody waits for any more is forgotten."""

        async def work(tx: "Transaction") -> list[Posting]:
            postings = list[Posting]()
            for one in await self._occurrences.list_sending(tx, AT_ONCE, of_servers=True):
                try:
                    posting = await self._posting_of(tx, one)
                except (CannotOpen, KeyError, TypeError, ValueError):
                    posting = None
                if posting is None:
                    await self._occurrences.delete(tx, one.id)
                else:
                    postings.append(posting)
            return postings

        return await in_transaction(self._database, work)

    async def note_sent(self, posting: Posting) -> None:
        """Note that it arrived."""

        async def work(tx: "Transaction") -> None:
            await self._occurrences.update(tx, _id_of(posting))

        await in_transaction(self._database, work)

    async def drop(self, posting: Posting) -> None:
        """Give a sending up."""

        async def work(tx: "Transaction") -> None:
            await self._occurrences.delete(tx, _id_of(posting))

        await in_transaction(self._database, work)

    async def halt(self, posting: Posting, trouble: Trouble) -> None:
        """Give a sending up that Discord refused, and pause, for a reason to be told. Its prompt may come again."""

        async def work(tx: "Transaction") -> None:
            await self._occurrences.delete(tx, _id_of(posting))
            row = await self._servers.get_by_id(tx, ServerRowId(RowId(posting.row)))
            if row is None:
                return
            record = record_from_document(row.document)
            weekly = record.settings.weekly
            prompts = Prompts.from_document(row.document).give_back(posting.claimed.token)
            if weekly.channel == posting.claimed.channel and not weekly.paused:
                await self._keep(tx, row, halted(record, trouble), prompts, None)
            else:  # what was set meanwhile stays
                await self._keep(tx, row, record, prompts, row.due)

        await in_transaction(self._database, work)

    async def _claim(self, tx: "Transaction", row_id: ServerRowId, now: ConfirmedTime) -> Posting | None:
        row = await self._servers.get_by_id(tx, row_id)
        if row is None or row.due is None or row.due > now:
            return None
        record, prompts = record_from_document(row.document), Prompts.from_document(row.document)
        weekly = record.settings.weekly
        due = None if row.left else next_due(weekly, now)
        if due is None or weekly.channel is None or row.due + TOO_LATE < now:
            await self._keep(tx, row, record, prompts, due)
            return None
        library = self._pack.library_of(row.server_id)
        offered = [prompt.id for _, prompt in prompts_for_channels(library, weekly.theme)]
        if not offered:
            await self._keep(tx, row, halted(record, "no_prompt"), prompts, None)
            return None
        one = await self._occurrences.add(tx, row.id, row.due, now)
        if one is None:
            await self._keep(tx, row, record, prompts, due)
            return None
        chosen = prompts.pick(offered, one.id)
        claimed = Claimed(token=bytes(one.id), prompt=chosen, channel=weekly.channel, at=now)
        await self._keep(tx, row, record, prompts.claim(offered, claimed), due)
        return _posting(row, record, claimed)

    async def _posting_of(self, tx: "Transaction", one: "Occurrence") -> Posting | None:
        row = await self._servers.get_by_id(tx, ServerRowId(one.what))
        claimed = Prompts.from_document(row.document).claimed if row else None
        if row is None or claimed is None or claimed.token != bytes(one.id):
            return None
        return _posting(row, record_from_document(row.document), claimed)

    async def _keep(
        self, tx: "Transaction", row: "Server", record: ServerRecord, prompts: Prompts, due: datetime | None
    ) -> None:
        document = record_to_document(record, {**row.document, KEY: prompts.to_document()})
        if await self._servers.update(tx, row, document, due=due, left=row.left) is None:
            raise OvertakenError


def _posting(row: "Server", record: ServerRecord, claimed: Claimed) -> Posting:
    weekly = record.settings.weekly
    return Posting(
        row=bytes(row.id),
        server=row.server_id,
        claimed=claimed,
        age_restricted_only=record.settings.age_restricted_only,
        wanted=weekly.channel == claimed.channel and not weekly.paused and row.left is None,
    )


def _id_of(posting: Posting) -> OccurrenceId:
    return OccurrenceId(RowId(posting.claimed.token))
