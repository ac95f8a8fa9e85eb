"""Reading kept check-ins again: which, on which days, and what may be changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins.answers import Answer, Chosen, DocumentUnreadable, SituationRef
from bot.domain.checkins.labels import LabelEmpty, TextTooLong
from bot.domain.lookback import (
    PERIODS,
    by_day,
    choose,
    newest_noted,
    own_words_of,
    read_kept,
    to_bring_up,
    with_answer,
    with_text,
)
from tests.domain.kept_ones import NOTE, NOW, OWN_WORD, document, kept, note, stage

DAY = timedelta(days=1)
HOME, TRIP = SituationRef("aa" * 16), SituationRef("bb" * 16)


def test_an_entry_of_another_script_is_read_in_its_own_words() -> None:
    asked = Answer("a-step-of-then", "Asked then?", (Chosen("an-option-of-then", "Said then", "In small print"),))

    one = read_kept("00", 3, document(NOW, asked, situation=HOME))

    assert (one.version, one.ended, one.situation) == (3, NOW, HOME)
    assert one.said == ((0, asked),)
    assert one.stage is None
    assert not one.has_note


def test_an_answer_that_was_not_to_be_kept_is_never_shown() -> None:
    secret = Answer("not-right", "", (Chosen("not-safe", ""),), kept=False)

    one = read_kept("00", 1, document(NOW, secret, note()))

    assert [answer for _, answer in one.said] == [note()]
    assert one.answer_at(0) is None
    assert one.answer_at(1) == note()


@pytest.mark.parametrize("broken", [{"format": 2}, {"answers": [{"step": 1}]}, {"ended": "yesterday"}, {"answers": 3}])
def test_what_a_later_version_wrote_is_not_read_and_not_quoted(broken: dict[str, object]) -> None:
    with pytest.raises(DocumentUnreadable) as raised:
        read_kept("00", 1, {**document(NOW, note()), **broken})

    assert NOTE not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_period_and_a_situation_choose_and_the_newest_comes_first() -> None:
    at_home = [kept(at, NOW - at * DAY, situation=HOME) for at in (1, 8, 40, 100, 400)]
    away = kept(50, NOW - 2 * DAY, situation=TRIP)

    def ids(period: str, situation: SituationRef | None = None) -> list[int]:
        return [int(one.id, 16) for one in choose([*at_home, away], period, situation, NOW)]

    assert ids("all") == [1, 50, 8, 40, 100, 400]
    assert ids("7-days") == [1, 50]
    assert ids("30-days", HOME) == [1, 8]
    assert ids("90-days", TRIP) == [50]
    assert ids("year", HOME) == [1, 8, 40, 100]
    assert list(PERIODS) == ["7-days", "30-days", "90-days", "year", "all"]


def test_days_are_those_of_the_members_zone_and_empty_ones_do_not_exist() -> None:
    late = kept(2, datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    early = kept(1, datetime(2026, 11, 18, 0, 30, tzinfo=UTC))

    in_berlin = [(str(day.date), len(day.entries)) for day in by_day([late, early], "Europe/Berlin")]
    in_new_york = [(str(day.date), len(day.entries)) for day in by_day([late, early], "America/New_York")]

    assert in_berlin == [("2026-11-21", 1), ("2026-11-18", 1)]
    assert in_new_york == [("2026-11-20", 1), ("2026-11-17", 1)]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # Hypothesis wants naive bounds
def test_the_moment_that_stands_for_a_day_is_shown_as_that_day_around_it(ended: datetime) -> None:
    (day,) = by_day([kept(1, ended)], "Pacific/Auckland")

    assert day.noon.astimezone(UTC).date() in {day.date, day.date - DAY}
    assert abs(day.noon - ended) < timedelta(hours=14)


def test_only_marked_notes_are_to_be_brought_up() -> None:
    marked = kept(1, NOW, stage(), note("Ask about Sunday", bring_up=True))
    unmarked = kept(2, NOW, stage(), note())

    (one,) = to_bring_up([marked, unmarked])

    assert (one.kept, one.at, one.answer.text) == (marked, 1, "Ask about Sunday")


def test_the_newest_note_of_a_situation_is_found_among_its_own() -> None:
    entries = [
        kept(1, NOW - 3 * DAY, note(), situation=HOME),
        kept(2, NOW - DAY, note(), situation=TRIP),
        kept(3, NOW, stage(), situation=HOME),
        kept(4, NOW - 9 * DAY, note()),
    ]

    assert newest_noted(entries, HOME) == entries[0].id
    assert newest_noted(entries, TRIP) == entries[1].id
    assert newest_noted(entries, None) == entries[3].id
    assert newest_noted(entries[2:3], HOME) is None


def test_own_words_can_be_put_otherwise_and_others_cannot() -> None:
    word = stage("own-word", "None / my own word", OWN_WORD)

    assert with_text(note("old", bring_up=True), " new \x00words ") == note("new words", bring_up=True)
    assert with_text(word, "a  thick *fog*") == stage("own-word", "None / my own word", "a thick fog")
    assert own_words_of(word) == OWN_WORD
    assert own_words_of(note()) == NOTE
    assert own_words_of(stage()) is None
    assert with_text(stage(), "made up") == stage()


@pytest.mark.parametrize("answer", [note(), stage("own-word", "None / my own word", OWN_WORD)])
def test_an_empty_form_leaves_words_as_they_were(answer: Answer) -> None:
    assert with_text(answer, " \n\t") == answer


def test_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(TextTooLong):
        with_text(note(), "x" * 501, most=500)
    with pytest.raises(TextTooLong):
        with_text(stage("own-word", "None / my own word", OWN_WORD), "x" * 33)
    with pytest.raises(LabelEmpty):
        with_text(stage("own-word", "None / my own word", OWN_WORD), "<@1>")


def test_a_changed_document_keeps_everything_else() -> None:
    before = {**document(NOW, stage(), note()), "from_the_future": 1}

    changed = with_answer(before, 1, note("other"))
    taken = with_answer(before, 0, None)

    assert read_kept("00", 1, changed).said == ((0, stage()), (1, note("other")))
    assert read_kept("00", 1, taken).said == ((0, note()),)
    assert {**changed, "answers": 0} == {**before, "answers": 0} == {**taken, "answers": 0}
    assert len(before["answers"]) == 2


def test_nothing_a_member_wrote_shows_in_a_repr() -> None:
    look = kept(1, NOW, note(), situation=HOME)
    (day,) = by_day([look], "UTC")

    for one in (look, day, *to_bring_up([kept(1, NOW, note(bring_up=True))])):
        assert NOTE not in repr(one)
        assert HOME not in repr(one)
