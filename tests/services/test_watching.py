"""Watching a pack: whatever is a link, however a file is changed, and where the system cannot tell."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import watchfiles

from bot.services.pack import ServedPack
from bot.watching import Watcher

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = "explainers/compersion.yaml"


@asynccontextmanager
async def watching(pack: ServedPack) -> AsyncIterator[Callable[[str], "asyncio.Future[None]"]]:
    """Gives what waits until a title is served."""
    reloaded, stop = asyncio.Condition(), asyncio.Event()

    async def reload(*, asked: bool) -> bool:
        del asked
        good = await pack.reload(NOW)
        async with reloaded:
            reloaded.notify_all()
        return good

    async def served(title: str) -> None:
        async with reloaded:
            await reloaded.wait_for(lambda: pack.library.explainers["compersion"].title == title)

    task = asyncio.create_task(Watcher(pack, reload).watch(stop))
    await asyncio.sleep(0.2)  # it watches now
    yield lambda title: asyncio.ensure_future(served(title))
    stop.set()
    await task


def rewrite(file: Path, title: str) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(
        "".join(f"title: {title}\n" if one.startswith("title:") else one for one in lines), encoding="utf-8"
    )


def _in_place(pack: Path, tmp: Path) -> None:
    del tmp
    rewrite(pack / CARD, "What is that glow?")


def _renamed_over(pack: Path, tmp: Path) -> None:
    part = tmp / "part"
    part.write_text((pack / CARD).read_text(encoding="utf-8"), encoding="utf-8")
    rewrite(part, "What is that glow?")
    part.replace(pack / CARD)


@pytest.mark.parametrize("change", [_in_place, _renamed_over])
async def test_a_changed_file_is_served(pack: Path, tmp_path: Path, change: Callable[[Path, Path], None]) -> None:
    async with watching(ServedPack(pack, NOW)) as served:
        change(pack, tmp_path)
        await served("What is that glow?")


async def test_a_change_in_a_folder_that_is_a_link_is_served(pack: Path, tmp_path: Path) -> None:
    (pack / "explainers").rename(tmp_path / "shared")
    (pack / "explainers").symlink_to(tmp_path / "shared")

    async with watching(ServedPack(pack, NOW)) as served:
        rewrite(tmp_path / "shared" / "compersion.yaml", "What is that glow?")
        await served("What is that glow?")


async def test_a_change_of_a_file_that_a_link_leads_to_is_served(pack: Path, tmp_path: Path) -> None:
    (pack / CARD).rename(tmp_path / "compersion.yaml")
    (pack / CARD).symlink_to(tmp_path / "compersion.yaml")

    async with watching(ServedPack(pack, NOW)) as served:
        rewrite(tmp_path / "compersion.yaml", "What is that glow?")
        await served("What is that glow?")


async def test_a_release_whose_link_leads_elsewhere_is_served(pack: Path, tmp_path: Path) -> None:
    first, second = pack.rename(tmp_path / "first"), tmp_path / "second"
    shutil.copytree(first, second)
    rewrite(second / CARD, "What is that glow?")
    current = tmp_path / "current"
    current.symlink_to(first)

    async with watching(ServedPack(current, NOW)) as served:
        (tmp_path / "next").symlink_to(second)
        (tmp_path / "next").replace(current)
        await served("What is that glow?")


async def test_where_the_system_has_no_room_it_is_said_once_and_looked_at(
    pack: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = watchfiles.awatch

    def no_room(*folders: Path, **options: object) -> object:
        if not options["force_polling"]:
            raise OSError("OS file watch limit reached. about [...]")
        return real(*folders, **{**options, "poll_delay_ms": 50})

    monkeypatch.setattr(watchfiles, "awatch", no_room)
    async with watching(ServedPack(pack, NOW)) as served:
        rewrite(pack / CARD, "What is that glow?")
        await served("What is that glow?")
        rewrite(pack / CARD, "What is that light?")
        await served("What is that light?")

    (line,) = [one.getMessage() for one in caplog.records if "does not tell" in one.getMessage()]
    assert "max_user_watches" in line


async def test_a_folder_that_cannot_be_looked_at_is_waited_for(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.watching._UNTIL_WATCHED_AGAIN", 0.02)
    current, following = tmp_path / "current", tmp_path / "next"
    current.symlink_to(pack)
    served_pack = ServedPack(current, NOW)
    following.symlink_to("no system has such a long name" * 10)
    following.replace(current)

    async with watching(served_pack) as served:
        rewrite(pack / CARD, "What is that glow?")
        following.symlink_to(pack)
        following.replace(current)
        await served("What is that glow?")
