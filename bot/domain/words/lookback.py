"""`checkins/lookback.yaml`: the words of looking back, of situations and of the picture."""

from typing import Annotated

from bot.domain.content import ButtonLabel, Label, Limit, Line, Phrase, Waiver, authored
from bot.domain.interface import CommandName, Description, Fills, OptionWords

FieldLabel = Annotated[str, Limit(1, 45)]


@authored
class PeriodWords:
    """How far back a member can look."""

    week: Label
    month: Label
    quarter: Label
    year: Label
    all: Label


@authored
class LookbackCommandWords:
    """`/lookback`, and its two options."""

    name: CommandName
    description: Description
    situation: OptionWords
    period: OptionWords
    periods: PeriodWords


@authored
class EntryWords:
    """One check-in, and what can be done with it."""

    title: Label
    about: Annotated[Label, Fills("label")]
    no_answers: Label
    cut: Line
    revisit: ButtonLabel
    edit: Label
    back: ButtonLabel
    delete: ButtonLabel
    delete_ask: Line
    delete_now: ButtonLabel
    leave_it: ButtonLabel


@authored
class AnswerWords:
    """One answer, and what can be done with it."""

    change: ButtonLabel
    form_title: FieldLabel
    field: FieldLabel
    empty_hint: Annotated[str, Limit(1, 100)]
    mark: ButtonLabel
    done: ButtonLabel
    marked: Line
    take_away: ButtonLabel
    fixed: Line


@authored
class BringUpWords:
    """The private list of what to bring up."""

    title: Label
    intro: Line
    nothing: Line
    open: Label


@authored
class PictureWords:
    """The picture. `language`, like `en_GB`, tells how dates are written."""

    title: Line
    alt: Annotated[Line, Fills("zone")]
    alt_rest: Line
    zone: Annotated[Line, Fills("zone")]
    newest: Annotated[Line, Fills("most")]
    own_word: Phrase
    other_word: Phrase
    no_word: Phrase
    language: Annotated[str, Limit(2, 20)]


@authored
class SituationsWords:
    """A member's own labels, and what can be done with them."""

    title: Label
    intro: Line
    away: Annotated[Label, Fills("label")]
    choose: Label
    choose_more: Label
    one_away: Line
    look: ButtonLabel
    new: ButtonLabel
    rename: ButtonLabel
    form_title: FieldLabel
    field: FieldLabel
    field_hint: Annotated[str, Limit(1, 100)]
    put_away: ButtonLabel
    bring_back: ButtonLabel
    merge: ButtonLabel
    merge_into: Annotated[Line, Fills("label")]
    merge_choose: Label
    merge_ask: Annotated[Line, Fills("label", "into")]
    merge_now: ButtonLabel
    same_label: Line
    delete: ButtonLabel
    delete_ask: Annotated[Line, Fills("label")]
    delete_now: ButtonLabel
    back: ButtonLabel


@authored
class CountWords:
    """What a receipt counts."""

    check_in: Line
    check_ins: Annotated[Line, Fills("number")]
    situation: Annotated[Line, Fills("check_ins")]


@authored
class LookbackWords:
    """All of it."""

    command: LookbackCommandWords
    title: Label
    order: Annotated[Label, Fills("zone")]
    page: Annotated[Label, Fills("page", "pages")]
    more_inside: Label
    unread: Annotated[str, Limit(1, 160)]
    choose: Label
    newer: ButtonLabel
    older: ButtonLabel
    picture_button: ButtonLabel
    bring_up_button: ButtonLabel
    situations_button: ButtonLabel
    back: ButtonLabel
    entry: EntryWords
    answer: AnswerWords
    bring_up: BringUpWords
    picture: PictureWords
    situations: SituationsWords
    counts: CountWords
    waive: tuple[Waiver, ...] = ()
