"""The doctor asks the portal: what it finds right, and how it says to mend the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .process import BotProcess

if TYPE_CHECKING:
    from pathlib import Path

    from .discord_server import WireDiscord


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("operator: {contact: the keeper, privacy_policy: https://example.org/privacy}\n")
    return path


async def examine(wire: WireDiscord, config: Path) -> tuple[int, str]:
    doctor = BotProcess(wire, "bot.__main__:main", "doctor", "--config", str(config))
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
