"""What one explainer says, line by line: its features, and which lines have them."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bot.domain.content import Explainer
from bot.search.text import GROUPS_OF, STOP_FORMS

WORD, GROUP, NEIGHBOURS, TOGETHER = 1.0, 0.5, 0.5, 0.3
_WITHIN = 3


def features(terms: list[str]) -> dict[str, float]:
    """Count words, groups of like words, neighbours (`a b`) and content words that stand close together (`a~b`)."""
    found: dict[str, float] = {}
    for term in terms:
        found[term] = found.get(term, 0.0) + 1.0
        for group in GROUPS_OF.get(term, ()):
            found[group] = found.get(group, 0.0) + 1.0
    for one, other in pairwise(terms):
        found[f"{one} {other}"] = 1.0
    content = [term for term in terms if term not in STOP_FORMS]
    for gap in range(1, _WITHIN + 1):
        for one, other in zip(content, content[gap:], strict=False):
            if one != other:
                found[f"{one}~{other}" if one < other else f"{other}~{one}"] = 1.0
    return found


def weigh(feature: str) -> float:
    """Say how much a feature counts by its kind."""
    if feature[0] == "#":
        return GROUP
    return NEIGHBOURS if " " in feature else TOGETHER if "~" in feature else WORD


class Profile(NamedTuple):
    """One explainer. `lines` leads from a feature to the numbers of the lines that have it, once for each time.

    A number is the code of a character: most features stand in one line, and one character takes no room of its own.
    """

    lines: dict[str, str]
    weights: list[float]
    lengths: list[float]
    size: float


def texts(explainer: Explainer) -> Iterator[tuple[float, str]]:
    """Give each text of an explainer with the weight its words have."""
    yield 3.0, explainer.title
    yield 1.0, explainer.summary
    yield from ((2.0, one) for one in explainer.aliases)
    yield from ((2.0, one) for one in explainer.search)
    yield from ((1.0, one) for one in explainer.questions)
    visible = (*explainer.body, *explainer.telling, explainer.try_this or "", explainer.not_for or "")
    yield from ((0.5, one) for one in visible if one)


def profile(explainer: Explainer, read: Callable[[str], list[str]], shared: dict[str, str]) -> Profile:
    """Take one explainer apart; `read` gives the terms of a text, `shared` keeps one copy of each feature."""
    lines: dict[str, str] = {}
    weights: list[float] = []
    lengths: list[float] = []
    size = 0.0
    for line, (weight, text) in enumerate(texts(explainer)):
        number = chr(line)
        found = features(read(text))
        for feature, count in found.items():
            again = number if count == 1.0 else number * int(count)
            lines[shared.setdefault(feature, feature)] = lines.get(feature, "") + again
        size += weight * sum(found.values())
        weights.append(weight)
        lengths.append(max(1.0, sum(map(weigh, found))))
    return Profile(lines, weights, lengths, size)
