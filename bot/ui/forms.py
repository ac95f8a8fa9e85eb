"""Forms, drawn like messages: finished from birth, stored nowhere, so that one submitted after a restart still arrives.

discord.py hands a form to whoever opened one of that id last; here the router takes it, by what its custom id says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import discord
from discord import ui
from typing_extensions import override

from bot.ui.drawing import Choice, shorten
from bot.ui.ids import Press

MOST_LABEL = 45
MOST_TYPED = 4000
MOST_NOTE = 100
TICKED = "1"

Field = ui.Label[Any] | ui.TextDisplay[Any]


class Form(ui.Modal):
    """A form of at most five fields. Open it before anything is read: Discord waits three seconds and no longer."""

    def __init__(self, title: str, press: Press, *fields: Field) -> None:
        super().__init__(title=shorten(title, MOST_LABEL), custom_id=press.encode(), timeout=None)
        for one in fields:
            self.add_item(one)
        self.stop()

    @override
    def is_finished(self) -> bool:
        return True


def line_field(  # noqa: PLR0913  # what a field says, each by its name
    name: str, label: str, *, most: int, note: str | None = None, typed: str | None = None, required: bool = False
) -> Field:
    """Ask for one line; `typed` stands in it already. What an empty field means, its reader says, unless `required`."""
    return _labelled(label, note, _text_input(name, discord.TextStyle.short, most, typed, required=required))


def paragraph_field(name: str, label: str, *, most: int, note: str | None = None, typed: str | None = None) -> Field:
    """Ask for some lines."""
    return _labelled(label, note, _text_input(name, discord.TextStyle.paragraph, most, typed))


def select_field(
    name: str, label: str, choices: Sequence[Choice], *, many: bool = False, note: str | None = None
) -> Field:
    """Let one or several of at most 25 choices be picked, or none."""
    options = [
        discord.SelectOption(label=shorten(one.label), value=one.value, description=one.note, default=one.chosen)
        for one in choices
    ]
    most = len(options) if many else 1
    chosen = ui.Select[Any](custom_id=name, options=options, required=False, min_values=0, max_values=most)
    return _labelled(label, note, chosen)


def radio_field(name: str, label: str, choices: Sequence[Choice], *, note: str | None = None) -> Field:
    """Let one of at most ten choices be picked, or none; all are seen at once."""
    options = [discord.RadioGroupOption(label=one.label, value=one.value, description=one.note) for one in choices]
    return _labelled(label, note, ui.RadioGroup[Any](custom_id=name, options=options, required=False))


def file_field(name: str, label: str, *, note: str | None = None) -> Field:
    """Ask for one file; what comes back is its id among what Discord resolved."""
    return _labelled(label, note, ui.FileUpload[Any](custom_id=name, required=False, min_values=0, max_values=1))


def checkbox_field(name: str, label: str, *, note: str | None = None, ticked: bool = False) -> Field:
    """Ask for a tick."""
    return _labelled(label, note, ui.Checkbox[Any](custom_id=name, default=ticked))


def read_form(components: object) -> dict[str, tuple[str, ...]]:
    """Give what was typed, chosen or ticked, by field, whatever Discord wraps fields in."""
    return {str(one["custom_id"]): _values(one) for one in _fields_in(components) if "custom_id" in one}


def texts_in(components: object) -> str:
    """Give all that was typed into a submitted form, so that it can be given back when it could not be taken."""
    written = discord.ComponentType.text_input.value
    return "\n\n".join(
        str(one["value"]) for one in _fields_in(components) if one.get("type") == written and one.get("value")
    )


def _fields_in(components: object) -> Iterator[Mapping[str, Any]]:
    """Give each component and what it wraps, in the order they stand; what is none is passed over."""
    waiting = [components]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(cast("list[object]", one))
        elif isinstance(one, dict):
            field = cast("Mapping[str, Any]", one)
            yield field
            waiting += field.get("components"), field.get("component")


def _values(one: Mapping[str, Any]) -> tuple[str, ...]:
    if "values" in one:
        chosen = one["values"]
        return tuple(map(str, cast("list[object]", chosen))) if isinstance(chosen, list) else ()
    value = one.get("value")
    if isinstance(value, bool):
        return (TICKED,) if value else ()
    return () if value is None else (str(value),)


def _text_input(
    name: str, style: discord.TextStyle, most: int, typed: str | None, *, required: bool = False
) -> ui.TextInput[Any]:
    most = min(most, MOST_TYPED)
    default = None if typed is None else typed[:most]
    return ui.TextInput(custom_id=name, style=style, required=required, max_length=most, default=default)


def _labelled(label: str, note: str | None, component: ui.Item[Any]) -> ui.Label[Any]:
    return ui.Label(text=shorten(label, MOST_LABEL), description=note and shorten(note, MOST_NOTE), component=component)
