"""Brings text to terms: folded, with inflections and the field's words in one form. Nothing is ranked here."""

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.unicode import normalize
from bot.search.words import FORMS, GROUPS, STOP

_MOST_CHARACTERS = 6000
_WORD = re.compile(r"[a-z0-9]{1,40}")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018\u02bc`\u00b4")
_VOWELS = frozenset("aeiouy")
_DOUBLES = frozenset("bdgmnprt")
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ness", "ly", "er", "est")
_LEAST_ROOT = 3


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    if not text.isascii():
        text = "".join(one for one in normalize("NFKD", text) if not unicodedata.combining(one))
    return text.casefold().translate(_APOSTROPHES)


def split(text: str, most_characters: int | None = _MOST_CHARACTERS) -> list[str]:
    """Give the folded words of a text; anything but letters and digits only parts them."""
    return _WORD.findall(fold(text[:most_characters])[:most_characters])  # one sign may fold into eighteen


def stem(word: str) -> str:
    """Take English inflections off; what is left need not be a word."""
    word = _singular(word)
    for suffix in _SUFFIXES:
        root = word.removesuffix(suffix)
        if root != word and len(root) >= _LEAST_ROOT and not _VOWELS.isdisjoint(root):
            word = root[:-1] if root[-1] == root[-2] and root[-1] in _DOUBLES else root
            break
    if len(word) > _LEAST_ROOT and word[-1] == "e":
        word = word[:-1]
    return word[:-1] + "i" if len(word) >= _LEAST_ROOT and word[-1] == "y" else word


def _singular(word: str) -> str:
    if len(word) <= _LEAST_ROOT or word[-1] != "s" or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes")) else word[:-1]


def entries(row: str) -> Iterator[tuple[str, ...]]:
    """Read one row of a table of `words`: entries parted by commas, each of one or several words."""
    return (tuple(entry.split()) for entry in row.split(",") if entry.strip())


def _single_forms() -> dict[str, str]:
    found = {name: name for name in FORMS}
    for name, row in FORMS.items():
        for entry in entries(row):
            if len(entry) == 1:
                found.setdefault(entry[0], name)
    return found


SINGLE = _single_forms()


def form(word: str) -> str:
    """Bring one folded word to its one form."""
    return SINGLE.get(word) or stem(word)


def _several_forms() -> dict[str, list[tuple[list[str], str]]]:
    found: dict[str, list[tuple[list[str], str]]] = {}
    for name, row in FORMS.items():
        for entry in entries(row):
            if len(entry) > 1:
                key = [form(word) for word in entry]
                found.setdefault(key[0], []).append((key, name))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row[0]))
    return found


_SEVERAL = _several_forms()
_JOINED = frozenset({"partner", "meta", *_SEVERAL})


def join(forms: list[str]) -> list[str]:
    """Bring what several words say together to one form; `his girlfriend` is a metamour."""
    if _JOINED.isdisjoint(forms):
        return forms
    out: list[str] = []
    at = 0
    while at < len(forms):
        word = forms[at]
        for key, joined in _SEVERAL.get(word, ()):
            if forms[at : at + len(key)] == key:
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


STOP_FORMS = frozenset(form(word) for (word,) in entries(STOP))


def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, row in GROUPS.items():
        for entry in entries(row):
            terms = join([form(word) for word in entry])
            if len(terms) == 1:
                found.setdefault(terms[0], []).append("#" + name)
    return {term: tuple(names) for term, names in found.items()}


GROUPS_OF = _groups()
