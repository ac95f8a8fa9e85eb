"""The loopback as a fixture. A test fails when the loopback broke or a request did not fit Discord's document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio

from .asking import Rest
from .discord_server import WireDiscord
from .process import BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.forking import ForkServer


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    """Yield a loopback Discord that listens; stop it afterwards."""
    async with WireDiscord() as server:
        yield server
    assert server.crashes == []
    assert server.misfits_allowed or server.odd_replies == []
    assert server.misfits_allowed or server.misfits == []


@pytest_asyncio.fixture
async def rest(wire: WireDiscord) -> AsyncIterator[Rest]:
    """Yield a client of the REST API."""
    async with aiohttp.ClientSession() as session:
        yield Rest(wire, session)


@pytest.fixture
def forked(fork_server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have bots of this test come from the fork server, where what a start costs is not what is tried."""
    monkeypatch.setattr(BotProcess, "fork_server", fork_server)
