"""`checkins/reminders.yaml`: the words of setting reminders and nudges."""

from typing import Annotated

from bot.domain.content import Label, Limit, Line, Waiver, authored
from bot.domain.interface import CommandWithOptionWords, Fills

FormLabel = Annotated[str, Limit(1, 45)]
FormNote = Annotated[str, Limit(1, 100)]


@authored
class ReminderPanelWords:
    """`/reminders`: what is set, and what can be done about it."""

    none_set: Line
    keep_needed: Line
    switched_off: Line
    once: Annotated[Line, Fills("number")]
    every_week: Annotated[Line, Fills("number")]
    every_weeks: Annotated[Line, Fills("number", "weeks")]
    on_days: Annotated[Line, Fills("number", "days", "hour")]
    next: Annotated[Line, Fills("time")]
    paused: Line
    closed: Line
    quiet: Line
    zone: Annotated[Line, Fills("zone")]
    no_zone: Line
    quiet_hours: Annotated[Line, Fills("start", "end")]
    one_reminder: Label
    series: Label
    pause: Annotated[Label, Fills("number")]
    start: Annotated[Label, Fills("number")]
    stop: Annotated[Label, Fills("number")]
    zone_button: Label
    quiet_button: Label
    back: Label


@authored
class ReminderSettingWords:
    """Setting one, question by question."""

    how_often: Line
    every_week: Label
    every_weeks: Annotated[Label, Fills("weeks")]
    chosen_days: Label
    which_hour: Line
    which_day: Line
    first_day: Line
    earlier: Label
    later: Label
    which_days: Line
    choose_days: Label
    day_names: Annotated[tuple[Label, ...], Limit(7, 7)]
    at_which_hour: Annotated[Line, Fills("days", "zone")]
    choose_hour: Label
    set_once: Annotated[Line, Fills("time")]
    set_series: Annotated[Line, Fills("time")]
    off_switch: Line


@authored
class ReminderMessageWords:
    """What a press on a reminder gets as an answer."""

    again: Annotated[Line, Fills("time")]
    until_when: Line
    one_week: Label
    two_weeks: Label
    four_weeks: Label
    three_months: Label
    open_end: Label
    paused: Annotated[Line, Fills("time")]
    paused_open_end: Line
    stopped: Line
    others_left: Annotated[Line, Fills("count")]
    stop_all: Label
    stopped_all: Line
    gone: Line


@authored
class ZoneWords:
    """Naming a time zone, and quiet hours in it."""

    why: Line
    name_it: Label
    form_title: FormLabel
    form_label: FormLabel
    form_note: FormNote
    which: Line
    choose: Label
    unknown: Line
    from_which: Annotated[Line, Fills("zone")]
    until_which: Annotated[Line, Fills("start")]
    choose_hour: Label
    none: Label


@authored
class NudgeWords:
    """Asking for a nudge, and what a press on one gets as an answer."""

    when: Line
    set: Annotated[Line, Fills("time")]
    what_is_kept: Line
    take_back: Label
    taken_back: Line
    stopped: Line
    check_in: Label


@authored
class ReminderTroubleWords:
    """What cannot be done, and what to do instead."""

    too_many: Annotated[Line, Fills("most")]
    too_many_nudges: Annotated[Line, Fills("most")]
    time_passed: Line
    zone_needed: Line
    same_hours: Line


@authored
class ReminderWords:
    """All of it."""

    command: CommandWithOptionWords
    title: Label
    panel: ReminderPanelWords
    setting: ReminderSettingWords
    message: ReminderMessageWords
    zone: ZoneWords
    nudge: NudgeWords
    trouble: ReminderTroubleWords
    waive: tuple[Waiver, ...] = ()
