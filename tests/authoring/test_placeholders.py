"""What may stand in a text's braces is what the code fills in: `Fills` and the calls of `.format(...)` say the same.

The code is read, not run. Which text a name stands for follows from what is assigned to it, passed on and returned,
from the library on; what a name chooses by its value is said here.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

import bot
from bot.domain.cards import deeds
from bot.domain.interface import Fills
from bot.domain.library import Library
from bot.domain.servers import settings_file
from bot.domain.words.my_data import RefusedWords
from bot.domain.words.servers import FaultsWords
from bot.ui.cards import sync

BOT = Path(bot.__file__).parent
LOOKED_AT = (
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension, ast.Return),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Call),
)
ALL_OF_A_FAULT = {"key", "value", "most", "choices"}

CHOSEN_BY_VALUE: Mapping[str, tuple[str, ...]] = {
    "ui/cards/log.py: getattr(words, deed.what)": get_args(deeds.What),
    "ui/cards/sync.py: getattr(words, what)": get_args(sync.Change),
}
"""Which fields it can be where a value chooses; all of them anywhere else."""

GIVEN_BY_VALUE: Mapping[str, set[str]] = {
    "ui/servers/settings_file.py: words.what.format": ALL_OF_A_FAULT,
    "ui/servers/settings_file.py: words.do.format": ALL_OF_A_FAULT,
}
"""What is given where names come with a value; what each fault of a settings file gives is tested on its own."""

RAISED = "cogs/mydata/transfer.py: getattr(words, error.reason).format"
"""What was given where the error was raised: see the test of it."""


@dataclass(frozen=True)
class Words:
    """A field of some shape, by the shape's name; with `fills` where it is a text with braces.

    `is_filling` is its `format` alone, which somebody calls later.
    """

    name: str
    shape: Any
    fills: Fills | None = None
    is_filling: bool = False

    @property
    def parts(self) -> dict[str, "Words"]:
        return _parts(self.shape) if is_dataclass(self.shape) else {}


@cache
def _parts(shape: Any) -> dict[str, Words]:
    parts = dict[str, Words]()
    try:
        hints = get_type_hints(shape, include_extras=True)
    except NameError:  # some of its types are imported for type checkers alone: it holds services, and no words
        return parts
    for one in fields(shape):
        inner, *rules = get_args(hints[one.name]) if get_origin(hints[one.name]) is Annotated else (hints[one.name],)
        fills = next((rule for rule in rules if isinstance(rule, Fills)), None)
        parts[one.name] = Words(f"{shape.__name__}.{one.name}", inner, fills)
    return parts


def texts_in(shape: Any) -> Iterator[Words]:
    """Give every text with braces in there."""
    for part in _parts(shape).values():
        if part.fills:
            yield part
        if is_dataclass(part.shape):
            yield from texts_in(part.shape)


Value = frozenset[Words]
NOTHING: Value = frozenset()
LIBRARY: Value = frozenset([Words("Library", Library)])


@dataclass(frozen=True)
class Filling:
    """A text that is filled in: where, which it can be, and by what names; None where a value gives them."""

    where: str
    which: Value
    given: frozenset[str] | None


@dataclass
class Source:
    """One module, and what its names stand for by the function they are in."""

    path: Path
    module: ModuleType
    tree: ast.Module
    of_all: "dict[tuple[str, str], tuple[Source, Any]]"
    names: dict[tuple[Any, str], Value] = field(default_factory=dict)
    keys: dict[tuple[Any, str], frozenset[str]] = field(default_factory=dict)
    returned: dict[Any, Value] = field(default_factory=dict)
    scopes: dict[ast.AST, tuple[Any, ...]] = field(default_factory=dict)
    nodes: list[ast.AST] = field(default_factory=list)
    methods: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._place(self.tree, (None,))
        self.nodes = [one for one in self.scopes if isinstance(one, LOOKED_AT)]

    def _place(self, node: ast.AST, scopes: tuple[Any, ...]) -> None:
        self.scopes[node] = scopes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.methods[node.name] = node
            if len(scopes) == 1:
                self.of_all[self.module.__name__, node.name] = self, node
            scopes = (node, *scopes)
        for one in ast.iter_child_nodes(node):
            self._place(one, scopes)

    @property
    def known(self) -> int:
        return sum(map(len, (*self.names.values(), *self.returned.values())))

    def where(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(BOT).as_posix()}: {ast.unparse(node)}"

    # --- what is filled in --------------------------------------------------------------------------------------------

    def fillings(self) -> Iterator[Filling]:
        for node in self.nodes:
            if not isinstance(node, ast.Call):
                continue
            which = frozenset(replace(one, is_filling=False) for one in self.value(node.func) if one.is_filling)
            attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if attribute == "partition" and isinstance(node.func, ast.Attribute):
                which = frozenset(one for one in self.value(node.func.value) if one.fills)
                if which:
                    (sign,) = (one.value for one in node.args if isinstance(one, ast.Constant))
                    yield Filling(self.where(node.func), which, frozenset([str(sign).strip("{}")]))
            elif which or (attribute == "format" and not ast.unparse(node.func).startswith("super()")):
                yield Filling(self.where(node.func), which, self._given(node))

    def _given(self, node: ast.Call) -> frozenset[str] | None:
        if self.where(node.func) in GIVEN_BY_VALUE:
            return frozenset(GIVEN_BY_VALUE[self.where(node.func)])
        given = frozenset(one.arg for one in node.keywords if one.arg)
        for one in node.keywords:
            if one.arg is None:
                known = self._look_up(self.keys, one.value) if isinstance(one.value, ast.Name) else None
                if known is None:
                    return None
                given |= known
        return given

    # --- what names stand for -----------------------------------------------------------------------------------------

    def value(self, node: ast.AST | None) -> Value:
        match node:
            case ast.Attribute():
                return self._value_of_attribute(node)
            case ast.Name():
                return LIBRARY if node.id == "library" else self._look_up(self.names, node) or NOTHING
            case ast.Call():
                return self._value_of_call(node)
            case _:
                return self._all(_inside(node))

    def _value_of_attribute(self, node: ast.Attribute) -> Value:
        if node.attr in {"library", "_library"}:
            return LIBRARY
        if node.attr == "format":
            return frozenset(
                replace(one, is_filling=True) for one in self.value(node.value) if not is_dataclass(one.shape)
            )
        return _pick(self.value(node.value), [node.attr])

    def _value_of_call(self, node: ast.Call) -> Value:
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name)), *_]):
                return _pick(self.value(owner), [name])
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, *_]):
                there = self.value(owner)
                return _pick(
                    there, CHOSEN_BY_VALUE.get(self.where(node)) or {name for one in there for name in one.parts}
                )
            case ast.Call(func=ast.Attribute(attr="library")):
                return LIBRARY
            case _:
                found = self._called(node)
                return found[0].returned.get(found[1], NOTHING) if found else NOTHING

    def _all(self, nodes: Iterable[ast.AST | None]) -> Value:
        return frozenset(word for one in nodes for word in self.value(one))

    def _look_up(self, where: dict[tuple[Any, str], Any], node: ast.Name) -> Any:
        return next((where[scope, node.id] for scope in self.scopes[node] if (scope, node.id) in where), None)

    def _called(self, node: ast.Call) -> "tuple[Source, Any] | None":
        """Find what is called, where it is a function of ours or another method of this module."""
        match node.func:
            case ast.Name(id=name):
                function = getattr(self.module, name, None)
                return self.of_all.get((getattr(function, "__module__", ""), getattr(function, "__name__", "")))
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self.methods:
                return self, self.methods[name]
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                function = getattr(getattr(self.module, module, None), name, None)
                return self.of_all.get((getattr(function, "__module__", ""), name))
            case _:
                return None

    def learn(self) -> None:
        """Pass on, once, what is known of names."""
        for node in self.nodes:
            match node:
                case ast.Assign(targets=[target], value=value):
                    self._bind(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._bind(target, value)
                case ast.NamedExpr():
                    self._bind(node.target, node.value)
                case ast.For() | ast.AsyncFor() | ast.comprehension():
                    self._bind(node.target, node.iter, each=True)
                case ast.Return() if node.value is not None:
                    function = self.scopes[node][0]
                    self.returned[function] = self.returned.get(function, NOTHING) | self.value(node.value)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                        self._add(node, one.arg, self._annotated(one.annotation))
                case ast.Call():
                    self._pass_on(node)
                case _:
                    pass

    def _pass_on(self, node: ast.Call) -> None:
        found = self._called(node)
        if found is None:
            return
        source, function = found
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg != "self"]
        for name, value in zip(names, node.args, strict=False):
            source._add(function, name, self.value(value))
        for one in node.keywords:
            if one.arg:
                source._add(function, one.arg, self.value(one.value))

    def _annotated(self, annotation: ast.expr | None) -> Value:
        shape = getattr(self.module, annotation.id, None) if isinstance(annotation, ast.Name) else None
        return frozenset([Words(shape.__name__, shape)]) if is_dataclass(shape) else NOTHING

    def _bind(self, target: ast.expr, value: ast.expr, *, each: bool = False) -> None:
        if isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) and not each else [value] * len(target.elts)
            for one, of in zip(target.elts, values, strict=False):
                self._bind(one, of, each=each)
        elif isinstance(target, ast.Name):
            scope = self.scopes[target][0]
            self._add(scope, target.id, self.value(value))
            if isinstance(value, ast.Dict):
                keys = (one.value for one in value.keys if isinstance(one, ast.Constant))
                self.keys[scope, target.id] = frozenset(map(str, keys))

    def _add(self, scope: Any, name: str, value: Value) -> None:
        if value:
            self.names[scope, name] = self.names.get((scope, name), NOTHING) | value


def _inside(node: ast.AST | None) -> list[ast.expr]:
    """Give what an expression can come to, or is made of."""
    match node:
        case ast.NamedExpr() | ast.Starred() | ast.Await() | ast.Subscript() | ast.DictComp():
            return [node.value]
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
            return [node.elt]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BinOp():
            return [node.left, node.right]
        case ast.BoolOp() | ast.Dict():
            return node.values
        case _:
            return node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []


def _pick(owners: Value, names: Iterable[str]) -> Value:
    return frozenset(one.parts[name] for one in owners for name in names if name in one.parts)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    of_all = dict[tuple[str, str], tuple[Source, Any]]()
    read = list[Source]()
    for path in sorted(BOT.rglob("*.py")):
        parts = path.relative_to(BOT).with_suffix("").parts
        if "demo" not in parts and "migrations" not in parts and parts[-1] not in {"__init__", "__main__"}:
            module = importlib.import_module(".".join(("bot", *parts)))
            read.append(Source(path, module, ast.parse(path.read_text(encoding="utf-8")), of_all))
    before = -1
    while before != (known := sum(one.known for one in read)):
        before = known
        for one in read:
            one.learn()
    return read


@pytest.fixture(scope="module")
def fillings(sources: list[Source]) -> list[Filling]:
    found = [filling for one in sources for filling in one.fillings()]
    return [one for one in found if one.where != RAISED]


def declared(words: Words) -> set[str]:
    return set(words.fills.names) if words.fills else set()


def test_each_text_that_is_filled_in_is_known(fillings: list[Filling]) -> None:
    """Where this fails, say in this module what a value chooses or gives, or write the code so that it can be read."""
    assert [one.where for one in fillings if not one.which or one.given is None] == []


def test_whatever_a_text_may_say_is_given(fillings: list[Filling]) -> None:
    """An author who writes what is declared would see the text fail."""
    assert [
        f"{one.where}: {words.name} may say {{{name}}}, which is not given"
        for one in fillings
        for words in one.which
        for name in declared(words) - set(one.given or ())
    ] == []


def test_whatever_is_given_may_be_said(fillings: list[Filling]) -> None:
    """Nobody could write it."""
    assert [
        f"{one.where}: {name} is given, which none of {sorted(words.name for words in one.which)} may say"
        for one in fillings
        for name in set(one.given or ()) - {name for words in one.which for name in declared(words)}
    ] == []


def test_whatever_has_braces_is_filled_in(fillings: list[Filling]) -> None:
    filled = {words.name for one in fillings for words in one.which} | {words.name for words in texts_in(RefusedWords)}

    assert sorted({one.name for one in texts_in(Library)} - filled) == []


def test_each_reason_to_refuse_a_file_gives_what_its_sentence_may_say(sources: list[Source]) -> None:
    words, raised = _parts(RefusedWords), set[str]()
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "FileRefused":
                reasons, given = _reasons(node.args[0]), {str(one.arg) for one in node.keywords}
                raised.update(reasons)
                assert all(declared(words[one]) <= given for one in reasons), source.where(node)
                assert given <= {name for one in reasons for name in declared(words[one])}, source.where(node)

    assert raised == {name for name, one in words.items() if one.shape is str} - {"foot"}


def _reasons(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_reasons(node.body), *_reasons(node.orelse)]
    assert isinstance(node, ast.Constant)
    return [str(node.value)]


def test_each_fault_of_a_settings_file_gives_what_its_words_may_be_filled_with(sources: list[Source]) -> None:
    """And no words are written for others: the rehearsal of a pack draws each fault with these alone."""
    (source,) = (one for one in sources if one.module is settings_file)
    for node in source.nodes:
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "self._note"
            and isinstance(node.args[1], ast.Constant)
        ):
            given = {one.arg for one in node.keywords} - {"at_key"}
            assert given == set(settings_file.FILLS.get(node.args[1].value, ())), source.where(node)

    assert {name for names in settings_file.FILLS.values() for name in names} == ALL_OF_A_FAULT
    assert set(get_args(settings_file.Reason)) == {*_parts(FaultsWords)}
    assert settings_file.FILLS.keys() <= {*get_args(settings_file.Reason)}
