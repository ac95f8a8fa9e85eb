"""Export, import, picture and delete run one at a time for a person, over all processes."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.domain.mydata.inventory import Busy
from bot.storage.ids import new_id

if TYPE_CHECKING:
    from bot.storage.storage import Storage

_LETTERS: Final = 40  # of the pseudonym; a job's name takes 64


class Turns:
    """Lends a person's turn: a lease, which a process that dies loses after a minute."""

    def __init__(self, storage: "Storage", clock: Callable[[], datetime]) -> None:
        self._storage, self._clock = storage, clock

    @contextlib.asynccontextmanager
    async def alone(self, user_id: int) -> AsyncGenerator[None]:
        """Hold the turn of a person, whether or not they keep anything.

        The lease goes by a guest's pseudonym, so that nobody can match it with a member.

        Raises:
            Busy: something of theirs is under way.
        """
        job, holder = f"own:{self._storage.vault.guest_lookup(user_id).hex()[:_LETTERS]}", new_id()
        async with self._storage.database.transaction() as tx:
            if not await self._storage.leases.take(tx, job, holder, self._clock()):
                raise Busy
        try:
            yield
        finally:
            async with self._storage.database.transaction() as tx:
                await self._storage.leases.delete(tx, job, holder)
