"""What a screen is here: what draws it, what an author calls it, and the longest it can be drawn with.

Every function of `bot.ui` that draws for members or moderators stands in one of the tables beside this module; a test
finds those that do not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from bot.domain.library import Library
from bot.ui.ids import MOST_NUMBER, TOKEN_BYTES, Kind, Press

NOW: Final = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
TOKEN: Final = bytes(range(TOKEN_BYTES))
MOST: Final = MOST_NUMBER
SOMEBODY: Final = (1 << 64) - 1  # the longest id there is
ZONE: Final = "America/Argentina/ComodRivadavia"  # the longest name of a zone
LABEL: Final = "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 16  # as long as a label can be
NOTE: Final = "*" * 1000  # each is shown as two characters
CHANNEL: Final = f"<#{SOMEBODY}>"
AT: Final = Press(Kind.ANSWER, "", TOKEN, MOST, MOST)
_FILLED: Final = "x" * 100


@dataclass(frozen=True, slots=True)
class Case:
    """What one screen is drawn with, after the library; `of` says which of them it is."""

    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict[str, Any])
    of: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One kind of screen. `cases` gives what it is drawn with after the library.

    `draws` names the function of `bot.ui` where `draw` is another. `in_place` says that it may stand in a channel,
    under a line that says why, where private messages are closed; `with_library`, that the library comes first;
    `shows_pages`, that cards or prompts are on it, which a server can reword and add to.
    """

    draw: Callable[..., Any]
    name: str
    cases: Callable[[Library], Iterable[Case]] = lambda _: (Case(),)
    draws: Callable[..., Any] | None = None
    in_place: bool = False
    with_library: bool = True
    shows_pages: bool = False

    @property
    def drawer(self) -> Callable[..., Any]:
        """The function of `bot.ui` that it stands for."""
        return self.draws or self.draw


def given(*arguments: Any, of: str = "", **named: Any) -> Case:
    """Say what a screen is drawn with."""
    return Case(arguments, named, of)


def named(id_: str) -> str:
    """Say which of them a case is, by its id."""
    return f"`{id_}`"


def either(name: str, **named: Any) -> list[Case]:
    """Say that a switch is drawn both ways."""
    return [Case((), {**named, name: way}) for way in (False, True)]


def longest_text(*words: Any) -> str:
    """Give the longest of all texts that authors wrote, as it is once filled in."""
    return max((_filled(one) for one in _texts(words)), key=len, default="")


def _filled(text: str) -> str:
    return text.replace("}", f"{_FILLED}}}") if "{" in text else text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in cast("tuple[Any, ...]", value):
            yield from _texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
