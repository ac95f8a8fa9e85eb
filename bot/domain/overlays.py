"""A server's own pages over a pack: cards and prompts it adds or rewords, and nothing taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated

from bot.domain.content import Explainer, Label, Language, Limit, Prompt, Slug, Theme, ThemeGroup, Waiver, authored
from bot.domain.library import Library, Origin, Origins, in_order


@authored
class OwnTheme:
    """`servers/<id>/prompts/<id>.yaml`: a theme of the server's own, or prompts over those of a built-in one.

    A built-in theme keeps its `group` and `about`, and every prompt that is not written anew here.
    """

    id: Slug
    name: Label | None = None
    group: ThemeGroup | None = None
    about: Slug | None = None
    language: Language | None = None
    prompts: Annotated[tuple[Prompt, ...], Limit(1, 40)]
    waive: tuple[Waiver, ...] = ()


def compose_card(own: Explainer, built_in: Explainer | None) -> Explainer:
    """Give the card as it serves. What a built-in card is found by, its old title too, still leads to it."""
    if built_in is None:
        return own
    names = {name.casefold(): name for name in (built_in.title, *built_in.aliases)}
    told = {name.casefold() for name in (own.title, *own.aliases)}
    return replace(
        own,
        safety=built_in.safety,
        aliases=(*own.aliases, *(name for key, name in names.items() if key not in told)),
        search=_joined(own.search, built_in.search),
        questions=_joined(own.questions, built_in.questions),
        was=_joined(own.was, built_in.was),
    )


def compose_theme(own: OwnTheme, built_in: Theme | None) -> Theme | None:
    """Give the theme with its own prompts first; None for a new one that does not say what it is called and about."""
    if built_in is not None:
        written = {one.id for one in own.prompts}
        kept = (one for one in built_in.prompts if one.id not in written)
        waived = (*own.waive, *built_in.waive)
        return replace(built_in, name=own.name or built_in.name, prompts=(*own.prompts, *kept), waive=waived)
    if own.name is None or own.about is None:
        return None
    group = own.group or "other"
    return Theme(id=own.id, name=own.name, group=group, about=own.about, prompts=own.prompts, waive=own.waive)


def lay_over(library: Library, cards: Iterable[Explainer], themes: Iterable[OwnTheme], digest: str) -> Library:
    """Give the pack with a server's pages over it; they have been checked against this very pack.

    Everything they leave alone is the pack's own object, so that a server costs no more than what it says itself.
    """
    themes = tuple(themes)
    own_cards = {one.id: compose_card(one, library.explainers.get(one.id)) for one in cards}
    own_themes = {one.id: _in_place(one, library.themes.get(one.id)) for one in themes}
    own_prompts = [prompt.id for theme in themes for prompt in theme.prompts]
    prompts = [prompt.id for theme in library.themes.values() for prompt in theme.prompts]
    explainers = {**library.explainers, **own_cards}
    return replace(
        library,
        digest=digest,
        explainers=MappingProxyType({id_: explainers[id_] for id_ in sorted(explainers)}),
        earlier=MappingProxyType({was: one.id for one in explainers.values() for was in one.was}),
        themes=MappingProxyType({one.id: one for one in in_order({**library.themes, **own_themes}.values())}),
        origins=Origins(
            cards=_origins(own_cards, library.explainers),
            themes=_origins(own_themes, library.themes),
            prompts=_origins(own_prompts, prompts),
        ),
    )


def _in_place(own: OwnTheme, built_in: Theme | None) -> Theme:
    """Give the theme with reworded prompts where they stood, and new ones at the end."""
    theme = compose_theme(own, built_in)
    assert theme is not None  # noqa: S101  # checked before it is laid over anything
    places = {one.id: at for at, one in enumerate(built_in.prompts)} if built_in else {}
    return replace(theme, prompts=tuple(sorted(theme.prompts, key=lambda one: places.get(one.id, len(places)))))


def _origins(ids: Iterable[str], built_in: Iterable[str]) -> Mapping[str, Origin]:
    known = set(built_in)
    return MappingProxyType({id_: "reworded" if id_ in known else "own" for id_ in ids})


def _joined(own: tuple[str, ...], built_in: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *built_in)))
