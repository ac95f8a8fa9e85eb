"""Draws a check-in: each step, and what it looks like put away. The way in and the closing have their own modules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.domain.checkins.answers import SITUATION, Situated
from bot.domain.checkins.labels import TextTooLong
from bot.domain.checkins.session import current_step, form_steps, previous_step
from bot.domain.checkins.standing import DoesNotFit, Standing
from bot.domain.library import Library
from bot.domain.script import CheckIn, Option, Step
from bot.ui.checkins.forms import show_note
from bot.ui.drawing import (
    MOST_OPTIONS,
    Button,
    Choice,
    Drawing,
    Part,
    button,
    echo,
    gap,
    row,
    select,
    select_many,
    small,
    text,
)
from bot.ui.ids import Kind, Press
from bot.ui.quoting import draw_given_back

_ROW_BUTTONS = 5
_ROW_CHARACTERS = 44  # about what a phone shows side by side


def draw_standing(library: Library, script: CheckIn, standing: Standing) -> Drawing:
    """Draw a check-in where it stands: put away, before its form, or at a step."""
    session = standing.session
    if session.state != "open":
        return draw_paused(library, Press(Kind.GO_ON, token=standing.token, version=session.version), standing.until)
    if form_steps(session, script):
        return _draw_form_intro(library, script, standing)
    step = current_step(session, script)
    return draw_ended(library) if step is None else _draw_step(library, script, standing, step)


def draw_paused(library: Library, press: Press, until: datetime | None) -> Drawing:
    """Draw a neutral line with a way back, and until when it waits if that is known; nothing of what was said shows."""
    words = library.check_in.controls
    away = Press(Kind.THROW_AWAY, token=press.token, version=press.version)
    line = words.paused
    if until is not None:
        line = f"{line} {library.notebook.conversation.waits.format(until=discord.utils.format_dt(until, 'f'))}"
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return Drawing(text(line), row(button(words.go_on, press), button(words.throw_away, away), support))


def draw_ended(library: Library) -> Drawing:
    """Draw that a check-in is no more, with a way to another."""
    words = library.notebook.conversation
    return _with_check_in(library, words.ended)


def draw_thrown_away(library: Library) -> Drawing:
    """Draw that a check-in was thrown away."""
    return _with_check_in(library, library.notebook.conversation.thrown_away)


def draw_stopped(library: Library) -> Drawing:
    """Draw that the member stopped a check-in, and that nothing of it is kept."""
    return _with_check_in(library, library.notebook.conversation.stopped)


def draw_put_away(library: Library) -> Drawing:
    """Draw a neutral line in place of what was there."""
    return _with_check_in(library, library.notebook.conversation.later)


def draw_not_now(library: Library) -> Drawing:
    """Draw what is said to whoever would rather not now: it claims nothing of what was begun or is hidden."""
    return _with_check_in(library, library.notebook.conversation.not_now)


def draw_support_panel(library: Library) -> Drawing:
    """Draw what a member may say of how this is for them, with the words under each, and no question."""
    panel = library.check_in.support_panel
    said = "\n\n".join(f"**{one.says}**\n{one.words}" for one in panel)
    right_now = library.explainers["right-now"]
    ways = row(
        button(library.interface.buttons.support, Press(Kind.SUPPORT)),
        button(right_now.title, Press(Kind.CARD_PRIVATE, right_now.id)),
    )
    return Drawing(text(said), ways)


def draw_own_note(library: Library, note: str) -> Drawing:
    """Draw what the member wrote for themself last time, as they wrote it."""
    return draw_given_back(library.notebook.conversation.last_note_heading, note)


def draw_written(library: Library, written: str) -> Drawing:
    """Draw what the member typed into a check-in that ended with support alone, with how to close it."""
    return draw_given_back(library.notebook.conversation.written_heading, written)


def draw_note_gone(library: Library) -> Drawing:
    """Draw that there is no such note any more."""
    return Drawing(text(library.notebook.receipts.nothing_here))


def draw_refused(why: str, typed: str) -> Drawing:
    """Draw why what was typed was not taken, and all of it, so that nothing has to be written twice."""
    return draw_given_back(why, typed)


def _draw_form_intro(library: Library, script: CheckIn, standing: Standing) -> Drawing:
    words, token, version = library.notebook.conversation, standing.token, standing.session.version
    begin = row(
        button(words.form_begin, Press(Kind.FORM, token=token, version=version)),
        button(words.form_stepwise, Press(Kind.STEP_BY_STEP, token=token, version=version)),
    )
    controls = _controls(script, standing, None)
    return Drawing(text(words.form_about), begin, *_last_note(library, standing), gap(), controls)


def _draw_step(library: Library, script: CheckIn, standing: Standing, step: Step) -> Drawing:
    words = library.notebook.conversation
    session = standing.session
    above = [words.too_late] if standing.stale else []
    above += [_refusal(library, script, *one) for one in standing.refused.items()]
    if session.label and step.id != SITUATION:
        above.append(words.situation.format(label=echo(session.label)))
    lines = [small(line) for line in above]
    lines += [f"### {step.ask}"]
    if step.hint:
        lines.append(small(step.hint))
    before = session.answer_to(step.id)
    shown = before if session.revisiting == step.id and before is not None and before.kept else None
    if shown and shown.text is None:
        lines.append(small(words.chosen_before.format(words=", ".join(echo(one) for one in shown.words))))
    if notes := [option for option in step.options if option.note and step.id != SITUATION]:
        lines.append("\n".join(f"- **{one.text}**: {one.note}" for one in notes))
    note = [gap(), *show_note(step, shown)] if shown and shown.text is not None else []
    answers, controls = _answers(library, standing, step), _controls(script, standing, step)
    return Drawing(text("\n".join(lines)), *note, *answers, gap(), controls)


def _answers(library: Library, standing: Standing, step: Step) -> list[ui.Item[Any]]:
    at = Press(Kind.ANSWER, step.id, standing.token, standing.session.version)
    seen = _last_note(library, standing)
    if step.kind == "text":
        label = library.notebook.conversation.note_button
        return [*seen, row(button(label, Press(Kind.NOTE, step.id, at.token, at.version)))]
    if step.kind == "choices":
        before = standing.session.answer_to(step.id)
        chosen = before.options if before and standing.session.revisiting == step.id else frozenset[str]()
        choices = [Choice(one.text, str(n), one.note, one.id in chosen) for n, one in enumerate(step.options)]
        return [*seen, select_many(library.notebook.conversation.any_that_fit, at, choices)]
    known = [draw_labels(library, at, standing.labels)] if step.id == SITUATION and standing.labels else []
    return [*seen, *known, *_rows(_option_button(step, n, at) for n in range(len(step.options)))]


def _option_button(step: Step, number: int, at: Press) -> Button:
    option: Option = step.options[number]
    kind = Kind.WORD if option.own_word else Kind.ANSWER
    return button(option.text, Press(kind, at.subject, at.token, at.version, number))


def draw_labels(library: Library, at: Press, labels: Sequence[Situated], kind: Kind = Kind.LABEL) -> ui.ActionRow[Any]:
    """Draw the labels a member has, to choose one from."""
    choices = [Choice(one.label, one.situation) for one in labels[:MOST_OPTIONS]]
    return select(library.notebook.conversation.recent_labels, replace(at, kind=kind), choices)


def _last_note(library: Library, standing: Standing) -> list[ui.Item[Any]]:
    if not standing.has_note:
        return []
    press = Press(Kind.LAST_NOTE, token=standing.token, version=standing.session.version)
    return [row(button(library.notebook.conversation.last_note, press))]


def _controls(script: CheckIn, standing: Standing, step: Step | None) -> Part:
    """Put Back, Skip, Hide and Support under every step, and Continue where Back has led to an answer that stands."""
    words, session, token = script.controls, standing.session, standing.token

    def control(label: str, kind: Kind) -> Button:
        return button(label, Press(kind, token=token, version=session.version))

    return row(
        control(words.back, Kind.BACK) if step and previous_step(session, script) else None,
        control(words.go_on, Kind.GO_ON) if step and session.revisiting == step.id else None,
        control(words.skip, Kind.SKIP) if step else None,
        control(words.leave, Kind.LEAVE),
        control(words.support, Kind.SUPPORT_PANEL),
    )


def _rows(buttons: Iterable[Button]) -> list[ui.Item[Any]]:
    """Fill rows with buttons as long as their labels fit beside each other on a phone."""
    rows: list[list[Button]] = []
    room = 0
    for one in buttons:
        length = len(one.label or "")
        if not rows or len(rows[-1]) == _ROW_BUTTONS or length > room:
            rows.append([])
            room = _ROW_CHARACTERS
        rows[-1].append(one)
        room -= length
    return [row(*one) for one in rows]


def _refusal(library: Library, script: CheckIn, step_id: str, why: Exception) -> str:
    words = library.notebook.conversation
    question = next((step.form or step.ask for step in script.steps if step.id == step_id), "")
    return words.form_refused.format(question=question, why=refusal_of(library, why))


def refusal_of(library: Library, why: Exception) -> str:
    """Say why something typed was not taken, in the pack's words."""
    limits = library.notebook.limits
    if isinstance(why, DoesNotFit):
        return str(why)
    if isinstance(why, TextTooLong):
        return limits.too_long.format(length=why.length, most=why.limit)
    return limits.label_empty


def _with_check_in(library: Library, line: str) -> Drawing:
    again = button(library.notebook.conversation.check_in, Press(Kind.CHECK_IN))
    support = button(library.interface.buttons.support, Press(Kind.SUPPORT))
    return Drawing(text(line), row(again, support))
