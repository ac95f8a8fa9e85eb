"""What a member types, made fit to keep and to show: counted as people count, cleaned, refused with what to do.

Characters are counted as graphemes, in a short form of UAX 29 (https://unicode.org/reports/tr29/): marks, joiners, skin
tones and tags belong to the character before them, signs after a joiner do too, two regional letters are a flag.
"""

import math
import re
import unicodedata
from itertools import pairwise
from typing import Final

from bot.domain.unicode import normalize
from bot.errors import UserError

LABEL_CHARACTERS: Final = 32
LABEL_POINTS: Final = 80  # a button's label takes no more code points, however few characters they show as
TYPED_POINTS: Final = 640  # what is looked through for a label at all
POINTS_FOR_EACH: Final = 8  # a note may spend as many on a character, so that marks without end count after all

_JOINERS: Final = "\u200c\u200d"  # words in Persian and many emoji fall apart without them
_MENTION: Final = re.compile(r"<(?:@[!&]?|#)\d*>|</[^<>]*>|<(?:t|id):[^<>]*>|@(?:everyone|here)", re.IGNORECASE)
_CUSTOM_EMOJI: Final = re.compile(r"<a?:(\w+):\d+>")
_LINK: Final = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_BLOCK: Final = re.compile(r"^(?:(?:#{1,3}|-#|>{1,3}|[-+])(?:\s+|$))+")
_INLINE: Final = re.compile(r"[*`~|\\]|__|(?<!\w)_|_(?!\w)")


class TextRefused(UserError):
    """What was typed cannot be taken as it is; nothing else was changed."""


class TextTooLong(TextRefused):
    """More than `limit` characters, as people count them; `length` is what it has."""

    def __init__(self, limit: int, length: int) -> None:
        super().__init__(f"That is {length} characters long. At most {limit} fit here: shorten it and send it again.")
        self.limit = limit
        self.length = length


class LabelEmpty(TextRefused):
    """Nothing is left that could stand as a label."""

    def __init__(self) -> None:
        super().__init__("Write a word or two of your own: letters, digits or emoji, without mentions.")


def count_characters(text: str) -> int:
    """Count graphemes, in the short form this module describes."""
    return len(split_characters(normalize("NFC", text)))


def split_characters(text: str) -> list[str]:
    """Take a text apart into graphemes; joined again they are the text."""
    starts, joined, flag = list[int](), False, False
    for at, char in enumerate(text):
        regional = "\U0001f1e6" <= char <= "\U0001f1ff"
        if not starts or not (_extends(char) or (joined and not char.isalnum()) or (regional and flag)):
            starts.append(at)
        flag = regional and not flag
        joined = char == "\u200d"
    return [text[at:end] for at, end in pairwise((*starts, len(text)))]


def cut_characters(text: str, most: int) -> str:
    """Cut to as many code points as fit into `most` without taking a grapheme apart."""
    if len(text) <= most:
        return text
    kept = ""
    for one in split_characters(text):
        if len(kept) + len(one) > most:
            break
        kept += one
    return kept


def check_length(text: str, most: int, points: int | None = None) -> str:
    """Give the text back when it fits: at most `most` characters, spelled with at most `points` code points.

    Raises:
        TextTooLong: it does not.
    """
    points = points or most * POINTS_FOR_EACH
    length = count_characters(text)
    if length > most:
        raise TextTooLong(most, length)
    if len(text) > points:
        raise TextTooLong(most, math.ceil(len(text) * most / points))
    return text


def clean_text(text: str) -> str:
    """Give a note as it can be stored: no control characters or broken halves, lines ended alike, trimmed."""
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text)
    kept = ("".join(char for char in line if char == "\t" or _printable(char)) for line in lines)
    return normalize("NFC", "\n".join(kept)).strip()


def clean_label(text: str) -> str:
    """Give one line, at most 32 characters, with control characters, mentions and markdown taken out.

    Cleaning what is clean changes nothing.

    Raises:
        LabelEmpty: nothing is left.
        TextTooLong: more is left than fits.
    """
    if len(text) > TYPED_POINTS:
        raise TextTooLong(LABEL_CHARACTERS, count_characters(text))
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or _plain(char))
    before = None
    while text != before:  # what is taken out may bring the halves of something else together
        before = text
        text = _MENTION.sub("", _CUSTOM_EMOJI.sub(r"\1", text))
        text = _INLINE.sub("", _BLOCK.sub("", _LINK.sub(r"\1", text)))
        text = normalize("NFC", " ".join(text.split()))
    if all(unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf", "Zs") for char in text):
        raise LabelEmpty
    return check_length(text, LABEL_CHARACTERS, LABEL_POINTS)


def is_joining(char: str) -> bool:
    """Whether it is unseen itself and holds the parts of one letter or emoji together."""
    return char in _JOINERS or "\U000e0020" <= char <= "\U000e007f"


def _extends(char: str) -> bool:
    skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return unicodedata.category(char)[0] == "M" or skin_tone or is_joining(char)


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")


def _plain(char: str) -> bool:
    """Whether it may stand in a label: nothing unseen but what letters and emoji are joined with."""
    unseen = unicodedata.category(char) in ("Cc", "Cf", "Cs")
    return not unseen or is_joining(char)
