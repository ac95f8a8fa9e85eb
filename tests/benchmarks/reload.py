"""Hot reload: how soon after a file's close the next lookup serves it, and how old answers fare meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import yaml

from tests.wire.exchange import Exchange

from .camp import PACK, TOPIC, Camp, our_camp
from .figures import Figure, percentile

MANY: Final = 1_000
EDITS: Final = 12
MOST_SECONDS: Final = 1.0
_BETWEEN: Final = 0.02  # seconds between two lookups: a very busy hour
_PAUSE: Final = 0.5
_IDLE: Final = 5.0
_GIVE_UP: Final = 30.0
_MOST_TITLE: Final = 80


async def reload(folder: Path) -> list[Figure]:
    """Measure on the pack as it is and on one of a thousand explainers."""
    few, many = folder / "few", folder / "many"
    for pack in (few, many):
        shutil.copytree(PACK, pack)
    own = len(list((few / "explainers").glob("*.yaml")))
    grow(many, MANY)
    return [*await _measure(few, own), *await _measure(many, MANY)]


def grow(pack: Path, wanted: int) -> None:
    """Copy explainers under new ids and names until there are so many."""
    originals = sorted((pack / "explainers").glob("*.yaml"))
    cards = [yaml.load(one.read_bytes(), Loader=yaml.CSafeLoader) for one in originals]
    for number, card in zip(range(len(originals), wanted), cycle(cards), strict=False):
        copy = _copy(card, number)
        text = yaml.dump(copy, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=150)
        (pack / "explainers" / f"{copy['id']}.yaml").write_text(text, encoding="utf-8")


def _copy(card: dict[str, Any], number: int) -> dict[str, Any]:
    mark = f" {number}"
    names = [f"{alias[: 99 - len(mark)]}{mark}" for alias in card.get("aliases", [])]
    title = f"{card['title'][: _MOST_TITLE - len(mark)]}{mark}"
    return card | {"id": f"{card['id']}-{number}", "title": title, "aliases": names, "was": []}


@dataclass(slots=True)
class _Crowd:
    """Members who ask at a steady pace, whatever the bot does, for the edited card and others in turn."""

    camp: Camp
    awaited: str = ""
    asked: list[Exchange] = field(default_factory=list)
    found: asyncio.Future[Exchange] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """The first lookup whose answer has the awaited title."""
    _asking: set[asyncio.Task[Exchange]] = field(default_factory=set)

    async def ask(self) -> None:
        """Ask until cancelled, then wait for the last answers."""
        topics = cycle([TOPIC, "right-now", TOPIC, "support"])
        began = time.perf_counter()
        try:
            for number in count(1):
                task = asyncio.create_task(self.camp.explain(next(topics)))
                self._asking.add(task)
                task.add_done_callback(self._answered)
                await asyncio.sleep(max(0.0, began + number * _BETWEEN - time.perf_counter()))
        finally:
            await asyncio.gather(*self._asking)
            self.camp.forget()

    def _answered(self, task: asyncio.Task[Exchange]) -> None:
        self._asking.discard(task)
        if task.cancelled() or task.exception():
            return
        exchange = task.result()
        self.asked.append(exchange)
        if self.awaited and not self.found.done() and any(self.awaited in text for text in exchange.texts[:1]):
            self.found.set_result(exchange)


@asynccontextmanager
async def _crowded(camp: Camp, awaited: str = "") -> AsyncIterator[_Crowd]:
    """Let members ask while the block runs."""
    crowd = _Crowd(camp, awaited)
    asking = asyncio.create_task(crowd.ask())
    try:
        yield crowd
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one edit came to, in seconds."""

    until_served: float
    latencies: list[float]


async def _measure(pack: Path, explainers: int) -> list[Figure]:
    async with our_camp(pack) as camp:
        await asyncio.sleep(_PAUSE)
        async with _crowded(camp) as crowd:
            await asyncio.sleep(_IDLE)
        file = pack / "explainers" / f"{TOPIC}.yaml"
        edits = [await _edit(camp, file, number) for number in range(EDITS)]
    served = [edit.until_served for edit in edits]
    idle = sorted(one.latency for one in crowd.asked)
    meanwhile = sorted(latency for edit in edits for latency in edit.latencies)
    size = f"{explainers:,} explainers"
    median = f"median {percentile(served, 0.5):.2f} s of {EDITS} edits"
    slowest = f"{len(meanwhile)} lookups, slowest {meanwhile[-1] * 1e3:.0f} ms"
    return [
        Figure(f"close to serving, {size}, slowest edit", max(served), "s", below=MOST_SECONDS, detail=median),
        _latency(f"lookup in a reload, {size}, p50", idle, meanwhile, 0.5),
        _latency(f"lookup in a reload, {size}, p99", idle, meanwhile, 0.99, f"; {slowest}"),
    ]


def _latency(name: str, idle: list[float], meanwhile: list[float], share: float, more: str = "") -> Figure:
    detail = f"without one {percentile(idle, share) * 1e3:.1f} ms{more}"
    return Figure(name, percentile(meanwhile, share) * 1e3, "ms", detail=detail)


async def _edit(camp: Camp, file: Path, number: int) -> _Edit:
    """Change a title while members ask; what counts is the arrival of the first answer that has it."""
    title = f"What is compersion, edition {number}"
    async with _crowded(camp, title) as crowd:
        await asyncio.sleep(_PAUSE)
        closed = _retitle(file, title)
        async with asyncio.timeout(_GIVE_UP):
            first = await crowd.found
        await asyncio.sleep(_PAUSE)
    served = first.callbacks[0].at
    return _Edit(served - closed, [one.latency for one in crowd.asked if closed <= one.sent_at <= served])


def _retitle(file: Path, title: str) -> float:
    """Write a card under another title, and give the moment of the file's close."""
    text = file.read_text(encoding="utf-8")
    before = next(line for line in text.splitlines() if line.startswith("title: "))
    file.write_text(text.replace(before, f"title: {title}"), encoding="utf-8")
    return time.perf_counter()
