"""Backups: any data file with the newest keyring gives back everybody but those who were deleted since."""

import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage.backup import back_up
from bot.storage.engine import open_database
from bot.storage.errors import BackupInvalid, DatabaseInUse, KeyMissing
from bot.storage.files import (
    DATA_LASTS,
    KEYRINGS_LAST,
    Backup,
    is_due,
    last_data_gone,
    last_key_gone,
    make_names,
    newest,
    prune_backups,
)
from bot.storage.ids import new_id
from bot.storage.restore import Restored, restore
from bot.storage.rotation import rotate
from bot.storage.shredding import forget_all
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import deed, member_key, metadata, server_key, showing
from bot.storage.upgrade import upgrade
from bot.storage.vault import Vault
from tests.storage.world import (
    ANNE,
    BO,
    DAY,
    HERE,
    NOW,
    THERE,
    fill,
    fill_server,
    make_key,
    make_vault,
    read_all,
    read_server,
    rows,
    silent,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


async def restored(tmp_path: Path, files: Backup, vault: Vault) -> tuple[Storage, Restored]:
    """Restore into a new SQLite file."""
    path = tmp_path / f"restored-{new_id().hex()}.db"
    storage = await open_storage(f"sqlite:///{path}", vault, NOW)
    try:
        return storage, await restore(storage.database, vault, files, NOW, silent, tmp_path / "restoring")
    except StorageError:
        await storage.close()
        raise


async def without_sessions(storage: Storage, user_id: int) -> dict[str, object]:
    return (await read_all(storage, user_id) or {}) | {"sessions": []}


async def test_everything_but_open_check_ins_comes_back(storage: Storage, folder: Path, tmp_path: Path) -> None:
    for user_id in (ANNE, BO):
        await fill(storage, user_id, f"of {user_id}")
    files = await back_up(storage.database, folder, NOW, silent)

    again, counts = await restored(tmp_path, files, storage.vault)

    assert counts == Restored(members=2, rows=10, removed=0)
    for user_id in (ANNE, BO):
        assert await read_all(again, user_id) == await without_sessions(storage, user_id)
    await again.close()


async def test_a_deleted_member_is_in_no_restore_with_the_newest_keyring(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill(storage, ANNE, "of Anne")
    await fill(storage, BO, "of Bo")
    of_anne, of_bo = await without_sessions(storage, ANNE), await without_sessions(storage, BO)
    old = await back_up(storage.database, folder, NOW, silent)
    old_keyring = tmp_path / "taken-away.db"
    old_keyring.write_bytes(old.keyring.read_bytes())
    await storage.shredder.forget(ANNE)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, counts = await restored(tmp_path, Backup(old.data, new.keyring), storage.vault)

    assert counts == Restored(members=1, rows=5, removed=5)
    assert await read_all(again, ANNE) is None
    assert await read_all(again, BO) == of_bo
    assert len(await rows(again.database, member_key)) == 1
    await again.close()
    # As the documents say: until the last older keyring has lapsed, whoever took one away can still read.
    again, _ = await restored(tmp_path, Backup(old.data, old_keyring), storage.vault)
    assert await read_all(again, ANNE) == of_anne
    await again.close()


async def test_when_everybody_was_deleted_nothing_comes_back(storage: Storage, folder: Path, tmp_path: Path) -> None:
    await fill(storage, ANNE)
    old = await back_up(storage.database, folder, NOW, silent)
    await forget_all(storage.database)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, counts = await restored(tmp_path, Backup(old.data, new.keyring), storage.vault)

    assert counts == Restored(members=0, rows=0, removed=5)
    assert not [table.name for table in metadata.sorted_tables if await rows(again.database, table)]
    await again.close()


async def test_deleted_check_ins_do_not_come_back_either(storage: Storage, folder: Path, tmp_path: Path) -> None:
    await fill(storage, ANNE, "of Anne")
    await fill(storage, BO, "of Bo")
    old = await back_up(storage.database, folder, NOW, silent)
    async with storage.database.transaction() as tx:
        found = await storage.members.get(tx, ANNE, alone=True)
        assert found
        await storage.shredder.delete_checkins(tx, found)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, counts = await restored(tmp_path, Backup(old.data, new.keyring), storage.vault)
    assert await read_all(again, ANNE) is None
    assert await read_all(again, BO) == await without_sessions(storage, BO)
    assert counts == Restored(members=1, rows=5, removed=5)
    await again.close()

    again, _ = await restored(tmp_path, new, storage.vault)
    assert await read_all(again, ANNE) == await without_sessions(storage, ANNE)
    await again.close()


async def test_old_data_opens_with_the_keyring_of_another_master_key(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill(storage, ANNE)
    old = await back_up(storage.database, folder, NOW, silent)
    before, new_key = await without_sessions(storage, ANNE), make_key()
    old_name = storage.vault.writing
    both = Vault([new_key, storage.vault._keys[old_name]])
    await rotate(storage.database, both, silent)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, _ = await restored(tmp_path, Backup(old.data, new.keyring), make_vault(new_key))

    assert await read_all(again, ANNE) == before
    await again.close()


async def test_neither_file_holds_what_belongs_into_the_other(storage: Storage, folder: Path) -> None:
    await fill(storage, ANNE, "canary")
    files = await back_up(storage.database, folder, NOW, silent)
    (key,) = await rows(storage.database, member_key)

    data, keyring = files.data.read_bytes(), files.keyring.read_bytes()

    assert key.wrapped not in data
    assert key.wrapped in keyring
    assert b"canary" not in data + keyring
    assert str(ANNE).encode() not in data + keyring
    opened = sqlite3.connect(files.data)
    for table in ("session", "member_key"):
        assert opened.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608  # a name of our own
    opened.close()


async def without_deeds(storage: Storage, place: int) -> dict[str, object]:
    return (await read_server(storage, place) or {}) | {"deeds": []}


async def test_servers_and_posted_cards_come_back_and_what_moderators_did_does_not(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill(storage, ANNE)
    for place in (HERE, THERE):
        await fill_server(storage, place, ANNE, f"of {place}")
    files = await back_up(storage.database, folder, NOW, silent)

    again, counts = await restored(tmp_path, files, storage.vault)

    assert counts == Restored(members=1, servers=2, rows=11, removed=0)
    for place in (HERE, THERE):
        assert await read_server(again, place) == await without_deeds(storage, place)
    assert await rows(again.database, showing) == []
    await fill_server(again, HERE)
    await again.close()


async def test_a_deleted_server_is_in_no_restore_with_the_newest_keyring(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill_server(storage, HERE)
    await fill_server(storage, THERE)
    old = await back_up(storage.database, folder, NOW, silent)
    async with storage.database.transaction() as tx:
        one = await storage.noticeboard.servers.get(tx, HERE, alone=True)
        assert one
        await storage.noticeboard.servers.delete(tx, one)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, counts = await restored(tmp_path, Backup(old.data, new.keyring), storage.vault)

    assert counts == Restored(members=0, servers=1, rows=3, removed=3)
    assert await read_server(again, HERE) is None
    assert await read_server(again, THERE) == await without_deeds(storage, THERE)
    await again.close()


async def test_no_backup_holds_what_a_moderator_did_or_a_servers_key_beside_its_rows(
    storage: Storage, folder: Path
) -> None:
    await fill_server(storage, HERE, ANNE, "canary")
    files = await back_up(storage.database, folder, NOW, silent)
    (key,), (done,) = await rows(storage.database, server_key), await rows(storage.database, deed)

    data, keyring = files.data.read_bytes(), files.keyring.read_bytes()

    assert key.wrapped not in data
    assert key.wrapped in keyring
    assert not [one for one in (b"canary", str(HERE).encode(), done.sealed, done.actor) if one in data + keyring]
    opened = sqlite3.connect(files.data)
    for table in ("server_key", "deed", "showing"):
        assert opened.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608  # a name of our own
    opened.close()


async def test_a_keyring_from_before_servers_had_keys_still_opens_what_members_keep(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill(storage, ANNE, "of Anne")
    await fill_server(storage, HERE)
    files = await back_up(storage.database, folder, NOW, silent)
    opened = sqlite3.connect(files.keyring)
    opened.execute("DROP TABLE server_keyring")
    opened.commit()
    opened.close()

    again, counts = await restored(tmp_path, files, storage.vault)

    assert counts == Restored(members=1, servers=0, rows=5, removed=3)
    assert await read_all(again, ANNE) == await without_sessions(storage, ANNE)
    await again.close()


async def test_servers_come_back_after_a_change_of_the_master_key(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill_server(storage, HERE)
    old = await back_up(storage.database, folder, NOW, silent)
    before, new_key = await without_deeds(storage, HERE), make_key()
    both = Vault([new_key, storage.vault.master(storage.vault.writing)])
    await rotate(storage.database, both, silent)
    new = await back_up(storage.database, folder, NOW + DAY, silent)

    again, _ = await restored(tmp_path, Backup(old.data, new.keyring), make_vault(new_key))

    assert await read_server(again, HERE) == before
    await again.close()


async def test_a_database_that_holds_servers_is_not_restored_into(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill_server(storage, HERE)
    files = await back_up(storage.database, folder, NOW, silent)

    with pytest.raises(DatabaseInUse, match="Restore into a new, empty one"):
        await restore(storage.database, storage.vault, files, NOW, silent, tmp_path / "restoring")


async def test_the_files_are_the_owners_alone_and_whole(storage: Storage, folder: Path) -> None:
    files = await back_up(storage.database, folder, NOW, silent)

    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        "data-20261121T094113Z.db",
        "keyring-20261121T094113Z.db",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (files.data, files.keyring)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_backup_that_fails_leaves_the_one_before(storage: Storage, folder: Path) -> None:
    await fill(storage, ANNE)
    first = await back_up(storage.database, folder, NOW, silent)

    def fail(done: int, total: int) -> None:
        if done == total:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await back_up(storage.database, folder, NOW + DAY, fail)

    assert newest(folder).keyring == first.keyring
    assert not [path for path in folder.iterdir() if path.suffix == ".part"]


async def test_progress_ends_at_all(storage: Storage, folder: Path, tmp_path: Path) -> None:
    await fill(storage, ANNE)
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    files = await back_up(storage.database, folder, NOW, tell)
    assert (told[0], told[-1]) == ((0, 6), (6, 6))
    again = await open_storage(f"sqlite:///{tmp_path / 'again.db'}", storage.vault, NOW)
    await restore(again.database, storage.vault, files, NOW, tell, tmp_path / "restoring")
    assert told[-1] == (5, 5)
    await again.close()


async def test_the_newest_keyring_replaces_those_before_it(embedded: Storage, folder: Path) -> None:
    files = [await back_up(embedded.database, folder, NOW + day * DAY, silent) for day in range(3)]

    assert [one.keyring.exists() for one in files] == [False, False, True]
    assert [one.data.exists() for one in files] == [True, True, True]
    assert newest(folder) == files[-1]


def test_keyrings_lapse_after_7_days_and_data_after_30(folder: Path) -> None:
    folder.mkdir()
    for day in (0, 1, 24, 25, 31):
        files = make_names(folder, NOW + day * DAY)
        files.data.touch()
        files.keyring.touch()
    (folder / "data-of-someone-else.txt").touch()
    (folder / "data-neverZ.db").touch()

    prune_backups(folder, NOW + 31 * DAY + timedelta(seconds=1))

    assert names(folder) == [
        "data-20261215T094113Z.db",
        "data-20261216T094113Z.db",
        "data-20261222T094113Z.db",
        "data-neverZ.db",
        "data-of-someone-else.txt",
        "keyring-20261216T094113Z.db",
        "keyring-20261222T094113Z.db",
    ]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


@pytest.mark.parametrize("later", [8, 31, 400])
def test_the_newest_of_each_kind_stays_whatever_the_clock_says(folder: Path, later: int) -> None:
    """A clock that runs ahead, or a bot that stood still, must not leave an operator without any backup."""
    folder.mkdir()
    for day in (0, 1):
        files = make_names(folder, NOW + day * DAY)
        files.data.touch()
        files.keyring.touch()

    prune_backups(folder, NOW + later * DAY)

    assert names(folder)[-1] == "keyring-20261122T094113Z.db"
    assert "data-20261122T094113Z.db" in names(folder)
    assert newest(folder) == files


def test_what_is_dated_later_than_now_lapses_like_what_was_made_yesterday(folder: Path) -> None:
    """A clock was years ahead when it was made: it would stay for as long, with what receipts say is gone."""
    folder.mkdir()
    for name in ("data-20301121T094113Z.db", "keyring-20301121T094113Z.db", "data-20261119T094113Z.db"):
        (folder / name).touch()

    prune_backups(folder, NOW)
    assert sorted(one.name for one in folder.glob("*.db")) == [
        "data-20261119T094113Z.db",
        "data-20261120T094113Z.db",
        "keyring-20261120T094113Z.db",
    ]
    assert is_due(folder, NOW), "when it was made, nobody knows"
    (folder / "data-20261121T094113Z.db").touch()
    prune_backups(folder, NOW + DATA_LASTS)

    assert [one.name for one in folder.glob("data-*.db")] == ["data-20261121T094113Z.db"]


def test_receipts_can_name_the_days() -> None:
    assert last_key_gone(NOW) == NOW + KEYRINGS_LAST == NOW + 7 * DAY
    assert last_data_gone(NOW) == NOW + DATA_LASTS == NOW + 30 * DAY


async def test_a_database_that_holds_members_is_not_restored_into(
    storage: Storage, folder: Path, tmp_path: Path
) -> None:
    await fill(storage, ANNE)
    files = await back_up(storage.database, folder, NOW, silent)

    with pytest.raises(DatabaseInUse, match="Restore into a new, empty one"):
        await restore(storage.database, storage.vault, files, NOW, silent, tmp_path / "restoring")


async def test_a_restore_fills_either_engine(embedded: Storage, address: str, folder: Path, tmp_path: Path) -> None:
    await fill(embedded, ANNE)
    files = await back_up(embedded.database, folder, NOW, silent)
    expected = await without_sessions(embedded, ANNE)
    await embedded.close()
    path = Path(address.removeprefix("sqlite:///"))
    if address.startswith("sqlite"):
        address = f"sqlite:///{path.with_name('other.db')}"

    again = await open_storage(address, embedded.vault, NOW)
    await restore(again.database, embedded.vault, files, NOW, silent, tmp_path / "restoring")

    assert await read_all(again, ANNE) == expected
    await again.close()


async def test_under_another_master_key_nothing_is_restored(embedded: Storage, folder: Path, tmp_path: Path) -> None:
    await fill(embedded, ANNE)
    files = await back_up(embedded.database, folder, NOW, silent)

    with pytest.raises(KeyMissing, match=embedded.vault.writing):
        await restored(tmp_path, files, make_vault())


async def test_a_damaged_row_of_the_keyring_costs_one_member(embedded: Storage, folder: Path, tmp_path: Path) -> None:
    for user_id in (ANNE, BO):
        await fill(embedded, user_id)
    files = await back_up(embedded.database, folder, NOW, silent)
    opened = sqlite3.connect(files.keyring)
    opened.execute("UPDATE keyring SET wrapped = zeroblob(60) WHERE member_id = (SELECT min(member_id) FROM keyring)")
    opened.commit()
    opened.close()

    again, counts = await restored(tmp_path, files, embedded.vault)

    assert counts == Restored(members=1, rows=5, removed=5)
    await again.close()


async def test_a_data_file_of_an_older_schema_is_brought_up_to_date(vault: Vault, folder: Path, tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'old.db'}")
    await upgrade(database, NOW, to="0001")
    await database.scrub()
    await database.close()
    folder.mkdir()
    data = folder / "data-20261121T094113Z.db"
    data.write_bytes((tmp_path / "old.db").read_bytes())
    other = await open_storage(f"sqlite:///{tmp_path / 'other.db'}", vault, NOW)
    files = await back_up(other.database, folder, NOW + DAY, silent)
    before = data.read_bytes()
    await other.close()

    again, counts = await restored(tmp_path, Backup(data, files.keyring), vault)

    assert counts == Restored(members=0, rows=0, removed=0)
    assert data.read_bytes() == before, "the backup itself is not touched"
    await again.close()


@pytest.mark.parametrize("which", ["data", "keyring"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 100])
async def test_what_is_no_backup_is_said(
    embedded: Storage, folder: Path, tmp_path: Path, which: str, content: bytes | None
) -> None:
    files = await back_up(embedded.database, folder, NOW, silent)
    path = getattr(files, which)
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BackupInvalid, match="not a backup of this bot"):
        await restored(tmp_path, files, embedded.vault)


def test_a_folder_without_a_backup_is_said(folder: Path) -> None:
    folder.mkdir()

    with pytest.raises(BackupInvalid, match="holds no data file and keyring"):
        newest(folder)


def test_every_table_is_thought_of() -> None:
    """A new table has to be put where backup and restore know it."""
    assert {table.name for table in metadata.sorted_tables} == {
        "member",
        "member_key",
        "situation",
        "session",
        "entry",
        "reminder",
        "occurrence",
        "lease",
        "moment",
        "server",
        "server_key",
        "posting",
        "deed",
        "showing",
    }
