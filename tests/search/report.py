"""Prints the figures of `docs/finder.md`: `.venv/bin/python -m tests.search.report`.

Of what was held back it prints figures alone, never a sentence.
"""
# ruff: noqa: T201  # printing is its purpose

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.search.finder import Finder
from tests.search.questions import Question, Share, ids, is_sure, load_sets, measure, measure_safety, measure_tiers
from tests.search.rulers import PlainBm25, TitleRatio

PACK = Path(__file__).parents[2] / "content" / "en"


def main() -> None:
    """Measure the Finder and what it is held against, on what it was tuned on and on what was held back."""
    library = Reader(PACK).read().library
    if library is None:
        raise SystemExit("the pack does not check: python -m bot check")
    finder, alone = Finder(library), Finder(replace(library, vectors=None))
    for held_out in (False, True):
        print("HELD OUT" if held_out else "TUNING")
        sets = load_sets(library, held_out=held_out)
        for name, questions in (("authored", sets.authored), ("real", sets.real)):
            print(f"  {name}, {len(questions)}")
            _print_rankings(library, finder, alone, questions)
        for name, off_topic in (("off topic", sets.off_topic), ("off topic, in the real voice", sets.unanswered)):
            _print_off_topic(name, finder, off_topic)
        for name, told in (("told in danger", sets.danger), ("harmless", sets.harmless)):
            print(f"  {name}, {len(told)}")
            print(f"    Finder and vectors  {measure_safety(finder, library, told)}")
            print(f"    Finder alone        {measure_safety(alone, library, told)}")


def _print_rankings(library: Library, finder: Finder, alone: Finder, questions: Sequence[Question]) -> None:
    print("    Finder and vectors  ", measure(ids(finder), questions))
    print("    Finder alone        ", measure(ids(alone), questions))
    print("    plain BM25          ", measure(PlainBm25(library).find, questions))
    print("    rapidfuzz on titles ", measure(TitleRatio(library).find, questions))
    print("    tiers               ", measure_tiers(finder, questions))


def _print_off_topic(name: str, finder: Finder, questions: Sequence[str]) -> None:
    found = [finder.find(one) for one in questions]
    sure, none = sum(map(is_sure, found)), sum(not one for one in found)
    print(f"  {name}, {len(found)}: nothing {Share(none, len(found))}, sure {Share(sure, len(found))}")


if __name__ == "__main__":
    main()
