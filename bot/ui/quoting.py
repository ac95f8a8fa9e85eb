"""A member's own words in a message: shown as they were written, and read back from there letter by letter.

A form has to open before anything is read, so what stands in it already comes from the message that was pressed.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import discord
from discord import ui

from bot.ui.drawing import Attachment, Drawing, attached, text
from bot.ui.escaping import escape, unescape
from bot.ui.forms import MOST_TYPED

OWN_WORDS: Final = 7001  # the number of the one text of a message that holds words to be put into a form
MOST_WORDS: Final = 3000

_MOST_TEXT: Final = 4000  # over all text of a message
_FILE: Final = "your-words.txt"
_QUOTE: Final = "> "
_BLANK: Final = "…"  # Discord takes no empty text
_LONE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\$")


def own_words(words: str, most: int = MOST_WORDS) -> str:
    """Give words with all markup as plain signs, cut to `most` characters."""
    words = _whole(words)
    if not words.strip():
        return _BLANK
    return _cut(escape(words), most)


def plain_words(words: str) -> str:
    """Give words on one line for where Discord reads no markup: a select, say."""
    return " ".join(_whole(words).split()) or _BLANK


def read_own_words(shown: str) -> str:
    """Give the words back that `own_words` showed uncut."""
    return unescape(shown)


def quoted(words: str, most: int = MOST_WORDS) -> str:
    """Give words as a quotation, line by line, cut to `most` characters."""
    shown = own_words(words, most)
    while (over := len(shown) + len(_QUOTE) * (shown.count("\n") + 1) - most) > 0 and len(shown) > 1:
        shown = _cut(shown, max(len(shown) - over, 1))
    return "\n".join(f"{_QUOTE}{line}" for line in shown.split("\n"))


def draw_given_back(line: str, words: str) -> Drawing:
    """Draw a member's own words under a line; what is too long for a message comes as a file."""
    if not words.strip():
        return Drawing(text(line))
    again = quoted(words, most=MOST_TYPED * 2)
    if len(line) + len(again) <= _MOST_TEXT:
        return Drawing(text(line), text(again))
    whole = Attachment(_FILE, words.encode("utf-8", "replace"))
    return Drawing(text(line), attached(whole), pictures=[whole])


def show_own_words(words: str) -> ui.TextDisplay[Any]:
    """Show words so that a form opened from this message can hold them; those too long for that are cut."""
    shown = own_words(words)
    whole = read_own_words(shown) == words
    return ui.TextDisplay(shown, id=OWN_WORDS) if whole else ui.TextDisplay(shown)


def words_on(message: discord.Message | None) -> str | None:
    """Read the words that stand on a message for a form to hold; None where there are none."""
    waiting: list[Any] = list(message.components) if message else []
    while waiting:
        one = waiting.pop()
        if getattr(one, "id", None) == OWN_WORDS:
            return read_own_words(str(getattr(one, "content", "")))
        children: Iterable[Any] = getattr(one, "children", ())
        waiting += children
    return None


def _whole(words: str) -> str:
    """Take half characters out, which an imported file can hold and Discord refuses."""
    return words.encode("utf-8", "replace").decode()


def _cut(shown: str, most: int) -> str:
    """Cut what is shown, leaving no backslash without its sign."""
    if len(shown) <= most:
        return shown
    cut = shown[: most - 1]
    return (cut[:-1] if _LONE.search(cut) else cut).rstrip() + "…"
