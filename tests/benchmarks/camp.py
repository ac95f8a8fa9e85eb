"""A bot as its own process on a loopback Discord of its own, so that two of them never hear each other's events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.storage.keyfile import new_key_file
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import Exchange
from tests.wire.process import ROOT, BotProcess

from .ruler import LEAN

PACK: Final = ROOT / "content" / "en"
TOPIC: Final = "compersion"
_TELLS_ONE_FROM_ANOTHER: Final = frozenset({"custom_id", "id"})


@dataclass(frozen=True, slots=True)
class Camp:
    """One process and its Discord."""

    wire: WireDiscord
    bot: BotProcess

    async def explain(self, topic: str = TOPIC, *, guild: bool = True) -> Exchange:
        """Call /explain and wait for the answer."""
        exchange = await self.wire.slash("explain", {"topic": topic}, guild=guild)
        await exchange.answered()
        return exchange

    def forget(self) -> None:
        """Drop what the loopback remembers of past interactions, so that it costs the same in every round."""
        world = self.wire.world
        for kept in (world.exchanges, world.by_token, world.post.messages, world.post.scenes, self.wire.requests):
            kept.clear()


def our_process(wire: WireDiscord, pack: Path = PACK, keeps: Path | None = None) -> BotProcess:
    """Return our bot as production starts it, side port and file watch included; `keeps` is a folder for check-ins."""
    env = {"COMPERSION_SIDE_PORT__PORT": "0", "COMPERSION_CONTENT": str(pack)}
    if keeps is not None:
        key = keeps / "keys" / "master.key"
        if not key.exists():
            key.parent.mkdir()
            new_key_file(key)
        env |= {
            "COMPERSION_CHECK_INS__ENABLED": "true",
            "COMPERSION_STORAGE__DATABASE": f"sqlite:///{keeps / 'state' / 'bot.db'}",
            "COMPERSION_STORAGE__KEY_FILES": str(key),
        }
    return BotProcess(wire, "bot.__main__:main", "run", env=env)


def ruler_process(wire: WireDiscord, card: Path, *, lean: bool = False) -> BotProcess:
    """Return the ruler, sending the card that the file holds."""
    return BotProcess(wire, "tests.benchmarks.ruler:main", str(card), *([LEAN] if lean else []))


@asynccontextmanager
async def our_camp(pack: Path = PACK, *, joined_guilds: int = 1, keeps: Path | None = None) -> AsyncIterator[Camp]:
    """Run our bot while the block runs."""
    async with WireDiscord(joined_guilds=joined_guilds) as wire, our_process(wire, pack, keeps) as bot:
        yield Camp(wire, bot)


@asynccontextmanager
async def ruler_camp(card: Path, *, lean: bool = False, joined_guilds: int = 1) -> AsyncIterator[Camp]:
    """Run the ruler while the block runs."""
    async with WireDiscord(joined_guilds=joined_guilds) as wire, ruler_process(wire, card, lean=lean) as bot:
        yield Camp(wire, bot)


async def take_card(folder: Path) -> Path:
    """Write down what our bot sends for /explain, and make sure that the ruler sends the same.

    Raises:
        ValueError: it does not; then nothing measured against it would mean anything.
    """
    card = folder / "card.json"
    async with our_camp() as ours:
        sent = (await ours.explain()).data
    card.write_text(json.dumps(sent["components"]), encoding="utf-8")
    for lean in (False, True):
        async with ruler_camp(card, lean=lean) as ruler:
            given = (await ruler.explain()).data
        same_flags = sent["flags"] == given["flags"]
        if not same_flags or _bare(sent["components"]) != _bare(given["components"]):
            raise ValueError("the ruler does not send our card: tests/benchmarks/ruler.py lacks a kind of component")
    return card


def _bare(part: Any) -> Any:
    """Leave custom ids and the numbers of components out."""
    if isinstance(part, dict):
        return {key: _bare(value) for key, value in part.items() if key not in _TELLS_ONE_FROM_ANOTHER}
    return [_bare(one) for one in part] if isinstance(part, list) else part
