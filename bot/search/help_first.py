"""Where cards about help, or about the wrong itself, stand among the cards that fit a question.

They come before cards about feelings when a question may be told in danger, and keep back when it only uses words of
danger. How near is near was tuned on the tuning half of `tests/search/danger.jsonl`. Nothing is concluded about who
asked: whatever was typed, the line about help and Support stand above all results.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

MAY_BE, IS = -1.8, 0.0  # log-odds of danger: from the one on such a card is shown, from the other on it may lead
_PULL, _MOST_PULL = 0.15, 1.5
_CLEARLY_LEADS, _CLEARLY_SHOWN = 0.4, 3.0  # by so much it has to fit better than all others to do so anyway
_SHOWN = 3
_BEHIND = 1e-6


def place(fits: Mapping[int, float], safety: AbstractSet[int], danger: float) -> dict[int, float]:
    """Give what fits with the cards of `safety` moved to where the danger in the question puts them."""
    others = sorted((fit for at, fit in fits.items() if at not in safety), reverse=True)
    found = dict(fits)
    ours = [at for at in fits if at in safety]
    if not others or not ours:
        return found
    pull = max(-_MOST_PULL, min(_MOST_PULL, _PULL * (danger - IS)))
    third = others[min(_SHOWN, len(others)) - 1]
    for at in ours:
        lead = fits[at] - others[0]
        found[at] = fits[at] + pull
        if danger < IS and lead < _CLEARLY_LEADS:
            found[at] = min(found[at], others[0] - _BEHIND)
        if danger < MAY_BE and lead < _CLEARLY_SHOWN:
            found[at] = min(found[at], third - _BEHIND)
    if danger >= MAY_BE:
        best = max(ours, key=lambda at: (found[at], -at))
        found[best] = max(found[best], others[min(_SHOWN - 1, len(others)) - 1] - _BEHIND)
    return found
