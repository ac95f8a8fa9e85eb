"""One answer to a check-in, in storage alone and in the whole service, beside the same statements in bare aiosqlite.

Discord is left out: what is timed ends with the commit.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Awaitable, Callable
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import aiosqlite

from bot.config import Settings
from bot.domain.checkins import moves
from bot.domain.checkins.standing import At, Standing
from bot.domain.people import Consent, Profile
from bot.services.checkins.flow import Checkins
from bot.services.pack import ServedPack
from bot.services.personal import assemble
from bot.storage.storage import Storage, open_storage

from .camp import PACK
from .crowd import NOW, new_vault
from .figures import Figure, percentile, ratio

ROUNDS: Final = 15
ANSWERS: Final = 100  # a round
OPEN: Final = 200
STEPS_IN: Final = 3  # past the situation, where the member's own labels would be read as well
MOST_TIMES: Final = 4
MOST_MILLISECONDS: Final = 10
_PRAGMAS: Final = ("busy_timeout = 1500", "foreign_keys = ON", "secure_delete = ON", "journal_mode = WAL")
_SELECT: Final = """
    SELECT s.id, s.member_id, s.guest, s.master, s.due, s.expires, s.version, s.created, s.sealed,
           m.id, m.lookup, k.master, k.wrapped
    FROM session s LEFT JOIN member m ON m.id = s.member_id LEFT JOIN member_key k ON k.member_id = s.member_id
    WHERE s.id = ?
"""
_UPDATE: Final = "UPDATE session SET version = ?, sealed = ?, due = ?, expires = ? WHERE id = ? AND version = ?"

Answer = Callable[[], Awaitable[None]]


async def answers(folder: Path) -> list[Figure]:
    """Measure in turns, each on a file of its own with the same rows."""
    storage = await open_storage(f"sqlite:///{folder / 'storage.db'}", new_vault(), NOW)
    checkins = assemble(storage, Settings(), ServedPack(PACK, NOW), lambda: NOW).checkins
    opened = await open_check_ins(storage, checkins)
    await storage.database.copy_to(folder / "bare.db")
    bare = await open_bare(folder / "bare.db")
    turns = cycle(opened)
    work: dict[str, Answer] = {
        "the service": lambda: _press(checkins, next(turns)),
        "storage": lambda: _write(storage, next(turns)),
        "bare": lambda: write_bare(bare, next(turns)),
    }
    times: dict[str, list[list[float]]] = {who: [] for who in work}
    try:
        for turn in range(-1, ROUNDS):
            for who in sorted(work, reverse=turn % 2 == 0):
                taken = [await _timed(work[who]) for _ in range(ANSWERS)]
                if turn >= 0:  # the first one warms up
                    times[who].append(taken)
    finally:
        await bare.close()
        await storage.close()
    return [figure for who in ("storage", "the service") for figure in figures_of(who, times[who], times["bare"])]


def figures_of(who: str, mine: list[list[float]], plain: list[list[float]]) -> list[Figure]:
    medians = [[statistics.median(times) for times in rounds] for rounds in (mine, plain)]
    every = [one * 1000 for times in mine for one in times]
    spread = f"p99 {percentile(every, 0.99):.2f}, slowest {max(every):.1f} ms of {len(every):,}"
    return [
        ratio(f"one answer in {who}, beside bare aiosqlite", medians[0], medians[1], MOST_TIMES, "ms"),
        Figure(f"the same, p50 of {who}", statistics.median(every), "ms", below=MOST_MILLISECONDS, detail=spread),
    ]


class OpenOne:
    """An open check-in as its message shows it; the next press on it goes on, the one after that goes back."""

    def __init__(self, who: int, standing: Standing) -> None:
        self.who, self.token, self.version, self.forth = who, standing.token, standing.session.version, True


async def open_check_ins(storage: Storage, checkins: Checkins) -> list[OpenOne]:
    opened: list[OpenOne] = []
    profile = Profile(consent=Consent(1, NOW), keep=True)
    for user in range(OPEN):
        async with storage.database.transaction() as tx:
            await storage.members.add(tx, user, profile.to_document(), NOW)
        step = await checkins.begin(At(user, user.to_bytes(16, "big")), "steps", 1)
        for _ in range(STEPS_IN):
            step = await checkins.move(At(user, _standing(step).token, _standing(step).session.version), moves.skip)
        opened.append(OpenOne(user, _standing(step)))
    return opened


def _standing(step: object) -> Standing:
    if not isinstance(step, Standing) or step.stale:
        raise RuntimeError("an answer was lost")  # it is no matter of types
    return step


async def _timed(answer: Answer) -> float:
    began = time.perf_counter()
    await answer()
    return time.perf_counter() - began


async def _press(checkins: Checkins, one: OpenOne) -> None:
    step = await checkins.move(At(one.who, one.token, one.version), moves.skip if one.forth else moves.back)
    one.version, one.forth = _standing(step).session.version, not one.forth


async def _write(storage: Storage, one: OpenOne) -> None:
    async with storage.database.transaction() as tx:
        found = await storage.sessions.get(tx, one.token)
        if found is None:
            raise RuntimeError("an answer was lost")
        if not await storage.sessions.update(tx, found, found.document, expires=NOW, due=NOW, last=True):
            raise RuntimeError("an answer was lost")


async def open_bare(path: Path) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    for pragma in (*_PRAGMAS, "synchronous = FULL"):
        await connection.execute(f"PRAGMA {pragma}")
    return connection


async def write_bare(connection: aiosqlite.Connection, one: OpenOne) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    async with connection.execute(_SELECT, (one.token,)) as cursor:
        row: Any = await cursor.fetchone()
    _, _, _, _, due, expires, version, _, sealed, *_ = row
    # Other bytes, as sealing anew gives: SQLite does not write pages down that stay as they were.
    anew = secrets.token_bytes(len(sealed))
    await connection.execute(_UPDATE, (version + 1, anew, due, expires, one.token, version))
    await connection.commit()
