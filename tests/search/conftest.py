"""The real pack and its Finder, read once for all tests of search."""

from pathlib import Path

import pytest

from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.search.finder import Finder

PACK = Path(__file__).parents[2] / "content" / "en"


@pytest.fixture(scope="session")
def library() -> Library:
    read = Reader(PACK).read()
    assert read.library is not None, read.problems
    return read.library


@pytest.fixture(scope="session")
def finder(library: Library) -> Finder:
    return Finder(library)
