"""The pack being served: read off the event loop, swapped whole, kept when the newest one does not check."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.authoring.problems import Problem
from bot.authoring.reader import Reader, Reading
from bot.domain.library import Library
from bot.errors import ContentInvalid
from bot.search.finder import Finder
from bot.search.names import NameIndex


class ServedPack:
    """Holds the last good library and its finder. Take `library` once at the start of what you do with it."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Read the pack; blocks, so make it before the event loop runs.

        Raises:
            ContentInvalid: the pack does not check and there is no earlier one to serve.
        """
        self.folder = folder
        self._reader = Reader(folder)
        self._reading = asyncio.Lock()
        first = self._reader.read()
        if first.library is None:
            raise ContentInvalid([str(problem) for problem in first.problems])
        self._serve(first.library, Finder(first.library))
        self.serving_since = now
        self.problems: tuple[Problem, ...] = first.problems

    async def reload(self, now: datetime) -> bool:
        """Read the pack again; swap it in when it is good and new. True when the newest pack now serves."""
        async with self._reading:
            reading, finder = await asyncio.to_thread(self._read_again)
            self.problems = reading.problems
            if reading.library is not None and finder is not None:
                self._serve(reading.library, finder)
                self.serving_since = now
            return reading.library is not None

    def _serve(self, library: Library, finder: Finder) -> None:
        self.library, self.finder = library, finder
        self.themes = NameIndex((one.id, one.name, (one.id,)) for one in library.themes.values())
        self.terms = NameIndex((one.id, one.term, one.aliases) for one in library.terms.values())
        self.places = NameIndex((one.code, one.name, one.aliases) for one in library.resources.places)

    def _read_again(self) -> tuple[Reading, Finder | None]:
        reading = self._reader.read()
        if reading.library is None or reading.library.digest == self.library.digest:
            return reading, None
        return reading, Finder(reading.library, self.finder)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the newest pack from serving; empty when it serves."""
        return tuple(problem for problem in self.problems if not problem.warning)
