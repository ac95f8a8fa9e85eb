"""How often Discord is asked for something: again where that does no harm, once where it would be done twice."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

import aiohttp
import discord
from discord.http import Route

_ATTEMPTS: Final = 3
_PATIENCE: Final = 10.0  # seconds; Discord drops an interaction after three, so longer silence is a lost connection
_ONLY_PATIENCE: Final = 30.0  # seconds

_Given = TypeVar("_Given")


class InDoubtError(ConnectionError):
    """What was asked may have been done, and asking again could do it twice."""


class _OnlyTry:
    """Passed to discord.py as its files: it goes through them before each try, and through these, no files, once."""

    def __init__(self) -> None:
        self._tried = False

    def __iter__(self) -> Iterator[discord.File]:
        if self._tried:
            raise InDoubtError
        self._tried = True
        return iter(())


async def insist(ask: Callable[[], Awaitable[_Given]]) -> _Given:
    """Ask; again when the connection broke, which discord.py does not do on Linux.

    What is asked must do no harm twice: an edit, or a message with a nonce.
    """
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(OSError, aiohttp.ClientConnectionError):
            async with asyncio.timeout(_PATIENCE):
                return await ask()
    async with asyncio.timeout(_PATIENCE):
        return await ask()


async def ask_once(client: discord.Client, route: Route, body: Any, query: Mapping[str, int]) -> Any:
    """Ask for what Discord knows no nonce for; discord.py by itself asks again after some errors of Discord's.

    Raises:
        InDoubtError: Discord failed or put it off, and may have done it all the same.
    """
    only: Any = _OnlyTry()
    async with asyncio.timeout(_ONLY_PATIENCE):
        return await client.http.request(route, files=only, json=body, params=query)
