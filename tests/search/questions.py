"""The committed questions, and how an answer to them is counted."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.library import Library
from bot.search.profiles import texts
from bot.search.text import split

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Question:
    query: str
    expect: str
    right: frozenset[str]
    style: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of questions: a right card first, a right card among three, the expected card itself first, no answer."""

    first: float
    three: float
    strict: float
    none: float

    def __str__(self) -> str:
        return f"top-1 {self.first:.3f}  top-3 {self.three:.3f}  strict {self.strict:.3f}  no answer {self.none:.3f}"


def load_questions(library: Library) -> list[Question]:
    """Give the questions, without those whose very words stand in the pack: finding them proves nothing."""
    written = {_key(text) for one in library.explainers.values() for _, text in texts(one)}
    rows = [json.loads(line) for line in (HERE / "questions.jsonl").read_text("utf-8").splitlines()]
    return [
        Question(row["query"], row["expect"], frozenset((row["expect"], *row["also"])), row["style"], row["held_out"])
        for row in rows
        if _key(row["query"]) not in written
    ]


def _key(text: str) -> str:
    return " ".join(split(text))


def load_off_topic(*, held_out: bool) -> list[str]:
    rows = [json.loads(line) for line in (HERE / "off_topic.jsonl").read_text("utf-8").splitlines()]
    return [row["query"] for row in rows if row["held_out"] == held_out]


def measure(find: Callable[[str], Sequence[str]], questions: Iterable[Question]) -> Figures:
    """Ask each question; `find` gives ids, best first."""
    answers = [(question, find(question.query)[:3]) for question in questions]
    return Figures(
        sum(bool(ids) and ids[0] in question.right for question, ids in answers) / len(answers),
        sum(not question.right.isdisjoint(ids) for question, ids in answers) / len(answers),
        sum(bool(ids) and ids[0] == question.expect for question, ids in answers) / len(answers),
        sum(not ids for _, ids in answers) / len(answers),
    )
