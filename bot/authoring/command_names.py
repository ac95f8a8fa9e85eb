"""The names of commands, options and choices: what Discord and discord.py refuse, told while the pack is read."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from bot.authoring.documents import Document
from bot.authoring.ids import find_taken
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.domain.interface import Interface
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.plain_yaml.faults import Route

_COMMANDS: Final = (
    (Interface, "commands"),
    (Notebook, "command"),
    (LookbackWords, "command"),
    (ReminderWords, "command"),
    (MyDataWords, "command"),
    (PostingWords, "commands"),
    (ServerWords, "command"),
)
_MENUS: Final = frozenset({"find_an_explainer", "pin_this_card"})

_Named = tuple[str, Document, Route]


def check_commands(pack: Pack) -> list[Problem]:
    """Find names that are there twice where Discord takes one, and letters that have to be small."""
    commands: list[_Named] = []
    menus: list[_Named] = []
    problems: list[Problem] = []
    for shape, key in _COMMANDS:
        for words, document in pack.each(shape):
            held = getattr(words, key)
            menus += _menus(held, document, (key,))
            named = [(held, (key,))] if hasattr(held, "name") else list(_named_in(held, (key,)))
            commands += [(one.name, document, (*at, "name")) for one, at in named]
            for one, at in named:
                problems += _look_at(one, document, at)
    return [*problems, *find_taken(commands, "command"), *find_taken(menus, "command on messages")]


def _look_at(named: Any, document: Document, at: Route) -> Iterator[Problem]:
    """Look at a command, a subcommand or an option, and at all that is in it."""
    if named.name != named.name.lower():
        hint = f"write {named.name.lower()}"
        yield document.problem((*at, "name"), f"`{named.name}` has capital letters, which Discord refuses", hint)
    inside = list(_named_in(named, at))
    yield from find_taken([(one.name, document, (*where, "name")) for one, where in inside], f"name in `{named.name}`")
    for one, where in inside:
        yield from _look_at(one, document, where)
    for choices, where in _choices_in(named, at):
        labels = [(getattr(choices, one.name), document, (*where, one.name)) for one in fields(choices)]
        yield from find_taken(labels, f"choice of `{named.name}`")


def _named_in(held: Any, at: Route) -> Iterator[tuple[Any, Route]]:
    for one in fields(held):
        value = getattr(held, one.name)
        if is_dataclass(value) and hasattr(value, "name"):
            yield value, (*at, one.name)


def _choices_in(held: Any, at: Route) -> Iterator[tuple[Any, Route]]:
    for one in fields(held):
        value = getattr(held, one.name)
        if is_dataclass(value) and not hasattr(value, "name"):
            yield value, (*at, one.name)


def _menus(held: Any, document: Document, at: Route) -> Iterator[_Named]:
    return ((getattr(held, one.name), document, (*at, one.name)) for one in fields(held) if one.name in _MENUS)
