"""`/server settings` as moderators meet it, and what it changes for members: in simcord, with real storage."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.domain.servers.settings import ServerRecord
from bot.ui.ids import Kind, Press
from tests.discord.conftest import World, components, labels, selects, words
from tests.discord.pressing import press_as


class Office:
    """A moderator in a server, her screen, and what is set."""

    def __init__(self, world: World, mod: Any) -> None:
        self.world, self.mod, self.words = world, mod, world.library.servers
        self.shown: Any = None

    async def open(self) -> Any:
        self.shown = (await self.mod.slash(self.world.channel, "server settings")).response
        return self.shown

    async def choose(self, placeholder: str, *values: Any) -> Any:
        """Choose in the select with this placeholder; give what else was shown."""
        custom_id = next(
            one["custom_id"] for one in selects_of_any_kind(self.shown) if one["placeholder"] == placeholder
        )
        return await self.mod.select(self.shown, list(values), custom_id=custom_id)

    async def press(self, label: str) -> Any:
        return await self.mod.click(self.shown, label=label)

    async def fill(self, label: str, **values: Any) -> Any:
        return await self.mod.submit_modal(await self.press(label), values)

    @property
    def text(self) -> str:
        return words(self.shown)

    async def record(self) -> ServerRecord:
        return await self.servers.load(self.world.guild.id)

    @property
    def servers(self) -> Any:
        return self._board.servers

    async def ready(self) -> "Office":
        self._board = await self.world.app.door.noticeboard()
        return self


def selects_of_any_kind(shown: Any) -> list[Any]:
    return [one for one in components(shown) if one["type"] in {3, 8}]


@pytest.fixture
async def office(world: World) -> Office:
    role = world.guild.create_role("keeper", permissions=discord.Permissions(manage_guild=True))
    mod = world.guild.add_member(world.env.create_user("mod"), roles=[role])
    return await Office(world, mod).ready()


# --- the screen ------------------------------------------------------------------------------------------------------


async def test_the_screen_says_everything_that_is_set_to_the_moderator_alone(office: Office) -> None:
    shown = await office.open()

    assert shown.ephemeral
    said = office.words
    for line in (said.shown.anywhere, said.visible.private, said.age.is_off, said.weekly.is_off, said.tags.is_none):
        assert line in office.text
    assert said.visible.note in office.text
    assert said.language.one.format(language="English") in office.text
    assert said.suggestions.is_off in office.text
    assert said.intro.is_none in office.text
    assert await office.record() == ServerRecord(), "looking changes nothing"


async def test_only_members_with_manage_server_get_in_and_a_forged_press_gets_nowhere(office: Office) -> None:
    world = office.world
    refused = await press_as(world, world.ana, Press(Kind.SERVER_SHOWN))
    assert words(refused.response) == office.words.screen.not_allowed

    for kind in (one for one in Kind if one.name.startswith("SERVER_")):
        forged = await press_as(world, world.ana, Press(kind))
        assert words(forged.response) == office.words.screen.not_allowed
        assert forged.ephemeral
    assert await office.record() == ServerRecord()


async def test_where_members_may_show_is_chosen_and_the_channels_after_it(office: Office) -> None:
    said = office.words.shown
    quiet = office.world.guild.create_text_channel("quiet")
    await office.open()

    await office.choose(said.choose, "chosen")
    assert said.chosen_none in office.text
    await office.choose(said.choose_channels, quiet, office.world.channel)
    assert said.chosen.format(channels=f"<#{quiet.id}>, <#{office.world.channel.id}>") in office.text
    assert (await office.record()).settings.channels == (quiet.id, office.world.channel.id)

    await office.choose(said.choose_channels)
    assert said.chosen_none in office.text
    await office.choose(said.choose, "nowhere")
    assert said.nowhere in office.text
    assert said.choose_channels not in [one["placeholder"] for one in selects_of_any_kind(office.shown)]


async def test_each_thing_is_changed_by_itself_and_stands_after_a_restart(office: Office) -> None:
    said, world = office.words, office.world
    await office.open()
    await office.choose(said.visible.choose, "channel")
    await office.press(said.age.turn_on)
    await office.choose(said.weekly.choose_channel, world.channel)
    await office.choose(said.suggestions.choose_channel, world.channel)
    await office.fill(said.intro.change, card="What is compersion?")
    await office.fill(said.tags.change, tags="care\n\nreading\ncare")

    await world.env.restart_bot(world.app.make_client())
    await office.press(said.weekly.pause)

    set_now = (await office.record()).settings
    assert set_now.visible == "channel"
    assert set_now.age_restricted_only
    assert set_now.weekly.channel == set_now.suggestions == world.channel.id
    assert set_now.weekly.paused
    assert set_now.intro in world.library.explainers
    assert set_now.forum_tags == ("care", "reading")
    for line in (said.visible.channel, said.age.is_on, said.tags.is_set.format(tags="care, reading")):
        assert line in office.text
    assert said.weekly.go_on in labels(office.shown)

    await office.press(said.weekly.go_on)
    await office.press(said.weekly.stop)
    await office.press(said.suggestions.turn_off)
    set_now = (await office.record()).settings
    assert set_now.weekly.channel is None
    assert set_now.suggestions is None


async def test_a_stale_screen_changes_nothing_and_shows_what_stands(office: Office) -> None:
    said = office.words
    first = await office.open()
    await office.open()
    await office.choose(said.shown.choose, "nowhere")

    office.shown = first
    await office.choose(said.visible.choose, "channel")

    assert said.screen.stale in office.text
    assert said.shown.nowhere in office.text
    assert (await office.record()).settings.visible == "private"
    await office.choose(said.visible.choose, "channel")
    assert (await office.record()).settings.visible == "channel"


async def test_the_weekly_prompt_is_set_in_a_form_and_the_zone_found_by_a_city(office: Office) -> None:
    said = office.words.weekly
    await office.open()
    await office.choose(said.choose_channel, office.world.channel)

    await office.fill(said.when, day=["2"], hour=["9"], zone="berlin", theme=["any"])

    assert "every Wednesday at 09:00, Europe/Berlin time. Theme: Any." in office.text
    await office.fill(said.when, day=["2"], hour=["10"], zone="san", theme=["any"])
    assert said.which_zone in office.text
    assert (await office.record()).settings.weekly.hour == 10, "the rest is set already"
    (zones,) = selects(office.shown)
    zone = zones["options"][0]["value"]
    await office.choose(said.choose_zone, zone)
    assert f"{zone} time" in office.text


async def test_a_city_nobody_knows_is_said_and_the_rest_is_set(office: Office) -> None:
    said = office.words.weekly
    await office.open()
    await office.choose(said.choose_channel, office.world.channel)

    await office.fill(said.when, day=["0"], hour=["7"], zone="*Atlantis*", theme=["any"])

    assert "There is no time zone named \\*Atlantis\\*" in office.text
    weekly = (await office.record()).settings.weekly
    assert (weekly.day, weekly.hour, weekly.zone) == (0, 7, "UTC")


async def test_a_card_that_may_mean_several_is_asked_about_and_one_that_means_none_is_said(office: Office) -> None:
    said = office.words.intro
    await office.open()

    await office.fill(said.change, card="zzzz qqqq xxxx")
    assert said.unknown.format(card="zzzz qqqq xxxx") in office.text
    await office.fill(said.change, card="jealous")
    if said.which in office.text:
        (cards,) = selects(office.shown)
        await office.choose(said.change, cards["options"][0]["value"])
    assert (await office.record()).settings.intro in office.world.library.explainers
    await office.fill(said.change, card="")
    assert (await office.record()).settings.intro is None


async def test_too_many_tags_are_refused_and_what_was_typed_is_given_back(office: Office) -> None:
    await office.open()

    refused = await office.fill(office.words.tags.change, tags="\n".join("abcdef"))

    given_back, why = words(refused.response), words(refused.followups[-1])
    assert "> a\n> b" in given_back
    assert why == office.words.tags.too_many, "what went wrong comes last, where it is seen"
    assert (await office.record()).settings.forum_tags == ()


async def test_what_became_of_a_press_stands_by_what_was_pressed(office: Office) -> None:
    said, screen = office.words, office.words.screen
    await office.open()

    def around(title: str, line: str) -> bool:
        """Whether a line stands right under the title of a part of the screen."""
        return f"### {title}\n{line}" in office.text

    await office.fill(said.intro.change, card="xyzzy plugh")
    assert around(said.intro.title, said.intro.unknown.format(card="xyzzy plugh"))
    await office.choose(said.weekly.choose_channel, office.world.channel)
    assert around(said.weekly.title, screen.changed)
    await office.press(said.age.turn_on)
    assert around(said.age.title, screen.changed)
    assert office.text.count(screen.changed) == 1
    await office.servers.update(office.world.guild.id, lambda now: replace(now, intro="compersion"))
    await office.press(said.age.turn_off)
    assert around(said.age.title, screen.stale)


async def test_a_day_chosen_before_the_channel_is_told(office: Office) -> None:
    await office.open()

    await office.fill(office.words.weekly.when, day=["2"], hour=["9"], zone="Berlin")

    assert "Off." in office.text
    assert "Once it is on, a prompt is posted every Wednesday at 09:00, Europe/Berlin time." in office.text


async def test_a_trouble_is_told_on_the_screen_and_goes_when_it_is_mended(office: Office) -> None:
    said, server = office.words, office.world.guild.id
    await office.open()
    await office.choose(said.weekly.choose_channel, office.world.channel)
    await office.choose(said.suggestions.choose_channel, office.world.channel)
    await office.servers.update(server, lambda now: replace(now, weekly=replace(now.weekly, paused=True)))
    await office.servers.note(
        server, lambda now: replace(now, weekly_trouble="permission_lost", suggestions_trouble="channel_gone")
    )

    await office.open()
    assert said.trouble.permission_lost in office.text
    assert said.trouble.channel_gone in office.text
    await office.press(said.weekly.go_on)
    assert said.trouble.permission_lost not in office.text
    await office.choose(said.suggestions.choose_channel, office.world.channel)
    assert said.trouble.channel_gone not in office.text


# --- as a file -------------------------------------------------------------------------------------------------------


async def exported(office: Office) -> bytes:
    sent = (await office.press(office.words.screen.export)).response
    (attachment,) = sent.attachments
    assert sent.ephemeral
    return office.world.env.backend.cdn.get(attachment.url)


async def imported(office: Office, data: bytes, name: str = "settings.yaml") -> Any:
    return (await office.fill(office.words.screen.bring_in, file=[(name, data)])).response


async def test_settings_go_out_as_a_file_and_come_in_again_exactly(office: Office) -> None:
    said = office.words
    await office.open()
    await office.choose(said.shown.choose, "chosen")
    await office.choose(said.shown.choose_channels, office.world.channel)
    await office.choose(said.weekly.choose_channel, office.world.channel)
    await office.fill(said.tags.change, tags="care: first\n- dash")
    data, before = await exported(office), (await office.record()).settings

    await office.choose(said.shown.choose, "anywhere")
    await office.fill(said.tags.change, tags="")
    screen = office.shown
    office.shown = await imported(office, data)
    assert said.file.would_change in office.text
    assert said.shown.title in office.text
    assert said.visible.title not in office.text, "what stays is not told"
    assert (await office.record()).settings != before, "nothing changes before the yes"
    await office.press(said.file.take)

    assert said.file.taken in office.text
    assert (await office.record()).settings == before
    office.shown = screen
    await office.open()
    assert await exported(office) == data


async def test_everything_wrong_in_a_file_is_said_at_once_and_nothing_is_changed(office: Office) -> None:
    elsewhere = office.world.env.create_guild().create_text_channel("elsewhere")
    await office.open()
    file = f"""\
