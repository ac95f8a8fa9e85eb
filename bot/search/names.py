"""Autocomplete over named things: what begins as typed first, then what has the words, then what is nearly so."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.shelf import Shelf
from bot.search.text import fold, split

_MOST_TYPED = 100
_MOST_NAMED = 200  # characters; no name is so long
_MOST_WORDS = 12
_MOST_LOOKED_AT = 400
_LEAST_LETTERS = 3
_NEAR = 0.7
_AFTER_ALL = "\U0010ffff"


def _key(name: str) -> str:
    return " ".join(split(name)) or " ".join(fold(name).split())


class NameIndex:
    """Items of (id, shown name, other names), in the order given. Immutable once made."""

    def __init__(self, items: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        self._items: list[tuple[str, str]] = []
        self._exact: dict[str, int] = {}
        beginnings: list[tuple[str, int, int]] = []
        self._keys: list[list[str]] = []
        others: list[tuple[str, int]] = []
        for at, (id_, shown, other_names) in enumerate(items):
            self._items.append((id_, shown))
            keys = [_key(shown), _key(id_), *map(_key, other_names)]
            self._exact.setdefault(keys[0], at)
            others += [(key, at) for key in keys[1:]]
            beginnings += [(key, min(kind, 1), at) for kind, key in enumerate(keys)]
            self._keys.append(keys)
        for key, at in others:
            self._exact.setdefault(key, at)
        self._beginnings = sorted(beginnings)
        documents = [" ".join(keys) for keys in self._keys]
        self._shelf = Shelf(documents, prefixes=True)
        self._words = _by_letter(documents)

    def suggest(self, typed: str, limit: int = 25) -> list[tuple[str, str]]:
        """Give (id, shown name) pairs, best first; all in order when nothing is typed."""
        return [self._items[at] for at in self.places(typed, limit)]

    def exact(self, typed: str) -> str | None:
        """Give the id of what is named so, but for case, accents and punctuation; shown names come first."""
        at = self._exact.get(_key(typed)) if len(typed) <= _MOST_NAMED else None
        return None if at is None else self._items[at][0]

    def keys(self, at: int) -> list[str]:
        """Give an item's names, folded; the shown one first."""
        return self._keys[at]

    def places(self, typed: str, limit: int) -> list[int]:
        """Give the places of the items that fit, best first."""
        key = _key(typed[:_MOST_TYPED])
        if not key:
            return list(range(min(limit, len(self._items)))) if not typed.strip() else []
        exact = self._exact.get(key)
        found = dict.fromkeys([] if exact is None else [exact]) | dict.fromkeys(self._beginning(key, limit))
        words = _worth_seeking(split(typed[:_MOST_TYPED])[:_MOST_WORDS])
        if len(found) < limit:
            found |= dict.fromkeys(self._shelf.beginning(words, limit, whole=len(words) - 1))
        if not found:
            found = dict.fromkeys(self._shelf.beginning([self._mend(word) for word in words], limit))
        return list(found)[:limit]

    def _beginning(self, key: str, limit: int) -> list[int]:
        low = bisect_left(self._beginnings, (key, 0, 0))
        high = bisect_left(self._beginnings, (key + _AFTER_ALL, 0, 0), low)
        # A letter or two fits thousands: the alphabet decides then, else shown names and the given order.
        looked_at = self._beginnings[low : min(high, low + _MOST_LOOKED_AT)]
        return [at for _, _, at in heapq.nsmallest(2 * limit, looked_at, key=lambda one: one[1:])]

    def _mend(self, word: str) -> str:
        """Give the beginning of a known word that is nearest to what was typed."""
        known = self._words.get(word[0], ())
        if len(word) < _LEAST_LETTERS or any(one.startswith(word) for one in known):
            return word
        for cut in (len(word), len(word) + 1, len(word) - 1):
            beginnings = [one[:cut] for one in known]
            found = process.extractOne(word, beginnings, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
            if found:
                return found[0]
        return word


def _worth_seeking(words: list[str]) -> list[str]:
    """Leave out single letters, which begin half of all words, unless there is nothing else."""
    return [word for word in words if len(word) > 1] or words[:1]


def _by_letter(documents: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted({word for document in documents for word in document.split()}):
        found.setdefault(word[0], []).append(word)
    return found
