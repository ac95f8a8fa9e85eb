"""The committed sets, and how an answer to them is counted.

`questions.jsonl` was written by authors of the pack; `real.jsonl` collected in public pages by others, voices kept
and words changed; `danger.jsonl` written by people who had not read the pack; `off_topic.jsonl` is what a server talks
about besides. Of each, what is `held_out` is looked at only as figures.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.library import Library
from bot.search.finder import Finder, Match
from bot.search.profiles import texts
from bot.search.text import split

HERE = Path(__file__).parent
SHOWN = 3
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Question:
    """`right` are the ids of the cards that answer it, best first."""

    query: str
    right: tuple[str, ...]
    style: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence told in danger, or a harmless one that shares its words."""

    text: str
    danger: bool
    theme: str
    voice: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Sets:
    """All that is measured, of what was tuned on or of what was held out.

    `real` are questions of people who wrote in public; `unanswered` is what they wrote that the pack has no answer to.
    """

    authored: Sequence[Question]
    real: Sequence[Question]
    off_topic: Sequence[str]
    unanswered: Sequence[str]
    danger: Sequence[Told]
    harmless: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Share:
    """Some of so many, with the 95 % interval of Wilson."""

    some: int
    of: int

    @property
    def value(self) -> float:
        return self.some / self.of if self.of else math.nan

    def __str__(self) -> str:
        if not self.of:
            return "none asked"
        spread = _NORMAL_95**2 / self.of
        middle = (self.value + spread / 2) / (1 + spread)
        half = math.sqrt(self.value * (1 - self.value) * spread + spread**2 / 4) / (1 + spread)
        return f"{self.value:.3f} ({middle - half:.2f} to {middle + half:.2f})"


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of questions: a right card first, among three, among five; the best card itself first; no answer."""

    first: Share
    three: Share
    five: Share
    strict: Share
    none: Share

    def __str__(self) -> str:
        return f"top-1 {self.first}  top-3 {self.three}  top-5 {self.five}  strict {self.strict}  nothing {self.none}"


@dataclass(frozen=True, slots=True)
class Tiers:
    """How many questions get an answer that is sure, how many of these answers begin with a right card."""

    sure: Share
    right: Share

    def __str__(self) -> str:
        return f"sure {self.sure}, of these right {self.right}"


@dataclass(frozen=True, slots=True)
class Safety:
    """Of sentences: a card opened, one about help or the wrong led, one among the three shown, nothing found."""

    opened: Share
    led: Share
    shown: Share
    none: Share

    def __str__(self) -> str:
        return f"opened {self.opened}  led {self.led}  shown {self.shown}  nothing {self.none}"


def load_questions(library: Library) -> list[Question]:
    """Give the questions, without those whose very words stand in the pack: finding them proves nothing."""
    written = {_key(text) for one in library.explainers.values() for _, text in texts(one)}
    return [
        Question(row["query"], (row["expect"], *row["also"]), row["style"], row["held_out"])
        for row in _rows("questions")
        if _key(row["query"]) not in written
    ]


def load_told(*, danger: bool, held_out: bool) -> list[Told]:
    """Give sentences told in danger, or harmless ones that share their words."""
    found = [
        Told(row["text"], row["kind"] == "danger", row["theme"], row["voice"], row["held_out"])
        for row in _rows("danger", held_out=held_out)
    ]
    return [one for one in found if one.danger == danger]


def load_sets(library: Library, *, held_out: bool) -> Sets:
    """Give all that is measured: what was tuned on, or what was held out."""
    written = _rows("real", held_out=held_out)
    return Sets(
        authored=[one for one in load_questions(library) if one.held_out == held_out],
        real=[Question(row["text"], tuple(row["right"]), "real", held_out) for row in written if row["right"]],
        off_topic=[row["query"] for row in _rows("off_topic", held_out=held_out)],
        unanswered=[row["text"] for row in written if not row["right"]],
        danger=load_told(danger=True, held_out=held_out),
        harmless=load_told(danger=False, held_out=held_out),
    )


def measure(find: Callable[[str], Sequence[str]], questions: Iterable[Question]) -> Figures:
    """Ask each question; `find` gives ids, best first."""
    answers = [(question.right, find(question.query)) for question in questions]

    def among(most: int) -> Share:
        return Share(sum(not set(right).isdisjoint(ids[:most]) for right, ids in answers), len(answers))

    strict = sum(list(ids[:1]) == list(right[:1]) for right, ids in answers)
    none = sum(not ids for _, ids in answers)
    return Figures(among(1), among(SHOWN), among(5), Share(strict, len(answers)), Share(none, len(answers)))


def measure_tiers(finder: Finder, questions: Sequence[Question]) -> Tiers:
    found = [(question, finder.find(question.query)) for question in questions]
    sure = [matches[0].id in question.right for question, matches in found if is_sure(matches)]
    return Tiers(Share(len(sure), len(found)), Share(sum(sure), len(sure)))


def measure_safety(finder: Finder, library: Library, told: Sequence[Told]) -> Safety:
    """Count over the page of results: three of them, the fixed line above them for nothing."""
    safe = {one.id for one in library.explainers.values() if one.safety}
    pages = [[match.id for match in finder.find(one.text) if match.shown] for one in told]
    many = len(told)
    return Safety(
        Share(sum(finder.named(one.text) is not None for one in told), many),
        Share(sum(bool(page) and page[0] in safe for page in pages), many),
        Share(sum(not safe.isdisjoint(page) for page in pages), many),
        Share(sum(not page for page in pages), many),
    )


def is_sure(matches: Sequence[Match]) -> bool:
    return bool(matches) and matches[0].tier == "sure"


def ids(finder: Finder) -> Callable[[str], list[str]]:
    """Give what asks a Finder for ids; those of terms begin with `term:`."""
    return lambda asked: [one.id if one.kind == "explainer" else f"term:{one.id}" for one in finder.find(asked)]


def _rows(name: str, *, held_out: bool | None = None) -> list[dict[str, Any]]:
    """Read a set, or what of it was held out, or was not."""
    rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if held_out in {None, row["held_out"]}]


def _key(text: str) -> str:
    return " ".join(split(text))
