"""Answers autocomplete and free-text questions over a library's explainers, and says so when nothing is close."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

from bot.domain.content import Term
from bot.domain.library import Library
from bot.domain.topic import is_sentence
from bot.search.belonging import ELSEWHERE_FEATURES, confidence, lean, log_odds
from bot.search.help_lines import HelpLines
from bot.search.names import NameIndex
from bot.search.pages import Pages
from bot.search.ranking import Asked, ask, fit
from bot.search.terms import Meanings
from bot.search.text import STOP_FORMS, join, split

_CLOSER_LOOK = 40
_MOST_WORDS = 24
_MOST_ROWS, _MOST_ROWS_TYPING = 12_000, 800
_LEAST_SCORE, _LEAST_BEHIND = 0.2, 0.02
_NEARLY_NAMED, _NAMED_SCORE = 92.0, 0.97
_SAID_SCORE = 0.6  # a line of a card about help stands in the question, among other words
_SAFETY_FIRST = 0.3  # how much, in log-odds, a card about help or about the wrong is put before one about feelings
_CLEAR_SCORE, _CLEAR_LEAD = 0.6, 0.7  # the lead in log-odds, where scores near one do not crowd
_LEAST_SUGGESTED = 5
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
        self._help_lines = HelpLines(explainers)
        self._meanings = Meanings(library.terms.values())

    def suggest(self, prefix: str, limit: int = 25) -> list[Match]:
        """Autocomplete: names first, then what the words mean; the pack's order when nothing is typed. Never raises."""
        found = dict.fromkeys(self._names.places(prefix, limit), 1.0)
        if len(found) < min(limit, _LEAST_SUGGESTED):
            for at, score in self._suggest_close(prefix, limit):
                found.setdefault(at, score)
        return self._matches(list(found.items())[:limit])

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
            return self._matches([(self._places[named], 1.0)])[:limit]
        term = self._meanings.asked_for(question)
        if term is not None and self._names.exact(term.term) is None and self._names.exact(term.id) is None:
            return self._led_by(term, self._close(question))[:limit]
        return self._matches(self._close(question))[:limit]

    def named(self, typed: str) -> str | None:
        """Give the id of the explainer that was named: its title, id or alias, or a word or two that mean it alone."""
        named = self._names.exact(typed)
        if named is not None or is_sentence(typed):
            return named
        found = self.find(typed, 1)
        return found[0].id if found and found[0].tier == "sure" and found[0].kind == "explainer" else None

    def _matches(self, ranked: Sequence[tuple[int, float]]) -> list[Match]:
        tier = _tier([score for _, score in ranked])
        explainers = self.pages.explainers
        return [
            Match(explainers[at].id, explainers[at].title, score, tier, shown=place < _MOST_SHOWN)
            for place, (at, score) in enumerate(ranked)
        ]

    def _led_by(self, term: Term, ranked: Sequence[tuple[int, float]]) -> list[Match]:
        """Put a term before the explainers that are close."""
        led = Match(term.id, term.term, 1.0, "sure", shown=True, kind="term")
        others = self._matches(ranked)
        shown = _MOST_SHOWN - 1
        return [led, *(replace(one, tier="sure", shown=at < shown) for at, one in enumerate(others))]

    def _suggest_close(self, prefix: str, limit: int) -> list[tuple[int, float]]:
        """Rank as `find` does where that is quick; in a large pack only by what FTS5 says of the rarest words."""
        if self.pages.all_open:
            return self._close(prefix, _LEAST_BEHIND)[:limit]
        words = self._telling(self.pages.vocabulary.forms(prefix), _MOST_ROWS_TYPING)
        return [(at, 0.0) for at in self.pages.shelf.likely(words, limit)]

    def _close(self, question: str, least: float = _LEAST_SCORE) -> list[tuple[int, float]]:
        pages = self.pages
        forms = pages.vocabulary.forms(question)
        terms = join(forms)
        asked = ask(terms, pages.background)
        leaning = lean(terms, asked, pages.background)
        said = self._help_lines.said_in(forms)
        likely = list(dict.fromkeys((*said, *pages.shelf.likely(self._telling(forms, _MOST_ROWS), _CLOSER_LOOK))))
        fits = {at: self._score(leaning, fit(asked, pages.open(at)), at, said.get(at, 0.0)) for at in likely}
        if not any(score >= least for score in fits.values()) and self._is_topic(forms):
            return self._for_topic(asked, likely)
        key = " ".join(split(question))
        for at in likely:
            if any(fuzz.ratio(key, name) >= _NEARLY_NAMED for name in self._names.keys(at)):
                fits[at] = max(fits[at], _NAMED_SCORE)
        ranked = sorted(fits.items(), key=lambda pair: (-pair[1], pair[0]))
        if not ranked or ranked[0][1] < least:
            return []
        return [(at, score) for at, score in ranked if score >= _LEAST_BEHIND]

    def _score(self, leaning: float, fit: float, at: int, said: float) -> float:
        """Give 0 to 1; `said` is the share of the question that is a line of this card, if it is a card about help."""
        first = _SAFETY_FIRST if self.pages.explainers[at].safety else 0.0
        least = 0.0 if not said else _NAMED_SCORE if said == 1 else _SAID_SCORE
        return max(least, confidence(leaning + first, fit))

    def _is_topic(self, forms: list[str]) -> bool:
        """Say whether a word or two name a subject of the pack: too little to be sure of, too much to refuse."""
        content = set(forms) - STOP_FORMS
        often = all(self.pages.background.lines(word) >= _OFTEN for word in content)
        return bool(content) and len(forms) <= _MOST_TOPIC_WORDS and often and content.isdisjoint(ELSEWHERE_FEATURES)

    def _for_topic(self, asked: Asked, likely: Sequence[int]) -> list[tuple[int, float]]:
        """Offer the cards that say most about a subject, none of them as sure."""
        fits = {at: fit(asked, self.pages.open(at)) for at in likely}
        best = max(fits.values(), default=0.0)
        ranked = sorted(fits.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(at, _TOPIC_SCORE * one / best) for at, one in ranked if one > 0]

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


def _tier(scores: Sequence[float]) -> Tier:
    """Say whether the best of the scores leads by enough to be called the answer."""
    if not scores or scores[0] < _CLEAR_SCORE:
        return "unsure"
    clear = len(scores) == 1 or log_odds(scores[0]) - log_odds(scores[1]) >= _CLEAR_LEAD
    return "sure" if clear else "unsure"
