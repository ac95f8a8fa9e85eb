"""The one kind of message this bot sends: Components V2, drawn once, stored nowhere.

discord.py keeps every unfinished view it sends for ever and hands presses to it; a `Drawing` is finished from birth,
so presses come to the router and nowhere else. Its payload is made once, which is what makes a card cheap to send.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import discord
from discord import ui
from typing_extensions import override

from bot.domain.checkins.labels import is_joining
from bot.ui.escaping import escape
from bot.ui.ids import Press

_BLANK = re.compile(r"(?<!\w)__+(?!\w)")
MOST_OPTIONS = 25
MOST_OPTION_LABEL = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that a drawing refers to as `attachment://name`."""

    name: str
    png: bytes
    alt: str

    def file(self) -> discord.File:
        """Make a fresh file to send; discord.py reads each one once."""
        return discord.File(io.BytesIO(self.png), self.name, description=self.alt)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to save, that a drawing shows by its name."""

    name: str
    data: bytes = field(repr=False)

    def file(self) -> discord.File:
        """Make a fresh file to send."""
        return discord.File(io.BytesIO(self.data), self.name)


class Drawing(ui.LayoutView):
    """A message's components, frozen. Safe to send any number of times, to anyone, in any order."""

    def __init__(self, *items: ui.Item[Any], pictures: Sequence[Picture | Attachment] = ()) -> None:
        super().__init__(timeout=None)
        self._payload = [item.to_component_dict() for item in items]
        self.pictures = tuple(pictures)
        self.stop()

    def below(self, line: str) -> "Drawing":
        """Give the same drawing under a line that says why it stands where it does."""
        return self.with_heading(text(line))

    def with_heading(self, *items: ui.Item[Any]) -> "Drawing":
        """Give the same drawing with something above it."""
        whole = Drawing(*items, pictures=self.pictures)
        whole._payload += self._payload
        return whole

    def above(self, *items: ui.Item[Any]) -> "Drawing":
        """Give the same drawing with something more under it."""
        whole = Drawing(*items, pictures=self.pictures)
        whole._payload = [*self._payload, *whole._payload]
        return whole

    @override
    def to_components(self) -> list[dict[str, Any]]:
        return self._payload

    @override
    def has_components_v2(self) -> bool:
        return True

    @override
    def is_finished(self) -> bool:
        return True


class Part(ui.Item[Any]):
    """A component, made at once as Discord is sent it; discord.py's own objects would be most of a drawing's cost."""

    def __init__(self, kind: discord.ComponentType, **payload: object) -> None:
        super().__init__()
        self._payload: dict[str, Any] = {"type": kind.value, **payload}

    @override
    def to_component_dict(self) -> dict[str, Any]:
        return self._payload


class Button(Part):
    """A button with its label; all have one style, so that none stands above another."""

    def __init__(self, label: str, custom_id: str) -> None:
        style = discord.ButtonStyle.secondary.value
        super().__init__(discord.ComponentType.button, style=style, disabled=False, label=label, custom_id=custom_id)
        self.label = label


def text(*paragraphs: str) -> Part:
    """Make one block of text, paragraphs apart. Blanks to fill in (___) stay blanks and underline nothing."""
    content = _BLANK.sub(lambda blank: "\\_" * len(blank[0]), "\n\n".join(paragraphs))
    return Part(discord.ComponentType.text_display, content=content)


def attached(one: Attachment) -> ui.File[Any]:
    """Show an attachment in the message it comes with."""
    return ui.File(f"attachment://{one.name}")


def gap() -> Part:
    """Leave a little room between two blocks, without a line."""
    return Part(discord.ComponentType.separator, divider=False, spacing=1)


def small(line: str) -> str:
    """Make a line small print."""
    return f"-# {line}"


def button(label: str, press: Press) -> Button:
    """Make a button."""
    return Button(label, press.encode())


def link(label: str, address: str) -> Part:
    """Make a button that leads to a page."""
    style = discord.ButtonStyle.link.value
    return Part(discord.ComponentType.button, style=style, disabled=False, label=label, url=address)


def row(*buttons: Part | None) -> Part:
    """Put up to five buttons side by side; None is left out."""
    components = [one.to_component_dict() for one in buttons if one is not None]
    return Part(discord.ComponentType.action_row, components=components)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a select: what it says, and the id that comes back."""

    label: str
    value: str
    note: str | None = None
    chosen: bool = False


def select(placeholder: str, press: Press, choices: Sequence[Choice]) -> ui.ActionRow[Any]:
    """Make a select of at most 25 choices, of which one can be chosen."""
    custom_id = press.encode()
    return ui.ActionRow(
        ui.Select(custom_id=custom_id, id=_id_of(custom_id), placeholder=placeholder, options=_options(choices))
    )


def select_many(placeholder: str, press: Press, choices: Sequence[Choice]) -> ui.ActionRow[Any]:
    """Make a select of at most 25 choices, of which any number can be chosen."""
    custom_id, options = press.encode(), _options(choices)
    return ui.ActionRow(
        ui.Select(
            custom_id=custom_id,
            id=_id_of(custom_id),
            placeholder=placeholder,
            options=options,
            max_values=len(options),
        )
    )


def select_channels(
    placeholder: str, press: Press, kinds: Sequence[int], chosen: Sequence[int] = (), *, most: int = 1
) -> Part:
    """Make a select of the channels of some kinds; where more than one can be chosen, none can be, too."""
    custom_id = press.encode()
    menu = {
        "type": discord.ComponentType.channel_select.value,
        "custom_id": custom_id,
        "id": _id_of(custom_id),
        "placeholder": placeholder,
        "channel_types": [*kinds],
        "default_values": [{"id": str(one), "type": "channel"} for one in chosen[:most]],
        "min_values": int(most == 1),
        "max_values": most,
        "disabled": False,
    }
    return Part(discord.ComponentType.action_row, components=[menu])


def beside(said: Part, one: Button) -> Part:
    """Put a button beside a text."""
    inside = {"components": [said.to_component_dict()], "accessory": one.to_component_dict()}
    return Part(discord.ComponentType.section, **inside)


def _id_of(custom_id: str) -> int:
    """Give a select a number of its own, which Discord's count from 1 does not come near.

    Numbered by Discord, the select of the next step, in the same message, has the number of the one before, and an app
    that goes by numbers takes over what was ticked there.
    """
    return 1 << 30 | crc32(custom_id.encode()) & (1 << 30) - 1


def _options(choices: Sequence[Choice]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=shorten(one.label), value=one.value, description=one.note, default=one.chosen)
        for one in choices[:MOST_OPTIONS]
    ]


def shorten(label: str, most: int = MOST_OPTION_LABEL) -> str:
    """Cut a label to what Discord takes."""
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def echo(typed: str, most: int = 80) -> str:
    """Say a member's own words back on one line, without markup, mentions or control characters."""
    line = " ".join("".join(one if one.isprintable() or is_joining(one) else " " for one in typed).split())
    return discord.utils.escape_mentions(escape(shorten(line, most)))
