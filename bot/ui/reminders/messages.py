"""Draws what time brings into a private conversation, reminders and nudges, and the answers to presses on them."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.library import Library
from bot.domain.reminders.letters import Letter, SetReminder
from bot.domain.reminders.nudges import SetNudge
from bot.ui.drawing import Drawing, button, row, text
from bot.ui.ids import Kind, Press
from bot.ui.reminders.panel import full, offer, ways_back

_PAUSES: Final = (7, 14, 28, 91)  # days


def draw_letter(library: Library, letter: Letter) -> Drawing:
    """Draw a reminder or a nudge. Its token stands in its buttons, and by that it is found again."""
    words, nudge = library.notebook.reminders, library.reminders.nudge
    reminder = letter.kind == "reminder"
    later, stop = (Kind.REMINDER_LATER, Kind.REMINDER_STOP) if reminder else (Kind.NUDGE_LATER, Kind.NUDGE_STOP)
    subject = letter.what.hex()
    return Drawing(
        text(words.reminder if reminder else words.nudge),
        row(
            button(words.open if reminder else nudge.check_in, Press(Kind.CHECK_IN)),
            button(words.later, Press(later, subject, letter.token)),
            button(words.pause, Press(Kind.REMINDER_PAUSE, subject, letter.token)) if reminder else None,
        ),
        row(
            button(words.stop, Press(stop, subject, letter.token)),
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        ),
    )


def draw_again(library: Library, one: SetReminder, press: Press) -> Drawing:
    """Draw when a reminder comes again, with its off switch."""
    words = library.reminders.message
    time = full(one.reminder.next) if one.reminder.next else ""
    return _with_off_switch(library, words.again.format(time=time), press)


def draw_pauses(library: Library, press: Press, now: datetime) -> Drawing:
    """Ask until when a reminder is to be held back, each choice with its day."""
    words = library.reminders.message
    labels = (words.one_week, words.two_weeks, words.four_weeks, words.three_months)
    pauses = list(zip(labels, _PAUSES, strict=True))
    lines = "\n".join(f"- {label}: {full(now + timedelta(days=days))}" for label, days in pauses)

    def until(days: int) -> Press:
        return Press(Kind.REMINDER_PAUSED, press.subject, press.token, position=days)

    return Drawing(
        text(words.until_when, lines),
        row(*(button(label, until(days)) for label, days in pauses)),
        row(button(words.open_end, until(0)), *ways_back(library)),
    )


def draw_paused(library: Library, one: SetReminder, press: Press) -> Drawing:
    """Draw that a reminder is held back, and until when."""
    words = library.reminders.message
    following = one.reminder.next
    line = words.paused.format(time=full(following)) if following else words.paused_open_end
    return _with_off_switch(library, line, press)


def draw_stopped(library: Library, left: int) -> Drawing:
    """Draw that a reminder was stopped, and a way to stop what else is set."""
    words = library.reminders.message
    lines = [words.stopped, words.others_left.format(count=left)] if left else [words.stopped]
    stop_all = button(words.stop_all, Press(Kind.REMINDER_STOP_ALL)) if left else None
    return Drawing(text(" ".join(lines)), row(stop_all, *ways_back(library)))


def draw_stopped_all(library: Library) -> Drawing:
    """Draw that nothing is set any more."""
    return Drawing(text(library.reminders.message.stopped_all), row(*ways_back(library)))


def draw_gone(library: Library) -> Drawing:
    """Draw that a reminder is no longer there."""
    return Drawing(text(library.reminders.message.gone), row(*ways_back(library)))


def draw_nudge_times(library: Library, page: Press, now: datetime) -> Drawing:
    """Offer six times for a nudge."""
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return offer(library, library.reminders.nudge.when, Kind.NUDGE_TIME, page, now, [support])


def draw_nudge_set(library: Library, one: SetNudge) -> Drawing:
    """Draw when a nudge comes, what is kept until then, and the way to take it back."""
    words = library.reminders.nudge
    take_back = button(words.take_back, Press(Kind.NUDGE_TAKE_BACK, token=one.token))
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return Drawing(text(words.set.format(time=full(one.nudge.at)), words.what_is_kept), row(take_back, support))


def draw_nudge_line(library: Library, line: str) -> Drawing:
    """Draw what became of a nudge, with a way to check in."""
    check_in = button(library.reminders.nudge.check_in, Press(Kind.CHECK_IN))
    return Drawing(text(line), row(check_in, button(library.interface.buttons.support, Press(Kind.SUPPORT))))


def _with_off_switch(library: Library, line: str, press: Press) -> Drawing:
    stop = button(library.notebook.reminders.stop, Press(Kind.REMINDER_STOP, press.subject, press.token))
    return Drawing(text(line), row(stop, *ways_back(library)))
