"""Reads servers' own pages, `servers/<server id>/`, and lays each server's over the pack.

They are held against the pack as its own files are. Where a server's newest pages do not check, its last good ones go
on, or the plain pack does: neither the pack nor another server notices.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from bot.authoring import limits, references
from bot.authoring.files import Files, digest_of, passed_over
from bot.authoring.languages import check_language_of, is_same_language
from bot.authoring.own_pages import OwnPages
from bot.authoring.pack import FILES, Pack, Read, own_shape_of
from bot.authoring.problems import Problem, told
from bot.authoring.reader import Reading, Rehearse
from bot.authoring.rewording import check_rewording, check_stages_alike
from bot.authoring.tone import check_lengths, check_words_of_page
from bot.domain.content import Explainer, Theme
from bot.domain.library import Library
from bot.domain.overlays import OwnTheme, compose_card, compose_theme, lay_over

_SERVER_ID = re.compile(r"[1-9][0-9]{0,18}")
_NO_ID = "name it after the server: in Discord, with Developer Mode on, right-click the server and Copy Server ID"
_NOT_THERE = "a server has explainers/ and prompts/: move it there, or remove it"
_FOR_ALL = "it holds for everybody: remove it; a server adds and rewords cards and prompts alone"

Pages = Mapping[str, Read[Any]]


class OverlayReader:
    """Reads one folder of servers, again and again. Not for two threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers: dict[int, _Server] = {}

    def read(self, base: Reading, rehearse: Rehearse | None = None, *, strict: bool = False) -> OwnPages:
        """Lay every server's pages over a pack; `strict` adds lengths and words to look at again. Blocks.

        A pack with problems gets no libraries, but the pages are checked all the same. What checks is rehearsed, each
        library once.
        """
        problems: list[Problem] = []
        try:
            found = self._find(problems)
        except OSError as error:
            said = error.strerror or str(error)
            problems.append(Problem(self.folder.as_posix(), 1, 1, f"cannot be read: {said}", "check its permissions"))
            found = list(self._servers)
        self._servers = {id_: self._servers.get(id_) or _Server(self.folder / str(id_)) for id_ in found}
        libraries: dict[int, Library] = {}
        behind = 0
        for id_, server in self._servers.items():
            library, wrong = server.read(base, rehearse, strict=strict)
            problems += wrong
            behind += any(not problem.warning for problem in wrong)
            if library is not None:
                libraries[id_] = library
        return OwnPages(MappingProxyType(libraries), told(problems), behind)

    def _find(self, problems: list[Problem]) -> list[int]:
        found: list[int] = []
        for entry in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:  # whoever reads it says why; the others' pages are read all the same
                is_folder = True
            if not is_folder:
                if entry.suffix in {".yaml", ".yml"}:
                    hint = "move it into the folder of a server"
                    problems.append(Problem(entry.as_posix(), 1, 1, "it stands in no server's folder", hint))
            elif _SERVER_ID.fullmatch(entry.name):
                found.append(int(entry.name))
            else:
                problems.append(Problem(entry.as_posix(), 1, 1, f"`{entry.name}` is no server's id", _NO_ID))
        return found


