"""`python -m bot demo`: puts the bot into a pretend Discord and serves both until told to stop."""

import asyncio
import contextlib
import importlib.util
import logging
import os
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import App
from bot.config import Operator, Settings
from bot.demo.content_copy import ContentCopy
from bot.errors import StartFailed
from bot.logs import set_up_logging

if TYPE_CHECKING:
    from bot.demo.rooms import Rooms
    from bot.demo.world import World

_NEEDED = ("simcord", "PIL", "markdown_it")
_TICK = 1.0  # seconds
_PATIENCE = 0.5  # seconds for what the page still has under way at the end

log = logging.getLogger(__name__)


def serve(content: Path, port: int, *, open_browser: bool, state: Path | None) -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises:
        StartFailed: a port is taken, a folder is missing, or what the demo needs is not installed.
        ContentInvalid: the pack does not check.
    """
    check_installed()
    if not content.is_dir():
        raise StartFailed(f"{content}: there is no such folder of content.")
    set_up_logging("WARNING")
    # simcord knows the standard library's loop and no other.
    with _home(state) as home, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_serve(ContentCopy(content, home), port, open_browser=open_browser, state=state))


def check_installed() -> None:
    """See that the optional part is there.

    Raises:
        StartFailed: it is not; the text says how to get it.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise StartFailed('The demo needs more than the bot itself: run `make demo`, or `pip install ".[demo]"` here.')


def make_app(world: "World", content: Path) -> App:
    """Make the very App that production runs, for this world's operator and by its clock."""
    operator = Operator(
        user=world.people["operator"].actor.id,
        server=world.server.id,
        contact="Robin, who is made up, in #try-things-out",
    )
    # Settings of a bot that runs for real, in this shell's environment, must not leak in here.
    return App(Settings.model_construct(content=content, operator=operator), world.env.now)


@contextlib.contextmanager
def _home(state: Path | None) -> Iterator[Path]:
    if state is None:
        with tempfile.TemporaryDirectory(prefix="compersion-demo-") as folder:
            yield Path(folder)
        return
    folder = state / "content"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartFailed(f"{state} cannot be used to keep things in: {error.strerror}.") from None
    yield folder


async def _serve(content: ContentCopy, port: int, *, open_browser: bool, state: Path | None) -> None:
    from bot.demo.page import Page
    from bot.demo.rooms import Rooms
    from bot.demo.world import build_world, enter

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    world = build_world(datetime.now(UTC))
    app = make_app(world, content.folder)
    await enter(world, app)
    rooms = Rooms(world, port + 1 if port else 0)
    try:
        await rooms.open(next(iter(world.channels)), "member")
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


async def _tick(rooms: "Rooms") -> None:
    """Let simcord's clock, which stands still by itself, go on with the real one."""
    while True:
        await asyncio.sleep(_TICK)
        try:
            await rooms.catch_up()
        except TimeoutError:
            log.warning("The bot did not come to rest in time; the demo's clock lags behind")


@contextlib.asynccontextmanager
async def _listening(application: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise StartFailed(
                f"Port {port} cannot be had ({error.strerror}): is another demo running? Try --port with another number."
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
