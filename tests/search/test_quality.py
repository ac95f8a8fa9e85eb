"""The committed sets as a ratchet: raise the figures when they rise, never lower them without saying why.

A held-out sentence is never printed: what fails says figures alone.
"""

import pytest

from bot.domain.library import Library
from bot.search.finder import Finder
from tests.search.questions import (
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

MARGIN = 0.15


@pytest.mark.parametrize(("held_out", "first", "three"), [(False, 0.90, 0.95), (True, 0.92, 0.955)])
def test_right_cards_come_first(
    library: Library, finder: Finder, *, held_out: bool, first: float, three: float
) -> None:
    figures = measure(ids(finder), [one for one in load_questions(library) if one.held_out == held_out])

    assert figures.first.value >= first, figures
    assert figures.three.value >= three, figures


def test_finder_leads_both_rulers_on_the_held_out_third(library: Library, finder: Finder) -> None:
    questions = [question for question in load_questions(library) if question.held_out]
    rulers = max(measure(ruler.find, questions).first.value for ruler in (PlainBm25(library), TitleRatio(library)))

    assert measure(ids(finder), questions).first.value >= rulers + MARGIN


@pytest.mark.parametrize("held_out", [False, True])
def test_off_topic_questions_find_little_and_nothing_sure(finder: Finder, *, held_out: bool) -> None:
    found = [finder.find(one) for one in load_off_topic(held_out=held_out)]
    sure, answered = Share(sum(map(is_sure, found)), len(found)), Share(sum(map(bool, found)), len(found))

    assert sure.value <= 0.08, sure
    assert answered.value <= 0.15, answered


@pytest.mark.parametrize("held_out", [False, True])
def test_what_it_is_sure_of_is_right(library: Library, finder: Finder, *, held_out: bool) -> None:
    tiers = measure_tiers(finder, [one for one in load_questions(library) if one.held_out == held_out])

    assert tiers.right.value >= 0.9, tiers
    assert tiers.sure.value >= 0.75, tiers


@pytest.mark.parametrize("held_out", [False, True])
def test_a_sentence_told_in_danger_opens_nothing_and_finds_help(
    library: Library, finder: Finder, *, held_out: bool
) -> None:
    told = measure_safety(finder, library, load_told(danger=True, held_out=held_out))

    assert not told.opened.some, told
    assert told.shown.value >= 0.65, told
