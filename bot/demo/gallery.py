"""`python -m bot gallery`: pictures of every card and page, drawn by the demo's own rooms in a real browser."""

import asyncio
import importlib.util
from pathlib import Path

from bot.demo.browser import find_browser
from bot.demo.run import check_installed
from bot.errors import StartFailed
from bot.logs import set_up_logging


def make(content: Path, out: Path, browser: str | None) -> list[Path]:
    """Draw everything into `out`, the contact sheets and README's picture into `docs/`; give what was written.

    Raises:
        StartFailed: there is no browser, or what the gallery needs is not installed.
        ContentInvalid: the pack does not check.
    """
    check_installed()
    if importlib.util.find_spec("playwright") is None:
        raise StartFailed('The gallery needs Playwright: run `make gallery`, or `pip install ".[demo,dev]"` here.')
    path = find_browser(browser)
    if path is None:
        raise StartFailed(f"{browser or 'Chromium'} was not found: install Debian's chromium, or name one: --browser.")
    from bot.demo.camera import draw_everything  # noqa: PLC0415  # only after the checks
    from bot.demo.home import open_home  # noqa: PLC0415  # only after the checks

    set_up_logging("WARNING")
    out.mkdir(parents=True, exist_ok=True)
    with open_home(None) as home, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(draw_everything(content, home, out, path))
