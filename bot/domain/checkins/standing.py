"""What becomes of a press on a check-in: how it stands now, or how it ended. This is what is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.checkins.answers import Situated, UnknownOption
from bot.domain.checkins.closing import Closing
from bot.domain.checkins.labels import TextRefused, clean_text
from bot.domain.checkins.session import Session
from bot.domain.people import Notice, Place
from bot.errors import UserError


class DoesNotFit(UserError):
    """As many as fit are there already; nothing was changed, and what was typed is to be given back."""


@dataclass(frozen=True, slots=True)
class At:
    """Who presses on which check-in, drawn at which version, and in which message if that one lasts.

    `offers` says that the message offers what can be added at the end.
    """

    who: int = field(repr=False)
    token: bytes
    version: int = 0
    place: Place | None = field(default=None, repr=False)
    offers: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """A check-in under way. `labels` are the member's own, for the step that asks for one.

    `opens` is an explainer to show on the way, `refused` what a form held that could not be taken, `left` the message
    it was drawn in before it moved to the one that was pressed, `until` when it is deleted if nothing happens.
    """

    token: bytes
    session: Session
    until: datetime
    labels: tuple[Situated, ...] = ()
    has_note: bool = False
    stale: bool = False
    opens: str | None = None
    left: Place | None = None
    refused: Mapping[str, TextRefused | UnknownOption] = field(default_factory=dict[str, TextRefused | UnknownOption])


@dataclass(frozen=True, slots=True, repr=False)
class Ended:
    """A check-in at its end. `kept` until `until`, or, where that is None, until the member deletes it.

    `asks` whether the member is still to say if it is kept, for which it waits until `until`; `trouble` is a sentence
    on why it was not. `late` when it had ended before the press. `labels` are the member's own, where one can be added;
    `wrote` that something they typed can be shown again where support replaces everything, `version` as what the
    check-in stands there.
    """

    token: bytes
    closing: Closing
    kept: bool = False
    until: datetime | None = None
    first: bool = False
    asks: bool = False
    trouble: str | None = None
    late: bool = False
    labels: tuple[Situated, ...] = ()
    wrote: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """A check-in that the member stopped with their answer; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A check-in that is no more: kept long ago, let go, thrown away or deleted."""


@dataclass(frozen=True, slots=True, repr=False)
class UnderWay:
    """A check-in that can be gone on with, as one line of a list."""

    token: bytes
    version: int
    started: datetime
    label: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Welcome:
    """How someone is met. `agreed`: to these very lines; `changed`: to earlier ones."""

    agreed: bool
    changed: bool = False
    keep: bool = False
    under_way: tuple[UnderWay, ...] = ()
    notices: tuple[Notice, ...] = ()


Step = Standing | Ended | Stopped | Gone


def has_taken(step: Step, typed: str) -> bool:
    """Whether what was typed into a form is part of the check-in, be it by an earlier arrival of the same press."""
    match step:
        case Standing():
            words = {word for answer in step.session.answers for word in answer.words}
            late = step.stale or bool(step.refused)
        case Ended():
            words = {word for line in step.closing.mirror for word in line.words} | {*step.closing.session.written}
            late = step.late or step.closing.instead  # a field that did not fit is asked again nowhere there
        case Stopped():
            return True
        case Gone():
            words, late = set[str](), True
    return not late or clean_text(typed) in words
