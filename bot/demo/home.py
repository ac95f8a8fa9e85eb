"""Where one run of the demo keeps things: its pack, its database, the database's key, and how far its clock is ahead.

Without `--state` that is a folder of its own which goes with the run. A run that was killed could not take it away,
so each run takes away what such ones left.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.config import StorageSettings
from bot.errors import StartFailed, StorageError

_PREFIX = "compersion-demo-"
_MINE = ".running"  # locked for as long as its run lasts
_JUST_MADE = 60.0  # seconds in which a folder's run may not have locked it yet
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Home:
    """A folder. `kept` says whether it outlasts the run."""

    folder: Path
    kept: bool

    @property
    def content(self) -> Path:
        """The folder to copy the pack into."""
        return self.folder / "content"

    @property
    def storage(self) -> StorageSettings:
        """Where check-ins lie, and the key that opens them."""
        return StorageSettings(database=f"sqlite:///{self.folder / 'check-ins' / 'bot.db'}", key_files=(self._key,))

    @property
    def _key(self) -> Path:
        return self.folder / "key" / "master.key"

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def read_ahead(self) -> timedelta:
        """Say how far the demo's clock is ahead of the real one; what is kept must not lie in its future."""
        try:
            return timedelta(seconds=max(0.0, float(self._clock.read_text(encoding="ascii"))))
        except (OSError, ValueError, OverflowError):
            return timedelta()

    def write_ahead(self, ahead: timedelta) -> None:
        """Note how far the demo's clock is ahead."""
        self._clock.write_text(str(ahead.total_seconds()), encoding="ascii")

    def furnish(self) -> None:
        """Make its folders, which only their owner enters, and the key.

        Raises:
            StartFailed: it cannot be written to.
        """
        from bot.storage.keyfile import new_key_file  # noqa: PLC0415  # brings the encryption, which takes a moment

        try:
            for one in (self.content, self.folder / "check-ins", self._key.parent):
                one.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            if not self._key.exists():
                new_key_file(self._key)
        except (OSError, StorageError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise StartFailed(f"{self.folder} cannot be used to keep things in: {why}") from None


@contextlib.contextmanager
def open_home(state: Path | None) -> Generator[Home]:
    """Give the folder named, furnished, or one that goes with this run.

    Raises:
        StartFailed: it cannot be written to.
    """
    if state is not None:
        home = Home(state, kept=True)
        home.furnish()
        yield home
        return
    clear_left_behind(Path(tempfile.gettempdir()))
    # What is open still when the run is cut short, such as the pack being copied, may come back once: let it.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with locked(folder):
            home = Home(folder, kept=False)
            home.furnish()
            yield home


def clear_left_behind(place: Path) -> None:
    """Take away the folders of runs that were killed."""
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            seen = folder.stat()
            if seen.st_uid == os.getuid() and time.time() - seen.st_mtime > _JUST_MADE:
                with locked(folder):
                    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """Say that a folder is in use.

    Raises:
        OSError: a run has it.
    """
    with (folder / _MINE).open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
