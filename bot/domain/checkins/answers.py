"""What a member answers: the values that come in, and the answers as they are kept, in the words the member saw.

Whether an answer may be kept is settled when it is given, so no later script can keep what was promised not to be.
Nothing here shows what it holds in its `repr`: a log or traceback must not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NewType, cast

from bot.domain.checkins.labels import LabelEmpty, check_length, clean_label, clean_text
from bot.domain.script import SITUATION, CheckIn, Step, When

SituationRef = NewType("SituationRef", str)  # a situation's id as documents hold it: hexadecimal

KNOWN_LABEL: Final = "known-label"  # stands where the member chose a label they had


class UnknownOption(ValueError):
    """An answer the script does not offer."""


class DocumentUnreadable(ValueError):
    """A document that this version did not write and cannot read."""


@dataclass(frozen=True, slots=True, repr=False)
class Picked:
    """Option ids, and the word typed for the one that asks for it."""

    options: tuple[str, ...]
    own_word: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Wrote:
    """A note; `bring_up` where the member marked it so."""

    text: str
    bring_up: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Situated:
    """A situation that the member already has, by its id, with its label now."""

    situation: SituationRef
    label: str


Value = Picked | Wrote | Situated


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """One option as it was shown; `own_word` is what the member typed for it."""

    option: str
    text: str
    note: str | None = None
    own_word: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer. One that is not kept holds no words, only the option ids that later steps and closings ask for."""

    step: str
    question: str
    chosen: tuple[Chosen, ...] = ()
    text: str | None = None
    bring_up: bool = False
    kept: bool = True

    @property
    def options(self) -> frozenset[str]:
        """The ids of what was chosen."""
        return frozenset(one.option for one in self.chosen)

    @property
    def words(self) -> tuple[str, ...]:
        """The member's own words where there are any, else what they chose."""
        if self.text is not None:
            return (self.text,)
        return tuple(one.own_word or one.text for one in self.chosen)

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, without what is empty."""
        chosen = [_filled(option=c.option, text=c.text, note=c.note, own_word=c.own_word) for c in self.chosen]
        return _filled(
            step=self.step,
            question=self.question,
            chosen=chosen,
            text=self.text,
            bring_up=self.bring_up,
            unkept=not self.kept,
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Answer":
        """Read what `to_document` wrote; only the strings and marks it knows are taken.

        Raises:
            KeyError, TypeError, AttributeError: it did not write this.
        """
        chosen = cast("list[Mapping[str, Any]]", document.get("chosen", []))
        return cls(
            step=text_in(document, "step"),
            question=text_in(document, "question"),
            chosen=tuple(
                Chosen(text_in(c, "option"), text_in(c, "text"), maybe_in(c, "note"), maybe_in(c, "own_word"))
                for c in chosen
            ),
            text=maybe_in(document, "text"),
            bring_up=document.get("bring_up") is True,
            kept=document.get("unkept") is not True,
        )


def record(script: CheckIn, step: Step, value: Value | None, *, in_form: bool = False) -> Answer | None:
    """Make the answer that a value gives to a step, or None where nothing was chosen or written.

    A form has no room for an own word: there the option counts without it.

    Raises:
        UnknownOption: the step does not offer it.
        LabelEmpty, TextTooLong: what was typed does not fit; a missing own word counts as an empty one.
    """
    question = (in_form and step.form) or step.ask
    match value:
        case None | Picked(options=()):
            return None
        case Wrote() if step.kind == "text":
            text = check_length(clean_text(value.text), step.most)
            answer = Answer(step.id, question, text=text, bring_up=value.bring_up and step.bring_up is not None)
            answer = answer if text else None
        case Picked() if step.kind != "text":
            answer = Answer(step.id, question, _chosen(step, value, in_form=in_form))
        case Situated() if step.id == SITUATION:
            answer = Answer(step.id, question, (Chosen(KNOWN_LABEL, clean_label(value.label)),))
        case _:
            raise UnknownOption(step.id)
    is_unkept = is_way_on(step) or step.id in unkept_steps(script)
    return _without_words(answer) if answer and is_unkept else answer


def is_way_on(step: Step) -> bool:
    """Whether a step asks if the member goes on: an option stops the check-in. Going on is no answer to keep."""
    return any(option.ends for option in step.options)


def unkept_steps(script: CheckIn) -> frozenset[str]:
    """Name the steps whose answers are not kept: marked so, or asked only because of an answer that is not kept."""
    unkept = set[str]()
    for step in script.steps:
        if step.keep == "never" or any(when.any_of and when.step in unkept for when in step.when):
            unkept.add(step.id)
    return frozenset(unkept)


def holds(conditions: Iterable[When], given: Mapping[str, Answer]) -> bool:
    """Whether every condition holds; a step without an answer chose nothing."""
    for when in conditions:
        options = given[when.step].options if when.step in given else frozenset[str]()
        if (when.any_of and options.isdisjoint(when.any_of)) or not options.isdisjoint(when.none_of):
            return False
    return True


def text_in(document: Mapping[str, Any], key: str) -> str:
    """Take a string out of a document."""
    value = document[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def maybe_in(document: Mapping[str, Any], key: str) -> str | None:
    """Take a string out of a document where it stands there."""
    return None if document.get(key) is None else text_in(document, key)


def _chosen(step: Step, picked: Picked, *, in_form: bool) -> tuple[Chosen, ...]:
    wanted = set(picked.options)
    if wanted - {option.id for option in step.options} or (step.kind == "choice" and len(wanted) > 1):
        raise UnknownOption(step.id)
    return tuple(
        Chosen(option.id, option.text, own_word=_own_word(picked.own_word))
        if option.own_word and not (in_form and picked.own_word is None)
        else Chosen(option.id, option.text, option.note)
        for option in step.options
        if option.id in wanted
    )


def _own_word(word: str | None) -> str:
    if word is None:
        raise LabelEmpty
    return clean_label(word)


def _without_words(answer: Answer) -> Answer:
    bare = tuple(Chosen(one.option, "") for one in answer.chosen)
    return Answer(answer.step, "", bare, kept=False)


def _filled(**parts: Any) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value not in (None, False, [])}
