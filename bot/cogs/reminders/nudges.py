"""Asking for a nudge with `/checkin later`, and every press on one."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

import discord

from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import conversation_of
from bot.cogs.replies import Defer, Reply
from bot.domain.reminders.nudges import FEW_HOURS, When, offered_from
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.checkins.arrival import draw_not_open
from bot.ui.drawing import Drawing
from bot.ui.ids import NO_TOKEN, TOKEN_BYTES, Kind, Press
from bot.ui.reminders.messages import draw_nudge_line, draw_nudge_set, draw_nudge_times
from bot.ui.reminders.panel import at_minutes, minutes_of

if TYPE_CHECKING:
    from bot.services.reminders.nudges import Nudges

_MINUTE: Final = timedelta(minutes=1)
_TIMES: Final[dict[str, When]] = {when: when for when in get_args(When)}


class NudgesCog:
    """One private message at a time of someone's choosing, whether they keep anything or not.

    Switched off, none can be asked for; one that waits can still be taken back.
    """

    def __init__(self, pack: ServedPack, door: Door, clock: Callable[[], datetime], *, on: bool) -> None:
        self._pack, self._door, self._clock, self._on = pack, door, clock, on

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.NUDGE_TIMES, Handler(self._turn, Defer.REDRAW)
        yield Kind.NUDGE_TIME, Handler(self._choose_time, Defer.REDRAW)
        yield Kind.NUDGE_LATER, Handler(self._later, Defer.REDRAW)
        yield Kind.NUDGE_STOP, Handler(self._stop, Defer.REDRAW)
        yield Kind.NUDGE_TAKE_BACK, Handler(self._take_back, Defer.REDRAW)

    async def offer_nudge(self, interaction: discord.Interaction[Any], reply: Reply, later: str) -> None:
        """Set the nudge that was asked for, or let its time be chosen; answered where it was asked, privately."""
        when = _TIMES[later]
        token, channel = secrets.token_bytes(TOKEN_BYTES), await conversation_of(interaction)
        one = await (await self._services()).ask(interaction.user.id, token, when, channel)
        await reply.show(draw_nudge_set(self._pack.library, one) if one else self._times(token, when))

    async def _turn(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_nudge_times(self._pack.library, pressed.press, self._clock()))

    async def _choose_time(self, pressed: Pressed) -> None:
        await self._set(pressed, at_minutes(pressed.press.position))

    async def _later(self, pressed: Pressed) -> None:
        await self._set(pressed, self._clock() + FEW_HOURS, pressed.press.token)

    async def _set(self, pressed: Pressed, at: datetime, letter: bytes = NO_TOKEN) -> None:
        if not self._on:
            await pressed.reply.redraw(draw_not_open(self._pack.library))
            return
        channel, who = await conversation_of(pressed.interaction), pressed.interaction.user.id
        one = await (await self._services()).set(who, pressed.press.token, at, channel, letter)
        await pressed.reply.redraw(draw_nudge_set(self._pack.library, one))

    async def _stop(self, pressed: Pressed) -> None:
        await (await self._services()).stop_all(pressed.interaction.user.id, pressed.press.token)
        await self._redraw_line(pressed, self._pack.library.reminders.nudge.stopped)

    async def _take_back(self, pressed: Pressed) -> None:
        await (await self._services()).take_back(pressed.interaction.user.id, pressed.press.token)
        await self._redraw_line(pressed, self._pack.library.reminders.nudge.taken_back)

    async def _redraw_line(self, pressed: Pressed, line: str) -> None:
        await pressed.reply.redraw(draw_nudge_line(self._pack.library, line))

    def _times(self, token: bytes, when: When) -> Drawing:
        now = self._clock()
        wanted, step = offered_from(when, now)
        page = Press(Kind.NUDGE_TIMES, token=token, version=step // _MINUTE, position=minutes_of(wanted))
        return draw_nudge_times(self._pack.library, page, now)

    async def _services(self) -> "Nudges":
        return (await self._door.personal()).nudges
