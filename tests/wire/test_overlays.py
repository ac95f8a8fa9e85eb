"""A server's own pages in a bot of its own process: edited under it, and told to the operator alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .process import BotProcess

if TYPE_CHECKING:
    from pathlib import Path

    from .discord_server import WireDiscord
    from .exchange import Exchange

pytestmark = pytest.mark.usefixtures("forked")

RULES = """\
id: house-rules
title: How do we talk here?
kind: idea
share: anyone
reflect: rest
summary: Three habits of this server.
body: [We ask before we advise.]
reviewed: 2026-11-21
"""


@pytest.fixture
def page(wire: WireDiscord, pack: Path) -> Path:
    file = pack.parent / "servers" / str(wire.guild["id"]) / "explainers" / "house-rules.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(RULES)
    return file


@pytest.fixture
def operator(wire: WireDiscord) -> dict[str, Any]:
    return wire.world.person("operator")


@pytest.fixture
def config(tmp_path: Path, pack: Path, wire: WireDiscord, operator: dict[str, Any]) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"content: {pack}\nside_port: {{port: null}}\n"
        f"operator: {{contact: the keeper, server: {wire.guild['id']}, user: {operator['id']}}}\n"
    )
    return path


def process(wire: WireDiscord, config: Path) -> BotProcess:
    return BotProcess(wire, "bot.__main__:main", "run", "--config", str(config))


async def ask(wire: WireDiscord, name: str = "explain", **scene: object) -> Exchange:
    exchange = await wire.slash(name, {"topic": "house-rules"} if name == "explain" else {}, **scene)
    await exchange.settled()
    return exchange


async def test_a_bad_edit_is_told_to_the_operator_and_a_restart_leaves_the_plain_pack(
    wire: WireDiscord, config: Path, page: Path, operator: dict[str, Any]
) -> None:
    async with process(wire, config) as bot:
        assert "Three habits of this server." in (await ask(wire)).texts[0]
        await wire.until(lambda: len(wire.calls("PUT", "/commands")) == 2)
        well = await ask(wire, "content status", user=operator)

        page.write_text(RULES.replace("Three", "Advanced"))
        await bot.wrote("Servers' own pages: 1 problems in 1 servers")
        badly = await ask(wire, "content status", user=operator)

        assert "Three habits of this server." in (await ask(wire)).texts[0]
        assert str(wire.guild["id"]) not in bot.stderr
        assert await bot.terminate() == 0
    assert "servers with own pages: 1 (cards: 1, themes: 0); of 1 the newest do not serve." in badly.texts[0]
    assert "of 0 the newest do not serve." in well.texts[0]
    assert f"servers/{wire.guild['id']}/explainers/house-rules.yaml:6:10: tone" in badly.texts[0]

    async with process(wire, config) as bot:
        after = await ask(wire)
        assert "habits of this server" not in after.texts[0]
        assert "Servers' own pages: 1 problems in 1 servers" in bot.stderr

        page.write_text(RULES.replace("Three", "Four"))
        await bot.wrote("Serving pack")
        assert "Four habits of this server." in (await ask(wire)).texts[0]
