"""What members do, in every way there is: cards by id, questions, things nobody has a card for, presses, typing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

from bot.authoring.reader import Reader
from bot.domain.library import Library
from tests.wire.exchange import Exchange
from tests.wire.process import ROOT

from .camp import PACK, Camp

_QUESTIONS = ROOT / "tests" / "search"


@dataclass(frozen=True, slots=True)
class Speech:
    """The words members use: of the pack, and of the questions the Finder is tested with."""

    library: Library
    questions: tuple[str, ...]
    off_topic: tuple[str, ...]


def listen(pack: Path = PACK) -> Speech:
    """Read the words.

    Raises:
        ValueError: the pack does not check.
    """
    library = Reader(pack).read().library
    if library is None:
        raise ValueError(f"{pack} does not check")
    return Speech(library, _queries("questions"), _queries("off_topic"))


def _queries(name: str) -> tuple[str, ...]:
    lines = (_QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["query"] for line in lines)


async def wander(camp: Camp, speech: Speech) -> AsyncIterator[None]:
    """Look things up without end, one interaction each step; never the same round twice, all cards again and again."""
    questions, off_topic = cycle(speech.questions), cycle(speech.off_topic)
    for turn in count():
        for explainer in speech.library.explainers.values():
            async for _ in _around(camp, speech.library, explainer.id):
                yield
            for topic in (next(questions), next(off_topic)):
                await camp.explain(topic, guild=turn % 2 == 0)
                yield
            for typed in _typing(explainer.title, turn):
                await (await camp.wire.autocomplete("explain", "topic", {"topic": typed})).answered()
                yield
            camp.forget()


HELP = "support"  # whoever asks for it by name sees the people who can help, not the card


async def _around(camp: Camp, library: Library, topic: str) -> AsyncIterator[None]:
    """Open a card in both places it can stand, and press everything on it that leads on."""
    buttons = library.interface.buttons
    await camp.explain(topic, guild=False)
    yield
    card = await camp.explain(topic)
    yield
    if topic == HELP:
        return
    related = library.explainers[topic].related
    if related:
        await _press(camp, card, buttons.related, [related[0]])
        yield
    await _press(camp, card, buttons.support)
    yield
    if library.explainers[topic].reflect:
        prompt = await _press(camp, card, buttons.reflect_on_this)
        yield
        for _ in range(2):
            await _press(camp, prompt, buttons.another)
            yield


async def _press(camp: Camp, on: Exchange, label: str, values: list[str] | None = None) -> Exchange:
    pressed = await camp.wire.press(on, label, values)
    await pressed.settled()
    return pressed


def _typing(title: str, turn: int) -> Iterator[str]:
    """Give the beginning of a title as it is typed, a letter further each time round."""
    yield title[: 1 + turn % len(title)]
