"""Whether a question has to do with the pack at all, so that the Finder can say "nothing close".

A small logistic model; its weights were fitted on the tuning half of `tests/search` and are few on purpose.
"""

import math

from bot.search.profiles import features
from bot.search.ranking import Asked, Background
from bot.search.text import STOP_FORMS, entries, form, join
from bot.search.words import ELSEWHERE, OURS

_BIAS, _FIT, _ELSEWHERE, _UNKNOWN, _LENGTH, _OURS, _PEOPLE = -11.17, 1.14, -5.80, -5.68, 6.78, 2.66, 1.87
_MOST_LENGTH = 2.0
_ABOUT_PEOPLE = ("they", "feel", "partner")

_OURS_FORMS = frozenset(form(word) for (word,) in entries(OURS))
ELSEWHERE_FEATURES = frozenset(
    " ".join(join([form(word) for word in entry])) for row in ELSEWHERE.values() for entry in entries(row)
)


def signs(terms: list[str], asked: Asked, background: Background) -> tuple[float, float, float, float, int]:
    """Say what speaks for and against a question being ours, whatever answers it."""

    def weight(feature: str) -> float:
        return background.rarity(feature) if background.share(feature) else 1.0

    content = set(terms) - STOP_FORMS
    unknown = sum(not background.share(term) for term in content) / max(1, len(content))
    against = sum(weight(one) for one in features(terms) if one in ELSEWHERE_FEATURES)
    elsewhere = against / math.sqrt(max(1, len(content)))
    length = min(_MOST_LENGTH, math.log1p(asked.weight))
    return (
        elsewhere,
        unknown,
        length,
        float(not content.isdisjoint(_OURS_FORMS)),
        sum(one in terms for one in _ABOUT_PEOPLE),
    )


def lean(terms: list[str], asked: Asked, background: Background) -> float:
    """Give the log-odds that a question is ours, before anything fits it."""
    elsewhere, unknown, length, ours, people = signs(terms, asked, background)
    return _BIAS + _ELSEWHERE * elsewhere + _UNKNOWN * unknown + _LENGTH * length + _OURS * ours + _PEOPLE * people


def confidence(leaning: float, fit: float) -> float:
    """Give 0 to 1: how sure it is that an explainer with this fit answers a question leaning so."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, leaning + _FIT * fit))))


def log_odds(score: float) -> float:
    """Undo `confidence`, kept finite."""
    kept = min(1 - 1e-12, max(1e-12, score))
    return math.log(kept / (1 - kept))
