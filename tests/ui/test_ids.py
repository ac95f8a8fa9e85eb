"""The codec of custom ids: everything it makes it reads back, and nothing else."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.ids import MOST_CHARACTERS, MOST_NUMBER, NO_TOKEN, TOKEN_BYTES, Kind, Press, UnknownPress, decode

numbers = st.integers(0, MOST_NUMBER)
presses = st.builds(
    Press,
    kind=st.sampled_from(Kind),
    subject=st.from_regex(r"[a-z0-9-]{0,48}", fullmatch=True),
    token=st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES) | st.just(NO_TOKEN),
    version=numbers,
    position=numbers,
)


@given(presses)
def test_every_press_comes_back_as_it_was_and_fits(press: Press) -> None:
    custom_id = press.encode()

    assert len(custom_id) <= MOST_CHARACTERS
    assert decode(custom_id) == press


@given(st.text(max_size=120))
def test_whatever_else_is_refused_or_means_itself(custom_id: str) -> None:
    try:
        press = decode(custom_id)
    except UnknownPress:
        return
    assert press.encode() == custom_id


@given(presses, st.integers(0, 99), st.characters(codec="ascii"))
def test_a_changed_character_never_crashes(press: Press, at: int, character: str) -> None:
    custom_id = press.encode()
    changed = custom_id[: at % len(custom_id)] + character + custom_id[at % len(custom_id) + 1 :]
    try:
        assert decode(changed).encode() == changed
    except UnknownPress:
        return


@pytest.mark.parametrize(
    "press", [{"subject": "Not A Slug"}, {"subject": "x" * 49}, {"position": -1}, {"token": b"short"}]
)
def test_what_cannot_stand_in_a_custom_id_is_refused_where_it_is_made(press: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        Press(Kind.CARD, **press).encode()


def test_kinds_are_two_letters_and_distinct() -> None:
    assert all(re.fullmatch("[a-z]{2}", kind) for kind in Kind)
    assert len({kind.value for kind in Kind}) == len(Kind)


def test_kinds_once_sent_keep_their_letters() -> None:
    """Messages already in channels carry these letters; a changed one is a dead button."""
    landed = (Path(__file__).parent / "kinds.txt").read_text(encoding="utf-8").split()

    assert [f"{kind.name}={kind.value}" for kind in Kind][: len(landed)] == landed
