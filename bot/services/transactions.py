"""One piece of work, one transaction: done again from the start when another press was first."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from bot.errors import StorageError

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction

_Made = TypeVar("_Made")
_ATTEMPTS: Final = 5


class OvertakenError(Exception):
    """A row was changed or deleted after it was read; raise it inside the work."""


async def in_transaction(database: "Database", work: "Callable[[Transaction], Awaitable[_Made]]") -> _Made:
    """Do the work and commit it; what it gives may be told to anyone once this returns.

    Raises:
        StorageError: it cannot be committed, or others were first again and again.
    """
    for _ in range(_ATTEMPTS):
        try:
            async with database.transaction() as tx:
                return await work(tx)
        except OvertakenError:
            continue
    raise StorageError("The same rows were changed by others again and again. Nothing was changed here.")
