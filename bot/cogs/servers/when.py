"""The weekly prompt on `/server settings`: its channel, day, hour, zone and theme, pause and stop."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.cogs.servers.screen import Screen
from bot.domain.servers.settings import DAYS, HOURS, ServerSettings, WeeklyPrompt
from bot.domain.zones import ZoneUnknown, search_zones, zone_named
from bot.services.pack import ServedPack
from bot.ui.drawing import echo
from bot.ui.ids import Kind
from bot.ui.servers.settings import ANY, DAY, HOUR, THEME, ZONE, draw_zones_of, weekly_form, weekly_themes


class WeeklySettings:
    """Sets when a prompt is posted. What time was named and is none leaves the rest set."""

    def __init__(self, pack: ServedPack, screen: Screen) -> None:
        self._pack, self._screen = pack, screen

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        guard = self._screen.keepers.guard
        yield Kind.SERVER_WEEKLY_CHANNEL, guard(self._choose_weekly, Defer.REDRAW)
        yield Kind.SERVER_WEEKLY_WHEN, guard(self._ask_weekly, Defer.NEVER)
        yield Kind.SERVER_WEEKLY_SET, guard(self._set_weekly, Defer.REDRAW)
        yield Kind.SERVER_WEEKLY_ZONE, guard(self._choose_zone, Defer.REDRAW)
        yield Kind.SERVER_WEEKLY_PAUSE, guard(self._pause_weekly, Defer.REDRAW)
        yield Kind.SERVER_WEEKLY_STOP, guard(self._stop_weekly, Defer.REDRAW)

    async def _choose_weekly(self, pressed: Pressed) -> None:
        channel = self._screen.chosen_one(pressed)
        await self._screen.change_weekly(
            pressed,
            lambda before: replace(before, channel=channel, paused=False),
            *self._screen.closed(pressed, channel),
        )

    async def _ask_weekly(self, pressed: Pressed) -> None:
        library, settings = await self._screen.standing(pressed)
        await pressed.reply.open(weekly_form(library, settings, pressed.press.version))

    async def _set_weekly(self, pressed: Pressed) -> None:
        server, library = self._screen.keepers.server_of(pressed.interaction), self._pack.library
        kind = pressed.press.kind
        typed = pressed.typed(ZONE).strip()
        try:
            zone = await asyncio.to_thread(zone_named, typed) if typed else WeeklyPrompt().zone
        except ZoneUnknown:
            zone = None
        themes = weekly_themes(self._pack.library_of(server))
        record = await self._screen.changed(pressed, lambda before: _with_weekly(before, _read(pressed, zone, themes)))
        if record is None or zone is not None:
            if record:
                await pressed.reply.redraw(
                    self._screen.drawn(server, record, library.servers.screen.changed, pressed=kind)
                )
            return
        fitting = await asyncio.to_thread(search_zones, typed)
        unknown = library.servers.weekly.unknown_zone.format(zone=echo(typed))
        offered = draw_zones_of(library, fitting, record.version) if fitting else None
        await pressed.reply.redraw(offered or self._screen.drawn(server, record, unknown, pressed=kind))

    async def _choose_zone(self, pressed: Pressed) -> None:
        try:
            zone = await asyncio.to_thread(zone_named, pressed.subject)
        except ZoneUnknown:
            await self._screen.draw_anew(pressed)
        else:
            await self._screen.change_weekly(pressed, lambda before: replace(before, zone=zone))

    async def _pause_weekly(self, pressed: Pressed) -> None:
        paused = bool(pressed.press.position)
        await self._screen.change_weekly(pressed, lambda before: replace(before, paused=paused))

    async def _stop_weekly(self, pressed: Pressed) -> None:
        await self._screen.change_weekly(pressed, lambda before: replace(before, channel=None, paused=False))


def _with_weekly(settings: ServerSettings, change: Callable[[WeeklyPrompt], WeeklyPrompt]) -> ServerSettings:
    return replace(settings, weekly=change(settings.weekly))


def _read(pressed: Pressed, zone: str | None, themes: list[str]) -> Callable[[WeeklyPrompt], WeeklyPrompt]:
    """Make the change that a form asks for; what was left out of it stays."""
    day, hour, theme = (pressed.typed(name) for name in (DAY, HOUR, THEME))

    def change(before: WeeklyPrompt) -> WeeklyPrompt:
        chosen = {ANY: None, **{one: one for one in themes}}
        return replace(
            before,
            day=int(day) if day in map(str, range(DAYS)) else before.day,
            hour=int(hour) if hour in map(str, range(HOURS)) else before.hour,
            zone=before.zone if zone is None else zone,
            theme=chosen.get(theme, before.theme),
        )

    return change
