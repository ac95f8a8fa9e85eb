"""Looking things up, as a member lives it."""

import pytest

from tests.discord.conftest import World, labels, selects, words


async def test_a_named_topic_opens_its_card_for_the_member_alone(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="secure-base")

    card = world.library.explainers["secure-base"]
    assert result.ephemeral
    assert card.title in words(result.response)
    assert card.summary in words(result.response)
    assert labels(result.response) == ["Reflect on this", "Show in channel", "Support"]
    assert world.channel.history() == []


async def test_a_clear_question_opens_its_card(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="what is compersion??")

    assert "## What is compersion?" in words(result.response)


async def test_a_vague_question_offers_at_most_five_and_opens_none(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="jealous")

    offered = [one for one in labels(result.response) if one not in {"All cards", "Glossary", "Support"}]
    assert 2 <= len(offered) <= 5
    assert result.ephemeral

    opened = await world.ana.click(result.response.message, label=offered[1])

    assert offered[1] in words(opened.response)
    assert opened.ephemeral


async def test_nothing_close_is_said_and_leaves_three_ways_on(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="how do I install a graphics driver")

    assert world.library.interface.explain.nothing_close in words(result.response)
    assert labels(result.response) == ["All cards", "Glossary", "Support"]


async def test_autocomplete_offers_titles_that_open(world: World) -> None:
    choices = await world.ana.autocomplete(world.channel, "explain", "topic", "secur")

    assert "secure-base" in [one["value"] for one in choices]
    assert len(choices) <= 25


@pytest.mark.parametrize(
    "typed", ["", " ", "\x00\x07", "*" * 100, "\"'; DROP TABLE NEAR AND OR NOT", "💔" * 50, "x" * 6000]
)
async def test_hostile_words_get_an_answer(world: World, typed: str) -> None:
    await world.ana.autocomplete(world.channel, "explain", "topic", typed)
    if typed:
        result = await world.ana.slash(world.channel, "explain", topic=typed)

        assert result.ephemeral
        assert words(result.response)


async def test_related_cards_open_privately(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")
    (related,) = selects(card.response)
    assert 1 <= len(related["options"]) <= 5

    opened = await world.ana.select(card.response.message, [related["options"][0]["value"]])

    assert related["options"][0]["label"] in words(opened.response)
    assert opened.ephemeral


async def test_a_card_is_shown_under_the_members_name_and_taken_back_by_them_alone(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")
    await world.ana.click(card.response.message, label="Show in channel")

    (shown,) = world.channel.history()
    assert f"Shared by <@{world.ana.id}>." in words(shown)
    assert "It is about nobody in particular." in words(shown)
    assert "Show in channel" not in labels(card.response)

    refused = await world.ben.click(shown, label="Take back")
    assert world.library.interface.explain.not_yours in words(refused.response)
    assert refused.ephemeral
    assert len(world.channel.history()) == 1

    await world.ana.click(shown, label="Take back")
    assert world.channel.history() == []


async def test_what_others_press_on_a_shared_card_answers_them_alone(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")
    await world.ana.click(card.response.message, label="Show in channel")
    (shown,) = world.channel.history()

    support = await world.ben.click(shown, label="Support")
    reflection = await world.ben.click(shown, label="Reflect on this")

    assert support.ephemeral
    assert reflection.ephemeral
    assert len(world.channel.history()) == 1


async def test_cards_for_moderators_cannot_be_shown_by_members(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="anxious-attachment")

    assert world.library.explainers["anxious-attachment"].share == "moderators"
    assert "Show in channel" not in labels(result.response)


async def test_a_direct_message_has_no_channel_to_show_in(world: World) -> None:
    result = await world.ana.user.slash("explain", topic="compersion")

    assert labels(result.response) == ["Reflect on this", "Support"]


async def test_find_an_explainer_ranks_what_to_say_first_and_tells_nobody(world: World) -> None:
    message = await world.ben.send(world.channel, "my partner is out tonight and I can't stop shaking, I'm so jealous")

    result = await world.ana.context_menu(world.channel, "Find an explainer", message)

    assert result.ephemeral
    assert labels(result.response)[0] == world.library.explainers["what-to-say"].title
    assert len(world.channel.history()) == 1
    opened = await world.ana.click(result.response.message, label=labels(result.response)[0])
    assert "Show in channel" not in labels(opened.response)
    (related,) = selects(opened.response)
    again = await world.ana.select(opened.response.message, [related["options"][0]["value"]])
    assert "Show in channel" not in labels(again.response)


async def test_find_an_explainer_on_chatter_says_so(world: World) -> None:
    message = await world.ben.send(world.channel, "anyone up for a raid in elden ring at nine")

    result = await world.ana.context_menu(world.channel, "Find an explainer", message)

    assert world.library.interface.explain.nothing_in_message in words(result.response)


async def test_the_list_of_all_cards_can_be_paged_and_opened(world: World) -> None:
    nothing = await world.ana.slash(world.channel, "explain", topic="graphics driver")
    first = await world.ana.click(nothing.response.message, label="All cards")
    seen = [one["value"] for one in selects(first.response)[0]["options"]]
    while "More" in labels(first.response):
        await world.ana.click(first.response.message, label="More")
        seen += [one["value"] for one in selects(first.response)[0]["options"]]

    assert sorted(seen) == sorted(world.library.explainers)
