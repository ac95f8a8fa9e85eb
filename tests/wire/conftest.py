"""The loopback as a fixture. A test fails when the loopback broke or a request did not fit Discord's document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest_asyncio

from .asking import Rest
from .discord_server import WireDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


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
