"""How often Discord is asked for something: again where that does no harm, once where it would be done twice."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import aiohttp
import discord
from discord.http import Route

_ATTEMPTS: Final = 3
_PATIENCE: Final = 10.0  # seconds; Discord drops an interaction after three, so longer silence is a lost connection
_ONLY_PATIENCE: Final = 30.0  # seconds

_Given = TypeVar("_Given")


log = logging.getLogger(__name__)

_waiting: Final[ContextVar[asyncio.Timeout | None]] = ContextVar("waiting", default=None)


class InDoubtError(ConnectionError):
    """What was asked may have been done, and asking again could do it twice."""


class UnreadableAnswerError(InDoubtError):
    """Discord did what was asked, and what it says of it cannot be read."""


@contextlib.contextmanager
def readable() -> Generator[None]:
    """Tell an answer that discord.py cannot read from a failure.

    Raises:
        UnreadableAnswerError: the answer lacks a field, or has one of another type.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        where = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        log.error("An answer of Discord's could not be read: %s\n%s", type(error).__name__, where)  # noqa: TRY400  # without its text
        raise UnreadableAnswerError from None


class _OnlyTry:
    """Passed to discord.py as its files: it goes through them before each try, and through these, no files, once."""

    def __init__(self) -> None:
        self._tried = False

    def __iter__(self) -> Iterator[discord.File]:
        if self._tried:
            raise InDoubtError
        self._tried = True
        return iter(())


@contextlib.asynccontextmanager
async def patience(seconds: float) -> AsyncGenerator[None]:
    """Wait so long for Discord, and longer where it says that it wants to be asked later.

    Raises:
        TimeoutError: it did not answer.
    """
    async with asyncio.timeout(seconds) as limit:
        before = _waiting.set(limit)
        try:
            yield
        finally:
            _waiting.reset(before)


def be_patient(seconds: float) -> None:
    """Lengthen the wait for Discord that this happens in, if it does: so long it does not want to be asked."""
    limit = _waiting.get()
    if limit is not None and not limit.expired() and (until := limit.when()) is not None:
        limit.reschedule(until + seconds)


async def insist(ask: Callable[[], Awaitable[_Given]]) -> _Given:
    """Ask; again when the connection broke, which discord.py does not do on Linux.

    What is asked must do no harm twice: an edit, or a message with a nonce.

    Raises:
        UnreadableAnswerError: it was done.
    """
    for left in reversed(range(_ATTEMPTS)):
        try:
            async with patience(_PATIENCE):
                with readable():
                    return await ask()
        except UnreadableAnswerError:
            raise
        except (OSError, aiohttp.ClientConnectionError):
            if not left:
                raise
    raise AssertionError  # the last attempt returns or raises


async def ask_once(client: discord.Client, route: Route, body: Any, query: Mapping[str, int]) -> Any:
    """Ask for what Discord knows no nonce for; discord.py by itself asks again after some errors of Discord's.

    Raises:
        InDoubtError: Discord failed or put it off, and may have done it all the same.
    """
    only: Any = _OnlyTry()
    async with patience(_ONLY_PATIENCE):
        return await client.http.request(route, files=only, json=body, params=query)
