"""One thing wrong in a pack: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any


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
    """Give each problem once, in order of place, and no echoes."""
    return tuple(sorted({problem for problem in problems if not problem.echo}))
