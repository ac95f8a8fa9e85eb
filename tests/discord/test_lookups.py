"""Looking things up, as a member lives it."""

import pytest
from simcord import ResponseMessage

from bot.cogs import replies
from bot.ui.ids import Kind, Press
from tests.discord.conftest import World, components, labels, selects, words


async def test_a_named_topic_opens_its_card_for_the_member_alone(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="secure-base")

    card = world.library.explainers["secure-base"]
    assert result.ephemeral
    assert card.title in words(result.response)
    assert card.summary in words(result.response)
    assert labels(result.response) == ["Reflect on this", "Share in channel", "Support"]
    assert world.channel.history() == []


async def test_a_question_gets_results_with_their_answers_and_help_first(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="do I have to be happy for them to be poly")

    explain, library = world.library.interface.explain, world.library
    said = words(result.response)
    assert said.startswith(explain.help_first)
    assert labels(result.response) == ["Support", "Read", "Read", "Read", "All cards", "Glossary"]
    shown = [one for one in library.explainers.values() if f"### {one.title}\n{one.summary}" in said]
    assert len(shown) == 3
    assert result.ephemeral
    assert world.channel.history() == []

    opened = await world.ana.click(result.response.message, custom_id=Press(Kind.CARD, shown[0].id).encode())
    assert f"## {shown[0].title}" in words(opened.response)
    assert opened.ephemeral

    helped = await world.ana.click(result.response.message, label="Support")
    assert library.resources.title in words(helped.response)


async def test_a_question_before_the_index_is_made_is_deferred_and_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "DEFER_AFTER", 60.0)  # however slow this machine is
    question = "do I have to be happy for them to be poly"
    await world.app.pack.indexes()
    at_once = await world.ana.slash(world.channel, "explain", topic=question)
    world.app.pack._indexes = None

    waited = await world.ana.slash(world.channel, "explain", topic=question)

    answers = [one.json["type"] for one in world.env.http_requests if one.path.endswith("/callback")]
    assert answers == [4, 5]
    assert waited.ephemeral
    assert words(waited.response) == words(at_once.response)
    assert waited.followups == []


@pytest.mark.parametrize(
    ("command", "option"), [("explain", "topic"), ("glossary", "term"), ("reflect", "theme"), ("support", "country")]
)
async def test_a_lookup_that_takes_longer_than_discord_waits_is_deferred_and_answered(
    world: World, monkeypatch: pytest.MonkeyPatch, command: str, option: str
) -> None:
    at_once = await world.ana.slash(world.channel, command, **{option: "zzz"})
    monkeypatch.setattr(replies, "DEFER_AFTER", 0.0)

    waited = await world.ana.slash(world.channel, command, **{option: "zzz"})

    assert waited.ephemeral
    assert words(waited.response) == words(at_once.response)


async def test_a_question_that_means_little_says_that_the_answer_is_not_sure(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="trust")

    assert world.library.interface.explain.unsure in words(result.response)
    assert labels(result.response)[0] == "Support"


async def test_nothing_close_puts_help_first_and_says_how_to_ask(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="how do I install a graphics driver")

    explain = world.library.interface.explain
    assert words(result.response) == f"{explain.help_first}\n{explain.nothing_close}"
    assert labels(result.response) == ["Support", "All cards", "Glossary"]


async def test_autocomplete_offers_titles_that_open(world: World) -> None:
    choices = await world.ana.autocomplete(world.channel, "explain", "topic", "secur")

    assert "secure-base" in [one["value"] for one in choices]
    assert len(choices) <= 25


async def test_autocomplete_of_a_sentence_offers_support_then_the_search_then_cards(world: World) -> None:
    sentence = "she is on a date right now and I can't breathe"
    choices = await world.ana.autocomplete(world.channel, "explain", "topic", sentence)

    explain = world.library.interface.explain
    assert [one["name"] for one in choices[:2]] == [
        explain.suggest_support,
        explain.suggest_search.format(words=sentence),
    ]
    assert len(choices) > 2

    first, search, card = [await world.ana.slash(world.channel, "explain", topic=one["value"]) for one in choices[:3]]
    assert words(first.response).startswith(f"## {world.library.resources.title}")
    assert words(search.response).startswith(explain.help_first)
    assert labels(search.response)[1] == "Read"
    assert words(card.response).startswith(f"{explain.help_first}\n## {choices[2]['name']}")
    assert labels(card.response)[0] == "Support"
    helped = await world.ana.click(card.response.message, custom_id=_first_press(card.response))
    assert world.library.resources.title in words(helped.response)


