"""Draws a server's settings as a file: sent, refused with everything wrong in it, or asked about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.domain.library import Library
from bot.domain.servers.settings import ServerSettings
from bot.domain.servers.settings_file import PlacedFault
from bot.ui.drawing import Attachment, Button, Drawing, attached, button, echo, row, text
from bot.ui.forms import Form, file_field
from bot.ui.ids import Kind, Press
from bot.ui.servers.settings import back_to_settings, describe

FILE: Final = "file"
NAME: Final = "server-settings.yaml"

_MOST_TEXT: Final = 3500  # of 4000, for headings and line ends
_MOST_ECHOED: Final = 60


def draw_export(library: Library, data: bytes) -> Drawing:
    """Send the file."""
    one = Attachment(NAME, data)
    return Drawing(text(library.servers.file.sent), attached(one), pictures=[one])


def import_form(library: Library) -> Form:
    """Ask for a file."""
    words = library.servers.file
    return Form(
        words.form_title,
        Press(Kind.SERVER_IMPORT_FILE),
        file_field(FILE, words.form_label, note=words.form_note),
    )


def draw_faults(library: Library, faults: Sequence[PlacedFault]) -> Drawing:
    """Say everything that is wrong, each at its line and column with what to do."""
    words, lines, room = library.servers.file, list[str](), _MOST_TEXT
    for one in faults:  # a file can hold ten thousand; only those that there is room for are put into words
        line = _say(library, one)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    foot = [words.more.format(count=len(faults) - len(lines))] if len(lines) < len(faults) else []
    head = words.problems.format(count=len(faults))
    again = button(library.servers.screen.bring_in, Press(Kind.SERVER_IMPORT))
    return Drawing(text("\n".join([head, *lines, *foot])), row(again, _back(library)))


def draw_unchanged(library: Library, sentence: str) -> Drawing:
    """Say why nothing was changed, and lead on."""
    again = button(library.servers.screen.bring_in, Press(Kind.SERVER_IMPORT))
    return Drawing(text(sentence), row(again, _back(library)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings as they are, of which version, and as a file would have them; the token tells that file from others."""

    now: ServerSettings
    then: ServerSettings
    version: int
    token: bytes
    file: bytes = field(repr=False)


def draw_proposal(library: Library, proposal: Proposal, languages: Sequence[str]) -> Drawing:
    """Show what would change and ask; the file travels in this message, which nobody else sees."""
    words, before = library.servers.file, describe(library, proposal.now, languages)
    after = describe(library, proposal.then, languages)
    lines = [f"- **{title}**: {said}" for title, said in after.items() if said != before[title]]
    one = Attachment(NAME, proposal.file)
    take = button(words.take, Press(Kind.SERVER_IMPORT_TAKE, token=proposal.token, version=proposal.version))
    leave = button(words.leave, Press(Kind.SERVER_IMPORT_LEAVE))
    said = text("\n".join([words.would_change, *lines]))
    return Drawing(said, attached(one), row(take, leave), pictures=[one])


def _say(library: Library, one: PlacedFault) -> str:
    words = getattr(library.servers.file.faults, one.fault.reason)
    fills = {name: echo(str(value), _MOST_ECHOED) for name, value in one.fault.fills.items()}
    return f"- `{one.line}:{one.column}`: {words.what.format(**fills)} ({words.do.format(**fills)})"


def _back(library: Library) -> Button:
    return button(library.servers.screen.back, back_to_settings())
