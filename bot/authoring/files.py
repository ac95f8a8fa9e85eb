"""The files of a folder, read again only when they change, so that a reload costs what was edited."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bot.authoring.documents import Document, read_document
from bot.authoring.pack import Read
from bot.fitting import Unfit, fit


class Files:
    """Remembers what it read last. Not for two threads at once."""

    def __init__(self, folder: Path, shape_of: Callable[[str], type[Any] | None]) -> None:
        """Read below a folder; `shape_of` tells by its name what a file holds."""
        self.folder = folder
        self._shape_of = shape_of
        self._kept: dict[str, tuple[tuple[int, int, int], Read[Any]]] = {}

    def list(self) -> list[str]:
        """Name every file that ends as YAML does, in order, as paths below the folder.

        Raises:
            OSError: the folder cannot be read.
        """
        found = [one.relative_to(self.folder).as_posix() for one in self.folder.rglob("*.y*ml")]
        return sorted(name for name in found if "/." not in f"/{name}")

    def read(self, names: Iterable[str]) -> dict[str, Read[Any]]:
        """Read files that have a shape; whatever is wrong ends up in their documents."""
        self._kept = {name: self._read(name) for name in names}
        return {name: read for name, (_, read) in self._kept.items()}

    def _read(self, name: str) -> tuple[tuple[int, int, int], Read[Any]]:
        path = self.folder / name
        try:
            stat = path.stat()
        except OSError:
            signature = (0, 0, 0)
        else:
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        kept = self._kept.get(name)
        if kept is not None and kept[0] == signature:
            return kept
        document = read_document(path, path.as_posix())
        shape = self._shape_of(name)
        assert shape is not None  # noqa: S101  # asked for only such
        value = _shaped(document, shape)
        return signature, Read(name, document, None if document.problems else value)


def digest_of(reads: Iterable[Read[Any]]) -> str:
    """Give a digest of files: their names and every byte of them."""
    digest = hashlib.sha256()
    for read in reads:
        digest.update(f"{read.name}\0{read.document.digest}\0".encode())
    return digest.hexdigest()


def _shaped(document: Document, shape: type[Any]) -> Any:
    """Give what a document holds; None, and its problems added to it, when it is not of that shape."""
    try:
        return fit(shape, document.data)
    except Unfit:
        from bot.authoring.shapes import shape_document  # noqa: PLC0415  # a good pack needs none of it

        return shape_document(document, shape)
