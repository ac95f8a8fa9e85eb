"""Settings of servers as lookups ask for them: at hand, a minute old at most, and never waited for long."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from typing_extensions import override

from bot.domain.servers.settings import DEFAULTS, ServerSettings
from bot.domain.servers.showing import Counted
from bot.domain.servers.view import ServerView
from bot.errors import StorageError

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard

FRESH: Final = timedelta(seconds=30)  # read again beside the lookup from then on
OLDEST: Final = timedelta(seconds=60)
PATIENCE: Final = 0.4  # seconds that a lookup waits at most; Discord waits three
MOST_SERVERS: Final = 10_000
MOST_UNDER_WAY: Final = 50

_Made = TypeVar("_Made")

log = logging.getLogger(__name__)


class CachedView(ServerView):
    """Remembers what servers have set. What this process changes is given to `take` at once."""

    def __init__(
        self,
        open_board: "Callable[[], Awaitable[Noticeboard]]",
        clock: Callable[[], datetime],
        patience: float = PATIENCE,
    ) -> None:
        self._open, self._clock, self._patience = open_board, clock, patience
        self._kept: OrderedDict[int, tuple[datetime, ServerSettings]] = OrderedDict()
        self._reading: dict[int, asyncio.Task[None]] = {}
        self._counting = set[asyncio.Task[Any]]()

    def take(self, server: int, settings: ServerSettings) -> None:
        """Remember what a server has set now; what is being read of it meanwhile is of before."""
        self._reading.pop(server, None)
        self._remember(server, self._clock(), settings)

    @override
    async def settings(self, server: int | None) -> ServerSettings:
        if server is None:
            return DEFAULTS
        read, settings = self._kept.get(server, (None, DEFAULTS))
        age = OLDEST if read is None else self._clock() - read
        if age < FRESH:
            return settings
        task = self._read(server)
        if age < OLDEST or task is None:
            return settings
        if not await self._wait(task) and self._reading.get(server) is task:
            self._remember(server, self._clock() - FRESH, settings)  # nobody else waits for this reading
        return self._kept.get(server, (None, settings))[1]

    @override
    async def count_showing(self, channel: int, card: str) -> Counted:
        if len(self._counting) >= MOST_UNDER_WAY:
            return Counted(allowed=True)

        async def count() -> Counted:
            return await (await self._open()).showings.count(channel, card)

        task = self._begin(count())
        counted = task.result() if await self._wait(task) else None
        return counted or Counted(allowed=True)

    @override
    async def take_back_showing(self, counted: Counted) -> None:
        if counted.id is None or len(self._counting) >= MOST_UNDER_WAY:
            return

        async def take_back() -> None:
            await (await self._open()).showings.take_back(counted)

        await self._wait(self._begin(take_back()))

    def _begin(self, counting: Coroutine[Any, Any, _Made]) -> asyncio.Task[_Made | None]:
        task = asyncio.ensure_future(_or_none(counting))
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)
        return task

    def _read(self, server: int) -> "asyncio.Task[None] | None":
        """Begin reading, once for all who ask meanwhile; None when too much is being read already."""
        task = self._reading.get(server)
        if task is None and len(self._reading) < MOST_UNDER_WAY:
            task = self._reading[server] = asyncio.ensure_future(self._read_now(server))
        return task

    async def _read_now(self, server: int) -> None:
        """Read what a server has set; where that fails, what was known holds for a while more."""

        async def load() -> ServerSettings:
            return (await (await self._open()).servers.load(server)).settings

        found = await _or_none(load())
        if self._reading.get(server) is asyncio.current_task():  # else it was changed here while it was read
            del self._reading[server]
            known = self._kept.get(server, (None, DEFAULTS))[1]
            self._remember(server, self._clock(), known if found is None else found)

    def _remember(self, server: int, read: datetime, settings: ServerSettings) -> None:
        self._kept[server] = (read, settings)
        self._kept.move_to_end(server)
        if len(self._kept) > MOST_SERVERS:
            self._kept.popitem(last=False)

    async def _wait(self, task: asyncio.Task[Any]) -> bool:
        """Wait, not for long, and say whether it is done; what is not goes on."""
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        return bool(done)


async def _or_none(work: Coroutine[Any, Any, _Made]) -> _Made | None:
    """Do what nobody may fail by; the log says that it failed."""
    try:
        return await work
    except StorageError as error:
        log.warning("Settings of servers cannot be read, so what was known of them holds: %s", error)
    except Exception as error:  # noqa: BLE001  # a lookup goes on whatever it is; its text may hold an id
        log.warning("Settings of servers cannot be read, so what was known holds: %s", type(error).__name__)
    return None
