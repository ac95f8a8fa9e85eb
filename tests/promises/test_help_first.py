"""No sentence opens a card, and Support is the first thing that can be pressed, whatever cards there ever are.

Tried with every card's own hidden lines, with sentences told in danger and harmless ones like them, with lines glued
together and with titles cut short. A card opens for its name alone: its title, its id, another of its names.
"""

import random
from collections.abc import Mapping
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.domain.library import Library
from bot.domain.topic import MOST_WORDS_OF_NAME
from bot.search.finder import Finder
from bot.search.text import split
from tests.discord.conftest import World, app, clock, components, env, labels, migrated, settings, words, world
from tests.search.conftest import finder, library
from tests.search.questions import load_told

__all__ = ["app", "clock", "env", "finder", "library", "migrated", "settings", "world"]

ASKED_OF_THE_BOT = 60
SEED = 10


def sentences_of(library: Library) -> list[str]:
    hidden = [line for one in library.explainers.values() for line in (*one.search, *one.questions)]
    cut = [" ".join(one.title.split()[:-1]) for one in library.explainers.values()]
    told = [one.text for half in (False, True) for one in load_told(danger=True, held_out=half)]
    harmless = [one.text for half in (False, True) for one in load_told(danger=False, held_out=half)]
    names = names_of(library)
    return [
        one
        for one in (*hidden, *cut, *told, *harmless)
        if len(one.split()) > MOST_WORDS_OF_NAME and _key(one) not in names
    ]


def names_of(library: Library) -> set[str]:
    return {_key(name) for one in library.explainers.values() for name in (one.title, one.id, *one.was, *one.aliases)}


def test_no_sentence_names_a_card(library: Library, finder: Finder) -> None:
    opened = sum(finder.named(one) is not None for one in sentences_of(library))

    assert not opened


def test_sentences_glued_together_or_cut_short_name_none_either(library: Library, finder: Finder) -> None:
    names, sentences = names_of(library), sentences_of(library)

    @hypothesis.settings(max_examples=300)
    @hypothesis.given(
        st.lists(st.sampled_from(sentences), min_size=1, max_size=3),
        st.sampled_from([" ", ". ", ", ", "\n", " - "]),
        st.integers(min_value=3, max_value=60),
    )
    def try_some(parts: list[str], glue: str, length: int) -> None:
        glued = " ".join(glue.join(parts).split(" ")[:length])
        if len(glued.split()) > MOST_WORDS_OF_NAME and _key(glued) not in names:
            assert finder.named(glued) is None

    try_some()


async def test_the_bot_answers_every_sentence_with_help_first_and_opens_nothing(world: World) -> None:
    chance = random.Random(SEED)  # noqa: S311  # the same sentences each time
    for sentence in chance.sample(sentences_of(world.library), ASKED_OF_THE_BOT):
        result = await world.ana.slash(world.channel, "explain", topic=sentence)

        assert words(result.response).startswith(world.library.interface.explain.help_first)
        assert labels(result.response)[0] == world.library.interface.buttons.support
        assert not any(one["content"].startswith("## ") for one in components(result.response) if one["type"] == 10)
        assert result.ephemeral


@pytest.mark.parametrize("choice", [0, 1])
async def test_what_autocomplete_offers_first_after_a_sentence_opens_nothing_but_help(
    world: World, choice: int
) -> None:
    chance = random.Random(SEED)  # noqa: S311  # the same sentences each time
    for sentence in chance.sample(sentences_of(world.library), ASKED_OF_THE_BOT // 6):
        choices: list[Mapping[str, Any]] = await world.ana.autocomplete(world.channel, "explain", "topic", sentence)
        result = await world.ana.slash(world.channel, "explain", topic=choices[choice]["value"])

        help_itself = f"## {world.library.resources.title}"
        first = (help_itself, world.library.interface.explain.help_first)[choice]
        assert words(result.response).startswith(first)


def _key(text: str) -> str:
    return " ".join(split(text))