async def test_a_sentence_longer_than_a_choice_still_offers_its_search(world: World) -> None:
    choices = await world.ana.autocomplete(world.channel, "explain", "topic", "I feel so jealous tonight " * 200)

    assert all(1 <= len(one["name"]) <= 100 and 1 <= len(one["value"]) <= 100 for one in choices)
    result = await world.ana.slash(world.channel, "explain", topic=choices[1]["value"])
    assert "Read" in labels(result.response)


@pytest.mark.parametrize("word", ["support", "suicide", "Where can I find help?"])
async def test_asking_for_help_by_name_leads_to_the_people_who_can_help(world: World, word: str) -> None:
    result = await world.ana.slash(world.channel, "explain", topic=word)

    assert words(result.response).startswith(f"## {world.library.resources.title}")


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
    await world.ana.click(card.response.message, label="Share in channel")

    (shown,) = world.channel.history()
    assert f"Shared by <@{world.ana.id}>." in words(shown)
    assert "It is not about anyone in particular." in words(shown)
    assert "Share in channel" not in labels(card.response)

    refused = await world.ben.click(shown, label="Remove from channel")
    assert world.library.interface.explain.not_yours in words(refused.response)
    assert refused.ephemeral
    assert len(world.channel.history()) == 1

    await world.ana.click(shown, label="Remove from channel")
    assert world.channel.history() == []


async def test_what_others_press_on_a_shared_card_answers_them_alone(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")
    await world.ana.click(card.response.message, label="Share in channel")
    (shown,) = world.channel.history()

    support = await world.ben.click(shown, label="Support")
    reflection = await world.ben.click(shown, label="Reflect on this")

    assert support.ephemeral
    assert reflection.ephemeral
    assert len(world.channel.history()) == 1


async def test_cards_for_moderators_cannot_be_shown_by_members(world: World) -> None:
    result = await world.ana.slash(world.channel, "explain", topic="anxious-attachment")

    assert world.library.explainers["anxious-attachment"].share == "moderators"
    assert "Share in channel" not in labels(result.response)


async def test_a_direct_message_has_no_channel_to_show_in(world: World) -> None:
    result = await world.ana.user.slash("explain", topic="compersion")

    assert labels(result.response) == ["Reflect on this", "Support"]


async def test_find_an_explainer_ranks_what_to_say_first_and_tells_nobody(world: World) -> None:
    message = await world.ben.send(world.channel, "my partner is out tonight and I can't stop shaking, I'm so jealous")

    result = await world.ana.context_menu(world.channel, "Find an explainer", message)

    assert result.ephemeral
    said, first = words(result.response), world.library.explainers["what-to-say"]
    assert said.startswith(f"{world.library.interface.explain.help_first}\n")
    assert said.split("### ")[1].startswith(first.title)
    assert labels(result.response) == ["Support", "Read", "Read", "Read", "All cards", "Glossary"]
    assert len(world.channel.history()) == 1
    opened = await world.ana.click(result.response.message, custom_id=Press(Kind.CARD_PRIVATE, first.id).encode())
    assert "Share in channel" not in labels(opened.response)
    (related,) = selects(opened.response)
    again = await world.ana.select(opened.response.message, [related["options"][0]["value"]])
    assert "Share in channel" not in labels(again.response)


async def test_find_an_explainer_on_chatter_says_so(world: World) -> None:
    message = await world.ben.send(world.channel, "anyone up for a raid in elden ring at nine")

    result = await world.ana.context_menu(world.channel, "Find an explainer", message)

    assert world.library.interface.explain.nothing_in_message in words(result.response)


async def test_the_list_of_all_cards_can_be_paged_and_opened(world: World) -> None:
    nothing = await world.ana.slash(world.channel, "explain", topic="graphics driver")
    first = await world.ana.click(nothing.response.message, label="All cards")
    seen = [one["value"] for one in selects(first.response)[0]["options"]]
    while "Next page" in labels(first.response):
        await world.ana.click(first.response.message, label="Next page")
        seen += [one["value"] for one in selects(first.response)[0]["options"]]

    assert sorted(seen) == sorted(world.library.explainers)


def _first_press(response: ResponseMessage) -> str:
    return next(one["custom_id"] for one in components(response) if "custom_id" in one)
