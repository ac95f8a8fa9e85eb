"""Packs broken at random, byte by byte and line by line: whatever `check` says, it says it, and what passes serves.

`TORTURE` breaks as many times more packs; `SEED` does the same again.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.pack import shape_of
from bot.authoring.reader import Reader
from bot.rehearsal.rehearsal import rehearse
from tests.promises.homes import TORTURE
from tests.ui.test_limits import all_drawings, problems_of

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
BREAKS = 60 * TORTURE
ODD = (
    *("\r", "\x85", "\u2028", "\u2029", "\ufeff", "\0", "\x07", "\t", "\xa0", "\u200b", "\u202e"),
    *("#", " #", "# ", ": ", ":", "- ", "-", "? ", "&a ", "*a", "!!int ", "!x ", "%", "@", "`", "|", ">", "'", '"'),
    *("[", "]", "{", "}", "{x}", "{name:d}", "**", "||", "```", "<@1>", "\\", "<<: ", "---\n", "...\n", "~", "0x_"),
    *("no", "2036-01-01", "9" * 5000, "- " * 3000, "[" * 3000),
)  # fmt: skip

Break = Callable[[random.Random, bytes], bytes]


def _put_in(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(ODD).encode() + data[at:]


def _turn(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _take_out(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randrange(1, 40) :]


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _lines(change: Callable[[random.Random, list[bytes]], None]) -> Break:
    def broken(dice: random.Random, data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        change(dice, lines)
        return b"".join(lines)

    return broken


def _lose(dice: random.Random, lines: list[bytes]) -> None:
    del lines[dice.randrange(len(lines))]


def _double(dice: random.Random, lines: list[bytes]) -> None:
    at = dice.randrange(len(lines))
    lines.insert(at, lines[at])


def _swap(dice: random.Random, lines: list[bytes]) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _shift(dice: random.Random, lines: list[bytes]) -> None:
    at = dice.randrange(len(lines))
    lines[at] = lines[at][1:] if dice.random() < 0.5 else b" " + lines[at]


def _value(dice: random.Random, lines: list[bytes]) -> None:
    """Puts an odd value in the place of one."""
    keyed = [at for at, line in enumerate(lines) if b": " in line]
    at = dice.choice(keyed or [0])
    lines[at] = lines[at].partition(b": ")[0] + b": " + dice.choice(ODD).encode() + b"\n"


def _from_elsewhere(dice: random.Random, lines: list[bytes]) -> None:
    lines[dice.randrange(len(lines))] = dice.choice(lines)


BREAKING: tuple[Break, ...] = (
    *(_put_in, _turn, _take_out, _cut),
    *(_lines(one) for one in (_lose, _double, _swap, _shift, _value, _from_elsewhere)),
)


@pytest.mark.long
@pytest.mark.timeout(900 * TORTURE)
def test_whatever_is_done_to_a_pack_check_says_so_and_what_passes_serves(pack: Path) -> None:
    dice = random.Random(SEED)  # noqa: S311  # no secret
    reader = Reader(pack)
    names = [name for name in reader.read().pack.reads if shape_of(name)]
    passed = 0
    for turn in range(BREAKS):
        file = pack / dice.choice(names)
        whole = broken = file.read_bytes()
        for _ in range(dice.choice((1, 1, 1, 2, 5))):
            broken = dice.choice(BREAKING)(dice, broken) or b"x"
        file.write_bytes(broken)
        told = f"SEED={SEED}, break {turn}, {file.name}"

        reading = reader.read(strict=dice.random() < 0.3)

        assert (reading.library is None) == bool(reading.errors), told
        assert all(one.line > 0 and one.column > 0 and one.message for one in reading.problems), told
        if reading.library is not None and broken != whole:
            passed += 1
            if passed <= 3 * TORTURE:
                for drawing in all_drawings(reading.library):
                    problems_of(drawing)
                assert rehearse(reading) == (), told
        file.write_bytes(whole)
    assert reader.read().library is not None
