"""One thing wrong in a pack: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import Any, Final

_MOST_ALIKE: Final = 5
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Sorts by place. `line` and `column` count from 1; a warning does not keep a pack from serving.

    An `echo` is about something that is told as another problem already, and is shown to nobody.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    warning: bool = False
    echo: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give a plain dict for JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "echo"}

    def __str__(self) -> str:
        """Give `path:line:column: message (hint)`."""
        kind = "warning: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.message}{hint}"


def told(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give each problem once, in order of place, and no echoes; of many alike in a file the first names the others."""
    once = {problem for problem in problems if not problem.echo}
    alike = groupby(sorted(once, key=_what), key=_what)
    return tuple(sorted(one for _, many in alike for one in _together(sorted(many))))


def _what(problem: Problem) -> tuple[str, str, str, bool]:
    return problem.path, problem.message, problem.hint, problem.warning


def _together(alike: list[Problem]) -> list[Problem]:
    if len(alike) <= _MOST_ALIKE:
        return alike
    first, *others = alike
    lines = ", ".join(str(one.line) for one in others[:_MOST_NAMED])
    said = f"{first.message}; also in the lines {lines} and {len(others) - _MOST_NAMED} more"
    return [replace(first, message=said)]
