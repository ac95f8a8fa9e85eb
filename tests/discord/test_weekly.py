"""The weekly prompt as a server meets it: it comes at its hour, opens private prompts, and moderators can pause it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.domain.servers.settings import ServerRecord, WeeklyPrompt
from bot.domain.servers.weekly import next_due, prompts_for_channels
from bot.ui.ids import Kind, Press
from tests.discord.conftest import Later, World, labels, words
from tests.discord.pressing import press_as

WEEK = timedelta(weeks=1)
ROUND = 31  # seconds, in which every job comes round once
REFLECT, PAUSE = "Reflect privately", "Pause weekly prompts (moderators)"


@dataclass
class Flow:
    """A server with a channel for the prompt, a moderator, and a clock that can leap."""

    world: World
    square: ChannelHandle
    moderator: MemberActor
    later: Later
    clock: list[Callable[[], datetime]]

    async def set(self, **weekly: Any) -> WeeklyPrompt:
        made = WeeklyPrompt(**{"channel": self.square.id, "zone": "America/New_York", **weekly})
        board = await self.world.app.door.noticeboard()
        await board.servers.update(self.world.guild.id, lambda before: replace(before, weekly=made))
        return made

    async def record(self) -> ServerRecord:
        return await (await self.world.app.door.noticeboard()).servers.load(self.world.guild.id)

    async def leap_to_the_next(self, late: timedelta = timedelta()) -> None:
        """Go to when the next one is due, whether or not it is paused, and let the jobs come round."""
        now = self.clock[-1]()
        weekly = (await self.record()).settings.weekly
        due = next_due(replace(weekly, paused=False), now)
        assert due is not None
        self.later(due + late - now)
        await self.world.env.advance_time(ROUND)

    @property
    def came(self) -> list[discord.Message]:
        return self.square.history()

    @property
    def offered(self) -> dict[str, str]:
        """Each prompt that may come, with its theme."""
        return {prompt.text: theme.id for theme, prompt in prompts_for_channels(self.world.library, None)}

    def prompt_in(self, message: discord.Message) -> str:
        (text,) = (one for one in self.offered if one in words(message))
        return text


@pytest.fixture
async def flow(world: World, later: Later, clock: list[Callable[[], datetime]]) -> Flow:
    role = world.guild.create_role("keepers", permissions=discord.Permissions(pin_messages=True))
    square = world.guild.create_text_channel("square")
    moderator = world.guild.add_member(world.env.create_user("mo"), roles=[role])
    return Flow(world, square, moderator, later, clock)


async def test_it_comes_once_a_week_and_not_the_same_twice_in_a_row(flow: Flow) -> None:
    await flow.set()
    await flow.world.env.advance_time(ROUND)
    assert flow.came == []

    await flow.leap_to_the_next()
    await flow.world.env.advance_time(3 * ROUND)
    (first,) = flow.came
    await flow.leap_to_the_next()
    _, second = flow.came

    assert flow.prompt_in(first) != flow.prompt_in(second)
    assert "Keep it to yourself, or talk if you like. People you love may be reading here." in words(first)
    assert labels(first) == [REFLECT, "Support", PAUSE]


async def test_it_keeps_to_the_theme_that_was_chosen(flow: Flow) -> None:
    theme = next(iter(flow.offered.values()))
    await flow.set(theme=theme)
    for _ in range(3):
        await flow.leap_to_the_next()

    assert {flow.offered[flow.prompt_in(one)] for one in flow.came} == {theme}


async def test_reflect_opens_the_very_prompt_for_the_member_alone_and_goes_on_through_its_theme(flow: Flow) -> None:
    await flow.set()
    await flow.leap_to_the_next()
    (message,) = flow.came
    before = words(message)
    theme = flow.world.library.themes[flow.offered[flow.prompt_in(message)]]
    posted = next(one for one in theme.prompts if one.text == flow.prompt_in(message))

    support = await flow.world.ben.click(message, label="Support")
    assert support.ephemeral
    for who in (flow.world.ana, flow.world.ben):
        opened = await who.click(message, label=REFLECT)
        assert opened.ephemeral
        came = [words(opened.response)]
        for said in (theme.name, posted.text, posted.starter or "", posted.settle or ""):
            assert said in came[0].replace("\\", "")
        for _ in theme.prompts[1:]:
            await who.click(opened.response, label=flow.world.library.interface.buttons.another)
            came.append(words(opened.response))
        assert all(any(one.text in said for said in came) for one in theme.prompts), "each comes once"
        assert all(flow.world.library.interface.reflect.around not in said for said in came)
    (after,) = flow.came
    assert words(after) == before  # nothing on it counts who pressed
    assert after.reactions == []


async def test_reflect_on_a_prompt_that_is_gone_opens_a_gentle_one_of_its_theme_and_says_so(
    flow: Flow, edit: Any
) -> None:
    await flow.set(theme="rest")
    await flow.leap_to_the_next()
    (message,) = flow.came
    posted = next(one for one in flow.world.library.themes["rest"].prompts if one.text == flow.prompt_in(message))
    edit("prompts/rest.yaml", f"id: {posted.id}\n", f"id: {posted.id}-anew\n")
    assert await flow.world.app.reload()

    opened = await flow.world.ana.click(message, label=REFLECT)

    assert opened.ephemeral
    assert flow.world.library.weekly.message.gone in words(opened.response)
    assert flow.offered[flow.prompt_in(opened.response)] == "rest"


async def test_reflect_on_a_theme_that_is_gone_opens_a_gentle_prompt_of_any(flow: Flow) -> None:
    opened = await press_as(flow.world, flow.world.ana, Press(Kind.REFLECT, "a-theme-of-old", position=7))

    assert opened.ephemeral
    assert flow.world.library.weekly.message.gone in words(opened.response)
    assert flow.prompt_in(opened.response)


async def test_only_moderators_pause_it_and_are_told_how_to_go_on(flow: Flow) -> None:
    await flow.set()
    await flow.leap_to_the_next()
    (message,) = flow.came

    declined = await flow.world.ana.click(message, label=PAUSE)
    assert declined.ephemeral
    assert "for moderators" in words(declined.response)
    assert not (await flow.record()).settings.weekly.paused

    for _ in range(2):
        paused = await flow.moderator.click(message, label=PAUSE)
        assert paused.ephemeral
        assert "The weekly prompt is paused." in words(paused.response)
        assert "/server settings" in words(paused.response)
    await flow.leap_to_the_next()
    assert len(flow.came) == 1

    await flow.set()
    await flow.leap_to_the_next()
    assert len(flow.came) == 2


async def test_pause_on_an_old_one_when_none_is_set_says_so(flow: Flow) -> None:
    await flow.set()
    await flow.leap_to_the_next()
    await flow.set(channel=None)

    pressed = await flow.moderator.click(flow.came[0], label=PAUSE)

    assert "No weekly prompt is set here any more, and none will come." in words(pressed.response)


async def test_more_than_two_hours_late_it_does_not_come(flow: Flow) -> None:
    await flow.set()
    await flow.leap_to_the_next(timedelta(hours=2, minutes=1))
    assert flow.came == []

    await flow.leap_to_the_next(timedelta(hours=1, minutes=59))
    assert len(flow.came) == 1


async def test_a_channel_that_is_gone_pauses_it_and_settings_tell(flow: Flow) -> None:
    await flow.set(channel=4242)
    await flow.leap_to_the_next()

    record = await flow.record()
    assert (record.settings.weekly.paused, record.weekly_trouble) == (True, "channel_gone")
    keepers = flow.world.guild.create_role("owners", permissions=discord.Permissions(manage_guild=True))
    owner = flow.world.guild.add_member(flow.world.env.create_user("olu"), roles=[keepers])
    screen = await owner.slash(flow.world.channel, "server settings")
    assert flow.world.library.servers.trouble.channel_gone in words(screen.response)


async def test_it_comes_only_into_age_restricted_channels_where_that_is_set(flow: Flow) -> None:
    await flow.set()
    board = await flow.world.app.door.noticeboard()
    await board.servers.update(flow.world.guild.id, lambda before: replace(before, age_restricted_only=True))
    await flow.leap_to_the_next()

    assert flow.came == []
    assert (await flow.record()).weekly_trouble == "not_age_restricted"


async def test_a_pack_without_its_prompt_any_more_lets_the_next_come(flow: Flow, edit: Any) -> None:
    """The prompt was chosen and its process died; the pack has changed since."""
    await flow.set()
    now = flow.clock[-1]()
    due = next_due((await flow.record()).settings.weekly, now)
    assert due is not None
    flow.later(due - now)
    weekly = (await flow.world.app.door.noticeboard()).weekly
    (row,) = await weekly.list_due()
    posting = await weekly.claim(row, flow.clock[-1]())
    assert posting is not None
    theme = next(
        theme.id
        for theme, prompt in prompts_for_channels(flow.world.library, None)
        if prompt.id == posting.claimed.prompt
    )
    edit(f"prompts/{theme}.yaml", f"id: {posting.claimed.prompt}\n", f"id: {posting.claimed.prompt}-anew\n")
    assert await flow.world.app.reload()
    await flow.world.env.advance_time(ROUND)

    assert flow.came == []
    assert await weekly.list_unfinished() == []
    await flow.leap_to_the_next()
    assert len(flow.came) == 1
