"""The last good pack as one file on disk, so that a restart serves it while the newest one is broken.

It is written whole or not at all, and read again only by the version of the bot that wrote it, for the folder it was
read from, and if every byte is what it was. Nothing in it is about anyone.
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bot import __version__
from bot.authoring.pack import shape_of
from bot.authoring.reader import Reader, Reading
from bot.authoring.vectors import FILE as VECTORS_FILE
from bot.regular_files import read_regular_file

_NAME: Final = "last-good-pack.zip"
_ABOUT: Final = "about.json"
_PART: Final = ".part"
_FORMAT: Final = 1
_LONGEST_WRITE: Final = 600.0  # seconds
_MOST_BYTES: Final = 128 * 1024 * 1024
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError),
    *(AttributeError, NotImplementedError, RuntimeError, RecursionError),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A pack as it was kept, and since when it is the last good one."""

    reading: Reading
    since: datetime


class CopyUnusable(Exception):
    """There is no copy that may serve; the text says why."""


class KeptPack:
    """Keeps the last good one of a pack. Blocks; not for two threads at once."""

    def __init__(self, folder: Path, pack: Path) -> None:
        """Keep in a folder, made when it is missing, what is read from the folder of a pack."""
        self.file = folder / _NAME
        self._pack = pack
        self._digest = ""

    def keep(self, reading: Reading, now: datetime) -> bool:
        """Keep what was read; False where the files have changed since, so that the next reading has to be kept.

        Raises:
            OSError: it cannot be written.
        """
        if reading.library is None or reading.library.digest == self._digest:
            return True
        files = {name: read.document.digest for name, read in reading.pack.reads.items()}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (*files, *([VECTORS_FILE] if reading.library.vectors else [])):
                data = read_regular_file(self._pack / name, _MOST_BYTES)
                if files.setdefault(name, _digest_of(data)) != _digest_of(data):
                    return False
                archive.writestr(name, data)
            about = {**self._about(), "digest": reading.library.digest, "since": now.isoformat(), "files": files}
            archive.writestr(_ABOUT, json.dumps(about))
        self._write(made.getvalue())
        self._digest = reading.library.digest
        return True

    def read(self) -> Copy:
        """Read what was kept.

        Raises:
            CopyUnusable: there is none, or none that may serve.
        """
        try:
            data = read_regular_file(self.file, _MOST_BYTES)
        except FileNotFoundError:
            raise CopyUnusable("no copy of a good one is kept yet") from None
        except OSError as error:
            raise CopyUnusable(f"the copy kept in {self.file} cannot be read: {error.strerror or error}") from None
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                    raise CopyUnusable(f"the copy kept in {self.file} is damaged")
                about: dict[str, Any] = json.loads(archive.read(_ABOUT))
                if {key: about.get(key) for key in self._about()} != self._about():
                    raise CopyUnusable(f"the copy kept in {self.file} is of another version of this bot, or pack")
                files = {name: archive.read(name) for name in about["files"]}
            since = datetime.fromisoformat(about["since"])
        except _DAMAGED:
            raise CopyUnusable(f"the copy kept in {self.file} is damaged") from None
        return Copy(self._read(files, about), since)

    def _read(self, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Reading:
        if any(_digest_of(data) != about["files"][name] for name, data in files.items()):
            raise CopyUnusable(f"the copy kept in {self.file} is damaged")
        with TemporaryDirectory() as folder:
            for name, data in files.items():
                if name != VECTORS_FILE and shape_of(name) is None:
                    raise CopyUnusable(f"the copy kept in {self.file} is damaged")
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            reading = Reader(Path(folder)).read()
        if reading.library is None or reading.library.digest != about.get("digest"):
            raise CopyUnusable(f"the copy kept in {self.file} does not check any more")
        return reading

    def _about(self) -> dict[str, Any]:
        return {"format": _FORMAT, "version": __version__, "pack": os.path.abspath(self._pack)}  # noqa: PTH100  # links stay links: a release is the same pack

    def _write(self, data: bytes) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.file.with_suffix(f".{os.getpid()}{_PART}")
        with part.open("wb") as written:
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        began = part.stat().st_mtime
        for left in self.file.parent.glob(f"{self.file.stem}.*{_PART}"):
            if left.stat().st_mtime < began - _LONGEST_WRITE:  # of a process that died at it
                left.unlink(missing_ok=True)
        part.replace(self.file)
        if os.name == "posix":
            descriptor = os.open(self.file.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
