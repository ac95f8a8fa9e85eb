"""Consent, as it is asked for: five lines, one switch that is off, and who is noted where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Settings
from bot.domain.people import Pause
from bot.ui.ids import Kind, Press
from tests.discord.checking_in import BEGIN, TURN_OFF, TURN_ON, Someone
from tests.discord.conftest import Later, World, labels, words

FIRST_LINE = "This is a private notebook for adults."


@pytest.fixture
def ana(world: World) -> Someone:
    return Someone(world, world.ana)


async def profile_of(one: Someone):  # noqa: ANN201  # a type of what the bot imports late
    personal = await one.world.app.door.personal()
    async with personal.storage.database.reading() as tx:
        person = await personal.people.find(tx, one.user.id)
    assert person is not None
    return person.profile


async def test_the_first_time_shows_five_lines_and_one_switch_that_is_off(world: World, ana: Someone) -> None:
    await ana.checkin()

    assert ana.last.ephemeral
    assert "https://discord.com/channels/@me/" in words(ana.last.response)
    assert world.channel.history() == []
    assert ana.words.count("\n- ") + ana.words.startswith("- ") == 5
    assert FIRST_LINE in ana.words
    assert ana.words.endswith("Keep my check-ins (180 days, you can change it): **off**")
    assert ana.labels == [TURN_ON, BEGIN, "Not now", "More about privacy", "Support"]
    assert not await ana.is_member()


async def test_a_new_message_opens_with_a_neutral_line_without_sound(world: World, ana: Someone) -> None:
    for here in (True, False):
        await ana.checkin(here=here)
        assert ana.seen.flags.suppress_notifications
    neutral = world.library.notebook.conversation.neutral
    new_ones = [str(one.json) for one in world.env.http_requests if one.method == "POST"]
    assert sum(neutral in one for one in new_ones) == 2
    assert not any(FIRST_LINE in one for one in new_ones)


async def test_the_switch_turns_on_and_off_and_counts_as_it_stands_at_begin(ana: Someone) -> None:
    await ana.checkin()
    await ana.press(TURN_ON)
    assert ana.words.endswith("Keep my check-ins (180 days, you can change it): **on**")
    await ana.press(TURN_OFF)
    assert ana.words.endswith("Keep my check-ins (180 days, you can change it): **off**")
    assert not await ana.is_member()
    await ana.press(BEGIN)
    assert not await ana.is_member()
    assert ana.labels == ["Begin", "All on one page", "Not now", "Support"]
    assert "Check in with yourself. About two minutes. Skip anything. Only you see it." in ana.words


async def test_keep_on_makes_a_member_with_the_version_and_the_time_and_never_asks_again(
    world: World, ana: Someone
) -> None:
    await ana.begin(keep=True)

    profile = await profile_of(ana)
    assert (profile.keep, profile.retention) == (True, 180)
    assert (profile.consent.version, profile.consent.at) == (world.library.notebook.consent.version, world.env.now())
    await ana.checkin()
    assert FIRST_LINE not in ana.words
    assert ana.labels[:3] == ["Begin", "All on one page", "Not now"]


async def test_someone_who_keeps_nothing_is_noted_nowhere_and_asked_again_unless_one_is_open(ana: Someone) -> None:
    await ana.begin()
    assert not await ana.is_member()
    await ana.checkin()
    assert FIRST_LINE not in ana.words
    (row,) = await ana.rows()
    assert row["keeps"] is False
    await ana.choose_open(0)
    await ana.press("Hide for now")
    await ana.press("Delete this one")
    await ana.checkin()
    assert FIRST_LINE in ana.words


@pytest.mark.parametrize("agreed", [False, True])
async def test_not_now_leaves_a_line_that_is_true_where_nothing_was_begun(ana: Someone, *, agreed: bool) -> None:
    await ana.checkin()
    if agreed:
        await ana.press(BEGIN)
    await ana.press("Not now")

    assert ana.words == "That is fine. You can check in whenever you like."
    assert ana.labels == ["Check in", "Support"]
    assert not await ana.is_member()


async def test_not_now_just_after_begin_says_that_what_was_begun_waits(ana: Someone) -> None:
    await ana.checkin()
    await ana.press(BEGIN)
    not_now = ana.control(Kind.NOT_NOW)
    await ana.press("Begin")
    await ana.repeat(not_now)

    assert ana.is_hidden
    assert ana.labels == ["Continue", "Delete this one", "Support"]
    await ana.press("Continue")
    assert ana.step == "here"


async def test_not_now_on_a_message_of_an_earlier_version_says_the_same(ana: Someone) -> None:
    await ana.begin()
    await ana.repeat(Press(Kind.NOT_NOW))

    assert ana.words == "That is fine. You can check in whenever you like."
    assert len(await ana.rows()) == 1


async def test_lines_that_changed_are_asked_about_again_and_an_old_begin_does_not_count(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin(keep=True)
    await ana.checkin()
    opening = ana.seen
    edit("checkins/notebook.yaml", "  version: 2\n", "  version: 3\n")
    assert await world.app.reload()

    await ana.press("Begin", opening)
    assert ana.words.startswith("One line has changed since you agreed.")
    assert TURN_OFF in ana.labels, "who has it on keeps it on"
    await ana.press(TURN_OFF)
    await ana.press(TURN_ON)
    assert ana.words.startswith("One line has changed since you agreed.")
    await ana.press(BEGIN)
    profile = await profile_of(ana)
    assert (profile.consent.version, profile.keep) == (3, True)
    await ana.checkin()
    assert FIRST_LINE not in ana.words


async def test_keep_switched_off_under_changed_lines_is_withdrawn(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("brings")
    edit("checkins/notebook.yaml", "  version: 2\n", "  version: 3\n")
    assert await world.app.reload()
    await ana.checkin()
    assert TURN_OFF in ana.labels
    await ana.press(TURN_OFF)
    await ana.press(BEGIN)

    profile = await profile_of(ana)
    assert (profile.keep, profile.consent.version) == (False, 3)
    assert [row["keeps"] for row in await ana.rows()] == [False]
    await ana.press("Begin")
    await ana.skip_to_end()
    assert world.library.check_in.keep_ask in ana.words
    assert await ana.kept() == []


async def test_withdrawing_makes_what_is_open_end_in_a_day(world: World, ana: Someone, later: Later) -> None:
    await ana.begin(keep=True)
    personal = await world.app.door.personal()
    later(timedelta(hours=25))
    await personal.folding.end(world.app._clock())
    assert len(await ana.rows()) == 1

    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, ana.user.id)
        assert person is not None
        await personal.consents.set_keep(tx, person, keep=False)
    await personal.folding.end(world.app._clock())

    assert await ana.rows() == []


async def test_someone_who_paused_is_met_like_anyone_and_loses_nothing_by_it(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    personal = await world.app.door.personal()
    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, ana.user.id)
        assert person is not None
        await personal.people.change(tx, person, replace(person.profile, pause=Pause()))

    await ana.checkin()
    assert TURN_ON in ana.labels
    await ana.press(BEGIN)

    assert (await profile_of(ana)).keep


async def test_notices_wait_until_the_lines_are_read(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin(keep=True)
    personal = await world.app.door.personal()
    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, ana.user.id)
        assert person is not None
        await personal.people.change(tx, person, replace(person.profile, notices=("went-quiet",)))
    edit("checkins/notebook.yaml", "  version: 2\n", "  version: 3\n")
    assert await world.app.reload()

    await ana.checkin()
    assert "three came without an answer" not in ana.words
    await ana.press(BEGIN)
    assert "Your reminders are paused, because three came without an answer. Nothing else changed." in ana.words
    await ana.checkin()
    assert "three came without an answer" not in ana.words


async def test_more_about_privacy_is_a_card(ana: Someone) -> None:
    await ana.checkin()
    await ana.press("More about privacy")

    assert ana.last.ephemeral
    assert "What can moderators see" in words(ana.last.response) or "privacy" in words(ana.last.response).lower()
    assert FIRST_LINE in ana.words
    assert labels(ana.seen)[0] == TURN_ON


MAY = "that may be a moderator of a server you are in"
DOES = "that person also moderates a server that uses this bot"


@pytest.mark.parametrize("moderates", [None, True, False])
class TestWhoRunsIt:
    """What is said of the person who runs the bot, by what they set."""

    @pytest.fixture
    def settings(self, settings: Settings, moderates: bool | None) -> Settings:  # noqa: FBT001  # of the test
        return replace(settings, operator=replace(settings.operator, moderates=moderates))

    async def test_consent_about_and_the_one_line_that_changed_say_what_is_true(
        self,
        world: World,
        ana: Someone,
        edit: Callable[[str, str, str], None],
        moderates: bool | None,  # noqa: FBT001  # a parameter of the test
    ) -> None:
        told = {None: (MAY, DOES), True: (DOES, MAY), False: ("", "")}[moderates]
        await ana.checkin()
        line = "The person who runs this bot could read it if they tried"
        assert (f"{line}; {told[0]}." if told[0] else f"{line}.") in ana.words
        about = words((await world.ana.slash(world.channel, "about")).response)
        for shown in (ana.words, about):
            assert [one for one in (MAY, DOES) if one in shown] == [one for one in told[:1] if one]
        await ana.press(TURN_ON)
        await ana.press(BEGIN)
        edit("checkins/notebook.yaml", "  version: 2\n", "  version: 3\n")
        assert await world.app.reload()
        await ana.checkin()
        assert ana.words.startswith("One line has changed since you agreed.")
        assert told[0] in ana.words


async def test_who_agreed_to_earlier_lines_is_asked_in_one_line_and_has_what_they_kept_meanwhile(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"closest": "curiosity", "note": "Sea glass"})
    edit("checkins/notebook.yaml", "  version: 2\n", "  version: 3\n")
    assert await world.app.reload()

    looked = await ana.user.slash("lookback")
    assert "Sea glass" in words(looked.response)
    exported = await ana.user.slash("mydata show")
    assert "1" in words(exported.response)
    await ana.checkin()
    assert FIRST_LINE not in ana.words
    first = ana.words.split("\n")[0]
    assert first.startswith("One line has changed since you agreed.")
    assert ana.words == f"{first}\nKeep my check-ins (180 days, you can change it): **on**"
    await ana.press("Show all five lines")
    assert FIRST_LINE in ana.words
    assert TURN_OFF in ana.labels
    await ana.press(BEGIN)
    await ana.checkin()
    assert "Begin" in ana.labels
    assert len(await ana.kept()) == 1
