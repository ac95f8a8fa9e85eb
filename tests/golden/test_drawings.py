"""No screen is drawn in another way without somebody seeing it: `drawings.py` says how to write them anew."""

from typing import Any

import pytest

from bot.rehearsal.rehearsal import SCREENS
from tests.golden.drawings import differences, draw_all, read_fixed_pack, read_stored

STORED = read_stored()


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[Any]]:
    return draw_all(read_fixed_pack())


def test_each_screen_is_stored_and_no_other() -> None:
    assert set(STORED) == {one.name for one in SCREENS}


@pytest.mark.parametrize("name", STORED)
def test_a_screen_is_drawn_as_it_was(drawn: dict[str, list[Any]], name: str) -> None:
    first = next(differences(STORED[name], drawn.get(name)), None)

    assert first is None, name
