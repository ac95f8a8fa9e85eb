"""Looks once a day which servers the bot is still in, as no event tells it, and lets go of what is past its time."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.attempts import readable
from bot.cogs.messages import read_snowflake
from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.domain.trusted_time import ConfirmedTime, is_due, no_later
from bot.jobs.health import JobHealth

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.noticeboard import Noticeboard
    from bot.services.servers.leaving import KnownServer, Leaving

WALKED_EACH: Final = timedelta(days=1)
TRIED_AGAIN: Final = timedelta(hours=1)
TIDIED_EACH: Final = timedelta(hours=1)
_PAGE: Final = 200  # servers; the most Discord gives
_NOT_IN_IT: Final = frozenset({10004, 50001})  # unknown server, missing access

log = logging.getLogger(__name__)


class ServersJob:
    """The job that notices where the bot is no longer."""

    name = "servers"

    def __init__(self, client: discord.Client, health: JobHealth) -> None:
        self._client, self._health = client, health
        self._walked: datetime | None = None
        self._walk_each = WALKED_EACH
        self._tidied: datetime | None = None
        self._let_go: datetime | None = None

    async def run(self, opened: "Noticeboard", lease: "Lease") -> None:
        """Do what is due, and what the operator lets go; a walk that fails is begun anew an hour later."""
        now, let_go = await lease.hold(), await opened.servers.leaving.let_go()
        if now is None:
            return
        if is_due(self._tidied, TIDIED_EACH, now):
            if forgotten := await opened.showings.forget_old(now):
                log.info("Deleted what was noted of cards shown a day ago: %d", forgotten)
            self._tidied = now
        if self._let_go != let_go or is_due(self._walked, self._walk_each, now):
            self._walked, self._walk_each = now, TRIED_AGAIN
            if await self._walk(opened, lease):
                self._walk_each, self._let_go = WALKED_EACH, let_go

    async def _walk(self, opened: "Noticeboard", lease: "Lease") -> bool:
        """Ask for all servers, and for each that is missing once more, then delete what was left long ago.

        Says whether it came to an end.
        """
        leaving = opened.servers.leaving
        known = await leaving.list_known()
        if not known:
            return True
        try:
            there = await self._list_there(lease)
            if there is None or not await self._ask_for_missing(lease, known, there):
                return False
        except DISCORD_TROUBLE as error:
            log.warning("Discord did not say which servers the bot is in: %s", name_trouble(error))
            return False
        if (now := await lease.hold()) is None:
            return False
        await leaving.compare(known, there, now)
        if (until := await self._may_go(leaving, now)) and (deleted := await leaving.delete_old(until)):
            log.info("Deleted what was kept of servers that the bot left 30 days ago: %d", deleted)
        return True

    async def _may_go(self, leaving: "Leaving", now: ConfirmedTime) -> ConfirmedTime | None:
        """Say up to when what is over goes now: where it is too much at once, as far as it was let go."""
        let_go = await leaving.let_go()
        over = await leaving.share_over(now, let_go)
        if not over.is_large:
            self._health.note_held(self.name, 0)
            return now
        self._health.note_held(self.name, over.due)
        log.error(
            "Time would take what is kept of servers %s at once, so nothing of it goes before you say so. See "
            "`python -m bot db retention`, then let it go on with --confirm",
            over,
        )
        return None if let_go is None else no_later(now, let_go)

    async def _list_there(self, lease: "Lease") -> set[int] | None:
        """Name every server the bot is in; None when another process is at it. Ends with a page that is empty."""
        there = set[int]()
        while await lease.hold():
            page = await self._client.http.get_guilds(_PAGE, after=max(there, default=0), with_counts=False)
            with readable():
                found = {read_snowflake(one["id"]) for one in page}
            if found <= there:
                return there
            there |= found
        return None

    async def _ask_for_missing(self, lease: "Lease", known: "Sequence[KnownServer]", there: set[int]) -> bool:
        """Add to those it is in what a list cut short left out; False when another process is at it.

        Raises:
            discord.HTTPException: Discord does not say of one.
        """
        for one in known:
            if one.left or one.server in there:
                continue
            if not await lease.hold():
                return False
            try:
                await self._client.http.get_guild(one.server, with_counts=False)
            except (discord.NotFound, discord.Forbidden) as error:
                if error.code not in _NOT_IN_IT:
                    raise
            else:
                there.add(one.server)
        return True
