"""What a content pack is made of: immutable shapes, limits, and nothing that reads, ranks or draws.

Each shape is authored in YAML; the loader and the JSON Schemas are generated from these definitions.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar, dataclass_transform

Kind = Literal["idea", "stage", "block", "condition", "pointer", "care", "service"]
Share = Literal["anyone", "moderators", "private"]
Grade = Literal["study", "review", "interviews", "clinical", "community", "opinion"]
Weight = Literal["gentle", "medium", "deep"]
ContactKind = Literal["helpline", "directory", "therapy"]
Medium = Literal["text", "chat", "mail"]
ThemeGroup = Literal["stage", "block", "condition", "pointer", "other"]

_Shape = TypeVar("_Shape")


@dataclass(frozen=True, slots=True)
class Limit:
    """Least and most characters of a text, or items of a list; read by the loader and the schema."""

    least: int
    most: int

    def admits(self, value: str | tuple[Any, ...]) -> bool:
        """Whether it is neither too short nor too long."""
        return self.least <= len(value) <= self.most

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(source), "min_length": self.least, "max_length": self.most}


@dataclass(frozen=True, slots=True)
class Form:
    """A regular expression that the whole of a text has to match, and the same said for an author."""

    pattern: str
    meaning: str

    def admits(self, text: str) -> bool:
        """Whether the whole of a text matches."""
        return re.fullmatch(self.pattern, text) is not None

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(source), "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class CommandForm(Form):
    """What Discord takes as a name of a command or an option: letters of all scripts, small where there are two kinds.

    The pattern is for editors and pydantic; Python's own expressions know no scripts.
    """

    def admits(self, text: str) -> bool:
        """Whether every character may stand in a name."""
        return bool(text) and all(one in "-_" or _is_in_names(one) or _JOINED.fullmatch(one) for one in text)


def _is_in_names(sign: str) -> bool:
    return unicodedata.category(sign) in {"Ll", "Lm", "Lo", "Nd", "Nl", "No"}


# Vowels and signs of Thai and Devanagari, which are no letters of their own.
_SIGNS: Final = "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0955-\u0957\u0962\u0963\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_JOINED: Final = re.compile(f"[{_SIGNS}]")


@dataclass(frozen=True, slots=True)
class OnAButton:
    """Marks the label of a button. The strict check wants a label to do one thing wherever it stands."""

    def admits(self, _: str) -> bool:
        """Whether a text has the right shape; every one has."""
        return True


SLUG = Form(r"^[a-z0-9-]+$", "lower-case letters a to z, digits and hyphens")
COUNTRY = Form(r"^([a-z]{2}|everywhere)$", "a two-letter country code in lower case, or everywhere")
COMMAND = CommandForm(
    rf"^[-_\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{N}}{_SIGNS}]+$", "small letters of any script, digits, - and _"
)
ADDRESS = Form(r"^https://[^\s/]+\.\S+$", "an address that begins with https://")
OPENING = Form(
    r"^(daily|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)"
    r" ([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    "days and times, as in mon-thu 10:00-20:30, sat 22:00-02:00 or daily 00:00-24:00",
)
FORMS = (SLUG, COUNTRY, COMMAND, ADDRESS, OPENING)

STAGE_IDS = ("threat-response", "managed-distress", "acceptance", "curiosity", "compersion-proper")
HOLDS_FOR_ALL = ("right-now", "what-to-say", "support", "privacy", "about")
"""Cards that no server rewords."""
NAMED_BY_CODE = (*HOLDS_FOR_ALL, "trajectory")
"""Cards that the bot opens by name."""

Slug = Annotated[str, SLUG, Limit(1, 48)]
Title = Annotated[str, Limit(1, 80)]  # also a button's label
Label = Annotated[str, Limit(1, 80)]
ON_A_BUTTON = OnAButton()
ButtonLabel = Annotated[str, Limit(1, 80), ON_A_BUTTON]
Summary = Annotated[str, Limit(1, 280)]
Line = Annotated[str, Limit(1, 300)]
Paragraph = Annotated[str, Limit(1, 1000)]
Phrase = Annotated[str, Limit(1, 100)]
Question = Annotated[str, Limit(1, 300)]
Language = Annotated[str, Limit(2, 20)]
"""As in `es`, `es-419` or `zh-Hant`; on a page, where it is not the pack's."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def authored(shape: type[_Shape]) -> type[_Shape]:
    """Make a frozen dataclass that an author writes as a YAML mapping; unknown keys are refused.

    Shapes are told apart by identity, as one pack's objects are; making methods nobody calls takes time at start.
    """
    made = dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)(shape)
    made.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]  # read by pydantic, not imported here
    return made


@authored
class Citation:
    """Where a claim comes from: a work of `sources.yaml`, and how far it carries."""

    work: Slug
    grade: Grade


@authored
class Waiver:
    """A word the tone check would refuse, let stand here for a reason."""

    word: Phrase
    reason: Line


@authored
class Explainer:
    """One card: answers one question in the reader's words."""

    id: Slug
    title: Title
    kind: Kind
    share: Share
    # About help or about the wrong itself: found before a card about feelings when both are near.
    safety: bool = False
    summary: Summary
    body: Annotated[tuple[Paragraph, ...], Limit(1, 6)]
    telling: Annotated[tuple[Line, ...], Limit(0, 4)] = ()
    try_this: Line | None = None
    not_for: Line | None = None
    known: Annotated[str, Limit(1, 80)] | None = None
    related: Annotated[tuple[Slug, ...], Limit(0, 5)] = ()
    reflect: Slug | None = None
    sources: tuple[Citation, ...] = ()
    reviewed: date
    language: Language | None = None
    aliases: tuple[Phrase, ...] = ()
    search: tuple[Phrase, ...] = ()
    questions: tuple[Question, ...] = ()
    was: tuple[Slug, ...] = ()
    waive: tuple[Waiver, ...] = ()


