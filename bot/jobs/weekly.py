"""Posts weekly prompts: claimed first, sent with a nonce, noted as sent; looked for before being sent again."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.cogs.messages import send_message
from bot.cogs.presses import name_trouble
from bot.cogs.replies import nonce_of
from bot.cogs.servers.moderating import why_not
from bot.domain.servers.settings import Trouble
from bot.domain.servers.weekly import TOO_LATE, Posting, prompt_of
from bot.domain.trusted_time import ConfirmedTime
from bot.jobs.delivery import PATIENCE, TROUBLE, TryLaterError, has_arrived
from bot.services.pack import ServedPack
from bot.services.servers.weekly import UnreadableError
from bot.ui.drawing import Drawing
from bot.ui.servers.weekly import draw_weekly

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.noticeboard import Noticeboard
    from bot.services.servers.weekly import Weekly

PACE: Final = 0.2  # seconds from one message to the next: five a second, by the one process that has the lease

_MOST_IN_VAIN: Final = 5  # one after another; then Discord, and not one channel of it, cannot be had

log = logging.getLogger(__name__)


class WeeklyJob:
    """The job that posts weekly prompts. `pace` is in seconds."""

    name = "weekly"

    def __init__(self, pack: ServedPack, client: discord.Client, pace: float = PACE) -> None:
        self._pack, self._client, self._pace = pack, client, pace
        self._in_vain = 0

    async def run(self, opened: "Noticeboard", lease: "Lease") -> None:
        """Go on with what was begun, then post what is due."""
        self._in_vain = 0
        if await self._finish(opened.weekly, lease):
            await self._begin(opened.weekly, lease)

    async def _finish(self, weekly: "Weekly", lease: "Lease") -> bool:
        """Settle what may or may not have been sent; False when it is time to stop."""
        for posting in await weekly.list_unfinished():
            if (now := await lease.hold()) is None:
                return False
            if not await self._has_settled(self._go_on(weekly, posting, now)):
                return False
        return True

    async def _begin(self, weekly: "Weekly", lease: "Lease") -> None:
        seen = set[bytes]()
        while due := [row for row in await weekly.list_due() if row not in seen]:
            for row in due:
                if (now := await lease.hold()) is None:
                    return
                seen.add(row)
                try:
                    posting = await weekly.claim(row, now)
                except UnreadableError:
                    log.error("A weekly prompt that is due cannot be read, and is set aside for a day")  # noqa: TRY400  # no trace says more
                    await weekly.put_off(row, now)
                    continue
                if posting is not None and not await self._has_settled(self._send(weekly, posting)):
                    return

    async def _has_settled(self, settling: Coroutine[Any, Any, None]) -> bool:
        """Settle one; False when Discord could not be had several times, one after another."""
        try:
            await settling
        except TryLaterError as error:
            self._in_vain += 1
            log.warning("Discord does not take a weekly prompt now: %s", name_trouble(error.__cause__ or error))
        else:
            self._in_vain = 0
        await asyncio.sleep(self._pace)
        return self._in_vain < _MOST_IN_VAIN

    async def _go_on(self, weekly: "Weekly", posting: Posting, now: ConfirmedTime) -> None:
        """Look for what was claimed earlier, and send it again only where it cannot stand there twice then.

        Raises:
            TryLaterError: Discord cannot be had.
        """
        claimed = posting.claimed
        try:
            arrived = await has_arrived(self._client, claimed.channel, claimed.token, claimed.at)
        except TryLaterError:
            if now <= claimed.at + TOO_LATE:
                raise
            arrived = None
        if arrived:
            await weekly.note_sent(posting)
        elif posting.may_go(now, arrived=arrived):
            await self._send(weekly, posting)
        else:
            await weekly.drop(posting)

    async def _send(self, weekly: "Weekly", posting: Posting) -> None:
        """Send a prompt and note what became of it.

        Raises:
            TryLaterError: Discord cannot be had, or may or may not have taken it.
        """
        drawing = self._draw(posting)
        if drawing is None:
            await weekly.drop(posting)
            return
        try:
            async with asyncio.timeout(PATIENCE):
                trouble = await self._post(posting, drawing)
        except TROUBLE as error:
            raise TryLaterError from error
        except discord.HTTPException as error:
            trouble = why_not(error)
            if trouble is None:
                raise TryLaterError from error
            log.warning("A weekly prompt was not taken, and is paused: %s", name_trouble(error))
        if trouble is None:
            await weekly.note_sent(posting)
        else:
            await weekly.halt(posting, trouble)

    async def _post(self, posting: Posting, drawing: Drawing) -> Trouble | None:
        """Post it, unless it is for age-restricted channels and this is none."""
        claimed = posting.claimed
        if posting.age_restricted_only:
            channel = await self._client.http.get_channel(claimed.channel)
            if not channel.get("nsfw"):
                return "not_age_restricted"
        await send_message(self._client, claimed.channel, drawing, nonce=nonce_of(claimed.token))
        return None

    def _draw(self, posting: Posting) -> Drawing | None:
        """Draw it as the pack now says it; None when the prompt is no longer there."""
        library = self._pack.library_of(posting.server)
        found = prompt_of(library, posting.claimed.prompt)
        return draw_weekly(library, *found, posting.claimed.token) if found else None
