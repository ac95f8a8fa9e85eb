"""What the parser says of a text that is no YAML, told as what an author did."""

import re
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import yaml

from bot.plain_yaml.characters import BREAK, place_of
from bot.plain_yaml.faults import Fault, Place

DIRECTIVE: Final = (
    "a line that begins with % is an instruction to YAML itself",
    "remove it: a pack needs none; a text that begins with % goes in quotes",
)
_VALUE: Final = re.compile(r"[ \t]*(?:-[ \t]+)*(?:[^\s:#\"'\[{][^:#]*:[ \t]+)?")
_NO_BLANK: Final = re.compile(r"[ \t]*(?:-[ \t]+)*[A-Za-z_-]+:(?=[^\s/])")


@dataclass(frozen=True, slots=True)
class _Error:
    """What the parser says, where it stopped, and where it began what it could not finish."""

    said: str
    context: str
    lines: list[str]
    at: Place
    begun: Place

    @property
    def here(self) -> str:
        return self.lines[self.at[0] - 1]


_Told: TypeAlias = tuple[Place, tuple[str, str]] | None


def explain_syntax(error: yaml.YAMLError, text: str) -> Fault:
    """Say a syntax error as what an author did."""
    marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError(problem="it is no text")
    lines = [*BREAK.split(text), ""]
    at = cast("Any", marked.problem_mark or marked.context_mark)
    place = place_of(at) if at else (1, 1)
    begun = place_of(cast("Any", marked.context_mark)) if marked.context_mark else place
    met = _Error(str(marked.problem), str(marked.context or ""), lines, (min(place[0], len(lines)), place[1]), begun)
    for tell in (_directive, _unclosed, _escaped, _no_key, _by_first_sign, _by_parser):
        if told := tell(met):
            return Fault(*told[0], "not_yaml", *told[1])
    whole = f"not YAML: {met.said} {met.context}".rstrip()
    return Fault(*place, "not_yaml", whole, "check quotes and indentation")


def _directive(met: _Error) -> _Told:
    """Find the directive that an error is about, which the parser meets in the line below it."""
    if "directive" in met.context or met.said == "found incompatible YAML document":
        return met.begun, DIRECTIVE
    if met.said.startswith("did not find expected <document start>"):
        for number in range(met.at[0] - 1, 0, -1):
            line = met.lines[number - 1]
            if line.startswith("%"):
                return (number, 1), DIRECTIVE
            if line.strip() and not line.lstrip().startswith("#"):
                break
    return None


def _unclosed(met: _Error) -> _Told:
    line, column = met.begun
    if met.said.startswith("found unexpected") and "quoted scalar" in met.context:
        return met.begun, ("a quotation mark opens here and is never closed", "close it")
    if "flow" in met.context:
        opened = met.lines[line - 1][column - 1 : column]
        hint = "close the bracket, and put commas between items; a text that begins with one goes in quotes whole"
        return met.begun, (f"a list or mapping in {opened} does not end where it should", hint)
    return None


def _escaped(met: _Error) -> _Told:
    if "quoted scalar" in met.context and ("escape" in met.said or "hexdecimal" in met.said):
        return met.at, ('a backslash means something else between "…"', "write it twice, or put the text in '…'")
    return None


def _no_key(met: _Error) -> _Told:
    if met.said.startswith("found unexpected ':'"):
        return met.at, ("a colon without a blank after it makes no key", "write `key: value`")
    line = met.begun[0] if "simple key" in met.context else met.at[0]
    if ("simple key" in met.context or met.said.startswith("mapping values")) and (at := _without_blank(met, line)):
        return at, ("a colon without a blank after it makes no key", "write `key: value`")
    if "simple key" in met.context:
        hint = "write `key: value`, or indent it as a part of the text above"
        return met.begun, ("a line that is no `key: value`", hint)
    return None


def _without_blank(met: _Error, number: int) -> Place | None:
    """Find `key:value` in a line, or in the one above it."""
    for at in (number, number - 1):
        found = _NO_BLANK.match(met.lines[at - 1]) if 0 < at <= len(met.lines) else None
        if found:
            return at, found.end() + 1
    return None


def _by_first_sign(met: _Error) -> _Told:
    """Tell by the value of a line what its first character made of it."""
    (line, column), here = met.at, met.here
    start = _VALUE.match(here)
    at = start.end() if start else 0
    first, inside = here[at : at + 1], column > at + 1
    place = line, at + 1
    if met.said.startswith("did not find expected") and inside and first in {"'", '"'}:
        if first == "'" and here[column - 2 : column - 1] == "'" and here[column - 1 : column].isalpha():
            return met.at, ("an apostrophe ends a text in '…'", "write it twice, or put the text in double quotes")
        return place, (f"a text that begins with {first} ends at the next one", "put the whole text in other quotes")
    if met.said.startswith("did not find expected") and inside and first in {"[", "{"}:
        said = f"a text that begins with {first} is read as a list or mapping"
        return place, (said, "put the whole text in quotes")
    if "block scalar" in met.context and first in {">", "|"}:
        return place, (f"a text that begins with {first} is read as the start of a longer one", "put it in quotes")
    if any(what in met.context for what in ("alias", "anchor", "tag")):
        return place, (f"a text that begins with {first} means something else in YAML", "put it in quotes")
    return None


_SAID: Final = (
    (
        "mapping values are not allowed",
        "a colon where none can stand",
        "put the text in quotes, or use >- on a new line",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin on the line of its key",
        "begin it on the next line; a text that begins with - goes in quotes",
    ),
    (
        "did not find expected <document start>",
        "this line belongs to nothing above it",
        "indent it like the lines around it",
    ),
    (
        "did not find expected",
        "this line is indented like none of those above it",
        "indent it like the lines it belongs to",
    ),
)


def _by_parser(met: _Error) -> _Told:
    if met.said.startswith("found character that cannot start"):
        if "\t" in met.here[: met.at[1] + 1]:
            return met.at, ("a tab where YAML wants spaces", "indent with spaces")
        return met.at, (f"a text cannot begin with {met.here[met.at[1] - 1 : met.at[1]]}", "put it in quotes")
    found = next(((what, hint) for said, what, hint in _SAID if met.said.startswith(said)), None)
    return (met.at, found) if found and ("block" in met.context or not met.context) else None
