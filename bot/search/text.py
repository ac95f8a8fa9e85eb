"""Brings text to terms: folded, inflections and the field's words to one form. No ranking here."""

import re
import unicodedata
from collections.abc import Iterator

from bot.search.words import FORMS, GROUPS, STOP

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018\u02bc`\u00b4")
_VOWELS = frozenset("aeiouy")
_DOUBLES = frozenset("bdgmnprt")
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ness", "ly", "er", "est")


def fold(text: str) -> str:
    """Lower case, no accents, no apostrophes; what is no letter or digit parts words."""
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return text.casefold().translate(_APOSTROPHES)


def split(text: str) -> list[str]:
    """Give the words of a text, folded."""
    return _WORD.findall(fold(text))


def stem(word: str) -> str:
    """Take English inflections off; what comes out need not be a word."""
    word = _singular(word)
    for suffix in _SUFFIXES:
        root = word.removesuffix(suffix)
        if root != word and len(root) > 2 and not _VOWELS.isdisjoint(root):
            word = root[:-1] if root[-1] == root[-2] and root[-1] in _DOUBLES else root
            break
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word[-1] == "y" else word


def _singular(word: str) -> str:
    if len(word) < 4 or word[-1] != "s" or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes")) else word[:-1]


def _entries(row: str) -> Iterator[tuple[str, ...]]:
    return (tuple(entry.split()) for entry in row.split(",") if entry.strip())


class _Forms:
    """The tables of `words`, keyed for reading a text left to right."""

    def __init__(self) -> None:
        self.single: dict[str, str] = {}
        self.several: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for form, row in FORMS.items():
            self.single[form] = form
            for entry in _entries(row):
                if len(entry) == 1:
                    self.single.setdefault(entry[0], form)
        for form, row in FORMS.items():
            for entry in _entries(row):
                if len(entry) > 1:
                    key = tuple(map(self.one, entry))
                    self.several.setdefault(key[0], []).append((key, form))
        for rows in self.several.values():
            rows.sort(key=lambda row: -len(row[0]))
        self.known: dict[str, str] = {}

    def one(self, word: str) -> str:
        return self.single.get(word) or stem(word)


_FORMS = _Forms()


def form(word: str) -> str:
    """Bring one folded word to its one form."""
    return _FORMS.one(word)


def phrases(forms: list[str]) -> list[str]:
    """Join what several words say together; `their partner` is a metamour."""
    out: list[str] = []
    at = 0
    while at < len(forms):
        word = forms[at]
        for key, joined in _FORMS.several.get(word, ()):
            if tuple(forms[at : at + len(key)]) == key:
                out.append(joined)
                at += len(key)
                break
        else:
            if word in ("partner", "meta") and out and out[-1] in ("they", "partner"):
                out[-1] = "meta"
            else:
                out.append(word)
            at += 1
    return out


def read(text: str) -> list[str]:
    """Give the terms of a text, in order."""
    return phrases([_FORMS.one(word) for word in split(text)])


STOP_FORMS = frozenset(form(word) for word in STOP.replace(" ", "").split(","))


def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, row in GROUPS.items():
        for entry in _entries(row):
            for term in phrases([form(word) for word in entry])[:1] if len(entry) == 1 else ():
                found.setdefault(term, []).append("#" + name)
    return {term: tuple(names) for term, names in found.items()}


GROUPS_OF = _groups()
