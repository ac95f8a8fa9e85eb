"""Which glossary term a question asks the meaning of, if it asks for one and for nothing else."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.content import Term
from bot.search.text import form, split, stem
from bot.search.words import ASKING_THE_MEANING

_LEAST_LETTERS, _NEAR = 6, 0.85
_MOST_WORDS = 24
_ASKING = frozenset(ASKING_THE_MEANING.replace(",", " ").split())
_POLY = form("poly")


class Meanings:
    """Terms by their names and other names. Immutable once made."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._names: dict[tuple[str, ...], Term] = {}
        for one in terms:
            for name in (one.term, one.id, *one.aliases):
                self._names.setdefault(_key(split(name)), one)
        self._names.pop((), None)
        self._written = {" ".join(name): one for name, one in self._names.items()}
        self._longest = max(map(len, self._names), default=0)

    def asked_for(self, question: str) -> Term | None:
        """Give the term whose name stands in the question with nothing beside it but words that ask for a meaning."""
        words = split(question)[:_MOST_WORDS]
        while words and words[0] in _ASKING and _key(words) not in self._names:
            words = words[1:]
        for length in range(min(self._longest, len(words)), 0, -1):
            term = self._names.get(_key(words[:length])) or self._nearly(words[:length])
            if term is not None and _ASKING.issuperset(words[length:]):
                return term
        return None

    def _nearly(self, words: list[str]) -> Term | None:
        """Read a name with a slip in it."""
        name = " ".join(_key(words))
        if len(name) < _LEAST_LETTERS:
            return None
        found = process.extractOne(name, list(self._written), scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
        return self._written[found[0]] if found and found[0][0] == name[0] else None


def without_asking(words: list[str]) -> list[str]:
    """Leave out the words that ask for a meaning."""
    return [word for word in words if word not in _ASKING]


def _key(words: list[str]) -> tuple[str, ...]:
    """Give words without inflections, all names of polyamory as one."""
    return tuple(_POLY if form(word) == _POLY else stem(word) for word in words)
