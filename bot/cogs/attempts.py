"""How often Discord is asked for something: again where that does no harm, once where it would be done twice."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeVar

import aiohttp

_ATTEMPTS: Final = 3
_PATIENCE: Final = 10.0  # seconds; Discord drops an interaction after three, so longer silence is a lost connection
_ONLY_PATIENCE: Final = 30.0  # seconds
_UNSURE: Final = 500  # and above: what was asked may have been done

_Given = TypeVar("_Given")


class InDoubtError(ConnectionError):
    """What was asked may have been done, and asking again could do it twice."""


@dataclass(slots=True)
class _Attempt:
    in_doubt: bool = False


_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)


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


async def ask_once(ask: Callable[[], Awaitable[_Given]]) -> _Given:
    """Ask for what Discord knows no nonce for. The client must have been made with `trace()`.

    discord.py asks again by itself after some errors of Discord's; that is kept from happening here.

    Raises:
        InDoubtError: Discord failed, and may have done it all the same.
    """
    token = _attempt.set(_Attempt())
    try:
        async with asyncio.timeout(_ONLY_PATIENCE):
            return await ask()
    finally:
        _attempt.reset(token)


def trace() -> aiohttp.TraceConfig:
    """Make what a client needs for `ask_once`: it sees every request go out and come back."""

    async def on_start(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestStartParams) -> None:
        attempt = _attempt.get()
        if attempt is not None and attempt.in_doubt:
            raise InDoubtError

    async def on_end(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        attempt = _attempt.get()
        if attempt is not None and params.response.status >= _UNSURE:
            attempt.in_doubt = True

    made = aiohttp.TraceConfig()
    made.on_request_start.append(on_start)
    made.on_request_end.append(on_end)
    return made
