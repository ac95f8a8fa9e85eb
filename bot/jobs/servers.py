"""Looks once a day which servers the bot is still in, as no event tells it, and lets go of what is past its time."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.presses import DISCORD_TROUBLE, name_trouble

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.noticeboard import Noticeboard
    from bot.services.servers.leaving import KnownServer

WALKED_EACH: Final = timedelta(days=1)
TRIED_AGAIN: Final = timedelta(hours=1)
TIDIED_EACH: Final = timedelta(hours=1)
_PAGE: Final = 200  # servers; the most Discord gives
_NOT_IN_IT: Final = frozenset({10004, 50001})  # unknown server, missing access

log = logging.getLogger(__name__)


class ServersJob:
    """The job that notices where the bot is no longer."""

    name = "servers"

    def __init__(self, client: discord.Client, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock
        self._walk_at: datetime | None = None
        self._tidy_at: datetime | None = None

    async def run(self, opened: "Noticeboard", lease: "Lease") -> None:
        """Do what is due; a walk that fails is begun anew an hour later."""
        now = self._clock()
        if self._tidy_at is None or now >= self._tidy_at:
            await opened.showings.forget_old()
            self._tidy_at = now + TIDIED_EACH
        if self._walk_at is None or now >= self._walk_at:
            self._walk_at = now + TRIED_AGAIN
            if await self._walk(opened, lease):
                self._walk_at = now + WALKED_EACH

    async def _walk(self, opened: "Noticeboard", lease: "Lease") -> bool:
        """Ask for all servers, and for each that is missing once more; say whether it came to an end."""
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
        deleted = await leaving.compare(known, there)
        if deleted:
            log.info("Deleted what was kept of servers that the bot left 30 days ago: %d", deleted)
        return True

    async def _list_there(self, lease: "Lease") -> set[int] | None:
        """Name every server the bot is in; None when another process is at it. Ends with a page that is empty."""
        there = set[int]()
        while await lease.hold():
            page = await self._client.http.get_guilds(_PAGE, after=max(there, default=0), with_counts=False)
            found = {int(one["id"]) for one in page}
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
