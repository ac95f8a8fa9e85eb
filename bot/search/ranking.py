"""How well an explainer answers a question: a language model of the whole card, and the lines nearest to the question.

The first is query likelihood with Dirichlet smoothing (Zhai and Lafferty 2001), as a ratio to the pack's background.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from bot.search.profiles import Profile, features, weigh

_MOST_LOOKED_UP = 10_000
_SMOOTHING = 500.0
_LEAST = -1.0
_RARITY = 0.7
_RAREST = 8.0
_NEAREST = 12
_FADING = 0.9
_MODEL_SHARE, _LINES_SHARE = 0.47, 0.6  # each about one over its mean over questions and cards, lines counting half


class Background:
    """How often each feature occurs in the pack, or in a fair sample of it."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._profiles = tuple(profiles)
        self._size = sum((one.size for one in self._profiles), 1.0)
        self._lines = sum((len(one.lengths) for one in self._profiles), 1)
        self._looked_up: dict[str, tuple[float, int]] = {}

    def share(self, feature: str) -> float:
        """Give the share of all counts; 0 for what the pack does not have."""
        return self._of(feature)[0] / self._size

    def rarity(self, feature: str) -> float:
        """Give the inverse line frequency, about 0 to 1."""
        return math.log((self._lines + 1) / (self._of(feature)[1] + 0.5)) / _RAREST

    def lines(self, feature: str) -> int:
        """Give in how many lines a feature stands."""
        return self._of(feature)[1]

    def _of(self, feature: str) -> tuple[float, int]:
        """Count a feature where it is asked for: counting all of them takes memory and time that few ever need."""
        found = self._looked_up.get(feature)
        if found is None:
            count, lines = 0.0, 0
            for one in self._profiles:
                numbers = one.lines.get(feature)
                if numbers is not None:
                    weights = one.weights
                    count += sum([weights[ord(line)] for line in numbers])
                    lines += len(numbers)
            found = count, lines
            if len(self._looked_up) >= _MOST_LOOKED_UP:
                self._looked_up.clear()
            self._looked_up[feature] = found
        return found


class Asked(NamedTuple):
    """A question's features the pack knows, as (feature, weight, share in the pack, weight in a line)."""

    features: list[tuple[str, float, float, float]]
    weight: float
    length: float


def ask(terms: list[str], background: Background) -> Asked:
    """Prepare a question for scoring against many explainers."""
    known: list[tuple[str, float, float, float]] = []
    weight = length = 0.0
    for feature, count in features(terms).items():
        share = background.share(feature)
        if share:
            kind = weigh(feature)
            in_line = (kind * max(0.0, background.rarity(feature)) ** _RARITY) ** 2
            known.append((feature, kind * count, share, in_line))
            weight += kind
            length += in_line
    return Asked(known, math.sqrt(weight), length**0.25)


def fit(asked: Asked, one: Profile) -> float:
    """Say how well one explainer answers; about 1 to 5 for those that do."""
    if not asked.weight or not asked.length:
        return 0.0
    weights, total = one.weights, one.size + _SMOOTHING
    absent = max(_LEAST, math.log(_SMOOTHING / total))
    model = 0.0
    shared = [0.0] * len(one.lengths)
    for feature, weight, share, in_line in asked.features:
        lines = one.lines.get(feature)
        if lines is None:
            model += weight * absent
            continue
        count = 0.0
        last = -1
        for line in map(ord, lines):
            count += weights[line]
            if line != last:
                shared[line] += in_line
                last = line
        model += weight * max(_LEAST, math.log((count / share + _SMOOTHING) / total))
    return _MODEL_SHARE * model / asked.weight + _LINES_SHARE * _nearest(shared, one.lengths) / asked.length


def _nearest(shared: list[float], lengths: list[float]) -> float:
    """Score each line for itself: the best counts most, the next ones fade."""
    near = [value / math.sqrt(length) for value, length in zip(shared, lengths, strict=True) if value]
    near.sort(reverse=True)
    return sum(value * _FADING**place for place, value in enumerate(near[:_NEAREST])) + sum(near[:1])
