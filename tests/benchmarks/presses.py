"""A press inside a check-in: what the router and the drawing add in one process, and what many get over sockets.

Start and memory with check-ins on are measured like those without, in `lookups.py`.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import discord
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.app import App
from bot.config import CheckIns, Settings, StorageSettings
from bot.domain.library import Library
from bot.domain.trusted_time import SimulatedClock
from bot.storage.keyfile import new_key_file
from bot.transport.gateway import GatewayClient
from bot.ui.ids import Kind, Press
from tests.promises.walking import Lives, Member, Screen
from tests.wire.discord_server import COMPONENT, WireDiscord
from tests.wire.exchange import UPDATE, Exchange, Scene
from tests.wire.looks import Json

from .answers import OPEN, OpenOne, figures_of, open_bare, open_check_ins, write_bare
from .camp import PACK, Camp, our_camp
from .crowd import NOW
from .figures import MEGABYTE, Figure, percentile
from .traffic import listen

SECONDS: Final = 20
A_SECOND: Final = 50
WITHIN: Final = 2.5
MOST_P99: Final = 100
_ROUNDS: Final = 150
_A_ROUND: Final = 10  # few, so that whatever else the machine does strikes both halves of a round
_WARM_UP: Final = 20
_TAKEN: Final[Json] = {"interaction": {"id": "1", "type": COMPONENT}}


async def handed(folder: Path) -> list[Figure]:
    """Time a press from the router to its answer handed to the connection, in turns with bare aiosqlite."""
    key = folder / "keys" / "master.key"
    key.parent.mkdir()
    new_key_file(key)
    kept = StorageSettings(database=f"sqlite:///{folder / 'state' / 'bot.db'}", key_files=(key,))
    app = App(Settings(content=PACK, check_ins=CheckIns(enabled=True), storage=kept), SimulatedClock(lambda: NOW))
    personal = await app.door.personal()
    turns = cycle(await open_check_ins(personal.storage, personal.checkins))
    await personal.storage.database.copy_to(folder / "bare.db")
    bare = await open_bare(folder / "bare.db")
    client = app.make_client()
    await client._async_setup_hook()
    await client.complete()
    client.http.token = "token"
    gc.collect()
    gc.freeze()  # as `bot run` does once all stands
    times: dict[str, list[list[float]]] = {"pressed": [], "bare": []}
    with _desk() as desk:
        clerk = _Clerk(client, desk)
        for turn in range(-_WARM_UP, _ROUNDS):
            for who in sorted(times, reverse=turn % 2 == 0):
                taken = [
                    await (clerk.press(next(turns)) if who == "pressed" else _timed_bare(bare, next(turns)))
                    for _ in range(_A_ROUND)
                ]
                if turn >= 0:
                    times[who].append(taken)
    gc.unfreeze()
    await bare.close()
    await app.door.close()
    return figures_of("router, service and drawing", times["pressed"], times["bare"])


class _Desk:
    """Takes what would go to Discord, and notes when."""

    def __init__(self) -> None:
        self.at = 0.0
        self.answer: Json = {}


@contextmanager
def _desk() -> Iterator[_Desk]:
    desk = _Desk()

    async def take(*_: Any, params: Any, **__: Any) -> Json:
        desk.at, desk.answer = time.perf_counter(), params.payload
        return _TAKEN

    with patch.object(AsyncWebhookAdapter, "create_interaction_response", take):
        yield desk


class _Clerk:
    """Hands presses to the client, made as the gateway makes them."""

    def __init__(self, client: GatewayClient, desk: _Desk) -> None:
        self._client, self._desk, self._world = client, desk, WireDiscord().world
        self._steps: dict[bytes, tuple[Scene, Json]] = {}

    async def press(self, one: OpenOne) -> float:
        """Press, and give the seconds until its answer was handed over."""
        kind = Kind.SKIP if one.forth else Kind.BACK
        custom_id = Press(kind, token=one.token, version=one.version).encode()
        scene, message = self._steps.get(one.token) or self._draw(one)
        data = {"component_type": 2, "custom_id": custom_id, "id": 1}
        payload = self._world.open_exchange({"type": COMPONENT, "data": data}, scene).on(message).payload
        interaction = discord.Interaction[Any](data=payload, state=self._client._connection)
        began = time.perf_counter()
        await self._client.on_interaction(interaction)
        one.version, one.forth = one.version + 1, not one.forth
        if self._desk.at < began or self._desk.answer["type"] != UPDATE:
            raise RuntimeError("an answer was lost")
        return self._desk.at - began

    def _draw(self, one: OpenOne) -> tuple[Scene, Json]:
        person = self._world.person("somebody") | {"id": str(one.who)}
        scene = self._world.scene(user=person, channel=self._world.dm(person))
        self._steps[one.token] = scene, self._world.post.create(scene, {"content": "a step"})
        return self._steps[one.token]


async def _timed_bare(bare: Any, one: OpenOne) -> float:
    began = time.perf_counter()
    await write_bare(bare, one)
    return time.perf_counter() - began


async def many(folder: Path) -> list[Figure]:
    """Let 200 members with an open check-in each press 50 times a second, then all of them in one instant."""
    async with our_camp(keeps=folder) as camp:
        library = listen().library
        members = [await Walking.begin(camp, library, number) for number in range(OPEN)]
        await _open_loop(members, OPEN)  # warms up
        flow = await _open_loop(members, SECONDS * A_SECOND)
        instant = [_milliseconds(one) for one in await asyncio.gather(*(one.press() for one in members))]
        memory = camp.bot.rss_bytes() / MEGABYTE
    many_of = f"{A_SECOND} a second on {OPEN} check-ins"
    shown = f"median {statistics.median(flow):.1f}, slowest {max(flow):.1f} ms of {len(flow):,}; none failed"
    at_once = f"median {statistics.median(instant):.0f} ms; none lost"
    return [
        Figure(f"a press, {many_of}, p99", percentile(flow, 0.99), "ms", below=MOST_P99, detail=shown),
        Figure(f"{OPEN} presses in one instant, slowest", max(instant) / 1000, "s", WITHIN, detail=at_once),
        Figure("resident memory after these", memory, "MB", detail=f"{OPEN} check-ins open"),
    ]


async def _open_loop(members: list[Walking], presses: int) -> list[float]:
    """Press at fixed moments, whatever became of the presses before."""
    turns, began, under_way = cycle(members), time.perf_counter(), list[asyncio.Task[Exchange]]()
    for number in range(presses):
        await asyncio.sleep(began + number / A_SECOND - time.perf_counter())
        under_way.append(asyncio.create_task(next(turns).press()))
    return [_milliseconds(one) for one in await asyncio.gather(*under_way)]


def _milliseconds(one: Exchange) -> float:
    if one.type != UPDATE:
        raise RuntimeError(f"a press was answered with: {one.texts}")
    return one.latency * 1000


class Walking:
    """A member at a step of a check-in, who skips and comes back."""

    def __init__(self, camp: Camp, user: Json, screen: Screen) -> None:
        self._camp, self.user, self._screen, self._forth = camp, user, screen, True

    @classmethod
    async def begin(cls, camp: Camp, library: Library, number: int) -> Walking:
        """Begin a check-in; every second member keeps theirs."""
        user = camp.wire.world.person(f"member {number}")
        member = Member(camp.wire, library, user, Lives(), random.Random(number))  # noqa: S311  # no secret
        screen = await member.arrive(keep=number % 2 == 0)
        for kind in (Kind.BEGIN_STEPS, Kind.SKIP):
            screen = await member.press(screen, screen.one(kind))
        return cls(camp, user, screen)

    async def press(self) -> Exchange:
        """Press what the screen shows now."""
        which = self._screen.one(Kind.SKIP if self._forth else Kind.BACK)
        if which is None:
            raise RuntimeError("the screen is not what it should be")
        exchange = await self._camp.wire.press(self._screen.message, which.custom_id, user=self.user)
        await exchange.settled(30)
        self._forth = not self._forth
        return exchange
