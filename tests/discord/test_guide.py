"""Stages, reflection, glossary, support, help, about, and a typed message."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


async def test_support_in_a_country_begins_with_its_own_emergency_number_and_no_other(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="us")

    said = words(result.response)
    assert said.index("911") < said.index("988") < said.index("findahelpline.com")
    assert not any(number in said for number in ("112", "999", "000:"))
    assert said.count(world.library.resources.unchecked) == 1
    assert result.ephemeral


async def test_support_without_a_country_names_every_emergency_number(world: World) -> None:
    result = await world.ana.slash(world.channel, "support")

    assert all(line in words(result.response) for line in world.library.resources.emergency)


@pytest.mark.parametrize("country", ["in", "za", "no"])
async def test_support_where_no_number_is_known_makes_none_up(world: World, country: str) -> None:
    result = await world.ana.slash(world.channel, "support", country=country)

    said = words(result.response)
    assert all(line in said for line in world.library.resources.emergency)
    assert world.library.interface.support.no_lines in said


async def test_sites_can_be_pressed(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="us")

    links = [one["url"] for one in components(result.response) if "url" in one]
    assert links == ["https://findahelpline.com", "https://kapprofessionals.org"]


async def test_support_for_a_country_without_a_list_still_helps(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="Atlantis")

    assert "Atlantis" in words(result.response)
    assert "findahelpline.com" in words(result.response)


async def test_another_country_is_one_choice_away_and_stands_chosen(world: World) -> None:
    result = await world.ana.slash(world.channel, "support")

    await world.ana.select(result.response.message, ["gb"])

    assert "116 123" in words(result.response)
    assert [one["value"] for one in selects(result.response)[0]["options"] if one.get("default")] == ["gb"]


async def test_the_menu_of_countries_is_the_one_that_stands_in_messages_of_0_3_0(world: World) -> None:
    result = await world.ana.slash(world.channel, "support")

    assert selects(result.response)[0]["custom_id"] == "1.co...."


async def test_who_cannot_speak_sees_ways_to_write_first_in_every_country_they_choose(world: World) -> None:
    said = world.library.interface.support
    result = await world.ana.slash(world.channel, "support", country="us")
    assert words(result.response).index("RAINN") < words(result.response).index("findahelpline.com")

    await world.ana.click(result.response.message, label="I can't speak aloud")
    shown = words(result.response)
    assert "text 988, or call 988" in shown
    assert "text START to 88788, or call 1-800-799-7233" in shown
    assert shown.index(said.can_write) < shown.index("88788") < shown.index(said.phone_only) < shown.index("RAINN")

    await world.ana.select(result.response.message, ["gb"])
    assert said.no_writing in words(result.response)

    await world.ana.select(result.response.message, ["ca"])
    assert "text 988, or call 988" in words(result.response)

    await world.ana.click(result.response.message, label="Show phone numbers first")
    assert "call or text 988" in words(result.response)


async def test_no_way_to_write_is_remembered(world: World) -> None:
    result = await world.ana.slash(world.channel, "support", country="us")
    await world.ana.click(result.response.message, label="I can't speak aloud")

    again = await world.ana.slash(world.channel, "support", country="us")

    assert "I can't speak aloud" in labels(again.response)
    assert "call or text 988" in words(again.response)


class TestHours:
    """Where the pack says when lines are open: on a Sunday, half past one in the morning in London."""

    NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    HOURS = (
        ("National Domestic Abuse Helpline", "daily 00:00-24:00"),
        ("Men's Advice Line", "daily 08:00-20:00"),
        ("Galop", "sat 20:00-02:00"),
    )

    @pytest.fixture
    def pack(self, pack: Path) -> Path:
        file = pack / "resources.yaml"
        text = file.read_text(encoding="utf-8")
        for name, opening in self.HOURS:
            hours = f"        hours: {{zone: Europe/London, open: [{opening}]}}\n"
            text = text.replace(f"      - name: {name}\n", f"      - name: {name}\n{hours}", 1)
        file.write_text(text, encoding="utf-8")
        return pack

    @pytest.mark.usefixtures("pack")
    async def test_open_lines_come_first_then_unknown_ones_then_closed_ones_with_when_they_open(
        self, world: World, clock: list[Callable[[], datetime]]
    ) -> None:
        clock.append(lambda: self.NOW)

        result = await world.ana.slash(world.channel, "support", country="gb")

        said, heads = words(result.response), world.library.interface.support
        order = [heads.open_now, "National Domestic Abuse", "Galop", heads.hours_unknown, "Samaritans"]
        order += [heads.closed_now, "Men's Advice", "findahelpline.com"]
        assert [said.index(one) for one in order] == sorted(said.index(one) for one in order)
        assert heads.day_and_night in said
        assert f"Open until <t:{int(self.NOW.timestamp()) + 30 * 60}:t>." in said
        opens = int(self.NOW.timestamp()) + 6 * 3600 + 30 * 60
        assert f"Opens at <t:{opens}:t>, <t:{opens}:R>." in said

    @pytest.mark.usefixtures("pack")
    async def test_choosing_again_later_tells_what_is_open_then(
        self, world: World, clock: list[Callable[[], datetime]]
    ) -> None:
        clock.append(lambda: self.NOW)
        result = await world.ana.slash(world.channel, "support")
        clock.append(lambda: self.NOW + timedelta(hours=1))

        await world.ana.select(result.response.message, ["gb"])

        said = words(result.response)
        assert said.index(world.library.interface.support.closed_now) < said.index("Galop")
        saturday = int(datetime(2026, 11, 28, 20, tzinfo=UTC).timestamp())
        assert f"Opens on <t:{saturday}:F>." in said


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
