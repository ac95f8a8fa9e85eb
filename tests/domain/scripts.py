"""A small script with every kind of step, which tests may cut and reword as an author would."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.script import CheckIn, Closing, Controls, NextStep, Option, Rest, Step, SupportChoice, When

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECRET = "secret"  # stands in every id and text of what must not be kept
NEEDS = {"more": "feel", "follow-secret": "secret", "tend": "secret"}


def choice(step_id: str, *options: str, **more: object) -> Step:
    made = tuple(Option(id=one, text=f"Text of {one}", note=f"Note of {one}") for one in options)
    return Step(**{"id": step_id, "kind": "choice", "ask": f"Ask {step_id}?", "options": made, **more})


STEPS = (
    Step(
        id="situation",
        kind="choice",
        ask="Ask situation?",
        options=(Option(id="new-label", text="A new label", own_word=True), Option(id="no-label", text="No label")),
    ),
    choice("feel", "warm", "cold"),
    Step(
        id="more",
        kind="choice",
        ask="Ask more?",
        when=(When(step="feel", any_of=("cold",)),),
        options=(
            Option(id="show", text="Show", opens="right-now"),
            Option(id="on", text="On"),
            Option(id="stop", text="Stop", ends=True),
        ),
    ),
    choice("here", "glad", "sad", "calm", kind="choices", form="Form here"),
    choice("secret", "secret-unsafe", "secret-other", "secret-none", kind="choices", keep="never", form="Form secret"),
    Step(
        id="follow-secret",
        kind="text",
        ask="Ask about the secret?",
        when=(When(step="secret", any_of=("secret-other",)),),
    ),
    Step(
        id="closest",
        kind="choice",
        ask="Ask closest?",
        form="Form closest",
        options=(
            Option(id="alarm", text="Alarm", note="On guard."),
            Option(id="joy", text="Joy", note="Glad."),
            Option(id="own", text="My own word", note="One line.", own_word=True),
        ),
    ),
    Step(id="note", kind="text", ask="Ask note?", form="Form note", most=20, bring_up="To bring up"),
    choice("tend", "rest", "talk", when=(When(step="secret", none_of=("secret-unsafe",)),)),
)
EXTRA = (choice("added-first", "yes", "no"), Step(id="added-last", kind="text", ask="Ask added?"))

SCRIPT = CheckIn(
    id="small",
    title="Small",
    opening="Opening",
    step_by_step="Steps",
    quick_form="Form",
    not_now="Not now",
    controls=Controls(
        back="Back", skip="Skip", leave="Leave", support="Support", paused="Paused.", go_on="Go on", throw_away="Away"
    ),
    support_panel=(SupportChoice(id="one", says="Says", words="Words"),),
    steps=STEPS,
    mirror="You said:",
    closings=(
        Closing(
            id="unsafe",
            when=(When(step="secret", any_of=("secret-unsafe",)),),
            say=("Support first.",),
            instead=True,
            opens="support",
        ),
        Closing(id="cold", when=(When(step="feel", any_of=("cold",)),), say=("It is cold.",)),
        Closing(id="warm", when=(When(step="feel", any_of=("warm",)),), say=("It is warm.",), opens="warmth"),
        Closing(id="warm-too", when=(When(step="feel", any_of=("warm",)),), say=("It is warm again.",), opens="two"),
        Closing(id="alarm", when=(When(step="closest", any_of=("alarm",)),), say=("Alarm.",), opens="alarm"),
        Closing(id="joy", when=(When(step="closest", any_of=("joy",)),), say=("Joy.",), opens="joy"),
    ),
    next_steps=(NextStep(option="rest", say="Rest a little.", concerns="Nobody else.", opens="resting"),),
    rest=Rest(say="The third today.", when=(When(step="feel", none_of=("cold",)),)),
    keep_ask="Keep it?",
    keep_it="Keep",
    let_go="Let go",
)


def edited(
    gone: Collection[str] = (), reworded: Collection[str] = (), added: Collection[str] = (), edition: int = 0
) -> CheckIn:
    """Give the script without some steps (and what asks for them), with others in new words or added."""
    first, last = ((one,) if one.id in added else () for one in EXTRA)
    steps = [
        _in_new_words(step, edition) if step.id in reworded else step
        for step in (*first, *STEPS, *last)
        if step.id not in gone and NEEDS.get(step.id) not in gone
    ]
    left = {step.id for step in steps}
    closings = tuple(one for one in SCRIPT.closings if all(when.step in left for when in one.when))
    return replace(SCRIPT, steps=tuple(steps), closings=closings)


def _in_new_words(step: Step, edition: int) -> Step:
    options = tuple(replace(one, text=f"{one.text}, edition {edition}") for one in reversed(step.options))
    return replace(step, ask=f"{step.ask} Edition {edition}", options=options)
