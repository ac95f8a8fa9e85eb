"""Starting and stopping as a service manager does it: what is wrong is said before Discord hears of us."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.storage.keyfile import new_key_file
from tests.storage.conftest import postgresql, server

from .process import ROOT, BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from .discord_server import WireDiscord

__all__ = ["postgresql", "server"]

ODD = re.compile(r"Traceback|ERROR|Unclosed|never retrieved|Unexpected|Task was destroyed")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    new_key_file(tmp_path / "keys" / "key")
    return tmp_path / "keys" / "key"


@pytest.fixture
def config(tmp_path: Path, content: Path, key: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"content: {content}\nside_port: {{port: 0}}\noperator: {{contact: the keeper}}\n"
        f"check_ins: {{enabled: true}}\n"
        f"storage: {{database: 'sqlite:///{tmp_path}/state/bot.db', key_files: [{key}]}}\n"
    )
    return path


@pytest.fixture
def start(wire: WireDiscord, config: Path) -> Callable[..., BotProcess]:
    def process(name: str = "bot", **env: str) -> BotProcess:
        return BotProcess(wire, "bot.__main__:main", "run", "--config", str(config), name=name, env=env)

    return process


async def refused(bot: BotProcess, wire: WireDiscord, *said: str) -> None:
    """Started, it ends with a sentence and has cost no identify; Discord was not even asked."""
    await bot.start()
    assert await bot.wait() == 1, bot.stderr
    for one in said:
        assert one in bot.stderr
    assert "Traceback" not in bot.stderr
    assert "Unexpected" not in bot.stderr
    assert [call for call in wire.requests if call.client == bot.name] == []
    assert [one for one in wire.gateway.identifies if one["client"] == bot.name] == []


async def look(bot: BotProcess, path: str) -> tuple[int, str]:
    await bot.wrote("Health and metrics on")
    found = re.search(r"Health and metrics on (127\.0\.0\.1:\d+)", bot.stderr)
    assert found
    async with aiohttp.ClientSession() as session, session.get(f"http://{found[1]}{path}") as response:
        return response.status, await response.text()


# --- one process ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, config: Path) -> None:
    """Let the bot keep what it keeps in either engine."""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql")
        config.write_text(re.sub(r"database: '[^']*'", f"database: '{address}'", config.read_text()))


@pytest.mark.usefixtures("anywhere")
async def test_a_second_process_ends_before_discord_hears_of_it(
    wire: WireDiscord, start: Callable[..., BotProcess]
) -> None:
    async with start("first") as first:
        await first.wrote("Health and metrics on")
        await refused(start("second"), wire, "giving it 8 seconds", "Another process already uses this database")
        assert await first.terminate() == 0


@pytest.mark.usefixtures("anywhere")
async def test_a_deploy_hands_over_and_a_killed_process_is_in_nobodys_way(
    wire: WireDiscord, start: Callable[..., BotProcess]
) -> None:
    async with start("first") as first:
        second = start("second")
        await second.start()
        await second.wrote("giving it 8 seconds to stop")
        assert [one["client"] for one in wire.gateway.identifies] == ["first"]
        assert await first.terminate() == 0
        await second.wait_ready()
        await second.kill()
        async with start("third") as third:
            assert "giving it" not in third.stderr
            assert await third.terminate() == 0


# --- wrong from the start -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        (r"database: '[^']*'", "database: 'postgresql://u@h/db?sslmod=require'", "did you mean sslmode"),
        (r"database: '[^']*'", "database: 'sqlite:///{tmp}/file/bot.db'", "is not a folder this bot can write to"),
        (
            r"database: '[^']*'",
            "database: 'sqlite:///{tmp}/no/where/bot.db'",
            "is not a folder this bot can write to",
        ),
        (r"key_files: \[.*\]", "key_files: [{tmp}/no-key]", "There is no key file at"),
        (r"key_files: \[.*\]", "key_files: [{tmp}/file]", "is damaged or not a key file"),
        (r"key_files: \[.*\]", "key_files: [{tmp}]", "is not a file"),
        (r"port: 0", "port: {taken}", "cannot be used for health and metrics"),
        (r"side_port: .*", "side_port: {{host: no..name}}", "cannot be used for health and metrics"),
        (r"content: .*", "content: {tmp}/nothing", "there is no such folder"),
    ],
)
async def test_what_is_wrong_from_the_start_costs_no_identify(
    wire: WireDiscord, start: Callable[..., BotProcess], config: Path, wrong: tuple[str, str, str]
) -> None:
    line, instead, said = wrong
    (config.parent / "file").write_text("neither a key nor a folder")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = instead.format(tmp=config.parent, taken=taken.getsockname()[1])
        config.write_text(re.sub(line, wanted, config.read_text()))

        await refused(start(), wire, said)


async def test_a_misspelt_variable_costs_no_identify(wire: WireDiscord, start: Callable[..., BotProcess]) -> None:
    bot = start(COMPERSION_CHECKINS__ENABLED="true")
    await refused(
        bot, wire, "COMPERSION_CHECKINS__ENABLED: there is no such setting (did you mean COMPERSION_CHECK_INS_"
    )


@pytest.mark.parametrize("lost", ["key", "server"])
async def test_what_was_there_and_is_lost_keeps_nobody_from_lookups(
    wire: WireDiscord, start: Callable[..., BotProcess], config: Path, key: Path, lost: str
) -> None:
    async with start() as bot:
        await bot.wrote("The database is open")
        assert await bot.terminate() == 0
    said = "There is no key file at"
    if lost == "key":
        key.unlink()
    else:
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"postgresql://u@127.0.0.1:{free.getsockname()[1]}/db"
        config.write_text(re.sub(r"database: '[^']*'", f"database: '{address}'", config.read_text()))
        said = "No PostgreSQL server answers at the address"

    async with start() as bot:
        assert f"only lookups and support work. {said}" in bot.stderr, "said before Discord was asked"
        exchange = await wire.slash("explain", {"topic": "compersion"})
        await exchange.settled()
        assert "What is compersion?" in exchange.texts[0]
        status, parts = await look(bot, "/readyz")
        assert status == 503
        assert f"{'key' if lost == 'key' else 'database'}: {said}" in parts
        assert "content: ok\ngateway: ok\n" in parts
        assert (await look(bot, "/healthz"))[0] == 200
        assert "compersion_storage_open 0.0" in (await look(bot, "/metrics"))[1]
        assert await bot.terminate() == 0


async def test_all_well_is_said_part_by_part(wire: WireDiscord, start: Callable[..., BotProcess]) -> None:
    async with start() as bot:
        await bot.wrote("The database is open")
        assert await look(bot, "/readyz") == (200, "content: ok\ngateway: ok\nkey: ok\ndatabase: ok\nmigrations: ok\n")
        metrics = (await look(bot, "/metrics"))[1]
        assert "compersion_storage_open 1.0" in metrics
        assert "compersion_reconnects 0.0" in metrics
        assert re.search(r'compersion_build_info\{version="\d+\.\d+\.\d+"\} 1.0', metrics)
        await wire.gateway.close(4000)
        await wire.until(lambda: wire.gateway.resumes)
        assert "compersion_reconnects 1.0" in (await look(bot, "/metrics"))[1]


@pytest.mark.parametrize("how", ["it is closed", "it is asked for", "it falls silent"])
async def test_a_connection_that_was_lost_is_counted_once(
    wire: WireDiscord, start: Callable[..., BotProcess], how: str
) -> None:
    wire.gateway.heartbeat_interval = 0.5
    async with start() as bot:
        await bot.wrote("The database is open")
        for _ in range(3):
            before = len(wire.gateway.resumes)
            if how == "it is closed":
                await wire.gateway.close(4000)
            elif how == "it is asked for":
                wire.gateway.reconnect()
            wire.gateway.ack_heartbeats = how != "it falls silent"
            await wire.until(lambda before=before: len(wire.gateway.resumes) > before, 15)
            wire.gateway.ack_heartbeats = True
            while (await look(bot, "/healthz"))[0] != 200:
                pass
        # One that is taken back counts for one that was lost.
        assert f"compersion_reconnects {len(wire.gateway.resumes):.1f}" in (await look(bot, "/metrics"))[1]


# --- what Discord says of us ----------------------------------------------------------------------------------------


async def test_connections_that_are_used_up_are_waited_for(wire: WireDiscord, start: Callable[..., BotProcess]) -> None:
    wire.world.session_starts = {"total": 1000, "remaining": 0, "reset_after": 1_000, "max_concurrency": 1}
    bot = start()
    await bot.start()
    await bot.wrote("lets this bot connect 1,000 times a day, and that is used up")
    assert wire.gateway.identifies == []
    wire.world.session_starts["remaining"] = 1000
    await bot.wait_ready()
    assert await bot.terminate() == 0


async def test_stopping_while_it_waits_for_a_connection_is_clean(
    wire: WireDiscord, start: Callable[..., BotProcess]
) -> None:
    wire.world.session_starts = {"total": 1000, "remaining": 0, "reset_after": 80_000_000, "max_concurrency": 1}
    bot = start()
    await bot.start()
    await bot.wrote("that is used up: waiting for up to 22.2 hours")
    assert await bot.terminate() == 0
    assert wire.gateway.identifies == []
    assert not ODD.search(bot.stderr)


async def test_more_servers_than_one_connection_holds_are_said_before_it_is_tried(
    wire: WireDiscord, start: Callable[..., BotProcess]
) -> None:
    wire.world.portal = {"approximate_guild_count": 2_501}
    wire.world.shards = 3
    bot = start()
    await bot.start()
    assert await bot.wait() == 1
    assert "in about 2,501 servers, and one connection to Discord may hold 2,500" in bot.stderr
    assert wire.gateway.identifies == []

    wire.world.portal = {"approximate_guild_count": 2_400}
    async with start() as bot:
        assert "Discord recommends 3 connections for the 2,400 servers" in bot.stderr


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (4004, "it was reset in the portal"),
        (4011, "more servers than one connection may hold (code 4011)"),
        (4013, "an intent this bot asks for (code 4013)"),
        (4014, "It asks for direct messages and nothing else"),
        (4012, "look for a newer version"),
    ],
)
async def test_each_code_that_discord_ends_it_with_has_its_sentence(
    wire: WireDiscord, start: Callable[..., BotProcess], code: int, said: str
) -> None:
    async with start() as bot:
        await wire.gateway.close(code)
        assert await bot.wait() == 1
        assert said in bot.stderr
        assert not ODD.search(bot.stderr)


# --- the end --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def pressing(wire: WireDiscord) -> AsyncIterator[Callable[[], Any]]:
    """Press fifty times a second until the test ends; gives what to call to begin."""
    tasks: list[asyncio.Task[None]] = []

    async def begin() -> list[Any]:
        card = await wire.slash("explain", {"topic": "compersion"})
        await card.settled()
        made: list[Any] = []

        async def press() -> None:
            while True:
                made.append(await wire.press(card, "Support"))
                await asyncio.sleep(0.02)

        tasks.append(asyncio.create_task(press()))
        return made

    yield begin
    for task in tasks:
        task.cancel()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_at_fifty_presses_a_second_it_takes_nothing_new_and_answers_what_it_took(
    wire: WireDiscord, start: Callable[..., BotProcess], pressing: Callable[[], Any], number: signal.Signals
) -> None:
    async with start() as bot:
        await bot.wrote("Health and metrics on")
        slow = wire.faults.add(method="POST", path_regex="/callback", delay=0.3, times=None)
        made = await pressing()
        await wire.until(lambda: slow.hits >= 100)
        began = list(made)
        bot.signal(number)
        assert await bot.wait() == 0
        assert not ODD.search(bot.stderr), bot.stderr

    assert all(one.callbacks for one in began[: slow.hits - 10])
    # Three seconds of them at most, however busy the machine; one that waits for a silence takes many more.
    assert sum(bool(one.callbacks) for one in made[len(began) :]) < 150
    assert all("findahelpline.com" in "\n".join(one.texts) for one in made if one.callbacks)
    assert all(call.status for call in wire.calls("POST", "/callback")), "whatever was begun was let through"


@pytest.mark.parametrize("hangs", ["/callback", "/users/@me$"])
async def test_a_discord_that_falls_silent_does_not_keep_it(
    wire: WireDiscord, start: Callable[..., BotProcess], hangs: str
) -> None:
    bot = start()
    if hangs == "/callback":
        async with bot:
            hanging = wire.faults.add(path_regex=hangs, hang=True, times=None)
            await wire.slash("explain", {"topic": "compersion"})
            await wire.until(lambda: hanging.hits)
            assert await bot.terminate() == 0
    else:
        hanging = wire.faults.add(path_regex=hangs, hang=True, times=None)
        await bot.start()
        await wire.until(lambda: hanging.hits)
        assert await bot.terminate() == 0
    hanging.release()
    assert not ODD.search(bot.stderr), bot.stderr


@pytest.mark.parametrize("fault", [{"reset": True}, {"status": 503}, {"status": 429, "via": False}])
async def test_it_ends_cleanly_while_discord_is_away(
    wire: WireDiscord, start: Callable[..., BotProcess], fault: dict[str, Any]
) -> None:
    wire.faults.add(path_regex=r"/users/@me$", times=None, **fault)
    bot = start()
    await bot.start()
    await bot.wrote("trying again in 2 seconds")
    assert await bot.terminate() == 0
    assert not ODD.search(bot.stderr), bot.stderr


async def test_it_ends_cleanly_while_the_connection_is_lost(
    wire: WireDiscord, start: Callable[..., BotProcess]
) -> None:
    async with start() as bot:
        await bot.wrote("Health and metrics on")
        wire.faults.add(path_regex="gateway", reset=True, times=None)
        wire.gateway.drop()
        assert await bot.terminate() == 0
        assert not re.search(r"Unclosed|never retrieved|Unexpected", bot.stderr)


@pytest.mark.parametrize("until", ["asyncio", "discord.client", "bot.config"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_while_it_is_still_being_loaded_ends_it_well(until: str, number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "bot", "run"),
        cwd=ROOT,
        env={"DISCORD_TOKEN": ""},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    loaded = re.compile(rf"\| +{until}$")
    while not loaded.search((await process.stderr.readline()).decode().rstrip()):
        assert not process.stderr.at_eof()
    process.send_signal(number)
    rest = await process.stderr.read()

    assert await process.wait() == 0
    assert b"Traceback" not in rest
