"""Starts the demo the way a newcomer does, as its own process, and sees it end cleanly."""

import contextlib
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.demo.browser import FLAGS, find_browser
from tests.forking import Command, ForkedProcess, ForkServer
from tests.wire.exchange import PATIENCE

expect.set_options(timeout=PATIENCE * 1000)  # a busy machine is no fault of what is tested

DESKTOP = {"width": 1280, "height": 900}


@dataclass
class Demo:
    """A running demo."""

    process: ForkedProcess
    address: str

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Ask it to end; give its exit code and what it wrote to standard error."""
        self.process.send_signal(number)
        return self.process.wait()


Start = Callable[..., Demo]
Visit = Callable[[str], tuple[BrowserContext, Page]]


@pytest.fixture
def start_demo(fork_server: ForkServer) -> Iterator[Start]:
    """Give a function that starts a demo; whatever still runs afterwards is ended."""
    started: list[ForkedProcess] = []
    with contextlib.ExitStack() as open_pipes, Path(os.devnull).open() as nothing:

        def start(*options: str, port: int = 0) -> Demo:
            command = Command("bot", ["demo", "--no-open", "--port", str(port), *options], os.environ)
            read, write = os.pipe()
            said = open_pipes.enter_context(os.fdopen(read))
            process = ForkedProcess(fork_server, command, nothing.fileno(), write)
            os.close(write)
            started.append(process)
            found = re.search(r"http://\S+", said.readline())
            if found is None:
                pytest.fail(f"the demo did not start: {process.wait()}")
            return Demo(process, found[0])

        yield start
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait()


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
