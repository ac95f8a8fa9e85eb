"""Screens of what is a member's own: looking back, labels, reminders, data. Check-ins have their own module."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product
from typing import Final, get_args

from bot.domain.checkins.answers import Answer, Chosen, SituationRef
from bot.domain.checkins.situations import MOST_SITUATIONS, OwnSituation
from bot.domain.library import Library
from bot.domain.lookback import ALL, PERIODS, Deleted, Kept, Look, Opened, to_bring_up
from bot.domain.mydata.inventory import Inventory, Receipt, Remains, Waiting, What
from bot.domain.mydata.journal import Journal, Page
from bot.domain.mydata.retention import RETENTIONS
from bot.domain.people import Consent, Notice, Profile
from bot.domain.reminders.letters import Letter, LetterKind, Panel, SetReminder
from bot.domain.reminders.nudges import Nudge, SetNudge
from bot.domain.reminders.reminder import MOST_REMINDERS, Reminder, State
from bot.domain.reminders.schedule import DAY, HOUR, EveryWeeks, Once, OnDays
from bot.domain.script import STAGE
from bot.domain.zones import QuietHours
from bot.rehearsal.screens import AT, LABEL, MOST, NOTE, NOW, TOKEN, ZONE, Case, Screen, either, given, longest_text
from bot.ui.drawing import Picture
from bot.ui.ids import Kind
from bot.ui.lookback import entry, history, picture, situations
from bot.ui.mydata import moves, panel
from bot.ui.mydata.journal import Frame, write_page
from bot.ui.reminders import messages
from bot.ui.reminders import panel as reminders

_HOME: Final = SituationRef(TOKEN.hex())
_VIEW: Final = history.View(max((*PERIODS, ALL), key=len), _HOME, 9)
_GONE: Final = Remains(wiped=False, keys_until=NOW, rows_until=NOW)
_ZONES: Final = [ZONE + "x" * number for number in range(25)]
_EVERY_DAY: Final = frozenset(range(7))


def _check_ins(library: Library) -> tuple[Kept, ...]:
    """Give check-ins in which everything is answered at its longest, and one in which nothing is."""
    script = library.check_in
    answers = [
        Answer(step.id, step.ask, text=NOTE[: step.most], bring_up=True)
        if step.kind == "text"
        else Answer(step.id, step.ask, tuple(Chosen(one.id, one.text, one.note) for one in step.options))
        for step in script.steps
    ]
    own = Answer(STAGE, "?", (Chosen("own-word", "x", own_word=LABEL),))
    full = [Kept(f"{number:032x}", MOST, NOW - timedelta(hours=number), _HOME, (*answers, own)) for number in range(12)]
    return (*full, Kept("f" * 32, MOST, NOW - timedelta(days=2), None, ()))


def _look(library: Library) -> Look:
    return Look(_check_ins(library), {_HOME: LABEL}, ZONE, unread=True)


def _opened(library: Library) -> list[Opened]:
    return [Opened(one, LABEL, ZONE) for one in (_check_ins(library)[0], _check_ins(library)[-1])]


def _answers(library: Library) -> Iterator[Case]:
    opened = _opened(library)[0]
    for at, _ in opened.kept.said:
        yield given(opened, at, _VIEW, writable=True)


def _looks(library: Library) -> list[Case]:
    return [given(_look(library), replace(_VIEW, page=page)) for page in range(4)]


def _bring_ups(library: Library) -> list[Case]:
    look = _look(library)
    return [given(look, notes, page) for notes in (to_bring_up(look.entries), ()) for page in range(2)]


def _pictures(library: Library) -> list[Case]:
    look = _look(library)
    many = replace(look, entries=tuple(replace(one, id=f"{at}") for at in range(5) for one in look.entries))
    drawn = Picture(picture.NAME, picture.picture_svg(library, many).encode(), picture.alt_text(library, many))
    return [given(look, drawn, picture.days_in_words(library, many))]


def _labels() -> list[OwnSituation]:
    return [
        OwnSituation(SituationRef(f"{n:032x}"), LABEL, NOW, away=n > MOST_SITUATIONS // 2)
        for n in range(MOST_SITUATIONS)
    ]


def _one_label(_: Library) -> list[Case]:
    return [given(one) for one in (_labels()[0], _labels()[-1])]


def _profiles() -> Iterator[Profile]:
    quiet = QuietHours(22, 23)
    for retention, keep in product(RETENTIONS, (True, False)):
        known = Profile(Consent(MOST, NOW), keep, retention, ZONE, quiet, imports=("x",))
        yield from (known, replace(known, zone=None, quiet_hours=None))


def _inventories(library: Library) -> Iterator[Case]:
    note = longest_text(library.my_data)
    yield given(None, note, MOST)
    for profile in (*_profiles(), None):
        yield given(Inventory(profile, MOST, MOST, MOST, MOST, MOST, MOST), note, MOST)


def _receipts(_: Library) -> Iterator[Case]:
    for what, entries, remains in product(get_args(What), (None, MOST), (_GONE, Remains(wiped=False))):
        yield given(Receipt(what, NOW, entries, MOST, MOST, MOST, MOST), remains)


def _waiting(_: Library) -> Iterator[Case]:
    for moderates, before in product((None, True), (True, False)):
        yield given(Waiting(TOKEN, MOST, NOW, NOW, MOST, before=before, agree=True), moderates=moderates)
        yield given(Waiting(TOKEN, MOST, NOW, NOW, MOST, before=before, agree=False), moderates=moderates)


def _set_reminders() -> list[SetReminder]:
    states = get_args(State)
    patterns = (Once(), EveryWeeks(1), EveryWeeks(4), OnDays(_EVERY_DAY, 23))
    return [
        SetReminder(TOKEN, Reminder(pattern=pattern, start=NOW, next=following, state=state, zone=zone))
        for pattern, following, state, zone in product(patterns, (NOW, None), states, (ZONE, None))
        if zone or not isinstance(pattern, OnDays)
    ]


def _reminders(*others: object) -> list[Case]:
    return [given(one, *others) for one in _set_reminders()]


def _panels(library: Library) -> Iterator[Case]:
    """Give the panel with nothing, and with as many reminders as there can be, those of the longest kinds."""
    notices: tuple[Notice, ...] = get_args(Notice)
    longest = sorted(_set_reminders(), key=lambda one: len(reminders.describe(library, one, 1)))[-MOST_REMINDERS:]
    numbered = tuple(replace(one, token=bytes([at]) * 16) for at, one in enumerate(longest))
    yield given(Panel(known=False))
    yield given(Panel(known=True))
    yield given(Panel(known=True, reminders=numbered, zone=ZONE, quiet_hours=QuietHours(22, 23), notices=notices))
    yield given(Panel(known=True, reminders=numbered, notices=notices))


def _times(_: Library) -> Iterator[Case]:
    for subject, step in product(("once", "weeks-1"), (HOUR, DAY)):
        yield given(reminders.times_page(subject, TOKEN, NOW + 9 * DAY, step), NOW, ZONE)


def _letters(_: Library) -> list[Case]:
    return [
        given(Letter(kind=kind, token=TOKEN, what=TOKEN, claimed=NOW, user=1, channel=1))
        for kind in get_args(LetterKind)
    ]


def _exported(library: Library) -> list[Case]:
    """Give the page with everything in it; how days and times are written is a pack's own pattern."""
    receipts = library.notebook.receipts
    frame = Frame(library.my_data.journal, UTC, NOW, receipts.proof_of_nothing, receipts.nothing_here)
    pages = tuple(
        Page("check-in", one.ended, one.ended, LABEL, tuple(it for _, it in one.said)) for one in _check_ins(library)
    )
    return [given(Journal(pages=pages), frame, None)]


