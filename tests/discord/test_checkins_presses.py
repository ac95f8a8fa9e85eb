"""Presses that come twice, late, from elsewhere, or after everything around them has changed."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Settings
from bot.domain.trusted_time import SimulatedClock
from bot.ui.ids import Kind, Press
from tests.discord.checking_in import BEGIN, TURN_ON, Someone, said
from tests.discord.conftest import World, components, labels, words
from tests.discord.pressing import press_as

MOVED_ON = "This check-in was already past that question. It continues from here."
NOT_YOURS = "This check-in is someone else's. You can begin your own with /checkin."

Restart = Callable[[], Awaitable[None]]


@pytest.fixture
def ana(world: World) -> Someone:
    return Someone(world, world.ana)


@pytest.fixture
async def restart(world: World, settings: Settings, clock: list[Callable[[], datetime]]) -> AsyncIterator[Restart]:
    """Ends the process, as far as anything is kept in it, and starts another over the same storage."""

    async def again() -> None:
        await world.app.door.close()
        world.app = App(settings, SimulatedClock(clock[-1]))
        await world.env.restart_bot(world.app.make_client())

    yield again
    await world.app.door.close()


def lose_the_answer(world: World) -> None:
    """What the next press does is committed, and its answer does not reach the member."""
    world.env.inject_error("POST", "/interactions/*/callback", status=400, code=1)


# --- twice and late -------------------------------------------------------------------------------------------------


async def test_begin_pressed_twice_begins_one(ana: Someone) -> None:
    await ana.checkin()
    await ana.press(BEGIN)
    begin = ana.control(Kind.BEGIN_STEPS)
    await ana.press("Begin")
    await ana.repeat(begin)

    assert ana.step == "here"
    assert len(await ana.rows()) == 1


async def test_an_answer_pressed_twice_counts_once_and_draws_where_it_stands(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.press("Skip")
    press = replace(ana.control(Kind.ANSWER), position=1)
    await ana.press("Something happened")
    await ana.repeat(press)

    assert ana.step == "not-right"
    assert MOVED_ON in ana.words
    await ana.skip_to_end()
    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something happened"]}


@pytest.mark.parametrize("kind", [Kind.SKIP, Kind.BACK, Kind.LEAVE, Kind.ANSWER])
async def test_a_press_of_an_older_version_draws_where_it_stands(ana: Someone, kind: Kind) -> None:
    await ana.begin()
    await ana.press("Skip")
    stale = ana.control(kind)
    await ana.press("Skip")
    await ana.press("Skip")
    await ana.repeat(stale)

    assert ana.step == "joy"
    assert MOVED_ON in ana.words


async def test_a_form_sent_twice_is_taken_once_and_nobody_is_told_it_was_not(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    first, second, third = [await ana.open("Write a note") for _ in range(3)]
    await ana.submit(first, {"note": "A walk"})
    await ana.submit(second, {"note": "A walk"})

    assert "wasn't added" not in ana.told
    assert ana.step == "tend"
    await ana.skip_to_end()
    await ana.submit(third, {"note": "A walk"})
    assert "wasn't added" not in ana.told
    assert [said(one) for one in await ana.kept()] == [{"note": ["A walk"]}]


async def test_a_note_sent_after_it_moved_on_comes_back_whole(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("note")
    first, second, third = [await ana.open("Write a note") for _ in range(3)]
    await ana.press("Skip")
    await ana.submit(first, {"note": "A *walk*"})
    assert ana.told.endswith("Here it is, to copy.\n> A \\*walk\\*")
    assert ana.step == "tend"

    await ana.skip_to_end()
    await ana.submit(second, {"note": "A *walk*"})
    assert ana.told.endswith("Here it is, to copy.\n> A \\*walk\\*")

    await ana.press("Don't keep it")
    await ana.submit(third, {"note": "A *walk*"})
    assert ana.told.endswith("Here it is, to copy.\n> A \\*walk\\*")


async def test_throwing_away_what_went_on_elsewhere_leaves_it(ana: Someone) -> None:
    await ana.begin()
    await ana.press("Hide for now")
    away = ana.control(Kind.THROW_AWAY)
    await ana.press("Continue")
    await ana.press("Skip")
    await ana.repeat(away)

    assert ana.step == "brings"
    assert len(await ana.rows()) == 1


async def test_letting_go_of_what_was_kept_says_that_it_is_kept(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("brings")
    await ana.press("Something happened")
    await ana.skip_to_end()
    let_go = ana.control(Kind.LET_GO)
    await ana.press("Keep it")
    await ana.repeat(let_go)

    assert "You can find it under /lookback." in ana.words
    assert len(await ana.kept()) == 1


async def test_keeping_twice_keeps_one(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("situation")
    await ana.press("No label")
    keep = ana.control(Kind.KEEP)
    await ana.press("Keep it")
    await ana.repeat(keep)

    assert "You can find it under /lookback." in ana.words
    assert len(await ana.kept()) == 1


async def test_buttons_of_a_check_in_that_is_gone_say_so_beside_what_stands_there(ana: Someone) -> None:
    await ana.begin()
    await ana.press("Hide for now")
    paused = ana.control(Kind.GO_ON)
    await ana.press("Delete this one")
    await ana.repeat(paused)

    assert ana.told.startswith("This check-in has ended. You can begin another whenever you like.")
    assert ana.labels == ["Again"]


# --- from someone else ----------------------------------------------------------------------------------------------


async def test_a_press_of_someone_elses_is_refused_and_changes_nothing(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Canary"})
    await ana.press("Back")
    before = (ana.words, await ana.rows())
    token, version = ana.token, ana.control(Kind.SKIP).version
    kinds = (Kind.SKIP, Kind.BACK, Kind.LEAVE, Kind.GO_ON, Kind.ANSWER, Kind.THROW_AWAY, Kind.KEEP, Kind.LET_GO)
    for kind in (*kinds, Kind.STEP_BY_STEP, Kind.BEGIN_STEPS):
        press = Press(kind, "note" if kind is Kind.ANSWER else "", token, version or 1)
        if kind is Kind.BEGIN_STEPS:
            press = replace(press, version=world.library.notebook.consent.version)
        result = await press_as(world, world.ben, press)
        assert words(result.response) == NOT_YOURS, kind
        assert result.ephemeral
    result = await press_as(world, world.ben, Press(Kind.LAST_NOTE, "", token, version))
    assert words(result.response) == "There is nothing here."
    assert (ana.words, await ana.rows()) == before


async def test_a_kept_check_in_is_nobody_elses(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    token = ana.token
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Canary"})
    await ana.skip_to_end()
    for kind in (Kind.KEEP, Kind.LET_GO, Kind.THROW_AWAY, Kind.SKIP, Kind.GO_ON):
        result = await press_as(world, world.ben, Press(kind, "", token, 1))
        drawn = "\n".join(words(one) for one in (result.response, *result.followups) if one)
        assert "Canary" not in drawn + words(world.channel.history()[-1])
    assert len(await ana.kept()) == 1


# --- a message that is gone -----------------------------------------------------------------------------------------


async def test_a_message_that_is_gone_gets_a_new_one_which_folds_in_its_turn(world: World, ana: Someone) -> None:
    await ana.begin()
    await ana.press("Skip")
    (message,) = ana.user.dm_channel.history()
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10008)
    await ana.press("Skip")

    assert ana.seen.id != message.id
    assert ana.step == "not-right"
    (row,) = await ana.rows()
    assert row["place"]["message"] == ana.seen.id


# --- restarts -------------------------------------------------------------------------------------------------------


async def test_a_restart_between_every_two_presses_loses_nothing(ana: Someone, restart: Restart) -> None:
    await ana.begin(keep=True)
    await restart()
    await ana.choose("Calm", "Jealous")
    await restart()
    await ana.press("Something happened")
    await restart()
    await ana.press("Hide for now")
    await restart()
    await ana.press("Continue")
    await restart()
    await ana.skip_to("note")
    form = await ana.open("Write a note")
    await restart()
    await ana.submit(form, {"note": "A walk"})
    await restart()
    await ana.skip_to("situation")
    form = await ana.open("A new label")
    await restart()
    await ana.submit(form, {"word": "Sundays"})

    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something happened"], "here": ["Calm", "Jealous"], "note": ["A walk"]}
    assert kept["situation"]


async def test_a_quick_form_opened_before_a_restart_is_taken_after_it(ana: Someone, restart: Restart) -> None:
    await ana.begin("All on one page", keep=True)
    form = await ana.open("Open the form")
    await restart()
    await ana.submit(form, {"here": ["calm"], "note": "A walk"})
    offer = await ana.open("Add a label")
    await restart()
    await ana.submit(offer, {"word": "Sundays"})

    (kept,) = await ana.kept()
    assert said(kept) == {"here": ["Calm"], "note": ["A walk"]}
    assert kept["situation"]


async def test_an_offer_pressed_twice_adds_once(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {"not-right": ["agreement"]})
    first, second = [await ana.open("Add a label") for _ in range(2)]
    await ana.submit(first, {"word": "Sundays"})
    await ana.submit(second, {"word": "Sundays"})

    assert "Label: Sundays" in ana.words
    assert ana.words.startswith("An agreement was broken")
    await ana.press("Keep it")
    assert ana.words.startswith("An agreement was broken")
    (kept,) = await ana.kept()
    assert kept["situation"]


@pytest.mark.parametrize("keep", [True, False])
async def test_an_offer_sent_empty_takes_nothing_away(
    ana: Someone,
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    await ana.begin("All on one page", keep=keep)
    await ana.write("Open the form", {"closest": "acceptance"})
    first, second = [await ana.open("Look after one thing") for _ in range(2)]
    await ana.submit(first, {"tend": ["rest"]})
    await ana.submit(second, {"tend": []})
    if not keep:
        await ana.press("Keep it")

    assert [said(one) for one in await ana.kept()] == [{"closest": ["Acceptance"], "tend": ["Rest"]}]


async def test_what_can_be_added_is_still_offered_where_keep_has_to_be_pressed_again(
    world: World, ana: Someone
) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {"closest": "acceptance"})
    lose_the_answer(world)
    await ana.press("Keep it")
    await ana.press("Keep it")
    assert ana.labels[:3] == ["Add a label", "Add my own word", "Look after one thing"]
    await ana.write("Add a label", {"word": "Sundays"})

    (kept,) = await ana.kept()
    assert kept["situation"]


async def test_the_form_with_that_tick_sent_twice_leaves_the_screen_and_shows_no_note(ana: Someone) -> None:
    await ana.begin("All on one page", keep=True)
    first, second, third = [await ana.open("Open the form") for _ in range(3)]
    ticked = {"here": ["sad"], "not-right": ["not-safe"], "note": "Canary"}
    await ana.submit(first, ticked)
    screen, rows = list(components(ana.seen)), await ana.rows()
    await ana.submit(second, ticked)

    assert list(components(ana.seen)) == screen
    assert ana.told == ""
    assert await ana.rows() == rows
    await ana.submit(third, {**ticked, "note": "Another one"})
    assert ana.told.endswith("> Another one"), "it is not what lies there, and comes back"
    await ana.press("Show what I wrote")
    assert ana.told.endswith("> Canary")


@pytest.mark.parametrize("how", ["Begin", "All on one page"])
async def test_that_tick_pressed_again_because_the_answer_was_lost_brings_the_whole_screen(
    world: World, ana: Someone, how: str
) -> None:
    await ana.begin(how, keep=True)
    forms = [await ana.open("Open the form") for _ in range(2)] if how != "Begin" else []
    if not forms:
        await ana.skip_to("not-right")

    async def tick() -> None:
        if how == "Begin":
            await ana.choose("I don't feel safe")
        else:
            await ana.submit(forms.pop(), {"not-right": ["not-safe"], "note": "Canary"})

    lose_the_answer(world)
    await tick()
    assert "You ticked" not in ana.words
    await tick()

    assert ana.words.startswith("You ticked that you don't feel safe.")
    assert ana.labels[-2:] == ["I ticked that by mistake", "Hide this"]
    if how != "Begin":
        await ana.press("Show what I wrote")
        assert ana.told.endswith("> Canary")
    await ana.press("I ticked that by mistake")
    assert ana.step == "not-right"


async def test_that_tick_pressed_again_under_other_words_is_not_misread(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("not-right")
    lose_the_answer(world)
    await ana.choose("I don't feel safe")
    free, safe = (
        "      - id: not-free\n        text: I don't feel free to say no, or to slow down\n",
        "      - id: not-safe\n        text: I don't feel safe\n",
    )
    edit("checkins/check-in.yaml", free + safe, safe + free)
    assert await world.app.reload(), world.app.pack.errors
    await ana.choose("I don't feel safe")

    assert ana.told.startswith(world.library.notebook.conversation.ended)
    assert "findahelpline.com" in ana.told
    assert "You ticked" not in ana.words + ana.told


async def test_that_tick_come_too_late_to_count_still_brings_who_can_help(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin("All on one page")
    forms = [await ana.open("Open the form") for _ in range(2)]
    await ana.press("One question at a time")
    await ana.submit(forms.pop(), {"not-right": ["not-safe"], "note": "A walk"})
    assert ana.step == "here"
    assert "findahelpline.com" in ana.told
    assert ana.told.endswith("> A walk")

    edit("checkins/check-in.yaml", "text: Lonely\n", "text: Alone\n")
    assert await world.app.reload()
    await ana.submit(forms.pop(), {"not-right": ["not-free"]})
    assert "findahelpline.com" in ana.told

    await ana.skip_to("not-right")
    message = ana.seen
    world.env.inject_error("POST", "/interactions/*/callback", status=400, code=1)
    await ana.press("Skip")
    await ana.choose("I don't feel safe", on=message)
    assert ana.step == "joy"
    assert "findahelpline.com" in ana.told
    rows = str(await ana.rows())
    assert not any(one in rows for one in ("not-safe", "not-free"))


async def test_a_slip_taken_back_twice_stands_at_the_question(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("not-right")
    await ana.choose("I don't feel safe")
    take_back = ana.control(Kind.TAKE_BACK_TICK)
    await ana.press("I ticked that by mistake")
    await ana.repeat(take_back)
    assert ana.step == "not-right"
    await ana.choose("Nothing that I can see")
    await ana.repeat(take_back)
    assert ana.step == "joy"


@pytest.mark.parametrize("keep", [True, False])
async def test_hiding_after_the_tick_was_taken_back_hides_what_is_open_and_says_that_it_waits(
    ana: Someone,
    *,
    keep: bool,
) -> None:
    """Both were on the screen, and both were pressed: the later press wins."""
    await ana.begin("All on one page", keep=keep)
    await ana.write("Open the form", {"not-right": ["not-safe"], "note": "Canary"})
    hide = ana.control(Kind.HIDE_SUPPORT)
    await ana.press("I ticked that by mistake")
    await ana.repeat(hide)

    assert ana.is_hidden
    assert "Canary" not in "".join(words(one) for one in ana.user.dm_channel.history())
    assert not any("not right" in words(one) for one in ana.user.dm_channel.history()), "nor is the question on show"
    await ana.repeat(hide)
    assert ana.is_hidden
    await ana.press("Continue")
    assert ana.step == "not-right"


async def test_hiding_what_has_ended_since_keeps_the_way_back_to_the_question_whether_to_keep_it(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {"not-right": ["not-safe"], "note": "Canary"})
    hide = ana.control(Kind.HIDE_SUPPORT)
    await ana.press("I ticked that by mistake")
    await ana.press("Skip")
    await ana.repeat(hide)

    assert ana.is_hidden
    await ana.press("Continue")
    assert "Keep this check-in?" in ana.words


async def test_presses_of_someone_elses_after_support_alone_reach_nothing(world: World, ana: Someone) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"not-right": ["not-safe"], "note": "Canary"})
    before, token = await ana.rows(), ana.token
    for kind in (Kind.TAKE_BACK_TICK, Kind.SHOW_WRITTEN, Kind.HIDE_SUPPORT, Kind.SHOW_SAID):
        result = await press_as(world, world.ben, Press(kind, token=token))
        drawn = "\n".join(words(one) for one in (result.response, *result.followups) if one)
        assert "Canary" not in drawn, kind
    assert await ana.rows() == before


# --- another script, other settings ---------------------------------------------------------------------------------


async def test_a_script_reloaded_in_between_goes_on_and_what_was_answered_keeps_its_words(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("brings")
    await ana.press("Something happened")
    await ana.skip_to("joy")
    edit("checkins/check-in.yaml", "text: Something happened\n", "text: Something took place\n")
    edit("checkins/check-in.yaml", "text: Warm and close\n", "text: Warm and near\n")
    assert await world.app.reload()

    await ana.press("Warm and close")
    assert MOVED_ON in ana.words
    assert "Warm and near" in ana.labels
    await ana.press("Warm and near")
    await ana.skip_to_end()

    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something happened"], "joy": ["Warm and near"]}
    edit("checkins/check-in.yaml", "text: Warm and near\n", "text: Cosy\n")
    assert await world.app.reload()
    (kept,) = await ana.kept()
    assert said(kept)["joy"] == ["Warm and near"]


async def test_a_quick_form_of_other_words_is_opened_again_and_what_was_typed_comes_back(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin("All on one page")
    form = await ana.open("Open the form")
    edit("checkins/check-in.yaml", "text: Lonely\n", "text: Alone\n")
    assert await world.app.reload()
    await ana.submit(form, {"here": ["lonely"], "note": "A walk"})

    assert ana.labels == ["Open the form", "One question at a time", "Hide for now", "Support"]
    assert ana.told.endswith("> A walk")


async def test_an_own_word_that_is_offered_no_more_comes_back_and_takes_nothing_away(
    world: World, ana: Someone, edit: Callable[[str, str, str], None]
) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"closest": "acceptance"})
    form = await ana.open("Add my own word")
    edit(
        "checkins/check-in.yaml", "        own_word: true\n      - id: rather-not-say\n", "      - id: rather-not-say\n"
    )
    assert await world.app.reload(), world.app.pack.errors
    await ana.submit(form, {"word": "Fog"})

    assert ana.told.endswith("> Fog")
    assert [said(one) for one in await ana.kept()] == [{"closest": ["Acceptance"]}]


async def test_a_step_taken_out_while_it_was_asked_is_passed_over(
    world: World, ana: Someone, edit: Callable[[str, str, str], None], pack: Path
) -> None:
    await ana.begin()
    await ana.skip_to("tend")
    script = (pack / "checkins/check-in.yaml").read_text(encoding="utf-8")
    start, end = script.index("  - id: tend\n"), script.index("  - id: situation\n")
    following = script.index("next_steps:\n")
    rest = script[end:following] + "next_steps: []\n" + script[script.index("\nrest:\n") + 1 :]
    edit("checkins/check-in.yaml", script, script[:start] + rest)
    assert await world.app.reload(), world.app.pack.errors

    await ana.press("Rest")

    assert ana.step == "situation"
    await ana.press("Skip")
    assert "Keep this check-in?" in ana.words


class TestWithoutNotes:
    """Where the operator has switched notes off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, check_ins=replace(settings.check_ins, notes=False))

    async def test_nobody_is_asked_for_one(self, ana: Someone) -> None:
        await ana.begin("All on one page", keep=True)
        form = await ana.open("Open the form")
        assert "note" not in str(form.modal["components"])
        await ana.submit(form, {"closest": "neither"})
        assert not ana.step
        assert "Kept until" in ana.words
        await ana.begin()
        asked = []
        while ana.step:
            asked.append(ana.step)
            await ana.press("Skip")
        assert asked == ["here", "brings", "not-right", "joy", "closest", "tend", "situation"]


