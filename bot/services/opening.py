"""The door to everything kept: opened when first needed, and never before Discord is connected.

Importing the database takes longer than connecting does, and lookups and support need none of it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.services.pack import ServedPack
from bot.services.servers.view import CachedView

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard
    from bot.services.personal import Personal


class Door:
    """Holds the services over what is kept, once they are open: what members keep, and what moderators post and set.

    `view` gives the settings of servers to lookups, which wait for nothing.
    """

    def __init__(self, settings: Settings, pack: ServedPack, clock: Callable[[], datetime]) -> None:
        self._settings, self._pack, self._clock = settings, pack, clock
        self._turn = asyncio.Lock()
        self._opened: tuple[Personal, Noticeboard] | None = None
        self.view = CachedView(self.noticeboard, clock)

    @property
    def opened(self) -> "Personal | None":
        """The services over what members keep if they are open already."""
        return self._opened[0] if self._opened else None

    async def personal(self) -> "Personal":
        """Give the services over what members keep, opening the storage where it is not yet; tried again if it failed.

        Raises:
            StorageError: it cannot be opened; the sentence tells the operator how to mend it.
        """
        return (await self._open())[0]

    async def noticeboard(self) -> "Noticeboard":
        """Give the services over what moderators post and set, in the same way.

        Raises:
            StorageError: it cannot be opened.
        """
        return (await self._open())[1]

    async def close(self) -> None:
        """Let go of the storage."""
        async with self._turn:
            opened, self._opened = self._opened, None
            if opened is not None:
                await opened[0].storage.close()

    async def _open(self) -> "tuple[Personal, Noticeboard]":
        if self._opened is None:
            async with self._turn:
                if self._opened is None:
                    self._opened = await self._open_now()
        return self._opened

    async def _open_now(self) -> "tuple[Personal, Noticeboard]":
        await asyncio.to_thread(_import)  # some tenths of a second, in which others are answered
        from bot.services.noticeboard import Parts, assemble_noticeboard  # noqa: PLC0415  # see the module's docstring
        from bot.services.personal import open_personal  # noqa: PLC0415  # likewise

        personal = await open_personal(self._settings, self._pack, self._clock)
        storage = personal.storage
        parts = Parts(storage.database, storage.leases, storage.occurrences, storage.noticeboard)
        return personal, assemble_noticeboard(parts, self._pack, self._clock, self.view.take)


def _import() -> None:
    import bot.services.noticeboard  # noqa: PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
    import bot.services.personal  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
