"""The doctor asks the portal: what it finds right, and how it says to mend the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.storage import open_storage

from .process import BotProcess

if TYPE_CHECKING:
    from pathlib import Path

    from .discord_server import WireDiscord

pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        "side_port: {port: null}\noperator: {contact: the keeper, privacy_policy: https://example.org/privacy}\n"
    )
    return path


async def examine(wire: WireDiscord, config: Path, *more: str) -> tuple[int, str]:
    doctor = BotProcess(wire, "bot.__main__:main", "doctor", "--config", str(config), *more)
    await doctor.start()
    code = await doctor.wait(20)
    assert "Traceback" not in doctor.stderr
    return code, doctor.stdout


async def test_the_invite_link_asks_for_what_posting_and_pinning_take(wire: WireDiscord, config: Path) -> None:
    _, said = await examine(wire, config)

    link = next(line for line in said.splitlines() if "invite: https" in line)
    permissions = int(link.split("permissions=")[1].split("&")[0])
    assert permissions == 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 38 | 1 << 51
    assert f"client_id={wire.world.bot['id']}" in link
    assert (
        "invite: asks for View Channels, Send Messages, Embed Links, Attach Files, Read Message History, "
        "Send Messages in Threads, Pin Messages; lookups work without any of them"
    ) in said


async def test_a_token_that_discord_refuses_is_said(wire: WireDiscord, config: Path) -> None:
    wire.faults.add(method="GET", path_regex=r"/users/@me$", status=401)

    code, said = await examine(wire, config)

    assert code == 1
    assert "wrong  Discord does not accept the token; copy it again from the portal, under Bot" in said


async def test_a_discord_that_cannot_be_asked_is_said(wire: WireDiscord, config: Path) -> None:
    wire.faults.add(method="GET", path_regex=r"/users/@me$", status=503)

    code, said = await examine(wire, config)

    assert code == 1
    assert "wrong  Discord could not be asked (DiscordServerError); try again, or use --offline" in said


async def test_a_portal_in_order_is_said_to_be(wire: WireDiscord, config: Path) -> None:
    wire.world.portal = {"privacy_policy_url": "https://example.org/privacy"}

    code, said = await examine(wire, config)

    assert code == 0
    assert "ok     portal: Guild Install is on" in said
    assert "ok     portal: User Install is on" in said


async def test_what_is_wrong_in_the_portal_is_named_with_its_mend(wire: WireDiscord, config: Path) -> None:
    wire.world.portal = {
        "integration_types_config": {"0": {}},
        "interactions_endpoint_url": "https://example.org/interactions",
    }

    code, said = await examine(wire, config)

    assert code == 1
    wrong = [line.removeprefix("wrong  ") for line in said.splitlines() if line.startswith("wrong")]
    assert wrong == [
        "portal: User Install is off; turn it on under Installation",
        "portal: no Privacy Policy URL; set it under General Information",
        "portal: an Interactions Endpoint URL is set, so nothing comes over the gateway; clear it",
    ]


async def test_servers_and_connections_of_the_day_are_counted(wire: WireDiscord, config: Path) -> None:
    wire.world.portal = {"privacy_policy_url": "https://example.org/privacy", "approximate_guild_count": 2_000}
    wire.world.session_starts["remaining"] = 31
    _, said = await examine(wire, config)
    assert "ok     servers: about 2,000 of the 2,500 that one connection may hold; 31 of 1,000 connections" in said
    assert "note   gateway: Only 31 of 1,000 connections to Discord are left for 24.0 hours" in said

    wire.world.portal["approximate_guild_count"] = 2_600
    code, said = await examine(wire, config)
    assert code == 1
    assert "wrong  servers: This bot is in about 2,600 servers, and one connection to Discord may hold 2,500" in said


async def test_a_clock_that_is_not_discord_s_is_said_with_its_mend(wire: WireDiscord, config: Path) -> None:
    for ahead, says in (
        (
            400.5 * 86_400.0,
            "wrong  clock: 400 days behind Discord's; set it, for example with",
        ),
        (
            -3.5 * 3_600.0,
            "wrong  clock: 3 hours ahead of Discord's; set it, for example with",
        ),
        (30.0, "ok     clock: agrees with Discord's"),
    ):
        wire.dates_ahead = ahead
        _, said = await examine(wire, config)
        assert says in said


async def test_a_time_that_was_confirmed_and_is_wrong_is_said(wire: WireDiscord, config: Path, tmp_path: Path) -> None:
    keys, state = tmp_path / "keys", tmp_path / "state"
    keys.mkdir()
    new_key_file(keys / "key")
    address = f"sqlite:///{state / 'bot.db'}"
    storage = await open_storage(address, load_vault((keys / "key",)), datetime.now(UTC))
    async with storage.database.transaction() as tx:
        await storage.moments.put(tx, "confirmed", datetime.now(UTC) + timedelta(days=8, minutes=1))
    await storage.close()
    config.write_text(config.read_text() + f"storage: {{database: '{address}', key_files: [{keys / 'key'}]}}\n")

    code, said = await examine(wire, config)

    assert code == 1
    assert "wrong  clock: the time confirmed last is 8 days ahead of Discord's; the running bot sets it right" in said
    code, said = await examine(wire, config, "--offline")
    assert "wrong  clock: 8 days behind the time Discord confirmed last; set it" in said
