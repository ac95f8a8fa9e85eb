"""One lookup against the ruler: what it costs, how soon it can be asked for, what memory it stands in."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.wire.discord_server import WireDiscord
from tests.wire.process import BotProcess

from .camp import Camp, our_camp, our_process, ruler_camp, ruler_process, take_card
from .figures import MEGABYTE, Figure, ratio
from .traffic import listen, wander

ROUNDS: Final = 11
LOOKUPS_A_ROUND: Final = 2_000
WARM_UP: Final = 500
STARTS: Final = 15
MANY_SERVERS: Final = 2_000
MOST_MEMORY: Final = 110
MOST_GROWTH: Final = 5
SERVED: Final = 3_000
FIRST: Final = 1_000
QUESTION: Final = "why am I happy when my partner is happy with someone else"
_TO_SETTLE: Final = 0.1  # seconds for what follows an answer: the reply read, the counters put back
_CHECKPOINTS: Final = 10


async def cost(folder: Path) -> list[Figure]:
    """Compare the processor time of one /explain over real sockets with two rulers.

    The first ruler is what anyone would write; discord.py keeps each view of it for three minutes, and under load the
    garbage collector walks them all. The second finishes its view before sending, so that nothing is kept.
    """
    card = await take_card(folder)
    async with AsyncExitStack() as stack:
        camps = [
            await stack.enter_async_context(camp)
            for camp in (our_camp(), ruler_camp(card), ruler_camp(card, lean=True))
        ]
        for camp in camps:
            await _spend(camp, WARM_UP)
        spent = await _rounds(camps)
        idle = await _idle(camps[0])
    ours, ruler, lean = spent
    return [
        ratio("processor time of one /explain", ours, ruler, 1.0, "ms"),
        ratio("the same, against a ruler that keeps no views", ours, lean, None, "ms"),
        Figure("processor time while nobody asks", idle * 100, "%", detail="the file watch; one core is 100 %"),
    ]


async def _rounds(camps: Sequence[Camp]) -> list[list[float]]:
    """Take turns, in the other order every second round, so that no one is always first after a pause."""
    spent: list[list[float]] = [[] for _ in camps]
    for number in range(ROUNDS):
        order = range(len(camps)) if number % 2 == 0 else reversed(range(len(camps)))
        for index in order:
            spent[index].append(await _spend(camps[index], LOOKUPS_A_ROUND))
    return spent


async def _spend(camp: Camp, lookups: int) -> float:
    before = camp.bot.cpu_seconds()
    for _ in range(lookups):
        await camp.explain()
    await asyncio.sleep(_TO_SETTLE)
    camp.forget()
    return (camp.bot.cpu_seconds() - before) / lookups


async def _idle(camp: Camp, seconds: float = 10.0) -> float:
    before = camp.bot.cpu_seconds()
    await asyncio.sleep(seconds)
    return (camp.bot.cpu_seconds() - before) / seconds


async def start(folder: Path, *, keeps: bool = False) -> list[Figure]:
    """Compare the time from starting the process to READY. Commands are there already, as on every start but one.

    `keeps` is with check-ins on, and a database that is there already.

    What is put off until after READY would only move the wait: so the first answers are timed as well.
    """
    card = await take_card(folder)
    async with WireDiscord() as our_wire, WireDiscord() as ruler_wire:
        ours, ruler = _Starts(our_wire), _Starts(ruler_wire)
        for number in range(STARTS + 1):
            mine = our_process(our_wire, keeps=folder if keeps else None)
            pair = [(ours, mine), (ruler, ruler_process(ruler_wire, card))]
            for starts, process in pair if number % 2 == 0 else reversed(pair):
                await starts.take(process)
    said = ", check-ins on" if keeps else ""
    return [
        ratio(f"start to connected{said}", ours.ready[1:], ruler.ready[1:], 2.0, "s"),
        ratio(f"start to a card's arrival{said}", ours.card[1:], ruler.card[1:], None, "s"),
        ratio(
            f"start to a question's answer (the ruler: the card){said}", ours.question[1:], ruler.card[1:], None, "s"
        ),
    ]


@dataclass(slots=True)
class _Starts:
    """Seconds from the start of a process to READY, to a card opened by its id, and to an answer to a question."""

    wire: WireDiscord
    ready: list[float] = field(default_factory=list)
    card: list[float] = field(default_factory=list)
    question: list[float] = field(default_factory=list)

    async def take(self, process: BotProcess) -> None:
        """Start, ask, end; everything is asked at READY, so that nothing waits for its turn."""
        async with process:
            camp = Camp(self.wire, process)
            card, question = await asyncio.gather(camp.explain(), camp.explain(QUESTION))
            await process.terminate()
        self.ready.append(process.ready_after)
        for kept, exchange in ((self.card, card), (self.question, question)):
            kept.append(exchange.callbacks[0].at - process.started_at)


async def memory(folder: Path) -> list[Figure]:
    """Measure resident memory after lookups of every kind, in one server and in very many."""
    few = await _serving(1)
    many = await _serving(MANY_SERVERS)
    card = await take_card(folder)
    async with ruler_camp(card, joined_guilds=MANY_SERVERS) as ruler:
        await _spend(ruler, WARM_UP)
        bare = ruler.bot.rss_bytes() / MEGABYTE
    said = f"after {SERVED} lookups of every kind"
    return [
        Figure("resident memory serving the pack", few, "MB", MOST_MEMORY, detail=said),
        Figure("the same in 2,000 servers", many, "MB", MOST_MEMORY, detail=f"{many - few:+.1f} MB; {said}"),
        Figure("the ruler in 2,000 servers", bare, "MB", detail=f"after {WARM_UP} times one card"),
    ]


async def _serving(joined_guilds: int) -> float:
    async with our_camp(joined_guilds=joined_guilds) as camp:
        return (await _watch_memory(camp, SERVED, SERVED))[-1]


async def growth(lookups: int) -> list[Figure]:
    """Measure by how much memory grows over very many lookups in one process, after the first thousand."""
    async with our_camp() as camp:
        seen = await _watch_memory(camp, FIRST, FIRST)
        seen += await _watch_memory(camp, lookups - FIRST, (lookups - FIRST) // _CHECKPOINTS)
    grown = seen[-1] - seen[0]
    steps = statistics.median(after - before for before, after in pairwise(seen))
    detail = f"{seen[0]:.1f} to {seen[-1]:.1f} MB; median {steps:+.2f} MB a tenth"
    return [Figure(f"growth over {lookups:,} lookups", grown, "MB", below=MOST_GROWTH, detail=detail)]


async def _watch_memory(camp: Camp, lookups: int, every: int) -> list[float]:
    """Wander, and give the resident memory after each so many lookups."""
    seen: list[float] = []
    done = 0
    async for _ in wander(camp, listen()):
        done += 1
        if done % every == 0:
            seen.append(camp.bot.rss_bytes() / MEGABYTE)
        if done == lookups:
            break
    return seen
