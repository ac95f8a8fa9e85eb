"""The script of a check-in: conditions that can hold, endings that are there, and help that no edit takes away."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from bot.authoring.documents import Document
from bot.authoring.ids import find_taken, refer_nowhere
from bot.authoring.pack import Pack
from bot.authoring.problems import Problem
from bot.domain.checkins.answers import is_way_on
from bot.domain.script import (
    DANGERS,
    LOOK_AFTER,
    MOST_NOTE,
    NOT_RIGHT,
    SITUATION,
    STAGE,
    TEXTURE,
    CheckIn,
    When,
)
from bot.domain.words.notebook import Notebook
from bot.plain_yaml.faults import Route

if TYPE_CHECKING:
    from bot.authoring.references import Known

_MOST_VERSION: Final = 9999


def check_scripts(pack: Pack, known: "Known") -> Iterator[Problem]:
    """Hold the script of the check-in against itself, and against what has to be in it."""
    for script, document in pack.each(CheckIn):
        options: dict[str, set[str]] = {}
        steps = [(step.id, document, ("steps", i, "id")) for i, step in enumerate(script.steps)]
        yield from find_taken(steps, "step id")
        for index, step in enumerate(script.steps):
            at: Route = ("steps", index)
            yield from _conditions(document, (*at, "when"), step.when, options)
            options[step.id] = {option.id for option in step.options}
            numbered = [(o.id, document, (*at, "options", i, "id")) for i, o in enumerate(step.options)]
            yield from find_taken(numbered, "option id")
            for number, option in enumerate(step.options):
                known.explainer(document, (*at, "options", number, "opens"), option.opens)
            if step.kind != "text" and len(step.options) < 2:  # noqa: PLR2004  # one answer is no choice
                yield document.problem(at, f"the step `{step.id}` has no choice in it", "give it two options or more")
            if not 1 <= step.most <= MOST_NOTE:
                yield document.problem((*at, "most"), f"a note of {step.most} characters", f"write 1 to {MOST_NOTE}")
        in_form = [step for step in script.steps if step.form is not None]
        if len(in_form) > 5:  # noqa: PLR2004  # what Discord takes in a form
            yield document.problem(("steps",), f"{len(in_form)} steps are marked for the form", "Discord takes five")
        yield from _named_steps(script, document)
        yield from _unkept(script, document)
        yield from _closings(script, document, options)
        for index, closing in enumerate(script.closings):
            known.explainer(document, ("closings", index, "opens"), closing.opens)
        yield from _conditions(document, ("rest", "when"), script.rest.when, options)
        yield from _next_steps(script, document, options)
        for index, step in enumerate(script.next_steps):
            known.explainer(document, ("next_steps", index, "opens"), step.opens)
        choices = [(one.id, document, ("support_panel", i, "id")) for i, one in enumerate(script.support_panel)]
        yield from find_taken(choices, "id of the support panel")


def check_consent(pack: Pack) -> Iterator[Problem]:
    """Find a version of the consent that no button has room for."""
    for words, document in pack.each(Notebook):
        version = words.consent.version
        if not 1 <= version <= _MOST_VERSION:
            hint = "write a whole number: 1 at first, and one more whenever the lines mean something else"
            yield document.problem(("consent", "version"), f"the consent has the version {version}", hint)


def _closings(script: CheckIn, document: Document, options: Mapping[str, set[str]]) -> Iterator[Problem]:
    ids = [(one.id, document, ("closings", index, "id")) for index, one in enumerate(script.closings)]
    yield from find_taken(ids, "closing id")
    for index, closing in enumerate(script.closings):
        at: Route = ("closings", index, "when")
        if closing.instead and not any(when.any_of for when in closing.when):
            said = f"the closing `{closing.id}` replaces everything, and no answer asks for it"
            yield document.problem(at, said, "give it an any_of")
        elif not closing.when:
            said = f"the closing `{closing.id}` has no condition, so that none after it is said"
            yield document.problem(at, said, "give it one: any_of, or none_of")
        yield from _conditions(document, at, closing.when, options)
    yield from _help_for_danger(script, document, options)


def _help_for_danger(script: CheckIn, document: Document, options: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Find what would let somebody who is not safe, or not free to say no, meet anything but help."""
    asked = next(((at, one) for at, one in enumerate(script.steps) if one.id == NOT_RIGHT), None)
    if asked is None:
        yield document.problem(
            ("steps",), f"there is no step `{NOT_RIGHT}`", "who is not safe has to be able to say so"
        )
        return
    index, step = asked
    if step.when:
        said = f"the step `{NOT_RIGHT}` is not asked of everybody"
        yield document.problem(("steps", index, "when"), said, "remove the condition: who is not safe can say so")
    if step.keep != "never":
        said = f"the step `{NOT_RIGHT}` is kept"
        yield document.problem(("steps", index, "keep"), said, "write keep: never, which is what members are told")
    if any(one.instead and not any(when.any_of for when in one.when) for one in script.closings):
        return  # told at that closing
    for danger in DANGERS:
        if danger not in options[NOT_RIGHT]:
            said = f"the step `{NOT_RIGHT}` has no option `{danger}`"
            yield document.problem(("steps", index, "options"), said, "who needs help has to be able to say so")
            continue
        held = next((one for one in script.closings if one.instead and _holds_for(one.when, danger)), None)
        if held is None:
            said = f"no closing for `{danger}` replaces everything"
            hint = f"write one with instead: true, when {{step: {NOT_RIGHT}, any_of: [{danger}]}} and opens: support"
            yield document.problem(("closings",), said, hint)
        elif held.opens != "support":
            at = ("closings", script.closings.index(held), "opens")
            yield document.problem(at, f"the closing `{held.id}` does not open `support`", "write opens: support")


def _holds_for(conditions: Iterable[When], danger: str) -> bool:
    """Whether conditions hold for who ticked a danger, whatever else they answered or left out."""
    return all(when.step == NOT_RIGHT and danger in when.any_of and not when.none_of for when in conditions)


def _next_steps(script: CheckIn, document: Document, options: Mapping[str, set[str]]) -> Iterator[Problem]:
    asked = [one.option for one in script.next_steps]
    numbered = [(one, document, ("next_steps", index, "option")) for index, one in enumerate(asked)]
    yield from find_taken(numbered, "next step for")
    for index, option in enumerate(asked):
        if option not in options.get(LOOK_AFTER, set()):
            what = f"option of the step `{LOOK_AFTER}`"
            yield refer_nowhere(document, ("next_steps", index, "option"), option, options.get(LOOK_AFTER, ()), what)
    for option in sorted(options.get(LOOK_AFTER, set()) - set(asked)):
        said = f"nothing is said to `{option}` of the step `{LOOK_AFTER}`"
        yield document.problem(("next_steps",), said, "write a next step for it, even if it says that this is all")


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
    document: Document, route: Route, conditions: Iterable[When], options: Mapping[str, set[str]]
) -> Iterator[Problem]:
    for index, when in enumerate(conditions):
        at = (*route, index)
        is_told = any(route[: len(at)] == at for route in document.told)
        if not when.any_of and not when.none_of and not is_told:
            yield document.problem(at, f"this holds whatever was answered to `{when.step}`", "add any_of or none_of")
        if when.step not in options:
            yield refer_nowhere(document, (*at, "step"), when.step, options, "earlier step")
            continue
        for key, chosen in (("any_of", when.any_of), ("none_of", when.none_of)):
            for number, option in enumerate(chosen):
                if option not in options[when.step]:
                    yield refer_nowhere(document, (*at, key, number), option, options[when.step], "option")
