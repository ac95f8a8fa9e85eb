"""`checkins/reminders.yaml`: the words of setting reminders and nudges."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Waiver, authored
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
    one_reminder: ButtonLabel
    series: ButtonLabel
    pause: Annotated[ButtonLabel, Fills("number")]
    start: Annotated[ButtonLabel, Fills("number")]
    stop: Annotated[ButtonLabel, Fills("number")]
    zone_button: ButtonLabel
    quiet_button: ButtonLabel
    back: ButtonLabel


@authored
class ReminderSettingWords:
    """Setting one, question by question."""

    how_often: Line
    every_week: ButtonLabel
    every_weeks: Annotated[ButtonLabel, Fills("weeks")]
    chosen_days: ButtonLabel
    which_hour: Line
    which_day: Line
    first_day: Line
    earlier: ButtonLabel
    later: ButtonLabel
    which_days: Line
    choose_days: Label
    day_names: Annotated[tuple[Label, ...], Limit(7, 7)]
    at_which_hour: Annotated[Line, Fills("days", "zone")]
    choose_hour: Label
    set_once: Annotated[Line, Fills("time")]
    set_series: Annotated[Line, Fills("time")]
    set_without_zone: Line
    off_switch: Line


@authored
class ReminderMessageWords:
    """What a press on a reminder gets as an answer."""

    again: Annotated[Line, Fills("time")]
    until_when: Line
    one_week: ButtonLabel
    two_weeks: ButtonLabel
    four_weeks: ButtonLabel
    three_months: ButtonLabel
    open_end: ButtonLabel
    paused: Annotated[Line, Fills("time")]
    paused_open_end: Line
    stopped: Line
    others_left: Annotated[Line, Fills("count")]
    stop_all: ButtonLabel
    stopped_all: Line
    gone: Line


@authored
class ZoneWords:
    """Naming a time zone, and quiet hours in it."""

    why: Line
    name_it: ButtonLabel
    form_title: FormLabel
    form_label: FormLabel
    form_note: FormNote
    which: Line
    choose: Label
    unknown: Line
    from_which: Annotated[Line, Fills("zone")]
    until_which: Annotated[Line, Fills("start")]
    choose_hour: Label
    none: ButtonLabel


@authored
class NudgeWords:
    """Asking for a nudge, and what a press on one gets as an answer."""

    when: Line
    set: Annotated[Line, Fills("time")]
    what_is_kept: Line
    take_back: ButtonLabel
    taken_back: Line
    stopped: Line
    check_in: ButtonLabel


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
