"""Labels: the order they come in, and which two are the same."""

from datetime import timedelta

import pytest

from bot.domain.checkins.answers import SituationRef
from bot.domain.checkins.situations import (
    OwnSituation,
    SituationCard,
    find_label,
    in_order,
    is_same_label,
    suggest_labels,
)
from tests.domain.kept_ones import NOW

HOUR = timedelta(hours=1)


def own(label: str, used: int = 0, *, away: bool = False) -> OwnSituation:
    return OwnSituation(SituationRef(label), label, NOW + used * HOUR, away)


def test_a_card_comes_back_as_it_was() -> None:
    card = SituationCard("Sundays 🫧", NOW, away=True, noted="ab" * 16)

    assert SituationCard.from_document(card.to_document()) == card
    assert "Sundays" not in repr(card)


def test_the_last_used_comes_first_and_those_put_away_last() -> None:
    mine = [own("old", 1), own("away", 9, away=True), own("new", 5), own("long away", 2, away=True)]

    assert [one.label for one in in_order(mine)] == ["new", "old", "away", "long away"]


@pytest.mark.parametrize(
    ("one", "other"), [("Sundays", "sUNDAYS"), ("Cafe\u0301", "caf\u00e9"), ("STRASSE", "straße"), ("\u1e9e", "ss")]
)
def test_labels_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert is_same_label(one, other)
    assert find_label([own("other"), own(one)], other) == own(one)


def test_others_are_not() -> None:
    assert not is_same_label("Sundays", "Sunday")
    assert find_label([own("Sundays")], "Mondays") is None


def test_suggestions_hold_what_was_typed_and_begin_with_it_first() -> None:
    mine = [own("The long trip", 3), own("Trip", 1), own("Home", 2)]

    assert [one.label for one in suggest_labels(mine, " tr")] == ["Trip", "The long trip"]
    assert [one.label for one in suggest_labels(mine, "")] == ["The long trip", "Home", "Trip"]
    assert suggest_labels(mine, "zzz") == ()
