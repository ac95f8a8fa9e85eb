"""Looking back over real stores: what is found, what is nothing, and what a change leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.checkins.answers import Answer, SituationRef
from bot.domain.checkins.labels import TextTooLong
from bot.domain.lookback import Spot
from bot.domain.people import Pause
from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from tests.conftest import PACK
from tests.domain.kept_ones import NOTE, NOW, document, note, stage
from tests.services.members import ANNE, BO, DAY, Book


@pytest.fixture(scope="module")
def served() -> ServedPack:
    return ServedPack(PACK, NOW)


@pytest.fixture
def book(storage: Storage, served: ServedPack) -> Book:
    return Book.over(storage, served)


async def test_what_was_kept_comes_with_the_labels_of_now_in_the_members_zone(book: Book) -> None:
    await book.join(ANNE, zone="Asia/Tokyo")
    home = SituationRef(await book.place(ANNE, "Home"))
    await book.keep(ANNE, document(NOW - DAY, stage(), situation=home), document(NOW, note()))
    await book.situations.rename(ANNE, home, "Sundays", NOW)

    look = await book.lookback.look(ANNE, NOW)

    assert look is not None
    assert look.zone == "Asia/Tokyo"
    assert [one.ended for one in look.entries] == [NOW, NOW - DAY]
    assert [look.label_of(one) for one in look.entries] == [None, "Sundays"]


async def test_empty_paused_deleted_and_never_kept_are_one_and_the_same_nothing(book: Book) -> None:
    await book.join(ANNE)
    await book.join(BO)
    (id_,) = await book.keep(ANNE, document(NOW - 40 * DAY, note()))
    await book.pause(ANNE, Pause())

    async def all_of(user: int) -> list[object]:
        return [
            await book.lookback.look(user, NOW),
            await book.lookback.open(user, id_, NOW),
            await book.lookback.change(user, Spot(id_, 1, 0), lambda _: None, NOW),
            await book.lookback.delete(user, id_, NOW),
            await book.situations.mine(user, NOW),
        ]

    nothing = [None, None, None, None, ()]
    assert await all_of(ANNE) == nothing  # has paused
    assert await all_of(BO) == nothing  # has kept nothing, and tries another's id
    assert await all_of(5) == nothing  # has never been here
    await book.pause(ANNE, None)
    assert await book.lookback.look(ANNE, NOW, "30-days") is None
    assert await book.lookback.look(ANNE, NOW, "all", SituationRef("ab" * 16)) is None
    assert await book.lookback.look(ANNE, NOW, "90-days") is not None
    await book.storage.shredder.forget(ANNE)
    assert await all_of(ANNE) == nothing


async def test_a_pause_that_is_over_hides_nothing(book: Book) -> None:
    await book.join(ANNE, pause=Pause(NOW - DAY))
    await book.keep(ANNE, document())

    assert await book.lookback.look(ANNE, NOW) is not None


async def test_more_check_ins_than_one_batch_holds_all_come(book: Book) -> None:
    await book.join(ANNE)
    await book.join(BO)
    await book.keep(ANNE, *(document(NOW - at * timedelta(hours=7)) for at in range(1203)))
    await book.keep(BO, *(document() for _ in range(3)))

    look = await book.lookback.look(ANNE, NOW)

    assert look is not None
    assert [one.ended for one in look.entries] == [NOW - at * timedelta(hours=7) for at in range(1203)]


async def test_what_has_expired_is_gone_before_the_job_comes_round(book: Book) -> None:
    await book.join(ANNE)
    (id_,) = await book.keep(ANNE, document())

    assert await book.lookback.look(ANNE, NOW + 179 * DAY) is not None
    assert await book.lookback.look(ANNE, NOW + 181 * DAY) is None
    assert await book.lookback.open(ANNE, id_, NOW + 181 * DAY) is None


async def test_looking_back_counts_as_use(book: Book) -> None:
    await book.join(ANNE)
    await book.keep(ANNE, document())

    await book.lookback.look(ANNE, NOW + 30 * DAY)

    async with book.storage.database.reading() as tx:
        assert await book.storage.members.list_unused(tx, NOW + 29 * DAY, 10) == ([], None)


async def test_what_a_later_version_wrote_is_told_of_and_left_alone(book: Book) -> None:
    await book.join(ANNE)
    newer = {**document(NOW, note()), "format": 2}
    id_, _ = await book.keep(ANNE, newer, document())

    look = await book.lookback.look(ANNE, NOW)

    assert look is not None
    assert look.unread
    assert len(look.entries) == 1
    assert await book.lookback.change(ANNE, Spot(id_, 1, 0), lambda _: None, NOW) is None
    assert await book.document(ANNE, id_) == newer


async def test_one_answer_is_changed_and_the_rest_stays(book: Book) -> None:
    await book.join(ANNE)
    (id_,) = await book.keep(ANNE, document(NOW, stage(), note()))

    changed = await book.lookback.change(ANNE, Spot(id_, 1, 1), lambda one: replace(one, text="other"), NOW)

    assert changed is not None
    assert changed.done
    assert changed.opened.kept.said == ((0, stage()), (1, note("other")))
    assert await book.document(ANNE, id_) == document(NOW, stage(), note("other"))


async def test_a_press_on_an_earlier_version_changes_nothing(book: Book) -> None:
    await book.join(ANNE)
    (id_,) = await book.keep(ANNE, document(NOW, stage(), note()))
    await book.lookback.change(ANNE, Spot(id_, 1, 0), lambda _: None, NOW)

    again = await book.lookback.change(ANNE, Spot(id_, 1, 0), lambda _: None, NOW)

    assert again is not None
    assert not again.done
    assert await book.document(ANNE, id_) == document(NOW, note())


async def test_refused_words_change_nothing(book: Book) -> None:
    await book.join(ANNE)
    (id_,) = await book.keep(ANNE, document(NOW, note()))

    def refuse(answer: Answer) -> Answer:
        raise TextTooLong(500, len(answer.text or "") + 600)

    with pytest.raises(TextTooLong):
        await book.lookback.change(ANNE, Spot(id_, 1, 0), refuse, NOW)

    assert await book.document(ANNE, id_) == document(NOW, note())


async def test_a_note_that_goes_is_no_longer_offered_for_next_time(book: Book) -> None:
    await book.join(ANNE)
    home = SituationRef(await book.place(ANNE, "Home"))
    earlier, later = await book.keep(
        ANNE, document(NOW - DAY, note("earlier"), situation=home), document(NOW, note(), situation=home)
    )
    assert await book.noted(ANNE, home) == later.hex()

    await book.lookback.change(ANNE, Spot(later, 1, 0), lambda _: None, NOW)
    assert await book.noted(ANNE, home) == earlier.hex()

    await book.lookback.delete(ANNE, earlier, NOW)
    assert await book.noted(ANNE, home) is None


async def test_a_note_about_no_situation_is_found_again_by_the_profile(book: Book) -> None:
    await book.join(ANNE)
    earlier, later = await book.keep(ANNE, document(NOW - DAY, note("earlier")), document(NOW, note()))

    await book.lookback.delete(ANNE, later, NOW)

    async with book.storage.database.reading() as tx:
        person = await book.people.find(tx, ANNE)
    assert person is not None
    assert person.profile.noted == earlier.hex()


async def test_a_deleted_check_in_is_gone_and_its_receipt_names_the_day(book: Book) -> None:
    await book.join(ANNE)
    gone, stays = await book.keep(ANNE, document(NOW, note()), document(NOW - DAY))

    deleted = await book.lookback.delete(ANNE, gone, NOW)

    assert deleted is not None
    assert (deleted.entries, deleted.at) == (1, NOW)
    assert await book.document(ANNE, gone) is None
    assert await book.document(ANNE, stays) is not None
    assert await book.lookback.delete(ANNE, gone, NOW) is None


async def test_what_is_found_and_done_shows_no_words_in_its_repr(book: Book) -> None:
    await book.join(ANNE)
    await book.place(ANNE, "Sundays")
    (id_,) = await book.keep(ANNE, document(NOW, note()))

    shown = [
        repr(await book.lookback.look(ANNE, NOW)),
        repr(await book.lookback.open(ANNE, id_, NOW)),
        repr(await book.lookback.change(ANNE, Spot(id_, 1, 0), lambda one: one, NOW)),
        repr(await book.situations.mine(ANNE, NOW)),
    ]

    assert not [one for one in shown if NOTE in one or "Sundays" in one or str(ANNE) in one]
