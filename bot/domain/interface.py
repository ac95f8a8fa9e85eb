"""The words of commands, buttons and short answers: `interface.yaml`, one field for each thing said.

A text with braces is filled in by the code; `fills` names what may stand in them.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from bot.domain.content import COMMAND, ButtonLabel, Label, Limit, Line, Paragraph, Waiver, authored

CommandName = Annotated[str, COMMAND, Limit(1, 32)]
Description = Annotated[str, Limit(1, 100)]


@dataclass(frozen=True, slots=True)
class Fills:
    """The names that stand in a text's braces, or somewhere in a list of texts; `needed` where none may be left out."""

    names: tuple[str, ...]
    needed: bool = True

    def __init__(self, *names: str, needed: bool = True) -> None:
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "needed", needed)

    def admits(self, _: str) -> bool:
        """Whether a text has the right shape; its braces are looked at with the limits."""
        return True

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source)


@authored
class OptionWords:
    """One option of a command."""

    name: CommandName
    description: Description


@authored
class CommandWords:
    """A slash command that takes nothing."""

    name: CommandName
    description: Description


@authored
class CommandWithOptionWords:
    """A slash command that takes one thing."""

    name: CommandName
    description: Description
    option: OptionWords


@authored
class ContentCommandWords:
    """The operator's group of commands."""

    name: CommandName
    description: Description
    status: CommandWords
    reload: CommandWords


@authored
class Commands:
    """Every command, with the names and descriptions Discord shows."""

    explain: CommandWithOptionWords
    stages: CommandWords
    reflect: CommandWithOptionWords
    glossary: CommandWithOptionWords
    support: CommandWithOptionWords
    help: CommandWords
    about: CommandWords
    find_an_explainer: Annotated[str, Limit(1, 32)]
    content: ContentCommandWords


@authored
class Buttons:
    """Labels of buttons and placeholders of selects."""

    related: Label
    reflect_on_this: ButtonLabel
    show_in_channel: ButtonLabel
    take_back: ButtonLabel
    support: ButtonLabel
    another: ButtonLabel
    look_up: ButtonLabel
    all_cards: ButtonLabel
    glossary: ButtonLabel
    stages: ButtonLabel
    read_the_card: ButtonLabel
    read: ButtonLabel
    choose_card: Label
    choose_theme: Label
    choose_term: Label
    choose_country: Label
    earlier: ButtonLabel
    later: ButtonLabel


@authored
class KindWords:
    """What each kind of card is called in its small text."""

    idea: Label
    stage: Label
    block: Label
    condition: Label
    pointer: Label
    care: Label
    service: Label


@authored
class GradeWords:
    """How far a source carries, in words."""

    study: Label
    review: Label
    interviews: Label
    clinical: Label
    community: Label
    opinion: Label


@authored
class CardWords:
    """Headings and small text of a card."""

    kinds: KindWords
    grades: GradeWords
    telling: Label
    try_this: Label
    not_for: Label
    sources: Label
    source: Annotated[Line, Fills("author", "title", "grade")]
    source_with_year: Annotated[Line, Fills("author", "title", "year", "grade")]
    shared_by: Annotated[Line, Fills("name")]
    shared_note: Line
    own: Line
    reworded: Line
    own_in_list: Annotated[Label, Fills("title")]
    reworded_in_list: Annotated[Label, Fills("title")]


@authored
class ExplainWords:
    """Answers around a lookup."""

    help_first: Line
    sure: Line
    unsure: Line
    nothing_close: Paragraph
    suggest_support: Annotated[str, Limit(1, 100)]
    suggest_search: Annotated[Label, Fills("words")]
    gone: Line
    list_title: Label
    list_page: Annotated[Line, Fills("page", "pages")]
    found_in_message: Line
    nothing_in_message: Paragraph
    shown: Line
    kept_private: Line
    not_yours: Line
    cannot_show_here: Line


@authored
class StagesWords:
    """Words around the five stages."""

    picture: Annotated[str, Limit(1, 1024)]
    names: Line
    looks_like: Label
    looks_after: Label
    strength: Label
    helps: Label
    no_hurry: Label
    for_someone_who_loves_you: Label
    look_alikes: Label
    term: Annotated[Line, Fills("term")]


@authored
class ReflectWords:
    """Words around one prompt."""

    title: Annotated[Line, Fills("theme")]
    any_theme: Label
    starter: Annotated[Line, Fills("starter")]
    yours: Line
    around: Line
    no_theme: Annotated[Line, Fills("theme")]


@authored
class GlossaryWords:
    """Words around glossary entries."""

    title: Label
    also: Annotated[Line, Fills("aliases")]
    not_found: Line


@authored
class SupportWords:
    """Words around `/support`. What is filled in as a time or a day is shown by Discord in the reader's own zone."""

    not_listed: Annotated[Line, Fills("country")]
    emergency: Annotated[Line, Fills("number")]
    emergency_anywhere: Line
    no_lines: Line
    no_writing: Line
    cannot_speak: Label
    phone_first: Label
    can_write: Line
    phone_only: Line
    open_now: Line
    hours_unknown: Line
    closed_now: Line
    day_and_night: Line
    open_until: Annotated[Line, Fills("time")]
    opens_at: Annotated[Line, Fills("time", "how_long")]
    opens_on: Annotated[Line, Fills("day")]
    as_of: Annotated[Line, Fills("time")]
    call: Annotated[Label, Fills("number")]
    text: Annotated[Label, Fills("number")]
    text_word: Annotated[Label, Fills("word", "number")]
    call_or_text: Annotated[Label, Fills("number")]
    chat: Annotated[Label, Fills("address")]
    mail: Annotated[Label, Fills("address")]
    another_way: Annotated[Label, Fills("one", "other")]
    languages: Annotated[Line, Fills("languages")]
    visit: Annotated[Label, Fills("name")]


@authored
class HelpWords:
    """`/help`: what the bot can do."""

    title: Label
    lines: Annotated[tuple[Line, ...], Limit(1, 12)]
    check_in: Line
    look_back: Line
    reminders: Line
    my_data: Line


@authored
class AboutWords:
    """`/about`: what it is and is not, sources, privacy, whom to tell, version."""

    title: Label
    what_it_is: Paragraph
    what_it_is_not: Paragraph
    sources_title: Label
    privacy_title: Label
    privacy: Annotated[tuple[Line, ...], Limit(4, 4)]
    privacy_of_check_ins: Line
    policy: Annotated[Line, Fills("address")]
    report_title: Label
    report: Annotated[Line, Fills("contact")]
    report_nobody: Line
    version: Annotated[Line, Fills("version", "digest")]


@authored
class DirectMessageWords:
    """The fixed answer to a message typed into the private conversation."""

    answer: Paragraph


@authored
class TroubleWords:
    """What a member reads when something does not work."""

    old_button: Paragraph
    unexpected: Annotated[Paragraph, Fills("reference")]
    discord_trouble: Paragraph
    storage: Paragraph
    too_much_at_once: Line
    storage_busy: Paragraph
    typed: Line
    not_operator: Line


@authored
class Interface:
    """All of it."""

    commands: Commands
    buttons: Buttons
    card: CardWords
    explain: ExplainWords
    stages: StagesWords
    reflect: ReflectWords
    glossary: GlossaryWords
    support: SupportWords
    help: HelpWords
    about: AboutWords
    direct_message: DirectMessageWords
    trouble: TroubleWords
    waive: tuple[Waiver, ...] = ()
