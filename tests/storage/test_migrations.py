"""Migrations lead from nothing, and from every released schema with rows in it, to what the tables say."""

import asyncio
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from bot.storage import upgrade as upgrade_module
from bot.storage.engine import open_database
from bot.storage.errors import DatabaseNewer, DatabaseOlder
from bot.storage.ids import MemberId, new_id
from bot.storage.rows import new_row
from bot.storage.storage import Storage, bring_up_to_date, open_storage, status
from bot.storage.tables import REVISION, entry, lease, member, member_key, metadata, occurrence, reminder
from bot.storage.upgrade import copies, current_revision, upgrade
from bot.storage.vault import Vault, WrappedKey, new_data_key
from tests.storage.world import ANNE, DAY, DOCUMENT, HERE, HOUR, NOW, fill, fill_server, read_server

FIRST, SECOND = "0001", "0002"


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, metadata)


def test_the_newest_revision_is_the_one_the_tables_name() -> None:
    folder = Path(upgrade_module.__file__).parent / "migrations"

    assert ScriptDirectory(str(folder)).get_heads() == [REVISION]


async def test_from_blank_the_migrations_make_what_the_tables_say(storage: Storage) -> None:
    async with storage.database.reading() as tx:
        assert await tx.run_sync(differences) == []
    assert await current_revision(storage.database) == REVISION


async def write_first_schema(address: str, vault: Vault) -> None:
    """Make a database as the first release left it, with a member and an entry."""
    database = await open_database(address)
    assert await upgrade(database, NOW, to=FIRST) == ""
    id_, key, lookup = MemberId(new_id()), new_data_key(), vault.lookup(ANNE)
    wrapped = vault.wrap(key, id_, lookup)
    whole = {"user": ANNE, "document": DOCUMENT}
    kept = new_row(key, entry, new_id(), DOCUMENT, NOW, member_id=id_, expires=HOUR + DAY)
    async with database.transaction() as tx:
        await tx.execute(member.insert().values(new_row(key, member, id_, whole, NOW, lookup=lookup, used=HOUR)))
        await tx.execute(member_key.insert().values(member_id=id_, master=wrapped.master, wrapped=wrapped.sealed))
        await tx.execute(entry.insert().values(kept))
    await database.close()


async def write_second_schema(address: str, vault: Vault) -> None:
    """Make a database as version 0.2.0 left it: with a reminder, a sending, and a lease as well."""
    await write_first_schema(address, vault)
    database = await open_database(address)
    await upgrade(database, NOW, to=SECOND)
    async with database.transaction() as tx:
        row = (await tx.execute(select(member, member_key.c.master, member_key.c.wrapped).join(member_key))).one()
        key = vault.unwrap(WrappedKey(row.master, row.wrapped), row.id, row.lookup)
        made = new_row(key, reminder, new_id(), DOCUMENT, NOW, member_id=row.id, due=NOW)
        await tx.execute(reminder.insert().values(made))
        sending = {"id": new_id(), "what": made["id"], "due": NOW, "state": "sending", "created": HOUR}
        await tx.execute(occurrence.insert().values(sending))
        await tx.execute(lease.insert().values(job="sending", holder=new_id(), until=NOW))
    await database.close()


async def test_from_the_second_schema_rows_stay_and_servers_find_their_place(address: str, vault: Vault) -> None:
    await write_second_schema(address, vault)

    storage = await open_storage(address, vault, NOW)

    async with storage.database.transaction() as tx:
        assert await tx.run_sync(differences) == []
        found = await storage.members.get(tx, ANNE)
        assert found
        assert [one.document for one in await storage.entries.list_all(tx, found)] == [DOCUMENT]
        (remind,) = await storage.reminders.list_all(tx, found)
        assert (remind.document, remind.due) == (DOCUMENT, NOW)
        assert [one.what for one in await storage.occurrences.list_sending(tx, 9)] == [remind.id]
        # A SQLite file is one process's alone: whoever held a lease before it opened is dead.
        held = [] if storage.database.is_sqlite else ["sending"]
        assert (await tx.execute(select(lease.c.job))).scalars().all() == held
    await fill_server(storage, HERE)
    assert await read_server(storage, HERE)
    await storage.close()


async def test_from_the_first_schema_rows_stay_and_the_tables_meet(address: str, vault: Vault) -> None:
    await write_first_schema(address, vault)

    storage = await open_storage(address, vault, NOW)

    async with storage.database.transaction() as tx:
        assert await tx.run_sync(differences) == []
        found = await storage.members.get(tx, ANNE)
        assert found
        assert found.document == DOCUMENT
        assert [one.document for one in await storage.entries.list_all(tx, found)] == [DOCUMENT]
    await fill(storage, ANNE + 1)
    await storage.close()


