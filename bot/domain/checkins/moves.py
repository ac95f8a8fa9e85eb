"""What a press does to a check-in: pure, and told by the version it was drawn at whether it comes too late.

A press with an older version changes nothing; whatever is applied makes the next version. Typed text that does not fit
raises `TextRefused`, also changing nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.domain.checkins.answers import (
    SITUATION,
    Answer,
    Picked,
    Situated,
    SituationRef,
    UnknownOption,
    Value,
    record,
)
from bot.domain.checkins.labels import TextRefused
from bot.domain.checkins.session import (
    Mode,
    Session,
    State,
    current_step,
    dependent_on_unkept,
    form_steps,
    previous_step,
    step_of,
    walk,
    wording_at,
)
from bot.domain.script import STAGE, CheckIn, Step

Kind = Literal["applied", "stale", "unknown"]
Refusals = Mapping[str, TextRefused | UnknownOption]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a press did. Whatever it did, `session` is to be kept when it differs, and `step` to be drawn.

    `opens` is an explainer to show on the way; `refused` are the fields of a form that could not be taken, with why.
    `stopped` says that the member stopped the check-in with their answer: nothing of it is to be kept.
    """

    kind: Kind
    session: Session
    step: Step | None
    opens: str | None = None
    refused: Refusals = field(default_factory=dict[str, TextRefused | UnknownOption])
    stopped: bool = False


def begin(script: CheckIn, mode: Mode, now: datetime, situated: Situated | None = None) -> Session:
    """Start a check-in, about a known situation where one is given."""
    session = Session(script=script.id, mode=mode, started=now, touched=now)
    step = step_of(script, SITUATION)
    if situated and step:
        session = _with_answer(session, script, step, situated)
    return replace(session, wording=wording_at(current_step(session, script), session, script))


def answer(  # noqa: PLR0913, PLR0917  # what a press carries, and what it is held against
    session: Session, script: CheckIn, step_id: str, value: Value, version: int, now: datetime
) -> Outcome:
    """Answer the step it stands at; an empty value skips it.

    Raises:
        LabelEmpty, TextTooLong: what was typed does not fit.
    """
    session, here = _settled(session, script)
    if session.state != "open" or version != session.version:
        return Outcome("stale", session, here)
    if here is None or here.id != step_id:
        return Outcome("stale" if step_of(script, step_id) else "unknown", session, here)
    try:
        changed = _with_answer(session, script, here, value)
    except UnknownOption:
        return Outcome("unknown", session, here)
    picked = [one for one in here.options if isinstance(value, Picked) and one.id in value.options]
    stopped = any(one.ends for one in picked)
    opens = next((one.opens for one in picked if one.opens), None)
    return replace(_moved(changed, script, now, "closed" if stopped else "open"), opens=opens, stopped=stopped)


def fill_form(
    session: Session, script: CheckIn, values: Mapping[str, Value | None], version: int, now: datetime
) -> Outcome:
    """Answer every field the form showed, None where it was left empty.

    A field that cannot be taken loses none of the others: it is named in the outcome and asked again as a step.
    """
    if session.state != "open" or version != session.version or session.mode != "form" or session.filled:
        return as_it_stands(session, script)
    refused: dict[str, TextRefused | UnknownOption] = {}
    for step_id, value in values.items():
        step = step_of(script, step_id)
        if step is None:
            refused[step_id] = UnknownOption(step_id)
            continue
        try:
            session = _with_answer(session, script, step, value, in_form=True)
        except (TextRefused, UnknownOption) as error:
            refused[step_id] = error
    return replace(_moved(replace(session, filled=True), script, now), refused=refused)


def step_by_step(session: Session, script: CheckIn, version: int, now: datetime) -> Outcome:
    """Leave the form for one question at a time."""
    if session.state != "open" or version != session.version or session.mode == "steps":
        return as_it_stands(session, script)
    return _moved(replace(session, mode="steps"), script, now)


def skip(session: Session, script: CheckIn, version: int, now: datetime) -> Outcome:
    """Leave the step it stands at without an answer; one given earlier is taken back."""
    session, here = _settled(session, script)
    if session.state != "open" or version != session.version or here is None:
        return Outcome("stale", session, here)
    return _moved(_with_answer(session, script, here, None), script, now)


def back(session: Session, script: CheckIn, version: int, now: datetime) -> Outcome:
    """Go to the step before, whose answer stands until another takes its place."""
    before = previous_step(session, script)
    if session.state != "open" or version != session.version or before is None:
        return as_it_stands(session, script)
    return _moved(session, script, now, revisiting=before.id)


