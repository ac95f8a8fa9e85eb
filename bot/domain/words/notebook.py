"""`checkins/notebook.yaml`: consent, the conversation around a check-in, reminders and receipts."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Waiver, authored
from bot.domain.interface import CommandName, Description, Fills, OptionWords


@authored
class LaterWords:
    """The three times a nudge can be asked for."""

    in_a_few_hours: Label
    tomorrow_evening: Label
    after_it: Label


@authored
class CheckInCommandWords:
    """`/checkin`, and its one option."""

    name: CommandName
    description: Description
    option: OptionWords
    later: LaterWords


@authored
class ModeratesWords:
    """What is said of the person who runs the bot where they did not say if they moderate, or said that they do."""

    not_said: Line
    also: Line
    line: Annotated[Line, Fills("moderates")]


@authored
class ConsentWords:
    """Five plain lines and one switch, off; on and off are words, for nothing is said by a sign alone.

    `changed` says in one line what is new, to those who agreed to an earlier version.
    """

    version: int
    lines: Annotated[tuple[Line, ...], Limit(5, 5), Fills("moderates")]
    moderates: ModeratesWords
    switch: Label
    switch_on: Annotated[Line, Fills("switch")]
    switch_off: Annotated[Line, Fills("switch")]
    turn_on: ButtonLabel
    turn_off: ButtonLabel
    begin: ButtonLabel
    not_now: ButtonLabel
    more: ButtonLabel
    changed: Annotated[Line, Fills("moderates")]
    all_lines: ButtonLabel


@authored
class ConversationWords:
    """What is said around a check-in: where it is, what a form asks, what became of it."""

    neutral: Line
    waiting: Annotated[Line, Fills("link")]
    closed_to_me: Line
    check_in: ButtonLabel
    put_away: ButtonLabel
    not_now: Line
    later: Line
    waits: Annotated[Line, Fills("until")]
    not_open: Line
    form_title: Label
    form_about: Line
    form_begin: ButtonLabel
    form_stepwise: ButtonLabel
    form_refused: Annotated[Line, Fills("question", "why")]
    own_word_title: Label
    new_label_title: Label
    note_title: Label
    note_button: ButtonLabel
    last_note: ButtonLabel
    last_note_heading: Line
    situation: Annotated[Line, Fills("label")]
    own_word: Annotated[Line, Fills("word")]
    chosen_before: Annotated[Line, Fills("words")]
    any_that_fit: Label
    recent_labels: Label
    no_label: Label
    go_on_with: Label
    too_late: Line
    not_taken: Line
    ended: Line
    ended_help: Line
    not_yours: Line
    thrown_away: Line
    stopped: Line
    kept: Annotated[Line, Fills("day")]
    kept_until_deleted: Line
    let_go: Line
    not_kept: Line
    none_kept: Line
    ticked_by_mistake: ButtonLabel
    show_written: ButtonLabel
    written_heading: Line
    show_said: ButtonLabel
    add_label: ButtonLabel
    add_own_word: ButtonLabel
    look_after: ButtonLabel
    concerns: Annotated[Line, Fills("who")]
    reminders_offer: Line
    reminders_button: ButtonLabel
    look_back: ButtonLabel


@authored
class LimitWords:
    """One sentence for each limit; the numbers are the code's."""

    open_check_ins: Annotated[Line, Fills("most")]
    waiting: Annotated[Line, Fills("most")]
    full: Annotated[Line, Fills("count")]
    situations: Annotated[Line, Fills("most")]
    entries: Annotated[Line, Fills("most")]
    too_long: Annotated[Line, Fills("length", "most")]
    label_empty: Line


@authored
class Reminders:
    """Neutral words for a reminder, a nudge, and what is told at the next use."""

    reminder: Line
    open: ButtonLabel
    later: ButtonLabel
    pause: ButtonLabel
    stop: ButtonLabel
    nudge: Line
    missed: Line
    went_quiet: Line
    paused_for_closed: Line


@authored
class Receipts:
    """What a member is told after deleting; braces name what is filled in."""

    deleted: Annotated[Line, Fills("time", "counts")]
    key_gone: Annotated[Line, Fills("day")]
    key_in_backups: Line
    gone_from_backups: Annotated[Line, Fills("day")]
    stays_in_backups: Line
    not_wiped: Line
    cannot_delete: Line
    clear: ButtonLabel
    start_again: Line
    nothing_here: Line
    proof_of_nothing: Line


@authored
class Notebook:
    """All of it."""

    command: CheckInCommandWords
    consent: ConsentWords
    conversation: ConversationWords
    limits: LimitWords
    reminders: Reminders
    receipts: Receipts
    waive: tuple[Waiver, ...] = ()
