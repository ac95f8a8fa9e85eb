"""What a check-in script and the words around it are made of; running one is another module's work."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from bot.domain.content import ButtonLabel, Label, Limit, Line, Paragraph, Slug, Title, Waiver, authored

StepKind = Literal["choice", "choices", "text"]
Keep = Literal["always", "never"]

MOST_NOTE: Final = 1000  # characters, as people count them

# Steps that the code knows by their ids; every script has them.
SITUATION: Final = "situation"  # its own words are labels, and it may be answered with a known one
STAGE: Final = "closest"  # its answer is a stage, by the member's own word
TEXTURE: Final = "joy"
LOOK_AFTER: Final = "tend"  # its answer chooses the next step
NOT_RIGHT: Final = "not-right"  # asked of everybody and never kept: what is wrong apart from feelings
DANGERS: Final = ("not-safe", "not-free")
"""Answers to `NOT_RIGHT` after which help is offered, and nothing else."""

FormLabel = Annotated[str, Limit(1, 45)]
OptionText = Annotated[str, Limit(1, 80)]
OptionNote = Annotated[str, Limit(1, 100)]


@authored
class When:
    """A condition on an earlier step: one of these options was, or none of them was, chosen."""

    step: Slug
    any_of: tuple[Slug, ...] = ()
    none_of: tuple[Slug, ...] = ()


@authored
class Option:
    """One answer. `opens` names an explainer shown on choosing it; `ends` stops the check-in with nothing kept."""

    id: Slug
    text: OptionText
    note: OptionNote | None = None
    opens: Slug | None = None
    ends: bool = False
    own_word: bool = False


@authored
class Step:
    """One question a screen. `form` is the label under which it stands in the quick form."""

    id: Slug
    kind: StepKind
    ask: Line
    hint: Line | None = None
    form: FormLabel | None = None
    keep: Keep = "always"
    when: tuple[When, ...] = ()
    options: Annotated[tuple[Option, ...], Limit(0, 16)] = ()
    most: int = MOST_NOTE
    bring_up: Label | None = None


@authored
class Closing:
    """Lines said at the end when `when` holds; `instead` replaces everything else.

    Of the situation's closings, as of the stage's and the texture's, the first that holds is said, and every one that
    is `beside` others; all in the script's order.
    """

    id: Slug
    when: tuple[When, ...]
    say: Annotated[tuple[Paragraph, ...], Limit(1, 4)]
    instead: bool = False
    beside: bool = False
    opens: Slug | None = None


@authored
class NextStep:
    """One optional thing to do next, for what the member chose to look after; says who else it concerns."""

    option: Slug
    say: Paragraph
    concerns: Line
    opens: Slug | None = None


@authored
class Rest:
    """A line for whoever finishes their third check-in in a day, said when `when` holds."""

    say: Line
    when: tuple[When, ...] = ()


@authored
class SupportChoice:
    """One line of the support panel: what a member may say, and the words under it."""

    id: Slug
    says: OptionText
    words: Paragraph


@authored
class Controls:
    """The four controls on every step, and what they lead to."""

    back: ButtonLabel
    skip: ButtonLabel
    leave: ButtonLabel
    support: ButtonLabel
    paused: Line
    go_on: ButtonLabel
    throw_away: ButtonLabel


@authored
class CheckIn:
    """`checkins/check-in.yaml`: the script, its controls, its closings."""

    id: Slug
    title: Title
    opening: Line
    step_by_step: ButtonLabel
    quick_form: ButtonLabel
    not_now: ButtonLabel
    controls: Controls
    support_panel: Annotated[tuple[SupportChoice, ...], Limit(1, 5)]
    steps: Annotated[tuple[Step, ...], Limit(1, 20)]
    mirror: Line
    closings: tuple[Closing, ...]
    next_steps: tuple[NextStep, ...]
    rest: Rest
    keep_ask: Line
    keep_it: ButtonLabel
    let_go: ButtonLabel
    waive: tuple[Waiver, ...] = ()


def without_notes(script: CheckIn) -> CheckIn:
    """Give the script as it is where the operator has switched notes off."""
    return replace(script, steps=tuple(step for step in script.steps if step.kind != "text"))
