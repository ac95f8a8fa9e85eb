"""What tests of every level share: a copy of the real pack to change, and the real pack read once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from bot.domain.library import Library

ROOT = Path(__file__).parent.parent
PACK = ROOT / "content" / "en"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: no process is still at it when the others have nothing left to do."""
    items.sort(key=lambda item: "promises" not in item.path.parts)


@pytest.fixture(scope="session")
def library() -> Library:
    reading = Reader(PACK).read()
    assert reading.library is not None, reading.problems
    return reading.library


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
