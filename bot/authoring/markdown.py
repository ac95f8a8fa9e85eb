"""What of Discord's markdown may stand in a text: bold, italics, code and blanks, each of them closed.

CommonMark's rules for what opens and closes are a little stricter than Discord's, so what is balanced here is balanced
there. Discord's own signs (spoilers, small print, mentions, times) are looked for beside it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SIGNS: Final = re.compile(r"[*_~|`<>\[@#\\]|https?:|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
_PLAINLY_PAIRED: Final = re.compile(r"(\*\*|[*`])(?![\s*`])[^*`\n\\_~|<>\[\]@#]*[^\s*`\n\\_~|<>\[\]@#]\1(?![*`])")
_BLANK: Final = re.compile(r"(?<!\w)__+(?!\w)")
_CODE: Final = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_CARD_WORDS: Final = "the card makes its own: remove the sign, or write **bold**"
_MENTION: Final = re.compile(r"<(?:@[!&]?\d*|#\d*|t:-?\d+[^>]*|/[^:>]+:\d*|id:\w+|a?:\w+:\d+)>?|@everyone|@here")
_EVERYWHERE: Final = (
    (re.compile(r"^\s*#{1,3}\s", re.MULTILINE), "a heading", _CARD_WORDS),
    (re.compile(r"^\s*-#\s", re.MULTILINE), "small print", _CARD_WORDS),
    (re.compile(r"^\s*>", re.MULTILINE), "a quotation made with >", "use quotation marks"),
    (re.compile(r"```"), "a block of code", "write it as a sentence"),
    (re.compile(r"!\[[^\]]*\]\("), "a picture", "remove it: a text holds words alone"),
    (re.compile(r"(?<!!)\[[^\]]*\]\("), "a link behind words", "name the page in words, or give it its own place"),
    (_MENTION, "a mention", "no text is aimed at anybody: remove it"),
    (re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^>]*)?/?>|<!--"), "HTML", "Discord shows it as it is: remove it"),
)
_IN_CONTENT: Final = (
    (
        re.compile(r"^\s*(?:[-*+]|\d+[.)])\s", re.MULTILINE),
        "a list inside a text",
        "write sentences, or an item for each",
    ),
    (
        re.compile(r"(?<!\]\()https?://\S+"),
        "a link",
        "name the page in words; sources and people who can help have their own place",
    ),
)
_OPENS_OR_CLOSES: Final = re.compile(r"\*(?=\S)|(?<=\S)\*|~~|`|\|\||(?<!\w)_|_(?!\w)")
_LEFT_OVER: Final = re.compile(r"\*+|~~+|`+|(?<!\w)_+|_+(?!\w)")
_SPACED: Final = re.compile(r"(?<!\S)\*(?!\S)")


def markdown_faults(text: str, *, on_screens: bool) -> Iterator[tuple[str, str]]:
    """Give what does not belong in a text, and what to do; `on_screens` a text may be a list, and hold a link."""
    if not _SIGNS.search(text):
        return
    text = _PLAINLY_PAIRED.sub(" ", _BLANK.sub(" ", text))
    if not _SIGNS.search(text):
        return
    bare = _CODE.sub(" ", text)
    found = False
    for pattern, what, hint in _EVERYWHERE if on_screens else (*_EVERYWHERE, *_IN_CONTENT):
        if here := pattern.search(bare):
            found = True
            yield f"{what}: {here[0].strip()}", hint
    if not found and _OPENS_OR_CLOSES.search(text):
        yield from _unbalanced(text)


def has_markdown(text: str) -> bool:
    """Whether a text has marks that are shown as they are where Discord reads no markdown."""
    return re.search(r"\*\*|~~|\|\||`|(?<!\w)__?(?=\w)", _BLANK.sub(" ", text)) is not None


def _unbalanced(text: str) -> Iterator[tuple[str, str]]:
    spoilers = 0
    for token in _parser().parseInline(text)[0].children or ():
        if token.type != "text":
            continue
        spoilers += token.content.count("||")
        if left := _LEFT_OVER.search(_SPACED.sub(" ", token.content)):
            yield f"{left[0]} has no partner", "write it on both sides, close to the words, or a backslash before it"
            return
    if spoilers % 2:
        yield "|| has no partner", "write it on both sides, close to the words, or a backslash before it"


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  # most texts need none

    parser = MarkdownIt("zero").enable(["emphasis", "strikethrough", "backticks", "escape"])
    return parser.disable("text_join")  # which hides what was escaped
