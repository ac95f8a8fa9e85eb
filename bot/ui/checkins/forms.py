"""The forms of a check-in, and what comes back with them. Options travel by id: they are the member's own to see."""

from collections.abc import Mapping
from typing import Any, Final

import discord
from discord import ui

from bot.domain.checkins.answers import SITUATION, Answer, Picked, Value, Wrote
from bot.domain.checkins.closing import STAGE
from bot.domain.checkins.labels import LABEL_POINTS
from bot.domain.checkins.session import form_wording
from bot.domain.library import Library
from bot.domain.script import CheckIn, Option, Step
from bot.ui.drawing import Choice, small
from bot.ui.forms import Field, Form, checkbox_field, line_field, paragraph_field, radio_field, select_field
from bot.ui.ids import MOST_NUMBER, Kind, Press
from bot.ui.quoting import show_own_words

WORD: Final = "word"
NOTE: Final = "note"
BRING_UP: Final = "bring-up"

_MARKED: Final = 7002  # the number of the line that says so

Fields = Mapping[str, tuple[str, ...]]


def draw_quick_form(library: Library, script: CheckIn, pressed: Press) -> Form:
    """Draw the five fields. The stage is a radio group, so that all of its words are seen; the others are selects."""
    press = Press(Kind.FORM_FILLED, "", pressed.token, pressed.version, _wording(script))
    fields = [_field(step) for step in script.steps if step.form]
    return Form(library.notebook.conversation.form_title, press, *fields)


def read_quick_form(script: CheckIn, press: Press, fields: Fields) -> dict[str, Value | None] | None:
    """Read what the form held; None when its words have changed since it was opened, so that nobody is misread."""
    if press.position != _wording(script):
        return None
    return {step.id: _value(step, fields.get(step.id, ())) for step in script.steps if step.form}


def draw_word_form(library: Library, step: Step, pressed: Press) -> Form:
    """Draw the one line for a word of the member's own."""
    press = Press(Kind.WORD_WRITTEN, step.id, pressed.token, pressed.version, pressed.position)
    title, line = _word_field(library, step, step.options[pressed.position])
    return Form(title, press, line)


def draw_offer_form(library: Library, step: Step, pressed: Press) -> Form:
    """Draw the form for what can be added at the end: one line, or the answers of a step to choose from."""
    press = Press(Kind.OFFER_FILLED, step.id, pressed.token, pressed.version)
    if (own := _own_word_of(step)) is not None:
        title, line = _word_field(library, step, own)
        return Form(title, press, line)
    choices = [Choice(one.text, one.id, one.note) for one in step.options]
    return Form(library.notebook.conversation.look_after, press, select_field(step.id, step.ask, choices))


def read_offer(step: Step, fields: Fields) -> Value:
    """Read what was typed or chosen there; what was left empty is an empty choice."""
    own = _own_word_of(step)
    return Picked(fields.get(step.id, ())) if own is None else Picked((own.id,), "".join(fields.get(WORD, ())))


def draw_note_form(library: Library, step: Step, pressed: Press, before: str | None, *, marked: bool) -> Form:
    """Draw the field for a note, and the tick that puts it on the list of things to bring up.

    `before` is what the member wrote there earlier, which stands in it already; `marked` that it is on that list.
    """
    press = Press(Kind.NOTE_WRITTEN, step.id, pressed.token, pressed.version)
    title = library.notebook.conversation.note_title
    fields: list[Field] = [paragraph_field(NOTE, step.form or title, most=step.most, typed=before)]
    if step.bring_up:
        fields.append(checkbox_field(BRING_UP, step.bring_up, note=step.hint, ticked=marked))
    return Form(title, press, *fields)


def show_note(step: Step, note: Answer) -> list[ui.TextDisplay[Any]]:
    """Show a note in its step so that the form opened from there holds it again."""
    mark = [ui.TextDisplay[Any](small(step.bring_up or ""), id=_MARKED)] if note.bring_up and step.bring_up else []
    return [show_own_words(note.text or ""), *mark]


def is_marked(message: discord.Message | None) -> bool:
    """Whether the note that `show_note` put on a message is on the list of things to bring up."""
    return any(getattr(one, "id", None) == _MARKED for one in message.components) if message else False


def read_note(fields: Fields) -> Wrote:
    """Read a note and its tick."""
    return Wrote("".join(fields.get(NOTE, ())), bring_up=bool(fields.get(BRING_UP)))


def typed_in(script: CheckIn, fields: Fields) -> str:
    """Give what was typed into the quick form, whatever became of it."""
    texts = [step.id for step in script.steps if step.kind == "text"]
    return "".join(typed for name in texts for typed in fields.get(name, ()))


def _own_word_of(step: Step) -> Option | None:
    return next((one for one in step.options if one.own_word), None)


def _word_field(library: Library, step: Step, option: Option) -> tuple[str, Field]:
    words = library.notebook.conversation
    title = words.new_label_title if step.id == SITUATION else words.own_word_title
    return title, line_field(WORD, title, most=LABEL_POINTS, note=option.note or step.hint, required=True)


def _field(step: Step) -> Field:
    label = step.form or ""
    if step.kind == "text":
        return paragraph_field(step.id, label, most=step.most)
    choices = [Choice(one.text, one.id, one.note) for one in step.options]
    if step.id == STAGE:
        return radio_field(step.id, label, choices)
    return select_field(step.id, label, choices, many=step.kind == "choices")


def _value(step: Step, given: tuple[str, ...]) -> Value | None:
    if step.kind == "text":
        return Wrote("".join(given)) if given else None
    return Picked(given) if given else None


def _wording(script: CheckIn) -> int:
    return form_wording(script) % MOST_NUMBER
