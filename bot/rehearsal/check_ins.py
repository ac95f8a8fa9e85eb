"""Screens of a check-in: each step, the forms, and every end that its script can come to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Final

from bot.domain.checkins.answers import Answer, Chosen, Situated, SituationRef
from bot.domain.checkins.closing import RESTS_AT, Closing, close, parts_of
from bot.domain.checkins.labels import TextTooLong
from bot.domain.checkins.moves import begin
from bot.domain.checkins.session import Session
from bot.domain.checkins.situations import MOST_SITUATIONS
from bot.domain.checkins.standing import Ended, Standing, UnderWay, Welcome
from bot.domain.library import Library
from bot.domain.script import LOOK_AFTER, SITUATION, STAGE, CheckIn, Option, Step, When
from bot.rehearsal.payloads import refused_message
from bot.rehearsal.screens import AT, LABEL, MOST, NOTE, NOW, TOKEN, Case, Screen, given, longest_text, named
from bot.ui.checkins import arrival, closing, forms, steps
from bot.ui.quoting import draw_given_back

_MOST_ENDS: Final = 20_000  # ways through a script that are tried; ours has fewer than a tenth of that
_LABELS: Final = tuple(Situated(SituationRef(f"{n:032x}"), LABEL) for n in range(MOST_SITUATIONS))
_OPEN: Final = tuple(UnderWay(bytes([n]) * 16, 9, NOW, LABEL) for n in range(1, 6))
_NAMED: Final = Answer(SITUATION, "?", (Chosen("new-label", "x", own_word=LABEL),))


def _answered(step: Step, options: Iterable[Option]) -> Answer:
    """Answer a step with these options, or with as much as can be written."""
    if step.kind == "text":
        return Answer(step.id, step.ask, text=NOTE[: step.most], bring_up=step.bring_up is not None)
    chosen = tuple(Chosen(one.id, one.text, one.note, LABEL if one.own_word else None) for one in options)
    return Answer(step.id, step.ask, chosen, kept=step.keep == "always")


def _longest_option(options: Sequence[Option]) -> tuple[Option, ...]:
    return (max(options, key=lambda one: len(one.text)),) if options else ()


def _standings(library: Library) -> Iterator[Case]:
    """Give each step, gone back to and not, with all that can stand above and below it; and the form's beginning."""
    for mode, (script, step) in product(("steps", "form"), _steps(library)):
        others = () if step.id == SITUATION else (_NAMED,)
        before = Answer("before", "?", (Chosen("x", "x"),))
        asked = replace(script, steps=(_BEFORE, *script.steps))
        session = replace(
            begin(asked, mode, NOW),
            filled=True,
            answers=(
                before,
                *others,
                _answered(step, step.options if step.kind == "choices" else _longest_option(step.options)),
            ),
            revisiting=step.id,
        )
        for one in (session, replace(session, answers=(before, *others))):
            yield given(
                asked,
                Standing(TOKEN, one, NOW, _LABELS, has_note=True, stale=True, refused=_refused(script)),
                of=named(step.id),
            )
    yield given(
        library.check_in, Standing(TOKEN, begin(library.check_in, "form", NOW), NOW, has_note=True), of="as a form"
    )
    paused = replace(begin(library.check_in, "steps", NOW), state="paused")
    yield given(library.check_in, Standing(TOKEN, paused, NOW), of="hidden")


_BEFORE: Final = Step(id="before", kind="choice", ask="?")


def _steps(library: Library) -> Iterator[tuple[CheckIn, Step]]:
    """Give each step in a script that asks it of everybody."""
    script = library.check_in
    for step in script.steps:
        free = tuple(replace(one, when=()) for one in script.steps)
        yield replace(script, steps=free), step


def _refused(script: CheckIn) -> Mapping[str, TextTooLong]:
    return {one.id: TextTooLong(one.most, 4000) for one in script.steps if one.form and one.kind == "text"}


