"""The pack being served: read off the event loop, swapped whole, kept when the newest one does not check."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.authoring.own_pages import NONE, OwnPages, own_pages_beside
from bot.authoring.problems import Problem
from bot.authoring.reader import Reader, Reading
from bot.domain.library import Library
from bot.errors import ContentInvalid

if TYPE_CHECKING:
    from bot.authoring.overlays import OverlayReader
    from bot.search.indexes import Indexes

log = logging.getLogger(__name__)


class ServedPack:
    """Holds the last good library and its indexes. Take `library` once at the start of what you do with it.

    Where a server has own pages, `library_of` gives the pack with these over it; `library` is the plain pack, which is
    what holds in private conversations and for everything personal.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        """Read the pack; blocks, so make it before the event loop runs.

        Raises:
            ContentInvalid: the pack does not check and there is no earlier one to serve.
        """
        self.folder = folder
        self._reader = Reader(folder)
        self._servers_folder = own_pages_beside(folder)
        self._overlays: OverlayReader | None = None
        self._turn = asyncio.Lock()
        first = self._reader.read()
        if first.library is None:
            raise ContentInvalid([str(problem) for problem in first.problems])
        self._good = first
        self.own_pages = NONE
        self._serve(first.library, None)
        self._serve_own(self._read_own(first))
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

    def library_of(self, server: int | None) -> Library:
        """Give what serves in a server: the pack with that server's own pages; the plain pack where there are none."""
        return self.library if server is None else self._of_servers.get(server, self.library)

    async def indexes_of(self, server: int | None) -> "Indexes":
        """Give the indexes of what serves in a server; use their `library`. Made off the loop when first asked for."""
        plain, library = await self.indexes(), self.library_of(server)
        if library is self.library:
            return plain
        found = self._indexes_of_servers.get(library)
        if found is None:
            async with self._turn:
                library = self.library_of(server)
                found = self._indexes_of_servers.get(library)
                if found is None:
                    found = await asyncio.to_thread(_make_indexes, library, plain)
                    self._indexes_of_servers[library] = found
        return found

    async def reload(self, now: datetime) -> bool:
        """Read the pack again; swap it in when it is good and new. True when the newest pack now serves.

        Servers' own pages are laid over it anew, or over the last good one.
        """
        async with self._turn:
            reading, indexes, own = await asyncio.to_thread(self._read_again)
            self.problems = reading.problems
            if indexes is not None and reading.library is not None:
                self._good = reading
                self._serve(reading.library, indexes)
                self.serving_since = now
            self._serve_own(own)
            return reading.library is not None

    def watched(self) -> tuple[Path, ...]:
        """Name the folders whose files serve, those that are there: the pack's, and the one of servers' own pages."""
        return tuple(one for one in (self.folder, self._servers_folder) if one.is_dir())

    def _serve(self, library: Library, indexes: "Indexes | None") -> None:
        self.library, self._indexes = library, indexes
        self._of_servers: Mapping[int, Library] = {}
        self._indexes_of_servers: dict[Library, Indexes] = {}

    def _serve_own(self, own: OwnPages) -> None:
        """Serve servers' own pages, and forget the indexes of those that changed; `own_pages` tells by identity."""
        before = self.own_pages
        self.own_pages = before if own == before else own
        self._of_servers = own.libraries
        serving = set(own.libraries.values())
        self._indexes_of_servers = {one: made for one, made in self._indexes_of_servers.items() if one in serving}
        if own.problems and own.problems != before.problems:
            # Their places hold ids of servers, which no log line does.
            said = (
                "Servers' own pages: %d problems in %d servers, where the last good ones go on, or the plain pack; %s"
            )
            log.error(said, len(own.problems), own.behind, "python -m bot check names them")

    def _read_again(self) -> "tuple[Reading, Indexes | None, OwnPages]":
        reading = self._reader.read()
        if reading.library is None or reading.library.digest == self.library.digest:
            return reading, None, self._read_own(self._good)
        return reading, _make_indexes(reading.library, self._indexes), self._read_own(reading)

    def _read_own(self, base: Reading) -> OwnPages:
        if self._overlays is None:
            if not self._servers_folder.is_dir():
                return NONE
            from bot.authoring.overlays import OverlayReader  # noqa: PLC0415  # most bots have none of it

            self._overlays = OverlayReader(self._servers_folder)
        return self._overlays.read(base)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the newest pack from serving; empty when it serves."""
        return tuple(problem for problem in self.problems if not problem.warning)


def _make_indexes(library: Library, earlier: "Indexes | None") -> "Indexes":
    from bot.search.indexes import Indexes  # noqa: PLC0415  # its tables are not needed before Discord is connected

    return Indexes(library, earlier)
