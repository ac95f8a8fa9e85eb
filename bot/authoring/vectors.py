"""Reads and writes `vectors/words.bin`, a pack's word vectors; `tests/search/vectors` makes them.

The file is one line of JSON, the words parted by line feeds, an empty line, the phrases of danger parted so, an empty
line, the table, a signed byte for each phrase, and the heads as little-endian 32-bit floats: each card's weights and
bias in the order that the first line names them, then those of danger. The first line ends with a digest of all the
rest, which files of 0.4.0 do not have, and holds one of each file of sentences beside it.
"""

import contextlib
import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.domain.content import Explainer
from bot.domain.vectors import DIMENSIONS, Head, WordVectors, lines_of
from bot.regular_files import read_regular_file

FOLDER: Final = "vectors"
FILE: Final = f"{FOLDER}/words.bin"
BESIDE: Final = ("asked.tsv", "danger.tsv", "harmless.txt")
"""Files of sentences in the same folder that heads are made from, and which nothing reads but what makes them."""
_MOST_BYTES: Final = 64 * 1024 * 1024
_DIGEST_LETTERS = 16


def digest_of_lines(explainers: Iterable[Explainer], told: Iterable[str]) -> str:
    """Give a digest of all that heads are made from: the lines of cards, and further sentences."""
    digest = hashlib.sha256()
    for one in sorted(explainers, key=lambda one: one.id):
        digest.update("\n".join((one.id, str(one.safety), *lines_of(one), "")).encode())
    for line in told:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:_DIGEST_LETTERS]


def digests_beside(folder: Path) -> dict[str, str]:
    """Give a digest of each file of sentences in the folder of a file of vectors, where it is there to be read."""
    found: dict[str, str] = {}
    for name in BESIDE:
        with contextlib.suppress(OSError):
            written = read_regular_file(folder / name, _MOST_BYTES)
            found[name] = hashlib.sha256(written.replace(b"\r\n", b"\n")).hexdigest()[:_DIGEST_LETTERS]
    return found


class VectorsFile:
    """Remembers what it read last: the file is read again only when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: tuple[bytes, WordVectors] | None = None

    def read(self) -> WordVectors | None:
        """Give the vectors; None where there is no such file.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is no file of vectors, or is cut short.
        """
        try:
            written = read_regular_file(self.path, _MOST_BYTES)
        except FileNotFoundError:
            return None
        digest = hashlib.sha256(written).digest()
        if self._kept is None or self._kept[0] != digest:
            self._kept = digest, _read(written)
        return self._kept[1]

    def changed_beside(self, vectors: WordVectors) -> Iterator[str]:
        """Name the files of sentences that are there and not what the vectors were made from."""
        for name, digest in digests_beside(self.path.parent).items():
            if vectors.beside.get(name, digest) != digest:
                yield name


def _read(written: bytes) -> WordVectors:
    try:
        return _vectors_of(written)
    except (
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        UnicodeError,
        json.JSONDecodeError,
    ) as error:
        raise ValueError("it is no file of vectors") from error


def _vectors_of(written: bytes) -> WordVectors:
    about, _, rest = written.partition(b"\n")
    told = json.loads(about)
    digest = told.pop("digest", None)
    if digest is not None and digest != _digest_of(told, rest):
        raise ValueError("it is cut short or damaged")
    words, _, rest = rest.partition(b"\n\n")
    phrases, _, rest = rest.partition(b"\n\n")
    places = {word: place for place, word in enumerate(words.decode("ascii").split("\n"))}
    of_danger = phrases.decode("ascii").split("\n")
    size = len(places) * DIMENSIONS
    steps, floats = array("b", rest[size : size + len(of_danger)]), array("f", rest[size + len(of_danger) :])
    if sys.byteorder == "big":
        floats.byteswap()
    if len(floats) != (len(told["cards"]) + 1) * (DIMENSIONS + 1):
        raise ValueError("it is cut short")
    heads = [
        Head(tuple(floats[start : start + DIMENSIONS]), floats[start + DIMENSIONS])
        for start in range(0, len(floats), DIMENSIONS + 1)
    ]
    return WordVectors(
        places=MappingProxyType(places),
        table=rest[:size],
        cards=MappingProxyType(dict(zip(told["cards"], heads, strict=False))),
        danger=heads[-1],
        danger_phrases=MappingProxyType(dict(zip(of_danger, steps, strict=True))),
        danger_unit=told["danger_unit"],
        made_from=told["made_from"],
        beside=MappingProxyType(told.get("beside", {})),
    )


def write_vectors(path: Path, vectors: WordVectors) -> None:
    """Write a file of vectors."""
    about = {
        "cards": list(vectors.cards),
        "danger_unit": vectors.danger_unit,
        "made_from": vectors.made_from,
        "beside": dict(vectors.beside),
    }
    floats = array("f")
    for head in (*vectors.cards.values(), vectors.danger):
        floats.extend((*head.weights, head.bias))
    if sys.byteorder == "big":
        floats.byteswap()
    parts = (
        "\n".join(vectors.places).encode("ascii") + b"\n\n",
        "\n".join(vectors.danger_phrases).encode("ascii") + b"\n\n",
        vectors.table,
        array("b", vectors.danger_phrases.values()).tobytes(),
        floats.tobytes(),
    )
    path.parent.mkdir(exist_ok=True)
    rest = b"".join(parts)
    path.write_bytes(json.dumps(about | {"digest": _digest_of(about, rest)}).encode() + b"\n" + rest)


def _digest_of(about: Mapping[str, object], rest: bytes) -> str:
    return hashlib.sha256(json.dumps(about).encode() + b"\n" + rest).hexdigest()
