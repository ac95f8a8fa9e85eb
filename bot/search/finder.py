"""Answers autocomplete and free-text questions over a library's explainers, and says so when nothing is close."""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

from bot.domain.content import Term
from bot.domain.library import Library
from bot.domain.topic import is_sentence
from bot.search.belonging import ELSEWHERE_FEATURES, confidence, lean, log_odds
from bot.search.help_first import MAY_BE, place
from bot.search.help_lines import HelpLines
from bot.search.meaning import Meaning
from bot.search.names import NameIndex
from bot.search.pages import Pages
from bot.search.ranking import ask, fit
from bot.search.terms import Meanings, without_asking
from bot.search.text import STOP_FORMS, form, join, split

_CLOSER_LOOK = 40
_MOST_WORDS = 24
_MOST_ROWS, _MOST_ROWS_TYPING = 12_000, 800
_LEAST_SCORE, _LEAST_TYPING = 0.39, 0.15
_NEARLY_NAMED, _NAMED_SCORE = 92.0, 0.97
_SAID_SCORE = 0.6  # a line of a card about help stands in the question, among other words
_SAID_DANGER = 3.0  # log-odds
_MEANT, _NEAREST_MEANT = 0.5, 10
# Whether the best card is right, in log-odds: by its score's log-odds, its lead over the next, and its words' fit.
_SURE_BIAS, _SURE_SCORE, _SURE_LEAD, _SURE_FIT, _MOST_LEAD = -2.13, 0.14, 0.70, 0.77, 3.0
_LEAST_SURE = 0.7
_STORY, _LEAST_SURE_OF_STORY = 30, 1.4  # a text of so many words has something of many cards, so it has to be surer
_LEAST_SUGGESTED = 5
_PARTNER = form("partner")
_HELP = ("support", "right-now")
_MOST_TOPIC_WORDS, _OFTEN, _TOPIC_SCORE = 2, 12, 0.5
_MOST_SHOWN = 3

Tier: TypeAlias = Literal["sure", "unsure"]


@dataclass(frozen=True, slots=True)
class Match:
    """One explainer or glossary term that fits.

    `score` is 0 to 1, comparable between questions, and 1 only for an exact name. `tier` is how sure the answer as a
    whole is, the same for all its matches; `shown` says whether members see this one without asking for more.
    """

    id: str
    title: str
    score: float
    tier: Tier
    shown: bool
    kind: Literal["explainer", "term"] = "explainer"


