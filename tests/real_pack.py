"""The real pack, read and indexed once by a process of tests for all the bots in it: that takes half of their start."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.authoring.files import Files
from bot.authoring.pack import Read, shape_of
from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.search.indexes import Indexes
from bot.services import pack as served_pack

PACK = Path(__file__).parent.parent / "content" / "en"


def share_real_pack() -> Library:
    """Have every bot that this process or a fork of it runs take the real pack as it was first read; give it."""
    real, read = Files(PACK, shape_of), Files.read

    def read_real_once(files: Files, names: Iterable[str]) -> dict[str, Read[Any]]:
        return read(real if files.folder == PACK else files, names)

    Files.read = read_real_once
    reading = Reader(PACK).read()
    assert reading.library is not None, reading.problems
    first = Indexes(reading.library)

    def make_indexes(served: Library, earlier: Indexes | None) -> Indexes:
        return Indexes(served, earlier or first)

    served_pack._make_indexes = make_indexes
    return reading.library
