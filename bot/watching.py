"""Watches the folders a pack is read from: their files, folders that are links, and what the links lead to."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot.authoring.files import Linked, links_in
from bot.regular_files import is_folder
from bot.services.pack import ServedPack

_UNTIL_WATCHED_AGAIN: Final = 2.0
_BETWEEN_LOOKS: Final = 2000  # milliseconds, where the system has no room to tell by itself

log = logging.getLogger(__name__)


class Reload(Protocol):
    """Reads the pack again."""

    def __call__(self, *, asked: bool) -> Awaitable[bool]:
        """Do so; where nobody asked, say only what is new."""
        ...


class Watcher:
    """Reloads whenever a file changes. A folder that is not there is waited for."""

    def __init__(self, pack: ServedPack, reload: Reload) -> None:
        self._pack, self._reload = pack, reload
        self._polling = False

    async def watch(self, stop: asyncio.Event) -> None:
        """Watch until stopped."""
        while not stop.is_set():
            try:
                await self._watch_folders(stop)
            except (OSError, RuntimeError) as error:  # RuntimeError is how watchfiles says that inotify has no room
                self._give_up_waiting(error)
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_UNTIL_WATCHED_AGAIN):
                        await stop.wait()
                if any(is_folder(one) for one in self._pack.folders):
                    await self._reload(asked=False)
                    break

    def _give_up_waiting(self, error: Exception) -> None:
        """From now on look every two seconds, and say so once."""
        if not self._polling:
            why = "raise fs.inotify.max_user_watches" if "limit" in str(error) or "space" in str(error) else str(error)
            log.warning("The system does not tell of changed files (%s): looking every two seconds instead", why)
        self._polling = True

    async def _watch_folders(self, stop: asyncio.Event) -> None:
        """Watch until stopped or until a folder came or went, or a link leads elsewhere."""
        # Slow to import, so it is done while Discord's first answer is waited for; a parameter of it has half a type.
        from watchfiles import awatch  # noqa: PLC0415  # pyright: ignore[reportUnknownVariableType]  # slow to import; one of its arguments has no type

        looked = await asyncio.to_thread(_look, self._pack.folders)
        seen = awatch(
            *looked.folders,
            debounce=200,
            step=20,
            watch_filter=lambda _, path: not Path(path).name.startswith("."),
            stop_event=stop,
            yield_on_timeout=True,
            force_polling=self._polling or None,
            poll_delay_ms=_BETWEEN_LOOKS,
        )
        begun = False
        async for changes in seen:  # no changes every five seconds
            if changes or not begun:  # what changed before the system began to tell is told by nothing
                await self._reload(asked=bool(changes))
            begun = True
            if await asyncio.to_thread(_look, self._pack.folders) != looked:
                return


@dataclass(frozen=True, slots=True)
class _Looked:
    """Every folder there is, links followed, and where each link in them leads."""

    folders: tuple[Path, ...]
    links: tuple[Linked, ...]


def _look(folders: tuple[Path, ...]) -> _Looked:
    there = [one for one in folders if is_folder(one)]
    links = tuple(link for one in there for link in links_in(one))
    linked = [link.folder for link in links if link.folder is not None]
    return _Looked(tuple(dict.fromkeys([*(one.resolve() for one in there), *linked])), links)
