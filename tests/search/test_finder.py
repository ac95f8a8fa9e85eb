import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.library import Library
from bot.search.finder import Finder

Ids = Callable[[str], list[str]]


@pytest.fixture
def ask(finder: Finder) -> Ids:
    return lambda question: [one.id for one in finder.find(question)]


def test_every_id_title_and_alias_opens_its_own_card(library: Library, finder: Finder) -> None:
    for one in library.explainers.values():
        for name in (one.id, one.title, one.title.upper(), f"  {one.title}  "):
            found = finder.find(name)

            assert [(match.id, match.score) for match in found] == [(one.id, 1.0)], name
            assert finder.named(name) == one.id
        for alias in one.aliases:
            assert one.id in [match.id for match in finder.find(alias)], alias
            assert finder.named(alias) == one.id, alias


def test_an_id_used_earlier_opens_the_card_it_became(library: Library) -> None:
    renamed = dataclasses.replace(library.explainers["compersion"], id="shared-gladness", was=("compersion",))
    cards = {one.id: one for one in (*library.explainers.values(), renamed) if one.id != "compersion"}
    finder = Finder(dataclasses.replace(library, explainers=cards, earlier={"compersion": "shared-gladness"}))

    assert [one.id for one in finder.find("compersion")] == ["shared-gladness"]
    assert finder.suggest("compersion")[0].id == "shared-gladness"


def test_the_last_lines_of_a_long_card_count_as_the_first_ones_do(library: Library) -> None:
    told = tuple(f"what about the {one}" for one in ("zebra", "quilt", "harbour", "lantern"))
    others = tuple(f"does number {one} help" for one in range(300))

    def score(questions: tuple[str, ...]) -> float:
        long = dataclasses.replace(library.explainers["compersion"], questions=questions)
        finder = Finder(dataclasses.replace(library, explainers=library.explainers | {long.id: long}))
        (found,) = (
            one for one in finder.find("what about the zebra and the quilt and the lantern") if one.id == long.id
        )
        return found.score

    assert score(others + told) == pytest.approx(score(told + others))


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("waht is compersoin", "compersion"),
        ("how do i journl about jelousy", "journaling"),
        ("is compershun neccesary for polyamry", "compersion-is-optional"),
        ("delte my dta", "privacy"),
        ("shoud i meet my metamuor", "know-your-metamour"),
    ],
)
def test_typos_are_read_as_the_words_they_stand_for(ask: Ids, question: str, right: str) -> None:
    assert ask(question)[:1] == [right]


@pytest.mark.parametrize("partner", ["wife", "husband", "bf", "gf", "np", "spouse", "hubby", "partner"])
def test_all_words_for_a_partner_are_one(finder: Finder, partner: str) -> None:
    expected = [(one.id, one.score) for one in finder.find("i panic when my partner is on a date right now")]

    assert [(one.id, one.score) for one in finder.find(f"i panic when my {partner} is on a date right now")] == expected


@pytest.mark.parametrize("partner", ["nesting partner", "other half"])
def test_several_words_for_a_partner_find_the_same(ask: Ids, partner: str) -> None:
    assert ask(f"i panic when my {partner} is on a date right now")[0] == "right-now"


@pytest.mark.parametrize("meta", ["metamour", "meta", "her boyfriend", "his girlfriend", "my wife's boyfriend"])
def test_all_words_for_a_metamour_are_one(ask: Ids, meta: str) -> None:
    assert "know-your-metamour" in ask(f"should i meet {meta} for coffee")[:2]


@pytest.mark.parametrize(
    "nothing", ["", " ", "\n", "!?", "\x00", "🏃💨", "compresssssss " * 3, "資料を削除", "the of and", '"" OR *']
)
def test_nothing_to_go_by_finds_nothing(finder: Finder, nothing: str) -> None:
    assert finder.find(nothing) == []
    assert finder.named(nothing) is None


hostile = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            [
                *"\"*():^-+{}[]'\\/;%_",
                "AND",
                "OR",
                "NOT",
                "NEAR(",
                "words:",
                "jealous",
                "compersion",
                "\x00",
                "\u0301",
                "\ufdfa",
                "wife",
            ]
        ),
        max_size=60,
    ).map(" ".join),
    st.sampled_from(["a" * 6000, "jealous " * 750, '"' * 6000, "x1 " * 2000, "\u0301" * 6000, "\ufdfa" * 6000]),
)


@settings(max_examples=150)
@given(hostile)
def test_any_text_gets_an_answer_of_the_right_shape(finder: Finder, text: str) -> None:
    found = finder.find(text, 5)

    assert len(found) <= 5
    assert found == sorted(found, key=lambda one: -one.score)
    assert all(0 <= one.score <= 1 for one in found)
    assert len({one.id for one in found}) == len(found)
    assert len(finder.suggest(text, 25)) <= 25


def test_an_answer_says_how_sure_it_is_and_what_of_it_is_shown(finder: Finder) -> None:
    sure, unsure = (
        finder.find("what does compersion mean and where does the word come from"),
        finder.find("poly feelings"),
    )

    assert {one.tier for one in sure} == {"sure"}
    assert {one.tier for one in unsure} == {"unsure"}
    assert [one.shown for one in unsure] == [True, True, True, False, False][: len(unsure)]


def test_a_word_or_two_with_one_meaning_name_a_card_and_a_sentence_names_none(finder: Finder) -> None:
    assert finder.named("suicide") == "support"
    assert finder.named("jealous") is None
    assert finder.named("what does compersion mean and where does the word come from") is None


