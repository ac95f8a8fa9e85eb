"""Which time may be acted on: only one that Discord told, within minutes, as expected or twice."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trusted_time import AGREE, APART, LATE, LEAP, SILENT_AFTER, Doubt, Reading, Readings, add, confirm

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
START = timedelta(hours=5)  # what the steady clock shows when it all begins


def heard(*readings: Reading) -> Readings:
    known = None
    for one in readings:
        known = add(known, one)
    assert known is not None
    return known


def at(after: timedelta, ahead: timedelta = timedelta(), *, event: bool = False) -> Reading:
    """Discord's time some while after the start, as far ahead of the true one as it is told."""
    return Reading(NOW + after + ahead, START + after, event)


def test_one_reading_is_enough_where_it_is_expected() -> None:
    known = heard(at(0 * MINUTE))

    assert confirm(known, START + MINUTE, NOW + YEAR, seen=NOW - 5 * MINUTE) == NOW + MINUTE
    assert confirm(known, START + MINUTE, NOW + MINUTE + AGREE, seen=None) == NOW + MINUTE


def test_a_leap_ahead_or_back_takes_two_readings_a_minute_apart() -> None:
    for seen in (NOW - YEAR, NOW - LEAP - MINUTE, NOW + AGREE + 2 * MINUTE, NOW + YEAR):
        assert confirm(heard(at(0 * MINUTE)), START, NOW, seen) is Doubt.LEAPT
        assert confirm(heard(at(0 * MINUTE), at(APART - SECOND)), START + APART, NOW, seen) is Doubt.LEAPT
        assert confirm(heard(at(0 * MINUTE), at(APART)), START + APART, NOW + YEAR, seen) == NOW + APART


def test_before_anything_was_confirmed_this_machine_s_clock_is_the_second_witness() -> None:
    assert confirm(heard(at(0 * MINUTE)), START, NOW + YEAR, seen=None) is Doubt.LEAPT
    assert confirm(heard(at(0 * MINUTE), at(APART)), START + APART, NOW + YEAR, seen=None) == NOW + APART


def test_nobody_is_believed_while_discord_is_silent() -> None:
    known = heard(at(0 * MINUTE), at(APART))

    assert confirm(None, START, NOW, NOW) is Doubt.SILENT
    assert confirm(known, START + APART + SILENT_AFTER, NOW, NOW) == NOW + APART + SILENT_AFTER
    assert confirm(known, START + APART + SILENT_AFTER + SECOND, NOW, NOW) is Doubt.SILENT
    assert confirm(known, START, NOW, NOW) is Doubt.SILENT  # the steady clock was set back


def test_readings_that_contradict_one_another_confirm_no_leap() -> None:
    """An answer with a wrong date among right ones begins anew each time."""
    known = heard(*(at(n * MINUTE, YEAR if n % 2 else timedelta()) for n in range(20)))

    assert confirm(known, START + 20 * MINUTE, NOW, seen=NOW + 30 * MINUTE) is Doubt.LEAPT
    assert confirm(known, START + 20 * MINUTE, NOW + YEAR, seen=NOW - YEAR) is Doubt.LEAPT


def test_a_steady_clock_that_leaps_as_far_as_one_answer_confirms_nothing() -> None:
    known = heard(at(0 * MINUTE), at(APART), Reading(NOW + YEAR, START + YEAR))

    assert confirm(known, START + YEAR, NOW + YEAR, seen=NOW) is Doubt.LEAPT


def test_an_event_that_was_on_its_way_for_long_changes_nothing() -> None:
    known = heard(at(0 * MINUTE), at(APART))

    assert add(known, at(APART + MINUTE, -LATE, event=True)) == known
    assert add(known, at(APART + MINUTE, -LATE)) != known
    assert add(known, at(APART + MINUTE, -LATE - SECOND, event=True)) != known
    assert add(known, at(APART + MINUTE, LATE, event=True)) != known


readings = st.lists(
    st.builds(
        lambda gap, ahead, event: (gap, ahead, event),
        st.timedeltas(-2 * MINUTE, 20 * MINUTE),
        st.one_of(st.just(timedelta()), st.timedeltas(-3 * MINUTE, 3 * MINUTE), st.timedeltas(-YEAR, YEAR)),
        st.booleans(),
    ),
    max_size=12,
)


@given(
    readings, st.timedeltas(-MINUTE, 30 * MINUTE), st.timedeltas(-YEAR, YEAR), st.none() | st.timedeltas(-YEAR, YEAR)
)
def test_no_time_is_confirmed_that_discord_did_not_tell(
    steps: list[tuple[timedelta, timedelta, bool]],
    later: timedelta,
    off: timedelta,
    seen_off: timedelta | None,
) -> None:
    known, after, told = None, timedelta(), list[Reading]()
    for gap, ahead, event in steps:
        after += gap
        told.append(at(after, ahead, event=event))
        known = add(known, told[-1])
    seen = None if seen_off is None else NOW + seen_off
    local, steady = NOW + after + later + off, START + after + later

    given_time = confirm(known, steady, local, seen)

    if isinstance(given_time, Doubt):
        return
    agreeing = [one for one in told if abs(one.time + (steady - one.steady) - given_time) <= AGREE]
    assert any(steady - one.steady <= SILENT_AFTER for one in agreeing)
    expected = abs(given_time - local) <= AGREE if seen is None else -AGREE <= given_time - seen <= LEAP
    assert expected or max(one.steady for one in told) - min(one.steady for one in told) >= APART


@given(
    st.lists(st.timedeltas(-YEAR, YEAR).filter(lambda off: abs(off) > 5 * MINUTE), min_size=1, max_size=5),
    st.none() | st.timedeltas(-3 * YEAR, 3 * YEAR),
)
def test_two_readings_a_minute_apart_are_accepted_whatever_was_before(
    wrong: list[timedelta], seen_off: timedelta | None
) -> None:
    before = [at(n * MINUTE, off) for n, off in enumerate(wrong)]
    since = len(before) * MINUTE
    known = heard(*before, at(since), at(since + APART))
    seen = None if seen_off is None else NOW + seen_off

    assert confirm(known, START + since + APART, NOW + YEAR, seen) == NOW + since + APART
