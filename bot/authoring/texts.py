"""What a text may hold so that Discord takes it and people can read it: signs they see, markdown that is closed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, Final, cast, get_args, get_origin, get_type_hints

from bot.authoring.documents import Document
from bot.authoring.ids import find_taken
from bot.authoring.limits import WORDS
from bot.authoring.markdown import has_markdown, markdown_faults
from bot.authoring.pack import Read
from bot.authoring.problems import Problem
from bot.authoring.signs import invisible_signs, is_visible, name_sign, unclosed_directions
from bot.domain.content import ON_A_BUTTON, Explainer, Limit
from bot.domain.interface import COMMAND
from bot.plain_yaml.faults import Route

_MOST_OF_ONE_LINE: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_UNREAD: Final = frozenset(
    {"aliases", "search", "questions", "was", "id", "site", "to", "source", "doi", "word", "reason"}
)
"""Fields in which nobody reads markdown."""
_QUIET: Final = re.compile(r"(?![-+0-9])(?:[ ]?[!\"$-)+-.0-;=?A-Z^a-z{}\]])+")
"""A text in which there is nothing to look for."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    one_line: bool
    on_a_button: bool


def check_texts(read: Read[Any]) -> Iterator[Problem]:
    """Look at every text of one file."""
    if read.held is not None:
        yield from _look_at(read.held, read.document, (), on_screens=isinstance(read.held, WORDS))
    if isinstance(read.held, Explainer):
        asked = [(_asked(one), read.document, ("questions", at)) for at, one in enumerate(read.held.questions)]
        for problem in find_taken(asked, "question"):
            yield replace(problem, warning=True)


def _asked(question: str) -> str:
    """Give a question as it is compared with others: without case, blanks and its end."""
    return " ".join(question.casefold().split()).rstrip(" ?!.")


def _look_at(shape: Any, document: Document, route: Route, *, on_screens: bool) -> Iterator[Problem]:
    for one in _fields(cast("type[Any]", type(shape))):
        value, at = getattr(shape, one.name), (*route, one.name)
        many = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
        for index, item in enumerate(many):
            here = (*at, index) if isinstance(value, tuple) else at
            if isinstance(item, str):
                if _QUIET.fullmatch(item) is None:
                    yield from _text(item, one, document, here, on_screens=on_screens)
            elif is_dataclass(item):
                yield from _look_at(item, document, here, on_screens=on_screens)


def _text(text: str, field: _Field, document: Document, at: Route, *, on_screens: bool) -> Iterator[Problem]:
    if not is_visible(text):
        if at not in document.lengths:  # there it is told as empty
            yield document.problem(at, "there is nothing to see in this text", "write one, or remove the key")
        return
    if found := _CONTROL.search(text):
        yield document.problem(at, f"the character {name_sign(found[0])} cannot be shown", "delete it")
    if text != text.strip():
        hint = "write >- in place of > or |" if text.endswith("\n") else "delete it"
        what = "a line break" if text.endswith("\n") else "a blank"
        yield document.problem(at, f"the text begins or ends with {what}", hint)
    if "\n" in text.strip() and field.one_line:
        yield document.problem(at, "a line break in a text of one line", "write it on one line, or with >-")
    yield from _unseen(text, document, at)
    if field.name in _UNREAD:
        return
    if field.on_a_button and has_markdown(text):
        yield document.problem(at, "markdown on a button", "Discord shows its signs there: leave them out")
        return
    for what, hint in markdown_faults(text, on_screens=on_screens):
        yield document.problem(at, what, hint)


def _unseen(text: str, document: Document, at: Route) -> Iterator[Problem]:
    """Find signs that nobody sees, and those that turn the direction and are not closed."""
    for sign in dict.fromkeys(sign for _, sign in invisible_signs(text)):
        yield document.problem(at, f"the invisible character {name_sign(sign)}", "delete it")
    for sign in dict.fromkeys(unclosed_directions(text)):
        said = f"{name_sign(sign)} turns the direction of the text, and has no partner"
        yield document.problem(at, said, "write U+202C or U+2069 where it ends, or delete it")


@cache
def _fields(shape: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(shape, include_extras=True)
    return tuple(_field(one.name, hints[one.name]) for one in fields(shape) if _holds_text(hints[one.name]))


def _field(name: str, hint: Any) -> _Field:
    rules = tuple(_rules(hint))
    limits = [rule.most for rule in rules if isinstance(rule, Limit)]
    one_line = COMMAND in rules or (bool(limits) and limits[-1] <= _MOST_OF_ONE_LINE)
    return _Field(name, one_line, ON_A_BUTTON in rules)


def _rules(hint: Any) -> Iterator[Any]:
    """Give the rules of a text, or of each text of a list, the innermost last."""
    if get_origin(hint) is Annotated:
        inner, *rules = get_args(hint)
        yield from () if get_origin(inner) is tuple else rules
        yield from _rules(inner)
    else:
        for one in get_args(hint):
            yield from _rules(one)


def _holds_text(hint: Any) -> bool:
    return hint is str or is_dataclass(hint) or any(_holds_text(one) for one in get_args(hint))
