"""What the Finder is measured against: plain BM25 over the same text, and rapidfuzz over titles."""

import re
import sqlite3

from rapidfuzz import fuzz, process

from bot.domain.library import Library
from bot.search.profiles import texts


class PlainBm25:
    """SQLite FTS5 with the porter tokenizer, one document a card with all its text, any word of the question."""

    def __init__(self, library: Library) -> None:
        self._ids = list(library.explainers)
        self._store = sqlite3.connect(":memory:")
        self._store.execute("CREATE VIRTUAL TABLE card USING fts5(words, tokenize='porter unicode61')")
        documents = ("\n".join(text for _, text in texts(one)) for one in library.explainers.values())
        self._store.executemany("INSERT INTO card (rowid, words) VALUES (?, ?)", enumerate(documents))

    def find(self, question: str, limit: int = 5) -> list[str]:
        words = dict.fromkeys(re.findall(r"[a-z0-9]+", question.lower()))
        if not words:
            return []
        sought = " OR ".join(f'"{word}"' for word in words)
        rows = self._store.execute("SELECT rowid FROM card WHERE card MATCH ? ORDER BY rank LIMIT ?", (sought, limit))
        return [self._ids[row[0]] for row in rows]


class TitleRatio:
    """rapidfuzz's weighted ratio over titles."""

    def __init__(self, library: Library) -> None:
        self._titles = {one.id: one.title for one in library.explainers.values()}

    def find(self, question: str, limit: int = 5) -> list[str]:
        found = process.extract(question, self._titles, scorer=fuzz.WRatio, limit=limit)
        return [id_ for _, _, id_ in found]
