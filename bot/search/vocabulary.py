"""The words a pack uses, and the nearest of them for one it does not."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.text import SINGLE, entries, form, join, split
from bot.search.words import ELSEWHERE

_LEAST_LETTERS, _LEAST_LETTERS_TYPING = 3, 4  # of words that are mended; short ones take long while somebody types
_NEAR = 0.74
_MOST_WORDS = 300
_MOST_CORRECTIONS = 12
_MOST_NEAR = 10

# Right as they are, though a pack may not use them: "compression" is no misspelt compersion.
_ELSEWHERE = frozenset(entry[0] for row in ELSEWHERE.values() for entry in entries(row) if len(entry) == 1)


class Vocabulary:
    """Grows while a pack is read and is only looked at afterwards."""

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._pages: dict[str, int] = {}
        self._near: dict[tuple[str, int], list[str]] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Remember the words of one page, each given once and folded."""
        forms, pages = self._forms, self._pages
        for word in words:
            pages[word] = pages.get(word, 0) + 1
            if word not in forms:
                forms[word] = form(word)

    def known(self, words: Iterable[str]) -> list[str]:
        """Give the forms of words that were learned."""
        return list(map(self._forms.__getitem__, words))

    def close(self) -> None:
        """Make ready to correct; call once, when all is learned."""
        for word in sorted({*self._forms, *SINGLE}):
            if len(word) >= _LEAST_LETTERS:
                self._near.setdefault((word[0], len(word)), []).append(word)

    def terms(self, text: str) -> list[str]:
        """Give the terms of a pack's own text, every word of it known."""
        return join(self.forms_of(split(text)))

    def words(self, question: str) -> list[str]:
        """Give a question's words as they were typed, folded. Long questions lose their middle."""
        words = split(question)
        if len(words) > _MOST_WORDS:
            words = words[: _MOST_WORDS * 2 // 3] + words[-_MOST_WORDS // 3 :]
        return words

    def mend(self, words: Iterable[str], least_letters: int = _LEAST_LETTERS) -> list[str]:
        """Give the same words, near ones in place of those unknown."""
        left = _MOST_CORRECTIONS
        found: list[str] = []
        for word in words:
            if left and len(word) >= least_letters and not self._knows(word):
                left -= 1
                found.append(self._correct(word))
            else:
                found.append(word)
        return found

    def forms_of(self, words: Iterable[str]) -> list[str]:
        """Give the forms of words, whether learned or not."""
        return [self._forms.get(word) or form(word) for word in words]

    def forms_typed(self, prefix: str) -> list[str]:
        """Give the forms of words that somebody is typing, near ones for long ones unknown."""
        return self.forms_of(self.mend(self.words(prefix), _LEAST_LETTERS_TYPING))

    def _knows(self, word: str) -> bool:
        if not word.isalpha():
            return True
        return word in self._forms or word in SINGLE or word in _ELSEWHERE

    def _correct(self, word: str) -> str:
        """Give the nearest word, or the same one when none is near. The first letter is trusted."""
        lengths = range(len(word) - 1, len(word) + 3)
        near = [one for length in lengths for one in self._near.get((word[0], length), ())]
        found = process.extract(word, near, scorer=OSA.normalized_similarity, score_cutoff=_NEAR, limit=_MOST_NEAR)
        if not found:
            return word
        letters = sorted(word)
        # Of words equally near, swapped letters are the likelier slip, then the word that more pages have.
        return max(found, key=lambda one: (one[1], sorted(one[0]) == letters, self._pages.get(one[0], 0)))[0]
