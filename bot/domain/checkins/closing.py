"""What a check-in ends with, chosen from the script's own sentences; how it looks is not decided here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.domain import script as written
from bot.domain.checkins.answers import Answer, holds
from bot.domain.checkins.session import Session, said, step_of, support_only, walk
from bot.domain.script import LOOK_AFTER, SITUATION, STAGE, TEXTURE, CheckIn, NextStep

RESTS_AT: Final = 3


@dataclass(frozen=True, slots=True, repr=False)
class MirrorLine:
    """One question with its answer, in the words the member saw and used."""

    question: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """The end, as data, and the session closed. With `instead`, only its lines and its explainer are there.

    `lines` are the situation's and what is said beside it, then the stage's, then the texture's; `explainers` are all
    they name. `offers` are the steps a form has no room for, while they can still be answered.
    """

    session: Session
    instead: bool
    lines: tuple[str, ...] = field(repr=False)
    explainers: tuple[str, ...] = ()
    mirror: tuple[MirrorLine, ...] = ()
    next_step: NextStep | None = field(default=None, repr=False)
    rest: str | None = None
    keep_ask: str | None = None
    offers: tuple[str, ...] = ()


def close(session: Session, script: CheckIn, now: datetime, entries_today: int) -> Closing:
    """End a check-in with whatever answers it has.

    `entries_today` counts those finished before it on the member's day. `keep_ask` is for members who keep nothing yet.
    Closing what is closed gives the same words and leaves the session as it is.
    """
    given = walk(session, script)[1]
    closed = session
    if session.state != "closed":
        closed = replace(session, state="closed", version=session.version + 1, touched=now, revisiting=None)
    instead = support_only(script, given)
    if instead:
        return Closing(closed, instead=True, lines=instead.say, explainers=(instead.opens,) if instead.opens else ())
    parts = [one for part in parts_of(script.closings) for one in _said_of(part, given)]
    return Closing(
        closed,
        instead=False,
        lines=tuple(line for one in parts for line in one.say),
        explainers=tuple(dict.fromkeys(one.opens for one in parts if one.opens)),
        mirror=tuple(MirrorLine(one.question, one.words) for one in said(session, script)),
        next_step=_next_step(script, given),
        rest=script.rest.say if entries_today == RESTS_AT - 1 and holds(script.rest.when, given) else None,
        keep_ask=script.keep_ask,
        offers=tuple(offers(session, script)),
    )


def offers(session: Session, script: CheckIn) -> Iterator[str]:
    """Name what can still be added at the end of a form: a label, an own word, one thing to look after."""
    for name in (SITUATION, STAGE, LOOK_AFTER) if session.mode == "form" else ():
        step, answer = step_of(script, name), session.answer_to(name)
        said_so = answer is not None and (name != STAGE or any(one.own_word for one in answer.chosen))
        if step is not None and not said_so:
            yield name


def parts_of(closings: Iterable[written.Closing]) -> tuple[list[written.Closing], ...]:
    """Part the closings into the situation's, the stage's and the texture's; what is about neither is the first's."""
    parts: tuple[list[written.Closing], ...] = ([], [], [])
    for closing in closings:
        about = {when.step for when in closing.when}
        if not closing.instead:
            parts[1 if STAGE in about else 2 if TEXTURE in about else 0].append(closing)
    return parts


def _said_of(closings: Iterable[written.Closing], given: Mapping[str, Answer]) -> list[written.Closing]:
    """Give the first that holds, and whatever is to be said whether or not another is, in the script's order."""
    held = [one for one in closings if holds(one.when, given)]
    first = next((one for one in held if not one.beside), None)
    return [one for one in held if one.beside or one is first]


def _next_step(script: CheckIn, given: Mapping[str, Answer]) -> NextStep | None:
    chosen = given[LOOK_AFTER].options if LOOK_AFTER in given else frozenset[str]()
    return next((step for step in script.next_steps if step.option in chosen), None)
