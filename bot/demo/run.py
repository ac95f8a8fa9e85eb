"""`python -m bot demo`: sees that all is there, then hands over. Imports nothing that production does not have."""

import asyncio
import contextlib
import importlib.util
import tempfile
from collections.abc import Generator
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
    from bot.demo.content_copy import ContentCopy  # noqa: PLC0415  # only after the check
    from bot.demo.session import run  # noqa: PLC0415  # likewise

    set_up_logging("WARNING")
    # simcord knows the standard library's loop and no other.
    with _home(state) as home, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run(ContentCopy(content, home), port, open_browser=open_browser, state=state))


def check_installed() -> None:
    """See that the optional part is there.

    Raises:
        StartFailed: it is not; the text says how to get it.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise StartFailed('The demo needs more than the bot itself: run `make demo`, or `pip install ".[demo]"` here.')


@contextlib.contextmanager
def _home(state: Path | None) -> Generator[Path]:
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
