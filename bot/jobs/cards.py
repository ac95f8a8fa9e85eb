"""Keeps posted cards as they should be: what changed, what was left undone, and a look at each once a day."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.cards.channels import Pace
from bot.cogs.cards.poster import Poster
from bot.cogs.presses import name_trouble, trace_of
from bot.domain.cards.posting import Posting, UnreadableError, is_outdated, links_of
from bot.domain.trusted_time import is_due
from bot.errors import StorageError
from bot.services.pack import ServedPack

if TYPE_CHECKING:
    from bot.services.cards.board import Board
    from bot.services.cards.rota import Due
    from bot.services.leasing import Lease
    from bot.services.noticeboard import Noticeboard

PACE: Final = 0.2  # seconds from one card to the next: five a second, by the one process that has the lease

_AT_ONCE: Final = 4  # channels; one that Discord lets wait holds up no other
_LISTED: Final = 200
_MARKED: Final = 50  # rows in one commit
_LONGEST: Final = 45.0  # seconds for one card, less than a lease lasts
_MOST_IN_VAIN: Final = 5
_UNTIL_TRIED_AGAIN: Final = timedelta(minutes=1)
_UNTIL_LOOKED_AT_AGAIN: Final = timedelta(days=1)
_TIDIED_EACH: Final = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Round:
    """What is to be settled, by channel, the longest due first in each; and how often Discord could not be had."""

    waiting: deque[deque["_Task"]]
    in_vain: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    due: "Due"
    server: int = field(repr=False)
    posting: Posting = field(repr=False)


class CardsJob:
    """The job that keeps cards. `pace` is in seconds."""

    name = "cards"

    def __init__(
        self,
        pack: ServedPack,
        client: discord.Client,
        poster: Poster,
        clock: Callable[[], datetime],
        pace: float = PACE,
    ) -> None:
        self._pack, self._client, self._poster, self._clock = pack, client, poster, clock
        self._pace = Pace(pace)
        self._served: tuple[object, object] | None = None
        self._tidied: datetime | None = None

    async def run(self, opened: "Noticeboard", lease: "Lease") -> None:
        """Find what a new pack changed, then settle what is due."""
        await self._mark_outdated(opened.board, lease)
        await self._settle_due(opened.board, lease)
        if (now := await lease.hold()) and is_due(self._tidied, _TIDIED_EACH, now):
            self._tidied = now
            if forgotten := await opened.board.rota.forget_old(now):
                log.info("Deleted what was noted of deeds 90 days ago: %d", forgotten)

    async def _mark_outdated(self, board: "Board", lease: "Lease") -> None:
        """Once for each pack, and at the start, make due what is not as it is drawn now."""
        served = (self._pack.library, self._pack.own_pages)
        if self._served is not None and all(one is two for one, two in zip(served, self._served, strict=True)):
            return
        after = b""
        while servers := await board.rota.list_servers(after, _LISTED):
            for server in servers:
                if not await lease.hold():
                    return
                await self._mark_server(board, server)
            after = servers[-1]
        self._served = served

    async def _mark_server(self, board: "Board", server: bytes) -> None:
        try:
            cards = await board.rota.cards_of(server)
        except UnreadableError:
            log.error("Posted cards of a server cannot be read; each is looked at when it is due")  # noqa: TRY400  # no trace says more
            return
        if cards is None or cards.left:
            return
        outdated = list[Posting]()
        for one in cards.postings:
            links = links_of(one.id, cards.server, cards.postings) if one.wish.series else {}
            if is_outdated(one, self._poster.digest(cards.server, one.wish.subject, links)):
                outdated.append(one)
            await asyncio.sleep(0)
        for at in range(0, len(outdated), _MARKED):
            await board.rota.make_due(server, outdated[at : at + _MARKED])

    async def _settle_due(self, board: "Board", lease: "Lease") -> None:
        seen = set[tuple[bytes, bytes]]()
        while True:
            listed = await board.rota.list_due(_LISTED)
            new = [one for one in listed if (one.server, one.posting) not in seen]
            if not new:
                return
            seen.update((one.server, one.posting) for one in new)
            tasks = [task for one in new if (task := await self._open(board, one)) is not None]
            if not await self._work_through(board, lease, tasks):
                return

    async def _open(self, board: "Board", due: "Due") -> _Task | None:
        try:
            found = await board.rota.open_due(due)
            if found is not None:
                return _Task(due, *found)
        except UnreadableError:
            log.error("A posted card that is due cannot be read, and is left alone")  # noqa: TRY400  # no trace says more
        await board.rota.put_off(due, self._clock() + _UNTIL_LOOKED_AT_AGAIN)
        return None

    async def _work_through(self, board: "Board", lease: "Lease", tasks: Iterable[_Task]) -> bool:
        """Settle cards, several channels at once and one card at a time in each; False when it is time to stop."""
        by_channel: dict[int, deque[_Task]] = {}
        for task in tasks:
            place = task.posting.seen.channel or task.posting.wish.channel
            by_channel.setdefault(place, deque()).append(task)
        whole = _Round(deque(by_channel.values()))
        workers = [asyncio.ensure_future(self._work(board, lease, whole)) for _ in range(_AT_ONCE)]
        try:
            return all(await asyncio.gather(*workers))
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, board: "Board", lease: "Lease", whole: _Round) -> bool:
        while whole.waiting:
            channel = whole.waiting.popleft()
            await self._pace.take()
            if whole.in_vain >= _MOST_IN_VAIN or not await lease.hold():
                return False
            later = await self._settle(board, channel.popleft())
            whole.in_vain = whole.in_vain + 1 if later else 0
            if channel:
                whole.waiting.append(channel)
        return True

    async def _settle(self, board: "Board", task: _Task) -> bool:
        """Settle one card; True when Discord could not be had."""
        try:
            async with asyncio.timeout(_LONGEST):
                settled = await self._poster.settle_due(self._client, board, task.server, task.posting)
        except TimeoutError:
            await board.rota.put_off(task.due, self._clock() + _UNTIL_TRIED_AGAIN)
            return True
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  # what is wrong with one card holds no other up
            trace = trace_of(error)
            log.error("A posted card could not be settled: %s\n%s", name_trouble(error), trace)  # noqa: TRY400  # without its text
            await board.rota.put_off(task.due, self._clock() + _UNTIL_LOOKED_AT_AGAIN)
            return False
        return settled.outcome == "later"
