"""The commands `key` and `db`, as an operator at a terminal meets them, on both engines."""

import asyncio
import re
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.address import folders_of
from bot.storage.engine import open_database
from bot.storage.ids import new_id
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.leases import READY
from bot.storage.storage import open_storage
from bot.storage.upgrade import upgrade
from tests.forking import Bot
from tests.storage.world import ANNE, BO, NOW, bytes_on_disk, fill, read_all

Done: TypeAlias = subprocess.CompletedProcess[str]
Run: TypeAlias = Callable[..., Done]


@pytest.fixture
def keys(tmp_path: Path) -> list[Path]:
    """The key files the settings name."""
    folder = tmp_path / "keys"
    folder.mkdir()
    new_key_file(folder / "one")
    return [folder / "one"]


@pytest.fixture
def run(bot: Bot, address: str, keys: list[Path], tmp_path: Path) -> Run:
    """Run a command with the settings of this test."""

    def command(*arguments: str, given: str = "", database: str = address) -> Done:
        return bot(
            *arguments,
            given=given,
            COMPERSION_STORAGE__DATABASE=database,
            COMPERSION_STORAGE__KEY_FILES=":".join(map(str, keys)),
            COMPERSION_STORAGE__BACKUPS=str(tmp_path / "backups"),
        )

    return command


def fill_with(address: str, keys: list[Path], *users: int) -> None:
    async def work() -> None:
        storage = await open_storage(address, load_vault(keys, *folders_of(address, None)), NOW)
        for user in users:
            await fill(storage, user, f"of {user}")
        await storage.close()

    asyncio.run(work())


def kept_of(address: str, keys: list[Path], user: int) -> dict[str, list[object]] | None:
    async def work() -> dict[str, list[object]] | None:
        storage = await open_storage(address, load_vault(keys), NOW)
        try:
            return await read_all(storage, user)
        finally:
            await storage.close()

    return asyncio.run(work())


def said(done: Done) -> str:
    """What a command that worked has printed; nothing but that."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def refused(done: Done) -> str:
    """The one sentence of a command that met a problem."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_key_is_made_for_its_owner_alone(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "key"

    made = said(bot("key", "new", str(path)))

    assert re.match(rf"{path}: made the master key [0-9a-f]{{16}}\.\n", made)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().split()[-1] not in made, "the secret is not printed"


def test_a_key_is_not_made_beside_the_database_or_its_backups(run: Run, tmp_path: Path, address: str) -> None:
    folders = folders_of(address, tmp_path / "backups")

    assert len(folders) == (2 if address.startswith("sqlite") else 1)
    for folder in folders:
        assert "name a path outside it" in refused(run("key", "new", str(folder / "key")))
        assert not (folder / "key").exists()


def test_status_shows_rows_and_keys_and_needs_no_key(run: Run, address: str, keys: list[Path]) -> None:
    fill_with(address, keys, ANNE, BO)
    name = load_vault(keys).writing

    shown = run("db", "status").stdout.splitlines()

    assert "schema    0004, the newest" in shown
    assert "rows                 2  member" in shown
    assert f"key                  2  under {name}, which writes" in shown
    keys[0].rename(keys[0].with_name("lost"))
    without = run("db", "status")
    assert without.returncode == 1
    assert f"key                  2  under {name}, which is NOT LOADED" in without.stdout
    assert f"There is no key file at {keys[0]}" in without.stdout


def test_upgrade_says_from_what_to_what(run: Run, address: str) -> None:
    async def older() -> None:
        database = await open_database(address)
        await upgrade(database, NOW, to="0001")
        await database.close()

    asyncio.run(older())

    assert "0001, not 0004" in run("db", "status").stdout
    assert "run: python -m bot db upgrade" in refused(run("db", "backup"))
    assert said(run("db", "upgrade")) == "The schema was 0001 and is now 0004, the newest.\n"
    assert said(run("db", "upgrade")) == "The schema is 0004, the newest. Nothing was to be done.\n"


