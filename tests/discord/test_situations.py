"""A member's own labels, as they live with them: new, renamed, put away, joined, deleted."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.checkins.answers import SituationRef
from bot.ui.ids import Kind, Press
from tests.discord.conftest import World, labels, selects, words
from tests.discord.pressing import press_as
from tests.domain.kept_ones import document, note, stage
from tests.services.members import Book

DAY = timedelta(days=1)


@pytest.fixture
async def book(world: World) -> Book:
    personal = await world.app.door.personal()
    book = Book(personal.storage, personal.people, personal.situations, personal.lookback)
    await book.join(world.ana.id)
    return book


async def open_list(world: World) -> Any:
    page = await world.ana.slash(world.channel, "lookback")
    return await world.ana.click(page.response.message, label="My labels")


async def open_one(world: World, ref: str) -> Any:
    return await world.ana.select((await open_list(world)).response.message, [ref])


async def mine(world: World, book: Book) -> list[str]:
    return [one.label for one in await book.situations.mine(world.ana.id, world.env.now())]


async def test_all_labels_are_listed_and_each_opens(world: World, book: Book) -> None:
    for at in range(30):
        await book.place(world.ana.id, f"label_{at}")

    listed = await open_list(world)

    assert [len(one["options"]) for one in selects(listed.response)] == [25, 5]
    assert all(f"- label\\_{at}\n" in f"{words(listed.response)}\n" for at in range(30))
    last = selects(listed.response)[1]
    await world.ana.select(listed.response.message, [last["options"][4]["value"]], custom_id=last["custom_id"])
    assert "Rename this label" in labels(listed.response)


async def test_a_new_label_is_made_in_a_form_even_over_a_restart(world: World, book: Book) -> None:
    await book.place(world.ana.id, "Home")
    listed = await open_list(world)

    form = await world.ana.click(listed.response.message, label="Make a new label")
    await world.env.restart_bot(world.app.make_client())
    await world.ana.submit_modal(form, {"label": "The @everyone *trip*"})

    assert "- The trip" in words(listed.response)
    assert sorted(await mine(world, book)) == ["Home", "The trip"]


@pytest.mark.parametrize(("typed", "why"), [("<@1>", "Write a word or two"), ("x" * 33, "at most 32 fit here")])
async def test_a_label_that_cannot_be_one_is_given_back(world: World, book: Book, typed: str, why: str) -> None:
    await book.place(world.ana.id, "Home")
    form = await world.ana.click((await open_list(world)).response.message, label="Make a new label")

    refused = await world.ana.submit_modal(form, {"label": typed})

    assert why in words(refused.response)
    assert await mine(world, book) == ["Home"]


async def test_the_fifty_first_label_gets_a_sentence(world: World, book: Book) -> None:
    for at in range(50):
        await book.place(world.ana.id, f"label {at}")
    form = await world.ana.click((await open_list(world)).response.message, label="Make a new label")

    refused = await world.ana.submit_modal(form, {"label": "one more"})

    assert world.library.notebook.limits.situations.format(most=50) in words(refused.response)
    assert "one more" in words(refused.response)
    assert len(await mine(world, book)) == 50


async def test_a_label_is_renamed_in_a_form_that_holds_it(world: World, book: Book) -> None:
    home = await book.place(world.ana.id, "Home")
    await book.place(world.ana.id, "Trip")
    opened = await open_one(world, home)

    form = await world.ana.click(opened.response.message, label="Rename this label")
    assert form.modal["components"][0]["component"]["value"] == "Home"
    refused = await world.ana.submit_modal(form, {"label": "TRIP"})
    assert world.library.lookback.situations.same_label in words(refused.response)
    form = await world.ana.click(opened.response.message, label="Rename this label")
    await world.ana.submit_modal(form, {"label": "Sundays"})

    assert "Sundays" in words(opened.response)
    assert sorted(await mine(world, book)) == ["Sundays", "Trip"]


async def test_a_label_is_put_away_and_brought_back(world: World, book: Book) -> None:
    home = await book.place(world.ana.id, "Home")
    opened = await open_one(world, home)

    await world.ana.click(opened.response.message, label="Archive this label")
    assert world.library.lookback.situations.one_away in words(opened.response)
    assert "Home (archived)" in words((await open_list(world)).response)
    await world.ana.click(opened.response.message, label="Unarchive this label")

    assert world.library.lookback.situations.one_away not in words(opened.response)
    assert not any(one.away for one in await book.situations.mine(world.ana.id, world.env.now()))


async def test_two_labels_are_joined_after_one_question(world: World, book: Book) -> None:
    now = world.env.now()
    home, trip = (
        SituationRef(await book.place(world.ana.id, "Home")),
        SituationRef(await book.place(world.ana.id, "Trip")),
    )
    await book.keep(world.ana.id, document(now, stage(), situation=home), document(now - DAY, note(), situation=trip))
    opened = await open_one(world, home)

    await world.ana.click(opened.response.message, label="Merge with another label")
    await world.ana.select(opened.response.message, [trip])
    assert "“Home”" in words(opened.response)
    assert "“Trip”" in words(opened.response)
    assert len(await mine(world, book)) == 2
    await world.env.restart_bot(world.app.make_client())
    await world.ana.click(opened.response.message, label="Yes, merge them")

    assert await mine(world, book) == ["Trip"]
    await world.ana.click(opened.response.message, label="Show its check-ins")
    assert "Acceptance" in words(opened.response)
    assert "A walk helped." in words(opened.response)


async def test_a_label_goes_with_what_was_kept_about_it_after_one_question(world: World, book: Book) -> None:
    now = world.env.now()
    home, trip = (
        SituationRef(await book.place(world.ana.id, "Home")),
        SituationRef(await book.place(world.ana.id, "Trip")),
    )
    await book.keep(
        world.ana.id,
        document(now, stage(), situation=home),
        document(now - 2 * DAY, stage(), situation=home),
        document(now - DAY, stage("neither", "Neither"), situation=trip),
    )
    opened = await open_one(world, home)

    await world.ana.click(opened.response.message, label="Delete label and check-ins")
    assert len(await mine(world, book)) == 2
    await world.ana.click(opened.response.message, label="Yes, delete them")

    assert "a label and 2 check-ins" in words(opened.response)
    assert "from backups by <t:" in words(opened.response)
    await world.ana.click(opened.response.message, label="Back to my check-ins")
    assert "Neither" in words(opened.response)
    assert "Acceptance" not in words(opened.response)
    assert await mine(world, book) == ["Trip"]


async def test_nothing_goes_when_the_question_is_left(world: World, book: Book) -> None:
    home = await book.place(world.ana.id, "Home")
    opened = await open_one(world, home)
    await world.ana.click(opened.response.message, label="Delete label and check-ins")

    await world.ana.click(opened.response.message, label="Cancel")

    assert await mine(world, book) == ["Home"]


FORMS = frozenset({Kind.SITUATION_NEW, Kind.SITUATION_RENAME})  # these open a form and read nothing


@pytest.mark.parametrize("kind", [one for one in Kind if one.name.startswith("SITUATION") and one not in FORMS])
async def test_another_members_label_is_not_there(world: World, book: Book, kind: Kind) -> None:
    now = world.env.now()
    home = SituationRef(await book.place(world.ana.id, "Home"))
    (id_,) = await book.keep(world.ana.id, document(now, stage(), situation=home))
    await book.join(world.ben.id)
    own = await book.place(world.ben.id, "Own")
    subject = own if kind is Kind.SITUATION_MERGE_NOW else ""

    result = await press_as(world, world.ben, Press(kind, subject, bytes.fromhex(home)))

    assert "Home" not in words(result.response)
    assert "Acceptance" not in words(result.response)
    assert [(one.label, one.away) for one in await book.situations.mine(world.ana.id, now)] == [("Home", False)]
    assert await book.document(world.ana.id, id_) == document(now, stage(), situation=home)
