"""What of a lookup may be suggested to moderators: its words alone, and how many of them."""

import re
import unicodedata
from typing import Final

from bot.domain.checkins.labels import cut_characters, is_joining
from bot.domain.unicode import normalize

MOST_CHARACTERS: Final = 100
MOST_A_DAY: Final = 3

_LOOKED_THROUGH: Final = 1000  # characters
_MOST_MARKS: Final = 4  # on one letter; more are no writing
_EMOJI: Final = ("\U0001f000", "\U0001faff")  # those that are newer than Python's tables have no category
_EDGES: Final = " \u200c\u200d"
_FLAG: Final = "\U0001f3f4"
_UNSEEN: Final = frozenset({"Cf", "Cs", "Co", "Cn"})

_TOKEN: Final = re.compile(
    r"<[^<>\s]*:[^<>]*>"  # custom emoji, times, links within Discord, addresses in brackets
    r"|</[^<>]*>"  # commands
    r"|<(?:@[!&]?|#)[^<>\s]*>"  # people, roles, channels
)
_MASKED: Final = re.compile(r"\[([^\[\]]*)\]\s?\([^()]*\)")
_SPACED_INVITE: Final = re.compile(r"\bdiscord(?:app)?\s?\.\s?(?:gg|com)\b\S*", re.IGNORECASE)
_NO_WORD: Final = re.compile(
    r"@\w"  # whoever is named, mail
    r"|:(?://|\\\\)|\b(?:mailto|tel|sms|javascript|data):\S|\bwww\.\S"  # addresses of any kind
    r"|\w\.\w{2,}/",  # an invite or a page without its scheme
    re.IGNORECASE,
)
_DOTTED: Final = re.compile(r"(?<=\w)\.(?=[^\W\d])")  # what is left of a name on the net is words
_BLOCK: Final = re.compile(r"^(?:(?:#{1,3}|-#|>{1,3}|[-+•]|\d{1,3}\.)(?:\s+|$))+")
_MARKUP: Final = re.compile(r"[*_~`|\\\[\]<>#@]")


def clean(typed: str) -> str:
    """Give the words on one line, without links, mentions, invites, markdown or control characters; empty: none left.

    What is longer than a hundred characters is cut between two of them as people see them. Cleaning what is clean
    changes nothing.
    """
    line = _plain(typed[:_LOOKED_THROUGH])
    before = None
    while line != before:  # what is taken out may bring the parts of something else together
        before = line
        line = cut_characters(_taken_out(line), MOST_CHARACTERS).strip(_EDGES)
    return line if any(char.isalnum() or unicodedata.category(char) in {"So", "Cn"} for char in line) else ""


def _taken_out(line: str) -> str:
    for pattern, instead in ((_MASKED, r" \1 "), (_TOKEN, " "), (_SPACED_INVITE, " ")):
        line = pattern.sub(instead, line)
    line = " ".join(word for word in line.split() if not _NO_WORD.search(word))
    line = _MARKUP.sub(" ", _DOTTED.sub(" ", line))
    return " ".join(_plain(_BLOCK.sub("", " ".join(line.split()))).split())


def _plain(text: str) -> str:
    """Bring letters to one form, and leave out what is not seen, but for what letters and emoji are joined with."""
    kept, marks = list[str](), 0
    for char in normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if char.isspace() or category in {"Cc", "Zl", "Zp"}:
            kept.append(" ")
        elif is_joining(char):
            kept += [char] if kept and _joins(kept[-1], char) else []
        elif (category not in _UNSEEN or _EMOJI[0] <= char <= _EMOJI[1]) and marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept).strip(_EDGES)


def _joins(before: str, joining: str) -> bool:
    """Whether it holds on to something that is seen; tags, with which words can be hidden, to a flag alone."""
    return before in _FLAG or is_joining(before) if joining >= _FLAG else before != " "
