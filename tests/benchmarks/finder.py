"""The Finder on 10,000 explainers: building, autocomplete, and `find` beside plain BM25 over the same text."""

from __future__ import annotations

import dataclasses
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from bot.authoring.reader import Reader
from bot.domain.content import Explainer
from bot.domain.library import Library
from bot.search.finder import Finder
from tests.search.questions import load_questions
from tests.search.rulers import PlainBm25

from .figures import Figure, percentile

PACK: Final = Path(__file__).parents[2] / "content" / "en"
MANY: Final = 10_000
SEED: Final = 2026
ROUNDS: Final = 2
_MOST_TITLE: Final = 80
_LEAST_TYPED, _MOST_TYPED = 2, 24

_Done = TypeVar("_Done")


def run(many: int = MANY) -> list[Figure]:
    """Measure, interleaving ours and the ruler round by round."""
    own = Reader(PACK).read().library
    if own is None:
        raise SystemExit("the pack does not check: python -m bot check")
    library = grow(own, many)
    finder, built = _timed(lambda: Finder(library))
    _, again = _timed(lambda: Finder(library, finder))
    thousand = grow(own, 1_000)
    earlier = Finder(thousand)
    _, reloaded = _timed(lambda: Finder(_edited(thousand), earlier))
    ruler = PlainBm25(library)
    questions = [one.query for one in load_questions(own)]
    typed = list(typing(library))
    ours: list[float] = []
    plain: list[float] = []
    keys: list[float] = []
    for _ in range(ROUNDS):
        ours += [_timed(lambda asked=asked: finder.find(asked))[1] for asked in questions]
        plain += [_timed(lambda asked=asked: ruler.find(asked))[1] for asked in questions]
        keys += [_timed(lambda prefix=prefix: finder.suggest(prefix))[1] for prefix in typed]
    p99 = percentile(ours, 0.99) / percentile(plain, 0.99)
    return [
        Figure(f"index of {many:,} explainers", built, "s", below=8),
        Figure(f"the same again from the earlier one, {many:,}", again, "s"),
        Figure("reload of 1,000 explainers, one changed", reloaded, "s", below=1),
        Figure(f"autocomplete on {many:,}, p99", percentile(keys, 0.99) * 1000, "ms", most=2, detail=_shown(keys)),
        Figure(
            f"find on {many:,}, p99 beside plain BM25",
            p99,
            "times",
            most=2.5,
            detail=f"{_shown(ours)} against {_shown(plain)}",
        ),
    ]


def grow(library: Library, many: int) -> Library:
    """Make a pack of so many explainers: real ones whose questions and words are drawn anew from all real ones."""
    chance = random.Random(SEED)  # noqa: S311  # the same pack each time
    originals = list(library.explainers.values())
    questions = [question for one in originals for question in one.questions]
    phrases = [phrase for one in originals for phrase in one.search]
    cards: dict[str, Explainer] = {}
    for number in range(many):
        one = originals[number % len(originals)]
        about = chance.choice(phrases)
        card = dataclasses.replace(
            one,
            id=f"{one.id[:40]}-{number}",
            title=f"{about[:60].capitalize()} {number}"[:_MOST_TITLE],
            aliases=tuple(chance.sample(phrases, 3)),
            search=tuple(chance.sample(phrases, 12)),
            questions=tuple(chance.sample(questions, 20)),
        )
        cards[card.id] = card
    return dataclasses.replace(library, explainers=cards, earlier={})


def typing(library: Library, names: int = 150) -> Iterator[str]:
    """Give what Discord would send while members type titles, aliases and sentences; every third has a slip."""
    chance = random.Random(SEED)  # noqa: S311  # the same typing each time
    for one in chance.sample(list(library.explainers.values()), names):
        name = chance.choice([one.title, *one.aliases, one.questions[0]])
        for length in range(_LEAST_TYPED, min(len(name), _MOST_TYPED), 2):
            prefix = name[:length]
            if chance.random() < 1 / 3:
                at = chance.randrange(length)
                prefix = prefix[:at] + chance.choice("aeinorst") + prefix[at + 1 :]
            yield prefix


def _edited(library: Library) -> Library:
    changed = dataclasses.replace(next(iter(library.explainers.values())), summary="A changed summary.")
    return dataclasses.replace(library, explainers={**library.explainers, changed.id: changed})


def _timed(work: Callable[[], _Done]) -> tuple[_Done, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _shown(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds) * 1000:.2f}, p99 {percentile(seconds, 0.99) * 1000:.2f} ms"
