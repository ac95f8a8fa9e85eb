"""Hot reload: how soon after a file's close the next lookup serves it, and how old answers fare meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import time
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
_BETWEEN: Final = 0.005  # seconds between two lookups
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
    cards = [yaml.load(one.read_bytes(), Loader=yaml.CSafeLoader) for one in originals]  # noqa: S506  # it is the safe one, in C
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
    asked: list[Exchange] = field(default_factory=list)
    _asking: set[asyncio.Task[Exchange]] = field(default_factory=set)

    async def ask(self) -> None:
        """Ask until cancelled."""
        topics = cycle([TOPIC, "right-now", TOPIC, "support"])
        began = time.perf_counter()
        for number in count(1):
            task = asyncio.create_task(self.camp.explain(next(topics)))
            self._asking.add(task)
            task.add_done_callback(self._answered)
            await asyncio.sleep(max(0.0, began + number * _BETWEEN - time.perf_counter()))

    def _answered(self, task: asyncio.Task[Exchange]) -> None:
        self._asking.discard(task)
        if not task.cancelled():
            self.asked.append(task.result())

    async def settle(self) -> None:
        """Wait for the last answers."""
        await asyncio.gather(*self._asking)

    def first_with(self, title: str) -> Exchange | None:
        """Give the lookup, first asked of those answered, whose answer has the title."""
        having = [one for one in self.asked if any(title in text for text in one.texts[:1])]
        return min(having, key=lambda one: one.sent_at, default=None)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one edit came to, in seconds."""

    until_served: float
    latencies: list[float]


async def _measure(pack: Path, explainers: int) -> list[Figure]:
    async with our_camp(pack) as camp:
        await asyncio.sleep(_PAUSE)
        idle = await _latencies(camp, _IDLE)
        edits = [await _edit(camp, pack / "explainers" / f"{TOPIC}.yaml", number) for number in range(EDITS)]
    served = [edit.until_served for edit in edits]
    meanwhile = [latency for edit in edits for latency in edit.latencies]
    usual = f"idle {_spoken(idle)}"
    said = f"median {percentile(served, 0.5):.2f} s of {EDITS} edits"
    return [
        Figure(
            f"a file's close to its serving, {explainers:,} explainers, slowest",
            max(served),
            "s",
            below=MOST_SECONDS,
            detail=said,
        ),
        Figure(
            f"a lookup meanwhile, {explainers:,} explainers, p50", percentile(meanwhile, 0.5) * 1e3, "ms", detail=usual
        ),
        Figure(
            f"a lookup meanwhile, {explainers:,} explainers, p99",
            percentile(meanwhile, 0.99) * 1e3,
            "ms",
            detail=f"{len(meanwhile)} lookups, slowest {max(meanwhile) * 1e3:.0f} ms",
        ),
    ]


async def _latencies(camp: Camp, seconds: float) -> list[float]:
    crowd = _Crowd(camp)
    asking = asyncio.create_task(crowd.ask())
    await asyncio.sleep(seconds)
    asking.cancel()
    await crowd.settle()
    camp.forget()
    return [one.latency for one in crowd.asked]


async def _edit(camp: Camp, file: Path, number: int) -> _Edit:
    """Change a title while members ask; the lookup that counts is the first sent whose answer has it."""
    text = file.read_text(encoding="utf-8")
    before = next(line for line in text.splitlines() if line.startswith("title: "))
    title = f"What is compersion, edition {number}"
    crowd = _Crowd(camp)
    asking = asyncio.create_task(crowd.ask())
    await asyncio.sleep(_PAUSE)
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text.replace(before, f"title: {title}"))
    closed = time.perf_counter()
    async with asyncio.timeout(_GIVE_UP):
        while crowd.first_with(title) is None:
            await asyncio.sleep(_BETWEEN)
    await asyncio.sleep(_PAUSE)
    asking.cancel()
    await crowd.settle()
    camp.forget()
    first = crowd.first_with(title)
    assert first is not None
    served = first.callbacks[0].at
    return _Edit(served - closed, [one.latency for one in crowd.asked if closed <= one.sent_at <= served])


def _spoken(latencies: list[float]) -> str:
    return f"p50 {percentile(latencies, 0.5) * 1e3:.1f}, p99 {percentile(latencies, 0.99) * 1e3:.1f} ms"