async def test_a_file_is_copied_beside_itself_before_it_is_changed(sqlite: str, vault: Vault) -> None:
    await write_first_schema(sqlite, vault)
    file = Path(sqlite.removeprefix("sqlite:///"))

    storage = await open_storage(sqlite, vault, NOW)
    await storage.close()

    (copy,) = copies(file)
    assert copy.name == "bot.db.before-0001-20261121T094113Z"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = await open_database(f"sqlite:///{copy}")
    assert await current_revision(kept) == FIRST
    async with kept.reading() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM entry"))).scalar_one() == 1
    await kept.close()


async def test_the_copy_lapses_with_the_keyrings(sqlite: str, vault: Vault) -> None:
    """It holds members' keys, and a receipt has named the day by which those are gone."""
    await write_first_schema(sqlite, vault)
    file = Path(sqlite.removeprefix("sqlite:///"))

    for shown, last_seen in ((NOW, NOW + 7 * DAY), (NOW + 400 * DAY, NOW + 8 * DAY)):
        storage = await open_storage(sqlite, vault, shown)
        assert len(copies(file)) == 1
        async with storage.database.transaction() as tx:
            await storage.moments.put(tx, "confirmed", last_seen)
        await storage.close()
    await (await open_storage(sqlite, vault, NOW - 400 * DAY)).close()

    assert copies(file) == []


async def test_a_blank_file_is_not_copied(embedded: Storage) -> None:
    assert embedded.database.file
    assert copies(embedded.database.file) == []


async def test_a_failing_migration_leaves_everything_as_it_was(address: str, vault: Vault) -> None:
    await write_first_schema(address, vault)
    database = await open_database(address)
    async with database.transaction() as tx:
        await tx.execute(text("CREATE TABLE lease (in_the_way INTEGER)"))

    with pytest.raises(Exception, match="does not know"):
        await upgrade(database, NOW)

    assert await current_revision(database) == FIRST
    async with database.transaction() as tx:
        await tx.execute(text("DROP TABLE lease"))
    await upgrade(database, NOW)
    assert await current_revision(database) == REVISION
    if database.is_sqlite:
        async with database.raw() as driver, driver.execute("PRAGMA foreign_keys") as cursor:
            assert await cursor.fetchone() == (1,)
    await database.close()


async def test_a_command_beside_the_bot_migrates_nothing(address: str, vault: Vault) -> None:
    database = await open_database(address)
    await upgrade(database, NOW, to="0001")
    await database.close()

    with pytest.raises(DatabaseOlder, match="python -m bot db upgrade"):
        await open_storage(address, vault, NOW, beside=True)

    database = await open_database(address)
    assert (await status(database)).revision == "0001"
    await bring_up_to_date(database, NOW)
    await database.close()
    await (await open_storage(address, vault, NOW, beside=True)).close()


async def test_a_database_of_a_newer_version_is_left_alone(address: str, vault: Vault) -> None:
    await (await open_storage(address, vault, NOW)).close()
    database = await open_database(address)
    async with database.transaction() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    seen = await status(database)
    await database.close()

    with pytest.raises(DatabaseNewer, match="written by a newer version"):
        await open_storage(address, vault, NOW)
    with pytest.raises(DatabaseNewer, match="written by a newer version"):
        await open_storage(address, vault, NOW, beside=True)
    assert (seen.revision, seen.newest, seen.rows) == ("9999", REVISION, {})


START = """
import asyncio, sys
from datetime import datetime, UTC
from bot.storage.engine import open_database
from bot.storage.upgrade import upgrade
async def main():
    database = await open_database(sys.argv[1])
    await upgrade(database, datetime(2026, 1, 1, tzinfo=UTC))
    await database.close()
asyncio.run(main())
sys.exit(10 + ("alembic" in sys.modules))
"""


async def start(address: str) -> int:
    """Open a database in a process of its own: 10, or 11 when Alembic was imported for it."""
    running = await asyncio.create_subprocess_exec(sys.executable, "-c", START, address)
    return await running.wait()


async def test_several_processes_may_start_at_once(postgresql: str, vault: Vault) -> None:
    assert set(await asyncio.gather(*(start(postgresql) for _ in range(3)))) <= {10, 11}

    storage = await open_storage(postgresql, vault, NOW)
    await storage.close()


async def test_only_a_start_that_migrates_imports_alembic(sqlite: str) -> None:
    assert [await start(sqlite) for _ in range(2)] == [11, 10]
