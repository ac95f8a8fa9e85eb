"""A library's explainers as the Finder holds them: on the FTS5 shelf, and opened for a closer look."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.content import Explainer
from bot.search.profiles import Profile, profile, texts
from bot.search.ranking import Background
from bot.search.shelf import Shelf
from bot.search.text import split
from bot.search.vocabulary import Vocabulary

_MOST_OPEN = 200  # a larger pack opens explainers as they are asked for, and takes its statistics from a sample


class _Page(NamedTuple):
    explainer: Explainer
    words: str
    forms: str


class Pages:
    """The explainers in the pack's order. `earlier` gives what it has of the very same objects."""

    def __init__(self, explainers: Sequence[Explainer], earlier: "Pages | None" = None) -> None:
        self.explainers = explainers
        self.vocabulary = Vocabulary()
        self.read = self._read({id(page.explainer): page for page in earlier.read} if earlier else {})
        self.vocabulary.close()
        self.shelf = Shelf(page.forms for page in self.read)
        self._features: dict[str, str] = {}
        self.kept = self._sample(earlier)
        self._opened: OrderedDict[int, Profile] = OrderedDict()
        self.background = Background(self.kept.values())
        self.sampling = len(explainers) / max(1, len(self.kept))

    @property
    def all_open(self) -> bool:
        """Say whether every explainer is ready for a closer look."""
        return len(self.kept) == len(self.explainers)

    def open(self, at: int) -> Profile:
        """Give an explainer taken apart; the ones opened last are kept."""
        found = self.kept.get(at) or self._opened.pop(at, None) or self._profile(at)
        if at not in self.kept:
            self._opened[at] = found
            if len(self._opened) > _MOST_OPEN:
                self._opened.popitem(last=False)
        return found

    def _profile(self, at: int) -> Profile:
        return profile(self.explainers[at], self.vocabulary.terms, self._features)

    def _read(self, known: dict[int, _Page]) -> list[_Page]:
        pages: list[_Page] = []
        for one in self.explainers:
            page = known.get(id(one))
            if page is None:
                words = split("\n".join(text for _, text in texts(one)), None)
                unlike = set(words)
                self.vocabulary.learn(unlike)
                page = _Page(one, " ".join(sorted(unlike)), " ".join(self.vocabulary.known(words)))
            else:
                self.vocabulary.learn(page.words.split())
            pages.append(page)
        return pages

    def _sample(self, earlier: "Pages | None") -> dict[int, Profile]:
        known = {id(earlier.explainers[at]): one for at, one in earlier.kept.items()} if earlier else {}
        count = len(self.explainers)
        places = range(count) if count <= _MOST_OPEN else (number * count // _MOST_OPEN for number in range(_MOST_OPEN))
        return {at: known.get(id(self.explainers[at])) or self._profile(at) for at in places}
