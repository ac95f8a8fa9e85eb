"""`/reminders` and nudges as members meet them: set, sent when time comes, changed and stopped by their buttons."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import discord
import pytest

from bot.app import App
from bot.config import CheckIns
from bot.domain.trusted_time import SimulatedClock
from bot.domain.zones import zone_of
from tests.discord.conftest import World, components, labels, selects, words

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NIGHT = ["22", "7"]


@dataclass
class Flow:
    """Ana, her conversation with the bot, and a clock that can leap."""

    world: World
    leaps: list[timedelta]

    @property
    def now(self) -> datetime:
        return self.world.env.now() + sum(self.leaps, timedelta())

    async def leap(self, to: datetime) -> None:
        """Go to a time, jitter included, and let the jobs' next round come."""
        self.leaps.append(to + timedelta(minutes=5) - self.now)
        await self.world.env.advance_time(31)

    async def panel(self, **options: str) -> Any:
        return (await self.world.ana.slash(self.world.channel, "reminders", **options)).response

    async def press(self, shown: Any, label: str) -> Any:
        """Press a button, and give the message as it is then."""
        if isinstance(shown, discord.Message):
            await self.world.ana.user.click(shown, label=label)
            return next(one for one in self.conversation if one.id == shown.id)
        await self.world.ana.click(shown, label=label)
        return shown

    async def choose(self, shown: Any, *values: str) -> Any:
        await self.world.ana.select(shown, values)
        return shown

    @property
    def conversation(self) -> list[discord.Message]:
        """What the bot wrote into Ana's private conversation, oldest first."""
        channel = self.world.ana.user.dm_channel
        return channel.history() if channel else []

    async def keep(self) -> None:
        personal = await self.world.app.door.personal()
        async with personal.storage.database.transaction() as tx:
            await personal.people.agree(tx, self.world.ana.user.id, 1, self.now, keep=True)

    async def pick(self, shown: Any, hour: str = "A", day: str = "A") -> Any:
        return await self.press(await self.press(shown, hour), day)


@pytest.fixture
async def flow(world: World, clock: list[Callable[[], datetime]]) -> Flow:
    made = Flow(world, [])
    clock.append(lambda: made.now)
    await made.keep()
    return made


def times(shown: Any) -> list[datetime]:
    """Give the times a message shows, which Discord renders in each reader's zone."""
    return [datetime.fromtimestamp(int(one), UTC) for one in re.findall(r"<t:(\d+):F>", words(shown))]


def reminders_in(flow: Flow) -> list[discord.Message]:
    return [one for one in flow.conversation if words(one).startswith("Your reminder.")]


# --- setting ---------------------------------------------------------------------------------------------------------


async def test_nothing_is_set_until_it_is_asked_for(flow: Flow) -> None:
    panel = await flow.panel()

    assert panel.ephemeral
    assert "No reminder is set" in words(panel)
    assert labels(panel)[:2] == ["Remind me once", "Remind me regularly"]
    assert "Support" in labels(panel)


async def test_who_keeps_nothing_is_told_kindly_and_shown_the_nudge(flow: Flow) -> None:
    shown = (await flow.world.ben.slash(flow.world.channel, "reminders")).response

    assert flow.world.library.reminders.panel.keep_needed in words(shown)
    assert "/checkin" in words(shown)
    assert labels(shown) == ["Support"]


async def test_a_time_is_read_as_a_to_f_and_chosen_by_its_letter(flow: Flow) -> None:
    shown = await flow.press(await flow.panel(), "Remind me once")
    hours = times(shown)

    assert labels(shown) == ["A", "B", "C", "D", "E", "F", "Later times", "Back to reminders", "Support"]
    assert [line[:5] for line in words(shown).splitlines() if "<t:" in line] == [f"**{one}**" for one in "ABCDEF"]
    assert {later - sooner for sooner, later in pairwise(hours)} == {HOUR}

    await flow.press(shown, "Later times")
    assert times(shown)[0] == hours[5] + HOUR
    assert "Earlier times" in labels(shown)
    await flow.press(shown, "Earlier times")
    assert times(shown) == hours

    await flow.press(shown, "C")
    assert times(shown) == [hours[2] + n * DAY for n in range(6)]
    await flow.press(shown, "B")
    assert times(shown) == [hours[2] + DAY]
    panel = await flow.panel()
    assert "One time" in words(panel)
    assert times(panel) == [hours[2] + DAY]
    assert labels(panel)[:2] == ["Pause reminder 1", "Turn off reminder 1"]


