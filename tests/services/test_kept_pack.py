"""The last good pack on disk: a restart with a broken one serves it and says so, and nothing else is ever served."""

import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.authoring import kept_pack
from bot.authoring.kept_pack import KeptPack
from bot.authoring.problems import Problem
from bot.errors import ContentInvalid
from bot.services.pack import ServedPack

Edit = Callable[[str, str, str], None]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 13, tzinfo=UTC)
TITLE, BROKEN = "title: What is compersion?", "titel: What is compersion?"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def start(pack: Path, state: Path) -> ServedPack:
    return ServedPack(pack, LATER, KeptPack(state, pack))


async def test_a_restart_with_a_broken_pack_serves_the_last_good_one_and_says_so(
    pack: Path, state: Path, edit: Edit
) -> None:
    first = ServedPack(pack, NOW, KeptPack(state, pack))
    await first.keep(NOW)
    edit("explainers/compersion.yaml", TITLE, BROKEN)

    again = start(pack, state)

    assert again.library.explainers["compersion"].title == "What is compersion?"
    assert again.library.digest == first.library.digest
    assert again.library.vectors is not None
    assert again.copy_since == NOW
    assert [one.message for one in again.errors] == ["`title` is missing", "unknown key `titel`"]


async def test_what_discord_would_refuse_is_served_where_it_was_begun_with_and_never_kept(
    pack: Path, state: Path, edit: Edit
) -> None:
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    refused = Problem("explainers/compersion.yaml", 3, 1, "this card is too long together")

    served = ServedPack(pack, LATER, KeptPack(state, pack), rehearse=lambda _: (refused,))
    await served.keep(LATER)

    assert served.errors == (refused,)
    edit("explainers/compersion.yaml", "title: What is that glow?", BROKEN)
    assert start(pack, state).library.explainers["compersion"].title == "What is compersion?"


async def test_a_mended_pack_takes_its_place(pack: Path, state: Path, edit: Edit) -> None:
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    edit("explainers/compersion.yaml", TITLE, BROKEN)
    served = start(pack, state)
    assert not await served.reload(LATER)
    assert served.copy_since == NOW

    edit("explainers/compersion.yaml", BROKEN, "title: What is that glow?")

    assert await served.reload(LATER)
    assert served.copy_since is None
    assert served.errors == ()
    edit("explainers/compersion.yaml", "title: What is that glow?", BROKEN)
    assert start(pack, state).library.explainers["compersion"].title == "What is that glow?"


async def test_the_same_pack_mended_takes_its_place(pack: Path, state: Path, edit: Edit) -> None:
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    edit("explainers/compersion.yaml", TITLE, BROKEN)
    served = start(pack, state)

    edit("explainers/compersion.yaml", BROKEN, TITLE)

    assert await served.reload(LATER)
    assert served.copy_since is None


async def test_a_folder_that_is_gone_is_served_from_the_copy(pack: Path, state: Path) -> None:
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    pack.rename(pack.with_name("away"))

    assert start(pack, state).library.explainers


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _turned(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _about(**changes: object) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        held["about.json"] = json.dumps({**json.loads(held["about.json"]), **changes}).encode()
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in held.items():
                archive.writestr(name, data)

    return change


def _another_word(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["glossary.yaml"] = held["glossary.yaml"].replace(b"definition: ", b"definition: So: ", 1)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)


UNUSABLE = {
    "cut short": (_cut_short, "is damaged"),
    "a bit turned": (_turned, "is damaged"),
    "empty": (_empty, "is damaged"),
    "a pipe": (_pipe, "cannot be read: it is a pipe or a device, and no file"),
    "an older format": (_about(format=0), "is of another version of this bot, or pack"),
    "another version": (_about(version="0.0.1"), "is of another version of this bot, or pack"),
    "another pack": (_about(pack="/elsewhere"), "is of another version of this bot, or pack"),
    "another digest": (_about(digest="0" * 64), "does not check any more"),
    "another word": (_another_word, "is damaged"),
    "no files": (_about(files=7), "is damaged"),
    "files that climb": (_about(files={"../x": ""}), "is damaged"),
}


@pytest.mark.parametrize("case", UNUSABLE)
async def test_what_is_not_what_was_kept_never_serves(pack: Path, state: Path, edit: Edit, case: str) -> None:
    spoil, said = UNUSABLE[case]
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    spoil(state / "last-good-pack.zip")
    edit("explainers/compersion.yaml", TITLE, BROKEN)

    with pytest.raises(ContentInvalid) as caught:
        start(pack, state)

    assert caught.value.problems[-1].endswith(said)
    assert len(caught.value.problems) > 1


async def test_without_a_copy_a_broken_pack_does_not_start_and_says_why(pack: Path, state: Path, edit: Edit) -> None:
    edit("explainers/compersion.yaml", TITLE, BROKEN)

    with pytest.raises(ContentInvalid) as caught:
        start(pack, state)

    assert caught.value.problems[-1] == f"{pack}: it does not check, and no copy of a good one is kept yet"


async def test_a_copy_that_is_being_written_when_the_process_dies_harms_nothing(
    pack: Path, state: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    with monkeypatch.context() as patch:
        patch.setattr(kept_pack.os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await ServedPack(pack, NOW, KeptPack(state, pack)).keep(NOW)
    edit("explainers/compersion.yaml", "title: What is that glow?", BROKEN)

    assert start(pack, state).library.explainers["compersion"].title == "What is compersion?"


async def test_a_folder_that_cannot_be_written_is_told_once_and_harms_nothing(
    pack: Path, tmp_path: Path, edit: Edit, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("no folder")
    served = ServedPack(pack, NOW, KeptPack(tmp_path / "state", pack))

    await served.keep(NOW)
    edit("explainers/compersion.yaml", TITLE, "title: What is that glow?")
    assert await served.reload(LATER)

    assert caplog.text.count("cannot be kept") == 1
