"""One check-in under way: what is known of it, where it stands, and the documents it is written down in.

The script may change at any time: answers stand by step id, and the next step is the first unanswered one that applies.
"""

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast, get_args

from bot.domain.checkins.answers import (
    SITUATION,
    Answer,
    Chosen,
    DocumentUnreadable,
    SituationRef,
    holds,
    maybe_in,
    text_in,
    unkept_steps,
)
from bot.domain.script import CheckIn, Closing, Step

Mode = Literal["steps", "form"]
State = Literal["open", "paused", "closed"]

FORMAT: Final = 1
FOLDS_AFTER: Final = timedelta(hours=2)
EXPIRES_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a check-in stands. `revisiting` names the step that Back went to, `wording` the words it was drawn in."""

    script: str
    mode: Mode
    started: datetime
    touched: datetime
    state: State = "open"
    version: int = 1
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    skipped: frozenset[str] = frozenset()
    filled: bool = False
    situation: SituationRef | None = None
    revisiting: str | None = None
    wording: int = 0

    def answer_to(self, step_id: str) -> Answer | None:
        """Give the answer to a step, where there is one."""
        return next((one for one in self.answers if one.step == step_id), None)

    @property
    def new_label(self) -> str | None:
        """The label of a situation that the member named and that has no id yet."""
        answer = self.answer_to(SITUATION)
        return answer.chosen[0].own_word if answer and answer.chosen and self.situation is None else None

    @property
    def label(self) -> str | None:
        """The label of the situation it is about, as it was when the member named or chose it."""
        answer = self.answer_to(SITUATION)
        if answer is None or not answer.chosen:
            return None
        return answer.chosen[0].own_word or (answer.chosen[0].text if self.situation else None)

    @property
    def written(self) -> tuple[str, ...]:
        """What the member typed: notes and own words, a new label among them."""
        words = ([one.text, *(chosen.own_word for chosen in one.chosen)] for one in self.answers)
        return tuple(word for several in words for word in several if word)

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed while the check-in is under way."""
        return {
            "format": FORMAT,
            "script": self.script,
            "mode": self.mode,
            "state": self.state,
            "version": self.version,
            "started": self.started.isoformat(),
            "touched": self.touched.isoformat(),
            "answers": [one.to_document() for one in self.answers],
            "skipped": sorted(self.skipped),
            "filled": self.filled,
            "situation": self.situation,
            "revisiting": self.revisiting,
            "wording": self.wording,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Session":
        """Read what `to_document` wrote.

        Raises:
            DocumentUnreadable: it did not write this, or a later version did.
        """
        if document.get("format") != FORMAT:
            raise DocumentUnreadable(f"a check-in in format {document.get('format')!r}, this version reads {FORMAT}")
        try:
            situation = maybe_in(document, "situation")
            return cls(
                script=text_in(document, "script"),
                mode=_one_of(get_args(Mode), document["mode"]),
                state=_one_of(get_args(State), document["state"]),
                version=int(document["version"]),
                started=datetime.fromisoformat(text_in(document, "started")),
                touched=datetime.fromisoformat(text_in(document, "touched")),
                answers=tuple(Answer.from_document(one) for one in document["answers"]),
                skipped=frozenset(cast("list[str]", document["skipped"])),
                filled=document["filled"] is True,
                situation=None if situation is None else SituationRef(situation),
                revisiting=maybe_in(document, "revisiting"),
                wording=int(document["wording"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DocumentUnreadable("a check-in that is damaged") from None  # the cause might quote an answer

    def kept_document(self, script: CheckIn) -> dict[str, Any]:
        """Give what stays of it: the member's words, the situation by id alone, and no word of what is not kept.

        Skipped and unasked questions look the same in it, so that a check-in which led to support looks like any other.
        """
        answers = [one.to_document() for one in said(self, script) if one.step != SITUATION]
        return {
            "format": FORMAT,
            "script": self.script,
            "started": self.started.isoformat(),
            "ended": self.touched.isoformat(),
            "situation": self.situation,
            "answers": answers,
        }


def current_step(session: Session, script: CheckIn) -> Step | None:
    """Give the step it stands at, or None when it is time to close. `form_steps` come before it.

    After a form only those of its fields are asked again that could not be taken.
    """
    return _step_among(*walk(session, script), session, script)


def form_steps(session: Session, script: CheckIn) -> tuple[Step, ...]:
    """Give the fields of the form that is still to be filled; none when it stands at a step."""
    if session.mode != "form" or session.filled or session.state == "closed":
        return ()
    return tuple(step for step in script.steps if step.form)


def previous_step(session: Session, script: CheckIn) -> Step | None:
    """Give the step that Back goes to, or None where there is nothing before.

    A step is passed over that was never asked because it depends on an answer since dropped.
    """
    steps, given = walk(session, script)
    here = _step_among(steps, given, session, script)
    before = steps[: steps.index(here)] if here else steps
    passed = dependent_on_unkept(script, given)
    seen = (one for one in reversed(before) if one.id in given or one.id in session.skipped - passed)
    return next(seen, None)


def said(session: Session, script: CheckIn) -> tuple[Answer, ...]:
    """Give the answers that may be kept, in the script's order; those to steps since removed come last.

    What the member took back is not among the answers any more; what another script no longer asks still counts.
    """
    unkept, order = unkept_steps(script), {step.id: at for at, step in enumerate(script.steps)}
    answers = sorted(session.answers, key=lambda one: order.get(one.step, len(order)))
    return tuple(one for one in answers if one.kept and one.step not in unkept)


def dependent_on_unkept(script: CheckIn, given: Mapping[str, Answer]) -> frozenset[str]:
    """Name the steps whose conditions ask for an answer that is not kept and not there."""
    missing = unkept_steps(script) - given.keys()
    return frozenset(step.id for step in script.steps if any(when.step in missing for when in step.when))


def support_only(script: CheckIn, given: Mapping[str, Answer]) -> Closing | None:
    """Give the closing that replaces everything as soon as it holds: nothing more is asked."""
    for closing in script.closings:
        if closing.instead and all(when.step in given for when in closing.when) and holds(closing.when, given):
            return closing
    return None


def asks_for_support(script: CheckIn, picked: Mapping[str, Collection[str]]) -> bool:
    """Whether these options, by the ids of their steps, are answered with support alone."""
    given = {step: Answer(step, "", tuple(Chosen(one, "") for one in options)) for step, options in picked.items()}
    return support_only(script, given) is not None


def is_folded(session: Session, now: datetime) -> bool:
    """Whether it has lain open untouched for two hours, and its message is to show a neutral line."""
    return session.state == "open" and now - session.touched >= FOLDS_AFTER


def folds_at(now: datetime) -> datetime:
    """When what was touched now is put away: at a whole hour, as it stands in the clear, and two hours on at most."""
    return (now + FOLDS_AFTER).replace(minute=0, second=0, microsecond=0)


def is_expired(session: Session, now: datetime, *, kept: bool) -> bool:
    """Whether it is a day old and the member keeps nothing."""
    return not kept and now - session.started >= EXPIRES_AFTER


def walk(session: Session, script: CheckIn) -> tuple[list[Step], dict[str, Answer]]:
    """Give the steps that apply and the answers to them."""
    answers = {one.step: one for one in session.answers}
    steps, given = list[Step](), dict[str, Answer]()
    for step in script.steps:
        if holds(step.when, given):
            steps.append(step)
            if step.id in answers:
                given[step.id] = answers[step.id]
    return steps, given


def wording_at(step: Step | None, session: Session, script: CheckIn) -> int:
    """Give a number for the words it is drawn in at the step it stands at; 0 at the form and at the end."""
    return 0 if step is None or form_steps(session, script) else zlib.crc32(json.dumps(_words_of(step)).encode())


def form_wording(script: CheckIn) -> int:
    """Give a number for the words of the quick form."""
    return zlib.crc32(json.dumps([[step.form, _words_of(step)] for step in script.steps if step.form]).encode())


def step_of(script: CheckIn, step_id: str) -> Step | None:
    """Find a step of the script."""
    return next((step for step in script.steps if step.id == step_id), None)


def _step_among(steps: list[Step], given: Mapping[str, Answer], session: Session, script: CheckIn) -> Step | None:
    for step in steps:
        if step.id == session.revisiting:
            return step
    if session.state == "closed" or support_only(script, given):
        return None
    asked = (step for step in steps if step.form or session.mode == "steps" or not session.filled)
    return next((step for step in asked if step.id not in given and step.id not in session.skipped), None)


def _words_of(step: Step) -> list[Any]:
    options = [(option.id, option.text, option.note) for option in step.options]
    return [step.id, step.kind, step.ask, step.keep, options]


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise ValueError
    return value
