"""`moderators/servers.yaml`: the words of `/server settings`, of its file, and of the rules for showing cards."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Paragraph, Phrase, Waiver, authored
from bot.domain.interface import CommandName, CommandWords, Description, Fills
from bot.domain.words.reminders import FormLabel, FormNote


@authored
class ServerCommandWords:
    """The group of commands for those who look after a server."""

    name: CommandName
    description: Description
    settings: CommandWords


@authored
class ShownWords:
    """Where members may show cards."""

    title: Label
    note: Paragraph
    anywhere: Line
    chosen: Annotated[Line, Fills("channels")]
    chosen_none: Line
    nowhere: Line
    choose: Label
    choose_channels: Label
    option_anywhere: Phrase
    option_chosen: Phrase
    option_nowhere: Phrase


@authored
class VisibleWords:
    """Who sees an answer at first."""

    title: Label
    private: Line
    channel: Line
    note: Paragraph
    choose: Label
    option_private: Phrase
    option_channel: Phrase


@authored
class SwitchWords:
    """One thing that is on or off."""

    title: Label
    is_on: Line
    is_off: Line
    turn_on: ButtonLabel
    turn_off: ButtonLabel


@authored
class LanguageWords:
    """The language."""

    title: Label
    one: Annotated[Line, Fills("language")]
    several: Annotated[Line, Fills("language")]
    choose: Label


@authored
class TroubleLines:
    """Why something set does not happen, and what to do."""

    channel_gone: Line
    permission_lost: Line
    not_age_restricted: Line
    refused: Line
    no_prompt: Line


@authored
class WeeklySettingWords:
    """The weekly prompt."""

    title: Label
    is_on: Annotated[Line, Fills("channel", "day", "hour", "zone", "theme")]
    is_paused: Annotated[Line, Fills("channel", "day", "hour", "zone", "theme")]
    is_off: Line
    would_be: Annotated[Line, Fills("day", "hour", "zone", "theme")]
    any_theme: Label
    choose_channel: Label
    when: ButtonLabel
    pause: ButtonLabel
    go_on: ButtonLabel
    stop: ButtonLabel
    form_title: FormLabel
    day: FormLabel
    day_names: Annotated[tuple[Label, ...], Limit(7, 7)]
    hour: FormLabel
    zone: FormLabel
    zone_note: FormNote
    theme: FormLabel
    which_zone: Line
    choose_zone: Label
    unknown_zone: Annotated[Line, Fills("zone")]


@authored
class SuggestionSettingWords:
    """The channel for suggestions."""

    title: Label
    is_on: Annotated[Line, Fills("channel")]
    is_off: Line
    is_open: Annotated[Line, Fills("channel")]
    choose_channel: Label
    turn_off: ButtonLabel


@authored
class IntroWords:
    """The card that is offered first."""

    title: Label
    is_set: Annotated[Line, Fills("card")]
    is_gone: Line
    is_none: Line
    change: ButtonLabel
    form_title: FormLabel
    form_label: FormLabel
    form_note: FormNote
    which: Line
    unknown: Annotated[Line, Fills("card")]
    start_here: Annotated[Line, Fills("card")]


@authored
class TagsWords:
    """The tags of posts in forums."""

    title: Label
    is_set: Annotated[Line, Fills("tags")]
    is_none: Line
    change: ButtonLabel
    form_title: FormLabel
    form_label: FormLabel
    form_note: FormNote
    too_many: Line


@authored
class ScreenWords:
    """The one screen."""

    title: Label
    intro: Paragraph
    not_allowed: Line
    not_here: Line
    stale: Line
    changed: Line
    foreign_channel: Line
    no_post: Annotated[Line, Fills("channel")]
    back: ButtonLabel
    export: ButtonLabel
    bring_in: ButtonLabel


_OF_A_FAULT = Fills("key", "value", "most", "choices", needed=False)


@authored
class FaultWords:
    """One thing that can be wrong in a file: what it is, and what to do."""

    what: Annotated[Line, _OF_A_FAULT]
    do: Annotated[Line, _OF_A_FAULT]


@authored
class FaultsWords:
    """Everything that can be wrong in a file."""

    too_large: FaultWords
    not_text: FaultWords
    not_yaml: FaultWords
    empty: FaultWords
    too_deep: FaultWords
    alias: FaultWords
    tag: FaultWords
    cut_off: FaultWords
    twice: FaultWords
    not_mapping: FaultWords
    not_list: FaultWords
    not_one: FaultWords
    unknown_key: FaultWords
    near_key: FaultWords
    no_format: FaultWords
    newer_format: FaultWords
    no_format_known: FaultWords
    one_of: FaultWords
    not_switch: FaultWords
    not_hour: FaultWords
    not_channel: FaultWords
    other_channel: FaultWords
    unfit_channel: FaultWords
    unknown_zone: FaultWords
    unknown_theme: FaultWords
    unknown_card: FaultWords
    too_many: FaultWords
    too_long: FaultWords


@authored
class FileWords:
    """Settings as a file, out and in."""

    heading: Annotated[tuple[Line, ...], Limit(1, 12)]
    sent: Line
    form_title: FormLabel
    form_label: FormLabel
    form_note: FormNote
    nothing_attached: Line
    problems: Annotated[Line, Fills("count")]
    more: Annotated[Line, Fills("count")]
    no_change: Line
    would_change: Line
    take: ButtonLabel
    leave: ButtonLabel
    taken: Line
    left: Line
    gone: Line
    no_channels: Line
    faults: FaultsWords


@authored
class ShowingWords:
    """Why a card is not shown here."""

    nowhere: Line
    not_here: Line
    age_restricted: Line
    enough: Line


@authored
class ServerWords:
    """All of it."""

    title: Label
    command: ServerCommandWords
    screen: ScreenWords
    shown: ShownWords
    visible: VisibleWords
    age: SwitchWords
    language: LanguageWords
    weekly: WeeklySettingWords
    suggestions: SuggestionSettingWords
    intro: IntroWords
    tags: TagsWords
    trouble: TroubleLines
    file: FileWords
    showing: ShowingWords
    waive: tuple[Waiver, ...] = ()
