"""Unicode's normal forms, in time that grows with the text and no faster."""

import unicodedata
from typing import Final, Literal

# Python sorts a run of marks by insertion: six thousand would take a tenth of a second. Thirty in a row are the
# Stream-Safe Text Format of UAX 15 (https://unicode.org/reports/tr15/#Stream_Safe_Text_Format); no writing needs more.
_MOST_MARKS: Final = 30
_HALF_WIDTH_MARKS: Final = "\uff9e\uff9f"  # letters by their category, marks once decomposed


def normalize(form: Literal["NFC", "NFD", "NFKD"], text: str) -> str:
    """Give a text in a normal form; of more than thirty marks in a row the rest is left out."""
    return unicodedata.normalize(form, text if text.isascii() else _stream_safe(text))


def _stream_safe(text: str) -> str:
    kept, run = list[str](), 0
    for char in text:
        run = run + 1 if unicodedata.category(char)[0] == "M" or char in _HALF_WIDTH_MARKS else 0
        if run <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
