"""What a pack knows of words beyond their letters: vectors made at authoring time, plain data, only looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.content import Explainer

DIMENSIONS: Final = 128


@dataclass(frozen=True, slots=True)
class Head:
    """A linear model over a text's direction: `bias` and the scalar product with `weights` make a log-odds."""

    weights: tuple[float, ...]
    bias: float


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """Vectors of words, and what is read off the sum of a text's words.

    `table` holds `DIMENSIONS` signed bytes a word. `cards` are compared with one another. `danger` reads directions;
    what single words and pairs of neighbouring words say of danger beside it stands in `danger_phrases`, in units of
    `danger_unit`. `made_from` is the digest of the lines that all of them were fitted to.
    """

    places: Mapping[str, int]
    table: bytes
    cards: Mapping[str, Head]
    danger: Head
    danger_phrases: Mapping[str, int]
    danger_unit: float
    made_from: str
    beside: Mapping[str, str]


def lines_of(explainer: Explainer) -> tuple[str, ...]:
    """Give the lines that a card is known by: its names and what is hidden, not what it says."""
    return (explainer.title, *explainer.aliases, *explainer.search, *explainer.questions)
