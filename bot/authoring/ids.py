"""Ids and names: those that are there twice, and references to those that are not there."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from bot.authoring.documents import Document
from bot.authoring.problems import Problem
from bot.authoring.signs import show_signs
from bot.plain_yaml.faults import Route

_MOST_TAKEN: Final = 3


def find_taken(
    items: Iterable[tuple[str, Document, Route]], what: str, own: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Find what is there twice, each with its place; the later one is the problem, and what is of `own` comes last."""
    first: dict[str, tuple[Document, Route]] = {}
    between: dict[tuple[str, str], list[Problem]] = {}
    for key, document, route in sorted(items, key=lambda item: item[1].path in own):
        if key in first:
            at = first[key][0].problem(first[key][1], "")
            place = f"{at.path}:{at.line}:{at.column}"
            problem = document.problem(route, f"the {what} `{key}` is taken", f"first used at {place}")
            between.setdefault((at.path, document.path), []).append(replace(problem, echo=problem.echo or at.echo))
        else:
            first[key] = (document, route)
    for (before, path), taken in between.items():
        if len(taken) > _MOST_TAKEN and before != path:
            said = f"{len(taken)} {what}s of this file are taken"
            yield replace(taken[0], message=said, hint=f"all are used in {before}: is one a copy of the other?")
        else:
            yield from taken


def refer_nowhere(document: Document, route: Route, id_: str, known: Iterable[str], what: str) -> Problem:
    """Tell of a reference that leads nowhere, with what comes closest."""
    near = difflib.get_close_matches(id_, sorted(known), n=1)
    hint = f"did you mean `{near[0]}`?" if near else "add it, or remove the reference"
    return document.problem(route, f"there is no {what} {show_signs(id_)}", hint)
