"""What is wrong in a text, and where everything in it stands."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Route: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""

Reason = Literal["not_yaml", "empty", "too_deep", "alias", "anchor", "tag", "twice", "odd_key", "cut_off", "glued"]

EMPTY: Final = "the file is empty"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where, of which kind, what, and what to do about it.

    `route` leads to the value it is in, where there is one; `key` is the key it is about.
    """

    line: int
    column: int
    reason: Reason
    message: str
    hint: str
    route: Route | None = None
    key: str = ""


class Places:
    """Where values and keys stand, and what stood where YAML reads something other than text."""

    def __init__(self) -> None:
        self.values: dict[Route, Place] = {}
        self.keys: dict[Route, Place] = {}
        self.written: dict[Route, str] = {}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds: None where it could not be read to its end, and then `faults` says why."""

    data: Any
    faults: list[Fault] = field(default_factory=list)
    places: Places = field(default_factory=Places)
