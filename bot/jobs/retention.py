"""Deletes what has had its time, and tells those who asked to be written to before everything of theirs goes."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.cogs.private import send_private
from bot.services.pack import ServedPack
from bot.ui.mydata.panel import draw_lapse

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.mydata.retention import Told
    from bot.services.personal import Personal

EVERY: Final = timedelta(hours=1)
PACE: Final = 0.2  # seconds from one message to the next

log = logging.getLogger(__name__)


class RetentionJob:
    """The job that lets time do what members were promised. `pace` is in seconds."""

    name = "retention"

    def __init__(
        self, pack: ServedPack, client: discord.Client, clock: Callable[[], datetime], pace: float = PACE
    ) -> None:
        self._pack, self._client, self._clock, self._pace = pack, client, clock, pace
        self._done: datetime | None = None

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Do all of it once an hour; the first time it also finishes what a crash left in the engine's log."""
        now = self._clock()
        if self._done is not None and now - self._done < EVERY:
            return
        deleted = await personal.retention.delete_entries(now)
        await personal.errands.forget_expired(now)
        let_go = await self._lapse(personal, lease, now)
        if deleted or let_go or self._done is None:
            await personal.retention.scrub()
        await personal.retention.prune(now, EVERY)
        self._done = now

    async def _lapse(self, personal: "Personal", lease: "Lease", now: datetime) -> int:
        """Tell and let go of those who no longer come; give how many went."""
        after, gone, more = None, 0, True
        while more:
            found, after = await personal.retention.list_lapsing(now, after)
            for one in found:
                if not await lease.hold():
                    return gone
                if one.fate == "goes":
                    gone += await personal.retention.let_go(one.user_id, now)
                elif one.fate == "told" and (told := await personal.retention.tell(one.user_id, now)):
                    await self._send(told)
            more = after is not None
        return gone

    async def _send(self, told: "Told") -> None:
        """Send it; what Discord does not take is not sent again, for it may have arrived."""
        library = self._pack.library
        try:
            channel = told.channel or (await self._client.create_dm(discord.Object(told.user_id))).id
            drawing, neutral = draw_lapse(library, told.day), library.notebook.conversation.neutral
            await send_private(self._client, channel, drawing, neutral)
        except DISCORD_TROUBLE as error:
            log.warning("A notice was not taken: %s", name_trouble(error))
        await asyncio.sleep(self._pace)
