"""Finds a Chromium on this machine and says how to start it without a screen and without going online."""

import os
import shutil
from collections.abc import Iterable

_NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_browser(given: str | None = None, others: Iterable[str] = ()) -> str | None:
    """Give the path of the browser named, else of CHROMIUM in the environment, else of one that is installed."""
    if given is not None:
        return shutil.which(given)
    sought = (os.environ.get("CHROMIUM"), *_NAMES, *others)
    return next((path for name in sought if name and (path := shutil.which(name))), None)
