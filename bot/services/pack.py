"""The pack being served: read off the event loop, swapped whole, kept when the newest one does not check."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.authoring.kept_pack import CopyUnusable, KeptPack
from bot.authoring.own_pages import NONE, OwnPages, own_pages_beside
from bot.authoring.problems import Problem, told
from bot.authoring.reader import Reader, Reading, Rehearse
from bot.domain.library import Library
from bot.errors import ContentInvalid
from bot.regular_files import may_be_there
from bot.services.fair_share import FairShare

if TYPE_CHECKING:
    from bot.authoring.overlays import OverlayReader
    from bot.search.indexes import Indexes

log = logging.getLogger(__name__)

_Found = TypeVar("_Found")


class ServedPack:
    """Holds the last good library and its indexes. Take `library` once at the start of what you do with it.

    Where a server has own pages, `library_of` gives the pack with these over it; `library` is the plain pack, which is
    what holds in private conversations and for everything personal. `copy_since` is when the copy was kept that serves
    because the newest pack has never been good; None while a pack from the folder does.
    """

    def __init__(
        self,
        folder: Path,
        now: datetime,
        kept: KeptPack | None = None,
        *,
        rehearse: Rehearse | None = None,
        reading: Reading | None = None,
    ) -> None:
        """Read the pack and servers' own pages, or take a `reading` without any; blocks, so not on the event loop.

        `kept` is where the last good one is kept. `rehearse` tells what Discord would refuse of a pack that reads well:
        one that comes later has to pass it, and the first is kept only once it has.

        Raises:
            ContentInvalid: the pack does not check and there is no earlier one to serve.
        """
        self.folder = folder
        self._kept, self._rehearse = kept, rehearse
        self._passed: Library | None = None  # the library that was rehearsed
        self._keeping_failed = ""
        self.copy_since: datetime | None = None
        self._reader = Reader(folder)
        self._servers_folder = own_pages_beside(folder)
        self._overlays: OverlayReader | None = None
        self._turn = asyncio.Lock()
        self._searcher, self._share = (
            ThreadPoolExecutor(1, "search"),
            FairShare(rest=1.0, at_once=2, least=0.02),
        )  # a Finder is for one thread
        self._typing: dict[int, object] = {}
        first = reading or self._reader.read()
        self._good = first if first.library else self._read_copy(first)
        assert self._good.library is not None  # noqa: S101  # or it would have been raised
        self.own_pages = NONE
        self._serve(self._good.library, None)
        if reading is None:
            self._serve_own(self._read_own(self._good))
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

    @property
    def is_indexed(self) -> bool:
        """Whether the indexes of the library being served are made."""
        return self._indexes is not None

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

    async def search(self, who: int, seek: Callable[[], _Found]) -> _Found:
        """Search indexes off the loop. An account asks one question at a time, and has at most half of the time."""
        async with self._share.turn(who):
            return await asyncio.get_running_loop().run_in_executor(self._searcher, seek)

    async def suggest(self, who: int, seek: Callable[[], list[_Found]]) -> list[_Found]:
        """Search while an account types. Of what it typed meanwhile only the newest is looked for: no other shows."""
        newest = self._typing[who] = object()
        try:
            return await self.search(who, lambda: seek() if self._typing.get(who) is newest else [])
        finally:
            if self._typing.get(who) is newest:
                del self._typing[who]

    async def reload(self, now: datetime) -> bool:
        """Read the pack again; swap it in when it is good and new. True when the newest pack now serves.

        Servers' own pages are laid over it anew, or over the last good one.
        """
        async with self._turn:
            reading, indexes, own = await asyncio.to_thread(self._read_again)
            self.problems = reading.problems
            if reading.library is not None:
                self.copy_since = None
            if indexes is not None and reading.library is not None:
                self._good = reading
                self._serve(reading.library, indexes)
                self.serving_since = now
            self._serve_own(own)
            await asyncio.to_thread(self._keep, now)
            return reading.library is not None

    async def keep(self, now: datetime) -> None:
        """Keep what serves on disk, for a restart while the newest one is broken; a reload does so by itself.

        What the bot began with is rehearsed first, which a start has no time for.
        """
        async with self._turn:
            refused = () if self.copy_since else await asyncio.to_thread(self._refused, self._good)
            if refused and not self.errors:
                self.problems = refused
                for problem in refused:
                    log.error("%s", problem)
                log.error("The pack serves, and does not check: %d problems; it is not kept", len(refused))
            if self._overlays is not None:
                self._serve_own(await asyncio.to_thread(self._read_own, self._good, self._rehearse))
            await asyncio.to_thread(self._keep, now)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Name the folders whose files serve, whether or not they are there: the pack's, and servers' own pages'."""
        return self.folder, self._servers_folder

    def _read_copy(self, first: Reading) -> Reading:
        problems = [str(problem) for problem in first.problems]
        if self._kept is None:
            raise ContentInvalid(problems)
        try:
            copy = self._kept.read()
        except CopyUnusable as error:
            raise ContentInvalid([*problems, f"{self.folder}: it does not check, and {error}"]) from None
        said = "The pack does not check: %d problems; serving the copy of it that was kept on %s"
        log.error(said, len(first.errors), f"{copy.since:%Y-%m-%d %H:%M} UTC")
        self.copy_since = copy.since
        return copy.reading

    def _refused(self, reading: Reading) -> tuple[Problem, ...]:
        """Rehearse what reads well, each library once and of the next what is new; give what would be refused of it."""
        library, passed = reading.library, self._passed
        if self._rehearse is None or library is None or (passed and library.digest == passed.digest):
            return ()
        since = passed if passed and library.differs_in_pages_alone(passed) else None
        refused = self._rehearse(replace(reading, since=since))
        if not refused:
            self._passed = library
        return refused

    def _keep(self, now: datetime) -> None:
        is_good = self._rehearse is None or (self._passed and self.library.digest == self._passed.digest)
        if self._kept is None or self.copy_since is not None or not is_good:
            return
        try:
            self._kept.keep(self._good, now)
            failed = ""
        except OSError as error:
            failed = error.strerror or str(error)
        if failed and failed != self._keeping_failed:
            said = "The last good pack cannot be kept in %s (%s): a restart with a broken one will not serve"
            log.warning(said, self._kept.file.parent, failed)
        self._keeping_failed = failed

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
        if refused := self._refused(reading):
            reading = replace(reading, library=None, problems=told((*reading.problems, *refused)))
        if reading.library is None or reading.library.digest == self.library.digest:
            return reading, None, self._read_own(self._good, self._rehearse)
        return reading, _make_indexes(reading.library, self._indexes), self._read_own(reading, self._rehearse)

    def _read_own(self, base: Reading, rehearse: Rehearse | None = None) -> OwnPages:
        if self._overlays is None:
            if not may_be_there(self._servers_folder):
                return NONE
            from bot.authoring.overlays import OverlayReader  # noqa: PLC0415  # most bots have none of it

            self._overlays = OverlayReader(self._servers_folder)
        return self._overlays.read(base, rehearse)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the newest pack from serving; empty when it serves."""
        return tuple(problem for problem in self.problems if not problem.warning)


def _make_indexes(library: Library, earlier: "Indexes | None") -> "Indexes":
    from bot.search.indexes import Indexes  # noqa: PLC0415  # its tables are not needed before Discord is connected

    return Indexes(library, earlier)
