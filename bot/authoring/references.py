"""Holds the files of a pack against each other: ids, references, and what the code counts on being there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath

from bot.authoring.check_ins import check_consent, check_scripts
from bot.authoring.documents import Document
from bot.authoring.ids import find_taken, refer_nowhere
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.authoring.signs import show_signs
from bot.domain.content import (
    ADDRESS,
    NAMED_BY_CODE,
    SLUG,
    STAGE_IDS,
    Citation,
    Contact,
    Explainer,
    Glossary,
    Resources,
    Sources,
    Theme,
    Trajectory,
)
from bot.domain.zones import ZoneUnknown, zone_named
from bot.plain_yaml.faults import Route

STALE_AFTER = timedelta(days=365)
_FIRST_CLOCKS = timedelta(hours=14)  # the zone that is furthest ahead
_MOST_PLACES_NAMED = 20
_WAYS = {
    "text": (r"\+?[0-9][0-9 -]*", "a number"),
    "chat": (ADDRESS.pattern, ADDRESS.meaning),
    "mail": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address to mail"),
}


def check_references(pack: Pack) -> list[Problem]:
    """Find what no single file can show. A target whose own file is broken counts as there."""
    known = Known(pack)
    found = [
        *_own_names(pack),
        *_explainers(pack, known),
        *_themes(pack, known),
        *_trajectory(pack, known),
        *_glossary(pack, known),
        *_resources(pack),
        *check_scripts(pack, known),
        *check_consent(pack),
        *_sources(pack),
    ]
    return [*found, *_missing_explainers(pack, known), *known.dangling()]


def check_pages(pack: Pack, own: frozenset[str]) -> list[Problem]:
    """Find the same in cards and themes alone, in a pack that a server's pages lie over.

    `own` are the paths of those pages: where two things clash, theirs is the one to change.
    """
    known = Known(pack)
    found = [*_own_names(pack), *_explainers(pack, known, own), *_themes(pack, known, own)]
    return [problem for problem in (*found, *known.dangling(own)) if problem.path in own]


class Known:
    """Every id something may refer to, and the references that lead nowhere, told once for each target."""

    def __init__(self, pack: Pack) -> None:
        stems = [PurePosixPath(name) for name in pack.reads]
        self.explainers = {one.stem for one in stems if one.parts[0] == "explainers"}
        self.themes = {one.stem for one in stems if one.parts[0] == "prompts"}
        works = [work.id for sources in pack.values(Sources) for work in sources.works]
        self.works = set(works) if works else None
        self._lost = pack.lost
        self._missing: dict[tuple[str, str], list[Problem]] = {}

    def explainer(self, document: Document, route: Route, id_: str | None) -> None:
        """Note a reference to a card. A card the bot needs is told as missing, and not also at each reference."""
        if "explainers" not in self._lost and id_ not in {*STAGE_IDS, *NAMED_BY_CODE}:
            self._note(document, route, id_, self.explainers, "explainer")

    def theme(self, document: Document, route: Route, id_: str | None) -> None:
        """Note a reference to a theme."""
        if "prompts" not in self._lost:
            self._note(document, route, id_, self.themes, "prompts theme")

    def citations(self, document: Document, route: Route, citations: Iterable[Citation]) -> None:
        """Note references to works."""
        if self.works is not None:
            for index, one in enumerate(citations):
                self._note(document, (*route, index, "work"), one.work, self.works, "work in sources.yaml")

    def _note(self, document: Document, route: Route, id_: str | None, known: set[str], what: str) -> None:
        if id_ is not None and id_ not in known:
            self._missing.setdefault((what, id_), []).append(refer_nowhere(document, route, id_, known, what))

    def dangling(self, own: frozenset[str] | None = None) -> Iterator[Problem]:
        """Give the references that lead nowhere; where several lead to the same, the first names the others."""
        for (what, _), found in self._missing.items():
            told = [one for one in found if not one.echo and (own is None or one.path in own)]
            if len(told) <= 1:
                yield from told
                continue
            first, *others = sorted(told)
            places = ", ".join(f"{one.path}:{one.line}:{one.column}" for one in others[:_MOST_PLACES_NAMED])
            more = f" and {len(others) - _MOST_PLACES_NAMED} more" if len(others) > _MOST_PLACES_NAMED else ""
            renamed = "; if it was renamed, write the new id everywhere and list the old one under was:"
            hint = first.hint + (renamed if what == "explainer" else "")
            said = f"{first.message}; also asked for at {places}{more}"
            yield replace(first, message=said, hint=hint)


def _copies(pack: Pack, shape: type[Explainer | Theme]) -> set[str]:
    """Name the files that have the id of another file, which has its name, too."""
    named = {PurePosixPath(document.path).stem for _, document in pack.each(shape)}
    each = ((value.id, document.path) for value, document in pack.each(shape))
    return {path for id_, path in each if id_ != PurePosixPath(path).stem and id_ in named}


def _own_names(pack: Pack) -> Iterator[Problem]:
    for shape in (Explainer, Theme):
        copies = _copies(pack, shape)
        for value, document in pack.each(shape):
            stem = PurePosixPath(document.path).stem
            if document.path in copies:
                said = f"this file has the id of `{value.id}.yaml`"
                yield document.problem(("id",), said, "remove it, or give it an id of its own, which is its name, too")
            elif not SLUG.admits(stem):
                said = f"the file's name {show_signs(stem)} is no id"
                named = f"rename the file: `{value.id}.yaml`" if SLUG.admits(value.id) else f"use {SLUG.meaning}"
                yield document.problem((), said, named)
            elif value.id != stem:
                said = f"the id {show_signs(value.id)} is not the file's name"
                yield document.problem(("id",), said, f"rename one: `{stem}`")


def _explainers(pack: Pack, known: Known, own: frozenset[str] = frozenset()) -> Iterator[Problem]:
    copies = _copies(pack, Explainer)
    cards = [(one, document) for one, document in pack.each(Explainer) if document.path not in copies]
    ids = [(one.id, document, ("id",)) for one, document in cards]
    earlier = [(was, document, ("was", i)) for one, document in cards for i, was in enumerate(one.was)]
    yield from find_taken([*ids, *earlier], "id", own)
    names = [(one.title.casefold(), document, ("title",)) for one, document in cards]
    also = [(name.casefold(), doc, ("aliases", i)) for one, doc in cards for i, name in enumerate(one.aliases)]
    yield from find_taken([*names, *also], "name", own)
    yield from _days(pack)
    for one, document in cards:
        for index, id_ in enumerate(one.related):
            known.explainer(document, ("related", index), id_)
            if id_ == one.id or id_ in one.related[:index]:
                yield document.problem(("related", index), f"`{id_}` is the card itself or stands twice", "remove it")
        known.theme(document, ("reflect",), one.reflect)
        known.citations(document, ("sources",), one.sources)
        # A card for someone who may be in danger sends nobody off to reflect.
        if one.kind not in ("care", "service") and one.reflect is None:
            hint = "name a theme of prompts/; only care and service cards may have none"
            yield document.problem((), "`reflect` is missing", hint)


def _days(pack: Pack) -> Iterator[Problem]:
    for one, document in pack.each(Explainer):
        if is_to_come(one.reviewed):
            yield document.problem(("reviewed",), f"{one.reviewed} is a day to come", "write the day somebody read it")


def is_to_come(day: date) -> bool:
    """Whether a day has begun nowhere on earth: where the first clocks are, it may be tomorrow here."""
    return day > (datetime.now(UTC) + _FIRST_CLOCKS).date()


def _missing_explainers(pack: Pack, known: Known) -> Iterator[Problem]:
    for id_ in (*STAGE_IDS, *NAMED_BY_CODE):
        if pack.reads and "explainers" not in pack.lost and id_ not in known.explainers:
            path = f"{pack.folder}/explainers/{id_}.yaml"
            yield Problem(path, 1, 1, "this file is missing", "the bot opens this card by name")


def _themes(pack: Pack, known: Known, own: frozenset[str] = frozenset()) -> Iterator[Problem]:
    copies = _copies(pack, Theme)
    themes = [(one, document) for one, document in pack.each(Theme) if document.path not in copies]
    prompts = [(one.id, doc, ("prompts", i, "id")) for theme, doc in themes for i, one in enumerate(theme.prompts)]
    yield from find_taken(prompts, "prompt id", own)
    for theme, document in themes:
        known.explainer(document, ("about",), theme.about)
        for index, one in enumerate(theme.prompts):
            at: Route = ("prompts", index)
            if one.weight == "deep" and one.settle is None:
                yield document.problem(at, f"the deep prompt `{one.id}` has no `settle`", "end it with a settling line")
            if one.weekly and one.weight != "gentle":
                yield document.problem(
                    (*at, "weekly"), "only gentle prompts go into a channel", "remove weekly, or soften it"
                )


def _trajectory(pack: Pack, known: Known) -> Iterator[Problem]:
    for trajectory, document in pack.each(Trajectory):
        ids = tuple(stage.id for stage in trajectory.stages)
        if ids != STAGE_IDS:
            yield document.problem(("stages",), f"the stages are {', '.join(ids)}", f"they are {', '.join(STAGE_IDS)}")
        known.citations(document, ("sources",), trajectory.sources)
        for index, stage in enumerate(trajectory.stages):
            for number, one in enumerate(stage.look_alikes):
                known.explainer(document, ("stages", index, "look_alikes", number, "card"), one.card)


def _glossary(pack: Pack, known: Known) -> Iterator[Problem]:
    for glossary, document in pack.each(Glossary):
        terms = list(enumerate(glossary.terms))
        yield from find_taken([(term.id, document, ("terms", i, "id")) for i, term in terms], "term id")
        names = [(term.term.casefold(), document, ("terms", i, "term")) for i, term in terms]
        also = [(a.casefold(), document, ("terms", i, "aliases", n)) for i, t in terms for n, a in enumerate(t.aliases)]
        yield from find_taken([*names, *also], "term")
        for index, term in terms:
            known.citations(document, ("terms", index, "sources"), term.sources)
            for number, id_ in enumerate(term.see):
                known.explainer(document, ("terms", index, "see", number), id_)


def _resources(pack: Pack) -> Iterator[Problem]:
    today = date.today()  # noqa: DTZ011  # an author's day; a zone would change nothing here
    for resources, document in pack.each(Resources):
        places = list(enumerate(resources.places))
        yield from find_taken([(p.code, document, ("places", i, "code")) for i, p in places], "code")
        names = [(p.name.casefold(), document, ("places", i, "name")) for i, p in places]
        also = [
            (a.casefold(), document, ("places", i, "aliases", n)) for i, p in places for n, a in enumerate(p.aliases)
        ]
        yield from find_taken([*names, *also], "name of a place")
        for index, place in enumerate(resources.places):
            for number, one in enumerate(place.contacts):
                at: Route = ("places", index, "contacts", number)
                yield from _ways_to_reach(document, at, one)
                yield from _hours(document, (*at, "hours"), one)
                if one.checked is None:
                    hint = "reach them, then write the day"
                    yield document.problem((*at, "checked"), f"{one.name}: not confirmed yet", hint, warning=True)
                elif is_to_come(one.checked):
                    said = f"{one.name}: {one.checked} is a day to come"
                    yield document.problem((*at, "checked"), said, "write the day somebody confirmed it")
                elif today - one.checked > STALE_AFTER:
                    said = f"{one.name}: last confirmed {one.checked:%Y-%m-%d}"
                    hint = "confirm again, then write the day"
                    yield document.problem((*at, "checked"), said, hint, warning=True)


def _ways_to_reach(document: Document, at: Route, contact: Contact) -> Iterator[Problem]:
    if not (contact.call or contact.write or (contact.site and contact.kind != "helpline")):
        hint = "write call: or write:" if contact.kind == "helpline" else "write site:, call: or write:"
        yield document.problem(at, f"nothing says how to reach {contact.name}", hint)
    for number, way in enumerate(contact.write):
        to: Route = (*at, "write", number, "to")
        form, meaning = _WAYS[way.by]
        if re.fullmatch(form, way.to) is None:
            yield document.problem(to, f"`{way.to}` is no way to write by {way.by}", f"write {meaning}")
        if way.word is not None and way.by != "text":
            yield document.problem((*at, "write", number, "word"), f"a word to send by {way.by}", "only texts have one")


def _hours(document: Document, at: Route, contact: Contact) -> Iterator[Problem]:
    if contact.hours is None:
        return
    if contact.kind != "helpline":
        yield document.problem(at, f"hours of a {contact.kind}, which nobody answers", "remove them")
    try:
        right = zone_named(contact.hours.zone)
    except ZoneUnknown:
        right = ""
    if right != contact.hours.zone:
        hint = f"write {right}" if right else "write its name in the time zone database, as in Europe/London"
        yield document.problem((*at, "zone"), f"there is no time zone `{contact.hours.zone}`", hint)


def _sources(pack: Pack) -> Iterator[Problem]:
    for sources, document in pack.each(Sources):
        yield from find_taken([(w.id, document, ("works", i, "id")) for i, w in enumerate(sources.works)], "work id")