class Finder:
    """Made in any thread, of use in one; read-only afterwards but for a bounded cache."""

    def __init__(self, library: Library, earlier: "Finder | None" = None, *, plain: "Finder | None" = None) -> None:
        """Index a library; what `earlier` knows of the very same explainers is taken over.

        `plain` is the Finder of the pack that a server's own pages lie over: a question that leads clearly to help
        there leads to it here, whatever a page of the server's own is called.
        """
        self._plain = plain
        explainers = list(library.explainers.values())
        self.pages = Pages(explainers, earlier.pages if earlier else None)
        self._names = NameIndex((one.id, one.title, (*one.was, *one.aliases)) for one in explainers)
        self._places = {one.id: at for at, one in enumerate(explainers)}
        self._safety = frozenset(at for at, one in enumerate(explainers) if one.safety)
        self._help_lines = HelpLines(explainers)
        # In a large pack only few cards have weights, and making them for all would take long.
        vectors = library.vectors if self.pages.all_open else None
        self._meaning = Meaning(vectors, explainers) if vectors else None
        self._meanings = Meanings(library.terms.values())

    def suggest(self, prefix: str, limit: int = 25) -> list[Match]:
        """Autocomplete: names first, then what the words mean; the pack's order when nothing is typed. Never raises."""
        found = dict.fromkeys(self._names.places(prefix, limit), 1.0)
        if len(found) < min(limit, _LEAST_SUGGESTED):
            for at, score in self._suggest_close(prefix, limit):
                found.setdefault(at, score)
        return self._matches(_Ranked(list(found.items())[:limit], sure=False))

    def find(self, question: str, limit: int = 5) -> list[Match]:
        """Rank explainers for a question, best first; none when nothing is close.

        An explainer's exact name is the only answer; a glossary term whose meaning is asked for leads.
        """
        if self._plain is not None:
            found = self._plain.find(question, limit)
            if found and found[0].tier == "sure" and found[0].id in _HELP:
                return found
        named = self._names.exact(question)
        if named is not None:
            return self._matches(_Ranked([(self._places[named], 1.0)], sure=True))[:limit]
        term = self._meanings.asked_for(question)
        if term is not None and self._names.exact(term.term) is None and self._names.exact(term.id) is None:
            return self._led_by(term, self._close(question))[:limit]
        return self._matches(self._close(question))[:limit]

    def named(self, typed: str) -> str | None:
        """Give the id of the explainer that was named: its title, id or alias, or a word or two that mean it alone."""
        named = self._names.exact(typed)
        if named is not None or is_sentence(typed):
            return named
        best = next(iter(self.find(typed, 1)), None)
        if best is None or best.tier != "sure" or best.kind != "explainer":
            return None
        return best.id if self._is_line_of(self._places[best.id], typed) else None

    def _is_line_of(self, at: int, typed: str) -> bool:
        """Say whether what was typed is one of an explainer's names or `search:` lines, but for asking its meaning."""
        vocabulary, one = self.pages.vocabulary, self.pages.explainers[at]
        words = vocabulary.words(typed)
        meant = [vocabulary.forms_of(vocabulary.mend(some)) for some in (words, without_asking(words))]
        return any(vocabulary.forms_of(split(line)) in meant for line in (one.title, *one.aliases, *one.search))

    def _matches(self, ranked: "_Ranked") -> list[Match]:
        tier: Tier = "sure" if ranked.sure else "unsure"
        explainers = self.pages.explainers
        return [
            Match(explainers[at].id, explainers[at].title, score, tier, shown=rank < _MOST_SHOWN)
            for rank, (at, score) in enumerate(ranked.places)
        ]

    def _led_by(self, term: Term, ranked: "_Ranked") -> list[Match]:
        """Put a term before the explainers that are close."""
        led = Match(term.id, term.term, 1.0, "sure", shown=True, kind="term")
        others = self._matches(ranked)
        shown = _MOST_SHOWN - 1
        return [led, *(replace(one, tier="sure", shown=at < shown) for at, one in enumerate(others))]

    def _suggest_close(self, prefix: str, limit: int) -> list[tuple[int, float]]:
        """Rank as `find` does where that is quick; in a large pack only by what FTS5 says of the rarest words."""
        if self.pages.all_open:
            return self._close(prefix, _LEAST_TYPING).places[:limit]
        words = self._telling(self.pages.vocabulary.forms_typed(prefix), _MOST_ROWS_TYPING)
        return [(at, 0.0) for at in self.pages.shelf.likely(words, limit)]

    def _close(self, question: str, least: float = _LEAST_SCORE) -> "_Ranked":
        pages = self.pages
        words = pages.vocabulary.words(question)
        mended = pages.vocabulary.mend(words)
        forms = pages.vocabulary.forms_of(mended)
        terms = join(forms)
        asked = ask(terms, pages.background)
        said = self._help_lines.said_in(forms)
        meant = self._read(words, mended, forms)
        likely = pages.shelf.likely(self._telling(forms, _MOST_ROWS), _CLOSER_LOOK)
        likely = list(dict.fromkeys((*said, *likely, *meant.nearest)))
        said_fits = {at: fit(asked, pages.open(at)) for at in likely}
        fits = {at: one + _MEANT * meant.share(at) for at, one in said_fits.items()}
        danger = _SAID_DANGER if said else meant.danger
        if danger is not None:
            fits = place(fits, self._safety, danger)
        near_danger = danger is not None and danger >= MAY_BE
        leaning = lean(terms, asked, pages.background)
        scores = {at: confidence(leaning, one) for at, one in fits.items()}
        if not near_danger and not any(one >= least for one in scores.values()) and self._is_topic(forms):
            return _Ranked(_for_topic(said_fits), sure=False)
        sure = _certainty(fits, scores, said_fits) >= (_LEAST_SURE_OF_STORY if len(words) >= _STORY else _LEAST_SURE)
        for at, share in said.items():
            scores[at] = max(scores[at], _NAMED_SCORE if share == 1 else _SAID_SCORE)
        key = " ".join(words)
        for at in likely:
            if any(fuzz.ratio(key, name) >= _NEARLY_NAMED for name in self._names.keys(at)):
                scores[at] = max(scores[at], _NAMED_SCORE)
                sure = True
        ranked = _ranked(scores)
        if not ranked or (ranked[0][1] < least and not near_danger):
            return _NOTHING_CLOSE
        return _Ranked(ranked, sure or 1 in said.values())

    def _read(self, words: list[str], mended: list[str], forms: list[str]) -> "_Meant":
        """Read a question by its words' vectors, where the pack has them; all words for a partner are one."""
        meaning = self._meaning
        if meaning is None:
            return _NOTHING_MEANT
        known = [
            word[-1] if word[-1] == _PARTNER else next(filter(meaning.knows, word), word[0])
            for word in zip(words, mended, forms, strict=True)
        ]
        shares = meaning.shares(known)
        nearest = heapq.nlargest(_NEAREST_MEANT, range(len(shares)), key=shares.__getitem__)
        return _Meant(shares, nearest, meaning.danger(known))

    def _is_topic(self, forms: list[str]) -> bool:
        """Say whether a word or two name a subject of the pack: too little to be sure of, too much to refuse."""
        content = set(forms) - STOP_FORMS
        often = all(self.pages.background.lines(word) >= _OFTEN for word in content)
        return bool(content) and len(forms) <= _MOST_TOPIC_WORDS and often and content.isdisjoint(ELSEWHERE_FEATURES)

    def _telling(self, forms: list[str], most_rows: int) -> list[str]:
        """Give the rarest of a question's words, as many as FTS5 can look up quickly."""
        background = self.pages.background
        rows = {word: background.lines(word) * self.pages.sampling for word in forms}
        words = [word for word in rows if word not in STOP_FORMS] or list(rows)
        found: list[str] = []
        total = 0.0
        for word in sorted(words, key=lambda one: (rows[one], one))[:_MOST_WORDS]:
            total += min(rows[word], len(self.pages.explainers))
            if total > most_rows and (found or most_rows < _MOST_ROWS):
                break
            found.append(word)
        return found


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a question means by its words' vectors; the same share for every card where there are none."""

    shares: Sequence[float] = ()
    nearest: Sequence[int] = ()
    danger: float | None = None

    def share(self, at: int) -> float:
        return self.shares[at] if self.shares else 0.0


_NOTHING_MEANT = _Meant()


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Places of explainers with their scores, best first, and whether the first is surely right."""

    places: list[tuple[int, float]]
    sure: bool


_NOTHING_CLOSE = _Ranked([], sure=False)


def _ranked(values: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))


def _for_topic(fits: Mapping[int, float]) -> list[tuple[int, float]]:
    """Offer the explainers that say most about a subject, none of them as sure."""
    best = max(fits.values(), default=0.0)
    return [(at, _TOPIC_SCORE * one / best) for at, one in _ranked(fits) if one > 0]


def _certainty(fits: Mapping[int, float], scores: Mapping[int, float], said: Mapping[int, float]) -> float:
    """Give the log-odds that what fits best is right; `said` is how well it fits by its words alone."""
    if not fits:
        return -math.inf
    ranked = _ranked(fits)
    best, top = ranked[0]
    lead = min(_MOST_LEAD, top - ranked[1][1]) if len(ranked) > 1 else _MOST_LEAD
    return _SURE_BIAS + _SURE_SCORE * log_odds(scores[best]) + _SURE_LEAD * lead + _SURE_FIT * said[best]
