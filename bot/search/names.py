"""Autocomplete over small sets of named things: glossary terms, themes, countries."""

from collections.abc import Iterable

from rapidfuzz import fuzz


class NameIndex:
    """Names in the order given. Immutable after construction."""

    def __init__(self, items: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        self._items = [(key, shown, [one.lower() for one in (shown, key, *others)]) for key, shown, others in items]

    def suggest(self, typed: str, limit: int = 25) -> list[tuple[str, str]]:
        """Give (id, shown) pairs, prefix first."""
        sought = typed.strip().lower()[:100]
        if not sought:
            return [(key, shown) for key, shown, _ in self._items[:limit]]
        scored = [
            (max(100 if name.startswith(sought) else fuzz.partial_ratio(sought, name) * 0.9 for name in names), at)
            for at, (_, _, names) in enumerate(self._items)
        ]
        good = sorted((-score, at) for score, at in scored if score > 65)
        return [self._items[at][:2] for _, at in good[:limit]]

    def exact(self, typed: str) -> str | None:
        """Give the id whose name or id is exactly this."""
        sought = typed.strip().lower()
        return next((key for key, _, names in self._items if sought in names), None)
