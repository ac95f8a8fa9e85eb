"""The time as Discord tells it: in the `Date` of its answers, and in the ids of what it delivers."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.cogs.attempts import readable
from bot.cogs.presses import DISCORD_TROUBLE
from bot.domain.trusted_time import (
    AGREE,
    APART,
    SILENT_AFTER,
    ConfirmedTime,
    Doubt,
    Reading,
    Readings,
    add,
    confirm,
    say_off,
    tell,
)

LOOKED_EACH: Final = 20.0  # seconds

_ASKED_AFTER: Final = SILENT_AFTER / 3
_POSSIBLE: Final = range(2015, 2200)  # years; Discord's ids begin with the first and end before the last

log = logging.getLogger(__name__)


def read_local_clock() -> datetime:
    """Give what this machine's clock shows; it may be wrong by any amount."""
    return datetime.now(UTC)


def read_steady_clock() -> timedelta:
    """Give what a clock shows that is never set."""
    return timedelta(seconds=time.monotonic())


class DiscordClock:
    """Counts on from what Discord told last, and from this machine's clock until it told anything."""

    def __init__(
        self,
        local: Callable[[], datetime] = read_local_clock,
        steady: Callable[[], timedelta] = read_steady_clock,
    ) -> None:
        self._local, self._steady = local, steady
        self._known: Readings | None = None
        self._confirmed: Readings | None = None

    def __call__(self) -> datetime:
        """Give the time as well as it is known."""
        return tell(self._known, self._confirmed, self._steady(), self._local())

    def confirm(self, seen: datetime | None) -> ConfirmedTime | Doubt:
        """Give the time for what cannot be undone, or say why it cannot be told."""
        verdict = confirm(self._known, self._steady(), self._local(), seen)
        if not isinstance(verdict, Doubt):
            self._confirmed = self._known
        return verdict

    @property
    def heard(self) -> datetime | None:
        """The time by what Discord told last; None before it told anything."""
        return None if self._known is None else self._known.at(self._steady())

    @property
    def off(self) -> timedelta:
        """How far ahead of Discord's time this machine's clock is; nothing before Discord told it."""
        return timedelta() if (heard := self.heard) is None else self._local() - heard

    def hear_event(self, snowflake: int) -> None:
        """Take the moment in which something that arrived was made; an id that holds none tells nothing."""
        try:
            made = discord.utils.snowflake_time(snowflake)
        except (ValueError, OverflowError, OSError):
            return
        self._hear(Reading(made, self._steady(), event=True))

    def hear_answer(self, date: str) -> None:
        """Take the `Date` of an answer; what is none tells nothing."""
        try:
            told = parsedate_to_datetime(date)
            # HTTP knows no zone but this one, and a form of dates that does not name it.
            told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
        except (ValueError, OverflowError):
            return
        self._hear(Reading(told, self._steady()))

    def hear_answers(self, trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
        """Have what traces a session listen to its answers, too; one out of a cache may be old."""

        async def hear(_: aiohttp.ClientSession, __: Any, ended: aiohttp.TraceRequestEndParams) -> None:
            headers = ended.response.headers
            if "Date" in headers and "Age" not in headers:
                self.hear_answer(headers["Date"])

        trace.on_request_end.append(hear)
        return trace

    async def keep_up(self, http: HTTPClient) -> None:
        """Ask Discord whenever it has not told the time of itself, until cancelled."""
        while True:
            if self._wants_reading:
                try:
                    with readable():
                        await http.request(Route("GET", "/gateway/bot"))
                except DISCORD_TROUBLE as error:  # whatever waits for the time says that it cannot be had
                    log.debug("Discord could not be asked what time it is: %s", type(error).__name__)
            if abs(off := self.off) > AGREE:
                log.error(
                    "This machine's clock is %s Discord's. Discord's time is used; set the clock (timedatectl "
                    "set-ntp true), for backups and the command line read it",
                    say_off(off),
                )
            await asyncio.sleep(LOOKED_EACH)

    def _hear(self, reading: Reading) -> None:
        if reading.time.year in _POSSIBLE:
            self._known = add(self._known, reading)

    @property
    def _wants_reading(self) -> bool:
        if self._known is None:
            return True
        age = self._steady() - self._known.last.steady
        return not timedelta() <= age <= (_ASKED_AFTER if self._known.are_apart else APART)
