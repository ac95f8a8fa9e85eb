"""Backups that the bot makes itself, daily, where `storage.backups` names a folder; what receipts may say of them."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.domain import trusted_time
from bot.domain.trusted_time import ConfirmedTime
from bot.errors import StorageError
from bot.storage.backup import back_up, renew_keyring
from bot.storage.errors import SecondBackup
from bot.storage.files import TOO_OLD, is_due, lapse_in_time, made_last, prune_backups

if TYPE_CHECKING:
    from bot.storage.database import Database
    from bot.storage.vault import Vault

_TRIED_AGAIN: Final = timedelta(hours=1)


class Backups:
    """Looks after the folder of backups; without one there is nothing to be done."""

    def __init__(self, database: "Database", vault: "Vault", folder: Path | None) -> None:
        self._database, self._vault, self._folder = database, vault, folder
        self._tried: datetime | None = None
        self._failing = False
        self.made: datetime | None = None
        """When the newest was made, as far as was looked."""

    async def is_due(self, now: ConfirmedTime) -> bool:
        """Tell whether one is to be made now: none was within a day, and none was tried within an hour."""
        if self._folder is None or not trusted_time.is_due(self._tried, _TRIED_AGAIN, now):
            return False
        try:
            due = await asyncio.to_thread(is_due, self._folder, now)
            self.made = await asyncio.to_thread(made_last, self._folder, now)
        except OSError:  # the folder cannot be read; writing into it says why
            return True
        return due

    async def write(self, now: ConfirmedTime) -> None:
        """Make one and read it back; where that cannot be done, at least renew the keyring.

        Raises:
            StorageError: it cannot be made; what was there before stands.
        """
        if self._folder is None:
            return
        self._tried = now
        try:
            await back_up(self._database, self._folder, now, _silent, self._vault)
        except SecondBackup:
            raise
        except (OSError, StorageError) as error:
            self._failing = not await self._can_renew_keyring(self._folder, now)
            raise _said(error) from error
        self.made, self._failing = now, False

    async def prune(self, now: ConfirmedTime, until_next: timedelta) -> int:
        """Remove what lapses before this is done again, and what killed backups left; give how many files lapsed.

        Raises:
            StorageError: the folder cannot be written to.
        """
        if self._folder is None:
            return 0
        try:
            return len(await asyncio.to_thread(prune_backups, self._folder, now + until_next))
        except OSError as error:
            raise _said(error) from error

    async def lapse_in_time(self, now: datetime) -> tuple[bool, bool]:
        """Tell of keys, and of rows, that are deleted now, whether backups will hold none on the days of a receipt."""
        if self._folder is None:
            return True, True
        try:
            keys, rows = await asyncio.to_thread(lapse_in_time, self._folder, now)
        except OSError:  # nobody knows what is in it
            return False, False
        keys = keys and not self._failing
        return keys, rows and keys

    def is_too_old(self, now: datetime) -> bool:
        """Tell whether the newest one is older than two days, or there is none."""
        return self._folder is not None and (self.made is None or now - self.made > TOO_OLD)

    async def _can_renew_keyring(self, folder: Path, now: datetime) -> bool:
        try:
            await renew_keyring(self._database, folder, now)
        except (OSError, StorageError):  # for the same reason; that is told
            return False
        return True


def _said(error: OSError | StorageError) -> StorageError:
    if isinstance(error, StorageError):
        return error
    return StorageError(f"{error.filename or 'A file'}: {error.strerror}. The backup before stands as it was.")


def _silent(done: int, total: int) -> None:
    del done, total