def _lines(*words: object) -> list[Case]:
    return [given(longest_text(*words))]


def _offers(library: Library) -> list[Case]:
    page, words = reminders.times_page("", TOKEN, NOW, HOUR), library.reminders.setting
    return [given(longest_text(words), Kind.NUDGE_TIME, page, NOW, reminders.ways_back(library))]


LOOKBACK: Final = (
    Screen(history.draw_nothing, "/lookback with nothing in it"),
    Screen(history.draw_look, "/lookback", _looks),
    Screen(history.draw_look_picture, "the picture of /lookback", _pictures),
    Screen(history.draw_bring_up, "the list to talk about", _bring_ups),
    Screen(entry.draw_entry, "a saved check-in", lambda one: (given(it, _VIEW) for it in _opened(one))),
    Screen(entry.draw_answer, "an answer of a saved check-in", _answers),
    Screen(entry.make_change_form, "the form for other words", lambda _: [given(AT, NOTE)]),
    Screen(entry.draw_delete, "the question before a check-in is deleted", lambda one: [given(_opened(one)[0], _VIEW)]),
    Screen(
        entry.draw_deleted,
        "the receipt for a check-in",
        lambda _: [given(Deleted(n, n, NOW), _GONE, AT) for n in (1, MOST)],
    ),
    Screen(situations.draw_situations, "the list of labels", lambda _: [given(_labels())]),
    Screen(
        situations.draw_situation,
        "a label",
        lambda _: [given(one, alone=False) for one in (_labels()[0], _labels()[-1])],
    ),
    Screen(situations.make_label_form, "the form for a label", lambda _: [given(AT, LABEL)]),
    Screen(situations.draw_merge, "the question which label to merge with", lambda _: [given(_labels()[0], _labels())]),
    Screen(situations.draw_merge_asked, "the question before labels are merged", lambda _: [given(*_labels()[:2])]),
    Screen(situations.draw_situation_delete, "the question before a label is deleted", _one_label),
)