class _Server:
    """One server's folder: what was read of it last, the pages that checked last, and the library made of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = Files(folder, own_shape_of)
        self._good: Pages = {}
        self._laid: tuple[str, str, Library] | None = None
        self._passed: str | None = None  # the digest of the library that was rehearsed

    def read(self, base: Reading, rehearse: Rehearse | None, *, strict: bool) -> tuple[Library | None, list[Problem]]:
        """Give the library to serve, None for the plain pack, and what is wrong with the newest pages."""
        problems: list[Problem] = []
        pages = self._files.read(self._names(problems))
        if not strict and not problems and self._is_laid(base, pages):
            problems += self._refused(base, pages, rehearse)
        else:
            problems += self._check(base, pages, rehearse, strict=strict)
        if all(problem.warning for problem in problems):
            self._good = pages
        elif any(not problem.warning for problem in self._check(base, self._good, rehearse, strict=False)):
            self._good = {}  # what was good does not fit the pack that serves now
        return self._lay(base, self._good), problems

    def _check(self, base: Reading, pages: Pages, rehearse: Rehearse | None, *, strict: bool) -> list[Problem]:
        problems = _check(base.pack, pages, strict=strict)
        if all(problem.warning for problem in problems):
            problems += self._refused(base, pages, rehearse)
        return problems

    def _refused(self, base: Reading, pages: Pages, rehearse: Rehearse | None) -> tuple[Problem, ...]:
        library = self._lay(base, pages)
        if rehearse is None or library is None or library.digest == self._passed:
            return ()
        refused = rehearse(Reading(library, (), Pack(self._folder.as_posix(), pages), base.library))
        if not refused:
            self._passed = library.digest
        return refused

    def _names(self, problems: list[Problem]) -> list[str]:
        listing = self._files.list()
        for name, said in listing.unreadable.items():
            at = (self._folder / name).as_posix()
            problems.append(Problem(at, 1, 1, f"cannot be read: {said}", "check where it leads, and its permissions"))
        for name in listing.files:
            at, otherwise = (self._folder / name).as_posix(), "a server's own pages have no file of this name"
            hint = _FOR_ALL if name in FILES else _NOT_THERE
            problems += passed_over(at, otherwise, hint, is_page=own_shape_of(name) is not None)
        return [name for name in listing.files if own_shape_of(name) is not None]

    def _is_laid(self, base: Reading, pages: Pages) -> bool:
        laid = self._laid
        return (
            laid is not None
            and base.library is not None
            and laid[:2] == (base.library.digest, digest_of(pages.values()))
        )

    def _lay(self, base: Reading, pages: Pages) -> Library | None:
        if base.library is None or not pages:
            self._laid = None
            return None
        if not self._is_laid(base, pages):
            values = [read.value for read in pages.values()]
            cards = [one for one in values if isinstance(one, Explainer)]
            themes = [one for one in values if isinstance(one, OwnTheme)]
            digest = digest_of([*base.pack.reads.values(), *pages.values()])
            library = lay_over(base.library, cards, themes, digest)
            self._laid = base.library.digest, digest_of(pages.values()), library
        assert self._laid is not None  # noqa: S101  # just made
        return self._laid[2]


def _check(base: Pack, pages: Pages, *, strict: bool) -> list[Problem]:
    """Find everything wrong with a server's pages over a pack; nothing of what is wrong with the pack itself."""
    problems = [problem for page in pages.values() for problem in page.document.problems]
    merged = _merge(base, pages)
    own = frozenset(page.document.path for page in pages.values())
    for page in pages.values():
        problems += check_rewording(base, page)
        problems += _check_words(base, page, strict=strict)
        problems += page.of_texts
        problems += check_language_of(page)
    problems += [*references.check_pages(merged, own), *limits.check_pages(merged, own)]
    problems += check_stages_alike(merged, own)
    if strict:
        problems += check_lengths(Pack(base.folder, {name: merged.reads[name] for name in pages}))
    return [problem for problem in problems if not problem.echo]


def _check_words(base: Pack, page: Read[Any], *, strict: bool) -> list[Problem]:
    """Hold a page against the tone tiers: words that rank never serve, those to look at again are for `strict`."""
    if page.held is None:
        return []
    built_in = base.reads.get(page.name)
    waived = built_in.value.waive if built_in is not None and built_in.value is not None else ()
    foreign = page.held.language is not None and not is_same_language(page.held.language, PurePath(base.folder).name)
    found = check_words_of_page(page.held, page.document, waived, foreign=foreign)
    return [problem for problem in found if strict or not problem.warning]


def _merge(base: Pack, pages: Pages) -> Pack:
    """Put pages over a pack's files as they would serve, but each page's own prompts first: places count from there."""
    reads = dict(base.reads)  # what is reworded stays in its place, so that a count is over because of what is new
    for name, page in pages.items():
        built_in = base.reads.get(name)
        reads[name] = replace(page, value=_compose(page.held, built_in.value if built_in else None))
    return Pack(base.folder, reads, base.lost)


def _compose(own: Explainer | OwnTheme | None, built_in: Explainer | Theme | None) -> Explainer | Theme | None:
    if isinstance(own, Explainer):
        return compose_card(own, built_in if isinstance(built_in, Explainer) else None)
    if isinstance(own, OwnTheme):
        return compose_theme(own, built_in if isinstance(built_in, Theme) else None)
    return None
