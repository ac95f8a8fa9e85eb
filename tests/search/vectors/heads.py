"""Fits the linear heads that read a text's direction: which card answers it, and whether it is told in danger."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from tests.search.vectors.lines import Kind, Line

Floats = NDArray[np.float32]

_ROUNDS, _RATE = 600, 0.3
_KEPT_SMALL = 3e-5  # how much large weights cost
_KEPT_SMALL_DANGER, _KEPT_SMALL_PHRASES = 1e-4, 3e-5
# How much a line counts: for the cards, and for danger. One that only some cards about help answer says little of it.
_CARDS_WEIGHT: Mapping[Kind, float] = {"card": 1.0, "asked": 12.0, "danger": 1.0, "harmless": 0.0}
_DANGER_WEIGHT: Mapping[Kind, float] = {"card": 1.0, "asked": 6.0, "danger": 20.0, "harmless": 20.0}
_HALF_SAFETY_WEIGHT = 0.5
_LEAST_TIMES = 2  # in so many lines a word or a pair has to stand to weigh on its own


def answers(lines: Sequence[Line], ids: Sequence[str]) -> Floats:
    """Give each line's shares of the cards that answer it, one row a line; rows of harmless ones are empty."""
    at = {id_: place for place, id_ in enumerate(ids)}
    found = np.zeros((len(lines), len(ids)), np.float32)
    for row, line in zip(found, lines, strict=True):
        for id_ in line.cards:
            row[at[id_]] = 1 / len(line.cards)
    return found


def fit_cards(directions: Floats, shares: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Fit a softmax over cards; rows of `shares` that are empty are left out. Gives weights and biases."""
    used = shares.sum(axis=1) > 0
    x, y = directions[used], shares[used]
    each = (counts[used] / counts[used].sum())[:, None]

    def slope(weights: Floats) -> Floats:
        odds = x @ weights[:-1] + weights[-1]
        odds -= odds.max(axis=1, keepdims=True)
        guessed = np.exp(odds)
        guessed /= guessed.sum(axis=1, keepdims=True)
        off = each * (guessed - y)
        return np.vstack([x.T @ off + 2 * _KEPT_SMALL * weights[:-1], off.sum(axis=0)])

    found = _descend(slope, np.zeros((x.shape[1] + 1, y.shape[1]), np.float32))
    return found[:-1], found[-1]


def cards_weights(lines: Sequence[Line]) -> Floats:
    """Give how much each line counts when cards are fitted."""
    return np.array([_CARDS_WEIGHT[line.kind] for line in lines], np.float32)


def danger_of(lines: Sequence[Line], safety: frozenset[str]) -> tuple[Floats, Floats]:
    """Give how much of each line is told in danger, 0 to 1, and its weight."""
    told = [len(safety.intersection(line.cards)) / len(line.cards) if line.cards else 0.0 for line in lines]
    weights = [
        _DANGER_WEIGHT[line.kind] if line.kind == "danger" or share in {0, 1} else _HALF_SAFETY_WEIGHT
        for line, share in zip(lines, told, strict=True)
    ]
    return np.array(told, np.float32), np.array(weights, np.float32)


def fit_danger_phrases(
    phrases: Sequence[AbstractSet[str]], told: Floats, weights: Floats
) -> tuple[dict[str, float], float]:
    """Fit a logistic model over which words and pairs of words a line has. Gives a weight for each, and the bias."""
    times = Counter(phrase for line in phrases for phrase in line)
    often = sorted(phrase for phrase, many in times.items() if many >= _LEAST_TIMES)
    at = {phrase: place for place, phrase in enumerate(often)}
    found = [(row, at[phrase]) for row, line in enumerate(phrases) for phrase in line if phrase in at]
    rows, columns = np.array(found).T
    shares = weights / weights.sum()

    def slope(fitted: Floats) -> Floats:
        odds = np.bincount(rows, fitted[columns], minlength=len(told)) + fitted[-1]
        off = shares * (1 / (1 + np.exp(-odds)) - told)
        steps = np.bincount(columns, off[rows], minlength=len(often))
        return np.append(steps + 2 * _KEPT_SMALL_PHRASES * fitted[:-1], off.sum()).astype(np.float32)

    fitted = _descend(slope, np.zeros(len(often) + 1, np.float32))
    return {phrase: float(fitted[place]) for phrase, place in at.items()}, float(fitted[-1])


def fit_danger(directions: Floats, told: Floats, weights: Floats) -> Floats:
    """Fit a logistic model over directions; the last number is the bias."""
    shares = weights / weights.sum()

    def slope(fitted: Floats) -> Floats:
        off = shares * (1 / (1 + np.exp(-(directions @ fitted[:-1] + fitted[-1]))) - told)
        return np.append(directions.T @ off + 2 * _KEPT_SMALL_DANGER * fitted[:-1], off.sum()).astype(np.float32)

    return _descend(slope, np.zeros(directions.shape[1] + 1, np.float32))


def _descend(slope: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Go down a convex slope (Adam, Kingma and Ba 2015, over all lines at once, in ever smaller steps)."""
    at, mean, square = start, np.zeros_like(start), np.zeros_like(start)
    for number in range(1, _ROUNDS + 1):
        now = slope(at)
        mean = 0.9 * mean + 0.1 * now
        square = 0.99 * square + 0.01 * now**2
        rate = _RATE * (1 - number / (_ROUNDS + 1))
        at = at - rate * (mean / (1 - 0.9**number)) / (np.sqrt(square / (1 - 0.99**number)) + 1e-8)
    return at
