"""A walk through prompts that two numbers say in full."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shuffle import pick, seed_beginning_with


@given(st.binary(min_size=16, max_size=16), st.integers(1, 60), st.integers(0, 5))
def test_each_round_shows_everything_once(seed: bytes, count: int, rounds: int) -> None:
    items = list(range(count))
    start = rounds * count

    seen = [pick(items, seed, start + step)[0] for step in range(count)]

    assert sorted(seen) == items


@given(st.binary(min_size=16, max_size=16), st.integers(1, 60), st.integers(0, 2**31))
def test_the_same_two_numbers_stand_at_the_same_prompt(seed: bytes, count: int, position: int) -> None:
    assert pick(range(count), seed, position) == pick(list(range(count)), seed, position)


def test_coming_round_is_said_once_a_round() -> None:
    said = [pick("abc", b"seed", position)[1] for position in range(7)]

    assert said == [False, False, False, True, False, False, True]


def test_nothing_to_pick_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        pick([], b"seed", 0)


@given(st.integers(1, 40), st.data())
def test_a_walk_can_begin_with_any_of_its_items(count: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, count - 1))

    seed = seed_beginning_with(range(count), first, lambda: secrets.token_bytes(16))

    assert pick(range(count), seed, 0) == (first, False)


def test_a_walk_cannot_begin_with_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="one of its items"):
        seed_beginning_with("abc", "d", lambda: b"seed")
