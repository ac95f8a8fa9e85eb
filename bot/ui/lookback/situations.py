"""Draws a member's own labels: all of them, one, and what renaming, joining and deleting ask."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.checkins.labels import TYPED_POINTS
from bot.domain.checkins.situations import OwnSituation
from bot.domain.library import Library
from bot.ui.drawing import MOST_OPTIONS, Choice, Drawing, button, row, select, small, text
from bot.ui.forms import Form, line_field
from bot.ui.ids import Kind, Press
from bot.ui.lookback.history import View, support
from bot.ui.quoting import own_words, show_own_words

FIELD: Final = "label"
_MOST_IN_LIST: Final = 60  # fifty of them fit into one message, however much in them looks like markup


def draw_situations(library: Library, mine: Sequence[OwnSituation]) -> Drawing:
    """Draw all labels, the last used first, in as many selects as they need."""
    words = library.lookback.situations
    lines = "\n".join(f"- {own_words(_named(library, one), _MOST_IN_LIST)}" for one in mine)
    picks = [
        select(
            words.choose_more if at else words.choose,
            Press(Kind.SITUATION, position=at),
            [Choice(_named(library, one), one.ref) for one in mine[at : at + MOST_OPTIONS]],
        )
        for at in range(0, len(mine), MOST_OPTIONS)
    ]
    ways = row(
        button(words.new, Press(Kind.SITUATION_NEW)),
        button(library.lookback.back, View().press(Kind.LOOK_PAGE)),
        support(library),
    )
    title = text(f"## {words.title}\n{small(words.intro)}")
    return Drawing(title, text(lines), *picks, ways)


def draw_situation(library: Library, one: OwnSituation, *, alone: bool) -> Drawing:
    """Draw one label and what can be done with it; `alone` says that there is no other to join it with."""
    words = library.lookback.situations
    token = bytes.fromhex(one.ref)
    away = button(words.bring_back if one.away else words.put_away, _away_press(one))
    return Drawing(
        text(f"## {words.title}"),
        show_own_words(one.label),
        *([text(small(words.one_away))] if one.away else []),
        row(
            button(words.look, View(situation=one.ref).press(Kind.LOOK_PAGE)),
            button(words.rename, Press(Kind.SITUATION_RENAME, token=token)),
            away,
            None if alone else button(words.merge, Press(Kind.SITUATION_MERGE, token=token)),
        ),
        row(
            button(words.delete, Press(Kind.SITUATION_DELETE, token=token)),
            button(words.back, Press(Kind.SITUATIONS)),
            support(library),
        ),
    )


def make_label_form(library: Library, press: Press, before: str | None = None) -> Form:
    """Make the form for a new label, or for another label of a situation; `before` stands in it already."""
    words = library.lookback.situations
    kind = Kind.SITUATION_NAMED if press.kind is Kind.SITUATION_NEW else Kind.SITUATION_RENAMED
    field = line_field(FIELD, words.field, most=TYPED_POINTS, note=words.field_hint, typed=before)
    return Form(words.form_title, replace(press, kind=kind), field)


def draw_merge(library: Library, one: OwnSituation, others: Sequence[OwnSituation]) -> Drawing:
    """Ask which label takes in what was kept under this one."""
    words = library.lookback.situations
    token = bytes.fromhex(one.ref)
    picks = [
        select(
            words.choose_more if at else words.merge_choose,
            Press(Kind.SITUATION_MERGE_INTO, token=token, position=at),
            [Choice(_named(library, other), other.ref) for other in others[at : at + MOST_OPTIONS]],
        )
        for at in range(0, len(others), MOST_OPTIONS)
    ]
    back = button(words.back, Press(Kind.SITUATIONS))
    return Drawing(text(words.merge_into.format(label=own_words(one.label))), *picks, row(back, support(library)))


def draw_merge_asked(library: Library, one: OwnSituation, into: OwnSituation) -> Drawing:
    """Ask once before two labels are joined."""
    words = library.lookback.situations
    ask = words.merge_ask.format(label=own_words(one.label), into=own_words(into.label))
    now = button(words.merge_now, Press(Kind.SITUATION_MERGE_NOW, into.ref, bytes.fromhex(one.ref)))
    return Drawing(text(ask), row(now, button(words.back, Press(Kind.SITUATIONS)), support(library)))


def draw_situation_delete(library: Library, one: OwnSituation) -> Drawing:
    """Ask once before a label is deleted with all that was kept about it."""
    words = library.lookback.situations
    now = button(words.delete_now, Press(Kind.SITUATION_DELETE_NOW, token=bytes.fromhex(one.ref)))
    leave = button(library.lookback.entry.leave_it, Press(Kind.SITUATIONS))
    return Drawing(text(words.delete_ask.format(label=own_words(one.label))), row(now, leave, support(library)))


def _named(library: Library, one: OwnSituation) -> str:
    return library.lookback.situations.away.format(label=one.label) if one.away else one.label


def _away_press(one: OwnSituation) -> Press:
    """Make a press that says what is wanted, not that it is to change: pressed twice, it does the same."""
    return Press(Kind.SITUATION_AWAY, token=bytes.fromhex(one.ref), position=0 if one.away else 1)
