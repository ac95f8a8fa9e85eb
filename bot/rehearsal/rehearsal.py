"""Draws every screen of a pack and makes its commands; gives what Discord would refuse, each where it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from bot.app import App
from bot.authoring.documents import Document
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.authoring.reader import Reading
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.domain.library import Library
from bot.plain_yaml.faults import Route
from bot.rehearsal import check_ins, lookups, moderators, personal
from bot.rehearsal.commands import refused_commands
from bot.rehearsal.payloads import Refusal, refused_form, refused_message
from bot.rehearsal.screens import Case, Screen, named
from bot.ui.drawing import Drawing
from bot.ui.forms import Form

SCREENS: Final[tuple[Screen, ...]] = (
    *lookups.SCREENS,
    *check_ins.SCREENS,
    *personal.SCREENS,
    *moderators.SCREENS,
)
_LEAST: Final = 4  # letters of a text that tell it from others
_BRACES: Final = re.compile(r"\{[^{}]*\}")


def rehearse(reading: Reading) -> tuple[Problem, ...]:
    """Give everything that Discord, or what talks to it, would refuse of a pack that is good otherwise; blocks."""
    library, pack = reading.library, reading.pack
    if library is None:
        return ()
    said_of_commands = _commands(reading) if reading.over is None else ()
    found = [Problem(pack.folder, 1, 1, said, "shorten or rename it") for said in said_of_commands]
    worst = dict[tuple[str, int, int], tuple[Problem, int]]()
    for name, refusal in refused_screens(library, reading.over or reading.since):
        problem = _placed(pack, name, refusal)
        place = problem.path, problem.line, problem.column
        if place not in worst or refusal.over > worst[place][1]:
            worst[place] = problem, refusal.over
    return tuple(sorted([*found, *(problem for problem, _ in worst.values())]))


def refused_screens(library: Library, over: Library | None = None) -> Iterator[tuple[str, Refusal]]:
    """Draw every screen; give what would be refused, and of which.

    Of a library that differs from `over` in cards and prompts alone, only what shows those that are not the other's.
    """
    unchanged = frozenset[str]() if over is None else frozenset(_unchanged(library, over))
    for screen in SCREENS if over is None else [one for one in SCREENS if one.shows_pages]:
        try:
            for case in screen.cases(library):
                if case.of in unchanged:
                    continue
                yield from ((_name(screen, case), refusal) for refusal in _refused(library, screen, case))
        except Exception as error:  # noqa: BLE001  # whatever it is, a member would meet it
            yield screen.name, Refusal(f"cannot be drawn: {type(error).__name__}: {error}", ())


def _unchanged(library: Library, over: Library) -> Iterator[str]:
    """Name the cards and prompts that look as they do in the other library, and so does what they name."""
    cards = {id_ for id_, one in library.explainers.items() if over.explainers.get(id_) is one}
    themes = {id_ for id_, one in library.themes.items() if over.themes.get(id_) is one}
    for id_ in cards:
        one = library.explainers[id_]
        if cards.issuperset(one.related) and (one.reflect is None or one.reflect in themes):
            yield named(id_)
    for id_ in themes:
        theme = library.themes[id_]
        if theme.about in cards:
            yield from (named(prompt.id) for prompt in theme.prompts)


def _commands(reading: Reading) -> Iterator[str]:
    settings = Settings(
        content=Path(reading.pack.folder),
        operator=Operator(user=1, server=1),
        check_ins=CheckIns(enabled=True),
        storage=StorageSettings(key_files=(Path("key"),)),
    )
    return refused_commands(App(settings, reading=reading))


def _refused(library: Library, screen: Screen, case: Case) -> Iterator[Refusal]:
    before = (library,) if screen.with_library else ()
    drawn = screen.draw(*before, *case.arguments, **case.named)
    if isinstance(drawn, Form):
        yield from refused_form(drawn.to_dict())
    elif isinstance(drawn, Drawing):
        line = library.notebook.conversation.closed_to_me if screen.in_place else ""
        yield from refused_message(drawn.to_components(), line)


def _name(screen: Screen, case: Case) -> str:
    return f"{screen.name} {case.of}".rstrip()


def _placed(pack: Pack, name: str, refusal: Refusal) -> Problem:
    """Make a problem of a refusal that points at the longest text of the pack that is in it."""
    shown = "\n".join(refusal.texts)
    written = (one for one in _written(pack) if one.is_in(shown))
    hint = (
        f"shorten it by {refusal.over}, or another text there" if refusal.over else "shorten or rename it, or another"
    )
    longest = max(written, key=lambda one: len(one.text), default=None)
    if longest is None:
        return Problem(pack.folder, 1, 1, f"{name} {refusal.said}", hint)
    return longest.document.problem(longest.route, f"{name} {refusal.said}", hint)


@dataclass(frozen=True, slots=True)
class _Written:
    """A text of a pack, and where it is written."""

    text: str
    document: Document
    route: Route

    def is_in(self, shown: str) -> bool:
        """Whether it is part of what is shown, whatever is filled in."""
        parts = [one.strip() for one in _BRACES.split(self.text)]
        return sum(map(len, parts)) >= _LEAST and all(one in shown for one in parts)


def _written(pack: Pack) -> Iterator[_Written]:
    for read in pack.reads.values():
        yield from (_Written(text, read.document, route) for route, text in _texts_in(read.document.data, ()))


def _texts_in(data: Any, route: Route) -> Iterator[tuple[Route, str]]:
    if isinstance(data, str):
        yield route, data
    elif isinstance(data, dict):
        for key, value in cast("dict[str, Any]", data).items():
            yield from _texts_in(value, (*route, key))
    elif isinstance(data, list):
        for at, value in enumerate(cast("list[Any]", data)):
            yield from _texts_in(value, (*route, at))
