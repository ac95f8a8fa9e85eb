"""Notes what is still to be done in private conversations. All of it lies in guests' rows: it is no one's notebook."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.domain.mydata.errands import (
    EXPIRES_AFTER,
    FILE_STAYS,
    HELD,
    IMPORT,
    TRIED_AGAIN,
    Clearing,
    Errand,
    SentFile,
    Task,
    from_document,
    to_document,
)
from bot.domain.people import Place
from bot.domain.trusted_time import ConfirmedTime
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId, SessionId
from bot.storage.sessions import Guest

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.sessions import Session as Row
    from bot.storage.storage import Storage

_MOST_DUE: Final = 200


class Errands:
    """Each method is one commit, done when it returns."""

    def __init__(self, storage: "Storage") -> None:
        self._storage = storage

    async def expect_file(self, user_id: int, now: datetime) -> bytes:
        """Note, before a file is sent, that it is to be removed an hour later; its button carries what this gives."""
        return await self._add(user_id, SentFile(), now, now + FILE_STAYS)

    async def note_place(self, token: bytes, place: Place) -> None:
        """Note in which message a file was sent."""
        await self._change(token, lambda _: SentFile(place), None)

    async def begin_clearing(self, user_id: int, channel: int, now: datetime) -> bytes:
        """Note that a conversation is being cleared; whoever asked for it works on it first."""
        return await self._add(user_id, Clearing(channel), now, now + HELD)

    async def go_on_clearing(self, token: bytes, before: int, removed: int, now: datetime) -> bool:
        """Note how far a clearing has come; False when it was taken away."""

        def further(task: Task) -> Task:
            return task.after(before, removed) if isinstance(task, Clearing) else task

        return await self._change(token, further, now + HELD)

    async def list_files(self, user_id: int) -> list[Errand]:
        """List the files someone was sent that are still to be removed."""
        async with self._storage.database.reading() as tx:
            rows = await self._storage.sessions.list_open(tx, Guest(user_id))
        return [one for row in rows if (one := _errand(row)) and isinstance(one.task, SentFile)]

    async def list_due(self, now: datetime) -> list[Errand]:
        """List what time calls for."""
        async with self._storage.database.reading() as tx:
            rows = await self._storage.sessions.list_due(tx, now, _MOST_DUE, _is_errand)
        return [one for row in rows if (one := _errand(row))]

    async def put_off(self, token: bytes, now: datetime) -> None:
        """Try an errand again some minutes later."""
        await self._change(token, lambda task: task, now + TRIED_AGAIN)

    async def forget_expired(self, now: ConfirmedTime, before: ConfirmedTime | None) -> None:
        """Delete errands and waiting files whose time is over, and whatever nobody ended that was over `before`."""

        async def work(tx: "Transaction") -> None:
            for row in await self._storage.sessions.list_expired(tx, now, _MOST_DUE, _may_go):
                await self._storage.sessions.delete(tx, row)
            if before is not None:
                await self._storage.sessions.delete_expired(tx, before)
                await self._storage.leases.delete_lapsed(tx, now, before)

        await in_transaction(self._storage.database, work)

    async def count_cleared(self, token: bytes) -> int:
        """Tell how many messages a clearing has removed so far; 0 when it was taken away."""
        async with self._storage.database.reading() as tx:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
        found = _errand(row) if row else None
        return found.task.removed if found and isinstance(found.task, Clearing) else 0

    async def drop(self, user_id: int, token: bytes) -> None:
        """Forget someone's errand that was done; what is forgotten already is as good."""

        async def work(tx: "Transaction") -> None:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
            if row is not None and row.user_id == user_id and _errand(row) is not None:
                await self._storage.sessions.delete(tx, row)

        await in_transaction(self._storage.database, work)

    async def _add(self, user_id: int, task: Task, now: datetime, due: datetime) -> bytes:
        async with self._storage.database.transaction() as tx:
            expires, document = now + EXPIRES_AFTER, to_document(task)
            row = await self._storage.sessions.add(tx, Guest(user_id), document, now, expires=expires, due=due)
        return bytes(row.id)

    async def _change(self, token: bytes, change: Callable[[Task], Task], due: datetime | None) -> bool:
        async def work(tx: "Transaction") -> bool:
            row = await self._storage.sessions.get(tx, SessionId(RowId(token)))
            found = _errand(row) if row else None
            if row is None or found is None:
                return False
            document = to_document(change(found.task))
            done = await self._storage.sessions.update(tx, row, document, expires=row.expires, due=due or row.due)
            return done is not None

        return await in_transaction(self._storage.database, work)


def _is_errand(document: Mapping[str, Any]) -> bool:
    return from_document(document) is not None


def _may_go(document: Mapping[str, Any]) -> bool:
    return _is_errand(document) or document.get("kind") == IMPORT


def _errand(row: "Row") -> Errand | None:
    task = from_document(row.document)
    return None if task is None else Errand(bytes(row.id), row.user_id, row.due, task)
