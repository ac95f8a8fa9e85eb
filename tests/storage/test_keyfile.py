"""A key file is made once, for one reader, outside the state folder; a damaged one is noticed before it seals."""

import base64
import errno
import os
import stat
from pathlib import Path

import pytest

from bot.storage.errors import KeyFileInvalid
from bot.storage.keyfile import load_vault, new_key_file


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def test_a_new_key_is_readable_by_its_owner_alone_and_loads(tmp_path: Path, state: Path) -> None:
    name = new_key_file(tmp_path / "key", state)

    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert load_vault([tmp_path / "key"], state).names == (name,)


def test_several_keys_load_in_the_order_they_are_named(tmp_path: Path, state: Path) -> None:
    names = [new_key_file(tmp_path / file, state) for file in ("new", "old")]

    assert load_vault([tmp_path / "new", tmp_path / "old"], state).names == tuple(names)


def test_a_key_is_never_overwritten(tmp_path: Path, state: Path) -> None:
    new_key_file(tmp_path / "key", state)
    before = (tmp_path / "key").read_text()

    with pytest.raises(KeyFileInvalid, match=r"exists\. A key that is overwritten is lost"):
        new_key_file(tmp_path / "key", state)
    assert (tmp_path / "key").read_text() == before


def test_the_state_folder_is_refused_also_through_a_link(tmp_path: Path, state: Path) -> None:
    (tmp_path / "link").symlink_to(state)
    new_key_file(tmp_path / "key", tmp_path / "elsewhere")
    (tmp_path / "key").rename(state / "key")

    for path in (state / "key", state / "deeper" / "key", tmp_path / "link" / "key", state / ".." / "state" / "key"):
        with pytest.raises(KeyFileInvalid, match="name a path outside it"):
            new_key_file(path, state)
        with pytest.raises(KeyFileInvalid, match="name a path outside it"):
            load_vault([path], state)


def test_a_folder_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path, state: Path) -> None:
    new_key_file(tmp_path / "keys" / "key", state)

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, state: Path) -> None:
    (tmp_path / "keys").write_text("a file")

    with pytest.raises(KeyFileInvalid, match=r"keys cannot be made: File exists\. Name a file in a folder that"):
        new_key_file(tmp_path / "keys" / "key", state)


def test_a_file_that_cannot_be_made_is_said(tmp_path: Path, state: Path) -> None:
    with pytest.raises(KeyFileInvalid, match=r"cannot be written: File name too long\. Name a file in a folder that"):
        new_key_file(tmp_path / ("k" * 300), state)


def test_of_a_key_that_is_not_written_whole_nothing_remains(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        with pytest.raises(KeyFileInvalid, match=r"cannot be written: No space left on device\. Make room"):
            new_key_file(tmp_path / "key", state)

    assert not (tmp_path / "key").exists()
    assert new_key_file(tmp_path / "key", state)


def test_links_in_a_circle_are_said(tmp_path: Path, state: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")

    with pytest.raises(KeyFileInvalid, match=r"in a circle\. Name the key's file itself"):
        load_vault([tmp_path / "two"], state)


def test_no_key_and_a_missing_key_name_the_command_that_makes_one(tmp_path: Path, state: Path) -> None:
    with pytest.raises(KeyFileInvalid, match=r"No key file is set\. Make one with: python -m bot key new PATH"):
        load_vault([], state)
    with pytest.raises(KeyFileInvalid, match=f"no key file at {tmp_path / 'key'}. Put the copy"):
        load_vault([tmp_path / "key"], state)


def test_what_cannot_be_read_is_said(tmp_path: Path, state: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")

    with pytest.raises(KeyFileInvalid, match=r"cannot be read\. Check its permissions"):
        load_vault([tmp_path / "key"], state)
    with pytest.raises(KeyFileInvalid, match=r"is not a file\. Name the key's file itself"):
        load_vault([tmp_path], state)


def test_damage_is_noticed(tmp_path: Path, state: Path) -> None:
    path = tmp_path / "key"
    name = new_key_file(path, state)
    text = path.read_text()
    line = text.splitlines()[-1]
    zeros = base64.b64encode(bytes(32)).decode()

    for damaged in (
        "",
        text + line,
        text.replace("compersion-key-1", "compersion-key-2"),
        f"compersion-key-1 {name}",
        f"compersion-key-1 {name} {zeros}",
        f"compersion-key-1 {name} {zeros[:-8]}",
        f"compersion-key-1 {name} %%%",
    ):
        path.write_text(damaged)
        with pytest.raises(KeyFileInvalid, match="is damaged or not a key file"):
            load_vault([path], state)