@authored
class Work:
    """A source as cards print it: author, title, year, as plain text."""

    id: Slug
    author: Phrase
    title: Annotated[str, Limit(1, 200)]
    year: int | None = None
    doi: Phrase | None = None


@authored
class Sources:
    """`sources.yaml`: every work a card may cite."""

    works: tuple[Work, ...]


@authored
class LookAlike:
    """What can look the same from outside, with questions that tell the two apart."""

    name: Label
    telling: Annotated[tuple[Line, ...], Limit(2, 3)]
    card: Slug | None = None


@authored
class Stage:
    """One of the five stages; all five have the same parts and about the same length.

    `term` is the source's name for it, left out where that name ranks.
    """

    id: Slug
    name: Annotated[str, Limit(1, 40)]
    term: Phrase | None = None
    line: Line
    looks_like: Paragraph
    looks_after: Paragraph
    strength: Paragraph
    helps: Paragraph
    no_hurry: Paragraph
    for_someone_who_loves_you: Paragraph
    look_alikes: Annotated[tuple[LookAlike, ...], Limit(1, 4)]


@authored
class Trajectory:
    """`trajectory.yaml`: the five stages, in their source's order, and the words around them."""

    title: Title
    summary: Summary
    body: Annotated[tuple[Paragraph, ...], Limit(1, 4)]
    help_lines: Annotated[tuple[Line, ...], Limit(1, 4)]
    stages: Annotated[tuple[Stage, ...], Limit(5, 5)]
    sources: tuple[Citation, ...]
    waive: tuple[Waiver, ...] = ()

    @property
    def by_name(self) -> tuple[Stage, ...]:
        """Give the stages in order of name, as members are shown them: the source's order would be read as a rank."""
        return tuple(sorted(self.stages, key=lambda one: one.name))


@authored
class Prompt:
    """One question to sit with. A deep one ends with a settling line."""

    id: Slug
    text: Line
    weight: Weight
    starter: Annotated[str, Limit(1, 150)] | None = None
    settle: Line | None = None
    weekly: bool = False


@authored
class Theme:
    """`prompts/<id>.yaml`: prompts on one theme."""

    id: Slug
    name: Label
    group: ThemeGroup
    about: Slug
    prompts: Annotated[tuple[Prompt, ...], Limit(2, 40)]
    waive: tuple[Waiver, ...] = ()


@authored
class Term:
    """One glossary entry."""

    id: Slug
    term: Annotated[str, Limit(1, 60)]
    definition: Annotated[str, Limit(1, 700)]
    aliases: tuple[Phrase, ...] = ()
    search: tuple[Phrase, ...] = ()
    note: Line | None = None
    see: Annotated[tuple[Slug, ...], Limit(0, 5)] = ()
    sources: tuple[Citation, ...] = ()


@authored
class Glossary:
    """`glossary.yaml`."""

    terms: Annotated[tuple[Term, ...], Limit(1, 500)]
    waive: tuple[Waiver, ...] = ()


@authored
class Hours:
    """When a line is open, in the time of its own zone. A line that never closes: `daily 00:00-24:00`."""

    zone: Phrase
    open: Annotated[tuple[Annotated[str, OPENING], ...], Limit(1, 14)]


@authored
class Writing:
    """A way to write to a line: a number that takes texts, with the word to send, an address to chat at, or to mail."""

    by: Medium
    to: Phrase
    word: Annotated[str, Limit(1, 40)] | None = None


@authored
class Contact:
    """Someone who can help: a helpline, a directory of helplines, or a directory of therapists.

    Without `hours` nobody has said when it is open. `source` says where the number comes from; `checked` is the day a
    person last confirmed all of it.
    """

    name: Annotated[str, Limit(1, 60)]
    kind: ContactKind = "helpline"
    call: Annotated[str, Limit(1, 60)] | None = None
    write: Annotated[tuple[Writing, ...], Limit(0, 3)] = ()
    site: Annotated[str, ADDRESS, Limit(1, 200)] | None = None
    hours: Hours | None = None
    languages: Annotated[tuple[Phrase, ...], Limit(0, 6)] = ()
    for_whom: Annotated[str, Limit(1, 160)]
    source: Line
    checked: date | None


@authored
class Place:
    """Contacts of one country, or of everywhere; `code` is ISO 3166-1 alpha-2 in lower case, or `everywhere`.

    Without `emergency` the number of this country is not known, and the list of those that are is shown.
    """

    code: Annotated[str, COUNTRY]
    name: Phrase
    aliases: tuple[Phrase, ...] = ()
    emergency: Annotated[str, Limit(1, 40)] | None = None
    contacts: Annotated[tuple[Contact, ...], Limit(0, 10)] = ()


@authored
class Resources:
    """`resources.yaml`: what is said on the page, the emergency numbers of several countries, and places."""

    title: Title
    intro: Annotated[tuple[Line, ...], Limit(1, 4)]
    emergency: Annotated[tuple[Line, ...], Limit(1, 6)]
    places: Annotated[tuple[Place, ...], Limit(1, 60)]
    closing: Annotated[tuple[Line, ...], Limit(0, 4)] = ()
    unchecked: Line
    waive: tuple[Waiver, ...] = ()
