"""A server's own pages, as its members live them, and nobody else."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.domain.interface import CardWords
from tests.discord.conftest import World, labels, selects, words

RULES = """\
id: house-rules
title: How do we talk at the lighthouse?
kind: idea
share: anyone
reflect: camp-fire
summary: Three habits of this server.
body:
  - We ask before we advise.
related: [secure-base]
reviewed: 2026-11-21
questions: [what are the habits of the lighthouse, how do people talk at the lighthouse]
"""
FIRE = """\
id: camp-fire
name: Around the fire
about: house-rules
prompts:
  - {id: fire-one, text: What did you bring to the fire?, weight: gentle}
  - {id: fire-two, text: What may stay at the fire?, weight: gentle}
"""
REST = """\
id: rest
prompts:
  - {id: rest-minute, text: What would a minute by the sea hold?, weight: gentle}
"""
PAGES = {"explainers/house-rules.yaml": RULES, "prompts/camp-fire.yaml": FIRE, "prompts/rest.yaml": REST}
TITLE = "How do we talk at the lighthouse?"

Lay = Callable[[Mapping[str, str]], Awaitable[None]]


@pytest.fixture
def lay(world: World, pack: Path) -> Lay:
    """Writes pages of the world's server and has the pack read again."""

    async def write(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            file = pack.parent / "servers" / str(world.guild.id) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        await world.app.pack.reload(datetime.now(UTC))

    return write


def card_words(world: World) -> CardWords:
    return world.library.interface.card


async def test_an_own_card_opens_by_its_name_and_by_a_question_and_says_whose_it_is(world: World, lay: Lay) -> None:
    await lay(PAGES)

    for topic in ("house-rules", TITLE):
        result = await world.ana.slash(world.channel, "explain", topic=topic)

        assert f"## {TITLE}" in words(result.response), topic
        assert card_words(world).own in words(result.response)
        assert labels(result.response)[-3:] == ["Reflect on this", "Share in channel", "Support"]
    asked = await world.ana.slash(world.channel, "explain", topic="how do people talk at the lighthouse")
    assert words(asked.response).split("### ")[1].startswith(card_words(world).own_in_list.format(title=TITLE))
    built_in = await world.ana.slash(world.channel, "explain", topic="secure-base")
    assert card_words(world).own not in words(built_in.response)


async def test_suggestions_and_the_list_say_in_words_whose_it_is(world: World, lay: Lay) -> None:
    await lay(PAGES)
    marked = card_words(world).own_in_list.format(title=TITLE)

    cards = await world.ana.autocomplete(world.channel, "explain", "topic", "how do")
    themes = await world.ana.autocomplete(world.channel, "reflect", "theme", "")
    nothing = await world.ana.slash(world.channel, "explain", topic="graphics driver")
    listed = await world.ana.click(nothing.response.message, label="All cards")
    seen = [one["label"] for one in selects(listed.response)[0]["options"]]
    while "Next page" in labels(listed.response):
        await world.ana.click(listed.response.message, label="Next page")
        seen += [one["label"] for one in selects(listed.response)[0]["options"]]

    assert {"name": marked, "value": "house-rules"} in [{"name": one["name"], "value": one["value"]} for one in cards]
    assert card_words(world).own_in_list.format(title="Around the fire") in [one["name"] for one in themes]
    assert card_words(world).reworded_in_list.format(title=world.library.themes["rest"].name) in [
        one["name"] for one in themes
    ]
    assert marked in seen
    assert len(seen) == len(world.library.explainers) + 1


async def test_another_server_and_a_private_conversation_have_the_plain_pack(world: World, lay: Lay) -> None:
    another = world.env.create_guild("Another")
    elsewhere = another.create_text_channel("general")
    cora = another.add_member(world.env.create_user("cora"))
    await lay(PAGES)

    for result in (
        await cora.slash(elsewhere, "explain", topic="how do people talk at the lighthouse"),
        await world.ana.user.slash("explain", topic="house-rules"),
    ):
        assert TITLE not in words(result.response)
        assert TITLE not in " ".join(labels(result.response))


async def test_an_own_card_is_shown_and_what_is_behind_it_opens_for_others(world: World, lay: Lay) -> None:
    await lay(PAGES)
    card = await world.ana.slash(world.channel, "explain", topic="house-rules")
    await world.ana.click(card.response.message, label="Share in channel")

    (shown,) = world.channel.history()
    prompt = await world.ben.click(shown, label="Reflect on this")
    about = await world.ben.click(prompt.response.message, label="Read the card")
    related = await world.ben.select(about.response.message, ["secure-base"])

    assert card_words(world).own in words(shown)
    assert "the fire" in words(prompt.response)
    assert card_words(world).own in words(prompt.response)
    assert TITLE in words(about.response)
    assert world.library.explainers["secure-base"].title in words(related.response)


async def test_a_reworded_prompt_says_so_and_its_neighbours_do_not(world: World, lay: Lay) -> None:
    await lay(PAGES)
    seen: dict[str, bool] = {}

    prompt = await world.ana.slash(world.channel, "reflect", theme="rest")
    for _ in world.library.themes["rest"].prompts:
        said = words(prompt.response)
        seen[said.split("\n\n")[1].split("\n")[0]] = card_words(world).reworded in said
        await world.ana.click(prompt.response.message, label="Another question")

    assert seen["What would a minute by the sea hold?"]
    assert list(seen.values()).count(True) == 1
    assert len(seen) == len(world.library.themes["rest"].prompts)


async def test_a_bad_page_never_reaches_a_member_and_support_stays_what_it_is(world: World, lay: Lay) -> None:
    before = await world.ana.slash(world.channel, "support")
    await lay(PAGES)
    await lay(
        {
            "explainers/house-rules.yaml": RULES.replace("We ask", "The evolved ask"),
            "explainers/support.yaml": RULES.replace("house-rules", "support"),
            "resources.yaml": "title: Ours\n",
        }
    )

    rules = await world.ana.slash(world.channel, "explain", topic="house-rules")
    about = await world.ana.slash(world.channel, "about")
    support = await world.ana.select(about.response.message, ["support"])
    after = await world.ana.slash(world.channel, "support")

    assert "We ask before we advise." in words(rules.response)
    assert world.library.explainers["support"].summary in words(support.response)
    assert words(after.response) == words(before.response)
    assert world.app.pack.own_pages.behind == 1


async def test_a_button_whose_card_went_away_leads_on(world: World, lay: Lay, pack: Path) -> None:
    await lay(PAGES)
    prompt = await world.ana.slash(world.channel, "reflect", theme="camp-fire")
    (pack.parent / "servers").rename(pack.parent / "away")
    await lay({})

    result = await world.ana.click(prompt.response.message, label="Read the card")

    assert world.library.interface.explain.gone in words(result.response)


async def test_a_new_word_of_the_pack_comes_to_a_server_with_own_pages(
    world: World, lay: Lay, edit: Callable[[str, str, str], None]
) -> None:
    await lay(PAGES)
    shown = await world.ana.slash(world.channel, "explain", topic="compersion")
    edit("explainers/compersion.yaml", "title: What is compersion?", "title: What is that glow?")
    await lay({})

    result = await world.ana.slash(world.channel, "explain", topic="compersion")

    assert "## What is compersion?" in words(shown.response)
    assert "## What is that glow?" in words(result.response)


async def test_a_folder_made_while_the_bot_runs_is_noticed(
    app: App, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reloaded, stop, reload = asyncio.Event(), asyncio.Event(), app.reload

    async def tell(*, asked: bool) -> bool:
        good = await reload(asked=asked)
        reloaded.set()
        return good

    monkeypatch.setattr(app, "reload", tell)
    watching = asyncio.create_task(app.watch(stop))
    await asyncio.sleep(0)  # it watches now
    file = pack.parent / "servers" / "123456789012345678" / "explainers" / "house-rules.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(RULES.replace("camp-fire", "rest"), encoding="utf-8")
    await reloaded.wait()
    first = app.pack.library_of(123456789012345678)
    reloaded.clear()
    file.write_text(RULES.replace("camp-fire", "rest").replace("Three", "Four"), encoding="utf-8")
    await reloaded.wait()

    assert first.explainers["house-rules"].summary == "Three habits of this server."
    assert app.pack.library_of(123456789012345678).explainers["house-rules"].summary == "Four habits of this server."
    stop.set()
    await watching
