"""Signs that nobody sees or that turn text around: which may stand where, and what they are called."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\x85\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS: Final = frozenset("\u200c\u200d")
_MARKS: Final = frozenset("\u061c\u200e\u200f")  # of direction: they open nothing
_OPENING: Final = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
_CLOSING: Final = frozenset("\u202c\u2069")
_BLACK_FLAG: Final = "\U0001f3f4"
_WITHOUT_SPACES: Final = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\ua9e0", "\uaa7f"))
"""Scripts that part words with a sign nobody sees: Thai, Lao, Burmese, Khmer."""


def name_sign(sign: str) -> str:
    """Name a character that cannot be shown, as in `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()


def show_signs(text: str) -> str:
    """Give a text with its odd characters named, so that two which look alike can be told apart."""
    odd = dict.fromkeys(sign for sign in text if not (sign.isascii() and sign.isprintable()))
    named = ", ".join(f"{sign} is {name_sign(sign)}" if sign.isprintable() else name_sign(sign) for sign in odd)
    return f"`{text}` ({named})" if odd else f"`{text}`"


def invisible_signs(text: str) -> Iterator[tuple[int, str]]:
    """Give every sign nobody sees that does nothing for a reader, with where it stands.

    Those that join letters or emoji, part words in a script without spaces, or turn the direction may stay.
    """
    for found in () if text.isascii() else _UNSEEN.finditer(text):
        sign, at = found[0], found.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if not (
            sign in _MARKS
            or sign in _OPENING
            or sign in _CLOSING
            or (sign in _JOINERS and _joins(before) and (_joins(after) or _is_unseen(after)))
            or ("\ufe00" <= sign <= "\ufe0f" and before.strip() and not _is_unseen(before))
            or ("\u180b" <= sign <= "\u180d" and "\u1800" <= before <= "\u18af")
            or (sign in "\u200b\u2060" and _is_without_spaces(before) and _is_without_spaces(after))
            or (sign >= "\U000e0020" and _is_in_flag(text, at))
            or ("\U000e0100" <= sign <= "\U000e01ef" and not before.isascii() and before.isalpha())
        ):
            yield at, sign


def unclosed_directions(text: str) -> list[str]:
    """Give the signs that turn the direction of what follows and are never closed, and those that close nothing."""
    open_: list[str] = []
    lost: list[str] = []
    for sign in text:
        if sign in _OPENING:
            open_.append(sign)
        elif sign in _CLOSING:
            if open_ and _OPENING[open_[-1]] == sign:
                open_.pop()
            else:
                lost.append(sign)
        elif sign == "\n":  # a direction ends with its paragraph, and its closing sign then closes nothing
            lost += open_
            open_ = []
    return [*lost, *open_]


def is_visible(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return any(not _is_unseen(sign) and not sign.isspace() and unicodedata.category(sign) != "Cc" for sign in text)


def _is_unseen(sign: str) -> bool:
    return _UNSEEN.fullmatch(sign) is not None


def _joins(sign: str) -> bool:
    return (
        bool(sign)
        and not sign.isascii()
        and not sign.isspace()
        and (not _is_unseen(sign) or "\ufe00" <= sign <= "\ufe0f")
    )


def _is_without_spaces(sign: str) -> bool:
    return any(first <= sign <= last for first, last in _WITHOUT_SPACES)


def _is_in_flag(text: str, at: int) -> bool:
    start = at
    while start and text[start - 1] >= "\U000e0020":
        start -= 1
    return text[start - 1 : start] == _BLACK_FLAG
