"""A backup that is killed, interrupted or out of room leaves what was there whole, and nothing that outlives a receipt.

`make torture` interrupts more often; `SEED`, printed when it fails, repeats the choices of a run.
"""

import asyncio
import os
import random
import secrets
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.config import StorageSettings
from bot.storage.backup import back_up
from bot.storage.claim import claim
from bot.storage.errors import BackupInvalid
from bot.storage.files import Backup, newest, prune_backups
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.restore import restore
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import entry, member, member_key
from bot.upkeep import read_backup
from tests.promises.homes import TORTURE
from tests.storage.conftest import embedded, migrated, sqlite, vault
from tests.storage.world import ANNE, NOW, bytes_on_disk, fill, read_all, silent
from tests.wire.process import ROOT

__all__ = ["embedded", "migrated", "sqlite", "vault"]

INTERRUPTED = 6 * TORTURE
MEMBERS = 120

BACKS_UP = """
import asyncio, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.errors import StorageError
from bot.config import StorageSettings
from bot.storage.backup import back_up
from bot.storage.claim import claim
from bot.storage.errors import BackupInvalid
from bot.storage.storage import open_beside

async def main(address, folder, room):
    database = await open_beside(address)
    if room != "0":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    print("begins", flush=True)
    try:
        while True:
            await back_up(database, Path(folder), datetime.now(UTC), lambda done, total: None)
    except (StorageError, OSError):
        sys.exit(1)

asyncio.run(main(*sys.argv[1:]))
"""


RESTORES = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.config import StorageSettings
from bot.upkeep import read_backup

def die(done, total):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)

address, key, folder = sys.argv[1:]
settings = StorageSettings(database=address, key_files=(Path(key),))
asyncio.run(read_backup(settings, Path(folder), None, datetime.now(UTC), die))
"""


async def backing_up(address: str, folder: Path, room: int = 0) -> Process:
    """Start a process that makes one backup after another; `room` is how large a file may get, 0 any size."""
    command = (sys.executable, "-c", BACKS_UP, address, str(folder), str(room))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"begins\n"
    return process


async def interrupt(address: str, folder: Path, rng: random.Random) -> None:
    how = rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
    if how is None:  # the disk is full
        process = await backing_up(address, folder, rng.randrange(1, 1_000_000))
    else:
        process = await backing_up(address, folder)
        await asyncio.sleep(rng.uniform(0, 0.5))  # the random point itself; nothing is waited for
        process.send_signal(how)
    await process.communicate()


def rows_in(path: Path, table: str) -> int:
    opened = sqlite3.connect(path)
    try:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # the test's own word
    finally:
        opened.close()


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def wrapped_key(storage: Storage, user_id: int) -> bytes:
    async with storage.database.reading() as tx:
        one = await storage.members.get(tx, user_id)
        assert one
        return (await tx.execute(select(member_key.c.wrapped).where(member_key.c.member_id == one.id))).scalar_one()


async def restored(tmp_path: Path, files: Backup, storage: Storage) -> Storage:
    again = await open_storage(f"sqlite:///{tmp_path / 'again.db'}", storage.vault, NOW)
    await restore(again.database, storage.vault, files, NOW, silent, tmp_path / "restoring")
    return again


@pytest.mark.timeout(600 + 60 * INTERRUPTED)
async def test_what_has_a_name_is_whole_and_nothing_else_lasts(embedded: Storage, sqlite: str, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", secrets.randbits(32)))
    print(f"SEED={seed}")  # noqa: T201  # pytest shows it when the test fails
    rng, folder = random.Random(seed), tmp_path / "backups"  # noqa: S311  # to be repeated, no secret
    for user_id in range(MEMBERS):
        await fill(embedded, user_id)
    await fill(embedded, ANNE)
    key, left = await wrapped_key(embedded, ANNE), 0

    for _ in range(INTERRUPTED):
        await interrupt(sqlite, folder, rng)
        left += len(list(folder.glob("*.part*")))
        for kind, table in (("data", member.name), ("keyring", "keyring")):
            assert all(rows_in(path, table) == MEMBERS + 1 for path in folder.glob(f"{kind}-*Z.db"))
    (folder / "keyring-20261101T000000Z.db.part").write_bytes(key)  # as a version before this one leaves it

    assert left, "no blow struck anything under way"
    prune_backups(folder, datetime.now(UTC))
    assert not list(folder.glob("*.part*"))
    await embedded.shredder.forget(ANNE)
    await back_up(embedded.database, folder, datetime.now(UTC), silent, embedded.vault)
    assert key not in bytes_on_disk(folder)
    again = await restored(tmp_path, newest(folder), embedded)
    assert await read_all(again, ANNE) is None
    assert all([await read_all(again, user_id) for user_id in range(MEMBERS)])
    await again.close()


@pytest.mark.parametrize("next_one", ["a start", "a restore"])
async def test_a_restore_that_is_killed_leaves_nothing_that_outlives_the_next_command(
    embedded: Storage, tmp_path: Path, next_one: str
) -> None:
    """It works on a copy of the data file: what is deleted by now may be in it."""
    key, folder, temporary = tmp_path / "keys" / "key", tmp_path / "backups", tmp_path / "tmp"
    new_key_file(key)
    await fill(embedded, ANNE)
    await embedded.close()
    source = await open_storage(f"sqlite:///{tmp_path / 'source' / 'bot.db'}", load_vault([key]), NOW)
    await fill(source, ANNE)
    files = await back_up(source.database, folder, NOW, silent)
    async with source.database.reading() as tx:
        sealed = (await tx.execute(select(entry.c.sealed))).scalar_one()[:128]
    await source.close()
    shutil.rmtree(tmp_path / "source")
    temporary.mkdir()
    settings = StorageSettings(database=f"sqlite:///{tmp_path / 'anew' / 'bot.db'}", key_files=(key,))

    command = (sys.executable, "-c", RESTORES, settings.database, str(key), str(folder))
    killed = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)})
    assert await killed.wait() == -signal.SIGKILL
    files.data.unlink()
    assert sealed in all_bytes(tmp_path), "it died before it had anything"
    if next_one == "a start":
        taken = await claim(settings.database, settings.restoring)
        await taken.release()
    else:
        with pytest.raises(BackupInvalid):
            await read_backup(settings, folder, None, NOW, silent)

    assert sealed not in all_bytes(tmp_path)
