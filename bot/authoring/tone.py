"""The strict check: words that rank, push or mend people, and the lengths a card keeps.

Looks only at what members read. Quotation marks free what stands in them, and a waiver with a reason frees a word.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from bot.authoring.documents import Document
from bot.authoring.limits import stage_text, visible_text
from bot.authoring.pack import FILES, FOLDERS, Pack
from bot.authoring.problems import Problem
from bot.domain.content import STAGE_IDS, Explainer, Sources, Theme, Trajectory, Waiver
from bot.plain_yaml.faults import Route

LEAST_WORDS, MOST_WORDS, MOST_CHARACTERS = 120, 220, 1400
LEAST_SERVICE_WORDS = 80
LEAST_QUESTIONS = 15
STAGE_TOLERANCE = 0.15

_PERSONAL = r"(?:the |your |a |an )?"
_ERRORS = (
    r"should(?:n't)?|ought|supposed to",
    r"evolved|enlightened|advanced|level(?:s|led|ling)? up|(?:higher|lower|next) (?:stage|state)|inferior|superior",
    r"(?:real|true|good|bad) poly\w*|fake|faking|(?:genuine|real|true) compersion",
    r"get(?:s|ting)? over|overc(?:ome|omes|ame|oming)|let(?:s|ting)? go of|conquer\w*|fix(?:es|ing)? yourself",
    r"do(?:ing)? the work|work(?:ing)? on yourself",
    r"needy|clingy|toxic|irrational\w*|silly|overreact\w*|an avoidant(?! \w)|an anxious(?! \w)",
    r"progress|setbacks?|relaps\w+|stuck|(?:reach|attain|arrive at)(?:es|s|ed|ing)? "
    + _PERSONAL
    + r"(?:\w+ )?(?:stage|state)",
    r"resistance|husbands?|wife|wives|he|she|his|hers?|him",
)
_WARNINGS = (
    r"must|(?:you )?(?:need|have) to|just|simply|only|easy|easily|of course",
    r"failing|failures?|ahead of|behind|healthy|normal|valid|journey|milestones?|growth|couples?|primary",
    r"always|never|everyone",
)
_ERROR = re.compile(rf"\b({'|'.join(_ERRORS)})\b", re.IGNORECASE)
_WARNING = re.compile(rf"\b({'|'.join(_WARNINGS)})\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")

_HIDDEN = frozenset(
    {
        "aliases",
        "search",
        "questions",
        "was",
        "id",
        "waive",
        "sources",
        "works",
        "related",
        "reach",
        "keep",
        "kind",
        "language",
        "code",
    }
)
_AFTER_NO = re.compile(r"\b(?:no|not|never)\b[^.;:!?]*$", re.IGNORECASE)
_FREE_AFTER_NO = frozenset({"privacy", "about", "consent"})


def check_tone(pack: Pack) -> list[Problem]:
    """Hold every text a member reads against the tone tiers, and every card against its lengths."""
    problems: list[Problem] = []
    for shape in (*FOLDERS.values(), *(one for one in FILES.values() if one is not Sources)):
        for value, document in pack.each(shape):
            problems += _tone_of(value, document)
    return [*problems, *check_lengths(pack), *_stages_alike(pack)]


def check_words_of_page(
    value: Any, document: Document, waived: Iterable[Waiver], *, foreign: bool = False
) -> list[Problem]:
    """Hold a server's page against the tone tiers: `waived` frees words, and the page itself only those to look at.

    In a `foreign` language the words may mean something else: all are to be looked at, and the page frees any of them.
    """
    if foreign:
        return [replace(problem, warning=True) for problem in _tone_of(value, document)]
    return list(_tone_of(value, document, frozenset(one.word.casefold() for one in waived)))


def check_lengths(pack: Pack) -> list[Problem]:
    """Hold every card against the lengths it keeps."""
    return [problem for explainer, document in pack.each(Explainer) for problem in _lengths(explainer, document)]


def count_words(texts: Iterable[str]) -> int:
    """Count words; a hyphen or an apostrophe joins."""
    return sum(len(_WORD.findall(text)) for text in texts)


def _tone_of(value: Any, document: Document, free: frozenset[str] | None = None) -> Iterator[Problem]:
    """Find words of both tiers. `free` are the ones of the first that may stand; None leaves it to what is waived."""
    waives = waived_words(value)
    errors_free = waives if free is None else free
    about_no = getattr(value, "id", None) in _FREE_AFTER_NO
    for route, text in texts_of(value):
        said = unquoted(text)
        for pattern, warning in ((_ERROR, False), (_WARNING, True)):
            for found in pattern.finditer(said):
                word = found[0].casefold()
                free_here = about_no or _FREE_AFTER_NO & set(route)
                if word in (waives | errors_free if warning else errors_free) or (
                    free_here and _AFTER_NO.search(said[: found.start()])
                ):
                    continue
                hint = "look again" if warning else "say it another way"
                hint += ", or waive it with a reason" if warning or free is None else ""
                yield document.problem(route, f'tone: "{found[0]}"', hint, warning=warning)


def unquoted(text: str) -> str:
    """Blank out what stands in quotation marks; everything else stays in its place."""
    return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)


def waived_words(value: Any) -> set[str]:
    """Give the words that a file lets stand for a reason, in lower case."""
    return {one.word.casefold() for one in getattr(value, "waive", ()) if isinstance(one, Waiver)}


def texts_of(value: Any, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """Give every text of a value that members read, with the route to it."""
    if isinstance(value, str):
        yield route, value
    elif isinstance(value, tuple):
        for index, item in enumerate(cast("tuple[Any, ...]", value)):
            yield from texts_of(item, (*route, index))
    elif is_dataclass(value):
        for one in fields(value):
            inside = getattr(value, one.name)
            if one.name not in _HIDDEN or is_dataclass(inside):
                yield from texts_of(inside, (*route, one.name))


def _lengths(one: Explainer, document: Document) -> Iterator[Problem]:
    texts = visible_text(one)
    words, characters = count_words(texts), sum(map(len, texts))
    least = LEAST_SERVICE_WORDS if one.kind == "service" else LEAST_WORDS
    if not least <= words <= MOST_WORDS:
        yield document.problem((), f"the card has {words} words", f"between {least} and {MOST_WORDS}")
    if characters > MOST_CHARACTERS:
        yield document.problem((), f"the card has {characters} characters", f"at most {MOST_CHARACTERS}")
    if len(one.questions) < LEAST_QUESTIONS:
        said = f"{len(one.questions)} questions"
        yield document.problem((), said, f"at least {LEAST_QUESTIONS}, or people will not find the card")


def _stages_alike(pack: Pack) -> Iterator[Problem]:
    for trajectory, document in pack.each(Trajectory):
        counts = [count_words(stage_text(stage)) for stage in trajectory.stages]
        mean = sum(counts) / len(counts)
        for index, (stage, words) in enumerate(zip(trajectory.stages, counts, strict=True)):
            if abs(words - mean) > STAGE_TOLERANCE * mean:
                low, high = (1 - STAGE_TOLERANCE) * mean, (1 + STAGE_TOLERANCE) * mean
                said = f"the stage `{stage.id}` has {words} words, the five have {mean:.0f} on average"
                yield document.problem(
                    ("stages", index), said, f"between {low:.0f} and {high:.0f}: no stage weighs more"
                )
    themes = {theme.id: (theme, document) for theme, document in pack.each(Theme)}
    numbers = {id_: len(themes[id_][0].prompts) for id_ in STAGE_IDS if id_ in themes}
    for id_, number in numbers.items():
        if number != max(numbers.values()):
            yield themes[id_][1].problem(
                ("prompts",), f"{number} prompts", f"as many as the other stages: {max(numbers.values())}"
            )
