"""What a content pack is made of: immutable shapes, limits, and nothing that reads, ranks or draws.

Each shape is authored in YAML; the loader and the JSON Schemas are generated from these definitions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform

Kind = Literal["idea", "stage", "block", "condition", "pointer", "care", "service"]
Share = Literal["anyone", "moderators", "private"]
Grade = Literal["study", "clinical", "community", "opinion"]
Weight = Literal["gentle", "medium", "deep"]
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


SLUG = Form(r"^[a-z0-9-]+$", "lower-case letters a to z, digits and hyphens")
COUNTRY = Form(r"^([a-z]{2}|everywhere)$", "a two-letter country code in lower case, or everywhere")
COMMAND = Form(r"^[-_a-z0-9]+$", "lower-case letters a to z, digits, - and _")
FORMS = (SLUG, COUNTRY, COMMAND)

STAGE_IDS = ("threat-response", "managed-distress", "acceptance", "curiosity", "compersion-proper")
NAMED_BY_CODE = ("right-now", "what-to-say", "support", "privacy", "about")

Slug = Annotated[str, SLUG, Limit(1, 48)]
Title = Annotated[str, Limit(1, 80)]  # also a button's label
Label = Annotated[str, Limit(1, 80)]
Summary = Annotated[str, Limit(1, 280)]
Line = Annotated[str, Limit(1, 300)]
Paragraph = Annotated[str, Limit(1, 1000)]
Phrase = Annotated[str, Limit(1, 100)]
Question = Annotated[str, Limit(1, 300)]


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
    """One of the five stages; all five have the same parts and about the same length."""

    id: Slug
    name: Annotated[str, Limit(1, 40)]
    term: Phrase
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
class Contact:
    """Someone who can help; `checked` is the day a person last confirmed how to reach them.

    `directory` is for one that nobody answers at once; it is left out where somebody may be in danger.
    """

    name: Annotated[str, Limit(1, 120)]
    reach: Annotated[str, Limit(1, 160)]
    for_whom: Annotated[str, Limit(1, 160)]
    checked: date | None
    directory: bool = False


@authored
class Place:
    """Contacts of one country, or of everywhere; `code` is ISO 3166-1 alpha-2 in lower case, or `everywhere`."""

    code: Annotated[str, COUNTRY]
    name: Phrase
    aliases: tuple[Phrase, ...] = ()
    contacts: Annotated[tuple[Contact, ...], Limit(1, 10)]


@authored
class Resources:
    """`resources.yaml`: emergency numbers first, then places."""

    title: Title
    intro: Annotated[tuple[Line, ...], Limit(1, 4)]
    emergency: Annotated[tuple[Line, ...], Limit(1, 4)]
    places: Annotated[tuple[Place, ...], Limit(1, 60)]
    closing: Annotated[tuple[Line, ...], Limit(0, 4)] = ()
    unchecked: Line
    waive: tuple[Waiver, ...] = ()
