"""What a question means by the vectors of its words: which cards it leans to, and whether it is told in danger.

A text's vector is the sum of its words' vectors, made one long. All of it is counting in plain Python.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add, mul
from typing import Final

from bot.domain.content import Explainer
from bot.domain.vectors import DIMENSIONS, Head, WordVectors, lines_of
from bot.search.text import split

_STRETCH, _STEP = 16, 8  # words: danger is often told in one clause of a long story
_ZERO: Final = (0,) * DIMENSIONS
_LIKENESS, _BIAS = 20.0, -7.0  # what a card's mean line, as a head, comes to beside fitted ones


def phrases_of(words: Sequence[str]) -> set[str]:
    """Give the words, and the pairs of neighbouring ones."""
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}


def stretches_of(words: Sequence[str]) -> list[Sequence[str]]:
    """Give the stretches that are looked at for danger one by one; all words at once where they are few."""
    return [words[start : start + _STRETCH] for start in range(0, max(1, len(words) - _STRETCH + _STEP), _STEP)]


class Meaning:
    """Reads questions by a pack's word vectors, for cards in a fixed order."""

    def __init__(self, vectors: WordVectors, explainers: Iterable[Explainer]) -> None:
        """Take each card's fitted head; one without, such as a server's own, gets the mean of its lines' vectors."""
        self._vectors = vectors
        self._heads = [vectors.cards.get(one.id) or self._head_of(one) for one in explainers]

    def knows(self, word: str) -> bool:
        """Say whether a word has a vector."""
        return word in self._vectors.places

    def shares(self, words: Sequence[str]) -> list[float]:
        """Give, for each card, the log of its share of the question."""
        direction = self._direction(self._places(words))
        odds = [_log_odds(head, direction) for head in self._heads]
        most = max(odds, default=0.0)
        whole = most + math.log(sum(math.exp(one - most) for one in odds) or 1.0)
        return [one - whole for one in odds]

    def danger(self, words: Sequence[str]) -> float:
        """Give the log-odds that some stretch of the words is told in danger."""
        return max(map(self._danger_of, stretches_of(words)))

    def _head_of(self, explainer: Explainer) -> Head:
        direction = self._direction(self._places(split(" ".join(lines_of(explainer)), None)))
        return Head(tuple(_LIKENESS * one for one in direction), _BIAS)

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