def _ends(library: Library) -> list[Closing]:
    """Give the ends that are longest, in words and in what is offered, of all that the script can come to.

    First the longest of each part are put together, whether or not one check-in can come to them: mostly that fits.
    """
    script = library.check_in
    every = script.closings
    alone = [
        one for one in _ends_of(replace(script, closings=tuple(one for one in every if one.instead))) if one.instead
    ]
    parts = [_ends_of(replace(script, closings=tuple(part))) for part in parts_of(every)]
    longest = [max(part, key=_length) for part in parts if part]
    cards = [max(part, key=lambda one: len(one.explainers)) for part in parts if part]
    bound = replace(
        longest[0],
        lines=tuple(line for one in longest for line in one.lines),
        explainers=tuple(dict.fromkeys(id_ for one in cards for id_ in one.explainers)),
    )
    if not any(_is_too_long(library, one) for one in _each_way(library, bound)):
        return [bound, *alone]
    ends = [one for one in _ends_of(script) if not one.instead]
    return [max(ends, key=_length), max(ends, key=lambda one: len(one.explainers)), *alone]


def _is_too_long(library: Library, ended: Ended) -> bool:
    drawing = closing.draw_ended_check_in(library, ended, NOW, reminders=True)
    return any(refused_message(drawing.to_components(), library.notebook.conversation.closed_to_me))


def _ends_of(script: CheckIn) -> list[Closing]:
    """Give the longest of each kind of end that a script can come to."""
    seen = dict[tuple[object, ...], Closing]()
    for session in islice(_sessions(script), _MOST_ENDS):
        end = close(session, script, NOW, RESTS_AT - 1)
        kind = end.instead, end.explainers
        if kind not in seen or _length(end) > _length(seen[kind]):
            seen[kind] = end
    return list(seen.values())


def _length(end: Closing) -> int:
    said = len(end.next_step.say) + len(end.next_step.concerns) if end.next_step else 0
    return sum(map(len, end.lines)) + said + len(end.rest or "")


def _sessions(script: CheckIn) -> Iterator[Session]:
    """Give a check-in for each way in which its answers can make a difference; everything else is at its longest."""
    asked = _conditions(script)
    ways = [list(_ways(script, step, asked.get(step.id, []))) for step in script.steps]
    begun = replace(begin(script, "form", NOW), filled=True)
    return (replace(begun, answers=answers) for answers in product(*ways))


def _conditions(script: CheckIn) -> dict[str, list[frozenset[str]]]:
    """Give, for each step, the sets of its options that something asks for."""
    when: list[When] = [one for step in script.steps for one in step.when]
    when += [one for each in script.closings for one in each.when]
    when += script.rest.when
    asked = dict[str, list[frozenset[str]]]()
    for one in when:
        asked.setdefault(one.step, []).extend(frozenset(options) for options in (one.any_of, one.none_of) if options)
    return asked


def _ways(script: CheckIn, step: Step, asked: list[frozenset[str]]) -> Iterator[Answer]:
    """Give the answers to a step that something tells apart, the longest of each kind.

    Of several that can be ticked: each alone, all, and all that end in no help alone, with and without each.
    """
    if step.id == LOOK_AFTER and script.next_steps:
        said = max(script.next_steps, key=lambda one: len(one.say) + len(one.concerns)).option
        yield _answered(step, [one for one in step.options if one.id == said])
        return
    if step.kind == "text" or not asked:
        yield _answered(step, step.options if step.kind == "choices" else _longest_option(step.options))
        return
    kinds = dict[tuple[bool, ...], list[Option]]()
    for one in step.options:
        kinds.setdefault(tuple(one.id in options for options in asked), []).append(one)
    if step.kind == "choice":
        yield from (_answered(step, _longest_option(kind)) for kind in kinds.values())
        return
    alone = [one for each in script.closings if each.instead for one in each.when if one.step == step.id]
    harmless = [one for one in step.options if not any(one.id in when.any_of for when in alone)]
    yield _answered(step, step.options)
    yield _answered(step, harmless)
    for kind in kinds.values():
        yield _answered(step, kind)
        yield _answered(step, [one for one in harmless if one not in kind])


def _ended(library: Library) -> Iterator[Case]:
    for end in _ends(library):
        yield from (given(one, NOW, reminders=True) for one in _each_way(library, end))


