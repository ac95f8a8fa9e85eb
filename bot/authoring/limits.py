"""What Discord would refuse: lengths over a whole message, choices, command payloads, braces in texts."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast, get_type_hints

from bot.authoring.documents import Document
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.domain.content import Contact, Explainer, Resources, Sources, Stage, Theme, Trajectory, Work
from bot.domain.interface import Fills, Interface, SupportWords
from bot.domain.words.cards import PostingWords
from bot.domain.words.lookback import LookbackWords
from bot.domain.words.my_data import MyDataWords
from bot.domain.words.notebook import Notebook
from bot.domain.words.reminders import ReminderWords
from bot.domain.words.servers import ServerWords
from bot.domain.words.suggestions import SuggestionWords
from bot.domain.words.weekly import WeeklyWords
from bot.plain_yaml.faults import Route

# Discord takes 4000 characters over all text of a message; headings, names and small print take the rest.
MOST_TEXT = 3400
MOST_THEMES = 25
MOST_PLACES = 25
MOST_SITES = 5
WORDS = (
    Interface,
    Notebook,
    LookbackWords,
    ReminderWords,
    MyDataWords,
    PostingWords,
    ServerWords,
    WeeklyWords,
    SuggestionWords,
)
_NOTHING = Fills()
_TIMES = ("<t:1111111111:t>", "<t:1111111111:R>")
_LONGEST_GRADE = "someone's own experience · "


def check_limits(pack: Pack) -> list[Problem]:
    """Find what would load here and be refused there."""
    return [*_cards(pack), *_stages(pack), *_supports(pack), *_braces(pack)]


def check_pages(pack: Pack, own: frozenset[str]) -> list[Problem]:
    """Find the same in the pages of a server, whose paths are `own`, where they lie over a pack."""
    return [problem for problem in _cards(pack) if problem.path in own]


def visible_text(explainer: Explainer) -> list[str]:
    """Give every text of a card that a member reads, in reading order."""
    optional = [text for text in (explainer.try_this, explainer.not_for) if text]
    return [explainer.summary, *explainer.body, *explainer.telling, *optional]


def card_text(explainer: Explainer, works: Mapping[str, Work]) -> list[str]:
    """Give every text of a card that Discord counts, small print included; `MOST_TEXT` leaves room for headings."""
    cited = [works[one.work] for one in explainer.sources if one.work in works]
    printed = [f"{work.author}, {work.title}, {work.year} ({_LONGEST_GRADE})" for work in cited]
    return [explainer.title, *visible_text(explainer), explainer.known or "", *printed]


def stage_text(stage: Stage) -> list[str]:
    """Give every text of a stage that a member reads, in reading order."""
    parts = [stage.line, stage.looks_like, stage.looks_after, stage.strength, stage.helps, stage.no_hurry]
    alike = [text for one in stage.look_alikes for text in (one.name, *one.telling)]
    return [*parts, stage.for_someone_who_loves_you, *alike]


def _too_long(document: Document, route: Route, texts: list[str], what: str) -> Iterator[Problem]:
    length = sum(map(len, texts))
    if length > MOST_TEXT and not document.lengths:  # where one text is too long by itself, that is told
        hint = f"shorten it by {length - MOST_TEXT}"
        yield document.problem(route, f"{what} has {length} characters, at most {MOST_TEXT}", hint)


def _cards(pack: Pack) -> Iterator[Problem]:
    works = {work.id: work for sources in pack.values(Sources) for work in sources.works}
    for one, document in pack.each(Explainer):
        yield from _too_long(document, (), card_text(one, works), f"the card `{one.id}`")
    themes = list(pack.each(Theme))
    for _, document in themes[MOST_THEMES:]:
        yield document.problem((), f"more than {MOST_THEMES} themes", "a list in Discord takes no more: join two")


def _stages(pack: Pack) -> Iterator[Problem]:
    for trajectory, document in pack.each(Trajectory):
        yield from _too_long(document, (), [trajectory.summary, *trajectory.body], "the page about all stages")
        for index, stage in enumerate(trajectory.stages):
            texts = [*stage_text(stage), *trajectory.help_lines]
            yield from _too_long(document, ("stages", index), texts, f"the stage `{stage.id}`")


def _supports(pack: Pack) -> Iterator[Problem]:
    words = next((one.support for one in pack.values(Interface)), None)
    for resources, document in pack.each(Resources):
        everywhere = [p for p in resources.places if p.code == "everywhere"]
        if not everywhere:
            yield document.problem(("places",), "no place `everywhere`", "say where anyone can find help")
        if len(resources.places) > MOST_PLACES:
            yield document.problem(("places",), f"more than {MOST_PLACES} places", "a list in Discord takes no more")
        around = [*resources.intro, *resources.closing, resources.unchecked, *_around(words)]
        for index, place in enumerate(resources.places):
            contacts = [c for p in {id(place): place, **{id(p): p for p in everywhere}}.values() for c in p.contacts]
            texts = [text for contact in contacts for text in contact_text(contact, words)]
            numbers = [place.emergency] if place.emergency else resources.emergency
            whole = [*around, place.name, *numbers, *texts]
            yield from _too_long(document, ("places", index), whole, f"support for {place.name}")
            sites = sum(one.site is not None for one in contacts)
            if sites > MOST_SITES:
                said = f"{sites} contacts of {place.name} and everywhere have a site"
                yield document.problem(("places", index), said, f"at most {MOST_SITES}: each is a button")


def contact_text(contact: Contact, words: SupportWords | None) -> list[str]:
    """Give every text of a contact as long as it can get: alone under its heading, with the longest hours."""
    ways = [text for way in contact.write for text in (way.to, way.word or "", _longest_way(words))]
    said = [contact.name, contact.call or "", *ways, contact.site or "", contact.for_whom, *contact.languages]
    if words is None:
        return said
    hours = (words.day_and_night, words.open_until, words.opens_at, words.opens_on)
    stands = (words.open_now, words.hours_unknown, words.closed_now)
    headed = [max(texts, key=len) for texts in (stands, (words.can_write, words.phone_only), hours)]
    heading = headed if contact.kind == "helpline" else []
    languages = words.languages if contact.languages else ""
    return [*said, words.call, words.another_way, languages, *heading, *_TIMES]


def _longest_way(words: SupportWords | None) -> str:
    return "" if words is None else max((words.text_word, words.chat, words.mail), key=len) + words.another_way


def _around(words: SupportWords | None) -> list[str]:
    """Give what stands once on the page about a place, wherever each can stand in it."""
    if words is None:
        return []
    emergency = max((words.emergency, words.emergency_anywhere), key=len)
    nothing = max((words.no_lines, words.no_writing), key=len)
    return [words.not_listed, emergency, nothing, words.as_of, *_TIMES]


def _braces(pack: Pack) -> Iterator[Problem]:
    for shape in WORDS:
        for words, document in pack.each(shape):
            yield from _braces_of(words, document, ())


def _braces_of(shape: Any, document: Document, route: Route) -> Iterator[Problem]:
    for name, filled in _fills_of(cast("type[Any]", type(shape))):
        at, value = (*route, name), getattr(shape, name)
        if is_dataclass(value):
            yield from _braces_of(value, document, at)
            continue
        texts = {at: value} if isinstance(value, str) else {(*at, n): text for n, text in enumerate(_lines(value))}
        found = [bad for place, text in texts.items() for bad in _bad_braces(text, filled.names, document, place)]
        yield from found
        if found or not filled.needed:
            continue
        said_so = {name for text in texts.values() for _, name, _, _ in string.Formatter().parse(text)}
        missing = [name for name in filled.names if name not in said_so]
        if missing and texts:
            said = "nothing here says " + ", ".join(f"{{{name}}}" for name in missing)
            yield document.problem(at, said, f"write {{{missing[0]}}} where it belongs: the bot fills it in")


@cache
def _fills_of(shape: type[Any]) -> tuple[tuple[str, Fills], ...]:
    hints = get_type_hints(shape, include_extras=True)
    found = {one.name: getattr(hints[one.name], "__metadata__", ()) for one in fields(shape)}
    return tuple(
        (name, next((rule for rule in rules if isinstance(rule, Fills)), _NOTHING)) for name, rules in found.items()
    )


def _lines(value: Any) -> list[str]:
    """Give the texts of a list of texts; nothing for what is none."""
    many = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else ()
    return [one for one in many if isinstance(one, str)]


def _bad_braces(text: str, allowed: tuple[str, ...], document: Document, route: Route) -> Iterator[Problem]:
    may = "may hold " + ", ".join(f"{{{name}}}" for name in allowed) if allowed else "may hold no braces"
    try:
        fields_ = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        opened, closed = text.count("{"), text.count("}")
        said = "opens and does not close" if opened > closed else "closes and does not open"
        yield document.problem(route, f"a brace that {said}" if opened != closed else "braces that are no pairs", may)
        return
    for _, name, form, conversion in fields_:
        if name not in allowed:
            yield document.problem(route, f"{{{name}}} is filled in by nothing", may)
        elif form or conversion:
            yield document.problem(route, f"{{{name}}} has something else in its braces", f"write {{{name}}} alone")
    if not allowed and not fields_ and ("{{" in text or "}}" in text):
        yield document.problem(route, "braces that stand twice", may)