MY_DATA: Final = (
    Screen(panel.draw_show, "/mydata", _inventories),
    Screen(
        panel.draw_keep,
        "the switch for saving",
        lambda one: [given(longest_text(one.my_data.keep), moderates=way) for way in (None, True)],
    ),
    Screen(panel.draw_kept_no_more, "the answer that nothing is saved any more"),
    Screen(panel.draw_pause, "the pause", lambda one: [given(NOW, longest_text(one.my_data.pause))]),
    Screen(panel.draw_lapse, "the notice before everything goes", lambda _: [given(NOW)]),
    Screen(panel.draw_line, "a sentence of /mydata", lambda one: _lines(one.my_data, one.notebook)),
    Screen(panel.draw_retention_ask, "the question on how long", lambda _: (given(one, MOST) for one in RETENTIONS)),
    Screen(moves.draw_delete, "what can be deleted"),
    Screen(moves.draw_ask, "the question before deleting", lambda _: (given(one) for one in get_args(What))),
    Screen(moves.draw_receipt, "the receipt", _receipts),
    Screen(moves.draw_clear, "the question before messages are deleted"),
    Screen(moves.draw_clearing, "how far deleting messages has come", lambda _: [given(MOST)]),
    Screen(
        moves.draw_cleared,
        "the answer that messages are deleted",
        lambda _: (given(MOST, **case.named) for case in either("later")),
    ),
    Screen(moves.draw_file, "the exported file", lambda _: [given(b"", TOKEN)], in_place=True),
    Screen(write_page, "the page in an exported file", _exported, with_library=False),
    Screen(moves.draw_import_how, "how a file is imported"),
    Screen(moves.draw_waiting, "the question before a file is imported", _waiting),
)

REMINDERS: Final = (
    Screen(messages.draw_letter, "the reminder", _letters),
    Screen(messages.draw_again, "the answer to a reminder's Later", lambda _: _reminders(AT)),
    Screen(messages.draw_pauses, "the pauses of a reminder", lambda _: [given(AT, NOW)]),
    Screen(messages.draw_paused, "a reminder that is paused", lambda _: _reminders(AT)),
    Screen(messages.draw_stopped, "a reminder that is stopped", lambda _: [given(0), given(MOST)]),
    Screen(messages.draw_stopped_all, "reminders that are all stopped"),
    Screen(messages.draw_gone, "a reminder that is gone"),
    Screen(
        messages.draw_nudge_times,
        "the times for a nudge",
        lambda _: [given(reminders.times_page("", TOKEN, NOW + 9 * DAY, HOUR), NOW)],
    ),
    Screen(messages.draw_nudge_set, "a nudge that is set", lambda _: [given(SetNudge(TOKEN, Nudge(NOW)))]),
    Screen(messages.draw_nudge_line, "a sentence about a nudge", lambda one: _lines(one.reminders.nudge)),
    Screen(reminders.draw_panel, "/reminders", _panels),
    Screen(reminders.draw_switched_off, "reminders that are switched off"),
    Screen(reminders.draw_how_often, "the question how often"),
    Screen(reminders.draw_times, "the times for a reminder", _times),
    Screen(reminders.offer, "six times to choose from", _offers),
    Screen(reminders.draw_days, "the question for weekdays", lambda _: [given(TOKEN)]),
    Screen(reminders.draw_hour_of_days, "the question for an hour", lambda _: [given(TOKEN, _EVERY_DAY, ZONE)]),
    Screen(reminders.draw_set, "a reminder that is set", lambda _: _reminders()),
    Screen(reminders.draw_zone_needed, "the question for a time zone"),
    Screen(reminders.zone_form, "the form for a time zone"),
    Screen(reminders.draw_zones, "the list of time zones", lambda _: [given(()), given(_ZONES)]),
    Screen(reminders.draw_quiet_from, "the question from when it is quiet", lambda _: [given(ZONE)]),
    Screen(reminders.draw_quiet_until, "the question until when it is quiet", lambda _: [given(23)]),
)

SCREENS: Final = (*LOOKBACK, *MY_DATA, *REMINDERS)
