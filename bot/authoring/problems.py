"""One thing wrong in a pack: where, what, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Sorts by place. `line` and `column` count from 1; a warning does not keep a pack from serving."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """Give `path:line:column: message (hint)`."""
        kind = "warning: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.message}{hint}"


def join(problems: list[Problem]) -> str:
    """Give one line a problem, in order of place."""
    return "\n".join(map(str, sorted(problems)))