async def test_all_buttons_look_alike(flow: Flow) -> None:
    shown = await flow.press(await flow.panel(), "Remind me once")

    assert {one["style"] for one in components(shown) if one["type"] == 2} == {2}


async def test_a_letter_pressed_twice_sets_one_and_a_late_letter_says_so(flow: Flow) -> None:
    shown = await flow.press(await flow.press(await flow.panel(), "Remind me once"), "A")
    old = times(shown)[0]

    await flow.press(shown, "A")
    assert times(shown) == [old]
    panel = await flow.panel()
    assert labels(panel).count("Turn off reminder 1") == 1
    assert "Turn off reminder 2" not in labels(panel)

    other = await flow.press(await flow.press(await flow.panel(), "Remind me once"), "A")
    flow.leaps.append(2 * DAY)
    result = await flow.world.ana.click(other, label="A")
    assert flow.world.library.reminders.trouble.time_passed in words(
        result.followups[-1] if result.followups else result.response
    )


async def test_setting_one_survives_a_restart_between_any_two_presses(flow: Flow) -> None:
    shown = await flow.panel()
    for label in ("Remind me regularly", "Every 2 weeks", "A", "B"):
        await flow.world.env.restart_bot(flow.world.app.make_client())
        await flow.press(shown, label)

    assert "The first comes on" in words(shown)
    assert "Every 2 weeks" in words(await flow.panel())


async def test_chosen_days_need_a_zone_and_then_a_day_and_an_hour(flow: Flow) -> None:
    shown = await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "On chosen days")
    assert labels(shown)[0] == "Set my time zone"

    form = await flow.world.ana.click(shown, label="Set my time zone")
    await flow.world.ana.submit_modal(form, {"city": "berlin"})
    assert "Europe/Berlin" in words(shown)

    await flow.press(await flow.press(shown, "Remind me regularly"), "On chosen days")
    assert next(one["label"] for one in selects(shown)[0]["options"]) == "Monday"
    await flow.choose(shown, "0", "4")
    assert "Monday, Friday" in words(shown)
    await flow.choose(shown, "19")
    (at,) = times(shown)
    wall = at.astimezone(zone_of("Europe/Berlin"))
    assert (wall.hour, wall.weekday() in {0, 4}) == (19, True)
    assert "Monday, Friday at 19:00" in words(await flow.panel())


@pytest.mark.parametrize("typed", ["Xanadu", "", "<@1>"])
async def test_a_zone_that_does_not_exist_gets_a_clear_sentence(flow: Flow, typed: str) -> None:
    shown = await flow.panel()
    form = await flow.world.ana.click(shown, label="Set my time zone")
    await flow.world.ana.submit_modal(form, {"city": typed} if typed else {})

    assert flow.world.library.reminders.zone.unknown in words(shown)
    assert "Set my time zone" in labels(shown)

    result = await flow.world.ana.slash(flow.world.channel, "reminders", zone="Mars/Olympus")
    assert words(result.response) == flow.world.library.reminders.zone.unknown
    assert labels(result.response)[0] == "Set my time zone"


async def test_a_zone_is_completed_while_typing_and_chosen_where_several_fit(flow: Flow) -> None:
    offered = await flow.world.ana.autocomplete(flow.world.channel, "reminders", "zone", "new")
    assert {"name": "America/New_York", "value": "America/New_York"} in offered

    assert "Asia/Tokyo" in words(await flow.panel(zone="tokyo"))

    shown = await flow.panel()
    form = await flow.world.ana.click(shown, label="Set my time zone")
    await flow.world.ana.submit_modal(form, {"city": "springfield"})
    await flow.choose(shown, "America/Chicago")
    assert "America/Chicago" in words(shown)


async def test_quiet_hours_are_set_by_two_hours_and_taken_away(flow: Flow) -> None:
    shown = await flow.press(await flow.panel(zone="Europe/Berlin"), "Set quiet hours")
    await flow.choose(shown, "22")
    same = await flow.world.ana.select(shown, ["22"])
    assert "the same hour" in words(same.followups[-1] if same.followups else same.response)
    await flow.choose(shown, "7")

    assert "Quiet hours: from 22:00 to 07:00" in words(shown)
    await flow.press(await flow.press(shown, "Set quiet hours"), "No quiet hours")
    assert "from 22:00" not in words(shown)


