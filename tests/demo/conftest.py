"""Starts the demo the way a newcomer does, as its own process, and sees it end cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.demo.browser import FLAGS, find_browser
from tests.wire.exchange import PATIENCE

expect.set_options(timeout=PATIENCE * 1000)  # a busy machine is no fault of what is tested

ROOT = Path(__file__).parents[2]
DESKTOP = {"width": 1280, "height": 900}


@dataclass
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    address: str

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Ask it to end; give its exit code and what it wrote to standard error."""
        self.process.send_signal(number)
        _, trouble = self.process.communicate(timeout=20)
        return self.process.returncode, trouble


Start = Callable[..., Demo]
Visit = Callable[[str], tuple[BrowserContext, Page]]


@pytest.fixture
def start_demo() -> Iterator[Start]:
    """Give a function that starts a demo; whatever still runs afterwards is ended, or killed when it will not."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str, port: int = 0) -> Demo:
        command = [sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port), *options]
        process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            _, trouble = process.communicate(timeout=10)
            pytest.fail(f"the demo did not start: {trouble}")
        return Demo(process, found[0])

    yield start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.fixture
def free_port() -> int:
    """Give a port that is free, as is the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Give a headless Chromium; without one skip, unless REQUIRE_BROWSER=1 says that one has to be here."""
    with sync_playwright() as playwright:
        path = find_browser(others=[playwright.chromium.executable_path])
        if path is None:
            reason = "no Chromium: set CHROMIUM to one, or install Debian's package chromium"
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def pages(browser: Browser) -> Visit:
    """Give a function that opens the demo's own page in a browser of its own."""

    def visit(address: str) -> tuple[BrowserContext, Page]:
        context = browser.new_context(viewport=DESKTOP)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text("Open now:")).to_be_visible()
        return context, page

    return visit
