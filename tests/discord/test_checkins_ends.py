"""How check-ins end: kept, let go, refused by a limit, put away by time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.config import Settings
from bot.services.checkins.flow import MOST_OPEN
from bot.services.checkins.keeping import MOST_ENTRIES_A_DAY
from bot.ui.ids import Kind
from tests.discord.checking_in import BEGIN, Someone, said
from tests.discord.conftest import Later, World, components, labels, selects, words

TWO_HOURS = timedelta(hours=2, minutes=1)
ROUND = 65.0  # seconds in which the jobs come round


@pytest.fixture
def ana(world: World) -> Someone:
    return Someone(world, world.ana)


async def jobs(world: World) -> None:
    await world.env.advance_time(ROUND)


# --- kept or let go -------------------------------------------------------------------------------------------------


async def test_with_keep_it_is_kept_at_once_and_the_first_one_offers_reminders(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to_end()
    assert "Kept until <t:" in ana.words
    assert "No reminder comes unless you ask for one. If you ever want one, you can set it here." in ana.words
    assert ana.labels == ["Hide this", "Look back", "Reminders", "Support"]
    await ana.press("Reminders")
    assert ana.last.ephemeral

    await ana.begin()
    await ana.skip_to_end()
    assert "Reminders" not in ana.labels
    await ana.press("Look back")
    assert "<t:" in ana.told


class TestWithoutReminders:
    """Where the operator has switched reminders off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, check_ins=replace(settings.check_ins, reminders=False))

    async def test_none_are_offered(self, ana: Someone) -> None:
        await ana.begin(keep=True)
        await ana.skip_to_end()
        assert ana.labels == ["Hide this", "Look back", "Support"]
        assert "No reminder comes" not in ana.words


