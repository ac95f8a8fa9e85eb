"""What heads are made from: the lines of a pack's cards, and the sentences beside them that no member sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from bot.authoring.vectors import digest_of_lines
from bot.domain.library import Library
from bot.domain.vectors import lines_of

PACK: Final = Path(__file__).parents[3] / "content" / "en"
_ASKED, _DANGER, _HARMLESS = "vectors/asked.tsv", "vectors/danger.tsv", "vectors/harmless.txt"

Kind: TypeAlias = Literal["card", "asked", "danger", "harmless"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the cards that answer it; none for one that only shares the words of danger."""

    text: str
    cards: tuple[str, ...]
    kind: Kind


def read_beside(pack: Path = PACK) -> list[Line]:
    """Read the sentences beside the cards: as people ask, told in danger, and harmless. Ids come first, then a tab."""
    return [
        *_with_cards(pack / _ASKED, "asked"),
        *_with_cards(pack / _DANGER, "danger"),
        *(Line(text, (), "harmless") for text in _lines(pack / _HARMLESS)),
    ]


def all_lines(library: Library) -> list[Line]:
    """Give every line of the pack once, with all cards that have it, then the sentences beside the cards."""
    found: dict[str, list[str]] = {}
    for one in library.explainers.values():
        for line in lines_of(one):
            found.setdefault(line, []).append(one.id)
    return [*(Line(text, tuple(ids), "card") for text, ids in found.items()), *read_beside()]


def digest(library: Library) -> str:
    """Give the digest of all of them, as the file of vectors names what it was made from."""
    return digest_of_lines(library.explainers.values(), (f"{one.cards} {one.text}" for one in read_beside()))


def _with_cards(path: Path, kind: Kind) -> Iterator[Line]:
    for line in _lines(path):
        ids, text = line.split("\t")
        yield Line(text, tuple(ids.split(",")), kind)


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("utf-8").splitlines() if line)
