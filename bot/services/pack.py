"""The pack being served: read off the event loop, swapped whole, kept when the newest one does not check."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.authoring.problems import Problem
from bot.authoring.reader import Reader, Reading
from bot.domain.library import Library
from bot.errors import ContentInvalid

if TYPE_CHECKING:
    from bot.search.indexes import Indexes


class ServedPack:
    """Holds the last good library and its indexes. Take `library` once at the start of what you do with it."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Read the pack; blocks, so make it before the event loop runs.

        Raises:
            ContentInvalid: the pack does not check and there is no earlier one to serve.
        """
        self.folder = folder
        self._reader = Reader(folder)
        self._turn = asyncio.Lock()
        first = self._reader.read()
        if first.library is None:
            raise ContentInvalid([str(problem) for problem in first.problems])
        self._serve(first.library, None)
        self.serving_since = now
        self.problems: tuple[Problem, ...] = first.problems

    async def indexes(self) -> "Indexes":
        """Give the indexes of the library being served. The first are made off the loop when first asked for.

        Making them takes longer than connecting to Discord does, and much of what members do needs none.
        """
        if self._indexes is None:
            async with self._turn:
                if self._indexes is None:
                    self._indexes = await asyncio.to_thread(_make_indexes, self.library, None)
        return self._indexes

    async def reload(self, now: datetime) -> bool:
        """Read the pack again; swap it in when it is good and new. True when the newest pack now serves."""
        async with self._turn:
            reading, indexes = await asyncio.to_thread(self._read_again)
            self.problems = reading.problems
            if reading.library is not None and indexes is not None:
                self._serve(reading.library, indexes)
                self.serving_since = now
            return reading.library is not None

    def _serve(self, library: Library, indexes: "Indexes | None") -> None:
        self.library, self._indexes = library, indexes

    def _read_again(self) -> "tuple[Reading, Indexes | None]":
        reading = self._reader.read()
        if reading.library is None or reading.library.digest == self.library.digest:
            return reading, None
        return reading, _make_indexes(reading.library, self._indexes)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the newest pack from serving; empty when it serves."""
        return tuple(problem for problem in self.problems if not problem.warning)


def _make_indexes(library: Library, earlier: "Indexes | None") -> "Indexes":
    from bot.search.indexes import Indexes  # noqa: PLC0415  # its tables are not needed before Discord is connected

    return Indexes(library, earlier)
