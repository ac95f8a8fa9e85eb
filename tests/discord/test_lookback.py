"""Looking back, as a member lives it: the days, one check-in, the picture, what to bring up, and nothing at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.checkins.answers import SituationRef
from bot.domain.people import Consent, Pause
from bot.ui.ids import Kind, decode
from bot.ui.lookback.history import View
from tests.discord.conftest import World, components, labels, selects, words
from tests.discord.pressing import press_as
from tests.domain.kept_ones import NOTE, document, note, stage
from tests.services.members import Book

DAY = timedelta(days=1)
SHOWN_NOTE = r"A walk helped. \<\@1\> \*Ask\* for Sunday\_s"


@pytest.fixture
async def book(world: World) -> Book:
    personal = await world.app.door.personal()
    return Book(personal.storage, personal.people, personal.situations, personal.lookback)


def payload(shown: Any) -> list[Mapping[str, Any]]:
    return [one if isinstance(one, Mapping) else one.to_dict() for one in shown.components]


def done_buttons(shown: Any) -> list[str]:
    """Give the custom ids of the buttons that stand beside notes."""
    return [one["accessory"]["custom_id"] for one in components(shown) if one["type"] == 9]


async def open_first(world: World) -> Any:
    result = await world.ana.slash(world.channel, "lookback")
    (pick,) = selects(result.response)
    return await world.ana.select(result.response.message, [pick["options"][0]["value"]])


async def test_days_come_the_newest_first_in_the_words_of_then_for_the_member_alone(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id, zone="Europe/Berlin")
    home = SituationRef(await book.place(world.ana.id, "Sundays"))
    then = stage("quiet-then", "Quietly, as it was called then")
    await book.keep(
        world.ana.id, document(now - 3 * DAY, then, note(), situation=home), document(now - timedelta(hours=1))
    )

    result = await world.ana.slash(world.channel, "lookback")

    said = words(result.response)
    assert result.ephemeral
    assert world.channel.history() == []
    assert "Europe/Berlin" in said
    assert said.index("Acceptance") < said.index("Quietly, as it was called then")
    assert "**Sundays**" in said
    assert f"> {SHOWN_NOTE}" in said
    assert f"<t:{int((now - 3 * DAY).timestamp())}:t>" in said
    assert said.count("### <t:") == 2
    assert labels(result.response) == ["Show as a picture", "To talk about", "My labels", "Support"]


async def test_in_the_private_conversation_it_is_private_as_well(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    await book.keep(world.ana.id, document(world.env.now()))

    result = await world.ana.user.slash("lookback")

    assert result.ephemeral
    assert "Acceptance" in words(result.response)


async def test_empty_paused_deleted_and_never_kept_look_the_same_byte_for_byte(world: World, book: Book) -> None:
    now = world.env.now()
    ana, ben = world.ana, world.ben
    seen = [payload((await ana.slash(world.channel, "lookback")).response)]  # a stranger
    seen.append(payload((await ana.slash(world.channel, "lookback", label="Sundays")).response))
    await ana.slash(world.channel, "checkin")
    seen.append(payload((await ana.slash(world.channel, "lookback")).response))  # a guest
    await book.join(ana.id)
    seen.append(payload((await ana.slash(world.channel, "lookback")).response))  # a member without any
    home = await book.place(ana.id, "Sundays")
    seen.append(payload((await ana.slash(world.channel, "lookback", label=home)).response))
    await book.keep(ana.id, document(now - 40 * DAY, note(), situation=home))
    seen.append(payload((await ana.slash(world.channel, "lookback", period="30-days")).response))
    seen.append(payload((await ana.slash(world.channel, "lookback", label="Mondays")).response))
    await book.pause(ana.id, Pause())
    paused = await ana.slash(world.channel, "lookback")
    seen.append(payload(paused.response))
    pressed = await ana.click(paused.response.message, label="My labels")
    seen.append(payload(pressed.response))
    assert await ana.autocomplete(world.channel, "lookback", "label", "") == []
    await book.storage.shredder.forget(ana.id)
    seen.append(payload((await ana.slash(world.channel, "lookback")).response))
    seen.append(payload((await ben.slash(world.channel, "lookback")).response))

    assert world.library.notebook.receipts.nothing_here in words(paused.response)
    assert [one for one in seen if one != seen[0]] == []


async def test_a_situation_and_a_period_narrow_it_and_suggestions_are_the_members_own(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id)
    await book.join(world.ben.id)
    home, trip = await book.place(world.ana.id, "Sundays"), await book.place(world.ana.id, "The trip")
    await book.place(world.ben.id, "Sundays of Ben")
    await book.keep(
        world.ana.id,
        document(now - 2 * DAY, stage(), situation=home),
        document(now - 60 * DAY, stage("curiosity", "Curiosity"), situation=home),
        document(now - DAY, stage("neither", "Neither"), situation=trip),
    )

    suggested = await world.ana.autocomplete(world.channel, "lookback", "label", "sun")
    assert [(one["name"], one["value"]) for one in suggested] == [("Sundays", home)]
    chosen = await world.ana.slash(world.channel, "lookback", label=home, period="30-days")
    typed = await world.ana.slash(world.channel, "lookback", label="the TRIP")

    assert "Acceptance" in words(chosen.response)
    assert "Curiosity" not in words(chosen.response)
    assert "Neither" not in words(chosen.response)
    assert "Neither" in words(typed.response)
    assert "Acceptance" not in words(typed.response)


async def test_pages_turn_and_show_each_check_in_once_even_after_a_restart(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id)
    await book.keep(world.ana.id, *(document(now - at * DAY, note(f"note number {at}.")) for at in range(11)))

    page = await world.ana.slash(world.channel, "lookback")
    seen = [words(page.response)]
    while "Show older" in labels(page.response):
        await world.env.restart_bot(world.app.make_client())
        page = await world.ana.click(page.response.message, label="Show older")
        seen.append(words(page.response))

    assert len(seen) == 3
    assert [sum(f"note number {at}." in one for one in seen) for at in range(11)] == [1] * 11
    await world.ana.click(page.response.message, label="Show newer")
    assert "Show newer" in labels(page.response)


async def test_one_check_in_opens_whole_and_leads_back_to_its_page(world: World, book: Book) -> None:
    now = world.env.now()
    long = "All that I wanted to remember. " * 25
    await book.join(world.ana.id)
    await book.keep(world.ana.id, document(now, stage(), note(long)), *(document(now - at * DAY) for at in range(1, 9)))

    page = await world.ana.slash(world.channel, "lookback")
    assert world.library.lookback.more_inside in words(page.response)
    assert long.strip() not in words(page.response)
    opened = await open_first(world)

    assert long.strip() in words(opened.response)
    assert "I am at ease with what I agreed to." in words(opened.response)
    assert labels(opened.response) == [
        "Check in on this again",
        "Delete this check-in",
        "Back to my check-ins",
        "Support",
    ]
    back = await world.ana.click(opened.response.message, label="Back to my check-ins")
    assert words(back.response) == words(page.response)


async def test_a_note_is_put_in_other_words_in_a_form_that_holds_it_already(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    (id_,) = await book.keep(world.ana.id, document(world.env.now(), stage(), note()))
    opened = await open_first(world)
    answer = await world.ana.select(opened.response.message, ["1"])
    assert SHOWN_NOTE in words(answer.response)

    form = await world.ana.click(answer.response.message, label="Edit this answer")
    (field,) = form.modal["components"]
    assert field["component"]["value"] == NOTE
    await world.env.restart_bot(world.app.make_client())
    await world.ana.submit_modal(form, {"words": "Tea\nand quiet"})

    assert "Tea\nand quiet" in words(answer.response)
    assert (await book.document(world.ana.id, id_))["answers"] == [
        stage().to_document(),
        note("Tea\nand quiet").to_document(),
    ]


async def test_words_that_are_too_long_are_given_back_and_change_nothing(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    (id_,) = await book.keep(world.ana.id, document(world.env.now(), note()))
    opened = await open_first(world)
    answer = await world.ana.select(opened.response.message, ["0"])
    form = await world.ana.click(answer.response.message, label="Edit this answer")

    refused = await world.ana.submit_modal(form, {"words": "much " * 300})

    assert "at most 500 fit here" in words(refused.response)
    assert "much much much" in words(refused.response)
    assert await book.document(world.ana.id, id_) == document(world.env.now(), note())


async def test_a_form_that_comes_after_another_change_gives_its_words_back(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    (id_,) = await book.keep(world.ana.id, document(world.env.now(), stage(), note()))
    opened = await open_first(world)
    answer = await world.ana.select(opened.response.message, ["1"])
    form = await world.ana.click(answer.response.message, label="Edit this answer")
    elsewhere = await open_first(world)
    other = await world.ana.select(elsewhere.response.message, ["0"])
    await world.ana.click(other.response.message, label="Delete this answer")

    late = await world.ana.submit_modal(form, {"words": "late words"})

    assert "late words" in "\n".join(words(one) for one in late.followups)
    assert (await book.document(world.ana.id, id_))["answers"] == [note().to_document()]


async def test_an_answer_is_taken_away_once_however_often_it_is_pressed(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    (id_,) = await book.keep(world.ana.id, document(world.env.now(), stage(), note()))
    opened = await open_first(world)
    answer = await world.ana.select(opened.response.message, ["0"])
    assert "Edit this answer" not in labels(answer.response)
    take = next(one for one in components(answer.response) if one.get("label") == "Delete this answer")["custom_id"]

    await world.ana.click(answer.response.message, custom_id=take)
    assert "Acceptance" not in words(answer.response)
    assert SHOWN_NOTE in words(answer.response)
    again = await press_as(world, world.ana, decode(take))

    assert SHOWN_NOTE in words(again.response)
    assert (await book.document(world.ana.id, id_))["answers"] == [note().to_document()]


async def test_a_note_is_marked_listed_and_done_with(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id)
    first, second = await book.keep(
        world.ana.id, document(now, stage(), note("Ask about Sunday")), document(now - DAY, note("b", bring_up=True))
    )
    opened = await open_first(world)
    answer = await world.ana.select(opened.response.message, ["1"])
    await world.ana.click(answer.response.message, label="Add to “To talk about”")
    assert world.library.lookback.answer.marked in words(answer.response)

    page = await world.ana.slash(world.channel, "lookback")
    listed = await world.ana.click(page.response.message, label="To talk about")
    assert "> Ask about Sunday" in words(listed.response)
    assert len(done_buttons(listed.response)) == 2
    await world.env.restart_bot(world.app.make_client())
    await world.ana.click(listed.response.message, custom_id=done_buttons(listed.response)[0])

    assert "Ask about Sunday" not in words(listed.response)
    assert "> b" in words(listed.response)
    assert (await book.document(world.ana.id, first))["answers"] == [
        stage().to_document(),
        note("Ask about Sunday").to_document(),
    ]
    assert (await book.document(world.ana.id, second))["answers"] == [note("b", bring_up=True).to_document()]
    await world.ana.click(listed.response.message, label="Done talking about it")
    assert world.library.lookback.bring_up.nothing in words(listed.response)


async def test_a_check_in_is_deleted_after_one_question_with_a_receipt(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id)
    gone, stays = await book.keep(world.ana.id, document(now, note()), document(now - DAY))
    opened = await open_first(world)

    await world.ana.click(opened.response.message, label="Delete this check-in")
    assert await book.document(world.ana.id, gone) is not None
    await world.env.restart_bot(world.app.make_client())
    await world.ana.click(opened.response.message, label="Yes, delete it")

    said = words(opened.response)
    assert "1 check-in" in said
    assert "from backups by <t:" in said
    assert await book.document(world.ana.id, gone) is None
    assert await book.document(world.ana.id, stays) is not None
    await world.ana.click(opened.response.message, label="Back to my check-ins")
    assert "Acceptance" in words(opened.response)
    assert SHOWN_NOTE not in words(opened.response)


async def test_a_question_about_deleting_can_be_left(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    (id_,) = await book.keep(world.ana.id, document(world.env.now(), note()))
    opened = await open_first(world)
    before = words(opened.response)
    await world.ana.click(opened.response.message, label="Delete this check-in")

    await world.ana.click(opened.response.message, label="Cancel")

    assert words(opened.response) == before
    assert await book.document(world.ana.id, id_) is not None


async def test_the_picture_says_in_words_what_it_shows_and_none_of_the_members(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id, zone="Asia/Tokyo")
    home = SituationRef(await book.place(world.ana.id, "Sundays"))
    await book.keep(
        world.ana.id,
        document(now, stage("own-word", "None / my own word", "fog"), note(), situation=home),
        document(now - DAY, stage("threat-response", "Alarm")),
        document(now - 2 * DAY, note()),
    )
    page = await world.ana.slash(world.channel, "lookback")

    shown = await world.ana.click(page.response.message, label="Show as a picture")

    (gallery,) = [one for one in components(shown.response) if one["type"] == 12]
    alt = gallery["items"][0]["description"]
    said = words(shown.response)
    assert shown.ephemeral
    for text in (alt, said):
        assert text.index("Own word") < text.index("Alarm") < text.index("No word")
        assert "Asia/Tokyo" in text
        assert "fog" not in text
        assert "Sundays" not in text
    assert world.library.notebook.receipts.proof_of_nothing in said
    assert labels(shown.response) == ["Support"]
    assert words(page.response)


FORGED = (
    Kind.LOOK_ENTRY,
    Kind.LOOK_AGAIN,
    Kind.LOOK_ANSWER,
    Kind.LOOK_CHANGED,
    Kind.LOOK_MARK,
    Kind.LOOK_TAKE_AWAY,
    Kind.LOOK_DELETE,
    Kind.LOOK_DELETE_NOW,
    Kind.LOOK_PAGE,
    Kind.LOOK_PICTURE,
    Kind.BRING_UP_DONE,
)


@pytest.mark.parametrize("kind", FORGED)
async def test_every_press_of_a_member_is_nothing_to_another(world: World, book: Book, kind: Kind) -> None:
    now = world.env.now()
    await book.join(world.ana.id)
    await book.join(world.ben.id)
    home = SituationRef(await book.place(world.ana.id, "Sundays"))
    (id_,) = await book.keep(world.ana.id, document(now, stage(), note(bring_up=True), situation=home))
    press = View("all", home, 0).press(kind, id_, 1, 1)

    result = await press_as(world, world.ben, replace(press, subject="0") if kind is Kind.BRING_UP_DONE else press)

    assert payload(result.response) == payload((await world.ben.slash(world.channel, "lookback")).response)
    assert await book.document(world.ana.id, id_) == document(now, stage(), note(bring_up=True), situation=home)


async def test_buttons_work_after_the_storage_was_opened_anew(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    await book.keep(world.ana.id, document(world.env.now(), stage(), note()))
    opened = await open_first(world)
    await world.app.door.close()
    await world.env.restart_bot(world.app.make_client())

    await world.ana.click(opened.response.message, label="Back to my check-ins")

    assert SHOWN_NOTE in words(opened.response)


async def test_without_its_key_it_says_so_and_lookups_go_on(world: World, book: Book, tmp_path: Path) -> None:
    await book.join(world.ana.id)
    await book.keep(world.ana.id, document(world.env.now(), note()))
    page = await world.ana.slash(world.channel, "lookback")
    await world.app.door.close()
    (tmp_path / "keys" / "master.key").unlink()

    refused = await world.ana.click(page.response.message, label="To talk about")
    suggested = await world.ana.autocomplete(world.channel, "lookback", "label", "")
    card = await world.ana.slash(world.channel, "explain", topic="compersion")

    assert words(refused.response) == world.library.interface.trouble.storage
    assert suggested == []
    assert "## What is compersion?" in words(card.response)


async def test_checking_in_on_it_again_begins_about_the_same_situation(world: World, book: Book) -> None:
    now = world.env.now()
    await book.join(world.ana.id, consent=Consent(world.library.notebook.consent.version, now))
    home = SituationRef(await book.place(world.ana.id, "Sundays"))
    await book.keep(world.ana.id, document(now, stage(), situation=home))
    opened = await open_first(world)

    await world.ana.click(opened.response.message, label="Check in on this again")

    personal = await world.app.door.personal()
    async with personal.storage.database.reading() as tx:
        person = await personal.people.find(tx, world.ana.id)
        assert person is not None
        (row,) = await personal.storage.sessions.list_open(tx, person.member)
    assert row.document["session"]["situation"] == home


async def test_without_a_server_it_all_still_works(world: World, book: Book) -> None:
    await book.join(world.ana.id)
    await book.keep(world.ana.id, document(world.env.now(), stage(), note()))
    page = await world.ana.user.slash("lookback")

    shown = await world.ana.user.click(page.response.message, label="Show as a picture")

    assert [one for one in components(shown.response) if one["type"] == 12]
