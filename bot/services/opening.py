"""The door to everything personal: opened when first needed, and never before Discord is connected.

Importing the database takes longer than connecting does, and lookups and support need none of it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.services.pack import ServedPack

if TYPE_CHECKING:
    from bot.services.personal import Personal


class Door:
    """Holds the services over what members keep, once they are open."""

    def __init__(self, settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> None:
        self._settings, self._pack, self._clock = settings, pack, clock
        self._turn = asyncio.Lock()
        self._personal: Personal | None = None

    @property
    def opened(self) -> "Personal | None":
        """The services if they are open already."""
        return self._personal

    async def personal(self) -> "Personal":
        """Give the services, opening the storage where it is not yet; tried again each time it failed.

        Raises:
            StorageError: it cannot be opened; the sentence tells the operator how to mend it.
        """
        if self._personal is None:
            async with self._turn:
                if self._personal is None:
                    self._personal = await _open(self._settings, self._pack, self._clock)
        return self._personal

    async def close(self) -> None:
        """Let go of the storage."""
        async with self._turn:
            personal, self._personal = self._personal, None
            if personal is not None:
                await personal.storage.close()


async def _open(settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> "Personal":
    await asyncio.to_thread(_import)  # some tenths of a second, in which others are answered
    from bot.services.personal import open_personal  # noqa: PLC0415  # see the module's docstring

    return await open_personal(settings, pack, clock)


def _import() -> None:
    import bot.services.personal  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
