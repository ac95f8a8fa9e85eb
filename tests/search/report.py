"""Prints the figures of `docs/finder.md`: `.venv/bin/python -m tests.search.report`."""
# ruff: noqa: T201  # printing is its purpose

from pathlib import Path

from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.search.finder import Finder
from tests.search.questions import (
    Question,
    Share,
    ids,
    is_sure,
    load_off_topic,
    load_questions,
    load_told,
    measure,
    measure_safety,
    measure_tiers,
)
from tests.search.rulers import PlainBm25, TitleRatio

PACK = Path(__file__).parents[2] / "content" / "en"


def main() -> None:
    """Measure the Finder and what it is held against, on what it was tuned on and on what was held back."""
    library = Reader(PACK).read().library
    if library is None:
        raise SystemExit("the pack does not check: python -m bot check")
    finder = Finder(library)
    for held_out in (False, True):
        print("held out" if held_out else "tuning")
        questions = [question for question in load_questions(library) if question.held_out == held_out]
        _print_authored(library, finder, questions)
        _print_off_topic(finder, load_off_topic(held_out=held_out))
        for danger in (True, False):
            told = load_told(danger=danger, held_out=held_out)
            print(f"  {'in danger' if danger else 'harmless'}, {len(told)}: {measure_safety(finder, library, told)}")


def _print_authored(library: Library, finder: Finder, questions: list[Question]) -> None:
    print(f"  authored, {len(questions)} questions")
    print("    Finder              ", measure(ids(finder), questions))
    print("    plain BM25          ", measure(PlainBm25(library).find, questions))
    print("    rapidfuzz on titles ", measure(TitleRatio(library).find, questions))
    for style in sorted({question.style for question in questions}):
        print(f"      {style:<18}", measure(ids(finder), [one for one in questions if one.style == style]))
    print("   ", measure_tiers(finder, questions))


def _print_off_topic(finder: Finder, questions: list[str]) -> None:
    found = [finder.find(one) for one in questions]
    sure, none = sum(map(is_sure, found)), sum(not one for one in found)
    print(f"  off topic, {len(found)}: nothing {Share(none, len(found))}, sure {Share(sure, len(found))}")


if __name__ == "__main__":
    main()
