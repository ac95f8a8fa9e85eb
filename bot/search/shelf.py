"""In-memory FTS5 tables: which documents are worth a closer look. Written once, read-only on any thread afterwards."""

import sqlite3
from collections.abc import Iterable, Sequence


class Shelf:
    """Documents by number. What is sought is letters and digits only, so that nothing reads as FTS5 syntax."""

    def __init__(self, documents: Iterable[str], *, prefixes: bool = False) -> None:
        self._store = sqlite3.connect(":memory:", check_same_thread=False)
        with self._store:
            prefix = ", prefix='2 3'" if prefixes else ""
            self._store.execute(f"CREATE VIRTUAL TABLE shelf USING fts5(words, content='', tokenize='ascii'{prefix})")
            self._store.executemany("INSERT INTO shelf (rowid, words) VALUES (?, ?)", enumerate(documents))

    def likely(self, words: Sequence[str], limit: int) -> list[int]:
        """Give the documents that BM25 ranks best for any of the words."""
        sought = " OR ".join(f'"{word}"' for word in words)
        return self._rows("SELECT rowid FROM shelf WHERE shelf MATCH ? ORDER BY rank LIMIT ?", sought, limit)

    def beginning(self, words: Sequence[str], limit: int, *, whole: int = 0) -> list[int]:
        """Give the documents, in their order, that have each word; those after the first `whole` only begin so."""
        sought = " ".join(f'"{word}"' if at < whole else f'"{word}"*' for at, word in enumerate(words))
        return self._rows("SELECT rowid FROM shelf WHERE shelf MATCH ? ORDER BY rowid LIMIT ?", sought, limit)

    def _rows(self, query: str, sought: str, limit: int) -> list[int]:
        return [row[0] for row in self._store.execute(query, (sought, limit))] if sought else []
