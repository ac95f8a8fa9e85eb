"""`checkins/my-data.yaml`: the words of `/mydata`, of what is exported and of what is brought in."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Paragraph, Waiver, authored
from bot.domain.interface import CommandName, CommandWithOptionWords, CommandWords, Description, Fills


@authored
class MyDataCommandWords:
    """The group of commands."""

    name: CommandName
    description: Description
    show: CommandWords
    export: CommandWords
    bring_in: CommandWithOptionWords
    pause: CommandWords
    delete: CommandWords


@authored
class InventoryWords:
    """What is kept, line by line."""

    heading: Line
    entries: Annotated[Line, Fills("count")]
    situations: Annotated[Line, Fills("count")]
    reminders: Annotated[Line, Fills("count")]
    open: Annotated[Line, Fills("count")]
    nudges: Annotated[Line, Fills("count")]
    errands: Annotated[Line, Fills("count")]
    keep_on: Annotated[Line, Fills("version", "time")]
    keep_off: Annotated[Line, Fills("version", "time")]
    retention: Annotated[Line, Fills("retention")]
    zone: Annotated[Line, Fills("zone")]
    no_zone: Line
    quiet: Annotated[Line, Fills("start", "end")]
    no_quiet: Line
    imports: Annotated[Line, Fills("count")]
    channel: Line
    deeds: Annotated[Line, Fills("count")]


@authored
class RetentionWords:
    """How long entries stay."""

    choose: Label
    days: Annotated[Label, Fills("days")]
    until_deleted: Label
    changed: Annotated[Line, Fills("retention")]
    ask: Annotated[Line, Fills("retention", "count")]
    change: ButtonLabel


@authored
class KeepWords:
    """Giving and withdrawing the consent to be kept."""

    heading: Line
    open: ButtonLabel
    on: ButtonLabel
    off: ButtonLabel
    is_on: Line
    is_off: Line


@authored
class PauseWords:
    """The one panel that everybody sees, whatever is kept."""

    about: Paragraph
    day: Annotated[Line, Fills("letter", "day")]
    without_date: ButtonLabel
    go_on: ButtonLabel
    paused_until: Annotated[Line, Fills("day")]
    paused: Line
    going_on: Line


@authored
class DeleteWords:
    """What can be deleted, asked once, and the receipt."""

    about: Paragraph
    one: ButtonLabel
    check_ins: ButtonLabel
    everything: ButtonLabel
    ask_check_ins: Paragraph
    ask_everything: Paragraph
    yes_check_ins: ButtonLabel
    yes_everything: ButtonLabel
    no: ButtonLabel
    counts: Annotated[Line, Fills("entries", "sessions", "situations", "reminders")]
    counts_check_ins: Annotated[Line, Fills("entries", "sessions")]
    whatever: Line
    stays: Line
    deeds: Annotated[Line, Fills("count")]


@authored
class ClearWords:
    """Removing the bot's own messages from the private conversation."""

    about: Paragraph
    begin: ButtonLabel
    under_way: Annotated[Line, Fills("count")]
    done: Annotated[Line, Fills("count")]
    later: Annotated[Line, Fills("count")]


@authored
class ExportWords:
    """The message that the file comes with."""

    about: Paragraph
    remove: ButtonLabel
    removed: Line
    too_large: Line


@authored
class JournalWords:
    """The page that is read in a browser or on paper; `day` and `clock` are Unicode's patterns, like `d MMMM y`."""

    language: Annotated[str, Limit(2, 12)]
    day: Label
    clock: Label
    title: Label
    about: Line
    made: Annotated[Line, Fills("time", "zone")]
    situation: Annotated[Line, Fills("label")]
    bring_up: Label


@authored
class ImportWords:
    """Bringing a file in: what it holds, what came of it."""

    about: Annotated[Line, Fills("count", "first", "last")]
    here: Annotated[Line, Fills("count")]
    before: Line
    stays: Line
    out_of_sight: Line
    needs_keep: Line
    take: ButtonLabel
    agree: ButtonLabel
    leave: ButtonLabel
    taken: Annotated[Line, Fills("count")]
    were_here: Annotated[Line, Fills("count")]
    left: Line
    gone: Line


@authored
class ExpectedWords:
    """What should stand at a place of a file, each as the end of one sentence."""

    there: Line
    known: Line
    once: Line
    mapping: Line
    list: Line
    text: Line
    number: Line
    yes: Line
    id: Line
    time: Line
    later: Line
    situation: Line
    answer: Line


@authored
class RefusedWords:
    """Why a file cannot be taken; nothing of it was."""

    foot: Line
    too_large: Line
    too_many: Annotated[Line, Fills("count", "most")]
    truncated: Line
    encoding: Line
    not_json: Annotated[Line, Fills("line")]
    not_ours: Line
    newer: Annotated[Line, Fills("version")]
    shape: Annotated[Line, Fills("where", "expected")]
    note: Annotated[Line, Fills("where", "length", "most")]
    label: Annotated[Line, Fills("where")]
    page: Line
    packed: Line
    damaged_zip: Line
    locked_zip: Line
    same_name: Line
    many_files: Annotated[Line, Fills("most")]
    other_zip: Annotated[Line, Fills("names")]
    empty_zip: Line
    slow: Line
    nothing: Line
    situations: Annotated[Line, Fills("count", "most")]
    full: Annotated[Line, Fills("count", "most")]
    expected: ExpectedWords


@authored
class LapseWords:
    """What a member who asked for reminders is told before everything goes unused."""

    notice: Annotated[Paragraph, Fills("day")]


@authored
class MyDataWords:
    """All of it."""

    command: MyDataCommandWords
    title: ButtonLabel
    nothing: Paragraph
    could_be: Paragraph
    inventory: InventoryWords
    retention: RetentionWords
    keep: KeepWords
    pause: PauseWords
    delete: DeleteWords
    clear: ClearWords
    export: ExportWords
    journal: JournalWords
    bring_in: ImportWords
    refused: RefusedWords
    lapse: LapseWords
    busy: Line
    export_button: ButtonLabel
    import_button: ButtonLabel
    pause_button: ButtonLabel
    delete_button: ButtonLabel
    back: ButtonLabel
    bring_in_how: Line
    waive: tuple[Waiver, ...] = ()