def test_a_backup_is_written_and_restored_without_those_who_left(
    run: Run, address: str, keys: list[Path], tmp_path: Path
) -> None:
    fill_with(address, keys, ANNE, BO)
    expected = (kept_of(address, keys, BO) or {}) | {"sessions": []}
    data, keyring = [line.split(": ")[0] for line in said(run("db", "backup")).splitlines()[:2]]
    forgotten = said(run("db", "forget", str(ANNE)))
    Path(data).rename(tmp_path / "older.db")
    said(run("db", "backup"))
    new = f"sqlite:///{tmp_path / 'restored' / 'bot.db'}"

    restored = said(run("db", "restore", "--data", str(tmp_path / "older.db"), database=new))

    assert "Deleted here, now: all that was kept about them." in forgotten
    assert re.search(r"can no longer be read after 20\d\d-\d\d-\d\d", forgotten)
    assert not Path(keyring).exists()
    assert restored.startswith("Back: members 1, servers 0, rows 5 in all.\nLeft out: rows 5.")
    assert kept_of(new, keys, BO) == expected
    assert kept_of(new, keys, ANNE) is None
    assert "already holds members" in refused(run("db", "restore", database=new))


def test_a_folder_that_holds_no_backup_is_said(run: Run, tmp_path: Path) -> None:
    assert "holds no data file and keyring" in refused(run("db", "restore", str(tmp_path)))


def test_a_backup_that_cannot_be_written_is_said(run: Run, address: str, keys: list[Path], tmp_path: Path) -> None:
    fill_with(address, keys, ANNE)
    (tmp_path / "file").touch()

    assert f"{tmp_path / 'file'}" in refused(run("db", "backup", str(tmp_path / "file" / "folder")))


def test_a_key_is_changed_and_the_old_one_taken_out(run: Run, address: str, keys: list[Path]) -> None:
    fill_with(address, keys, ANNE, BO)
    new = keys[0].with_name("two")
    said(run("key", "new", str(new)))
    keys.insert(0, new)

    moved, again = said(run("db", "rotate-key")), said(run("db", "rotate-key"))
    assert moved.startswith("Moved to the first key: members 2, servers 0, deeds 0.\nNow make a backup")
    assert again.startswith("Moved to the first key: members 0, servers 0, deeds 0.\n")
    assert "make a backup" not in again

    old = keys.pop()
    assert "which is NOT LOADED" not in run("db", "status").stdout
    assert kept_of(address, keys, ANNE)
    keys[0] = old
    assert "needs the master key" in refused(run("db", "forget", str(ANNE)))


def test_status_names_the_keys_that_backups_need(run: Run, address: str, keys: list[Path]) -> None:
    fill_with(address, keys, ANNE)
    old = load_vault(keys).writing
    said(run("db", "backup"))
    new = keys[0].with_name("two")
    said(run("key", "new", str(new)))
    keys.insert(0, new)
    assert "Now make a backup" in said(run("db", "rotate-key"))

    before = said(run("db", "status"))
    said(run("db", "backup"))
    after = said(run("db", "status"))

    assert re.search(rf"under {old}, which keyring-\S+ needs: keep its file", before)
    assert re.search(rf"copy      keyring-\S+ needs {old}\n", before)
    assert f"under {old}, which nothing here needs: its file may be taken out" in after
    assert re.search(r"backup    the newest was made on \S+ at \S+ UTC\n", after)


@pytest.mark.parametrize("trouble", ["damaged", "not there"])
def test_status_lets_no_key_go_while_a_backup_cannot_be_read(
    run: Run, address: str, keys: list[Path], tmp_path: Path, trouble: str
) -> None:
    fill_with(address, keys, ANNE)
    old = load_vault(keys).writing
    said(run("db", "backup"))
    keys.insert(0, keys[0].with_name("two"))
    said(run("key", "new", str(keys[0])))
    said(run("db", "rotate-key"))
    backups = tmp_path / "backups"
    if trouble == "damaged":
        next(backups.glob("keyring-*.db")).write_bytes(b"nonsense" * 100)
    else:  # the disk they are on is not mounted
        backups.rename(tmp_path / "elsewhere")

    status = run("db", "status").stdout

    assert f"under {old}, which nothing that could be read here needs: keep its file" in status
    assert "may be taken out" not in status
    assert (f"backup    none is in {backups}" in status) is (trouble == "not there")


