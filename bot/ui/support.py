"""Draws the people who can help: emergency first, then the chosen country, what is open now before what is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from discord import ui
from discord.utils import format_dt

from bot.domain.content import Contact, Place, Writing
from bot.domain.interface import SupportWords
from bot.domain.library import Library
from bot.domain.opening_hours import Closed, Open, Standing, standing
from bot.ui.cards.card import COLOURS
from bot.ui.drawing import Choice, Drawing, Part, button, echo, gap, link, row, select, shorten, small, text
from bot.ui.ids import Kind, Press

EVERYWHERE: Final = "everywhere"
_A_DAY: Final = timedelta(days=1)
_HELPLINE: Final = "helpline"
_THERAPY: Final = "therapy"
_KINDS: Final = (_HELPLINE, "directory", _THERAPY)
_WRITING, _ALONE = 1, 2


@dataclass(frozen=True, slots=True)
class SupportView:
    """How the page was asked for. It stands in the custom ids of the page's own controls, and nowhere else.

    `writing` puts ways to write before phone numbers. `alone` leaves out what is no help in danger: the card to read,
    and therapists.
    """

    writing: bool = False
    alone: bool = False

    @property
    def position(self) -> int:
        """Give it as the position of a press; 0, as in every message of 0.3.0, is the plain page."""
        return _WRITING * self.writing + _ALONE * self.alone

    @classmethod
    def at(cls, position: int) -> "SupportView":
        """Read it back."""
        return cls(writing=bool(position & _WRITING), alone=bool(position & _ALONE))


PLAIN: Final = SupportView()


def draw_support(
    library: Library, place: Place, now: datetime, view: SupportView = PLAIN, *, beside: bool = False
) -> Drawing:
    """Draw where to find help: the emergency number, the chosen place, then everywhere, then what is not confirmed.

    With `beside`, choosing another country or ways to write answers with a message of its own, because this page
    stands in one that has to stay.
    """
    resources, words = library.resources, library.interface.support
    sections = [place] if place.code == EVERYWHERE else [place, _everywhere(library)]
    shown = [one for section in sections for one in _shown(section, view)]
    blocks: list[ui.Item[Any]] = [text(f"## {resources.title}", *_emergency(library, place))]
    kind = Kind.COUNTRY_BESIDE if beside else Kind.COUNTRY
    blocks += [row(_turn_button(words, kind, place, view)), text(*resources.intro)]
    blocks += [text("\n".join([f"### {one.name}", *_section(words, one, now, view)])) for one in sections]
    foot = list(resources.closing)
    if any(one.hours is not None for one in shown):
        foot.append(small(words.as_of.format(time=format_dt(now, "t"))))
    if any(one.checked is None for one in shown):
        foot.append(small(resources.unchecked))
    blocks += [gap(), text(*foot)]
    container = ui.Container[Any](*blocks, accent_colour=COLOURS["service"])
    chosen = "" if place.code == EVERYWHERE else place.code
    choices = [Choice(one.name, one.code, chosen=one.code == chosen) for one in resources.places]
    countries = select(library.interface.buttons.choose_country, Press(kind, position=view.position), choices)
    return Drawing(container, *_sites(words, shown), countries, *_card_to_read(library, view))


def draw_support_unlisted(library: Library, country: str, now: datetime, view: SupportView = PLAIN) -> Drawing:
    """Draw where to find help from a country that is not listed, which is said first."""
    note = library.interface.support.not_listed.format(country=echo(country))
    return draw_support(library, _everywhere(library), now, view).below(note)


def draw_support_anywhere(library: Library, now: datetime) -> Drawing:
    """Draw where to find help for somebody who has not said where they are."""
    return draw_support(library, _everywhere(library), now)


def draw_support_alone(library: Library, now: datetime) -> Drawing:
    """Draw nothing but help, to stand in a message that has to stay, for somebody who may not be safe."""
    return draw_support(library, _everywhere(library), now, SupportView(alone=True), beside=True)


def _everywhere(library: Library) -> Place:
    return next(one for one in library.resources.places if one.code == EVERYWHERE)


def _emergency(library: Library, place: Place) -> list[str]:
    """Say the number of the place alone, or the list of numbers where it is not known."""
    words = library.interface.support
    if place.emergency is not None:
        return [words.emergency.format(number=place.emergency)]
    return ["\n".join([words.emergency_anywhere, *(f"- {line}" for line in library.resources.emergency)])]


def _turn_button(words: SupportWords, kind: Kind, place: Place, view: SupportView) -> Part:
    turned = replace(view, writing=not view.writing)
    label = words.phone_first if view.writing else words.cannot_speak
    return button(label, Press(kind, place.code, position=turned.position))


def _card_to_read(library: Library, view: SupportView) -> list[Part]:
    card = library.explainers["right-now"]
    return [] if view.alone else [row(button(card.title, Press(Kind.CARD, card.id)))]


def _sites(words: SupportWords, contacts: Sequence[Contact]) -> list[Part]:
    buttons = [link(shorten(words.visit.format(name=one.name), 80), one.site) for one in contacts if one.site]
    return [row(*buttons)] if buttons else []


def _shown(place: Place, view: SupportView) -> list[Contact]:
    return [one for one in place.contacts if not (view.alone and one.kind == _THERAPY)]


def _section(words: SupportWords, place: Place, now: datetime, view: SupportView) -> Iterator[str]:
    """Give the lines of one place: helplines by what can be reached now, then directories."""
    lines = [one for one in _shown(place, view) if one.kind == _HELPLINE]
    can_write = any(one.write for one in lines)
    if place.code != EVERYWHERE and not lines:
        yield words.no_lines
    elif view.writing and lines and not can_write:
        yield words.no_writing
    standings = [(_rank(one, standing(one.hours, now), view), one) for one in lines]
    for rank, group in groupby(sorted(standings, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        yield f"**{_heading(words, rank, tell_ways=view.writing and can_write)}**"
        for _, one in group:
            yield _contact(words, one, standing(one.hours, now), now, view)
    rest = [one for one in _shown(place, view) if one.kind != _HELPLINE]
    for one in sorted(rest, key=lambda one: _KINDS.index(one.kind)):
        yield _contact(words, one, None, now, view)


_Rank = tuple[bool, int]
_OPEN, _UNKNOWN, _CLOSED = range(3)


def _rank(contact: Contact, now: Standing, view: SupportView) -> _Rank:
    """Order open lines before those of unknown hours before closed ones; for who cannot speak, by writing first."""
    reached = _OPEN if isinstance(now, Open) else _CLOSED if isinstance(now, Closed) else _UNKNOWN
    return view.writing and not contact.write, reached


def _heading(words: SupportWords, rank: _Rank, *, tell_ways: bool) -> str:
    only_phone, reached = rank
    said = (words.open_now, words.hours_unknown, words.closed_now)[reached]
    return f"{words.phone_only if only_phone else words.can_write} {said}" if tell_ways else said


def _contact(words: SupportWords, contact: Contact, stands: Standing, now: datetime, view: SupportView) -> str:
    languages = words.languages.format(languages=", ".join(contact.languages)) if contact.languages else ""
    for_whom = " ".join(one for one in (contact.for_whom, languages) if one)
    hours = _hours(words, stands, now)
    return "\n  ".join(one for one in (f"- **{contact.name}**: {_ways(words, contact, view)}", for_whom, hours) if one)


def _ways(words: SupportWords, contact: Contact, view: SupportView) -> str:
    """Say how to reach a contact, the phone first or, for who cannot speak, last."""
    calls = [words.call.format(number=contact.call)] if contact.call else []
    writes = [_way(words, one) for one in contact.write]
    texts = next((one for one in contact.write if one.by == "text"), None)
    if texts is not None and texts.word is None and texts.to == contact.call and not view.writing:
        calls = [words.call_or_text.format(number=contact.call)]
        writes = [_way(words, one) for one in contact.write if one is not texts]
    ways = [*writes, *calls] if view.writing else [*calls, *writes]
    ways += [contact.site] if contact.site else []
    said = ways[0]
    for other in ways[1:]:
        said = words.another_way.format(one=said, other=other)
    return said


def _way(words: SupportWords, way: Writing) -> str:
    if way.by == "chat":
        return words.chat.format(address=way.to)
    if way.by == "mail":
        return words.mail.format(address=way.to)
    if way.word is not None:
        return words.text_word.format(word=way.word, number=way.to)
    return words.text.format(number=way.to)


def _hours(words: SupportWords, stands: Standing, now: datetime) -> str:
    if stands is None:
        return ""
    if isinstance(stands, Open):
        return words.open_until.format(time=format_dt(stands.until, "t")) if stands.until else words.day_and_night
    if stands.opens - now < _A_DAY:
        return words.opens_at.format(time=format_dt(stands.opens, "t"), how_long=format_dt(stands.opens, "R"))
    return words.opens_on.format(day=format_dt(stands.opens, "F"))
