"""A check-in from the first word to the last, as a member presses through it, with the real storage under it."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.domain.checkins.answers import SITUATION
from bot.domain.checkins.standing import At, Standing
from bot.domain.script import Option, Step
from bot.ui.ids import Kind, Press
from tests.discord.checking_in import Someone, said
from tests.discord.conftest import Later, World, labels, selects, words

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
MENTIONS = "<@123> *@everyone* [x](https://example.org) \u202eevil\u202c"
KEPT = "You can find it under /lookback."
STOP = "Stop here and keep nothing"


@pytest.fixture
def ana(world: World) -> Someone:
    return Someone(world, world.ana)


# --- step by step ---------------------------------------------------------------------------------------------------


_BRINGS = {0: 0, 1: 1, 2: 2, 4: 4, 15: 4, 16: 0, 17: 0}  # by turn; else what lets every question be asked


async def give(ana: Someone, step: Step, option: Option, turn: int) -> list[str]:
    """Answer a step with an option, the way that option asks for; give the words that are then to be kept."""
    if option.own_word:
        word = f"word {turn}"
        await ana.write(option.text, {"word": word})
        return [word]
    if step.kind == "choices":
        also = step.options[-1] if turn % 2 else option
        await ana.choose(*dict.fromkeys((option.text, also.text)))
        return list(dict.fromkeys((option.text, also.text)))
    await ana.press(option.text)
    return [option.text]


async def walk(ana: Someone, steps: Mapping[str, Step], turn: int) -> dict[str, list[str]]:
    """Answer every step that comes with its option of this turn; every drawing on the way has its four controls."""
    given: dict[str, list[str]] = {}
    while ana.step:
        step = steps[ana.step]
        assert ana.labels[-3:] == ["Skip", "Hide for now", "Support"], step.id
        assert ("Back" in ana.labels) == bool(given), step.id
        if step.kind == "text":
            await ana.write("Write a note", {"note": f"note {turn}", "bring-up": bool(turn % 2)})
            given[step.id] = [f"note {turn}"]
            continue
        turns = {"brings": _BRINGS.get(turn, 3), "not-right": turn if turn < len(step.options) else 5}
        option = step.options[turns.get(step.id, turn % len(step.options))]
        given[step.id] = await give(ana, step, option, turn)
        if option.ends:
            assert ana.words == ana.library.notebook.conversation.stopped
        if option.opens:
            assert ana.library.explainers[option.opens].title in ana.told
    return given


@pytest.mark.long
async def test_every_option_of_every_step_is_kept_in_the_words_seen(world: World, ana: Someone) -> None:
    steps = {step.id: step for step in world.library.check_in.steps}
    seen: set[tuple[str, str]] = set()
    for turn in range(18):
        await ana.begin(keep=True)
        given = await walk(ana, steps, turn)
        seen |= {(step, word) for step, answers in given.items() for word in answers}
        unsafe = {"I don't feel safe", "I don't feel free to say no, or to slow down"} & set(given.get("not-right", ()))
        if unsafe or "not-right" not in given:  # ended there, or stopped before
            assert "closest" not in given
            assert KEPT not in ana.words
            assert f"note {turn}" not in [note for one in await ana.kept() for note in said(one).get("note", [])]
            continue
        assert KEPT in ana.words
        kept = [one for one in await ana.kept() if said(one).get("note") == [f"note {turn}"]]
        assert [said(one) for one in kept] == [
            {
                step: answers
                for step, answers in given.items()
                if step not in {SITUATION, "not-right", "steady", "asked"}
            }
        ]
    options = {(step.id, one.text) for step in steps.values() for one in step.options if not one.own_word}
    assert options <= seen
    assert len(await ana.kept()) == 14


async def test_skipping_everything_ends_with_the_question_and_nothing_said(world: World, ana: Someone) -> None:
    await ana.begin()
    for step in ("here", "brings", "not-right", "joy", "closest", "note", "tend", "situation"):
        assert ana.step == step
        await ana.press("Skip")

    assert world.library.check_in.keep_ask in ana.words
    assert world.library.check_in.mirror not in ana.words
    assert ana.labels == ["Keep it", "Don't keep it", "Hide this", "Support"]


async def test_back_shows_what_was_chosen_which_stays_until_another_takes_its_place(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.choose("Calm", "Jealous")
    await ana.press("Something happened")
    await ana.press("Back")
    assert "Before, you chose: Something happened." in ana.words
    await ana.press("Back")
    assert "Before, you chose: Calm, Jealous." in ana.words
    assert [one["label"] for one in selects(ana.seen)[0]["options"] if one.get("default")] == ["Calm", "Jealous"]
    await ana.choose("Calm", "Lonely")
    assert ana.step == "not-right"
    await ana.press("Back")
    await ana.press("Something is coming up")
    assert ana.step == "not-right"
    await ana.press("Back")
    await ana.press("Continue")
    assert ana.step == "not-right"
    await ana.skip_to_end()

    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something is coming up"], "here": ["Calm", "Lonely"]}


async def test_a_note_gone_back_to_stands_in_its_form_with_its_mark(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    note = "A *long* bath.\n<@1> helped"
    await ana.write("Write a note", {"note": note, "bring-up": True})
    await ana.press("Back")
    form = await ana.open("Write a note")
    fields = {one["component"]["custom_id"]: one["component"] for one in form.modal["components"]}

    assert fields["note"]["value"] == note
    assert fields["bring-up"]["default"] is True
    await ana.submit(form, {"note": f"{note}!", "bring-up": True})
    await ana.skip_to_end()
    (kept,) = await ana.kept()
    (answer,) = kept["answers"]
    assert (answer["text"], answer["bring_up"]) == (f"{note}!", True)


async def test_hiding_collapses_at_once_says_until_when_it_waits_and_it_continues(world: World, ana: Someone) -> None:
    await ana.begin()
    begun = world.env.now()
    await ana.choose("Calm")
    await ana.press("Hide for now")

    until = discord.utils.format_dt(begun + timedelta(hours=24), "f")
    assert ana.words == f"Hidden for now. It waits here until {until}."
    assert ana.labels == ["Continue", "Delete this one", "Support"]
    await ana.press("Continue")
    assert ana.step == "brings"


async def test_hidden_by_someone_who_keeps_it_waits_for_a_month(world: World, ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.press("Hide for now")

    until = discord.utils.format_dt(world.env.now() + timedelta(days=30), "f")
    assert ana.words == f"Hidden for now. It waits here until {until}."


async def test_throw_away_leaves_nothing(ana: Someone) -> None:
    await ana.begin()
    await ana.press("Hide for now")
    paused = ana.seen
    await ana.press("Delete this one")

    assert ana.words == "Deleted. Nothing of it is kept."
    assert await ana.rows() == []
    await ana.user.click(paused, label="Check in")
    assert ana.labels


async def test_support_on_every_step_is_one_panel_and_changes_nothing(world: World, ana: Someone) -> None:
    await ana.begin()
    for _ in range(3):
        before = ana.seen
        await ana.press("Support")
        for one in world.library.check_in.support_panel:
            assert one.says in ana.told
        assert labels(ana.last.response)[0] == "Support"
        assert (ana.seen.id, ana.words) == (before.id, words(before))
        await ana.press("Skip")


# --- labels and notes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Sunday   dinners ", "Sunday dinners"),
        (f"{FAMILY} home", f"{FAMILY} home"),
        ("\u05e9\u05d1\u05ea \u05e9\u05dc\u05d5\u05dd", "\u05e9\u05d1\u05ea \u05e9\u05dc\u05d5\u05dd"),
        (MENTIONS, "x evil"),
    ],
)
async def test_a_label_is_the_members_own_word_made_plain(ana: Someone, typed: str, expected: str) -> None:
    await ana.begin(keep=True)
    await ana.label(typed)

    assert f"Label: {expected}" in ana.words
    await ana.begin()
    await ana.skip_to("situation")
    (known,) = selects(ana.seen)
    assert [one["label"] for one in known["options"]] == [expected]


@pytest.mark.parametrize("typed", ["<@123>", "@everyone", "   ", "\u200b\u200d", "***"])
async def test_a_label_that_is_nothing_is_asked_for_again(ana: Someone, typed: str) -> None:
    await ana.begin()
    await ana.label(typed)

    assert ana.told.startswith("Write a word or two of your own")
    assert ana.step == "situation"
    await ana.write("A new label", {"word": "Sundays"})
    assert "Label: Sundays" in ana.words


async def test_a_label_one_has_already_is_that_situation_however_it_is_written(ana: Someone) -> None:
    for written in ("Sundays", "SUNDAYS"):
        await ana.begin(keep=True)
        await ana.label(written)

    first, second = await ana.kept()
    assert first["situation"] == second["situation"]


async def look_at_sundays_again(ana: Someone) -> None:
    """Keep a check-in about Sundays with a note, and begin another about it from there."""
    await ana.begin(keep=True)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Bring a *scarf*\nand <@1>"})
    await ana.label("Sundays")
    looked = await ana.user.slash("lookback")
    (listed,) = selects(looked.response)
    opened = await ana.user.select(looked.response, [listed["options"][0]["value"]], custom_id=listed["custom_id"])
    await ana.user.click(opened.response, label=ana.library.lookback.entry.revisit)


async def test_the_note_from_last_time_is_offered_first_and_shown_to_the_member_alone(ana: Someone) -> None:
    await look_at_sundays_again(ana)
    step = ana.seen
    assert "Label: Sundays" in ana.words
    assert ana.labels[0] == "Show my note from last time"

    await ana.press("Show my note from last time")

    assert ana.last.ephemeral
    assert ana.told.endswith("> Bring a \\*scarf\\*\n> and \\<\\@1\\>")
    storage = (await ana.world.app.door.personal()).storage
    async with storage.database.transaction() as tx:
        member = await storage.members.get(tx, ana.user.id)
        assert member is not None
        (entry,) = await storage.entries.list_all(tx, member)
        await storage.entries.delete(tx, member, entry.id)
    await ana.press("Show my note from last time", step)
    assert ana.told == "There is nothing here."


async def test_a_check_in_without_a_label_has_its_own_note_from_last_time(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Sleep first"})
    await ana.skip_to_end()
    for how in ("Begin", "All on one page"):
        await ana.begin(how)
        await ana.press("Show my note from last time")
        assert "> Sleep first" in ana.told


@pytest.mark.parametrize("note", ["x" * 500, FAMILY * 62, "\u05e9\u05dc\u05d5\u05dd " * 80, "*_`~|>" * 80, "a\n" * 250])
async def test_a_note_as_long_as_fits_is_kept_letter_by_letter(ana: Someone, note: str) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": note})
    await ana.skip_to_end()

    assert KEPT in ana.words
    (kept,) = await ana.kept()
    assert said(kept) == {"note": [note.strip()]}


# --- the quick form -------------------------------------------------------------------------------------------------


def form_fields(form: Any) -> dict[str, Mapping[str, Any]]:
    return {one["component"]["custom_id"]: one["component"] for one in form.modal["components"]}


async def test_the_form_is_one_message_and_five_fields_none_of_them_required_and_one_screen_follows(
    world: World, ana: Someone
) -> None:
    await ana.begin("All on one page", keep=True)
    assert ana.labels == ["Open the form", "One question at a time", "Hide for now", "Support"]
    assert "You can leave any answer empty, and stop at any time. Nobody can check." in ana.words
    message = ana.seen.id
    form = await ana.open("Open the form")

    fields = form_fields(form)
    assert list(fields) == ["here", "brings", "not-right", "closest", "note"]
    assert [one["type"] for one in fields.values()] == [3, 3, 3, 21, 4]
    assert len(fields["here"]["options"]) == 16
    assert not any(one.get("required", True) for one in fields.values())
    await ana.submit(
        form,
        {
            "here": ["calm", "sad"],
            "brings": ["look-in"],
            "not-right": ["not-sure"],
            "closest": "curiosity",
            "note": "A walk",
        },
    )
    assert ana.seen.id == message
    assert ana.words.startswith("You are not sure whether everything is right.")
    assert KEPT in ana.words
    assert ana.labels[:3] == ["Add a label", "Add my own word", "Look after one thing"]
    (kept,) = await ana.kept()
    assert said(kept) == {
        "here": ["Calm", "Sad or hurt"],
        "brings": ["I want to check in with myself"],
        "closest": ["Curiosity"],
        "note": ["A walk"],
    }
    asked = {step.form for step in world.library.check_in.steps if step.form}
    assert {one["question"] for one in kept["answers"]} <= asked


@pytest.mark.parametrize("keep", [True, False])
async def test_what_the_form_had_no_room_for_is_added_on_that_screen_and_nothing_said_there_is_lost(
    ana: Someone,
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    await ana.begin("All on one page", keep=keep)
    await ana.write("Open the form", {"not-right": ["agreement"], "closest": "threat-response", "note": "A walk"})
    broken, cards = ana.words.split("\n\n")[0], [one for one in ana.presses() if one.kind is Kind.CARD_PRIVATE]
    assert broken.startswith("An agreement was broken")

    await ana.write("Add a label", {"word": "Sundays"})
    assert "Label: Sundays" in ana.words
    assert "Add a label" not in ana.labels
    await ana.write("Add my own word", {"word": "Fog"})
    assert "Your own word: Fog" in ana.words
    await ana.write("Look after one thing", {"tend": ["rest"]})
    assert "Choose one thing to leave until tomorrow." in ana.words
    if not keep:
        await ana.press("Keep it")

    assert KEPT in ana.words
    assert ana.words.startswith(broken)
    assert "you named something that is not right" in ana.words
    assert [one for one in ana.presses() if one.kind is Kind.CARD_PRIVATE][: len(cards)] == cards
    assert not {"Add a label", "Add my own word", "Look after one thing"} & set(ana.labels)
    (kept,) = await ana.kept()
    assert said(kept) == {"closest": ["Alarm", "Fog"], "note": ["A walk"], "tend": ["Rest"]}
    assert kept["situation"]
    assert "agreement" not in str(kept)
    await ana.press("Show what I said")
    assert ana.last.ephemeral
    assert "**Alarm, Fog**" in ana.told


async def test_a_label_used_before_can_be_chosen_on_that_screen(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.label("Sundays")
    for number in range(2):
        await ana.begin("All on one page")
        await ana.write("Open the form", {"here": ["calm"]})
        if number:
            await ana.write("Add a label", {"word": "sundays"})
        else:
            await ana.choose("Sundays")
        assert "Label: Sundays" in ana.words

    assert len({one["situation"] for one in await ana.kept()}) == 1


async def test_a_note_belongs_to_the_label_that_its_check_in_got_afterwards(
    world: World, ana: Someone, later: Later
) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"note": "Older"})
    first, second = [await ana.open("Add a label") for _ in range(2)]
    await ana.begin(keep=True)
    assert "Show my note from last time" in ana.labels
    later(timedelta(days=1))
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Newer"})
    await ana.label("Sundays")
    await ana.submit(first, {"word": "Mondays"})
    await ana.submit(second, {"word": "Sundays"})

    await ana.begin(keep=True)
    assert "Show my note from last time" not in ana.labels, "none is kept without a label any more"
    personal = await world.app.door.personal()
    notes = {one.label: one.ref for one in await personal.situations.mine(ana.user.id, world.env.now())}
    for label, note in {"Mondays": None, "Sundays": "Newer"}.items():
        step = await personal.checkins.begin(
            At(ana.user.id, secrets.token_bytes(16)), "steps", world.library.notebook.consent.version, notes[label]
        )
        assert isinstance(step, Standing)
        assert await personal.checkins.read_last_note(At(ana.user.id, step.token)) == note, label


async def test_an_own_word_that_cannot_be_one_comes_back_and_the_screen_stays(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {"closest": "acceptance"})
    await ana.write("Add my own word", {"word": "w" * 40})

    assert "at most 32 fit here" in ana.told
    assert ana.told.endswith("w" * 40)
    assert "Add my own word" in ana.labels
    await ana.press("Keep it")
    assert [said(one) for one in await ana.kept()] == [{"closest": ["Acceptance"]}]


async def test_an_offer_after_it_was_deleted_says_that_it_has_ended(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {})
    form = await ana.open("Add a label")
    offer = ana.control(Kind.SHOW_SAID) if Kind.SHOW_SAID in {one.kind for one in ana.presses()} else None
    assert offer is None, "nothing was said"
    await ana.press("Don't keep it")
    await ana.submit(form, {"word": "Sundays"})

    assert ana.library.notebook.conversation.ended in ana.told
    assert "> Sundays" in ana.told
    assert await ana.kept() == []


async def test_an_empty_form_is_a_full_answer(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.write("Open the form", {})

    assert "Keep this check-in?" in ana.words
    assert ana.labels[:5] == ["Keep it", "Don't keep it", "Add a label", "Add my own word", "Look after one thing"]


async def test_an_own_word_in_the_form_is_added_afterwards_and_the_rest_stays(ana: Someone) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"here": ["calm"], "closest": "own-word", "note": "A walk"})
    assert ana.words.startswith("Your own word is the one that counts")
    await ana.write("Add my own word", {"word": "Fog"})

    (kept,) = await ana.kept()
    assert said(kept) == {"here": ["Calm"], "closest": ["Fog"], "note": ["A walk"]}


async def test_one_question_at_a_time_and_hiding_from_the_form(ana: Someone) -> None:
    await ana.begin("All on one page")
    await ana.press("Hide for now")
    assert ana.is_hidden
    await ana.press("Continue")
    assert "One question at a time" in ana.labels
    await ana.press("One question at a time")
    assert ana.step == "here"


# --- the closing ----------------------------------------------------------------------------------------------------


async def test_what_was_said_is_shown_on_a_press_and_not_before(ana: Someone) -> None:
    await ana.begin()
    await ana.choose("Calm", "Lonely")
    await ana.press("Someone asked me to do this")
    assert ana.step == "asked"
    assert "You can leave any answer empty, and stop here. Nobody can check." in ana.words
    await ana.press("Go on to the questions")
    await ana.skip_to("closest")
    await ana.press("Neither")
    await ana.skip_to_end()

    assert ana.words.startswith("Your answers are yours. You don't have to show them to anyone.")
    assert "Lonely" not in ana.words
    assert "Neither" not in ana.words
    await ana.press("Show what I said")
    assert ana.last.ephemeral
    assert ana.told.startswith("What you said:")
    assert "**Calm, Lonely**" in ana.told
    assert "Lonely" not in ana.words


async def test_whoever_was_asked_to_do_this_can_stop_there(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("brings")
    await ana.press("Someone asked me to do this")
    on = ana.control(Kind.SKIP)
    stop = next(one for one in ana.presses() if one.kind is Kind.ANSWER and one.position == 1)
    await ana.press(STOP)

    assert ana.words == "Stopped. Nothing of this check-in is kept."
    assert ana.labels == ["Check in", "Support"]
    assert await ana.rows() == []
    assert await ana.kept() == []
    await ana.repeat(on)
    assert ana.told.startswith(ana.library.notebook.conversation.ended)
    await ana.repeat(stop)
    assert ana.words == "Stopped. Nothing of this check-in is kept.", "the bot may have died before it said so"


async def test_stopping_from_further_on_ends_it_with_all_that_was_said(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.choose("Sad or hurt")
    await ana.press("It is happening now")
    await ana.press("Go on to the questions")
    await ana.press("Back")
    await ana.press(STOP)

    assert ana.words == "Stopped. Nothing of this check-in is kept."
    assert await ana.rows() == []
    assert await ana.kept() == []
    await ana.checkin()
    assert selects(ana.seen) == [], "nothing is left to continue"


@pytest.mark.parametrize("keep", [True, False])
async def test_whether_to_go_on_is_no_answer(
    ana: Someone,
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    await ana.begin(keep=keep)
    await ana.skip_to("brings")
    await ana.press("It is happening now")
    await ana.press("Go on to the questions")
    await ana.press("Back")
    assert "Before, you chose" not in ana.words
    await ana.press("Continue")
    assert ana.step == "not-right"
    await ana.skip_to_end()
    if not keep:
        await ana.press("Keep it")
    await ana.press("Show what I said")
    assert "It is happening now" in ana.told
    assert "Go on to the questions" not in ana.told

    looked = await ana.user.slash("lookback")
    (listed,) = selects(looked.response)
    opened = await ana.user.select(looked.response, [listed["options"][0]["value"]], custom_id=listed["custom_id"])
    assert "It is happening now" in words(opened.response)
    assert "steady" not in words(opened.response)
    assert "Go on to the questions" not in words(looked.response) + words(opened.response)


@pytest.mark.parametrize("how", ["Begin", "All on one page"])
async def test_the_worst_minute_is_answered_on_the_broken_agreement_first(ana: Someone, how: str) -> None:
    await ana.begin(how)
    if how == "All on one page":
        picked = {"brings": ["happening-now"], "not-right": ["agreement", "nothing-seen"], "closest": "threat-response"}
        await ana.write("Open the form", picked)
    else:
        await ana.skip_to("brings")
        await ana.press("It is happening now")
        await ana.press("Go on to the questions")
        await ana.choose("An agreement was broken, or was never clear", "Nothing that I can see")
        assert ana.step == "closest", "and not what their joy is like"
        await ana.press("Alarm")
        await ana.skip_to_end()

    lines = ana.words.split("\n")
    first, second, third = [line for line in lines if line][:3]
    assert first.startswith("An agreement was broken, or was not clear.")
    assert second.startswith("It is happening now.")
    assert third.startswith("Something in you is on guard, and you named something that is not right.")
    cards = [one.subject for one in ana.presses() if one.kind is Kind.CARD_PRIVATE]
    assert cards == ["agreement-broken", "right-now", "when-the-alarm-is-right"]


# --- not safe, not free ---------------------------------------------------------------------------------------------

UNSAFE = {"not-safe": "I don't feel safe", "not-free": "I don't feel free to say no, or to slow down"}
TICKED = {
    ("not-safe",): "You ticked that you don't feel safe. That comes before any work on feelings.",
    (
        "not-free",
    ): "You ticked that you don't feel free to say no, or to slow down. That comes before any work on feelings.",
    ("not-free", "not-safe"): "You ticked that you don't feel safe. That comes before any work on feelings.",
}
FREE_TOO = "You can want to stay and still not be free."


@pytest.mark.parametrize("ticked", TICKED, ids="+".join)
@pytest.mark.parametrize("how", ["Begin", "All on one page"])
@pytest.mark.parametrize("keep", [True, False])
async def test_unsafe_offers_support_and_nothing_else_and_nothing_stays(
    world: World,
    ana: Someone,
    how: str,
    ticked: tuple[str, ...],
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    await ana.begin(how, keep=keep)
    if how == "All on one page":
        await ana.write(
            "Open the form", {"here": ["sad"], "not-right": [*ticked, "agreement"], "closest": "acceptance"}
        )
    else:
        await ana.choose("Sad or hurt")
        await ana.skip_to("not-right")
        await ana.choose(*(UNSAFE[one] for one in ticked), "An agreement was broken, or was never clear")

    assert ana.words.startswith(TICKED[ticked])
    assert "No person has seen it, nobody is told, and it is not kept. Below are people who can help." in ana.words
    assert (FREE_TOO in ana.words) is ("not-free" in ticked)
    assert "findahelpline.com" in ana.words
    assert "kapprofessionals" not in ana.words
    assert "Sad or hurt" not in ana.words
    assert world.library.notebook.conversation.none_kept in ana.words
    assert ana.labels[-2:] == ["I ticked that by mistake", "Hide this"]
    kinds = {one.kind for one in ana.presses()}
    assert kinds == {Kind.COUNTRY_BESIDE, Kind.TAKE_BACK_TICK, Kind.HIDE_SUPPORT}, "help, and the way back"
    lying = str(await ana.rows())
    assert not any(one in lying for one in (*ticked, "agreement"))
    assert await ana.kept() == []
    await ana.press("Hide this")
    assert ana.words == world.library.notebook.conversation.later
    assert await ana.rows() == []
    assert await ana.kept() == []


async def test_another_country_is_shown_beside_it_and_the_screen_stays(ana: Someone) -> None:
    await ana.begin()
    await ana.skip_to("not-right")
    await ana.choose("I don't feel safe")
    before = ana.words
    (countries,) = selects(ana.seen)
    await ana.choose(next(one["label"] for one in countries["options"] if one["value"] == "us"))

    assert ana.last.ephemeral
    assert "988" in ana.told
    assert ana.words == before


@pytest.mark.parametrize("how", ["Begin", "All on one page"])
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("goes_on", [True, False])
async def test_a_slip_is_taken_back_to_the_question_with_everything_else_there(
    ana: Someone,
    how: str,
    *,
    keep: bool,
    goes_on: bool,
) -> None:
    await ana.begin(how, keep=keep)
    if how == "All on one page":
        await ana.write("Open the form", {"here": ["sad"], "not-right": ["not-safe"], "note": "A walk"})
    else:
        await ana.choose("Sad or hurt")
        await ana.skip_to("not-right")
        await ana.choose("I don't feel safe")
    await ana.press("I ticked that by mistake")

    assert ana.step == "not-right"
    assert "I don't feel safe" not in ana.words
    if goes_on:
        await ana.press("Skip")
        assert ana.step != "not-right"
    else:
        await ana.choose("Nothing that I can see")
    await ana.skip_to_end()
    if not keep:
        await ana.press("Keep it")
    (kept,) = await ana.kept()
    note = {"note": ["A walk"]} if how == "All on one page" else {}
    assert said(kept) == {"here": ["Sad or hurt"], **note}


async def test_what_was_written_beside_the_tick_is_shown_on_a_press_and_gone_when_it_is_hidden(ana: Someone) -> None:
    await ana.begin("All on one page", keep=True)
    await ana.write("Open the form", {"not-right": ["not-free"], "note": "He keeps the *pennyroyal*\nand the car"})
    assert "pennyroyal" not in ana.words
    assert ana.labels[-3:] == ["Show what I wrote", "I ticked that by mistake", "Hide this"]
    screen = ana.words
    show = ana.control(Kind.SHOW_WRITTEN)
    for _ in range(2):
        await ana.press("Show what I wrote")
        assert ana.last.ephemeral
        assert "Dismiss message" in ana.told
        assert ana.told.endswith("> He keeps the \\*pennyroyal\\*\n> and the car")
        assert ana.words == screen
    await ana.press("Hide this")

    assert await ana.rows() == []
    await ana.repeat(show)
    assert ana.told == "There is nothing here."
    assert await ana.kept() == []


async def test_nothing_but_what_stands_on_that_screen_reaches_what_lies_there(ana: Someone) -> None:
    """Keep, an offer, an answer or Begin of the same check-in find nothing: it is support and nothing else."""
    await ana.begin("All on one page", keep=True)
    token = ana.token
    await ana.write("Open the form", {"here": ["sad"], "not-right": ["not-safe"], "note": "Canary"})
    rows = await ana.rows()
    consent = ana.library.notebook.consent.version
    for kind in (Kind.KEEP, Kind.SHOW_SAID, Kind.GO_ON, Kind.SKIP, Kind.BACK, Kind.LEAVE, Kind.BEGIN_STEPS):
        await ana.repeat(Press(kind, token=token, version=consent if kind is Kind.BEGIN_STEPS else 2))
        assert "Canary" not in ana.told + ana.words, kind
        assert ana.told.startswith(ana.library.notebook.conversation.ended), kind
    assert await ana.rows() == rows
    assert await ana.kept() == []


async def test_a_second_press_does_not_take_the_people_who_can_help_off_the_screen(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.skip_to("not-right")
    before = ana.control(Kind.SKIP)
    await ana.choose("I don't feel safe")
    shown = ana.words

    await ana.repeat(before)

    assert any(words(one) == shown for one in ana.user.dm_channel.history())
    assert "What you said" not in ana.words


# --- where it happens -----------------------------------------------------------------------------------------------


async def test_in_the_private_conversation_it_stays_there(ana: Someone) -> None:
    await ana.checkin(here=False)
    assert not ana.last.ephemeral
    await ana.press("I am 18 or older: begin")
    await ana.press("Begin")
    assert ana.step == "here"
    assert len(ana.user.dm_channel.history()) == 1


async def test_two_open_at_once_never_cross(ana: Someone) -> None:
    await ana.begin(keep=True)
    one = ana.seen
    await ana.begin()
    two = ana.seen
    assert one.id != two.id
    both = {one.id: "one", two.id: "two"}
    forms = {"note": "Write a note", "label": "A new label"}
    steps: list[tuple[Any, Any]] = [
        (("Calm",), ("Jealous",)),
        ("Something happened", "Something is coming up"),
        (("I'm not sure",), ("Nothing that I can see",)),
        ("Warm and close", "It keeps changing"),
        ("Acceptance", "Neither"),
        ("note", "note"),
        ("Rest", "Going slower"),
        ("label", "label"),
    ]
    for answers in steps:
        for message, answer in zip((one, two), answers, strict=True):
            on = next(m for m in ana.user.dm_channel.history() if m.id == message.id)
            if answer in forms:
                typed = {"note": f"note {both[message.id]}", "word": both[message.id]}
                field = "note" if answer == "note" else "word"
                await ana.submit(await ana.open(forms[answer], on), {field: typed[field]})
            elif isinstance(answer, tuple):
                await ana.choose(*answer, on=on)
            else:
                await ana.press(answer, on)

    first, second = sorted(map(said, await ana.kept()), key=lambda one: one["note"])
    assert first == {
        "brings": ["Something happened"],
        "here": ["Calm"],
        "joy": ["Warm and close"],
        "closest": ["Acceptance"],
        "note": ["note one"],
        "tend": ["Rest"],
    }
    assert second == {
        "brings": ["Something is coming up"],
        "here": ["Jealous"],
        "joy": ["It keeps changing"],
        "closest": ["Neither"],
        "note": ["note two"],
        "tend": ["Going slower"],
    }
    kept = await ana.kept()
    assert len({one["situation"] for one in kept}) == 2
