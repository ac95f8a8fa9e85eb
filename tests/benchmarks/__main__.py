"""`make bench`: every promise about speed and size, measured now, beside its limit. Exit code 1 when one is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvloop

from . import answers, cards, finder, flood, lookups, presses, reload, storage
from .figures import Figure, table

SHORT, FULL = 20_000, 100_000
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

Bench = Callable[[Path, bool], Awaitable[list[Figure]]]


async def _growth(_: Path, full: bool) -> list[Figure]:  # noqa: FBT001  # one shape for all
    return await lookups.growth(FULL if full else SHORT)


async def _finder(_: Path, full: bool) -> list[Figure]:  # noqa: FBT001  # one shape for all
    del full
    return finder.run()


BENCHES: Final[dict[str, Bench]] = {
    "cpu": lambda folder, _: lookups.cost(folder),
    "start": lambda folder, _: lookups.start(folder),
    "memory": lambda folder, _: lookups.memory(folder),
    "growth": _growth,
    "reload": lambda folder, _: reload.reload(folder),
    "finder": _finder,
    "start-check-ins": lambda folder, _: lookups.start(folder, keeps=True),
    "answers": lambda folder, _: answers.answers(folder),
    "handed": lambda folder, _: presses.handed(folder),
    "presses": lambda folder, _: presses.many(folder),
    "flood": lambda folder, _: flood.flood(folder),
    "due": lambda folder, _: storage.due(folder),
    "size": lambda folder, full: storage.size(folder, 0.1 if full else 0.01),
    "rotation": lambda folder, _: storage.rotation(folder),
    "cards": lambda folder, full: cards.cards(folder, full=full),
}


async def measure(names: list[str], *, full: bool) -> list[Figure]:
    """Run benchmarks one after another, each in a folder of its own."""
    figures: list[Figure] = []
    for name in names:
        _say(f"{name} ...")
        with tempfile.TemporaryDirectory() as folder:
            figures += await BENCHES[name](Path(folder), full)
    return figures


def main() -> int:
    """Parse, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", choices=BENCHES, action="append", help="run this one; may be given again")
    parser.add_argument(
        "--full", action="store_true", help=f"{FULL:,} lookups for the growth, ten times the members for the size"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the marks of this file")
    given = parser.parse_args()
    figures = uvloop.run(measure(given.only or list(BENCHES), full=given.full))
    _say(table(figures))
    if given.write:
        write(given.write, table(figures))
    missed = [figure.name for figure in figures if not figure.met]
    if missed:
        _say(f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def write(file: Path, drawn: str) -> None:
    """Put a table in place of the one a document holds, so that nobody copies figures by hand.

    Raises:
        ValueError: the document has no place for it.
    """
    text = file.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{file} has no {BEGIN} and {END}")
    file.write_text(f"{before}{begin}\n{drawn}\n{end}{after}", encoding="utf-8")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # a command line prints


if __name__ == "__main__":
    sys.exit(main())
