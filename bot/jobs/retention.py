"""Deletes what has had its time, and tells those who asked to be written to before everything of theirs goes."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.messages import open_private
from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.cogs.private import send_private
from bot.domain.trusted_time import ConfirmedTime, is_due, no_later
from bot.jobs.health import JobHealth
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

    def __init__(self, pack: ServedPack, client: discord.Client, health: JobHealth, pace: float = PACE) -> None:
        self._pack, self._client, self._health, self._pace = pack, client, health, pace
        self._done: ConfirmedTime | None = None
        self._let_go: datetime | None = None

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Do all of it once an hour, and when the operator lets a round go on.

        The first time it also finishes what a crash left in the engine's log.
        """
        now, let_go = await lease.hold(), await personal.retention.let_go_until()
        if now is None or (self._let_go == let_go and not is_due(self._done, EVERY, now)):
            return
        until = await self._may_go(personal, now, let_go)
        entries = 0 if until is None else await personal.retention.delete_entries(until)
        members = await self._lapse(personal, lease, now, until)
        # What was over in the round before, others have had an hour to end, and to draw its message as ended.
        an_hour_ago = self._done if self._done is not None and now - self._done >= EVERY else None
        await personal.errands.forget_expired(now, an_hour_ago)
        if entries or members or self._done is None:
            await personal.retention.scrub()
        files = await personal.retention.prune(now, EVERY)
        if entries or members or files:  # of what nobody keeps, a line would tell that somebody checked in
            log.info("Deleted what was over: check-ins %d, members %d, copies %d", entries, members, files)
        self._done, self._let_go = now, let_go

    async def _may_go(self, personal: "Personal", now: ConfirmedTime, let_go: datetime | None) -> ConfirmedTime | None:
        """Say up to when what is over goes in this round: where it is too much at once, as far as it was let go."""
        entries, members = await personal.retention.share_over(now, let_go)
        if not entries.is_large and not members.is_large:
            self._health.note_held(self.name, 0)
            return now
        self._health.note_held(self.name, entries.due + members.due)
        log.error(
            "Time would take check-ins %s and members %s at once, so nothing of them goes before you say so. See "
            "`python -m bot db retention`, then let it go on with --confirm",
            entries,
            members,
        )
        return None if let_go is None else no_later(now, let_go)

    async def _lapse(
        self, personal: "Personal", lease: "Lease", now: ConfirmedTime, until: ConfirmedTime | None
    ) -> int:
        """Tell those who no longer come, and let go of those whose time was over by `until`; give how many went."""
        gone = 0
        for one in await personal.retention.list_lapsing(now):
            if not await lease.hold():
                return gone
            if one.fate == "told" and (told := await personal.retention.tell(one.user_id, now)):
                await self._send(told)
            elif one.fate == "goes" and until is not None:
                gone += await personal.retention.let_go(one.user_id, until)
        return gone

    async def _send(self, told: "Told") -> None:
        """Send it; what Discord does not take is not sent again, for it may have arrived."""
        library = self._pack.library
        try:
            channel = told.channel or await open_private(self._client, told.user_id)
            drawing, neutral = draw_lapse(library, told.day), library.notebook.conversation.neutral
            await send_private(self._client, channel, drawing, neutral)
        except DISCORD_TROUBLE as error:
            log.warning("A notice was not taken: %s", name_trouble(error))
        await asyncio.sleep(self._pace)
