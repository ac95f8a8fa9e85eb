"""A folder that the bot's user may not enter: every command names it, and none takes it for an empty one."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.domain.trusted_time import ConfirmedTime
from bot.errors import BotError, StorageError
from bot.services.backups import Backups
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.storage import open_storage

from .permissions import permissions_hold
from .real_pack import PACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of an installation in order, with a database and a backup."""
    new_key_file(tmp_path / "keys" / "key")
    (tmp_path / "state").mkdir()
    path = tmp_path / "config.yaml"
    path.write_text(
        f"side_port: {{port: null}}\nstorage:\n  database: sqlite:///{tmp_path}/state/bot.db\n"
        f"  key_files: [{tmp_path}/keys/key]\n  backups: {tmp_path}/around/backups\n"
    )
    assert run("db", "upgrade", "--config", str(path))[0] == 0
    assert run("db", "backup", "--config", str(path))[0] == 0
    return path


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    with permissions_hold():
        yield folder
    folder.chmod(0o700)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, arguments)
    if isinstance(done.exception, BotError):
        return 1, "\n".join(getattr(done.exception, "problems", [str(done.exception)]))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize(
    "setting", ["content", "token_file", "storage.database", "storage.key_files", "storage.backups"]
)
def test_the_doctor_names_a_setting_in_a_closed_folder(
    config: Path, closed: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    value = f"{closed}/in/it"
    monkeypatch.setenv(
        f"COMPERSION_{setting.upper().replace('.', '__')}", f"sqlite:///{value}" if "database" in setting else value
    )

    code, said = run("doctor", "--offline", "--config", str(config))

    assert code == 1
    assert any(line.startswith("wrong") and str(closed) in line for line in said.splitlines()), said


@pytest.mark.parametrize("command", [("check",), ("find", "jealous", "--content")])
def test_a_pack_in_a_closed_folder_cannot_be_read(closed: Path, command: tuple[str, ...]) -> None:
    code, said = run(*command, f"{closed}/en")

    assert code == 1
    assert f"{closed}/en:1:1: cannot be read: this user may not" in said


@pytest.mark.parametrize("folder", ["", "vectors"])
def test_a_closed_folder_of_a_pack_is_told_once(tmp_path: Path, folder: str) -> None:
    shutil.copytree(PACK, tmp_path / "en")
    (tmp_path / "en" / folder).chmod(0)
    with permissions_hold():
        code, said = run("check", f"{tmp_path}/en")
    (tmp_path / "en" / folder).chmod(0o700)

    assert code == 1
    assert said.count("cannot be read: this user may not") == 1
    assert said.count("cannot be read") == 1


def test_a_folder_of_backups_that_cannot_be_read_is_not_an_empty_one(config: Path, tmp_path: Path) -> None:
    backups = tmp_path / "around" / "backups"
    for closed in (backups, backups.parent):
        closed.chmod(0)
        with permissions_hold():
            code, status = run("db", "status", "--config", str(config))
            restored = run("db", "restore", "--config", str(config))
            looked, found = run("doctor", "--offline", "--config", str(config))
        closed.chmod(0o700)

        assert code == 1
        assert f"backup    {backups} cannot be read: Permission denied" in status
        assert restored[0] == 1
        assert "Permission denied" in restored[1]
        assert looked == 1
        assert f"wrong  storage.backups: {backups} cannot be " in found


async def test_no_receipt_names_a_day_for_backups_that_cannot_be_seen(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    new_key_file(tmp_path / "keys" / "key")
    vault = load_vault([tmp_path / "keys" / "key"])
    storage = await open_storage(f"sqlite:///{tmp_path}/bot.db", vault, NOW)
    folder.chmod(0)
    try:
        with permissions_hold():
            backups = Backups(storage.database, vault, folder)
            lapse = await backups.lapse_in_time(NOW)
            due = await backups.is_due(ConfirmedTime(NOW))
            with pytest.raises(StorageError, match="is not a folder this bot can write to"):
                await backups.write(ConfirmedTime(NOW))
    finally:
        folder.chmod(0o700)
        await storage.close()

    assert lapse == (False, False)
    assert due


def test_a_file_in_place_of_the_folder_of_backups_is_named(config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, said = run("db", "backup", f"{tmp_path}/file", "--config", str(config))

    assert code == 1
    assert said.startswith(f"{tmp_path}/file is not a folder this bot can write to. Make it, give it to the bot's user")