class TestSwitchedOff:
    """Where the operator has switched check-ins off while one was open."""

    async def test_nothing_begins_and_nobody_becomes_a_member(
        self, world: World, settings: Settings, clock: list[Callable[[], datetime]]
    ) -> None:
        ana = Someone(world, world.ana)
        await ana.checkin()
        off = replace(settings, check_ins=replace(settings.check_ins, enabled=False))
        await world.app.door.close()
        world.app = App(off, SimulatedClock(clock[-1]))
        await world.env.restart_bot(world.app.make_client())

        await ana.press(TURN_ON)
        await ana.press(BEGIN)

        assert "Check-ins are switched off here." in ana.words
        assert not await ana.is_member()
        await world.app.door.close()


# --- storage that fails ---------------------------------------------------------------------------------------------


async def test_what_was_typed_comes_back_when_the_storage_fails(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    form = await ana.open("Write a note")
    storage = (await world.app.door.personal()).storage
    async with storage.database.raw() as driver:
        await driver.execute("PRAGMA query_only = ON")

    await ana.submit(form, {"note": "I took a bath\nand it helped"})

    assert world.library.interface.trouble.typed in ana.told
    assert "> I took a bath\n> and it helped" in ana.told
    async with storage.database.raw() as driver:
        await driver.execute("PRAGMA query_only = OFF")


async def test_storage_that_is_busy_asks_to_try_again(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("brings")
    storage = (await world.app.door.personal()).storage
    async with storage.database.raw() as driver:
        await driver.execute("PRAGMA busy_timeout = 0")
    assert storage.database.file
    other = sqlite3.connect(storage.database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    await ana.press("Something happened")

    assert world.library.interface.trouble.storage_busy.split(".", maxsplit=1)[0] in ana.told
    other.close()
    await ana.press("Something happened")
    assert ana.step != "brings"


async def test_a_storage_that_cannot_be_written_says_so_kindly_and_nothing_is_half_done(
    world: World, ana: Someone
) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("brings")
    storage = (await world.app.door.personal()).storage
    async with storage.database.raw() as driver:
        await driver.execute("PRAGMA query_only = ON")

    await ana.press("Something happened")

    assert world.library.interface.trouble.storage.split(".", maxsplit=1)[0] in ana.told
    assert ana.step == "brings"
    async with storage.database.raw() as driver:
        await driver.execute("PRAGMA query_only = OFF")
    await ana.press("Something happened")
    assert ana.step == "not-right"
    assert MOVED_ON not in ana.words
    assert labels(ana.seen)[-1] == "Support"