def leave(session: Session, script: CheckIn, version: int, now: datetime) -> Outcome:
    """Pause it where it stands."""
    if session.state != "open" or version != session.version:
        return as_it_stands(session, script)
    return _moved(session, script, now, "paused", revisiting=session.revisiting)


def resume(session: Session, script: CheckIn, version: int, now: datetime) -> Outcome:
    """Go on, after Leave, after folding, or from a step gone back to: with the first unanswered step that applies."""
    if session.state == "closed" or version != session.version:
        return as_it_stands(session, script)
    return _moved(session, script, now)


def as_it_stands(session: Session, script: CheckIn) -> Outcome:
    """Change nothing: it is drawn again where it stands, in the words of now."""
    return Outcome("stale", *_settled(session, script))


def placed(session: Session, situation: SituationRef) -> Session:
    """Give the named situation its id, once it has one."""
    return replace(session, situation=situation)


def add(session: Session, script: CheckIn, step_id: str, value: Value) -> Session:
    """Add to a check-in at its end what is offered there; an own word stands beside the stage that was chosen.

    Raises:
        UnknownOption: the script does not offer it, or nothing was chosen.
        LabelEmpty, TextTooLong: what was typed does not fit.
    """
    step = step_of(script, step_id)
    if step is None:
        raise UnknownOption(step_id)
    before = session.answer_to(step_id)
    added = replace(_with_answer(session, script, step, value), version=session.version + 1)
    made = added.answer_to(step_id)
    if made is None:
        raise UnknownOption(step_id)
    if step_id != STAGE or before is None:
        return added
    return _with(
        added, replace(made, chosen=(*(one for one in before.chosen if one.option not in made.options), *made.chosen))
    )


def reopen(session: Session, script: CheckIn, now: datetime) -> Outcome:
    """Take up again what ended with support alone: it stands at its question as if never answered."""
    return _moved(session, script, now, revisiting=session.revisiting)


def without_unkept(session: Session, script: CheckIn) -> Session:
    """Drop the answers that are not kept, for a check-in that is left lying while the rest of it stays.

    What would be asked depending on one of them, and is not asked yet, is asked no more.
    """
    dropped = unticked(session)
    gone = {one.step for one in session.answers} - {one.step for one in dropped.answers}
    if not gone:
        return session
    here, given = current_step(session, script), walk(dropped, script)[1]
    unasked = dependent_on_unkept(script, given) - given.keys() - ({here.id} if here else set())
    return replace(dropped, skipped=session.skipped | gone | unasked, version=session.version + 1)


def unticked(session: Session) -> Session:
    """Drop the answers that are not kept, as if they had not been given."""
    return replace(session, answers=tuple(one for one in session.answers if one.kept))


def _with_answer(
    session: Session, script: CheckIn, step: Step, value: Value | None, *, in_form: bool = False
) -> Session:
    made = record(script, step, value, in_form=in_form)
    others = tuple(one for one in session.answers if one.step != step.id)
    situation = session.situation
    if step.id == SITUATION:
        situation = value.situation if isinstance(value, Situated) else None
    changed = replace(
        session,
        answers=others if made is None else (*others, made),
        skipped=session.skipped | {step.id} if made is None else session.skipped - {step.id},
        situation=situation,
    )
    is_change = step.id in session.skipped or session.answer_to(step.id) is not None
    return _without_untrue(session, changed, script) if is_change else changed


def _without_untrue(before: Session, after: Session, script: CheckIn) -> Session:
    """Drop the answers to steps that applied until another was changed, and apply no longer."""
    applied, applies = ({step.id for step in walk(one, script)[0]} for one in (before, after))
    gone = applied - applies
    return replace(after, answers=tuple(one for one in after.answers if one.step not in gone))


def _with(session: Session, answer: Answer) -> Session:
    return replace(session, answers=tuple(answer if one.step == answer.step else one for one in session.answers))


def _moved(
    session: Session, script: CheckIn, now: datetime, state: State = "open", revisiting: str | None = None
) -> Outcome:
    moved = replace(session, state=state, version=session.version + 1, touched=now, revisiting=revisiting)
    here = current_step(moved, script)
    # At the end the words of the last question stay noted: the same press may come again.
    wording = wording_at(here, moved, script) if here or form_steps(moved, script) else session.wording
    return Outcome("applied", replace(moved, wording=wording), here)


def _settled(session: Session, script: CheckIn) -> tuple[Session, Step | None]:
    """Make the next version when the words at the place it stands have changed since they were drawn.

    What is on the member's screen is then older, so a press on it is stale: nobody answers a question they did not see.
    """
    here = current_step(session, script)
    wording = wording_at(here, session, script)
    if session.state != "open" or wording == session.wording:
        return session, here
    return replace(session, version=session.version + 1, wording=wording), here
