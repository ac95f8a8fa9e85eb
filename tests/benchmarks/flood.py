"""What others notice while one account floods the bot, fifty times a second, with whatever costs most."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Final

from bot.domain.mydata.journal import Journal, Page, Topic
from bot.domain.mydata.journal_file import MOST_ENTRIES, write
from bot.ui.ids import Kind
from tests.domain.journals import CLOSEST, NOTE, PROOF
from tests.promises.walking import Screen
from tests.wire.exchange import Exchange
from tests.wire.looks import Json

from .camp import Camp, our_camp
from .crowd import NOW
from .figures import Figure, percentile
from .presses import Walking
from .traffic import listen

ROUNDS: Final = 4
SECONDS: Final = 3.0  # a round
A_SECOND: Final = 50
OTHERS: Final = 60
OTHERS_A_SECOND: Final = 20
MOST_MILLISECONDS: Final = 50
LONGEST: Final = 6_000  # characters that Discord takes in an option

Send = Callable[[int], Awaitable[Exchange]]
"""Sends the flood's next interaction, given its number; nobody waits for the answer."""


async def flood(folder: Path) -> list[Figure]:
    """Let one account do each thing in turns with quiet, and time what others do meanwhile."""
    figures = list[Figure]()
    async with our_camp(keeps=folder) as camp:
        speech = listen()
        others = [await Walking.begin(camp, speech.library, number) for number in range(OTHERS)]
        flooder = Flooder(camp, camp.wire.world.person("who floods"))
        await flooder.fill_notebook()
        for name, send in flooder.floods():
            figures.append(await _beside(camp, others, name, send))
    return figures


async def _beside(camp: Camp, others: list[Walking], name: str, send: Send) -> Figure:
    quiet, flooded, numbers = list[float](), list[float](), count()
    for turn in range(2 * ROUNDS):
        taken = asyncio.create_task(_ask(camp, others))
        if turn % 2:
            began = time.perf_counter()
            for number in range(int(SECONDS * A_SECOND)):
                await asyncio.sleep(began + number / A_SECOND - time.perf_counter())
                await send(next(numbers))
        (flooded if turn % 2 else quiet).extend(await taken)
        await asyncio.sleep(0.5)  # what the flood left under way ends
    idle, busy = (percentile(times, 0.95) for times in (quiet, flooded))
    slowest = f"p95 {idle:.1f} without; slowest {max(flooded):.0f} against {max(quiet):.0f} ms of {len(flooded)}"
    most = max(MOST_MILLISECONDS, 2 * idle)
    return Figure(f"others' p95 beside a flood of {name}", busy, "ms", most, detail=slowest)


async def _ask(camp: Camp, others: list[Walking]) -> list[float]:
    """Press in check-ins, ask, and open cards, at fixed moments whatever becomes of it; give the milliseconds."""
    turns, began, under_way = cycle(others), time.perf_counter(), list[asyncio.Task[Exchange]]()
    for number in range(int(SECONDS * OTHERS_A_SECOND)):
        await asyncio.sleep(began + number / OTHERS_A_SECOND - time.perf_counter())
        one = next(turns)
        under_way.append(asyncio.create_task(one.press() if number % 3 else _look_up(camp, one, number)))
    return [one.latency * 1000 for one in await asyncio.gather(*under_way)]


async def _look_up(camp: Camp, one: Walking, number: int) -> Exchange:
    command, options = [("explain", {"topic": "compersion"}), ("mydata show", None), ("lookback", None)][
        number % 9 // 3
    ]
    exchange = await camp.wire.slash(command, options, user=one.user, guild=False)
    await exchange.answered(30)
    return exchange


class Flooder:
    """One account with as full a notebook as may be."""

    def __init__(self, camp: Camp, user: Json) -> None:
        self._camp, self._user = camp, user
        self._file: Json = {}
        self._form: Exchange

    async def fill_notebook(self) -> None:
        """Import as much as one member may keep."""
        for data in notebooks():
            asked = await self._slash("mydata import", {"file": self._camp.wire.upload("entries.json", data)})
            await asked.settled(60)
            agree = next(
                label for label in ("I am 18 or older: import them", "Import them") if label in str(asked.shown)
            )
            taken = await self._camp.wire.press(asked, agree, user=self._user)
            await taken.settled(60)
            if "Imported: " not in str(taken.shown):
                raise RuntimeError("the notebook could not be filled")
        self._file = self._camp.wire.upload("entries.json", next(notebooks(days=9_000)))
        shown = await self._slash("lookback", {})
        await shown.settled(60)
        for kind in (Kind.SITUATIONS, Kind.SITUATION_NEW):
            which = Screen(shown.shown).one(kind)
            if which is None:
                raise RuntimeError("the form is not where it was")
            shown = await self._camp.wire.press(shown.shown, which.custom_id, user=self._user)
            await shown.settled(60)
        self._form = shown

    def floods(self) -> Iterator[tuple[str, Send]]:
        """Name each thing that is done fifty times a second."""
        chance = random.Random(1)  # noqa: S311  # the same words each time
        words = sorted({word for line in listen().questions for word in line.split()})
        long = [" ".join(chance.choices(words, k=2_000))[:LONGEST] for _ in range(20)]
        marks = "a" + "\u0301\u0316" * (LONGEST // 2 - 1)
        yield "/explain", lambda at: self._slash("explain", {"topic": long[at % len(long)]})
        yield "/explain with marks", lambda _: self._slash("explain", {"topic": marks})
        yield "/glossary", lambda at: self._slash("glossary", {"term": long[at % len(long)]})
        yield "typing", lambda at: self._type("explain", "topic", long[at % len(long)])
        yield "typing a label", lambda at: self._type("lookback", "label", long[at % len(long)])
        yield "typing a time zone", lambda at: self._type("reminders", "zone", long[at % len(long)])
        yield "/lookback", lambda _: self._slash("lookback", {})
        yield "/mydata", lambda _: self._slash("mydata show", {})
        yield "exports", lambda _: self._slash("mydata export", {})
        yield "imports", lambda _: self._slash("mydata import", {"file": self._file})
        yield "forms", lambda at: self._label(f"label {at} {marks[:600]}")

    async def _label(self, label: str) -> Exchange:
        return await self._camp.wire.submit(self._form, {"label": label}, user=self._user)

    async def _slash(self, name: str, options: Json) -> Exchange:
        return await self._camp.wire.slash(name, options, user=self._user, guild=False)

    async def _type(self, command: str, option: str, typed: str) -> Exchange:
        return await self._camp.wire.autocomplete(command, option, {option: typed}, user=self._user, guild=False)


def notebooks(days: int = 0) -> Iterator[bytes]:
    """Give files of as many check-ins as one member may keep, each as large as a file may be, ending some days ago."""
    note = replace(NOTE, text="Tea helped, and so did walking by the river. " * 3)
    moments = (NOW - timedelta(days=days, minutes=10 * number) for number in range(MOST_ENTRIES))
    pages = [Page("check-in", one, one + timedelta(minutes=4), "the blue house", (CLOSEST, note)) for one in moments]
    yield from write(Journal((Topic("the blue house"),), tuple(pages)), NOW, NOW.tzinfo, PROOF).values()
