"""What Discord says about when to ask again holds, however long that is and whoever stops waiting for it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord.http import Route

from bot.cogs import attempts
from bot.cogs.attempts import insist
from bot.transport.limits import RateLimits
from tests.wire import launch
from tests.wire.discord_server import WireDiscord


@pytest.fixture
async def wire(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WireDiscord]:
    async with WireDiscord() as server:
        for holder, name in ((Route, "BASE"), (discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY")):
            monkeypatch.setattr(holder, name, getattr(holder, name))
        monkeypatch.setattr(discord.asset.Asset, "BASE", discord.asset.Asset.BASE)
        launch.redirect(server.base())
        yield server


@pytest.fixture
async def client(wire: WireDiscord) -> AsyncIterator[discord.Client]:
    limits = RateLimits(longest=30)
    client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30, http_trace=limits.trace())
    limits.http = client.http
    async with client:
        await client.login(wire.token)
        yield client


async def ask(client: discord.Client) -> object:
    return await client.http.request(Route("GET", "/users/@me"))


def asked(wire: WireDiscord) -> list[Any]:
    return wire.calls("GET", "^/users/@me$")[1:]


async def test_patience_lasts_as_long_as_discord_wants_to_be_left_alone(
    wire: WireDiscord, client: discord.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PATIENCE", 0.4)
    wire.faults.add("GET", "^/users/@me$", 429, retry_after=1)

    await insist(lambda: ask(client))

    first, second = asked(wire)
    assert second.at - first.at >= 1


async def test_nothing_is_asked_again_before_a_long_limit_is_over(wire: WireDiscord, client: discord.Client) -> None:
    wire.faults.add("GET", "^/users/@me$", 429, retry_after=3600)

    for _ in range(3):
        with pytest.raises(discord.RateLimited):
            await ask(client)

    assert len(asked(wire)) == 1


async def test_a_wait_cut_short_asks_no_earlier(wire: WireDiscord, client: discord.Client) -> None:
    wire.faults.add("GET", "^/users/@me$", 429, retry_after=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(client), 0.3)

    await ask(client)

    first, second = asked(wire)
    assert second.at - first.at >= 1


async def test_a_global_limit_whose_wait_is_cut_short_does_not_shut_discord_out_for_good(
    wire: WireDiscord, client: discord.Client
) -> None:
    wire.faults.add("GET", "^/users/@me$", 429, retry_after=1, global_=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(client), 0.3)

    await asyncio.wait_for(ask(client), 30)
