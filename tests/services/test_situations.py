"""A member's labels over real stores: no two alike, at most fifty, joined and deleted as a whole."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.checkins.answers import SituationRef
from bot.domain.checkins.labels import LabelEmpty
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.session import Session
from bot.domain.checkins.situations import MOST_SITUATIONS
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from tests.conftest import PACK
from tests.domain.kept_ones import NOW, document, note, stage
from tests.services.members import ANNE, BO, DAY, Book

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def served() -> ServedPack:
    return ServedPack(PACK, NOW)


@pytest.fixture
def book(storage: Storage, served: ServedPack) -> Book:
    return Book.over(storage, served)


async def labels(book: Book, user: int = ANNE) -> list[str]:
    return [one.label for one in await book.situations.mine(user, NOW)]


async def test_a_label_that_reads_the_same_names_the_same_situation(book: Book) -> None:
    await book.join(ANNE)

    first = await book.place(ANNE, "Café *Sundays*")
    again = await book.place(ANNE, "cafe\u0301 SUNDAYS")

    assert first == again
    assert await labels(book) == ["Café Sundays"]


async def test_a_label_named_twice_in_the_same_instant_arises_once(book: Book) -> None:
    await book.join(ANNE)

    await asyncio.gather(*(book.situations.add(ANNE, "Sundays", NOW) for _ in range(4)))

    assert await labels(book) == ["Sundays"]


async def test_the_last_used_comes_first_and_what_is_put_away_is_not_offered(book: Book) -> None:
    await book.join(ANNE)
    home, trip = SituationRef(await book.place(ANNE, "Home")), SituationRef(await book.place(ANNE, "Trip"))
    async with book.storage.database.transaction() as tx:
        person = await book.people.find(tx, ANNE)
        assert person is not None
        await book.situations.touch(tx, person.member, home, NOW + HOUR)
    assert await labels(book) == ["Home", "Trip"]

    await book.situations.put_away(ANNE, home, NOW, away=True)

    async with book.storage.database.transaction() as tx:
        person = await book.people.find(tx, ANNE)
        assert person is not None
        assert [one.situation for one in await book.situations.recent(tx, person.member)] == [trip]
    assert await labels(book) == ["Trip", "Home"]
    assert SituationRef(await book.place(ANNE, "home")) == home
    assert not any(one.away for one in await book.situations.mine(ANNE, NOW))


async def test_the_fifty_first_gets_its_sentence_and_known_ones_go_on(book: Book, served: ServedPack) -> None:
    await book.join(ANNE)
    for at in range(MOST_SITUATIONS):
        await book.situations.add(ANNE, f"label {at}", NOW)

    with pytest.raises(UserError) as refused:
        await book.situations.add(ANNE, "one more", NOW)

    assert str(refused.value) == served.library.notebook.limits.situations.format(most=50)
    assert await book.situations.add(ANNE, "LABEL 7", NOW)
    assert len(await labels(book)) == 50


async def test_renaming_keeps_what_was_kept_and_refuses_a_label_in_use(book: Book, served: ServedPack) -> None:
    await book.join(ANNE)
    home, _ = SituationRef(await book.place(ANNE, "Home")), await book.place(ANNE, "Trip")
    await book.keep(ANNE, document(situation=home))

    with pytest.raises(UserError) as refused:
        await book.situations.rename(ANNE, home, " TRIP ", NOW)
    assert str(refused.value) == served.library.lookback.situations.same_label
    assert await book.situations.rename(ANNE, home, "HOME", NOW)

    look = await book.lookback.look(ANNE, NOW, situation=home)
    assert look is not None
    assert look.label_of(look.entries[0]) == "HOME"


async def test_a_mention_is_no_label(book: Book) -> None:
    await book.join(ANNE)

    with pytest.raises(LabelEmpty):
        await book.situations.add(ANNE, "<@100000000000000001>", NOW)

    assert await labels(book) == []


async def test_joining_brings_everything_along_even_what_is_under_way(book: Book) -> None:
    await book.join(ANNE)
    home, trip = SituationRef(await book.place(ANNE, "Home")), SituationRef(await book.place(ANNE, "Trip"))
    at_home = await book.keep(ANNE, *(document(NOW - at * DAY, note(), situation=home) for at in range(1, 4)))
    (there,) = await book.keep(ANNE, document(NOW - 9 * DAY, note("there"), situation=trip))
    session = Session(script="check-in", mode="steps", started=NOW, touched=NOW, situation=home)
    async with book.storage.database.transaction() as tx:
        person = await book.people.find(tx, ANNE)
        assert person is not None
        lying = OpenCheckIn(session, 1, keeps=True).to_document()
        await book.storage.sessions.add(tx, person.member, lying, NOW, expires=NOW + DAY)

    assert await book.situations.merge(ANNE, home, trip, NOW)

    assert await labels(book) == ["Trip"]
    look = await book.lookback.look(ANNE, NOW, situation=trip)
    assert look is not None
    assert {bytes.fromhex(one.id) for one in look.entries} == {*at_home, there}
    assert await book.noted(ANNE, trip) == at_home[0].hex()
    async with book.storage.database.reading() as tx:
        person = await book.people.find(tx, ANNE)
        assert person is not None
        (row,) = await book.storage.sessions.list_open(tx, person.member)
    moved = OpenCheckIn.from_document(row.document)
    assert moved is not None
    assert moved.session.situation == trip
    # What moved still opens, and can be changed further.
    assert await book.situations.rename(ANNE, trip, "Both", NOW)
    assert (await book.document(ANNE, at_home[0]))["answers"] == [note().to_document()]


async def test_a_situation_is_not_joined_with_itself_or_with_what_is_not_there(book: Book) -> None:
    await book.join(ANNE)
    home = SituationRef(await book.place(ANNE, "Home"))

    assert not await book.situations.merge(ANNE, home, home, NOW)
    assert not await book.situations.merge(ANNE, home, SituationRef("ab" * 16), NOW)
    assert not await book.situations.merge(ANNE, SituationRef("not one"), home, NOW)
    assert await labels(book) == ["Home"]


async def test_deleting_takes_its_check_ins_and_no_others(book: Book) -> None:
    await book.join(ANNE)
    home, trip = SituationRef(await book.place(ANNE, "Home")), SituationRef(await book.place(ANNE, "Trip"))
    await book.keep(ANNE, *(document(NOW - at * DAY, situation=home) for at in range(3)))
    (stays,) = await book.keep(ANNE, document(NOW, stage(), situation=trip))

    deleted = await book.situations.delete(ANNE, home, NOW)

    assert deleted is not None
    assert (deleted.entries, deleted.situations, deleted.at) == (3, 1, NOW)
    assert await labels(book) == ["Trip"]
    look = await book.lookback.look(ANNE, NOW)
    assert look is not None
    assert [bytes.fromhex(one.id) for one in look.entries] == [stays]
    assert await book.situations.delete(ANNE, home, NOW) is None


async def test_nobody_reaches_the_labels_of_another(book: Book) -> None:
    await book.join(ANNE)
    await book.join(BO)
    home = SituationRef(await book.place(ANNE, "Home"))
    own = SituationRef(await book.place(BO, "Own"))
    (kept,) = await book.keep(ANNE, document(NOW, situation=home))

    assert not await book.situations.rename(BO, home, "Taken", NOW)
    assert not await book.situations.put_away(BO, home, NOW, away=True)
    assert not await book.situations.merge(BO, home, own, NOW)
    assert not await book.situations.merge(BO, own, home, NOW)
    assert await book.situations.delete(BO, home, NOW) is None
    assert await labels(book) == ["Home"]
    assert await labels(book, BO) == ["Own"]
    assert await book.document(ANNE, kept) == document(NOW, situation=home)


async def test_someone_who_keeps_nothing_has_no_labels_and_makes_none(book: Book) -> None:
    assert not await book.situations.add(5, "Home", NOW)
    assert await book.situations.mine(5, NOW) == ()
    assert await book.storage.shredder.forget(5) is not None
    async with book.storage.database.reading() as tx:
        assert await book.storage.members.count(tx) == 0


async def test_an_imported_reference_that_is_none_is_no_label(book: Book) -> None:
    await book.join(ANNE)
    answer = stage("own-word", "None / my own word", "fog")
    (id_,) = await book.keep(ANNE, document(NOW, answer, situation=None))
    async with book.storage.database.transaction() as tx:
        person = await book.people.find(tx, ANNE)
        assert person is not None
        await book.storage.entries.add(tx, person.member, {**document(), "situation": "x"}, NOW, expires=None)

    look = await book.lookback.look(ANNE, NOW)

    assert look is not None
    assert [look.label_of(one) for one in look.entries] == [None, None]
    opened = await book.lookback.open(ANNE, id_, NOW)
    assert opened is not None
    assert opened.kept.stage == answer
