"""Draws one kept check-in, one answer of it, and what deleting it asks and tells."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import discord
from discord import ui

from bot.domain.checkins.answers import Answer
from bot.domain.library import Library
from bot.domain.lookback import Deleted, Opened, own_words_of
from bot.domain.mydata.inventory import Remains
from bot.ui.drawing import Choice, Drawing, button, row, select, small, text
from bot.ui.forms import MOST_TYPED, Form, paragraph_field
from bot.ui.ids import Kind, Press
from bot.ui.lookback.history import View, say_answer, support
from bot.ui.quoting import own_words, plain_words, quoted, show_own_words

FIELD: Final = "words"
_MOST_TEXT: Final = 3300
_MOST_QUESTION: Final = 320
_MOST_CHOICES: Final = 25


def draw_entry(library: Library, opened: Opened, view: View) -> Drawing:
    """Draw all of a check-in, in the words the member saw."""
    words, kept = library.lookback.entry, opened.kept
    token = bytes.fromhex(kept.id)
    head = [f"## {words.title}", discord.utils.format_dt(kept.ended, "F")]
    head += [words.about.format(label=own_words(opened.label))] if opened.label else []
    choices = [Choice(plain_words(answer.question), str(at)) for at, answer in kept.said]
    press = view.press(Kind.LOOK_ANSWER, token, kept.version)
    return Drawing(
        text("\n".join(head)),
        *_answers(library, opened),
        *([select(words.edit, press, choices[:_MOST_CHOICES])] if choices else []),
        row(
            button(words.revisit, view.press(Kind.LOOK_AGAIN, token)),
            button(words.delete, view.press(Kind.LOOK_DELETE, token)),
            button(library.lookback.back, view.press(Kind.LOOK_PAGE)),
            support(library),
        ),
    )


def draw_answer(library: Library, opened: Opened, at: int, view: View, *, writable: bool) -> Drawing:
    """Draw one answer with what can be done about it; `writable` says that notes may be written here at all."""
    words, kept = library.lookback.answer, opened.kept
    answer = dict(kept.said)[at]
    written = own_words_of(answer)
    token = bytes.fromhex(kept.id)

    def press(kind: Kind) -> Press:
        return view.press(kind, token, kept.version, at)

    mark = button(words.done if answer.bring_up else words.mark, press(Kind.LOOK_MARK))
    buttons = [
        button(words.change, press(Kind.LOOK_CHANGE)) if written is not None and writable else None,
        mark if answer.text is not None else None,
        button(words.take_away, press(Kind.LOOK_TAKE_AWAY)),
        button(library.lookback.entry.back, press(Kind.LOOK_ENTRY)),
        support(library),
    ]
    foot = [words.marked] if answer.bring_up else []
    foot += [words.fixed] if written is None else []
    return Drawing(
        text(f"**{own_words(answer.question, _MOST_QUESTION)}**"),
        text(say_answer(answer)) if written is None else show_own_words(written),
        *([text("\n".join(map(small, foot)))] if foot else []),
        row(*buttons),
    )


def make_change_form(library: Library, press: Press, before: str | None) -> Form:
    """Make the form in which a note or a word gets other words; `before` stands in it already."""
    words = library.lookback.answer
    submit = replace(press, kind=Kind.LOOK_CHANGED)
    field = paragraph_field(FIELD, words.field, most=MOST_TYPED, note=words.empty_hint, typed=before)
    return Form(words.form_title, submit, field)


def draw_delete(library: Library, opened: Opened, view: View) -> Drawing:
    """Ask once before a check-in is deleted."""
    words = library.lookback.entry
    token = bytes.fromhex(opened.kept.id)
    return Drawing(
        text(f"{words.delete_ask}\n{discord.utils.format_dt(opened.kept.ended, 'F')}"),
        row(
            button(words.delete_now, view.press(Kind.LOOK_DELETE_NOW, token)),
            button(words.leave_it, view.press(Kind.LOOK_ENTRY, token)),
            support(library),
        ),
    )


def draw_deleted(library: Library, deleted: Deleted, remains: Remains, back: Press) -> Drawing:
    """Draw the receipt: what is gone here now, what remains on the disk, and by when it is gone from backups."""
    receipts = library.notebook.receipts
    done = receipts.deleted.format(time=discord.utils.format_dt(deleted.at, "F"), counts=_counts(library, deleted))
    lapse = receipts.stays_in_backups
    if remains.rows_until is not None:
        lapse = receipts.gone_from_backups.format(day=discord.utils.format_dt(remains.rows_until, "D"))
    disk = () if remains.wiped else (receipts.not_wiped,)
    return Drawing(
        text(done, *disk, lapse, receipts.cannot_delete), row(button(library.lookback.back, back), support(library))
    )


def _counts(library: Library, deleted: Deleted) -> str:
    words = library.lookback.counts
    entries = words.check_in if deleted.entries == 1 else words.check_ins.format(number=deleted.entries)
    return words.situation.format(check_ins=entries) if deleted.situations else entries


def _answers(library: Library, opened: Opened) -> Iterator[ui.Item[Any]]:
    """Say every answer as far as one message holds them; own words are quoted as the member's."""
    room = _MOST_TEXT
    if not opened.kept.said:
        yield text(library.lookback.entry.no_answers)
    for _, answer in opened.kept.said:
        said = _answer(library, answer)
        if len(said) > room:
            yield text(small(library.lookback.entry.cut))
            return
        room -= len(said)
        yield text(said)


def _answer(library: Library, answer: Answer) -> str:
    lines = [f"**{own_words(answer.question, _MOST_QUESTION)}**"]
    if answer.text is not None:
        lines.append(quoted(answer.text))
    for one in answer.chosen:
        lines.append(quoted(one.own_word) if one.own_word is not None else own_words(one.text))
        lines += [small(own_words(one.note))] if one.note else []
    lines += [small(library.lookback.answer.marked)] if answer.bring_up else []
    return "\n".join(lines)
