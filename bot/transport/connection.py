"""Stays connected to Discord until stopping begins, and then leaves it without losing what is under way."""

import asyncio
import contextlib
import logging

import discord

from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.config import Secret
from bot.errors import StartFailed
from bot.transport.gateway import GatewayClient
from bot.transport.standing import CLOSED_FOR_GOOD, DISALLOWED_INTENTS

_NOTHING_CAME = 0.05  # seconds after which everything that was on its way has come
_LONGEST_READING = 0.3
_LONGEST_DRAIN = 2.5  # seconds that what is under way has to be answered, once nothing new is taken
_LONGEST_END = 0.5  # for what is let go of after that
_LONGEST_WAIT = 60.0
# Names that discord.py gives to what answers a press, a message or a command.
_ANSWERING = frozenset({"discord.py: on_interaction", "discord.py: on_message", "CommandTree-invoker"})

log = logging.getLogger(__name__)


async def stay_connected(client: GatewayClient, token: Secret, stop: asyncio.Event) -> None:
    """Log in and stay connected; while Discord cannot be had, wait longer each time and say so.

    Raises:
        StartFailed: Discord refused us; the text says how to mend it.
    """
    wait = 1.0
    while not stop.is_set():
        try:
            await client.log_in(token.get_secret_value())
            await _connect_once_allowed(client, stop)
        except discord.LoginFailure:
            raise StartFailed("Discord does not accept the token; copy it again from the portal, under Bot") from None
        except discord.PrivilegedIntentsRequired:
            raise StartFailed(CLOSED_FOR_GOOD[DISALLOWED_INTENTS]) from None
        except discord.ConnectionClosed as error:
            said = f"Discord closed the connection for good (code {error.code}); look for a newer version of this bot"
            raise StartFailed(CLOSED_FOR_GOOD.get(error.code, said)) from None
        except DISCORD_TROUBLE as error:
            log.warning("Discord cannot be reached (%s); trying again in %.0f seconds", name_trouble(error), wait)
        else:
            return
        await pause(stop, wait)
        wait = min(wait * 2, _LONGEST_WAIT)


async def _connect_once_allowed(client: GatewayClient, stop: asyncio.Event) -> None:
    """Connect where Discord lets this bot; while it has had too many connections today, wait.

    Raises:
        StartFailed: it is in more servers than one connection may hold.
    """
    while not stop.is_set():
        standing = await client.ask_standing()
        if standing.too_large:
            raise StartFailed(standing.too_large)
        if standing.worth_a_word:
            log.warning("%s", standing.worth_a_word)
        if not standing.wait:
            await client.connect(reconnect=True)
            return
        await pause(stop, standing.wait)


async def leave(client: GatewayClient, connected: asyncio.Task[None]) -> None:
    """Take nothing new, answer what is under way, and let go of what is not answered in time."""
    if client.connected:
        log.info("Stopping: answering what is under way")
        await _take_what_was_sent(client)
    connected.cancel()
    await client.leave()
    jobs = asyncio.create_task(client.jobs.stop()) if client.jobs else None
    if answering := {task for task in asyncio.all_tasks() if task.get_name() in _ANSWERING}:
        _, late = await asyncio.wait(answering, timeout=_LONGEST_DRAIN)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_LONGEST_END)
    if jobs is not None:
        await jobs


async def _take_what_was_sent(client: GatewayClient) -> None:
    """Read what Discord sent before it can hear that we go: until nothing comes for a moment, and not for long."""
    until, seen = asyncio.get_running_loop().time() + _LONGEST_READING, None
    while client.connected and client.ws.sequence != seen and asyncio.get_running_loop().time() < until:
        seen = client.ws.sequence
        await asyncio.sleep(_NOTHING_CAME)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until stopping begins."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
