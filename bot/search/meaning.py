"""What a question means by the vectors of its words: which cards it leans to, and whether it is told in danger.

A text's vector is the sum of its words' vectors, made one long. All of it is counting in plain Python.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add, mul
from typing import Final

from bot.domain.vectors import DIMENSIONS, Head, WordVectors

_STRETCH, _STEP = 16, 8  # words: danger is often told in one clause of a long story
_ZERO: Final = (0,) * DIMENSIONS
_UNHEARD = -2.5  # the log of its share that a card without weights of its own is given


def phrases_of(words: Sequence[str]) -> set[str]:
    """Give the words, and the pairs of neighbouring ones."""
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}


class Meaning:
    """Reads questions by a pack's word vectors, for cards in a fixed order."""

    def __init__(self, vectors: WordVectors, ids: Iterable[str]) -> None:
        self._vectors = vectors
        self._heads = [vectors.cards.get(id_) for id_ in ids]

    def knows(self, word: str) -> bool:
        """Say whether a word has a vector."""
        return word in self._vectors.places

    def shares(self, words: Sequence[str]) -> list[float]:
        """Give, for each card, the log of its share of the question; even shares where no word is known."""
        direction = self._direction(self._places(words))
        odds = [None if head is None else _log_odds(head, direction) for head in self._heads]
        known = [one for one in odds if one is not None]
        most = max(known, default=0.0)
        whole = most + math.log(sum(math.exp(one - most) for one in known) or 1.0)
        return [_UNHEARD if one is None else one - whole for one in odds]

    def danger(self, words: Sequence[str]) -> float:
        """Give the log-odds that some stretch of the words is told in danger."""
        starts = range(0, max(1, len(words) - _STRETCH + _STEP), _STEP)
        return max(self._danger_of(words[start : start + _STRETCH]) for start in starts)

    def _danger_of(self, words: Sequence[str]) -> float:
        vectors = self._vectors
        said = sum(vectors.danger_phrases.get(phrase, 0) for phrase in phrases_of(words))
        return _log_odds(vectors.danger, self._direction(self._places(words))) + said * vectors.danger_unit

    def _places(self, words: Iterable[str]) -> list[int]:
        places = self._vectors.places
        return [places[word] for word in words if word in places]

    def _direction(self, places: Iterable[int]) -> Sequence[float]:
        table = self._vectors.table
        total: Iterable[int] = _ZERO
        for place in places:
            start = place * DIMENSIONS
            total = list(map(add, total, array("b", table[start : start + DIMENSIONS])))
        summed = list(total)
        length = math.sqrt(sum(map(mul, summed, summed)))
        return [one / length for one in summed] if length else summed


def _log_odds(head: Head, direction: Sequence[float]) -> float:
    return head.bias + sum(map(mul, head.weights, direction))
