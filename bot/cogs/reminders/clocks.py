"""A member's time zone and their quiet hours: named, chosen, changed."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.zones import QuietHours, ZoneUnknown, search_zones, zone_named
from bot.errors import UserError
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.ids import Kind
from bot.ui.reminders.panel import (
    CITY,
    draw_panel,
    draw_quiet_from,
    draw_quiet_until,
    draw_zone_needed,
    draw_zones,
    zone_form,
)

if TYPE_CHECKING:
    from bot.services.reminders.setting import Reminders


class Clocks:
    """Settles by which clocks reminders go. Every press is on a message that the member alone sees."""

    def __init__(self, pack: ServedPack, door: Door) -> None:
        self._pack, self._door = pack, door

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.ZONE, Handler(self._ask_zone, Defer.NEVER)
        yield Kind.ZONE_TYPED, Handler(self._take_city, Defer.REDRAW)
        yield Kind.ZONE_CHOSEN, Handler(self._choose_zone, Defer.REDRAW)
        yield Kind.QUIET_HOURS, Handler(self._ask_quiet, Defer.REDRAW)
        yield Kind.QUIET_FROM, Handler(self._choose_quiet_start, Defer.REDRAW)
        yield Kind.QUIET_UNTIL, Handler(self._choose_quiet_end, Defer.REDRAW)
        yield Kind.QUIET_NONE, Handler(self._clear_quiet, Defer.REDRAW)

    async def _ask_zone(self, pressed: Pressed) -> None:
        await pressed.reply.open(zone_form(self._pack.library))

    async def _take_city(self, pressed: Pressed) -> None:
        typed = pressed.typed(CITY)
        try:
            zone = await asyncio.to_thread(zone_named, typed)
        except ZoneUnknown:
            await pressed.reply.redraw(draw_zones(self._pack.library, await asyncio.to_thread(search_zones, typed)))
        else:
            await self._set_zone(pressed, zone)

    async def _choose_zone(self, pressed: Pressed) -> None:
        await self._set_zone(pressed, zone_named(pressed.values[0]))

    async def _set_zone(self, pressed: Pressed, zone: str) -> None:
        panel = await (await self._services()).set_zone(pressed.interaction.user.id, zone)
        await pressed.reply.redraw(draw_panel(self._pack.library, panel))

    async def _ask_quiet(self, pressed: Pressed) -> None:
        zone = await (await self._services()).zone(pressed.interaction.user.id)
        library = self._pack.library
        await pressed.reply.redraw(draw_quiet_from(library, zone) if zone else draw_zone_needed(library))

    async def _choose_quiet_start(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_quiet_until(self._pack.library, int(pressed.values[0])))

    async def _choose_quiet_end(self, pressed: Pressed) -> None:
        start, end = pressed.press.version, int(pressed.values[0])
        if start == end:
            raise UserError(self._pack.library.reminders.trouble.same_hours)
        await self._set_quiet(pressed, QuietHours(start, end))

    async def _clear_quiet(self, pressed: Pressed) -> None:
        await self._set_quiet(pressed, None)

    async def _set_quiet(self, pressed: Pressed, quiet: QuietHours | None) -> None:
        panel = await (await self._services()).set_quiet_hours(pressed.interaction.user.id, quiet)
        await pressed.reply.redraw(draw_panel(self._pack.library, panel))

    async def _services(self) -> "Reminders":
        return (await self._door.personal()).reminders
