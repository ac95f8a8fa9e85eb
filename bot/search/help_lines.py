"""Lines of the cards about help, looked for whole in what was asked, its common words included: "I can't go on"."""

from collections.abc import Iterable

from bot.domain.content import Explainer
from bot.search.text import form, split

_LEAST_INSIDE = 4  # words; a shorter line counts only when nothing else was said


class HelpLines:
    """The hidden lines and other names of every card marked `safety`. Immutable once made."""

    def __init__(self, explainers: Iterable[Explainer]) -> None:
        found: dict[tuple[str, ...], list[int]] = {}
        for at, one in enumerate(explainers):
            if one.safety:
                for line in (*one.aliases, *one.search, *one.questions):
                    places = found.setdefault(tuple(map(form, split(line))), [])
                    if at not in places:
                        places.append(at)
        self._places = found
        self._lengths = sorted({len(line) for line in found if len(line) >= _LEAST_INSIDE})

    def said_in(self, forms: list[str]) -> dict[int, float]:
        """Give the places of cards with a line in these words, with the share of the words that the line takes."""
        found = dict.fromkeys(self._places.get(tuple(forms), ()), 1.0) if forms else {}
        for length in self._lengths:
            for start in range(len(forms) - length + 1):
                for at in self._places.get(tuple(forms[start : start + length]), ()):
                    found[at] = max(found.get(at, 0.0), length / len(forms))
        return found
