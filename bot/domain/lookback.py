"""Kept check-ins, read again: which of them, on which days, and what may be changed in one.

Nothing here counts, compares or sums: days without a check-in do not exist, and no day stands above another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain.checkins.answers import Answer, DocumentUnreadable, SituationRef, maybe_in, text_in
from bot.domain.checkins.closing import STAGE
from bot.domain.checkins.labels import check_length, clean_label, clean_text
from bot.domain.checkins.session import FORMAT
from bot.domain.zones import instant_of, zone_of

ALL: Final = "all"
PERIODS: Final[Mapping[str, timedelta | None]] = MappingProxyType(
    {
        "7-days": timedelta(days=7),
        "30-days": timedelta(days=30),
        "90-days": timedelta(days=90),
        "year": timedelta(days=366),
        ALL: None,
    }
)
MOST_NOTE: Final = 1000

_NOON: Final = time(12)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A kept check-in. `id` and `situation` are hexadecimal; `answers` stand as in the document, unkept ones too."""

    id: str
    version: int
    ended: datetime
    situation: SituationRef | None
    answers: tuple[Answer, ...]

    @property
    def said(self) -> tuple[tuple[int, Answer], ...]:
        """The answers that may be shown, each with its place in the document."""
        return tuple((at, one) for at, one in enumerate(self.answers) if one.kept)

    @property
    def has_note(self) -> bool:
        """Whether the member wrote something of their own to remember."""
        return any(one.text is not None for _, one in self.said)

    @property
    def stage(self) -> Answer | None:
        """The answer to which is closest, by their own word."""
        return next((one for _, one in self.said if one.step == STAGE), None)

    def answer_at(self, at: int) -> Answer | None:
        """Give the answer at a place, where one stands that may be shown."""
        return dict(self.said).get(at)


@dataclass(frozen=True, slots=True, repr=False)
class Day:
    """A day with at least one check-in, the newest first; `noon` is a moment that clocks around show as that day."""

    date: date
    noon: datetime
    entries: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """What is looked back at: check-ins, the newest first, and the labels of now. `zone` is a name.

    `unread` says that some were written by a later version and are not among them.
    """

    entries: tuple[Kept, ...]
    labels: Mapping[SituationRef, str]
    zone: str
    unread: bool = False

    def label_of(self, one: Kept) -> str | None:
        """Give the label of what a check-in is about, where it has one."""
        return self.labels.get(one.situation) if one.situation else None


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One check-in, whole, with its label of now."""

    kept: Kept
    label: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one answer stands: in which check-in, at which version of it, and at which place."""

    entry: bytes = field(repr=False)
    version: int
    at: int


@dataclass(frozen=True, slots=True, repr=False)
class Changed:
    """A check-in as it is now. `done` says whether the change was made; `at` is where the answer stands, if it does."""

    opened: Opened
    done: bool
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a receipt says: what is gone here now, and since when."""

    entries: int
    situations: int
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A note in its check-in, with its place there."""

    kept: Kept
    at: int
    answer: Answer


def read_kept(id_: str, version: int, document: Mapping[str, Any]) -> Kept:
    """Read a kept check-in, under whatever script it was written.

    Raises:
        DocumentUnreadable: a later version wrote it, or it is damaged.
    """
    if document.get("format") != FORMAT:
        raise DocumentUnreadable(f"an entry in format {document.get('format')!r}, this version reads {FORMAT}")
    try:
        ended = datetime.fromisoformat(text_in(document, "ended" if "ended" in document else "started"))
        situation = maybe_in(document, "situation")
        return Kept(
            id_,
            version,
            ended if ended.tzinfo else ended.replace(tzinfo=UTC),
            None if situation is None else SituationRef(situation),
            tuple(Answer.from_document(one) for one in document["answers"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DocumentUnreadable("an entry that is damaged") from None  # the cause might quote an answer


def choose(entries: Iterable[Kept], period: str, situation: SituationRef | None, now: datetime) -> tuple[Kept, ...]:
    """Give those of a situation, None for any, that ended within a period, the newest first."""
    length = PERIODS.get(period)
    chosen = (
        one
        for one in entries
        if (situation is None or one.situation == situation) and (length is None or one.ended > now - length)
    )
    return tuple(sorted(chosen, key=lambda one: (one.ended, one.id), reverse=True))


def by_day(entries: Iterable[Kept], zone_name: str) -> Iterator[Day]:
    """Part check-ins, given the newest first, into the days of a zone; only days that have one."""
    zone = zone_of(zone_name)
    for day, ones in groupby(entries, key=lambda one: day_of(one.ended, zone)):
        yield Day(day, instant_of(day, _NOON, zone), tuple(ones))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Give the day a moment falls on for someone in a zone."""
    return moment.astimezone(zone).date()


def to_bring_up(entries: Iterable[Kept]) -> tuple[Note, ...]:
    """Give the notes marked to be brought up, in the order of the check-ins."""
    return tuple(Note(one, at, answer) for one in entries for at, answer in one.said if answer.bring_up and answer.text)


def newest_noted(entries: Iterable[Kept], situation: SituationRef | None) -> str | None:
    """Give the id of the newest check-in about a situation, or about none, that has a note."""
    noted = [one for one in entries if one.situation == situation and one.has_note]
    return max(noted, key=lambda one: (one.ended, one.id)).id if noted else None


def with_text(answer: Answer, typed: str, most: int = MOST_NOTE) -> Answer:
    """Give a note with other words, or an own word with another; nothing typed leaves it as it was.

    Raises:
        LabelEmpty, TextTooLong: what was typed does not fit.
    """
    if not clean_text(typed):
        return answer
    if answer.text is not None:
        return replace(answer, text=check_length(clean_text(typed), most))
    word = clean_label(typed)
    return replace(
        answer, chosen=tuple(one if one.own_word is None else replace(one, own_word=word) for one in answer.chosen)
    )


def own_words_of(answer: Answer) -> str | None:
    """Give what the member wrote themselves, the only part of an answer that can be put in other words."""
    if answer.text is not None:
        return answer.text
    return next((one.own_word for one in answer.chosen if one.own_word is not None), None)


def with_answer(document: Mapping[str, Any], at: int, answer: Answer | None) -> dict[str, Any]:
    """Give an entry's document with another answer at a place, or without the one there; all else stays as it is."""
    answers = list(document["answers"])
    answers[at : at + 1] = [] if answer is None else [answer.to_document()]
    return {**document, "answers": answers}


def moved_to(document: Mapping[str, Any], situation: SituationRef | None) -> dict[str, Any]:
    """Give an entry's document about another situation."""
    return {**document, "situation": situation}