@pytest.mark.parametrize("word", ["compersion meaning", "Boundaries?", "curiosity", "helpline", "raped"])
def test_a_word_or_two_that_a_card_is_known_by_open_it(finder: Finder, word: str) -> None:
    assert finder.named(word) is not None


@pytest.mark.parametrize("word", ["monopoly", "data", "block", "blackmail cake", "rope night"])
def test_a_word_or_two_that_only_resemble_a_card_open_none(finder: Finder, word: str) -> None:
    assert finder.named(word) is None


HELP = {"support", "when-the-alarm-is-right", "a-yes-under-pressure", "can-i-stop", "someone-may-be-in-danger"}


@pytest.mark.parametrize(
    "told",
    [
        "i dont want to be here anymore since she started seeing him",
        "I don't want to be around any more now that he has her",
        "he forces me",
        "my girlfriend forces me to do it with them",
        "im scared of him",
    ],
)
def test_what_is_told_in_danger_in_few_words_shows_help_or_the_wrong_itself(finder: Finder, told: str) -> None:
    assert finder.find(told)[0].id in HELP


@pytest.mark.parametrize(
    "asked",
    [
        "can we have dinner with his other partner, what do i text",
        "what do I write to my wife's boyfriend before we all meet",
        "do i have to meet her",
        "must i meet his wife",
        "can we go on a trip with her husband",
    ],
)
def test_plain_questions_about_others_show_no_card_about_danger(library: Library, finder: Finder, asked: str) -> None:
    shown = [one.id for one in finder.find(asked) if one.shown]

    assert shown
    assert not [id_ for id_ in shown if library.explainers[id_].safety]


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("what is nre", "new-relationship-energy"),
        ("What does NRE stand for?", "new-relationship-energy"),
        ("aftercare?", "aftercare"),
        ("what does comet mean", "comet"),
        ("comet", "comet"),
        ("aftrecare", "aftercare"),
        ("what's kitchen table poly", "kitchen-table-polyamory"),
    ],
)
def test_a_term_whose_meaning_is_asked_for_leads(finder: Finder, question: str, term: str) -> None:
    found = finder.find(question)

    assert (found[0].id, found[0].kind, found[0].tier, found[0].shown) == (term, "term", "sure", True)
    assert sum(one.shown for one in found) <= 3
    assert finder.named(question) is None


def test_a_term_stays_behind_where_more_is_asked_or_a_card_has_its_name(ask: Ids) -> None:
    assert ask("compersion") == ["compersion"]
    assert ask("secure base")[:1] == ["secure-base"]
    assert "new-relationship-energy" not in ask("my wife has so much nre that i am lonely at home")


@pytest.mark.parametrize("line", ["I can't go on", "i cant go on!", "thinking about ending it"])
def test_a_line_about_help_is_found_though_all_its_words_are_common(ask: Ids, line: str) -> None:
    assert ask(line)[:1] == ["support"]
    assert "support" in ask(f"we opened up in spring and since then {line}, sorry this is long")[:3]


def test_the_same_question_gets_the_same_answer(library: Library, finder: Finder) -> None:
    questions = [one.questions[-1] for one in library.explainers.values()]
    again = Finder(library)

    assert [again.find(one) for one in questions] == [finder.find(one) for one in questions]


def test_a_finder_made_from_an_earlier_one_answers_like_a_fresh_one(library: Library, finder: Finder) -> None:
    changed = dataclasses.replace(library.explainers["journaling"], questions=("does a zebra notebook help",))
    cards = {**library.explainers, "journaling": changed}
    del cards["about"]
    newer = dataclasses.replace(library, explainers=cards)
    reused, fresh = Finder(newer, finder), Finder(newer)

    for question in ("does a zebra notebook help", "what is this bot", "jealous and happy at once", "jornaling help"):
        assert reused.find(question) == fresh.find(question)
        assert reused.suggest(question) == fresh.suggest(question)
    assert reused.find("zebra notebook help please")[0].id == "journaling"
    assert [one.id for one in finder.find("about")] == ["about"]


def test_a_large_pack_answers_too(library: Library) -> None:
    cards = {
        f"{one.id[:40]}-{number}": dataclasses.replace(
            one, id=f"{one.id[:40]}-{number}", title=f"{one.title[:70]} ({number})"
        )
        for number in range(5)
        for one in library.explainers.values()
    }
    finder = Finder(dataclasses.replace(library, explainers=cards))

    assert finder.find("should I keep a diary about my jealousy")[0].id.startswith("journaling")
    assert finder.suggest("why does my wife hate that word compersion")
    assert finder.suggest("journaling-3")[0].id == "journaling-3"


def test_suggestions_put_what_begins_as_typed_first(finder: Finder) -> None:
    titles = [one.title for one in finder.suggest("what")]

    begins = [title.lower().startswith("what") for title in titles]
    assert begins == sorted(begins, reverse=True)
    assert begins[0]
    assert finder.suggest("compersion")[0].id == "compersion"
    assert finder.suggest("privcy")[0].id == "privacy"
    assert finder.suggest("bad person")[0].id == "no-moral-value"


def test_suggestions_without_a_prefix_follow_the_pack(library: Library, finder: Finder) -> None:
    assert [one.id for one in finder.suggest("")] == list(library.explainers)[:25]
    assert len(finder.suggest("a", 3)) == 3


def test_a_sentence_typed_into_autocomplete_is_understood(finder: Finder) -> None:
    assert "right-now" in [one.id for one in finder.suggest("she is on a date right now and i cannot breathe")][:2]


def test_support_is_a_topic_like_any_other(ask: Ids) -> None:
    for question in ("i need help", "suicide hotline", "my partner hits me", "support"):
        assert ask(question)[:1] == ["support"], question
