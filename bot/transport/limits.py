"""Keeps to Discord's rate limits where discord.py forgets them: after a wait that was too long for it, or cut short."""

import asyncio
import re
from types import SimpleNamespace
from typing import Final

import aiohttp
import discord
from discord.http import HTTPClient

from bot.cogs.attempts import be_patient

_TOO_MANY: Final = 429
_SECONDS: Final = re.compile(r"\d{1,6}(\.\d+)?")


class RateLimits:
    """Lets nothing be asked again before Discord wants it: what would wait longer than `longest` seconds is refused."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._until: dict[tuple[str, str], float] = {}
        self.http: HTTPClient | None = None

    def trace(self) -> aiohttp.TraceConfig:
        """Give what has to see every request."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._before)
        trace.on_request_end.append(self._after)
        return trace

    async def _before(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, asked: aiohttp.TraceRequestStartParams
    ) -> None:
        wait = self._until.get((asked.method, asked.url.path), 0.0) - asyncio.get_running_loop().time()
        if wait > self._longest:
            raise discord.RateLimited(wait)
        if wait > 0:
            be_patient(wait)
            await asyncio.sleep(wait)

    async def _after(self, _: aiohttp.ClientSession, __: SimpleNamespace, said: aiohttp.TraceRequestEndParams) -> None:
        headers = said.response.headers
        if said.response.status != _TOO_MANY or not _SECONDS.fullmatch(headers.get("Retry-After", "")):
            return
        loop, wait = asyncio.get_running_loop(), float(headers["Retry-After"])
        be_patient(wait)
        now = loop.time()
        self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[said.method, said.url.path] = now + wait
        if "X-RateLimit-Global" in headers and self.http is not None:
            # discord.py shuts this before it waits, and leaves it shut for good where the wait is cut short.
            loop.call_later(wait + 1, self.http._global_over.set)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # nothing public opens it
