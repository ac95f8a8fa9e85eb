"""Makes a channel agree with what is wanted of a card: one step at a time, each kept before the next is decided.

What it does is safe to be cut off anywhere and to be done again: by the same process, by another, or by both at once.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal
from weakref import WeakValueDictionary

import discord

from bot.cogs.cards.channels import Channels, Pace
from bot.cogs.cards.hands import Hands, LaterError
from bot.cogs.cards.outlook import Outlook, Site
from bot.domain.cards.posting import Posting
from bot.domain.cards.steps import GRACE, Act, Occasion, Step, due_after
from bot.domain.servers.view import ServerView
from bot.services.pack import ServedPack
from bot.ui.cards.posted import NO_LINKS

if TYPE_CHECKING:
    from bot.services.cards.board import Board

PACE: Final = 0.1  # seconds from one request to the next: ten a second by each process at most

_MOST_STEPS: Final = 30
_ON_LOOKING: Final = frozenset({Act.LOOK, Act.MENTION})

Outcome = Literal["done", "waits", "later", "trouble", "removed", "missing"]
"""`waits`: for Discord's limit on edits. `later`: Discord could not be had, the job tries again. `missing`: no row."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a card: as it is kept now, what was done, and until when it waits."""

    outcome: Outcome
    posting: Posting | None = field(default=None, repr=False)
    acts: tuple[Act, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A card that was looked at, and the first step that would be taken; `Act.DONE` when all is as it should be."""

    posting: Posting = field(repr=False)
    step: Step


class Poster:
    """Settles cards. One for a process, so that two who settle the same card take turns."""

    def __init__(self, pack: ServedPack, view: ServerView, clock: Callable[[], datetime], pace: float = PACE) -> None:
        self._clock, self._pace = clock, Pace(pace)
        self._outlook = Outlook(pack, view, clock)
        self._hands = Hands(self._outlook, clock)
        self._turns: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def digest(self, server: int, subject: str, links: Mapping[str, str] = NO_LINKS) -> str | None:
        """Give the digest of a card as it is drawn now in a server; None when it is not among its cards."""
        return self._outlook.digest(server, subject, links)

    async def settle(self, client: discord.Client, board: "Board", server: int, id_: bytes) -> Settled:
        """Do what a moderator wants of one card, as far as Discord lets us, and all of it that can be done now.

        For the index of a series `settle_series` does its cards, too.

        Raises:
            StorageError: what was done may not have been kept; it is found again.
        """
        return await self._settle(self._site(client, board, server), id_)

    async def settle_series(self, client: discord.Client, board: "Board", server: int, index: bytes) -> list[Settled]:
        """Settle the index of a series, its cards, and the index with their links; the index comes first."""
        site = self._site(client, board, server)
        found = [one for one in await board.list_all(server) if index in {one.id, one.wish.part_of}]
        return await self._settle_with_indexes(site, found)

    async def sync(self, client: discord.Client, board: "Board", server: int, by: int) -> list[Settled]:
        """Look at every card of a server and settle it; what cannot be done now stays due."""
        site = self._site(client, board, server)
        return await self._settle_with_indexes(site, await board.begin_sync(server, by))

    async def survey(self, client: discord.Client, board: "Board", server: int) -> list[Surveyed]:
        """Look at every card of a server, change nothing in its channels, and say what a sync would do first.

        What is seen is kept: a card deleted by hand is known to be from then on. Discord may not be had for some; those
        are as they were known.
        """
        site, surveyed = self._site(client, board, server), list[Surveyed]()
        for one in await board.list_all(server):
            settled = await self._settle(site, one.id, _ON_LOOKING)
            posting = settled.posting or await board.get(server, one.id)
            if posting is not None:
                surveyed.append(Surveyed(posting, await self._outlook.next(site, posting)))
        return surveyed

    async def settle_due(self, client: discord.Client, board: "Board", server: int, posting: Posting) -> Settled:
        """Do what time calls for about one card, which was just read."""
        now = self._clock()
        channels = Channels(client, server, self._pace)
        return await self._settle(Site(board, server, channels, Occasion.of_time(now)), posting.id, given=posting)

    def _site(self, client: discord.Client, board: "Board", server: int) -> Site:
        return Site(board, server, Channels(client, server, self._pace), Occasion.of_moderator(self._clock()))

    async def _settle_with_indexes(self, site: Site, postings: Sequence[Posting]) -> list[Settled]:
        settled = {one.id: await self._settle(site, one.id) for one in postings}
        for one in postings:
            if one.wish.series is not None and settled[one.id].outcome not in {"removed", "missing"}:
                again = await self._settle(site, one.id)
                settled[one.id] = Settled(
                    again.outcome, again.posting, (*settled[one.id].acts, *again.acts), again.until
                )
        return list(settled.values())

    async def _settle(
        self, site: Site, id_: bytes, may: Collection[Act] | None = None, given: Posting | None = None
    ) -> Settled:
        turn = self._turns.get(id_)
        if turn is None:
            turn = self._turns[id_] = asyncio.Lock()
        acts = list[Act]()
        async with turn:
            posting = given or await site.board.get(site.server, id_)
            for _ in range(_MOST_STEPS):
                if posting is None:
                    return Settled("removed" if Act.REMOVE in acts else "missing", None, tuple(acts))
                step = await self._outlook.next(site, posting)
                if step.act in {Act.DONE, Act.WAIT} or (may is not None and step.act not in may):
                    return await self._end(site, posting, step, acts, keep=may is None)
                if step.act is Act.FORGET:
                    if await site.board.forget(site.server, posting):
                        return Settled("removed", None, tuple(acts))
                    posting = await site.board.get(site.server, id_)
                    continue
                try:
                    after = await self._hands.take(site, posting, step)
                except LaterError:
                    return await self._put_off(site, id_, acts)
                acts.append(step.act)
                posting = after or await site.board.get(site.server, id_)
        log.error("A card did not come to rest after %d steps: %s", _MOST_STEPS, [act.name for act in acts])
        return await self._put_off(site, id_, acts)

    async def _end(self, site: Site, posting: Posting, step: Step, acts: list[Act], *, keep: bool) -> Settled:
        """Come to rest, and see to it that time calls again."""
        now = self._clock()
        due = due_after(posting, step, now)
        if keep and _is_other_time(posting.due, due, now, exact=step.act is Act.WAIT):
            posting = await site.board.observe(site.server, posting, posting.seen, due=due) or posting
        if step.act is Act.WAIT:
            return Settled("waits", posting, tuple(acts), step.until)
        return Settled("trouble" if posting.trouble else "done", posting, tuple(acts))

    async def _put_off(self, site: Site, id_: bytes, acts: list[Act]) -> Settled:
        posting = await site.board.get(site.server, id_)
        if posting is not None:
            due = self._clock() + GRACE
            posting = await site.board.observe(site.server, posting, posting.seen, due=due) or posting
        return Settled("later", posting, tuple(acts))


def _is_other_time(before: datetime | None, after: datetime | None, now: datetime, *, exact: bool) -> bool:
    """Whether it is worth a commit to have time call at another moment than the one that is kept."""
    if before is None or after is None or exact:
        return before != after
    return before <= now + GRACE
