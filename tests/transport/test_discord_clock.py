"""The time by Discord's answers and ids, over real HTTP, with this machine's clocks in the test's hand."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.domain.trusted_time import Doubt
from bot.transport.discord_clock import DiscordClock

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)


class Machine:
    """A machine's clocks, and a Discord whose answers say what a test wants."""

    def __init__(self, url: str) -> None:
        self.steady = timedelta(hours=1)
        self.true = NOW
        self.off = timedelta()
        self.said: dict[str, str] = {}
        self.clock = DiscordClock(lambda: self.true + self.off, lambda: self.steady)
        self._url = url

    def go_on(self, time: timedelta) -> None:
        self.true += time
        self.steady += time

    async def ask(self, ahead: timedelta = timedelta(), **headers: str) -> None:
        """Get an answer of Discord's."""
        self.said = {"Date": format_datetime(self.true + ahead, usegmt=True)} | headers
        async with (
            aiohttp.ClientSession(trace_configs=[self.clock.hear_answers(aiohttp.TraceConfig())]) as session,
            session.get(self._url) as answer,
        ):
            assert answer.status == 200

    def deliver(self, ahead: timedelta = timedelta()) -> None:
        self.clock.hear_event(discord.utils.time_snowflake(self.true + ahead))


@pytest.fixture
async def machine() -> AsyncIterator[Machine]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(headers=made.said)

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made = Machine(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    yield made
    await runner.cleanup()


async def test_discord_s_time_is_the_time_whatever_this_machine_shows(machine: Machine) -> None:
    machine.off = 400 * timedelta(days=1)
    assert machine.clock() == NOW + machine.off  # nothing else is known yet

    await machine.ask()
    machine.go_on(MINUTE)

    assert machine.clock() == NOW + MINUTE
    assert machine.clock.confirm(NOW) == NOW + MINUTE
    assert machine.clock.off == machine.off


async def test_one_answer_with_a_wrong_date_moves_nothing(machine: Machine) -> None:
    await machine.ask()
    assert machine.clock.confirm(NOW) == NOW

    for ahead in (YEAR, -YEAR):
        await machine.ask(ahead)
        assert machine.clock() == NOW
        assert machine.clock.confirm(NOW) is Doubt.LEAPT
    await machine.ask()
    assert machine.clock.confirm(NOW) == NOW


async def test_a_machine_that_slept_is_right_with_the_first_thing_that_arrives(machine: Machine) -> None:
    await machine.ask()
    assert machine.clock.confirm(NOW) == NOW
    machine.true += 8 * timedelta(hours=1)  # its steady clock stood meanwhile

    machine.deliver()

    assert machine.clock() == machine.true
    assert machine.clock.confirm(NOW) is Doubt.LEAPT
    machine.go_on(MINUTE)
    await machine.ask()
    assert machine.clock.confirm(NOW) == machine.true


async def test_a_machine_that_slept_and_shows_a_wrong_time_is_right_as_well(machine: Machine) -> None:
    await machine.ask()
    assert machine.clock.confirm(NOW) == NOW
    machine.true += 8 * timedelta(hours=1)
    machine.off = -YEAR

    machine.deliver()

    assert machine.clock() == machine.true


async def test_a_steady_clock_that_leaps_moves_nothing_for_long(machine: Machine) -> None:
    await machine.ask()
    assert machine.clock.confirm(NOW) == NOW
    for leap in (YEAR, -YEAR):
        machine.steady += leap
        machine.off = leap
        machine.deliver()
        assert machine.clock() == machine.true
        assert machine.clock.confirm(NOW) == NOW


async def test_what_says_no_time_is_passed_over(machine: Machine) -> None:
    for headers in (
        {"Age": "31536000"},
        {"Date": "yesterday"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"Date": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"Date": ""},
    ):
        await machine.ask(YEAR, **headers)
    assert machine.clock.heard is None
    assert machine.clock.confirm(NOW) is Doubt.SILENT


@pytest.mark.parametrize("snowflake", [-1, -(10**40), 10**40])
async def test_an_id_that_holds_no_time_tells_nothing(machine: Machine, snowflake: int) -> None:
    await machine.ask()

    machine.clock.hear_event(snowflake)

    assert machine.clock.heard is not None
    assert abs(machine.clock.heard - NOW) < MINUTE


@pytest.mark.parametrize(
    "date", ["Sun Nov 22 03:00:00 2026", "Sun, 22 Nov 2026 03:00:00 -0000", "Sunday, 22-Nov-26 03:00:00 GMT"]
)
@pytest.mark.usefixtures("tokyo")
async def test_a_date_that_names_no_zone_is_in_utc(machine: Machine, date: str) -> None:
    await machine.ask(Date=date)

    assert machine.clock.heard == NOW


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine stands in another zone."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "trouble", [discord.RateLimited(3600), json.JSONDecodeError("no JSON", "<html>", 0), TimeoutError()]
)
async def test_it_goes_on_asking_whatever_became_of_one_question(trouble: Exception) -> None:
    asked = asyncio.Event()

    class Discord:
        async def request(self, _: object) -> None:
            asked.set()
            raise trouble

    clock = DiscordClock()
    keeping = asyncio.create_task(clock.keep_up(cast("Any", Discord())))
    await asked.wait()
    await asyncio.wait({keeping}, timeout=0.05)

    assert not keeping.done()
    keeping.cancel()
