"""Export, import, picture and delete run one at a time for a person, over all processes."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.domain.mydata.inventory import Busy
from bot.errors import StorageError
from bot.services.leasing import RENEWED_EACH
from bot.services.transactions import in_transaction
from bot.storage.ids import RowId, new_id

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.storage import Storage

_LETTERS: Final = 40  # of the pseudonym; a job's name takes 64


class Turns:
    """Lends a person's turn: a lease, renewed while the work lasts. A process that dies loses it after a minute.

    `every` is in seconds.
    """

    def __init__(
        self, storage: "Storage", clock: Callable[[], datetime], every: float = RENEWED_EACH.total_seconds()
    ) -> None:
        self._storage, self._clock, self._every = storage, clock, every

    @contextlib.asynccontextmanager
    async def alone(self, user_id: int) -> AsyncGenerator[None]:
        """Hold the turn of a person, whether or not they keep anything.

        The lease goes by a guest's pseudonym, so that nobody can match it with a member.

        Raises:
            Busy: something of theirs is under way; or is now, as this process was held up for too long. Then what
                was done meanwhile has been cancelled.
        """
        job, holder = f"own:{self._storage.vault.guest_lookup(user_id).hex()[:_LETTERS]}", new_id()
        if not await self._take(job, holder):
            raise Busy
        lost = asyncio.timeout(None)
        try:
            async with lost, self._renewing(job, holder, lost):
                yield
        except TimeoutError:
            if lost.expired():
                raise Busy from None
            raise
        finally:
            async with self._storage.database.transaction() as tx:
                await self._storage.leases.delete(tx, job, holder)

    @contextlib.asynccontextmanager
    async def _renewing(self, job: str, holder: RowId, lost: asyncio.Timeout) -> AsyncGenerator[None]:
        renewing = asyncio.create_task(self._renew(job, holder, lost))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            if not renewing.cancelled():
                renewing.result()

    async def _renew(self, job: str, holder: RowId, lost: asyncio.Timeout) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                held = await self._take(job, holder)
            except StorageError:
                continue  # it lasts for three more tries; where it lapsed and another took it, a later one tells
            if not held:
                lost.reschedule(asyncio.get_running_loop().time())
                return

    async def _take(self, job: str, holder: RowId) -> bool:
        async def work(tx: "Transaction") -> bool:
            return await self._storage.leases.take(tx, job, holder, self._clock())

        return await in_transaction(self._storage.database, work)