def _each_way(library: Library, end: Closing) -> list[Ended]:
    """Give an end as it is while it is saved, and while it is asked whether it is to be."""
    if end.instead:
        return [Ended(TOKEN, end, wrote=True)]
    known = {one.id for one in library.check_in.steps}
    whole = replace(end, offers=tuple(one for one in (SITUATION, STAGE, LOOK_AFTER) if one in known))
    trouble = longest_text(library.notebook.limits)
    return [
        Ended(TOKEN, whole, kept=True, until=NOW, first=True, labels=_LABELS),
        Ended(TOKEN, whole, kept=True, first=True, labels=_LABELS),
        Ended(TOKEN, whole, until=NOW, asks=True, trouble=trouble, labels=_LABELS),
    ]


def _said(library: Library) -> list[Case]:
    """Give an end in which everything was asked and answered."""
    script = library.check_in
    free = replace(script, closings=(), steps=tuple(replace(one, when=()) for one in script.steps))
    said = tuple(
        _answered(one, one.options if one.kind == "choices" else _longest_option(one.options)) for one in free.steps
    )
    session = replace(begin(free, "steps", NOW), answers=said)
    return [given(Ended(TOKEN, close(session, free, NOW, 0)))]


def _consents(_: Library) -> Iterator[Case]:
    for moderates, keep, changed in product((True, False, None), (True, False), (True, False)):
        yield given(moderates=moderates, keep=keep, changed=changed)


def _welcome(library: Library) -> list[Case]:
    told = [library.notebook.reminders.went_quiet, library.notebook.reminders.paused_for_closed]
    return [given(Welcome(agreed=True, under_way=_OPEN), TOKEN, MOST, [*told, library.notebook.reminders.missed])]


def _own_words(library: Library) -> Iterator[Case]:
    for step in library.check_in.steps:
        for at, one in enumerate(step.options):
            if one.own_word:
                yield given(step, replace(AT, position=at), of=named(step.id))


def _offers(library: Library) -> Iterator[Case]:
    for step in library.check_in.steps:
        if step.id in {SITUATION, STAGE, LOOK_AFTER}:
            yield given(step, AT, of=named(step.id))


def _notes(library: Library) -> Iterator[Case]:
    for step in library.check_in.steps:
        if step.kind == "text":
            yield given(step, AT, NOTE, marked=True, of=named(step.id))


SCREENS: Final = (
    Screen(arrival.draw_consent, "the consent", _consents, in_place=True),
    Screen(arrival.draw_opening, "the way into a check-in", _welcome, in_place=True),
    Screen(arrival.draw_not_open, "the answer that check-ins are switched off", in_place=True),
    Screen(steps.draw_standing, "the check-in's step", _standings, in_place=True),
    Screen(steps.draw_paused, "a check-in that is hidden", lambda _: [given(AT, NOW), given(AT, None)]),
    Screen(steps.draw_ended, "a check-in that is over"),
    Screen(steps.draw_thrown_away, "a check-in that is deleted"),
    Screen(steps.draw_stopped, "a check-in that was stopped"),
    Screen(steps.draw_put_away, "a check-in put out of sight"),
    Screen(steps.draw_not_now, "the answer to Not now"),
    Screen(steps.draw_support_panel, "the support panel"),
    Screen(steps.draw_own_note, "the last note", lambda _: [given(NOTE)]),
    Screen(steps.draw_written, "what was written", lambda _: [given(NOTE)]),
    Screen(steps.draw_note_gone, "a note that is gone"),
    Screen(
        steps.draw_refused,
        "words that do not fit",
        lambda one: [given(longest_text(one.notebook.limits), NOTE)],
        with_library=False,
    ),
    Screen(
        draw_given_back,
        "words given back",
        lambda one: [given(longest_text(one.notebook, one.interface.trouble), NOTE)],
        with_library=False,
    ),
    Screen(forms.draw_quick_form, "the form of a check-in", lambda one: [given(one.check_in, AT)]),
    Screen(forms.draw_word_form, "the form for a word", _own_words),
    Screen(forms.draw_offer_form, "the form at the end", _offers),
    Screen(forms.draw_note_form, "the form for a note", _notes),
    Screen(closing.draw_ended_check_in, "the end of a check-in", _ended, in_place=True),
    Screen(closing.draw_said, "what somebody said", _said),
    Screen(closing.draw_let_go, "a check-in not kept"),
    Screen(closing.draw_gone, "a check-in that is gone", lambda _: [given(NOW)], in_place=True),
)
