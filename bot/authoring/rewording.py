"""What a server's page may do to a built-in one: add and reword, and never take away what makes it help."""

from collections.abc import Iterator
from typing import Any

from bot.authoring.documents import Document
from bot.authoring.pack import Pack, Read
from bot.authoring.problems import Problem
from bot.domain.content import HOLDS_FOR_ALL, STAGE_IDS, Explainer, Theme
from bot.domain.overlays import OwnTheme

MOST_PROMPTS = 40
_LEAST_PROMPTS = 2
_SHARES = ("private", "moderators", "anyone")
_OF_THE_BOT = ("stage", "service")
_PARTS = ("telling", "try_this", "not_for", "known", "reflect")


def check_rewording(base: Pack, page: Read[Any]) -> list[Problem]:
    """Hold one page against the built-in page of its name, or against what a new one needs."""
    value, document = page.held, page.document
    if value is None:
        return []
    built_in = base.reads.get(page.name)
    if built_in is not None and built_in.value is None:
        return []  # the pack is what has to be mended first
    before = None if built_in is None else built_in.value
    found = _card(value, before, document) if isinstance(value, Explainer) else _theme(value, before, document)
    return list(found)


def check_stages_alike(merged: Pack, own: frozenset[str]) -> list[Problem]:
    """Find themes of stages that a server made larger than the other stages': no stage weighs more."""
    themes = {theme.id: (theme, document) for theme, document in merged.each(Theme) if theme.id in STAGE_IDS}
    least = min((len(theme.prompts) for theme, _ in themes.values()), default=0)
    hint = f"write as many for each of the five, or for none: the others have {least}"
    return [
        document.problem(("prompts",), f"the stage `{theme.id}` has {len(theme.prompts)} prompts with these", hint)
        for theme, document in themes.values()
        if document.path in own and len(theme.prompts) > least
    ]


def _card(own: Explainer, built_in: Explainer | None, document: Document) -> Iterator[Problem]:
    if built_in is None:
        yield from _new_card(own, document)
        return
    if built_in.kind == "service" or own.id in HOLDS_FOR_ALL:
        hint = "everybody finds the same there: remove the file, or give the card an id of its own"
        yield document.problem(("id",), f"the card `{own.id}` cannot be reworded", hint)
        return
    if own.kind != built_in.kind:
        yield document.problem(("kind",), f"the kind was `{built_in.kind}`", f"write kind: {built_in.kind}")
    if _SHARES.index(own.share) > _SHARES.index(built_in.share):
        said = f"the built-in card goes to fewer people: `{built_in.share}`"
        yield document.problem(("share",), said, f"write share: {built_in.share}")
    for part in _PARTS:
        if getattr(built_in, part) and not getattr(own, part):
            yield document.problem((), f"the built-in card has `{part}`", "keep it, in your words")
    kept = {(one.work, one.grade) for one in own.sources}
    for one in built_in.sources:
        if (one.work, one.grade) not in kept:
            said = f"the built-in card names the source `{one.work}`"
            yield document.problem(("sources",), said, f"add {{work: {one.work}, grade: {one.grade}}}")


def _new_card(own: Explainer, document: Document) -> Iterator[Problem]:
    if own.kind in _OF_THE_BOT:
        hint = "choose idea, block, condition, pointer or care"
        yield document.problem(("kind",), f"a server's own card cannot be of the kind `{own.kind}`", hint)
    if own.safety:
        said = "a server's own card cannot come before others"
        yield document.problem(("safety",), said, "remove the line: it is for the pack's cards about help")


def _theme(own: OwnTheme, built_in: Theme | None, document: Document) -> Iterator[Problem]:
    if built_in is None:
        yield from _new_theme(own, document)
        return
    for key in ("group", "about"):
        if getattr(own, key) not in {None, getattr(built_in, key)}:
            said = f"`{key}` of the built-in theme is `{getattr(built_in, key)}`"
            yield document.problem((key,), said, "remove the line")
    before = {one.id: one for one in built_in.prompts}
    for index, one in enumerate(own.prompts):
        if one.id in before and before[one.id].weight == "deep" and one.weight != "deep":
            said = f"the prompt `{one.id}` is deep"
            yield document.problem(("prompts", index, "weight"), said, "write weight: deep, and keep a settling line")
    count = len(before.keys() | {one.id for one in own.prompts})
    if count > MOST_PROMPTS:
        said = f"with the built-in ones it has {count} prompts, at most {MOST_PROMPTS}"
        yield document.problem(("prompts",), said, f"remove {count - MOST_PROMPTS}")


def _new_theme(own: OwnTheme, document: Document) -> Iterator[Problem]:
    for key in ("name", "about"):
        if getattr(own, key) is None:
            yield document.problem((), f"`{key}` is missing", f"add {key}: a theme of the server's own has one")
    if own.group == "stage":
        yield document.problem(("group",), "the stages are five", "remove the line")
    if len(own.prompts) < _LEAST_PROMPTS:
        yield document.problem(("prompts",), "`prompts` is empty or too short", f"at least {_LEAST_PROMPTS}")
