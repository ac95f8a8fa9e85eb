"""The characters of a text before they are YAML: its lines, and what YAML's parser would report as something else."""

import re
from typing import Any, Final

from bot.plain_yaml.faults import Fault, Place

BREAK: Final = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_AFTER_TEXT: Final = re.compile(r"^[ \t]*[^#\s].*?[ \t]#", re.MULTILINE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MERGE_SIGNS: Final = ("<<<<<<<", "=======", ">>>>>>>")
_MERGE: Final = re.compile(r"^(?:<{7}|={7}|>{7})(?= |$)", re.MULTILINE)
_NO_BREAK: Final = re.compile(r"^[ \t]*([\xa0\u2000-\u200a\u202f\u205f])", re.MULTILINE)
_UTF_16: Final = 3  # so many NULs are no slip of a finger


def position(text: str, index: int) -> Place:
    """Give the line and column of a character, lines parted where YAML parts them."""
    breaks = list(BREAK.finditer(text, 0, index))
    return len(breaks) + 1, index - (breaks[-1].end() if breaks else 0) + 1


def place_of(mark: Any) -> Place:
    """Give the place that a mark of the parser's stands for."""
    return mark.line + 1, mark.column + 1


# Every file of a pack is looked at. Looking for a text comes long before looking for an expression, and most files
# have none of these.


def has_comment_after_text(text: str) -> bool:
    """Tell whether a comment may stand behind something in its line."""
    return (" #" in text or "\t#" in text) and _AFTER_TEXT.search(text) is not None


def find_unparsable(text: str) -> Fault | None:
    """Find what is no matter of YAML."""
    if found := _CONTROL.search(text):
        said = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
        hint = "save the file as UTF-8" if text.count("\0") >= _UTF_16 else "delete it"
        return Fault(*position(text, found.start()), "not_yaml", said, hint)
    if any(sign in text for sign in _MERGE_SIGNS) and (found := _MERGE.search(text)):
        hint = "keep one side and remove the lines with <<<<<<<, ======= and >>>>>>>"
        return Fault(*position(text, found.start()), "not_yaml", "a merge of git that nobody resolved", hint)
    if not text.isascii() and (found := _NO_BREAK.search(text)):
        said = f"a no-break space (U+{ord(found[1]):04X}) where YAML wants spaces"
        return Fault(*position(text, found.start(1)), "not_yaml", said, "indent with plain spaces")
    return None
