"""One run of the demo: the world, its rooms, the page and the clock, from start to a clean end."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.demo.content_copy import ContentCopy
from bot.demo.page import Page
from bot.demo.rooms import Rooms
from bot.demo.world import build_world, enter, make_app
from bot.errors import StartFailed

_TICK = 1.0  # seconds
_PATIENCE = 0.5  # seconds for what the page still has under way at the end

log = logging.getLogger(__name__)


async def run(content: ContentCopy, port: int, *, open_browser: bool, state: Path | None) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        StartFailed: a port is taken.
        ContentInvalid: the pack does not check.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    world = build_world(datetime.now(UTC))
    app = make_app(world, content.folder)
    await enter(world, app)
    rooms = Rooms(world, port + 1 if port else 0)
    try:
        await rooms.open(world.first_channel, "member")
        async with _listening(Page(app, rooms, content, state).application(), port) as address:
            _announce(address, content, state)
            if open_browser:
                _open_browser(address)
            watching = asyncio.create_task(app.watch(stop))
            ticking = asyncio.create_task(_tick(rooms))
            await stop.wait()
            ticking.cancel()
            await asyncio.gather(watching, ticking, return_exceptions=True)
    finally:
        await rooms.close()
        await world.env.shutdown()


async def _tick(rooms: Rooms) -> None:
    """Let simcord's clock, which stands still by itself, go on with the real one."""
    while True:
        await asyncio.sleep(_TICK)
        try:
            await rooms.catch_up()
        except TimeoutError:
            log.warning("The bot did not come to rest in time; the demo's clock lags behind")


@contextlib.asynccontextmanager
async def _listening(application: web.Application, port: int) -> AsyncGenerator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError:
            raise StartFailed(
                f"Port {port} is taken; another demo may be running. Choose another number with --port."
            ) from None
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _announce(address: str, content: ContentCopy, state: Path | None) -> None:
    kept = f"kept in {state}" if state else "gone when the demo ends"
    sys.stdout.write(
        f"The demo is at {address}\n"
        "It is the real bot in a pretend Discord: no account, no token, made-up people; nothing leaves this machine.\n"
        f"Its content is a copy, {kept}: {content.folder}\n"
        "Press Ctrl-C to end it.\n"
    )
    sys.stdout.flush()


def _open_browser(address: str) -> None:
    """Open a browser where there is a screen; without one, Python would start a text browser in this terminal."""
    screen = sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    if screen:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
