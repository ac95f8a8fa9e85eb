"""Prints the figures of `docs/finder.md`: `.venv/bin/python -m tests.search.report`."""
# ruff: noqa: T201  # printing is its purpose

from pathlib import Path

from bot.authoring.reader import Reader
from bot.search.finder import Finder
from tests.search.questions import Question, load_off_topic, load_questions, measure
from tests.search.rulers import PlainBm25, TitleRatio

PACK = Path(__file__).parents[2] / "content" / "en"


def main() -> None:
    """Measure the Finder and both rulers on the tuning half and on the held-out third."""
    library = Reader(PACK).read().library
    if library is None:
        raise SystemExit("the pack does not check: python -m bot check")
    finder, bm25, titles = Finder(library), PlainBm25(library), TitleRatio(library)
    for held_out in (False, True):
        questions = [question for question in load_questions(library) if question.held_out == held_out]
        print(f"{'held out' if held_out else 'tuning'}, {len(questions)} questions")
        print("  Finder              ", measure(lambda asked: [one.id for one in finder.find(asked)], questions))
        print("  plain BM25          ", measure(bm25.find, questions))
        print("  rapidfuzz on titles ", measure(titles.find, questions))
        _print_styles(finder, questions)
        sure = [
            found[0].id in question.right
            for question in questions
            if (found := finder.find(question.query)) and found[0].tier == "sure"
        ]
        print(f"  sure of {len(sure) / len(questions):.3f}, of these right {sum(sure) / len(sure):.3f}")
        off_topic = load_off_topic(held_out=held_out)
        empty = sum(not finder.find(question) for question in off_topic)
        print(f"  off topic, {len(off_topic)} questions: nothing close {empty / len(off_topic):.3f}")


def _print_styles(finder: Finder, questions: list[Question]) -> None:
    for style in sorted({question.style for question in questions}):
        of_style = [question for question in questions if question.style == style]
        print(f"    {style:<18}", measure(lambda asked: [one.id for one in finder.find(asked)], of_style))


if __name__ == "__main__":
    main()
