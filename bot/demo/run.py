"""`python -m bot demo`: sees that all is there, then hands over. Imports nothing that production does not have."""

import asyncio
import importlib.util
from pathlib import Path

from bot.errors import StartFailed
from bot.logs import set_up_logging

_NEEDED = ("simcord", "PIL", "markdown_it")


def serve(content: Path, port: int, *, open_browser: bool, state: Path | None) -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises:
        StartFailed: a port is taken, a folder is missing, or what the demo needs is not installed.
        ContentInvalid: the pack does not check.
    """
    check_installed()
    from bot.demo.home import open_home  # noqa: PLC0415  # the demo's parts, only after the check
    from bot.demo.session import run  # noqa: PLC0415  # simcord comes with it, and may be missing until the check

    set_up_logging("WARNING")
    # simcord knows the standard library's loop and no other.
    with open_home(state) as home, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run(content, home, port, open_browser=open_browser))


def check_installed() -> None:
    """See that the optional part is there.

    Raises:
        StartFailed: it is not; the text says how to get it.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise StartFailed('The demo needs more than the bot itself: run `make demo`, or `pip install ".[demo]"` here.')