format: 1
shown: nowhere
channels: [{elsewhere.id}]
language: de
weekly:
  zone: Atlantis
  theme: riddles
intro: nothing
"""

    shown = await imported(office, file.encode())

    for place, rest in (
        ("3:12", f"this server has no channel {elsewhere.id} in which members write"),
        ("4:11", "language cannot be de (one of: en)"),
        ("6:9", "there is no time zone Atlantis"),
        ("7:10", "no theme riddles has prompts for a channel"),
        ("8:8", "there is no card nothing"),
    ):
        assert f"`{place}`: {rest}" in words(shown)
    assert await office.record() == ServerRecord()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"format: 7\n", "`1:9`: the file is from a newer version"),
        (b"x" * 2_000_000, "`1:1`: the file is larger than 64 KB"),
        (b"\xff\xd8\xff\xe0" * 50, "`1:1`: this is not text"),
        (b"format: 1\nshown: &a [x]\nchannels: *a\n", "`3:11`: a text that begins with *"),
        (b"", "`1:1`: the file is empty"),
    ],
)
async def test_odd_files_each_get_a_clear_sentence(office: Office, data: bytes, line: str) -> None:
    await office.open()

    shown = await imported(office, data)

    assert line in words(shown)
    assert await office.record() == ServerRecord()


async def test_a_form_without_a_file_and_a_file_that_changes_nothing_are_said(office: Office) -> None:
    await office.open()

    empty = await office.fill(office.words.screen.bring_in, file=[])
    assert words(empty.response) == office.words.file.nothing_attached
    same = await imported(office, b"format: 1\nshown: anywhere\n")
    assert words(same).startswith(office.words.file.no_change)
    assert labels(same) == [office.words.screen.bring_in, office.words.screen.back]


async def test_a_file_is_weighed_anew_when_someone_changed_a_setting_before_the_yes(office: Office) -> None:
    said = office.words
    await office.open()
    asked = await imported(office, b"format: 1\nshown: nowhere\n")
    await office.choose(said.visible.choose, "channel")

    office.shown = asked
    await office.press(said.file.take)
    assert (await office.record()).settings.shown == "anywhere"
    assert said.visible.private in office.text, "what the yes would undo is told now"

    await office.press(said.file.leave)
    assert words(office.shown).startswith(said.file.left)
    assert labels(office.shown) == [said.screen.bring_in, said.screen.back]
    assert (await office.record()).settings.visible == "channel"


# --- what it means for members ---------------------------------------------------------------------------------------


async def set_now(office: Office, **chosen: Any) -> None:
    await office.servers.update(office.world.guild.id, lambda before: replace(before, **chosen))


async def looked_up(office: Office, topic: str = "compersion", channel: ChannelHandle | None = None) -> Any:
    return await office.world.ana.slash(channel or office.world.channel, "explain", topic=topic)


async def test_where_nothing_may_be_shown_there_is_no_button_and_an_old_one_says_why(office: Office) -> None:
    show = office.world.library.interface.buttons.show_in_channel
    before = (await looked_up(office)).response
    assert show in labels(before)
    await set_now(office, shown="nowhere")

    assert show not in labels((await looked_up(office)).response)
    await office.world.ana.click(before, label=show)

    assert office.words.showing.nowhere in words(before)
    assert show not in labels(before)
    assert office.world.channel.history() == []


async def test_cards_are_shown_in_chosen_channels_and_their_threads_and_nowhere_else(office: Office) -> None:
    world, show = office.world, office.world.library.interface.buttons.show_in_channel
    other = world.guild.create_text_channel("other")
    await set_now(office, shown="chosen", channels=(world.channel.id,))

    assert show in labels((await looked_up(office)).response)
    assert show not in labels((await looked_up(office, channel=other)).response)
    await world.env.bot.http.start_thread_without_message(
        world.channel.id, name="aside", type=11, auto_archive_duration=1440
    )
    (thread,) = world.channel.threads
    assert show in labels((await looked_up(office, channel=thread)).response)


async def test_a_card_picked_by_name_is_answered_in_the_channel_and_everything_else_in_private(office: Office) -> None:
    world, interface = office.world, office.world.library.interface
    await set_now(office, visible="channel")

    public = await looked_up(office)
    assert not public.ephemeral
    assert f"<@{world.ana.id}>" in words(public.response)
    by_title = await looked_up(office, topic=world.library.explainers["curiosity"].title.upper())
    assert not by_title.ephemeral
    for topic in ("what does compersion even mean for me", "zzzz qqqq", "jealousy or something"):
        assert (await looked_up(office, topic=topic)).ephemeral
    private = next(one.id for one in world.library.explainers.values() if one.share != "anyone")
    assert (await looked_up(office, topic=private)).ephemeral
    for on_a_hard_night in ("right-now", "support", "what-to-say"):
        assert (await looked_up(office, topic=on_a_hard_night)).ephemeral

    await world.ana.click(public.response, label=interface.buttons.take_back)
    assert len(world.channel.history()) == 1, "the other one is still there"


async def test_where_showing_is_not_allowed_a_card_picked_by_name_stays_private(office: Office) -> None:
    await set_now(office, visible="channel", shown="nowhere")

    answer = await looked_up(office)

    assert answer.ephemeral
    assert office.words.showing.nowhere in words(answer.response)


async def test_the_fourth_showing_of_a_card_in_a_channel_is_declined_kindly(office: Office) -> None:
    world, show = office.world, office.world.library.interface.buttons.show_in_channel
    for _ in range(4):
        private = (await looked_up(office)).response
        await world.ana.click(private, label=show)

    assert office.words.showing.enough in words(private)
    assert len(world.channel.history()) == 3
    other = (await looked_up(office, "curiosity")).response
    await world.ana.click(other, label=show)
    assert len(world.channel.history()) == 4


async def test_a_shown_card_is_taken_back_by_its_sharer_or_by_who_manages_messages(office: Office) -> None:
    world, buttons = office.world, office.world.library.interface.buttons
    tidy = world.guild.create_role("tidy", permissions=discord.Permissions(manage_messages=True))
    cleo = world.guild.add_member(world.env.create_user("cleo"), roles=[tidy])
    for _ in range(2):
        await world.ana.click((await looked_up(office)).response, label=buttons.show_in_channel)
    first, second = world.channel.history()

    refused = await world.ben.click(first, label=buttons.take_back)
    assert words(refused.response) == world.library.interface.explain.not_yours
    await cleo.click(first, label=buttons.take_back)
    await world.ana.click(second, label=buttons.take_back)

    assert world.channel.history() == []


async def test_where_cards_are_for_age_restricted_channels_others_get_none(office: Office) -> None:
    show = office.world.library.interface.buttons.show_in_channel
    await set_now(office, age_restricted_only=True)

    assert show not in labels((await looked_up(office)).response)


async def test_the_card_to_start_with_is_offered_first(office: Office) -> None:
    world = office.world
    await set_now(office, intro="secure-base")
    title = world.library.explainers["secure-base"].title

    help_ = (await world.ana.slash(world.channel, "help")).response
    assert labels(help_)[0] == f"Start here: {title}"
    opened = await world.ana.click(help_, label=labels(help_)[0])
    assert title in words(opened.response)
    suggested = await world.ana.autocomplete(world.channel, "explain", "topic", "")
    assert suggested[0]["value"] == "secure-base"
    assert len({one["value"] for one in suggested}) == len(suggested)
    typed = await world.ana.autocomplete(world.channel, "explain", "topic", "jealous")
    assert typed[0]["value"] != "secure-base"


async def test_a_problem_is_reported_to_the_contact(office: Office) -> None:
    about = (await office.world.ana.slash(office.world.channel, "about")).response

    assert "### Report a problem\nTell the person who runs this bot: mail to the keeper" in words(about)
