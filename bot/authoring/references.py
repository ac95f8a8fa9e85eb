"""Holds the files of a pack against each other: ids, references, and what the code counts on being there."""

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath

from bot.authoring.documents import Document, Route
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.domain.checkins.answers import is_way_on
from bot.domain.content import (
    ADDRESS,
    NAMED_BY_CODE,
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
from bot.domain.script import MOST_NOTE, SITUATION, STAGE, TEXTURE, CheckIn, When
from bot.domain.zones import ZoneUnknown, zone_named

STALE_AFTER = timedelta(days=365)
_WAYS = {
    "text": (r"\+?[0-9][0-9 -]*", "a number"),
    "chat": (ADDRESS.pattern, ADDRESS.meaning),
    "mail": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address to mail"),
}


def check_references(pack: Pack) -> list[Problem]:
    """Find what no single file can show. A target whose own file is broken counts as there."""
    known = _Known(pack)
    return [
        *_own_names(pack),
        *_explainers(pack, known),
        *_missing_explainers(pack, known),
        *_themes(pack, known),
        *_trajectory(pack, known),
        *_glossary(pack, known),
        *_resources(pack),
        *_check_in(pack, known),
        *_sources(pack),
    ]


def check_pages(pack: Pack, own: frozenset[str]) -> list[Problem]:
    """Find the same in cards and themes alone, in a pack that a server's pages lie over.

    `own` are the paths of those pages: where two things clash, theirs is the one to change.
    """
    known = _Known(pack)
    found = [*_own_names(pack), *_explainers(pack, known, own), *_themes(pack, known, own)]
    return [problem for problem in found if problem.path in own]


class _Known:
    """Every id something may refer to."""

    def __init__(self, pack: Pack) -> None:
        stems = [PurePosixPath(name) for name in pack.reads]
        self.explainers = {one.stem for one in stems if one.parts[0] == "explainers"}
        self.themes = {one.stem for one in stems if one.parts[0] == "prompts"}
        works = [work.id for sources in pack.values(Sources) for work in sources.works]
        self.works = set(works) if works else None

    def explainer(self, document: Document, route: Route, id_: str | None) -> Iterator[Problem]:
        return _dangling(document, route, id_, self.explainers, "explainer")

    def theme(self, document: Document, route: Route, id_: str | None) -> Iterator[Problem]:
        return _dangling(document, route, id_, self.themes, "prompts theme")

    def citations(self, document: Document, route: Route, citations: Iterable[Citation]) -> Iterator[Problem]:
        if self.works is not None:
            for index, one in enumerate(citations):
                yield from _dangling(document, (*route, index, "work"), one.work, self.works, "work in sources.yaml")


def _dangling(document: Document, route: Route, id_: str | None, known: set[str], what: str) -> Iterator[Problem]:
    if id_ is not None and id_ not in known:
        near = difflib.get_close_matches(id_, sorted(known), n=1)
        hint = f"did you mean `{near[0]}`?" if near else "add it, or remove the reference"
        yield document.problem(route, f"there is no {what} `{id_}`", hint)


def _unique(
    items: Iterable[tuple[str, Document, Route]], what: str, own: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Find what is there twice; the later one is the problem, and what is of `own` comes last."""
    first: dict[str, tuple[Document, Route]] = {}
    for key, document, route in sorted(items, key=lambda item: item[1].path in own):
        if key in first:
            at = first[key][0].problem(first[key][1], "")
            place = f"{at.path}:{at.line}:{at.column}"
            yield document.problem(route, f"the {what} `{key}` is taken", f"first used at {place}")
        else:
            first[key] = (document, route)


def _own_names(pack: Pack) -> Iterator[Problem]:
    for shape in (Explainer, Theme):
        for value, document in pack.each(shape):
            stem = PurePosixPath(document.path).stem
            if value.id != stem:
                yield document.problem(("id",), f"the id `{value.id}` is not the file's name", f"rename one: `{stem}`")


def _explainers(pack: Pack, known: _Known, own: frozenset[str] = frozenset()) -> Iterator[Problem]:
    cards = list(pack.each(Explainer))
    ids = [(one.id, document, ("id",)) for one, document in cards]
    earlier = [(was, document, ("was", i)) for one, document in cards for i, was in enumerate(one.was)]
    yield from _unique([*ids, *earlier], "id", own)
    names = [(one.title.casefold(), document, ("title",)) for one, document in cards]
    also = [(name.casefold(), doc, ("aliases", i)) for one, doc in cards for i, name in enumerate(one.aliases)]
    yield from _unique([*names, *also], "name", own)
    for one, document in cards:
        for index, id_ in enumerate(one.related):
            yield from known.explainer(document, ("related", index), id_)
            if id_ == one.id or id_ in one.related[:index]:
                yield document.problem(("related", index), f"`{id_}` is the card itself or stands twice", "remove it")
        yield from known.theme(document, ("reflect",), one.reflect)
        yield from known.citations(document, ("sources",), one.sources)
        # A card for someone who may be in danger sends nobody off to reflect.
        if one.kind not in ("care", "service") and one.reflect is None:
            hint = "name a theme of prompts/; only care and service cards may have none"
            yield document.problem((), "`reflect` is missing", hint)


def _missing_explainers(pack: Pack, known: _Known) -> Iterator[Problem]:
    for id_ in (*STAGE_IDS, *NAMED_BY_CODE):
        if pack.reads and id_ not in known.explainers:
            path = f"{pack.folder}/explainers/{id_}.yaml"
            yield Problem(path, 1, 1, "this file is missing", "the bot opens this card by name")


def _themes(pack: Pack, known: _Known, own: frozenset[str] = frozenset()) -> Iterator[Problem]:
    themes = list(pack.each(Theme))
    prompts = [(one.id, doc, ("prompts", i, "id")) for theme, doc in themes for i, one in enumerate(theme.prompts)]
    yield from _unique(prompts, "prompt id", own)
    for theme, document in themes:
        yield from known.explainer(document, ("about",), theme.about)
        for index, one in enumerate(theme.prompts):
            at: Route = ("prompts", index)
            if one.weight == "deep" and one.settle is None:
                yield document.problem(at, f"the deep prompt `{one.id}` has no `settle`", "end it with a settling line")
            if one.weekly and one.weight != "gentle":
                yield document.problem(
                    (*at, "weekly"), "only gentle prompts go into a channel", "remove weekly, or soften it"
                )


def _trajectory(pack: Pack, known: _Known) -> Iterator[Problem]:
    for trajectory, document in pack.each(Trajectory):
        ids = tuple(stage.id for stage in trajectory.stages)
        if ids != STAGE_IDS:
            yield document.problem(("stages",), f"the stages are {', '.join(ids)}", f"they are {', '.join(STAGE_IDS)}")
        yield from known.citations(document, ("sources",), trajectory.sources)
        for index, stage in enumerate(trajectory.stages):
            for number, one in enumerate(stage.look_alikes):
                yield from known.explainer(document, ("stages", index, "look_alikes", number, "card"), one.card)


def _glossary(pack: Pack, known: _Known) -> Iterator[Problem]:
    for glossary, document in pack.each(Glossary):
        terms = list(enumerate(glossary.terms))
        yield from _unique([(term.id, document, ("terms", i, "id")) for i, term in terms], "term id")
        names = [(term.term.casefold(), document, ("terms", i, "term")) for i, term in terms]
        also = [(a.casefold(), document, ("terms", i, "aliases", n)) for i, t in terms for n, a in enumerate(t.aliases)]
        yield from _unique([*names, *also], "term")
        for index, term in terms:
            yield from known.citations(document, ("terms", index, "sources"), term.sources)
            for number, id_ in enumerate(term.see):
                yield from known.explainer(document, ("terms", index, "see", number), id_)


def _resources(pack: Pack) -> Iterator[Problem]:
    today = date.today()  # noqa: DTZ011  # an author's day; a zone would change nothing here
    for resources, document in pack.each(Resources):
        yield from _unique([(p.code, document, ("places", i, "code")) for i, p in enumerate(resources.places)], "code")
        for index, place in enumerate(resources.places):
            for number, one in enumerate(place.contacts):
                at: Route = ("places", index, "contacts", number)
                yield from _ways_to_reach(document, at, one)
                yield from _hours(document, (*at, "hours"), one)
                if one.checked is None:
                    hint = "reach them, then write the day"
                    yield document.problem((*at, "checked"), f"{one.name}: not confirmed yet", hint, warning=True)
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


def _check_in(pack: Pack, known: _Known) -> Iterator[Problem]:
    for script, document in pack.each(CheckIn):
        options: dict[str, set[str]] = {}
        steps = [(step.id, document, ("steps", i, "id")) for i, step in enumerate(script.steps)]
        yield from _unique(steps, "step id")
        for index, step in enumerate(script.steps):
            at: Route = ("steps", index)
            yield from _conditions(document, (*at, "when"), step.when, options)
            options[step.id] = {option.id for option in step.options}
            numbered = [(o.id, document, (*at, "options", i, "id")) for i, o in enumerate(step.options)]
            yield from _unique(numbered, "option id")
            for number, option in enumerate(step.options):
                yield from known.explainer(document, (*at, "options", number, "opens"), option.opens)
            if step.kind != "text" and len(step.options) < 2:  # noqa: PLR2004  # one answer is no choice
                yield document.problem(at, f"the step `{step.id}` has no choice in it", "give it two options or more")
            if step.most > MOST_NOTE:
                yield document.problem((*at, "most"), f"a note of {step.most} characters", f"at most {MOST_NOTE}")
        in_form = [step for step in script.steps if step.form is not None]
        if len(in_form) > 5:  # noqa: PLR2004  # what Discord takes in a form
            yield document.problem(("steps",), f"{len(in_form)} steps are marked for the form", "Discord takes five")
        yield from _named_steps(script, document)
        yield from _unkept(script, document)
        for index, closing in enumerate(script.closings):
            if closing.instead and not any(when.any_of for when in closing.when):
                said = f"the closing `{closing.id}` replaces everything, and no answer asks for it"
                yield document.problem(("closings", index, "when"), said, "give it an any_of")
            yield from _conditions(document, ("closings", index, "when"), closing.when, options)
            yield from known.explainer(document, ("closings", index, "opens"), closing.opens)
        every = set[str]().union(*options.values())
        for index, step in enumerate(script.next_steps):
            yield from _dangling(document, ("next_steps", index, "option"), step.option, every, "option")
            yield from known.explainer(document, ("next_steps", index, "opens"), step.opens)


def _named_steps(script: CheckIn, document: Document) -> Iterator[Problem]:
    """Find what the code counts on: three steps by name, a line for every stage, one text in the form."""
    options = {step.id: [option.id for option in step.options] for step in script.steps}
    for name in (SITUATION, STAGE, TEXTURE):
        if name not in options:
            yield document.problem(("steps",), f"there is no step `{name}`", "the bot asks for it by name")
    said = {one for closing in script.closings for when in closing.when if when.step == STAGE for one in when.any_of}
    for option in options.get(STAGE, ()):
        if option not in said:
            hint = "every word for it gets a line alike in warmth"
            yield document.problem(("closings",), f"no closing answers `{option}` of the step `{STAGE}`", hint)
    texts = [index for index, step in enumerate(script.steps) if step.kind == "text" and step.form is not None]
    for index in texts[1:]:
        yield document.problem(("steps", index, "form"), "a second text in the form", "one note is all it asks for")


def _unkept(script: CheckIn, document: Document) -> Iterator[Problem]:
    """Find kept steps that are asked because of an answer that is not: they would tell it, or be lost with it.

    And steps of the form that can stop the check-in: there nothing stops.
    """
    never = {step.id for step in script.steps if step.keep == "never" or is_way_on(step)}
    for index, step in enumerate(script.steps):
        if step.form is not None and is_way_on(step):
            said = f"the step `{step.id}` can stop the check-in, and is in the form"
            yield document.problem(("steps", index, "form"), said, "remove form:, or ends:")
        for number, when in enumerate(step.when):
            if when.step in never and when.any_of and step.keep != "never":
                said = f"the kept step `{step.id}` is asked because of `{when.step}`, which is never kept"
                hint = "write keep: never, or ask with none_of"
                yield document.problem(("steps", index, "when", number, "any_of"), said, hint)


def _conditions(
    document: Document, route: Route, conditions: Iterable[When], options: dict[str, set[str]]
) -> Iterator[Problem]:
    for index, when in enumerate(conditions):
        at = (*route, index)
        if when.step not in options:
            yield from _dangling(document, (*at, "step"), when.step, set(options), "earlier step")
            continue
        for key, chosen in (("any_of", when.any_of), ("none_of", when.none_of)):
            for number, option in enumerate(chosen):
                yield from _dangling(document, (*at, key, number), option, options[when.step], "option")


def _sources(pack: Pack) -> Iterator[Problem]:
    for sources, document in pack.each(Sources):
        yield from _unique([(w.id, document, ("works", i, "id")) for i, w in enumerate(sources.works)], "work id")
