"""`/reminders`: what is set, setting one question by question, and every press on a reminder that came."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.cogs.commands import make_command
from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import conversation_of
from bot.cogs.replies import Defer, Reply
from bot.domain.reminders.letters import Panel, SetReminder
from bot.domain.reminders.schedule import DAY, OnDays, Pattern
from bot.domain.zones import ZoneUnknown, search_zones, zone_named
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import NO_TOKEN, TOKEN_BYTES, Kind, Press
from bot.ui.reminders.messages import (
    draw_again,
    draw_gone,
    draw_paused,
    draw_pauses,
    draw_stopped,
    draw_stopped_all,
)
from bot.ui.reminders.panel import (
    SERIES,
    at_minutes,
    days_of,
    draw_days,
    draw_hour_of_days,
    draw_how_often,
    draw_panel,
    draw_set,
    draw_switched_off,
    draw_times,
    draw_zone_needed,
    draw_zones,
    first_page,
    mask_of,
    pattern_of,
    times_page,
)

if TYPE_CHECKING:
    from bot.services.reminders.setting import Reminders

Change = Callable[["Reminders", bytes, bytes], Awaitable[SetReminder | None]]


class RemindersCog:
    """Sets reminders and answers presses on them, in private conversations and privately in place.

    Switched off, nothing new can be set; what was set before can still be stopped.
    """

    def __init__(self, pack: ServedPack, door: Door, clock: Callable[[], datetime], *, on: bool) -> None:
        self._pack, self._door, self._clock, self._on = pack, door, clock, on

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it."""

        async def reminders(interaction: discord.Interaction[Any], zone: str = "") -> None:
            reply = Reply(interaction)
            await reply.patiently(self._open(interaction, reply, zone), Defer.NEW)

        async def suggest(typed: str, _: discord.Interaction[Any]) -> list[tuple[str, str]]:
            zones = await asyncio.to_thread(search_zones, typed)  # the first time, it reads the names off the disk
            return [(zone, zone) for zone in zones]

        yield make_command(self._pack.library.reminders.command, "zone", reminders, suggest)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.REMINDERS, Handler(self._show, Defer.NEW)
        yield Kind.REMINDERS_HERE, Handler(self._show_here, Defer.REDRAW)
        yield Kind.REMINDER_NEW, Handler(self._ask_first, Defer.REDRAW)
        yield Kind.REMINDER_TIMES, Handler(self._turn, Defer.REDRAW)
        yield Kind.REMINDER_TIME, Handler(self._choose_time, Defer.REDRAW)
        yield Kind.REMINDER_DAYS, Handler(self._choose_days, Defer.REDRAW)
        yield Kind.REMINDER_HOUR, Handler(self._choose_hour, Defer.REDRAW)
        yield Kind.REMINDER_LATER, Handler(self._snooze, Defer.REDRAW)
        yield Kind.REMINDER_PAUSE, Handler(self._ask_pause, Defer.REDRAW)
        yield Kind.REMINDER_PAUSED, Handler(self._pause, Defer.REDRAW)
        yield Kind.REMINDER_STOP, Handler(self._stop, Defer.REDRAW)
        yield Kind.REMINDER_STOP_ALL, Handler(self._stop_all, Defer.REDRAW)
        yield Kind.REMINDER_START, Handler(self._start, Defer.REDRAW)

    # --- what is set --------------------------------------------------------------------------------------------------

    async def _open(self, interaction: discord.Interaction[Any], reply: Reply, zone: str) -> None:
        if zone and self._on:
            try:
                named = await asyncio.to_thread(zone_named, zone)
            except ZoneUnknown:
                fitting = await asyncio.to_thread(search_zones, zone)
                await reply.show(draw_zones(self._pack.library, fitting))
                return
            await (await self._services()).set_zone(interaction.user.id, named)
        await reply.show(await self._panel(interaction.user.id))

    async def _show(self, pressed: Pressed) -> None:
        await pressed.reply.show(await self._panel(pressed.interaction.user.id))

    async def _show_here(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(await self._panel(pressed.interaction.user.id))

    async def _panel(self, who: int) -> Drawing:
        if not self._on:
            return draw_switched_off(self._pack.library)
        return draw_panel(self._pack.library, await (await self._services()).panel(who))

    # --- setting one --------------------------------------------------------------------------------------------------

    async def _ask_first(self, pressed: Pressed) -> None:
        token, subject, library = secrets.token_bytes(TOKEN_BYTES), pressed.press.subject, self._pack.library
        if subject == SERIES:
            await pressed.reply.redraw(draw_how_often(library))
        else:
            now = self._clock()
            await pressed.reply.redraw(draw_times(library, first_page(subject, token, now), now))

    async def _turn(self, pressed: Pressed) -> None:
        await self._draw_times(pressed, pressed.press)

    async def _draw_times(self, pressed: Pressed, page: Press) -> None:
        """Offer times; days in a member's zone, where it is known."""
        days = timedelta(minutes=page.version) >= DAY
        zone = await (await self._services()).zone(pressed.interaction.user.id) if days else None
        await pressed.reply.redraw(draw_times(self._pack.library, page, self._clock(), zone))

    async def _choose_time(self, pressed: Pressed) -> None:
        press, at = pressed.press, at_minutes(pressed.press.position)
        if timedelta(minutes=press.version) < DAY:
            await self._draw_times(pressed, times_page(press.subject, press.token, at, DAY))
            return
        await self._add(pressed, pattern_of(press.subject), at)

    async def _choose_days(self, pressed: Pressed) -> None:
        library = self._pack.library
        zone = await (await self._services()).zone(pressed.interaction.user.id)
        if zone is None:
            await pressed.reply.redraw(draw_zone_needed(library))
        elif not pressed.values:
            await pressed.reply.redraw(draw_days(library, secrets.token_bytes(TOKEN_BYTES)))
        else:
            days = days_of(mask_of(map(int, pressed.values)))
            await pressed.reply.redraw(draw_hour_of_days(library, pressed.press.token, days, zone))

    async def _choose_hour(self, pressed: Pressed) -> None:
        days, hour = days_of(pressed.press.version), int(pressed.values[0])
        await self._add(pressed, OnDays(days, hour), None)

    async def _add(self, pressed: Pressed, pattern: Pattern, start: datetime | None) -> None:
        library = self._pack.library
        if not self._on:
            await pressed.reply.redraw(draw_switched_off(library))
            return
        channel = await conversation_of(pressed.interaction)
        services, who = await self._services(), pressed.interaction.user.id
        added = await services.add(who, pressed.press.token, pattern, start, channel)
        await pressed.reply.redraw(draw_set(library, added) if added else draw_panel(library, Panel(known=False)))

    # --- changing one -------------------------------------------------------------------------------------------------

    async def _snooze(self, pressed: Pressed) -> None:
        who = pressed.interaction.user.id
        changed = await self._change(pressed, lambda services, token, letter: services.snooze(who, token, letter))
        if changed:
            await pressed.reply.redraw(draw_again(self._pack.library, changed, pressed.press))

    async def _ask_pause(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_pauses(self._pack.library, pressed.press, self._clock()))

    async def _pause(self, pressed: Pressed) -> None:
        who, days = pressed.interaction.user.id, pressed.press.position
        until = self._clock() + timedelta(days=days) if days else None
        changed = await self._change(pressed, lambda services, token, letter: services.pause(who, token, letter, until))
        if changed:
            await pressed.reply.redraw(draw_paused(self._pack.library, changed, pressed.press))

    async def _start(self, pressed: Pressed) -> None:
        who = pressed.interaction.user.id
        if not self._on:
            await pressed.reply.redraw(draw_switched_off(self._pack.library))
        elif await self._change(pressed, lambda services, token, letter: services.start(who, token, letter)):
            await pressed.reply.redraw(await self._panel(who))

    async def _stop(self, pressed: Pressed) -> None:
        services, who = await self._services(), pressed.interaction.user.id
        left = await services.stop(who, bytes.fromhex(pressed.press.subject))
        if pressed.press.token == NO_TOKEN and self._on:  # pressed where all of them are listed
            await pressed.reply.redraw(await self._panel(who))
        else:
            await pressed.reply.redraw(draw_stopped(self._pack.library, left))

    async def _stop_all(self, pressed: Pressed) -> None:
        await (await self._services()).stop_all(pressed.interaction.user.id)
        await pressed.reply.redraw(draw_stopped_all(self._pack.library))

    async def _change(self, pressed: Pressed, change: Change) -> SetReminder | None:
        """Change a reminder; where it is gone or another's, say so and give None."""
        token = bytes.fromhex(pressed.press.subject)
        changed = await change(await self._services(), token, pressed.press.token)
        if changed is None:
            await pressed.reply.redraw(draw_gone(self._pack.library))
        return changed

    async def _services(self) -> "Reminders":
        return (await self._door.personal()).reminders
