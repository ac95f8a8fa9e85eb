"""Markup in what members and moderators typed, made plain signs."""

import re
from typing import Final

# A backslash inside a link would break it. What is no sign of an address ends it, invisible signs among them: a mention
# right behind one would stand there as a mention.
_LINK: Final = r"(?P<link>https?://(?:(?!@everyone|@here)[!-;=?-\[\]-_a-~])+)"
_MARKUP: Final = re.compile(rf"{_LINK}|[\\*_~|`<>@\[\]#]|(?m:^\s*[-+]|^\s*\d+\.)")
_ESCAPED: Final = re.compile(rf"{_LINK}|\\(?P<plain>.)", re.DOTALL)


def escape(words: str) -> str:
    """Give words with all markup and mentions as plain signs; links stay as they are."""
    return _MARKUP.sub(lambda found: found[0] if found["link"] else f"{found[0][:-1]}\\{found[0][-1]}", words)


def unescape(shown: str) -> str:
    """Give words back that were escaped, letter by letter."""
    return _ESCAPED.sub(lambda found: found["link"] or found["plain"], shown)
