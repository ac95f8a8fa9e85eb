"""Answers autocomplete and free-text questions over a library's explainers."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.library import Library


@dataclass(frozen=True, slots=True)
class Match:
    """One explainer that fits; `score` is 0 to 1 and comparable between questions."""

    id: str
    title: str
    score: float


class Finder:
    """Immutable after construction."""

    def __init__(self, library: Library, earlier: "Finder | None" = None) -> None:
        del earlier
        self._cards = list(library.explainers.values())
        self._names = {
            self._key(name): one for one in self._cards for name in (*one.aliases, one.title, one.id, *one.was)
        }
        self._store = sqlite3.connect(":memory:", check_same_thread=False)
        self._store.execute("CREATE VIRTUAL TABLE entry USING fts5(words, card UNINDEXED, tokenize='porter unicode61')")
        rows = [
            (text, at)
            for at, one in enumerate(self._cards)
            for text in (one.title, one.summary, *one.aliases, *one.search, *one.questions)
        ]
        self._store.executemany("INSERT INTO entry VALUES (?, ?)", rows)

    @staticmethod
    def _key(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    def suggest(self, prefix: str, limit: int = 25) -> list[Match]:
        """Autocomplete."""
        key = self._key(prefix)
        if not key:
            return [Match(one.id, one.title, 0.0) for one in self._cards[:limit]]
        found = {one.id: Match(one.id, one.title, 1.0) for name, one in self._names.items() if f" {key}" in f" {name}"}
        for match in self.find(prefix, limit):
            found.setdefault(match.id, match)
        return list(found.values())[:limit]

    def find(self, question: str, limit: int = 5) -> list[Match]:
        """Free text, best first."""
        named = self._names.get(self._key(question))
        if named is not None:
            return [Match(named.id, named.title, 1.0)]
        words = list(dict.fromkeys(re.findall(r"[a-z0-9]+", question[:1000].lower())))[:40]
        if not words:
            return []
        sought = " OR ".join(f'"{word}"' for word in words)
        best: dict[int, float] = {}
        rows = self._store.execute(
            "SELECT card, -rank FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT 200", (sought,)
        )
        for card, score in rows:
            best.setdefault(card, score)
        ranked = sorted(best.items(), key=lambda pair: -pair[1])[:limit]
        return [
            Match(self._cards[at].id, self._cards[at].title, min(0.99, score / 40)) for at, score in ranked if score > 5
        ]

    def is_clear(self, found: Sequence[Match]) -> bool:
        """Say whether the first may be opened at once."""
        return bool(found) and (
            found[0].score == 1.0
            or (found[0].score > 0.5 and (len(found) == 1 or found[0].score > 1.3 * found[1].score))
        )
