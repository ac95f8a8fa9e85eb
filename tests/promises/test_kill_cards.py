"""Nothing acknowledged is lost or doubled: kill -9 at random points while moderators post, pin, move and sync cards.

`make torture` kills ten times as often; `SEED`, printed when it fails, repeats the choices of a run.
"""

import asyncio
import os
import random
import secrets
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.library import Library
from bot.ui.cards.posted import sending_of
from bot.ui.ids import Kind, decode
from tests.promises.homes import TORTURE, Home
from tests.promises.test_kill import Mortal, mortal
from tests.promises.walking import TOO_LATE
from tests.wire import permissions as may
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import Exchange
from tests.wire.looks import Json, walk

KILLS = 8 * TORTURE
CHANNELS = 3
CARDS = ("compersion", "support", "what-to-say", "curiosity")
MOST = 12
"""Cards that one moderator has at a time, so that a sync stays short."""


@dataclass
class Keeper:
    """A moderator who runs and presses, again after the death of the bot until it is answered."""

    wire: WireDiscord
    user: Json
    one: Mortal
    rng: random.Random
    cards: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """What was acknowledged: where each card stands, and whether it is pinned."""
    again: int = 0

    async def insist(self, send: Any) -> Exchange:
        """Send until the answer is there."""
        while True:
            await self.one.lives.up.wait()
            down = self.one.lives.down
            exchange: Exchange = await send()
            answered = asyncio.ensure_future(
                exchange.until(lambda one=exchange: _is_answered(one) or TOO_LATE in one.refused, 30)
            )
            ended = asyncio.ensure_future(down.wait())
            await asyncio.wait({answered, ended}, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            if answered.done():
                answered.result()
            answered.cancel()
            if _is_answered(exchange):
                return exchange
            self.again += 1

    async def run(self, name: str, **options: Any) -> Json:
        exchange = await self.insist(lambda: self.wire.slash(f"card {name}", options, user=self.user))
        return exchange.shown

    async def press(self, message: Json, kind: Kind, position: int | None = None) -> None:
        custom_id = next(
            one["custom_id"]
            for one in walk(message)
            if "custom_id" in one and (press := decode(one["custom_id"])).kind is kind
            if position in {None, press.position}
        )
        await self.insist(lambda: self.wire.press(message, custom_id, user=self.user))

    async def post(self, channel: Json, topic: str, *, pinned: bool) -> None:
        shown = await self.run("post", topic=topic, channel=channel)
        before = set(_tokens(self.wire))
        await self.press(shown, Kind.POST_CARD, int(pinned))
        (token,) = set(_tokens(self.wire)) - before
        self.cards[token] = channel["id"], pinned

    async def move(self, token: str, channel: Json) -> None:
        await self.run("move", card=token, channel=channel)
        self.cards[token] = channel["id"], self.cards[token][1]

    async def unpin(self, token: str) -> None:
        await self.run("unpin", card=token)
        self.cards[token] = self.cards[token][0], False

    async def remove(self, token: str) -> None:
        await self.press(await self.run("remove", card=token), Kind.POSTED_REMOVE_NOW)
        del self.cards[token]

    async def sync(self) -> None:
        await self.press(await self.run("sync"), Kind.POSTED_SYNC)

    async def keep_on(self, channels: list[Json]) -> None:
        """Do one thing after another, until the bot has died often enough."""
        while not self.one.done:
            there, token = self.rng.choice(channels), self.rng.choice([*self.cards, ""])
            if not token or len(self.cards) < 2:
                if len(self.cards) < MOST:
                    await self.post(there, self.rng.choice(CARDS), pinned=self.rng.random() < 0.5)
                continue
            match self.rng.randrange(4):
                case 0:
                    await self.move(token, there)
                case 1:
                    await self.unpin(token)
                case 2:
                    await self.remove(token)
                case _:
                    await self.sync()


def _is_answered(exchange: Exchange) -> bool:
    return bool(exchange.callbacks) and exchange._is_settled()


def _tokens(wire: WireDiscord) -> list[str]:
    """Give what the cards in the channels carry, once for each message."""
    posted = [one for channel in wire.world.channels_of(wire.guild["id"]) for one in wire.posts(channel)]
    found = [sending_of(part["custom_id"]) for one in posted for part in walk(one) if "custom_id" in part]
    return [sending[0].hex() for sending in found if sending]


def stands(wire: WireDiscord) -> dict[str, list[tuple[str, bool]]]:
    """Give where each card stands, however often, and whether it is pinned."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for channel in wire.world.channels_of(wire.guild["id"]):
        pins = {one["id"] for one in wire.pins(channel)}
        for message in wire.posts(channel):
            for sending in filter(None, (sending_of(part.get("custom_id", "")) for part in walk(message))):
                found.setdefault(sending[0].hex(), []).append((channel["id"], message["id"] in pins))
    return found


@pytest.mark.long
@pytest.mark.timeout(600 + 30 * KILLS)
async def test_no_card_acknowledged_is_missing_or_doubled_after_a_kill(
    wire: WireDiscord, home: Home, library: Library
) -> None:
    seed = int(os.environ.get("SEED", secrets.randbits(32)))
    print(f"SEED={seed}")  # noqa: T201  # pytest shows it when the test fails
    rng = random.Random(seed)  # noqa: S311  # to be repeated, no secret
    world, guild = wire.world, wire.guild
    world.give_role(guild, wire.moderator, world.add_role(guild, "Keepers", may.PIN))
    channels = [wire.channel, *world.add_channels(CHANNELS - 1, guild["id"])]
    assert all(one in library.explainers for one in CARDS)

    async with mortal(wire, home, rng) as one:
        keeper = Keeper(wire, wire.moderator, one, rng)
        await wire.until(lambda: wire.calls("PUT", "/commands"))
        async with asyncio.TaskGroup() as group:
            group.create_task(one.die_often(KILLS))
            group.create_task(keeper.keep_on(channels))
        one.done = False
        await keeper.sync()

    assert keeper.again > 0, "no kill struck anything under way"
    assert stands(wire) == {token: [place] for token, place in keeper.cards.items()}