async def test_without_keep_it_asks_and_keeping_one_makes_a_member_who_is_asked_each_time(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("brings")
    await ana.press("Something happened")
    await ana.label("Sundays")
    assert "Keep this check-in?" in ana.words
    assert ana.labels[:2] == ["Keep it", "Don't keep it"]
    assert not await ana.is_member()

    await ana.press("Keep it")
    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something happened"]}
    assert kept["situation"]
    assert await ana.rows() == []
    await ana.begin()
    await ana.skip_to("situation")
    await ana.choose("Sundays")
    assert "Keep this check-in?" in ana.words
    await ana.press("Don't keep it")
    assert ana.words == "Deleted. Nothing of it is kept."
    assert len(await ana.kept()) == 1
    assert await ana.rows() == []


async def test_what_is_not_kept_is_not_in_the_row_that_waits_for_an_answer(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("not-right")
    await ana.choose("What I need keeps being missed")
    assert "need-missed" in str(await ana.rows())
    await ana.skip_to_end()

    assert "Something you need keeps being missed." in ana.words
    assert "need-missed" not in str(await ana.rows())


async def test_a_closing_collapses_when_put_away(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Something dear"})
    await ana.label("Canary")
    assert "Canary" in ana.words
    await ana.press("Hide this")

    assert ana.words == ana.library.notebook.conversation.later
    assert len(await ana.kept()) == 1


async def test_a_question_that_is_put_away_comes_again(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("closest")
    await ana.press("Neither")
    await ana.skip_to_end()
    await ana.press("Hide this")
    assert ana.is_hidden

    await ana.press("Continue")

    assert "Not happy and not hurt is a whole answer." in ana.words
    await ana.press("Keep it")
    assert len(await ana.kept()) == 1


async def test_the_third_of_a_day_hears_that_rest_counts(world: World, ana: Someone) -> None:
    heard = []
    for _ in range(4):
        await ana.begin(keep=True)
        await ana.skip_to_end()
        heard.append(world.library.check_in.rest.say in ana.words)

    assert heard == [False, False, True, False]


async def test_the_third_of_a_day_is_not_counted_at_whoever_is_in_the_middle_of_it(world: World, ana: Someone) -> None:
    for _ in range(3):
        await ana.begin("All on one page", keep=True)
        await ana.write("Open the form", {"brings": ["happening-now"]})
        assert world.library.check_in.rest.say not in ana.words


# --- limits ---------------------------------------------------------------------------------------------------------


async def test_as_many_as_fit_are_open_and_those_that_wait_for_an_answer_are_not_counted(ana: Someone) -> None:
    for _ in range(2):
        await ana.begin()
        await ana.skip_to_end()
    for _ in range(MOST_OPEN):
        await ana.begin()
    await ana.checkin()
    (open_ones,) = selects(ana.seen)
    assert len(open_ones["options"]) == MOST_OPEN
    await ana.press("Begin")

    assert ana.told.startswith(f"You have {MOST_OPEN} check-ins open, the most there can be.")
    assert "Begin" in ana.labels
    await ana.choose_open(0)
    await ana.press("Hide for now")
    await ana.press("Delete this one")
    await ana.begin()
    assert ana.step == "here"


async def fill(ana: Someone, situations: int = 0, entries: int = 0) -> None:
    """Give a member as much as it takes, straight into the stores."""
    personal = await ana.world.app.door.personal()
    now = ana.world.env.now()
    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, ana.user.id)
        assert person is not None
        for number in range(situations):
            await personal.situations.place(tx, person.member, f"label {number}", now)
        document = {"format": 1, "script": "check-in", "situation": None, "answers": []}
        times = {"started": now.isoformat(), "ended": now.isoformat()}
        await personal.storage.entries.add_many(tx, person.member, [({**document, **times}, None)] * entries, now)


async def test_as_many_labels_as_fit_are_told_when_a_new_one_is_named_and_it_comes_back(ana: Someone) -> None:
    await ana.begin(keep=True)
    await fill(ana, situations=50)
    await ana.label("One more")

    assert ana.told.startswith("You have 50 labels, the most there can be.")
    assert ana.told.endswith("> One more")
    assert ana.step == "situation"
    await ana.write("A new label", {"word": "Label 7"})
    assert "Label: label 7" in ana.words


async def test_as_many_labels_as_fit_are_told_on_the_screen_after_the_form_too(ana: Someone) -> None:
    for keep in (True, False):
        await ana.begin("All on one page", keep=keep)
        await fill(ana, situations=50)
        await ana.write("Open the form", {})
        await ana.write("Add a label", {"word": "One more"})
        assert ana.told.startswith("You have 50 labels, the most there can be.")
        assert ana.told.endswith("> One more")
        await ana.write("Add a label", {"word": "Label 7"})
        assert "Label: label 7" in ana.words


async def test_a_day_takes_twenty_and_the_next_one_waits_unlost(world: World, ana: Someone, later: Later) -> None:
    await ana.begin(keep=True)
    await fill(ana, entries=MOST_ENTRIES_A_DAY)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "A walk"})
    await ana.skip_to_end()

    assert f"You have kept {MOST_ENTRIES_A_DAY} check-ins in one day" in ana.words
    assert ana.labels[:2] == ["Keep it", "Don't keep it"]
    await ana.press("Keep it")
    assert ana.told.startswith(f"You have kept {MOST_ENTRIES_A_DAY} check-ins in one day")
    later(timedelta(hours=24))
    await jobs(world)
    assert ana.is_hidden
    await ana.press("Continue")
    await ana.press("Keep it")
    assert "Kept until <t:" in ana.words
    assert {"note": ["A walk"]} in [said(one) for one in await ana.kept()]


async def test_a_file_brought_in_today_counts_for_none_of_the_day(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    personal = await world.app.door.personal()
    old = (world.env.now() - timedelta(days=40)).isoformat()
    document = {"format": 1, "script": "check-in", "started": old, "ended": old, "situation": None, "answers": []}
    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, ana.user.id)
        assert person is not None
        await personal.storage.entries.add_many(tx, person.member, [(document, None)] * 30, world.env.now())
    await ana.skip_to_end()

    assert "Kept until <t:" in ana.words


async def test_a_note_that_is_too_long_comes_back_whole(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    edit("checkins/check-in.yaml", "    most: 500\n", "    most: 1000\n")
    assert await world.app.reload()
    await ana.begin()
    await ana.skip_to("note")
    form = await ana.open("Write a note")
    long_form = await ana.open("Write a note")
    edit("checkins/check-in.yaml", "    most: 1000\n", "    most: 500\n")
    assert await world.app.reload()
    await ana.submit(form, {"note": "w" * 600})
    assert ana.told.startswith("That is 600 characters long, and at most 500 fit here.")
    assert ana.told.endswith("> " + "w" * 600)
    assert ana.step == "note"

    await ana.submit(long_form, {"note": "*" * 1000})
    assert ana.told.endswith("> " + r"\*" * 1000)


async def test_a_note_too_long_in_the_quick_form_comes_back_and_the_rest_is_taken(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    edit("checkins/check-in.yaml", "    most: 500\n", "    most: 600\n")
    assert await world.app.reload()
    await ana.begin("All on one page", keep=True)
    form = await ana.open("Open the form")
    edit("checkins/check-in.yaml", "    most: 600\n", "    most: 500\n")
    assert await world.app.reload()
    await ana.submit(form, {"here": ["calm"], "note": "w" * 600})

    assert "w" * 600 in ana.told
    assert "this one couldn't be used, so here it is again. That is 600 characters long" in ana.words
    assert ana.step == "note"
    await ana.press("Skip")
    assert [said(one) for one in await ana.kept()] == [{"here": ["Calm"]}]


async def test_a_note_too_long_beside_that_tick_comes_back_too(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    edit("checkins/check-in.yaml", "    most: 500\n", "    most: 600\n")
    assert await world.app.reload()
    await ana.begin("All on one page", keep=True)
    form = await ana.open("Open the form")
    edit("checkins/check-in.yaml", "    most: 600\n", "    most: 500\n")
    assert await world.app.reload()
    await ana.submit(form, {"not-right": ["not-safe"], "note": "w" * 600})

    assert ana.words.startswith("You ticked that you don't feel safe.")
    assert ana.told.endswith("> " + "w" * 600)


# --- time -----------------------------------------------------------------------------------------------------------


async def test_untouched_for_two_hours_it_folds_and_goes_on_from_where_it_was(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin()
    await ana.choose("Calm")
    await ana.skip_to("not-right")
    await ana.choose("What I need keeps being missed")
    later(timedelta(minutes=110))
    await jobs(world)
    assert ana.step == "closest"
    later(timedelta(minutes=20))
    await jobs(world)

    assert ana.is_hidden
    assert ana.labels == ["Continue", "Delete this one", "Support"]
    assert "need-missed" not in str(await ana.rows())
    await ana.press("Continue")
    assert ana.step == "closest", "what their joy is like is not asked of whoever ticked something, then or now"
    await ana.press("Back")
    assert ana.step == "not-right"
    await ana.press("Continue")
    await ana.skip_to_end()
    await ana.press("Show what I said")
    assert "**Calm**" in ana.told


async def test_one_that_was_left_loses_what_is_not_kept_in_its_time(world: World, ana: Someone, later: Later) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("not-right")
    await ana.choose("What I need keeps being missed")
    await ana.press("Hide for now")
    later(TWO_HOURS)
    await jobs(world)

    assert "need-missed" not in str(await ana.rows())
    await ana.press("Continue")
    assert ana.step == "closest"


async def test_one_shown_in_place_loses_what_is_not_kept_in_its_time_as_well(
    world: World, ana: Someone, later: Later
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    result = await world.ana.slash(world.channel, "checkin")
    for label in (BEGIN, "Begin", "Skip", "Skip"):
        await world.ana.click(result.response.message, label=label)
    (choices,) = selects(result.response)
    await world.ana.select(result.response.message, [choices["options"][1]["value"]])
    (row,) = await ana.rows()
    assert row["place"] is None
    assert "need-missed" in str(row)
    later(TWO_HOURS)
    await jobs(world)

    assert "need-missed" not in str(await ana.rows())
    await world.ana.click(result.response.message, label="Skip")
    assert labels(result.response) == ["Continue", "Delete this one", "Support"]


async def test_a_guests_row_is_gone_after_a_day_and_a_keepers_after_a_month(
    world: World, ana: Someone, later: Later
) -> None:
    ben = Someone(world, world.ben)
    await ana.begin()
    await ben.begin(keep=True)
    later(timedelta(hours=25))
    await jobs(world)
    assert await ana.rows() == []
    assert ana.words == world.library.notebook.conversation.ended
    assert len(await ben.rows()) == 1
    later(timedelta(days=31))
    await jobs(world)
    assert await ben.rows() == []
    assert ben.words == world.library.notebook.conversation.ended


async def test_the_question_folds_too_and_comes_again_on_going_on(world: World, ana: Someone, later: Later) -> None:
    await ana.begin()
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Canary"})
    await ana.skip_to_end()
    for _ in range(2):
        later(TWO_HOURS)
        await jobs(world)
        assert ana.is_hidden
        await ana.press("Continue")
        await ana.press("Show what I said")
        assert "Canary" in ana.told
    await ana.press("Keep it")
    assert [said(one) for one in await ana.kept()] == [{"note": ["Canary"]}]


async def test_one_that_cannot_be_read_holds_up_nobody_elses(world: World, ana: Someone, later: Later) -> None:
    ben = Someone(world, world.ben)
    await ben.begin()
    storage = (await world.app.door.personal()).storage
    async with storage.database.transaction() as tx:
        from bot.storage.sessions import Guest  # noqa: PLC0415  # the bot imports it when it is first needed, too

        (row,) = await storage.sessions.list_open(tx, Guest(ben.user.id))
        damaged = {**row.document, "session": {"format": 99}}
        await storage.sessions.update(tx, row, damaged, expires=row.expires, due=row.due)
    await ana.begin()
    later(TWO_HOURS)
    await jobs(world)
    assert ana.is_hidden

    await ben.press("Skip")
    assert world.library.interface.trouble.storage.split(".", maxsplit=1)[0] in ben.told
    await ben.checkin()
    assert BEGIN in ben.labels
    later(timedelta(hours=24))
    await jobs(world)
    assert ana.words == world.library.notebook.conversation.ended
    assert await ben.rows() == []


async def look_again(ana: Someone) -> None:
    """Begin another check-in about what was kept last, from where it is looked back at."""
    looked = await ana.user.slash("lookback")
    (listed,) = selects(looked.response)
    opened = await ana.user.select(looked.response, [listed["options"][0]["value"]], custom_id=listed["custom_id"])
    await ana.user.click(opened.response, label=ana.library.lookback.entry.revisit)


async def test_what_ended_with_support_alone_is_off_the_screen_and_gone_after_two_hours(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"not-right": ["not-safe"], "note": "Canary"})
    take_back = ana.control(Kind.TAKE_BACK_TICK)
    later(timedelta(minutes=110))
    await jobs(world)
    assert "That comes before any work on feelings." in ana.words
    later(timedelta(minutes=20))
    await jobs(world)

    assert ana.words == world.library.notebook.conversation.later
    assert await ana.rows() == []
    await ana.repeat(take_back)
    assert ana.told.startswith(world.library.notebook.conversation.ended)


async def test_what_ended_with_support_alone_is_emptied_before_its_message_can_be_drawn(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"here": ["sad"], "not-right": ["not-safe"], "note": "Canary"})
    later(TWO_HOURS)
    personal = await world.app.door.personal()
    (folded,) = await personal.folding.fold(world.app._clock())

    (row,) = await ana.rows()
    assert "Canary" not in str(row)
    assert "sad" not in str(row)
    await personal.folding.done(folded)
    assert await ana.rows() == []


async def test_support_alone_in_a_new_message_is_off_the_screen_after_two_hours_as_well(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("not-right")
    gone = ana.seen.id
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10008)
    await ana.choose("I don't feel safe")
    assert ana.seen.id != gone
    assert "That comes before any work on feelings." in ana.words
    later(TWO_HOURS)
    await jobs(world)

    assert ana.words == world.library.notebook.conversation.later
    assert await ana.rows() == []


async def test_going_on_from_the_way_in_goes_on_and_the_message_there_is_the_one_that_folds(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin()
    await ana.label("Sundays")
    await ana.press("Keep it")
    await ana.press("Hide this")
    await look_again(ana)
    await ana.checkin()
    (open_ones,) = selects(ana.seen)
    assert open_ones["options"][0]["label"].startswith("Sundays, ")
    await ana.choose_open(0)
    assert ana.step == "here"
    assert ana.control(Kind.SKIP)
    assert not any("Sundays" in words(one) for one in ana.user.dm_channel.history()[:-1])
    later(TWO_HOURS)
    await jobs(world)

    assert ana.is_hidden


# --- pressed after the end ------------------------------------------------------------------------------------------


async def test_a_press_on_one_that_is_gone_brings_who_can_help_and_never_tells_how_it_ended(
    world: World, ana: Someone
) -> None:
    """Where the bot dies after dropping what was not safe, the member saw nothing yet and presses again."""

    async def unsafe() -> None:
        await ana.choose("I don't feel safe")

    async def not_free() -> None:
        await ana.choose("I don't feel free to say no, or to slow down")

    async def let_go() -> None:
        await ana.skip_to_end()
        await ana.press("Don't keep it")

    async def throw_away() -> None:
        await ana.press("Hide for now")
        await ana.press("Delete this one")

    shown: list[Any] = []
    for end in (unsafe, not_free, let_go, throw_away):
        await ana.begin()
        await ana.skip_to("not-right")
        press = ana.control(Kind.SKIP)
        await end()
        await ana.repeat(press)
        shown.append(list(components(ana.last.response)))

    assert all(one == shown[0] for one in shown)
    conversation = world.library.notebook.conversation
    assert ana.told.startswith(f"{conversation.ended}\n\n{conversation.ended_help}")
    assert "findahelpline.com" in ana.told
    assert labels(ana.last.response)[-1] == "Check in"


# --- people who can help, after what was not safe -------------------------------------------------------------------


async def test_choosing_a_country_there_leaves_the_closing_and_shows_nothing_but_help(
    world: World, ana: Someone
) -> None:
    await ana.begin()
    await ana.skip_to("not-right")
    await ana.choose("I don't feel safe")
    closing = ana.words
    assert "findahelpline.com" in closing
    assert "kapprofessionals" not in closing
    assert world.library.explainers["right-now"].title not in ana.labels

    for choose in (lambda: ana.choose("United Kingdom"), lambda: ana.press("I can't speak aloud")):
        await choose()

        assert ana.last.ephemeral
        assert ana.words == closing
        assert "findahelpline.com" in ana.told
        assert "kapprofessionals" not in ana.told
        assert world.library.explainers["right-now"].title not in labels(ana.last.response)

    await ana.choose("United Kingdom", on=ana.last.response.message)
    assert "116 123" in ana.told
    assert "kapprofessionals" not in ana.told