async def test_a_panel_of_five_fits_and_a_sixth_gets_a_sentence(flow: Flow) -> None:
    for _ in range(5):
        await flow.pick(await flow.press(await flow.panel(), "Remind me once"))

    panel = await flow.panel()
    assert "Turn off reminder 5" in labels(panel)
    shown = await flow.press(await flow.press(panel, "Remind me once"), "A")
    refused = await flow.world.ana.click(shown, label="A")
    assert "You have 5 reminders" in words(refused.followups[-1] if refused.followups else refused.response)


# --- coming ----------------------------------------------------------------------------------------------------------


async def test_a_reminder_comes_with_neutral_words_with_sound_and_its_off_switch(flow: Flow) -> None:
    (at,) = times(await flow.pick(await flow.press(await flow.panel(), "Remind me once"), day="C"))

    await flow.leap(at - HOUR)
    assert flow.conversation == []
    await flow.leap(at)

    (message,) = flow.conversation
    assert words(message) == "Your reminder. Open it now, later, or not at all."
    assert labels(message) == ["Open", "Later today", "Pause", "Turn off reminders", "Support"]
    assert not message.flags.suppress_notifications
    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 1


async def test_a_series_comes_each_week_until_it_is_stopped_on_the_message(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    await flow.leap(at)
    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 2

    message = await flow.press(flow.conversation[0], "Turn off reminders")

    assert words(message) == flow.world.library.reminders.message.stopped
    await flow.leap(at + 2 * WEEK)
    assert len(flow.conversation) == 2
    assert "No reminder is set" in words(await flow.panel())


async def test_stopping_one_of_two_offers_to_stop_all(flow: Flow) -> None:
    for _ in range(2):
        (at,) = times(
            await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
        )
    await flow.leap(at)

    message = await flow.press(flow.conversation[0], "Turn off reminders")
    assert "still set: 1" in words(message)
    await flow.press(message, "Turn off all reminders")

    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 2


async def test_later_today_comes_three_hours_later_over_a_restart(flow: Flow) -> None:
    (at,) = times(await flow.pick(await flow.press(await flow.panel(), "Remind me once")))
    await flow.leap(at)
    await flow.world.env.restart_bot(flow.world.app.make_client())

    message = await flow.press(flow.conversation[0], "Later today")

    (again,) = times(message)
    assert timedelta(hours=2, minutes=59) < again - flow.now <= 3 * HOUR
    await flow.world.env.restart_bot(flow.world.app.make_client())
    await flow.world.env.advance_time(31)
    await flow.leap(again)
    assert len(flow.conversation) == 2


async def test_a_pause_from_the_message_lasts_until_its_day(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    await flow.leap(at)

    message = await flow.press(flow.conversation[0], "Pause")
    assert len(times(message)) == 4
    message = await flow.press(message, "Two weeks")

    assert times(message) == [at + 3 * WEEK]
    for week in (1, 2):
        await flow.leap(at + week * WEEK)
    assert len(flow.conversation) == 1
    await flow.leap(at + 3 * WEEK)
    assert len(flow.conversation) == 2


async def test_a_pause_without_an_end_is_started_again_in_the_panel(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    shown = await flow.press(await flow.press(await flow.panel(), "Pause reminder 1"), "Until I resume it")
    assert words(shown) == flow.world.library.reminders.message.paused_open_end
    await flow.leap(at)
    assert flow.conversation == []

    panel = await flow.press(await flow.panel(), "Resume reminder 1")

    assert times(panel) == [at + WEEK]
    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 1


async def test_after_three_left_alone_it_goes_quiet_and_says_so_at_the_next_use(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    for week in range(5):
        await flow.leap(at + week * WEEK)

    assert len(flow.conversation) == 3
    panel = await flow.panel()
    assert "Your reminders are paused, because three came without an answer. Nothing else changed." in words(panel)
    assert "Resume reminder 1" in labels(panel)
    assert "three came without an answer. Nothing" not in words(await flow.panel())


async def test_opening_a_check_in_keeps_a_series_coming(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    for week in range(5):
        await flow.leap(at + week * WEEK)
        await flow.world.ana.user.click(reminders_in(flow)[-1], label="Open")

    assert len(reminders_in(flow)) == 5


async def test_five_that_are_due_at_once_come_a_fifth_of_a_second_apart(flow: Flow) -> None:
    for _ in range(5):
        (at,) = times(await flow.pick(await flow.press(await flow.panel(), "Remind me once")))
    await flow.leap(at)

    sent = [one.created_at for one in flow.conversation]
    assert len(sent) == 5
    assert min(later - sooner for sooner, later in pairwise(sent)) >= timedelta(seconds=0.199)


async def test_what_waits_for_the_morning_comes_at_the_end_of_quiet_hours(flow: Flow) -> None:
    shown = await flow.press(await flow.panel(zone="Europe/Berlin"), "Set quiet hours")
    for hour in NIGHT:
        await flow.choose(shown, hour)
    await flow.press(await flow.press(shown, "Remind me regularly"), "On chosen days")
    await flow.choose(shown, *"0123456")
    await flow.choose(shown, "23")

    (at,) = times(shown)
    assert at.astimezone(zone_of("Europe/Berlin")).hour == 7
    await flow.leap(at - 7 * HOUR)
    assert flow.conversation == []
    await flow.leap(at)
    assert len(flow.conversation) == 1


async def test_more_than_two_hours_late_is_not_sent(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )

    await flow.leap(at + 2 * HOUR)
    assert flow.conversation == []
    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 1


async def test_nobody_else_changes_it(flow: Flow) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    panel = await flow.panel()
    stop = next(one["custom_id"] for one in components(panel) if one.get("label") == "Turn off reminder 1")
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Turn off reminder 1", custom_id=stop)))
    view.stop()
    await flow.world.env.bot.get_partial_messageable(flow.world.channel.id).send(view=view)

    await flow.world.ben.click(flow.world.channel.history()[-1], label="Turn off reminder 1")

    assert times(await flow.panel()) == [at]


async def test_switched_off_nothing_comes_and_what_was_set_can_be_stopped(
    flow: Flow, clock: list[Callable[[], datetime]]
) -> None:
    (at,) = times(
        await flow.pick(await flow.press(await flow.press(await flow.panel(), "Remind me regularly"), "Every week"))
    )
    await flow.leap(at)
    await flow.world.app.door.close()
    off = CheckIns(enabled=True, reminders=False)
    other = App(replace(flow.world.app._settings, check_ins=off), SimulatedClock(clock[-1]))
    await flow.world.env.restart_bot(other.make_client())
    await flow.world.env.advance_time(31)

    await flow.leap(at + WEEK)
    assert len(flow.conversation) == 1
    assert words(await flow.panel()) == flow.world.library.reminders.panel.switched_off
    assert "Turned off" in words(await flow.press(flow.conversation[0], "Turn off reminders"))
    await other.door.close()


# --- nudges ----------------------------------------------------------------------------------------------------------


async def test_anyone_can_ask_for_a_nudge_in_a_few_hours_and_take_it_back(flow: Flow) -> None:
    shown = (await flow.world.ben.slash(flow.world.channel, "checkin", later="in-a-few-hours")).response
    (at,) = times(shown)

    assert shown.ephemeral
    assert timedelta(hours=2, minutes=59) < at - flow.now <= 3 * HOUR
    assert flow.world.library.reminders.nudge.what_is_kept in words(shown)
    await flow.world.ben.click(shown, label="Cancel this nudge")
    assert "Cancelled. It will not come" in words(shown)
    await flow.leap(at)
    assert flow.world.ben.user.dm_channel.history() == []


async def test_a_nudge_comes_once_with_its_off_switch(flow: Flow) -> None:
    shown = (await flow.world.ana.slash(flow.world.channel, "checkin", later="after-it")).response
    assert len(times(shown)) == 6
    await flow.press(shown, "C")
    (at,) = times(shown)
    await flow.leap(at)

    (message,) = flow.conversation
    assert words(message) == "You asked for a nudge around now. It can wait."
    assert labels(message) == ["Check in", "Later today", "Turn off reminders", "Support"]

    message = await flow.press(message, "Later today")
    (again,) = times(message)
    await flow.leap(again)
    assert len(flow.conversation) == 2
    assert words(await flow.press(flow.conversation[1], "Turn off reminders")).startswith("Turned off")


async def test_tomorrow_evening_is_set_at_once_where_the_zone_is_known(flow: Flow) -> None:
    offered = (await flow.world.ana.slash(flow.world.channel, "checkin", later="tomorrow-evening")).response
    assert len(times(offered)) == 6

    await flow.panel(zone="Asia/Tokyo")
    shown = (await flow.world.ana.slash(flow.world.channel, "checkin", later="tomorrow-evening")).response

    (at,) = times(shown)
    tokyo = zone_of("Asia/Tokyo")
    assert at.astimezone(tokyo).hour == 19
    assert at.astimezone(tokyo).date() == flow.now.astimezone(tokyo).date() + DAY
