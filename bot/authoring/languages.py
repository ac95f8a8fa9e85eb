"""Names of languages, as in `en`, `es-419` or `zh-Hant`: the ones that Unicode's data on languages has."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePath
from typing import Any, Final

from bot.authoring.pack import Pack, Read
from bot.authoring.problems import Problem
from bot.authoring.signs import show_signs
from bot.domain.servers.settings import is_language, served_languages
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords

_SURE: Final = frozenset({"en", "en_GB", "en_US"})  # of the pack that comes along
_HINT: Final = "write one as in en, es, es-419, pt-BR or zh-Hant"


def check_languages(pack: Pack) -> Iterator[Problem]:
    """Find languages there are none of, in the pack and in its folder's name."""
    for words, document in pack.each(LookbackWords):
        if not is_known_language(words.picture.language):
            said = f"there is no language `{words.picture.language}`"
            yield document.problem(("picture", "language"), said, _HINT)
    for words, document in pack.each(MyDataWords):
        if not is_known_language(words.journal.language):
            said = f"there is no language `{words.journal.language}`"
            yield document.problem(("journal", "language"), said, _HINT)
    for read in pack.reads.values():
        yield from check_language_of(read)
    folder = PurePath(pack.folder).name
    if is_language(folder) and not is_known_language(folder):
        said = f"the folder is named like a language, and there is no `{folder}`"
        # A pack that served under an earlier version goes on, whatever its folder is called.
        yield Problem(pack.folder, 1, 1, said, "rename it: en, es, es-419, pt-BR or zh-Hant, say", warning=True)


def check_language_of(page: Read[Any]) -> Iterator[Problem]:
    """Find a language of a page that there is none of."""
    language: str | None = getattr(page.held, "language", None) if page.held is not None else None
    if isinstance(language, str) and not is_known_language(language):
        yield page.document.problem(("language",), f"there is no language {show_signs(language)}", _HINT)


def is_same_language(language: str, folder: str) -> bool:
    """Whether a language is that of a pack by its folder's name, wherever it is spoken."""
    return _spoken(language) == _spoken(served_languages(folder)[0])


def _spoken(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()


@cache
def is_known_language(name: str) -> bool:
    """Whether there are data on how people write in a language; `es-419` and `es_419` are the same."""
    name = name.replace("-", "_")
    if name in _SURE:
        return True
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  # slow, and the pack that comes along needs none of it

    try:
        return re.fullmatch(r"[A-Za-z_0-9]+", name) is not None and bool(Locale.parse(name))
    except (UnknownLocaleError, ValueError):
        return False
