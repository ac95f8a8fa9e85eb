"""The door to everything kept: opened when first needed, and never before Discord is connected.

Importing the database takes longer than connecting does, and lookups and support need none of it. What can be wrong
with it is looked at before: whose database it is, whether it can be had and written, and the keys.
"""

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.domain.trusted_time import Clock
from bot.errors import StorageError
from bot.services.pack import ServedPack
from bot.services.servers.view import CachedView
from bot.storage.address import folders_of, parse
from bot.storage.claim import Claim, claim, holds_something
from bot.storage.errors import SecondProcess, WrongSetting

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.noticeboard import Noticeboard
    from bot.services.personal import Personal


class Door:
    """Holds the services over what is kept, once they are open: what members keep, and what moderators post and set.

    `view` gives the settings of servers to lookups, which wait for nothing.
    """

    def __init__(self, settings: Settings, pack: ServedPack, clock: Clock) -> None:
        self._settings, self._pack, self._clock = settings, pack, clock
        self._turn = asyncio.Lock()
        self._claim: Claim | None = None
        self._opened: tuple[Personal, Noticeboard] | None = None
        self._row: Lease | None = None
        self.view = CachedView(self.noticeboard, clock)
        self.trouble: StorageError | None = None
        """What `prepare` or `keep` met last."""

    @property
    def opened(self) -> "Personal | None":
        """The services over what members keep if they are open already."""
        return self._opened[0] if self._opened else None

    async def prepare(self) -> None:
        """Look at everything that can be wrong with storage, and take the database for this process.

        What was there before and cannot be had now becomes `trouble`, and is tried again: lookups need none of it.

        Raises:
            StorageError: the settings have to be changed, or another process stopped.
        """
        storage = self._settings.storage
        file = parse(storage.database).file  # a wrong address is said also while nothing is kept
        if not storage.has_key:
            return
        kept = file is None or holds_something(file)  # what a server keeps nobody can tell before it answers
        try:
            kept = (await self._take()).kept
            await asyncio.to_thread(self._look_at_keys)
        except StorageError as error:
            if not kept or isinstance(error, WrongSetting | SecondProcess):
                raise
            self.trouble = error

    async def keep(self) -> None:
        """See that all of it still stands, and mend what can be mended; call it now and then.

        Raises:
            SecondProcess: another process took the database while it could not be had.
            StorageError: it cannot be had or written now.
        """
        try:
            async with self._turn:
                if self._claim is not None and not await self._claim.holds():
                    lost, self._claim = self._claim, None
                    await lost.release()
                await self._take()
            await self._write_row(await self.personal())
        except StorageError as error:
            self.trouble = error
            raise
        self.trouble = None

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
        """Let go of the storage, and then of the right to it."""
        async with self._turn:
            opened, self._opened = self._opened, None
            if opened is not None:
                if self._row is not None:
                    with contextlib.suppress(StorageError):  # it lapses by itself
                        await self._row.give_up()
                await opened[0].storage.close()
            taken, self._claim = self._claim, None
            if taken is not None:
                await taken.release()

    async def _take(self) -> Claim:
        if self._claim is None:
            storage = self._settings.storage
            self._claim = await claim(storage.database, storage.restoring)
        return self._claim

    def _look_at_keys(self) -> None:
        from bot.storage.keyfile import load_vault  # noqa: PLC0415  # brings the database, which a start does not wait for

        storage = self._settings.storage
        load_vault(storage.key_files, *folders_of(storage.database, storage.backups))

    async def _write_row(self, personal: "Personal") -> None:
        """Write what every process writes: nothing else tells that a disk is full or a file can only be read."""
        if self._row is None:
            from bot.services.leasing import Lease  # noqa: PLC0415  # brings the database, which a start does not wait for
            from bot.storage.leases import READY  # noqa: PLC0415  # brings the database, which a start does not wait for

            self._row = Lease(personal, READY, secrets.token_bytes(16), self._clock)
        await self._row.hold()

    async def _open(self) -> "tuple[Personal, Noticeboard]":
        if self._opened is None:
            async with self._turn:
                if self._opened is None:
                    await self._take()
                    self._opened = await self._open_now()
        return self._opened

    async def _open_now(self) -> "tuple[Personal, Noticeboard]":
        await asyncio.to_thread(_import)  # some tenths of a second, in which others are answered
        from bot.services.noticeboard import Parts, assemble_noticeboard  # noqa: PLC0415  # brings the database, which a start does not wait for
        from bot.services.personal import open_personal  # noqa: PLC0415  # brings the database, which a start does not wait for

        personal = await open_personal(self._settings, self._pack, self._clock)
        storage = personal.storage
        parts = Parts(storage.database, storage.leases, storage.moments, storage.occurrences, storage.noticeboard)
        return personal, assemble_noticeboard(parts, self._pack, self._clock, self.view.take)


def _import() -> None:
    import bot.services.noticeboard  # noqa: PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
    import bot.services.personal  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]  # loads it
