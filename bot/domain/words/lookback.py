"""`checkins/lookback.yaml`: the words of looking back, of situations and of the picture."""

from typing import Annotated

from bot.domain.content import Label, Limit, Line, Phrase, Waiver, authored
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
    revisit: Label
    edit: Label
    back: Label
    delete: Label
    delete_ask: Line
    delete_now: Label
    leave_it: Label


@authored
class AnswerWords:
    """One answer, and what can be done with it."""

    change: Label
    form_title: FieldLabel
    field: FieldLabel
    empty_hint: Annotated[str, Limit(1, 100)]
    mark: Label
    done: Label
    marked: Line
    take_away: Label
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
    look: Label
    new: Label
    rename: Label
    form_title: FieldLabel
    field: FieldLabel
    field_hint: Annotated[str, Limit(1, 100)]
    put_away: Label
    bring_back: Label
    merge: Label
    merge_into: Annotated[Line, Fills("label")]
    merge_choose: Label
    merge_ask: Annotated[Line, Fills("label", "into")]
    merge_now: Label
    same_label: Line
    delete: Label
    delete_ask: Annotated[Line, Fills("label")]
    delete_now: Label
    back: Label


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
    newer: Label
    older: Label
    picture_button: Label
    bring_up_button: Label
    situations_button: Label
    back: Label
    entry: EntryWords
    answer: AnswerWords
    bring_up: BringUpWords
    picture: PictureWords
    situations: SituationsWords
    counts: CountWords
    waive: tuple[Waiver, ...] = ()
