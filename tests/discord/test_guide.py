"""Stages, reflection, glossary, support, help, about, and a typed message."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.discord.conftest import World, components, labels, selects, words

STAGES = ["Acceptance", "Alarm", "Curiosity", "Holding it", "Shared joy"]


async def test_stages_come_as_a_picture_with_alt_text_as_words_and_as_five_equal_buttons(world: World) -> None:
    result = await world.ana.slash(world.channel, "stages")

    (gallery,) = [one for one in components(result.response) if one["type"] == 12]
    alt = gallery["items"][0]["description"]
    assert all(name in alt for name in STAGES)
    assert all(f"**{name}**" in words(result.response) for name in STAGES)
    buttons = [one for one in components(result.response) if one["type"] == 2 and one["label"] in STAGES]
    assert [one["label"] for one in buttons] == STAGES
    assert len({one["style"] for one in buttons}) == 1
    assert len(result.response.attachments) == 1


@pytest.mark.parametrize("name", STAGES)
async def test_each_stage_opens_with_its_look_alikes_and_the_same_help(world: World, name: str) -> None:
    overview = await world.ana.slash(world.channel, "stages")

    result = await world.ana.click(overview.response.message, label=name)

    stage = next(one for one in world.library.stages.values() if one.name == name)
    assert result.ephemeral
    for look_alike in stage.look_alikes:
        assert all(question in words(result.response) for question in (look_alike.name, *look_alike.telling))
    assert all(line in words(result.response) for line in world.library.trajectory.help_lines)


async def test_reflect_walks_every_prompt_of_a_theme_once_before_any_twice(world: World) -> None:
    theme = world.library.themes["rest"]
    result = await world.ana.slash(world.channel, "reflect", theme="rest")
    seen = [words(result.response)]
    for _ in theme.prompts[1:]:
        await world.ana.click(result.response.message, label="Another question")
        seen.append(words(result.response))

    assert all(sum(prompt.text in one for one in seen) == 1 for prompt in theme.prompts)

    await world.ana.click(result.response.message, label="Another question")
    assert world.library.interface.reflect.around in words(result.response)


async def test_another_goes_on_where_it_was_after_a_restart(world: World) -> None:
    before = await world.ana.slash(world.channel, "reflect", theme="rest")
    first = words(before.response)

    await world.env.restart_bot(world.app.make_client())
    await world.ana.click(before.response.message, label="Another question")

    second = words(before.response)
    assert second != first
    assert any(prompt.text in second for prompt in world.library.themes["rest"].prompts)


async def test_reflect_on_a_theme_typed_in_full_and_on_one_that_is_not_there(world: World) -> None:
    typed = await world.ana.slash(world.channel, "reflect", theme=world.library.themes["rest"].name)
    assert any(prompt.text in words(typed.response) for prompt in world.library.themes["rest"].prompts)

    unknown = await world.ana.slash(world.channel, "reflect", theme="@everyone **now**")
    assert "@everyone" not in words(unknown.response)
    assert [one["value"] for one in selects(unknown.response)[0]["options"]] == list(world.library.themes)


async def test_a_glossary_word_is_explained_and_leads_on(world: World) -> None:
    result = await world.ana.slash(world.channel, "glossary", term="metamour")

    assert world.library.terms["metamour"].definition in words(result.response)
    listed = await world.ana.click(result.response.message, label="Glossary")
    assert selects(listed.response)


async def test_an_unknown_word_gets_the_list(world: World) -> None:
    result = await world.ana.slash(world.channel, "glossary", term="florble")

    assert world.library.interface.glossary.not_found in words(result.response)
    assert len(selects(result.response)[0]["options"]) == 25


async def test_support_begins_with_emergency_numbers_and_says_what_is_not_confirmed(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="us")

    said = words(result.response)
    assert said.index("911") < said.index("988")
    assert "findahelpline.com" in said
    assert said.count(world.library.resources.unchecked) == 1
    assert result.ephemeral


async def test_support_for_a_country_without_a_list_still_helps(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="Atlantis")

    assert "Atlantis" in words(result.response)
    assert "findahelpline.com" in words(result.response)


async def test_another_country_is_one_choice_away(world: World) -> None:
    result = await world.ana.slash(world.channel, "support")

    await world.ana.select(result.response.message, ["gb"])

    assert "116 123" in words(result.response)


async def test_help_names_every_command_a_member_has(world: World) -> None:
    result = await world.ana.slash(world.channel, "help")

    commands = [one for one in world.ana.available_commands(world.channel) if one != "help"]
    assert all(f"/{name.split()[0]}" in words(result.response) for name in commands)


async def test_about_says_what_it_is_not_privacy_in_four_lines_and_whom_to_tell(world: World) -> None:
    result = await world.ana.slash(world.channel, "about")

    said, about = words(result.response), world.library.interface.about
    assert about.what_it_is_not in said
    assert all(line in said for line in about.privacy)
    assert "mail to the keeper" in said
    assert world.library.digest[:12] in said
    assert all(work.author in said for work in world.library.works.values())


async def test_a_typed_message_gets_one_fixed_answer_an_hour(world: World) -> None:
    await world.ana.send_dm("I feel awful tonight")
    await world.ana.send_dm("are you there?")

    answers = [one for one in world.ana.user.dm_channel.history() if one.author.bot]
    assert len(answers) == 1
    assert words(answers[0]) == world.library.interface.direct_message.answer
    assert labels(answers[0]) == ["Check in", "Look something up", "Support"]

    result = await world.ana.user.click(answers[0], label="Support")
    assert "findahelpline.com" in words(result.response)


async def test_the_fixed_answer_comes_again_after_an_hour(world: World, clock: list[Callable[[], datetime]]) -> None:
    await world.ana.send_dm("hello")
    clock.append(lambda: world.env.now() + timedelta(seconds=3601))
    await world.ana.send_dm("hello again")

    assert sum(one.author.bot for one in world.ana.user.dm_channel.history()) == 2
