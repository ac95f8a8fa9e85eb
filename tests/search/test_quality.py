"""The committed sets as a ratchet: raise the figures when they rise, never lower them without saying why.

A held-out sentence is never printed: what fails says figures alone.
"""

from dataclasses import replace

import pytest

from bot.domain.library import Library
from bot.search.finder import Finder
from tests.search.questions import Sets, Share, ids, is_sure, load_sets, measure, measure_safety, measure_tiers
from tests.search.rulers import PlainBm25, TitleRatio

MARGIN = 0.15


@pytest.fixture(scope="module")
def tuned_on(library: Library) -> Sets:
    return load_sets(library, held_out=False)


@pytest.fixture(scope="module")
def held_back(library: Library) -> Sets:
    return load_sets(library, held_out=True)


@pytest.fixture
def sets(tuned_on: Sets, held_back: Sets, *, held_out: bool) -> Sets:
    return held_back if held_out else tuned_on


@pytest.mark.parametrize(("held_out", "first", "three"), [(False, 0.90, 0.95), (True, 0.92, 0.955)])
def test_right_cards_come_first(finder: Finder, sets: Sets, first: float, three: float) -> None:
    figures = measure(ids(finder), sets.authored)

    assert figures.first.value >= first, figures
    assert figures.three.value >= three, figures


def test_finder_leads_both_rulers_on_the_held_out_third(library: Library, finder: Finder, held_back: Sets) -> None:
    questions = held_back.authored
    rulers = max(measure(ruler.find, questions).first.value for ruler in (PlainBm25(library), TitleRatio(library)))

    assert measure(ids(finder), questions).first.value >= rulers + MARGIN


@pytest.mark.parametrize(("held_out", "first", "three", "five"), [(False, 0.36, 0.59, 0.77), (True, 0.38, 0.65, 0.75)])
def test_people_who_wrote_in_public_find_what_answers_them(
    finder: Finder, sets: Sets, first: float, three: float, five: float
) -> None:
    figures = measure(ids(finder), sets.real)

    assert figures.first.value >= first, figures
    assert figures.three.value >= three, figures
    assert figures.five.value >= five, figures
    assert figures.none.value <= 0.05, figures


@pytest.mark.long
def test_word_vectors_are_worth_their_place(library: Library, finder: Finder, tuned_on: Sets, held_back: Sets) -> None:
    real = [*tuned_on.real, *held_back.real]
    alone = measure(ids(Finder(replace(library, vectors=None))), real)
    figures = measure(ids(finder), real)

    assert figures.first.value >= alone.first.value + 0.05, (figures, alone)
    assert figures.three.value >= alone.three.value + 0.03, (figures, alone)


@pytest.mark.parametrize("held_out", [False, True])
def test_off_topic_questions_find_little_and_nothing_sure(finder: Finder, sets: Sets) -> None:
    found = [finder.find(one) for one in (*sets.off_topic, *sets.unanswered)]
    sure, answered = Share(sum(map(is_sure, found)), len(found)), Share(sum(map(bool, found)), len(found))

    assert sure.value <= 0.08, sure
    assert answered.value <= 0.25, answered


@pytest.mark.parametrize("held_out", [False, True])
def test_what_it_is_sure_of_is_right(finder: Finder, sets: Sets) -> None:
    tiers = measure_tiers(finder, sets.authored)

    assert tiers.right.value >= 0.95, tiers
    assert tiers.sure.value >= 0.77, tiers


@pytest.mark.parametrize("held_out", [False, True])
def test_what_it_is_sure_of_is_mostly_right_in_what_people_wrote_in_public(finder: Finder, sets: Sets) -> None:
    tiers = measure_tiers(finder, sets.real)

    assert tiers.right.value >= 0.63, tiers


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.79), (True, 0.8)])
def test_sentences_told_in_danger_open_nothing_and_find_help(
    library: Library, finder: Finder, sets: Sets, least: float
) -> None:
    told = measure_safety(finder, library, sets.danger)

    assert not told.opened.some, told
    assert told.shown.value >= least, told


@pytest.mark.parametrize(("held_out", "led", "shown"), [(False, 0.04, 0.1), (True, 0.1, 0.2)])
def test_harmless_sentences_that_use_the_same_words_mostly_find_something_else(
    library: Library, finder: Finder, sets: Sets, led: float, shown: float
) -> None:
    harmless = measure_safety(finder, library, sets.harmless)

    assert harmless.led.value <= led, harmless
    assert harmless.shown.value <= shown, harmless
