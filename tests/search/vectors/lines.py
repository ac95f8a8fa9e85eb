"""What heads are made from: the lines of a pack's cards, sentences told in danger, and harmless ones like them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.authoring.vectors import digest_of_lines
from bot.domain.library import Library
from bot.domain.vectors import lines_of

PACK: Final = Path(__file__).parents[3] / "content" / "en"
_DANGER, _HARMLESS = "vectors/danger.tsv", "vectors/harmless.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the cards that answer it; none for one that only shares the words of danger."""

    text: str
    cards: tuple[str, ...]
    told: bool


def read_told(pack: Path = PACK) -> list[Line]:
    """Read the sentences beside the cards: `ids<tab>sentence` for those told in danger."""
    danger = [one.split("\t") for one in _lines(pack / _DANGER)]
    return [
        *(Line(text, tuple(ids.split(",")), told=True) for ids, text in danger),
        *(Line(text, (), told=True) for text in _lines(pack / _HARMLESS)),
    ]


def all_lines(library: Library) -> list[Line]:
    """Give every line of the pack once, with all cards that have it, then the sentences beside the cards."""
    found: dict[str, list[str]] = {}
    for one in library.explainers.values():
        for line in lines_of(one):
            found.setdefault(line, []).append(one.id)
    return [*(Line(text, tuple(ids), told=False) for text, ids in found.items()), *read_told()]


def digest(library: Library) -> str:
    """Give the digest of all of them, as the file of vectors names what it was made from."""
    return digest_of_lines(library.explainers.values(), (f"{one.cards} {one.text}" for one in read_told()))


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("utf-8").splitlines() if line)
