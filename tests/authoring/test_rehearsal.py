"""Every screen that a pack's words feed is drawn at its longest, by `check` and before a pack is served."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import bot.ui
from bot.authoring.reader import Reader
from bot.domain.library import Library
from bot.rehearsal.rehearsal import SCREENS, refused_screens, rehearse

SCRIPT = "checkins/check-in.yaml"
BOT = Path(bot.ui.__file__).parent.parent
DRAWN = ("Drawing", "Form")
IN_ENGLISH = {"draw_pack_status"}
"""What is drawn for whoever runs the bot, out of no words of a pack."""
COMPOSED = {"private.py": ["below"], "desk.py": ["above"]}
"""Where something is put beside a screen outside of `bot.ui`: what the rehearsal has to leave room for."""


def told(pack: Path) -> list[str]:
    """What the rehearsal says of a pack in which nothing else is wrong."""
    reading = Reader(pack).read()
    assert reading.library is not None, [str(one) for one in reading.errors]
    return [str(one).removeprefix(f"{pack.as_posix()}/") for one in rehearse(reading)]


# --- nothing is forgotten -------------------------------------------------------------------------------------------


def _functions_of(module: Any) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            yield value
        elif inspect.isclass(value) and not value.__name__.startswith("_"):
            yield from (one for one in vars(value).values() if inspect.isfunction(one))


def _drawers() -> Iterator[FunctionType]:
    """Find every function of the ui that gives something to send."""
    for found in pkgutil.walk_packages(bot.ui.__path__, "bot.ui."):
        if found.name not in {"bot.ui.drawing", "bot.ui.forms", "bot.ui.renderer"}:
            for one in _functions_of(importlib.import_module(found.name)):
                given = one.__annotations__.get("return", "")
                named = given if isinstance(given, str) else getattr(given, "__name__", str(given))
                if not one.__name__.startswith("_") and re.search(rf"\b({'|'.join(DRAWN)})\b", named):
                    yield one


def test_every_screen_is_rehearsed() -> None:
    rehearsed = {one.drawer for one in SCREENS}
    drawers = list(_drawers())

    assert len(drawers) > 100
    assert [f"{one.__module__}.{one.__name__}" for one in drawers if one not in rehearsed] == [
        f"bot.ui.pages.{name}" for name in IN_ENGLISH
    ]


def test_screens_are_put_together_in_the_ui_alone() -> None:
    composed = dict[str, list[str]]()
    for file in sorted(BOT.rglob("*.py")):
        if BOT / "ui" in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = node.func if isinstance(node, ast.Call) else None
            if isinstance(named, ast.Attribute) and named.attr in {"below", "above", "with_heading"}:
                composed.setdefault(file.name, []).append(named.attr)
            assert not (isinstance(named, ast.Name) and named.id == "Drawing"), file

    assert composed == COMPOSED


def test_every_screen_is_drawn_at_least_once(library: Library) -> None:
    assert [one.name for one in SCREENS if not [*one.cases(library)]] == []


def test_the_pack_has_no_screen_that_discord_refuses(library: Library) -> None:
    assert [(name, one.said) for name, one in refused_screens(library)] == []


# --- what is told ---------------------------------------------------------------------------------------------------


def _change(pack: Path, change: Callable[[str], str]) -> None:
    file = pack / SCRIPT
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def _long_step(script: str) -> str:
    """Make sixteen answers of which no two fit beside each other."""
    before, first, rest = script.partition("  - id: here\n    kind: choices\n")
    step, second, after = rest.partition("  - id: brings\n")
    longer = re.sub("(?m)^        text: .*$", lambda line: line[0].ljust(60, "x"), step)
    return before + first.replace("choices", "choice") + longer + second + after


def _long_end(script: str) -> str:
    for begins in (
        "You came to check in with",
        "Something you need keeps",
        "Something else is not right.",
        "You are not sure",
    ):
        assert f"      - {begins}" in script
        script = script.replace(f"      - {begins}", f"      - {'w ' * 400}{begins}", 1)
    return script


LONG: dict[str, tuple[Callable[[str], str], str]] = {
    "a step with more buttons than a message takes": (
        _long_step,
        rf"{SCRIPT}:\d+:\d+: the check-in's step `here` has 4\d parts, at most 40 \(.*\)",
    ),
    "an end that is too long together": (
        _long_end,
        rf"{SCRIPT}:\d+:\d+: the end of a check-in has 4\d\d\d characters, at most 4000 \(shorten it by \d+, .*\)",
    ),
}


@pytest.mark.parametrize("case", LONG)
def test_what_is_too_long_only_when_put_together_is_told_where_it_is_written(pack: Path, case: str) -> None:
    change, expected = LONG[case]
    _change(pack, change)

    (line,) = told(pack)

    assert re.fullmatch(expected, line), line


def test_a_fault_of_a_settings_file_says_only_what_it_comes_with(
    pack: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("moderators/servers.yaml", "{value} is not an hour", "{value} is not an hour, {most}")

    (said,) = told(pack)

    assert "cannot be drawn: KeyError: 'most'" in said
