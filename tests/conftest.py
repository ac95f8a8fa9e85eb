"""What tests of every level share: a copy of the real pack to change, the real pack read once, and which run today."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import HealthCheck, settings

from bot.domain.library import Library
from tests.forking import ROOT, Bot, Command, ForkServer
from tests.real_pack import PACK, share_real_pack

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a machine that is busy is no fault of what is tested


_SLICES = 7
# Set once, before there are processes of tests, so that all of them take the same at midnight, too.
SLICE = os.environ.setdefault("SLICE", str(datetime.now(UTC).toordinal() % _SLICES))


def pytest_report_header() -> str:
    return (
        "all tests"
        if SLICE == "all"
        else f"of the long tests and those on PostgreSQL, slice {SLICE} of 0 to {_SLICES - 1} (SLICE=all for all)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long tests, and of those on both databases the PostgreSQL halves, that are not today's.

    All run where files were named. What takes longest begins: no process is then still at it when the others have
    nothing left to do.
    """
    if SLICE != "all" and config.args == config.getini("testpaths"):
        long = sorted(item.nodeid for item in items if item.get_closest_marker("long"))
        all_ids = {item.nodeid for item in items}
        again = sorted(
            one for one in all_ids if "[postgresql" in one and one.replace("[postgresql", "[sqlite") in all_ids
        )
        others = {*long, *again} - {*long[int(SLICE) :: _SLICES], *again[int(SLICE) :: _SLICES]}
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in others])
        items[:] = [item for item in items if item.nodeid not in others]
    items.sort(key=lambda item: "promises" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def library() -> Library:
    return share_real_pack()


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as server:
        yield server


@pytest.fixture
def bot(fork_server: ForkServer) -> Bot:
    """Do `python -m bot` with these arguments, and wait for its end."""

    def run(*arguments: str, given: str = "", cwd: Path = ROOT, **environment: str) -> CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if key != "DISCORD_TOKEN"}
        env = {**clean, "NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(ROOT), **environment}
        return fork_server.run(Command("bot", arguments, env, cwd), given)

    return run


@pytest.fixture
def content(request: pytest.FixtureRequest) -> Path:
    """What a bot serves: the test's own copy of the pack where it changes one, else the real pack."""
    path: Path = request.getfixturevalue("pack") if "pack" in request.fixturenames else PACK
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may break."""
    return Path(shutil.copytree(PACK, tmp_path / "en"))


@pytest.fixture
def edit(pack: Path) -> Callable[[str, str, str], None]:
    """Replaces a text that stands once in one file of the pack."""

    def replace(name: str, old: str, new: str) -> None:
        file = pack / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    return replace
