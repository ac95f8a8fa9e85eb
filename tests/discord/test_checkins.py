"""A check-in from the first word to the last, as a member presses through it, with the real storage under it."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.checkins.answers import SITUATION
from bot.domain.script import Option, Step
from bot.ui.ids import Kind
from tests.discord.checking_in import Someone, said
from tests.discord.conftest import World, labels, selects, words

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
MENTIONS = "<@123> *@everyone* [x](https://example.org) \u202eevil\u202c"
KEPT = "You find it under /lookback."


@pytest.fixture
def ana(world: World) -> Someone:
    return Someone(world, world.ana)


# --- step by step ---------------------------------------------------------------------------------------------------


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
        assert ana.labels[-3:] == ["Skip", "Leave", "Support"], step.id
        assert ("Back" in ana.labels) == bool(given), step.id
        if step.kind == "text":
            await ana.write("Write a note", {"note": f"note {turn}", "bring-up": bool(turn % 2)})
            given[step.id] = [f"note {turn}"]
            continue
        option = step.options[5 if step.id == "not-right" and turn >= len(step.options) else turn % len(step.options)]
        given[step.id] = await give(ana, step, option, turn)
        if option.ends:
            assert ana.labels == ["Go on", "Throw away"]
            await ana.press("Go on")
        if option.opens:
            assert ana.library.explainers[option.opens].title in ana.told
    return given


async def test_every_option_of_every_step_is_kept_in_the_words_seen(world: World, ana: Someone) -> None:
    steps = {step.id: step for step in world.library.check_in.steps}
    seen: set[tuple[str, str]] = set()
    for turn in range(13):
        await ana.begin(keep=True)
        given = await walk(ana, steps, turn)
        seen |= {(step, word) for step, answers in given.items() for word in answers}
        unsafe = {"I don't feel safe", "I don't feel free to say no, or to slow down"} & set(given["not-right"])
        if unsafe:
            assert "closest" not in given
            assert KEPT not in ana.words
            continue
        assert KEPT in ana.words
        kept = [one for one in await ana.kept() if said(one).get("note") == [f"note {turn}"]]
        assert [said(one) for one in kept] == [
            {step: answers for step, answers in given.items() if step not in {SITUATION, "not-right"}}
        ]
    options = {(step.id, one.text) for step in steps.values() for one in step.options if not one.own_word}
    assert options <= seen
    assert len(await ana.kept()) == 11


async def test_skipping_everything_ends_with_the_question_and_nothing_said(world: World, ana: Someone) -> None:
    await ana.begin()
    for step in ("situation", "brings", "here", "joy", "not-right", "closest", "note", "tend"):
        assert ana.step == step
        await ana.press("Skip")

    assert world.library.check_in.keep_ask in ana.words
    assert world.library.check_in.mirror not in ana.words
    assert ana.labels == ["Keep it", "Let it go", "Put away", "Support"]


async def test_back_shows_what_was_chosen_which_stays_until_another_takes_its_place(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.press("No label")
    await ana.press("Something happened")
    await ana.choose("Calm", "Jealous")
    await ana.press("Back")
    assert "Before, you chose: Calm, Jealous." in ana.words
    assert [one["label"] for one in selects(ana.seen)[0]["options"] if one.get("default")] == ["Calm", "Jealous"]
    await ana.press("Back")
    assert "Before, you chose: Something happened." in ana.words
    await ana.press("Something is coming up")
    assert ana.step == "joy"
    await ana.press("Back")
    await ana.press("Go on")
    assert ana.step == "joy"
    await ana.skip_to_end()

    (kept,) = await ana.kept()
    assert said(kept) == {"brings": ["Something is coming up"], "here": ["Calm", "Jealous"]}


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


async def test_leave_collapses_at_once_and_go_on_goes_on(ana: Someone) -> None:
    await ana.begin()
    await ana.write("A new label", {"word": "Sundays"})
    await ana.press("Leave")

    assert (ana.words, ana.labels) == ("Paused.", ["Go on", "Throw away"])
    await ana.press("Go on")
    assert ana.step == "brings"
    assert "About: Sundays" in ana.words


async def test_throw_away_leaves_nothing(ana: Someone) -> None:
    await ana.begin()
    await ana.press("Leave")
    paused = ana.seen
    await ana.press("Throw away")

    assert ana.words == "Thrown away. Nothing of it is kept."
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
    await ana.write("A new label", {"word": typed})

    assert f"About: {expected}" in ana.words
    await ana.skip_to_end()
    await ana.begin()
    (known,) = selects(ana.seen)
    assert [one["label"] for one in known["options"]] == [expected]


@pytest.mark.parametrize("typed", ["<@123>", "@everyone", "   ", "\u200b\u200d", "***"])
async def test_a_label_that_is_nothing_is_asked_for_again(ana: Someone, typed: str) -> None:
    await ana.begin()
    await ana.write("A new label", {"word": typed})

    assert ana.told.startswith("Write a word or two of your own")
    assert ana.step == "situation"
    await ana.write("A new label", {"word": "Sundays"})
    assert "About: Sundays" in ana.words


async def test_a_label_one_has_already_is_that_situation_however_it_is_written(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.write("A new label", {"word": "Sundays"})
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Bring a scarf"})
    await ana.skip_to_end()

    await ana.begin()
    await ana.write("A new label", {"word": "SUNDAYS"})
    assert ana.labels[0] == "My note from last time"
    await ana.skip_to_end()
    first, second = await ana.kept()
    assert first["situation"] == second["situation"]


async def test_the_note_from_last_time_is_offered_first_and_shown_to_the_member_alone(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.write("A new label", {"word": "Sundays"})
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Bring a *scarf*\nand <@1>"})
    await ana.skip_to_end()
    await ana.begin()
    await ana.choose("Sundays")
    step = ana.seen

    await ana.press("My note from last time")

    assert ana.last.ephemeral
    assert ana.told.endswith("> Bring a \\*scarf\\*\n> and \\<\\@1\\>")
    storage = (await ana.world.app.door.personal()).storage
    async with storage.database.transaction() as tx:
        member = await storage.members.get(tx, ana.user.id)
        assert member is not None
        (entry,) = await storage.entries.list_all(tx, member)
        await storage.entries.delete(tx, member, entry.id)
    await ana.press("My note from last time", step)
    assert ana.told == "There is nothing here."


async def test_a_check_in_without_a_label_has_its_own_note_from_last_time(ana: Someone) -> None:
    await ana.begin(keep=True)
    await ana.press("No label")
    await ana.skip_to("note")
    await ana.write("Write a note", {"note": "Sleep first"})
    await ana.skip_to_end()
    await ana.begin()
    await ana.press("No label")

    await ana.press("My note from last time")

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


async def test_the_quick_form_is_one_message_and_five_fields_none_of_them_required(world: World, ana: Someone) -> None:
    await ana.begin("Quick form", keep=True)
    assert ana.labels == ["Begin", "Step by step instead", "Leave", "Support"]
    message = ana.seen.id
    form = await ana.open("Begin")

    fields = form_fields(form)
    assert list(fields) == ["here", "joy", "not-right", "closest", "note"]
    assert {one["type"] for one in fields.values()} == {3, 21, 4}
    assert fields["closest"]["type"] == 21
    assert not any(one.get("required", True) for one in fields.values())
    await ana.submit(
        form,
        {
            "here": ["calm", "sad"],
            "joy": ["quiet"],
            "not-right": ["not-sure"],
            "closest": "curiosity",
            "note": "A walk",
        },
    )
    for step in ("situation", "brings", "tend"):
        assert ana.step == step
        await ana.press("Skip")
    assert ana.seen.id == message
    (kept,) = await ana.kept()
    assert said(kept) == {
        "here": ["Calm", "Sad or hurt"],
        "joy": ["Quiet, and I am in touch with it"],
        "closest": ["Curiosity"],
        "note": ["A walk"],
    }
    asked = {step.form for step in world.library.check_in.steps if step.form}
    assert {one["question"] for one in kept["answers"]} <= asked


async def test_an_empty_form_is_a_full_answer(ana: Someone) -> None:
    await ana.begin("Quick form")
    await ana.write("Begin", {})
    await ana.skip_to_end()

    assert "Keep this check-in?" in ana.words


async def test_an_own_word_in_the_form_comes_again_as_a_question_and_the_rest_stays(ana: Someone) -> None:
    await ana.begin("Quick form", keep=True)
    await ana.write("Begin", {"here": ["calm"], "closest": "own-word", "note": "A walk"})
    assert "by your own word? This answer did not fit, so it comes again as a question." in ana.words
    await ana.skip_to("closest")
    await ana.write("None / my own word", {"word": "Fog"})
    await ana.skip_to_end()

    (kept,) = await ana.kept()
    assert said(kept) == {"here": ["Calm"], "closest": ["Fog"], "note": ["A walk"]}


async def test_step_by_step_instead_and_leave_from_the_form(ana: Someone) -> None:
    await ana.begin("Quick form")
    await ana.press("Leave")
    assert ana.words == "Paused."
    await ana.press("Go on")
    assert "Step by step instead" in ana.labels
    await ana.press("Step by step instead")
    assert ana.step == "situation"


# --- not safe, not free ---------------------------------------------------------------------------------------------

UNSAFE = {"not-safe": "I don't feel safe", "not-free": "I don't feel free to say no, or to slow down"}


@pytest.mark.parametrize("option", UNSAFE)
@pytest.mark.parametrize("how", ["Step by step", "Quick form"])
@pytest.mark.parametrize("keep", [True, False])
async def test_unsafe_offers_support_and_nothing_else_and_nothing_stays(
    world: World,
    ana: Someone,
    how: str,
    option: str,
    keep: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    await ana.begin(how, keep=keep)
    if how == "Quick form":
        await ana.write("Begin", {"here": ["sad"], "not-right": [option, "agreement"], "closest": "acceptance"})
    else:
        await ana.skip_to("here")
        await ana.choose("Sad or hurt")
        await ana.skip_to("not-right")
        await ana.choose(UNSAFE[option], "An agreement was broken, or was never clear")

    assert "That comes before any work on feelings." in ana.words
    assert "findahelpline.com" in ana.words
    assert "Sad or hurt" not in ana.words
    assert ana.labels[-1] == "Put away"
    assert not {"Keep it", "Let it go", "Skip"} & set(ana.labels)
    assert await ana.rows() == []
    assert await ana.kept() == []
    assert world.library.notebook.conversation.none_kept in ana.words
    await ana.press("Put away")
    assert ana.words == world.library.notebook.conversation.later


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
    await ana.press("Step by step")
    assert ana.step == "situation"
    assert len(ana.user.dm_channel.history()) == 1


async def test_two_open_at_once_never_cross(ana: Someone) -> None:
    await ana.begin(keep=True)
    one = ana.seen
    await ana.begin()
    two = ana.seen
    assert one.id != two.id
    both = {one.id: "one", two.id: "two"}
    for message in (one, two):
        await ana.submit(await ana.open("A new label", message), {"word": both[message.id]})
    steps = [
        ("Something happened", "Something is coming up"),
        (("Calm",), ("Jealous",)),
        ("Warm and close", "It keeps changing"),
        (("I'm not sure",), ("What I need keeps being missed",)),
        ("Acceptance", "Neither"),
        (None, None),
        ("Rest", "A smaller pace"),
    ]
    for answers in steps:
        for message, answer in zip((one, two), answers, strict=True):
            on = next(m for m in ana.user.dm_channel.history() if m.id == message.id)
            if answer is None:
                await ana.submit(await ana.open("Write a note", on), {"note": f"note {both[message.id]}"})
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
        "tend": ["A smaller pace"],
    }
    kept = await ana.kept()
    assert len({one["situation"] for one in kept}) == 2
