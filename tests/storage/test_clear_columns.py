"""What stands in the clear is what the design names, and nothing of what anybody wrote stands anywhere."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.storage.storage import Storage, open_storage
from bot.storage.tables import metadata, server
from bot.storage.vault import MasterKey, Vault
from tests.storage.world import ANNE, NOW, bytes_on_disk, fill, rows

IN_THE_CLEAR = {
    "member": {"id", "lookup", "used", "version", "created"},
    "member_key": {"member_id", "master"},
    "situation": {"id", "member_id", "version", "created"},
    "session": {"id", "member_id", "guest", "master", "due", "expires", "version", "created"},
    "entry": {"id", "member_id", "expires", "version", "created"},
    "reminder": {"id", "member_id", "due", "version", "created"},
    "occurrence": {"id", "what", "due", "state", "created"},
    "lease": {"job", "holder", "until"},
    "moment": {"name", "at"},
    "server": {"id", "lookup", "left", "due", "version", "created"},
    "server_key": {"server_id", "master"},
    "posting": {"id", "server_id", "due", "version", "created"},
    "deed": {"id", "server_id", "actor", "master", "expires", "version", "created"},
    "showing": {"id", "place", "hour"},
}


async def test_the_columns_are_those_the_design_names(storage: Storage) -> None:
    async with storage.database.reading() as tx:
        columns = {
            table.name: {
                column["name"]
                for column in await tx.run_sync(lambda one, name=table.name: inspect(one).get_columns(name))
            }
            for table in metadata.sorted_tables
        }

    assert {name: found - {"sealed", "wrapped"} for name, found in columns.items()} == IN_THE_CLEAR


def test_no_column_is_for_a_server_a_channel_a_message_or_a_user() -> None:
    words = ("guild", "server", "channel", "message", "user", "role", "stage", "answer", "note")

    assert not [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        for word in words
        if word in column.name and column.name != "server_id"  # our own row's id, as the next test holds
    ]


def test_a_server_id_is_the_random_id_of_our_row() -> None:
    of_servers = [table.c.server_id for table in metadata.sorted_tables if "server_id" in table.columns]

    assert len(of_servers) == 3
    for column in of_servers:
        assert [key.column for key in column.foreign_keys] == [server.c.id]


async def test_nothing_anybody_wrote_stands_on_the_disk(embedded: Storage) -> None:
    await fill(embedded, ANNE, "canary")
    folder = embedded.database.file.parent if embedded.database.file else Path()

    on_disk = bytes_on_disk(folder)

    assert b"canary" not in on_disk
    assert str(ANNE).encode() not in on_disk
    assert ANNE.to_bytes(8, "big") not in on_disk


async def test_two_members_with_different_words_look_alike(storage: Storage) -> None:
    await fill(storage, 1, "warm")
    await fill(storage, 2, "an alarm, and an ache that keeps coming back, and more" * 5)

    for table in metadata.sorted_tables:
        sealed = [len(row.sealed) for row in await rows(storage.database, table) if "sealed" in table.columns]
        assert len(set(sealed)) <= 1, table.name


async def test_hours_are_all_that_is_told_of_when(storage: Storage) -> None:
    await fill(storage, ANNE)

    for table in metadata.sorted_tables:
        for row in await rows(storage.database, table):
            for name in {"created", "used", "expires", "left", "hour"} & set(table.columns.keys()):
                moment = getattr(row, name)
                assert (moment.minute, moment.second) == (0, 0), f"{table.name}.{name}"


async def test_our_own_log_lines_and_the_engines_hold_no_value(
    address: str, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    """At INFO, which is the lowest that third parties' loggers are ever set to."""
    caplog.set_level(logging.INFO)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    try:
        storage = await open_storage(address, vault, NOW)
        await fill(storage, ANNE, "canary")
        await storage.close()
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)

    assert "INSERT INTO member" in caplog.text
    assert "canary" not in caplog.text
    assert str(ANNE) not in caplog.text


WRITE = """
import asyncio, sys
from datetime import datetime, UTC
from bot.storage.storage import open_storage
from bot.storage.vault import MasterKey, Vault
NOW = datetime(2026, 1, 1, tzinfo=UTC)
async def main():
    storage = await open_storage(sys.argv[1], Vault([MasterKey.from_secret(bytes(32))]), NOW)
    number = 0
    while True:
        async with storage.database.transaction() as tx:
            member = await storage.members.add(tx, 1, {}, NOW)
            await storage.entries.add(tx, member, {"n": number}, NOW, expires=None)
        print(number, flush=True)
        number += 1
asyncio.run(main())
"""


@pytest.mark.parametrize("kills", [3])
async def test_what_was_acknowledged_survives_a_kill(address: str, kills: int) -> None:
    acknowledged: list[int] = []
    for _ in range(kills):
        bot = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITE, address, stdout=PIPE)
        assert bot.stdout
        acknowledged += [int(await bot.stdout.readline()) for _ in range(25)]
        bot.kill()
        acknowledged += [int(line) for line in (await bot.stdout.read()).split(b"\n")[:-1]]
        await bot.wait()

    storage = await open_storage(address, Vault([MasterKey.from_secret(bytes(32))]), NOW)
    async with storage.database.transaction() as tx:
        member = await storage.members.get(tx, 1)
        assert member
        kept = [one.document["n"] for one in await storage.entries.list_all(tx, member)]
    await storage.close()
    for number in set(acknowledged):
        # A kill between commit and acknowledgement may leave one more of a number, never one less.
        assert kept.count(number) >= acknowledged.count(number)
    assert len(kept) <= len(acknowledged) + kills
