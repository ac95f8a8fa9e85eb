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

from bot.app import App
from bot.demo.clock import Clock
from bot.demo.content_copy import ContentCopy
from bot.demo.forgetting import forget_messages
from bot.demo.home import Home
from bot.demo.page import Page
from bot.demo.rooms import Rooms
from bot.demo.world import build_world, enter, make_app
from bot.errors import StartFailed, StorageError

_TICK = 1.0  # seconds
_PATIENCE = 0.5  # seconds for what the page still has under way at the end

log = logging.getLogger(__name__)


async def run(pack: Path, home: Home, port: int, *, open_browser: bool) -> None:
    """Serve until SIGINT, SIGTERM or the end of the terminal.

    Raises:
        StartFailed: a port is taken, or what was kept cannot be opened.
        ContentInvalid: the pack does not check.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    content = ContentCopy(pack, home.content)
    world = build_world(datetime.now(UTC) + home.read_ahead())
    app = make_app(world, content.folder, home.storage)
    opening = asyncio.create_task(_open_door(app))
    await enter(world, app)
    rooms = Rooms(world, Clock(world, app.door, home.write_ahead), port + 1 if port else 0)
    try:
        await rooms.open(world.first_channel, "member")
        await opening
        async with _listening(Page(app, rooms, content, home).application(), port) as address:
            _announce(address, content, home)
            if open_browser:
                _open_browser(address)
            watching = asyncio.create_task(app.watch(stop))
            ticking = asyncio.create_task(_tick(rooms))
            await stop.wait()
            ticking.cancel()
            await asyncio.gather(watching, ticking, return_exceptions=True)
    finally:
        await asyncio.wait({opening})
        await rooms.close()
        await world.env.shutdown()
        await app.door.close()


async def _open_door(app: App) -> None:
    """Open what is kept, without what pointed at an earlier run's messages, while the rest is made.

    Raises:
        StartFailed: it cannot be opened; the text says why.
    """
    try:
        await forget_messages((await app.door.personal()).storage)
    except StorageError as error:
        raise StartFailed(f"What the demo keeps cannot be opened. {error}") from None


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


def _announce(address: str, content: ContentCopy, home: Home) -> None:
    kept = f"Kept in {home.folder}" if home.kept else "Gone when the demo ends"
    sys.stdout.write(
        f"The demo is at {address}\n"
        "It is the real bot in a pretend Discord: no account, no token, made-up people; nothing leaves this machine.\n"
        f"{kept}: check-ins, settings, and a copy of the content to try changes on, {content.folder}\n"
        "Press Ctrl-C to end it.\n"
    )
    sys.stdout.flush()


def _open_browser(address: str) -> None:
    """Open a browser where there is a screen; without one, Python would start a text browser in this terminal."""
    screen = sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    if screen:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
