"""The Finder over a pack with a server's own pages: what it shares with the plain pack's changes no answer."""

from dataclasses import replace

import pytest

from bot.domain.content import Explainer
from bot.domain.library import Library
from bot.domain.overlays import lay_over
from bot.search.finder import Finder
from bot.search.indexes import Indexes
from tests.search.questions import load_questions

HABITS = ("the lighthouse rota", "quiet hours", "the book club", "photos from meetups", "welcoming a newcomer")


@pytest.fixture(scope="module")
def own(library: Library) -> list[Explainer]:
    pattern = library.explainers["secure-base"]
    return [
        replace(
            pattern,
            id=f"own-{at}",
            title=f"How do we handle {habit}?",
            summary=f"What this server agreed on about {habit}.",
            body=(f"Ask the hosts about {habit} before the weekend.",),
            telling=(),
            aliases=(habit,),
            search=(),
            questions=(f"who decides about {habit}", f"what are the rules for {habit}"),
            was=(),
        )
        for at, habit in enumerate(HABITS)
    ]


@pytest.fixture(scope="module")
def laid(library: Library, own: list[Explainer]) -> Library:
    return lay_over(library, own, (), "laid")


def test_no_own_card_comes_between_a_member_and_help(library: Library, own: list[Explainer], finder: Finder) -> None:
    asked = ["I want to die", "suicide", "helpline", "help"]
    greedy = replace(own[0], aliases=("suicide", "I want to die"), search=("helpline",), questions=("I want to die",))
    over = Indexes(lay_over(library, [greedy], (), "laid"), Indexes(library)).finder

    for question in asked:
        assert finder.find(question)[0].id == "support"
        assert [one.id for one in over.find(question)] == [one.id for one in finder.find(question)]


def test_own_cards_are_found_by_name_and_by_question(laid: Library, finder: Finder) -> None:
    over = Finder(laid, finder)

    for at, habit in enumerate(HABITS):
        assert [one.id for one in over.find(habit)] == [f"own-{at}"]
        assert over.find(f"who decides about {habit} here")[0].id == f"own-{at}"
        assert over.suggest(habit[:8])[0].id == f"own-{at}"
    assert not {one.id for one in finder.find("quiet hours")} & {one.id for one in over.find("quiet hours")}


def test_what_is_shared_with_the_plain_pack_changes_no_answer(library: Library, laid: Library, finder: Finder) -> None:
    shared, alone = Finder(laid, finder), Finder(laid)

    for question in load_questions(library)[::7]:
        assert shared.find(question.query) == alone.find(question.query), question.query
        assert shared.suggest(question.query[:12]) == alone.suggest(question.query[:12])


@pytest.mark.long
def test_built_in_cards_are_found_as_well_as_without(library: Library, laid: Library, finder: Finder) -> None:
    over, asked = Finder(laid, finder), [one for one in load_questions(library) if not one.held_out]

    def right(one: Finder) -> int:
        return sum(bool(found) and found[0].id in q.right for q in asked if (found := one.find(q.query)) is not None)

    assert right(over) >= right(finder) - len(asked) // 100


def test_only_what_differs_is_made_anew(library: Library, laid: Library) -> None:
    plain = Indexes(library)

    over = Indexes(laid, plain)

    assert over.terms is plain.terms
    assert over.places is plain.places
    known = {id(page) for page in plain.finder.pages.read}
    assert sum(id(page) not in known for page in over.finder.pages.read) == len(HABITS)
