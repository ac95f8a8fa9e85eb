"""A deletion that is killed between its commit and the emptying of the log is finished at the next start."""

import subprocess
import sys
from pathlib import Path

import discord

from bot.domain.trusted_time import SimulatedClock
from bot.jobs.health import JobHealth
from bot.jobs.retention import RetentionJob
from bot.services.leasing import Lease
from bot.services.pack import ServedPack
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.storage import open_storage
from bot.storage.tables import entry, member, member_key
from tests.conftest import PACK
from tests.services.keepers import ANNE, BO, NOW, Clock, join, keep, open_over
from tests.storage.world import bytes_on_disk, rows

ROOT = Path(__file__).resolve().parents[2]

DELETES_AND_DIES = """
import asyncio, os, sys
from pathlib import Path
from bot.storage.database import Database
from bot.storage.keyfile import load_vault
from bot.storage.storage import open_storage
from tests.services.keepers import ANNE, NOW, Clock, open_over

async def main(address, key):
    storage = await open_storage(address, load_vault((Path(key),)), NOW)
    async def die(_):
        os._exit(9)
    Database.scrub = die
    one = open_over(storage, Clock())
    await one.mydata.delete_everything(ANNE, NOW)
    await one.wiping.wipe(NOW)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_deletion_cut_off_before_its_receipt_is_finished_by_the_next_start(tmp_path: Path) -> None:
    key, state = tmp_path / "master.key", tmp_path / "state"
    new_key_file(key)
    state.mkdir()
    address = f"sqlite:///{state / 'bot.db'}"
    storage = await open_storage(address, load_vault((key,)), NOW)
    one = open_over(storage, Clock())
    for user in (ANNE, BO):
        await join(one, user)
        await keep(one, user)
    async with storage.database.reading() as tx:
        person = await one.people.find(tx, ANNE)
        assert person is not None
    keys = {row.member_id: row.wrapped for row in await rows(storage.database, member_key)}
    wrapped = keys[person.member.id]
    await storage.close()

    command = [sys.executable, "-c", DELETES_AND_DIES, address, str(key)]
    died = subprocess.run(command, cwd=PACK.parents[1], check=False)  # noqa: ASYNC221  # nothing else runs meanwhile

    assert died.returncode == 9
    assert wrapped in bytes_on_disk(state), "this test would see nothing"
    storage = await open_storage(address, load_vault((key,)), NOW)
    one = open_over(storage, clock := Clock())
    try:
        assert [len(await rows(storage.database, table)) for table in (member, member_key, entry)] == [1, 1, 1]
        assert await one.mydata.look(ANNE, NOW) is None
        client = discord.Client(intents=discord.Intents.none())
        job = RetentionJob(ServedPack(PACK, NOW), client, JobHealth())
        await job.run(one, Lease(storage, job.name, bytes(16), SimulatedClock(clock)))

        assert wrapped not in bytes_on_disk(state)
        assert await one.mydata.look(BO, NOW) is not None
    finally:
        await storage.close()