def test_status_says_that_the_newest_backup_is_old(run: Run, address: str, keys: list[Path], tmp_path: Path) -> None:
    fill_with(address, keys, ANNE)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "data-20200101T000000Z.db").touch()

    done = run("db", "status")

    assert done.returncode == 1
    assert "the newest was made on 2020-01-01 at 00:00 UTC, more than two days ago: MAKE ONE NOW" in done.stdout


def test_status_says_that_there_never_was_a_backup(run: Run, address: str, keys: list[Path], tmp_path: Path) -> None:
    fill_with(address, keys, ANNE)

    done = run("db", "status")

    assert done.returncode == 1
    assert f"backup    none is in {tmp_path / 'backups'} yet: MAKE ONE NOW" in done.stdout


def test_forgetting_one_twice_says_that_nothing_was_kept(run: Run, address: str, keys: list[Path]) -> None:
    fill_with(address, keys, ANNE, BO)

    said(run("db", "forget", str(ANNE)))

    assert said(run("db", "forget", str(ANNE))) == "Nothing was kept about them. Nothing was deleted.\n"
    assert kept_of(address, keys, BO)


def test_everybody_is_forgotten_after_the_words_and_without_the_key(run: Run, address: str, keys: list[Path]) -> None:
    fill_with(address, keys, ANNE, BO)
    for path in keys:
        path.unlink()

    for answer in ("", "y\n", "forget\n"):
        refusal = run("db", "forget", "--all", given=answer)
        assert refusal.returncode == 1
        assert "all 2 members and all 0 servers, at once" in refusal.stdout
    assert "Nothing was deleted" in refusal.stdout
    done = run("db", "forget", "--all", given="forget everybody\n")

    assert "members 2, labels 2, check-ins 2, open ones 2, reminders 2." in done.stdout
    assert said(run("db", "forget", "--all", "--yes")).startswith("Nothing was kept")


@pytest.mark.parametrize("arguments", [(), ("--all", "5"), ("nobody",)])
def test_wrong_usage_deletes_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("db", "forget", *arguments).returncode == 2


@pytest.fixture
def file(sqlite: str) -> Path:
    return Path(sqlite.removeprefix("sqlite:///"))


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
class TestOneFile:
    """What can be wrong with a file."""

    def test_a_missing_one_is_not_made(self, run: Run, file: Path) -> None:
        for command in (("status",), ("backup",), ("rotate-key",), ("forget", "5"), ("forget", "--all", "--yes")):
            assert "There is no database at" in refused(run("db", *command))
        assert not file.exists()

    def test_a_damaged_one_is_left_alone(self, run: Run, file: Path) -> None:
        file.write_bytes(b"not a database" * 100)

        for command in ("status", "upgrade", "backup", "rotate-key"):
            assert "not a database, or it is damaged" in refused(run("db", command))
        assert file.read_bytes() == b"not a database" * 100

    def test_a_newer_one_is_left_alone(self, run: Run, address: str, keys: list[Path], file: Path) -> None:
        fill_with(address, keys, ANNE)
        with sqlite3.connect(file) as opened:
            opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.close()

        for command in (("status",), ("upgrade",), ("backup",), ("forget", "--all", "--yes")):
            assert "written by a newer version" in refused(run("db", *command))

    def test_a_locked_one_is_said(self, run: Run, address: str, keys: list[Path], file: Path) -> None:
        fill_with(address, keys, ANNE)
        opened = sqlite3.connect(file, isolation_level=None)
        opened.execute("BEGIN IMMEDIATE")

        assert "locked by something else" in refused(run("db", "forget", str(ANNE)))
        opened.close()
        said(run("db", "forget", str(ANNE)))

    def test_commands_run_beside_the_bot_but_for_two(self, run: Run, address: str, keys: list[Path]) -> None:
        fill_with(address, keys, ANNE, BO)

        async def serving() -> list[Done]:
            storage = await open_storage(address, load_vault(keys), NOW)
            commands = (("backup",), ("status",), ("rotate-key",), ("forget", str(BO)), ("upgrade",), ("restore",))
            done = [await asyncio.to_thread(run, "db", *one) for one in commands]
            await storage.close()
            return done

        done = asyncio.run(serving())

        assert [one.returncode for one in done] == [0, 0, 0, 0, 1, 1]
        assert all("Another process already uses this database" in one.stderr for one in done[4:])

    def test_what_is_still_on_the_disk_is_said(self, run: Run, address: str, keys: list[Path], file: Path) -> None:
        fill_with(address, keys, ANNE)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM member").fetchall()

        done = run("db", "forget", str(ANNE))

        assert done.returncode == 1
        assert "Deleted here, now: all that was kept about them." in done.stdout
        assert "Remains of it are still on the disk: another program is reading the file." in done.stdout
        other.close()
        said(run("db", "forget", str(ANNE)))

    def test_what_was_forgotten_stands_in_no_file(self, run: Run, address: str, keys: list[Path], file: Path) -> None:
        fill_with(address, keys, ANNE)
        opened = sqlite3.connect(file)
        ((wrapped,),) = opened.execute("SELECT wrapped FROM member_key").fetchall()
        opened.close()
        assert wrapped in bytes_on_disk(file.parent)

        said(run("db", "forget", str(ANNE)))

        assert wrapped not in bytes_on_disk(file.parent)


