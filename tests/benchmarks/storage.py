"""Storage with very many members: what is due, how large it is, and a change of the master key beside a running bot."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.rotation import count_keys
from bot.storage.sessions import Session
from bot.storage.storage import Storage, open_storage
from bot.storage.vault import OVERHEAD
from tests.wire.process import ROOT

from .crowd import NOW, in_bulk, new_file, new_vault
from .figures import MEGABYTE, Figure, percentile

MILLION: Final = 1_000_000
EACH: Final = 20  # check-ins of a member
ROTATED: Final = 100_000
MOST_SECONDS: Final = 60
_DUE: Final = 500
_AT_ONCE: Final = 100
_ROUNDS: Final = 25
_GIGABYTE: Final = 1_000 * MEGABYTE
_ANSWERING: Final = 200
_BETWEEN: Final = 0.02  # seconds between two answers


async def due(folder: Path) -> list[Figure]:
    """Choose what is due among a million members with a reminder each."""
    path, vault = folder / "due.db", new_vault()
    address = await new_file(path, vault)
    with in_bulk(path) as crowd:
        crowd.hollow_reminders(crowd.hollow_members(MILLION, vault.writing), NOW)
        crowd.real_reminders(crowd.real_members(vault, _DUE), NOW)
    storage = await open_storage(address, vault, NOW)
    times = [await _timed_due(storage) for _ in range(_ROUNDS)]
    await storage.close()
    shown = f"{_AT_ONCE} of {_DUE} due, opened; slowest {max(times):.1f} ms of {_ROUNDS}; file {_size(path):.2f} GB"
    return [
        Figure(f"choosing what is due, {MILLION:,} members", statistics.median(times), "ms", below=50, detail=shown)
    ]


async def _timed_due(storage: Storage) -> float:
    began = time.perf_counter()
    async with storage.database.reading() as tx:
        found = await storage.reminders.list_due(tx, NOW, _AT_ONCE)
    taken = (time.perf_counter() - began) * 1000
    if len(found) != _AT_ONCE:
        raise RuntimeError("what is due was not found")
    return taken


async def size(folder: Path, share: float) -> list[Figure]:
    """Fill a database with a share of a million members, each with twenty check-ins, and compare it with the paper."""
    members = _fitting(folder, int(MILLION * share))
    path, vault = folder / "size.db", new_vault()
    await new_file(path, vault)
    with in_bulk(path) as crowd:
        crowd.hollow_entries(crowd.hollow_members(members, vault.writing), EACH)
    measured, expected = _size(path), members * on_paper() / _GIGABYTE
    whole = MILLION * on_paper() / _GIGABYTE
    return [
        Figure(f"{members:,} members with {EACH} check-ins each", measured, "GB", detail=f"{expected:.2f} on paper"),
        Figure("the same for 1,000,000, on paper", whole, "GB", detail=f"{on_paper():,.0f} bytes a member"),
    ]


def on_paper() -> float:
    """Reckon the bytes of one member with their check-ins in SQLite, its pages of 4,096 bytes two thirds to quite full.

    A sealed check-in is a little larger than a page, so that it takes a page of its own and 500 bytes on another.
    """
    entry = 4096 + (4096 + OVERHEAD + 60 - 4092 + 400)  # an overflow page, and the rest with the columns on a leaf
    indexes = 3 * 40  # by id, by member, by expiry
    one = (512 + OVERHEAD + 90) + (60 + 32 + 60) + 5 * 40  # the member, their key, five indexes
    return one + EACH * (entry + indexes)


def _fitting(folder: Path, wanted: int) -> int:
    """Take fewer members where the disk has no room for all; half of what is free stays free."""
    room = shutil.disk_usage(folder).free / 2
    return min(wanted, int(room / on_paper() / 1_000) * 1_000)


def _size(path: Path) -> float:
    return path.stat().st_size / _GIGABYTE


async def rotation(folder: Path) -> list[Figure]:
    """Change the master key by command while a bot answers; kill the command halfway, start it again."""
    keys = folder / "keys"
    keys.mkdir()
    for name in ("old", "new"):
        new_key_file(keys / name)
    path = folder / "state" / "bot.db"
    address = await new_file(path, load_vault([keys / "old"]))
    with in_bulk(path) as crowd:
        crowd.real_members(load_vault([keys / "old"]), ROTATED)
    storage = await open_storage(address, load_vault([keys / "new", keys / "old"]), NOW)
    environment = {
        "COMPERSION_STORAGE__DATABASE": address,
        "COMPERSION_STORAGE__KEY_FILES": os.pathsep.join([str(keys / "new"), str(keys / "old")]),
    }
    bot = _Answering(storage, await _open_check_ins(storage))
    alone = await bot.answer_for(3)
    answering = asyncio.create_task(bot.answer())
    try:
        seconds = await _rotated(storage, environment)
    finally:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await storage.close()
    beside = f"p99 {percentile(bot.times, 0.99):.0f}, slowest {max(bot.times):.0f} ms of {len(bot.times):,}"
    return [
        Figure(
            f"change of the key for {ROTATED:,} members",
            seconds,
            "s",
            below=MOST_SECONDS,
            detail="killed halfway and started again, beside a bot that answers",
        ),
        Figure(
            "an answer meanwhile, p50",
            statistics.median(bot.times),
            "ms",
            detail=f"without it {statistics.median(alone):.2f} ms; {beside}",
        ),
    ]


async def _rotated(storage: Storage, environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    command = await _rotate(environment)
    while await _left(storage) > ROTATED / 2:  # noqa: ASYNC110  # the other process tells nothing but by its rows
        await asyncio.sleep(_BETWEEN)
    command.kill()
    await command.wait()
    if not await _left(storage):
        raise RuntimeError("the change had ended before it was killed")
    again = await _rotate(environment)
    if await again.wait() or await _left(storage):
        raise RuntimeError("the change did not go on")
    return time.perf_counter() - began


async def _rotate(environment: Mapping[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "db", "rotate-key", cwd=ROOT, env=os.environ | environment, stdout=DEVNULL
    )


async def _left(storage: Storage) -> int:
    async with storage.database.reading() as tx:
        return (await count_keys(tx)).get(storage.vault.names[1], 0)


async def _open_check_ins(storage: Storage) -> list[Session]:
    opened: list[Session] = []
    async with storage.database.transaction() as tx:
        for user in range(_ANSWERING):
            one = await storage.members.get(tx, user)
            if one is None:
                raise RuntimeError("a member is missing")
            opened.append(await storage.sessions.add(tx, one, {"answers": []}, NOW, expires=NOW))
    return opened


@dataclass
class _Answering:
    """The bot as far as storage goes: one answer after another, some fifty a second; milliseconds in `times`."""

    storage: Storage
    open_ones: list[Session]
    times: list[float] = field(default_factory=list)

    async def answer(self) -> None:
        while True:
            for one in self.open_ones:
                began = time.perf_counter()
                async with self.storage.database.transaction() as tx:
                    found = await self.storage.sessions.get(tx, one.id)
                    if not found or not await self.storage.sessions.update(tx, found, {}, expires=NOW, due=None):
                        raise RuntimeError("an answer was lost")
                self.times.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(_BETWEEN)

    async def answer_for(self, seconds: float) -> list[float]:
        """Answer for a while with nothing beside; give the times, and forget them."""
        try:
            async with asyncio.timeout(seconds):
                await self.answer()
        except TimeoutError:
            pass
        taken, self.times = self.times, []
        return taken