def note_moment(address: str, keys: list[Path], at: datetime) -> None:
    async def work() -> None:
        storage = await open_storage(address, load_vault(keys), NOW)
        async with storage.database.transaction() as tx:
            await storage.moments.put(tx, "confirmed", at)
        await storage.close()

    asyncio.run(work())


def test_backups_are_named_and_lapse_by_the_time_confirmed_last(
    run: Run, address: str, keys: list[Path], tmp_path: Path
) -> None:
    """This machine's clock shows years after that, or was wrong when the older ones were made."""
    fill_with(address, keys, ANNE)
    said(run("db", "backup"))
    (first,) = (tmp_path / "backups").glob("data-*.db")
    old = first.rename(first.with_name("data-20261021T094000Z.db"))

    note_moment(address, keys, NOW)
    said(run("db", "backup"))

    said(run("db", "backup"))

    assert sorted(one.name for one in (tmp_path / "backups").glob("data-*.db")) == [
        "data-20261121T094113Z.db",
        "data-20261121T094114Z.db",
    ]
    assert not old.exists()


def test_without_a_confirmed_time_no_backup_lapses(run: Run, address: str, keys: list[Path], tmp_path: Path) -> None:
    fill_with(address, keys, ANNE)
    (tmp_path / "backups").mkdir()
    old = tmp_path / "backups" / "data-20010101T000000Z.db"
    old.touch()

    said(run("db", "backup"))

    assert old.exists()


def test_status_shows_the_jobs_and_no_other_lease(run: Run, address: str, keys: list[Path]) -> None:
    async def take() -> None:
        storage = await open_storage(address, load_vault(keys), NOW)
        async with storage.database.transaction() as tx:
            await storage.moments.note_confirmed(tx, None, ConfirmedTime(NOW))
            for name in ("folding", READY, "own:somebody"):
                assert await storage.leases.take(tx, name, new_id(), NOW)
        await storage.close()

    asyncio.run(take())

    assert re.findall(r"^job .*", run("db", "status").stdout, re.MULTILINE) == ["job            folding  is run"]


def test_the_time_and_what_is_due_are_shown_and_much_waits_until_it_is_let_go(
    run: Run, address: str, keys: list[Path]
) -> None:
    fill_with(address, keys, ANNE)
    assert "No time was confirmed yet" in refused(run("db", "retention"))
    assert "time      never confirmed by Discord yet: nothing lapses before" in run("db", "status").stdout
    note_moment(address, keys, NOW + timedelta(days=179))
    shown = said(run("db", "retention"))
    assert "time      2027-05-19 09:41 UTC, as Discord confirmed it last" in shown
    assert "due       check-ins 0 of 1, members 0 of 1, servers 0 of 0" in shown

    fill_with(address, keys, *range(1000, 1060))
    note_moment(address, keys, NOW + timedelta(days=181))
    waiting = run("db", "retention")
    assert waiting.returncode == 1
    assert "due       check-ins 61 of 61, members 0 of 61, servers 0 of 0" in waiting.stdout
    assert "python -m bot db retention --confirm" in waiting.stdout
    assert "What is due goes in the next rounds" in said(run("db", "retention", "--confirm"))
    note_moment(address, keys, NOW + timedelta(days=181, minutes=1))
    said(run("db", "retention"))
