"""Check-ins out and in again: the same words, new ids, nothing doubled, nothing half, on both engines."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.mydata.inventory import Imported, NotThere
from bot.domain.mydata.journal import Journal, Topic
from bot.domain.mydata.journal_checks import FileRefused
from bot.domain.mydata.journal_file import write
from bot.domain.people import Pause
from bot.services.personal import Personal
from bot.storage.sessions import Guest
from bot.storage.storage import Storage, open_storage
from bot.storage.tables import entry, member, session, situation
from tests.domain.journals import CLOSEST, NOTE, OWN_WORD, PROOF, journal, journals, page
from tests.services.keepers import (
    ANNE,
    BO,
    DAY,
    DEE,
    NOW,
    Clock,
    cards_of,
    documents_of,
    four_who_look_the_same,
    join,
    keep,
    open_over,
    profile_of,
)
from tests.storage.world import make_vault, rows

FILE = write(journal(), NOW, UTC, PROOF)["entries.json"]


@pytest.fixture
def one(storage: Storage) -> Personal:
    return open_over(storage, Clock())


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Personal]]:
    """One database for many examples, each with members of its own."""
    folder: Path = tmp_path_factory.mktemp("transfer")
    with asyncio.Runner() as runner:
        opened = runner.run(open_storage(f"sqlite:///{folder / 'bot.db'}", make_vault(), NOW))
        yield runner, open_over(opened, Clock())
        runner.run(opened.close())


async def bring_in(one: Personal, user: int, data: bytes = FILE, consent: int | None = 1) -> Imported:
    waiting = await one.transfer.stage(user, data, NOW)
    return await one.transfer.take_in(user, waiting.token, consent if waiting.agree else None, NOW)


async def exported(one: Personal, user: int) -> Journal:
    return (await one.transfer.journal(user, NOW))[0]


_users = itertools.count(1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(journals())
def test_out_deleted_and_in_again_are_the_same_words(standing: tuple[asyncio.Runner, Personal], whole: Journal) -> None:
    if not whole.pages:
        return
    runner, one = standing
    user = next(_users)

    async def there_and_back() -> None:
        await bring_in(one, user, write(whole, NOW, UTC, PROOF)["entries.json"])
        out = await exported(one, user)
        data = write(out, NOW, ZoneInfo("Asia/Kathmandu"), PROOF)["entries.json"]
        await one.mydata.delete_everything(user, NOW)
        assert await exported(one, user) == Journal()
        await bring_in(one, user, data)
        again = await exported(one, user)

        assert out.pages == tuple(dict.fromkeys(whole.pages))
        assert again.pages == out.pages
        assert set(again.topics) == set(out.topics) == set(whole.topics)

    runner.run(there_and_back())


async def test_a_member_s_own_check_ins_come_out_in_their_zone(one: Personal) -> None:
    await join(one, ANNE, zone="Europe/Berlin")
    await keep(one, ANNE, CLOSEST, NOTE, days=2, label="the blue house")
    await keep(one, ANNE, OWN_WORD, days=1)
    await keep_elsewhere(one)

    out, zone = await one.transfer.journal(ANNE, NOW)

    assert zone == ZoneInfo("Europe/Berlin")
    assert out == Journal(
        (Topic("the blue house"),), (page(2, CLOSEST, NOTE, label="the blue house"), page(1, OWN_WORD))
    )


async def keep_elsewhere(one: Personal) -> None:
    await join(one, BO)
    await keep(one, BO, label="elsewhere")


async def test_what_has_expired_is_not_taken_along(one: Personal) -> None:
    await join(one, ANNE, retention=30)
    await keep(one, ANNE, now=NOW - 31 * DAY)

    assert (await exported(one, ANNE)).pages == ()


async def test_nothing_looks_the_same_whatever_the_reason(one: Personal) -> None:
    four = await four_who_look_the_same(one)

    assert {await one.transfer.journal(user, NOW) for user in four.values()} == {(Journal(), UTC)}
    files = [write(*(await one.transfer.journal(user, NOW))[:1], NOW, UTC, PROOF) for user in four.values()]
    assert all(file == files[0] for file in files)


async def test_a_file_waits_sealed_and_says_what_it_would_bring(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE, days=3, label="the blue house")

    waiting = await one.transfer.stage(ANNE, FILE, NOW)

    assert (waiting.count, waiting.here, waiting.before, waiting.agree) == (3, 1, False, False)
    assert (waiting.first, waiting.last) == (NOW - 3 * DAY, NOW - DAY)
    assert len(await rows(one.storage.database, entry)) == 1
    (row,) = await rows(one.storage.database, session)
    assert b"Holding it" not in row.sealed
    assert row.expires <= NOW + timedelta(hours=2)


async def test_it_comes_in_with_new_ids_under_the_member_s_own_retention(one: Personal) -> None:
    await join(one, ANNE, retention=30)

    came = await bring_in(one, ANNE)

    found, cards = await rows(one.storage.database, entry), await cards_of(one, ANNE)
    hour = NOW.replace(minute=0, second=0)
    assert came == Imported(len(found), 0) == Imported(3, 0)
    assert {row.expires for row in found} == {hour + 30 * DAY + timedelta(hours=1)}
    assert {row.created for row in found} == {hour - DAY}, "what comes from a file counts to no day's check-ins"
    assert sorted(card.label for card in cards.values()) == ["the blue house", "тихо 🌧"]
    assert {one["situation"] for one in await documents_of(one, ANNE)} == {*cards, None}
    assert await rows(one.storage.database, session) == []


async def test_the_same_again_is_known_and_doubles_nothing(one: Personal) -> None:
    await bring_in(one, ANNE)
    reworded = json.dumps(json.loads(FILE)).encode()

    waiting = await one.transfer.stage(ANNE, reworded, NOW)
    came = await one.transfer.take_in(ANNE, waiting.token, None, NOW)
    other = await one.transfer.stage(BO, FILE, NOW)

    profile = await profile_of(one, ANNE)
    assert (waiting.before, waiting.here, came) == (True, 3, Imported(0, 3))
    assert len(await rows(one.storage.database, entry)) == 3
    assert len(await rows(one.storage.database, situation)) == 2
    assert profile is not None
    assert len(profile.imports) == 1
    assert (other.before, other.here) == (False, 0), "another's file is not known here"


async def test_a_check_in_that_stands_twice_in_the_file_comes_in_once(one: Personal) -> None:
    twice = write(Journal((), (page(2, CLOSEST), page(2, CLOSEST))), NOW, UTC, PROOF)["entries.json"]

    waiting = await one.transfer.stage(ANNE, twice, NOW)
    came = await one.transfer.take_in(ANNE, waiting.token, 1, NOW)

    assert (waiting.count, came) == (1, Imported(1, 0))
    assert len(await rows(one.storage.database, entry)) == 1


async def test_of_two_exports_that_overlap_what_is_new_is_told_from_what_was_here(one: Personal) -> None:
    await bring_in(one, ANNE, write(journal(page(5), page(4), page(3)), NOW, UTC, PROOF)["entries.json"])

    came = await bring_in(
        one, ANNE, write(journal(page(4), page(3), page(2), page(1)), NOW, UTC, PROOF)["entries.json"]
    )

    assert came == Imported(new=2, here=2)
    assert len(await rows(one.storage.database, entry)) == 5


async def test_what_would_be_more_than_fits_is_refused_before_anything_comes_in(
    one: Personal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_in(one, ANNE)
    before = [await rows(one.storage.database, table) for table in (entry, situation, session, member)]
    more = write(journal(page(5), page(4)), NOW, UTC, PROOF)["entries.json"]

    monkeypatch.setattr("bot.services.mydata.transfer.MOST_KEPT", 4)
    with pytest.raises(FileRefused) as at_once:
        await one.transfer.stage(ANNE, more, NOW)
    await one.mydata.pause(ANNE, Pause(), NOW)
    waiting = await one.transfer.stage(ANNE, more, NOW)
    with pytest.raises(FileRefused) as at_the_end:
        await one.transfer.take_in(ANNE, waiting.token, 1, NOW)
    await one.transfer.leave(ANNE, waiting.token)
    await one.mydata.pause(ANNE, None, NOW)

    for caught in (at_once, at_the_end):
        assert (caught.value.reason, caught.value.fills) == ("full", {"count": 5, "most": 4})
    assert [len(await rows(one.storage.database, table)) for table in (entry, situation, session, member)] == list(
        map(len, before)
    )


async def test_more_bytes_than_fit_are_refused_though_the_check_ins_are_few(
    one: Personal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_in(one, ANNE)
    monkeypatch.setattr("bot.services.mydata.transfer.MOST_KEPT_BYTES", 2_500)

    with pytest.raises(FileRefused) as caught:
        await bring_in(one, ANNE, write(journal(page(5), page(4)), NOW, UTC, PROOF)["entries.json"])

    assert caught.value.reason == "full"
    assert len(await rows(one.storage.database, entry)) == 3


async def test_a_label_that_is_here_is_used_whatever_its_case(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE, OWN_WORD, days=9, label="The Blue House")

    await bring_in(one, ANNE)

    labels = [card.label for card in (await cards_of(one, ANNE)).values()]
    assert sorted(labels) == ["The Blue House", "тихо 🌧"]


async def test_the_newest_note_is_the_one_offered_next_time(one: Personal) -> None:
    await join(one, ANNE)
    newer = await keep(one, ANNE, NOTE, days=1, label="the blue house")
    file = write(journal(page(2, NOTE), page(5, NOTE), page(3, NOTE, label="the blue house")), NOW, UTC, PROOF)

    await bring_in(one, ANNE, file["entries.json"])

    profile, (card,) = await profile_of(one, ANNE), (await cards_of(one, ANNE)).values()
    assert card.noted == newer.hex()
    async with one.storage.database.reading() as tx:
        person = await one.people.find(tx, ANNE)
        assert person is not None
        assert profile is not None
        entries = {row.id.hex(): row.document for row in await one.storage.entries.list_all(tx, person.member)}
    assert entries[profile.noted or ""]["started"] == (NOW - 2 * DAY).isoformat()


async def test_whoever_keeps_nothing_is_asked_for_consent_on_the_way(one: Personal) -> None:
    waiting = await one.transfer.stage(DEE, FILE, NOW)
    assert waiting.agree

    with pytest.raises(NotThere):
        await one.transfer.take_in(DEE, waiting.token, None, NOW)
    assert await rows(one.storage.database, member) == []
    assert await one.transfer.take_in(DEE, waiting.token, 3, NOW) == Imported(3, 0)

    profile = await profile_of(one, DEE)
    assert profile is not None
    assert profile.keep
    assert (profile.consent.version, profile.consent.at) == (3, NOW)


async def test_bringing_in_looks_the_same_for_four(one: Personal) -> None:
    four = await four_who_look_the_same(one)

    seen = {replace(await one.transfer.stage(user, FILE, NOW), token=b"") for user in four.values()}
    assert len(seen) == 1
    assert next(iter(seen)).agree

    for user in four.values():
        assert await bring_in(one, user) == Imported(3, 0)
    assert await exported(one, four["paused"]) == Journal(), "it came in out of sight"
    await one.mydata.pause(four["paused"], None, NOW)
    assert len((await exported(one, four["paused"])).pages) == 3, "one of them was here before"


async def test_a_paused_member_s_keep_comes_with_the_yes(one: Personal) -> None:
    await join(one, ANNE, pause=Pause(), keep=False)

    await bring_in(one, ANNE, consent=1)

    profile = await profile_of(one, ANNE)
    assert profile is not None
    assert profile.keep
    assert profile.pause == Pause()


async def test_a_waiting_file_is_its_owner_s_for_an_hour_and_once(one: Personal) -> None:
    await join(one, ANNE)
    await join(one, BO)
    waiting = await one.transfer.stage(ANNE, FILE, NOW)

    for user, token, now in [
        (BO, waiting.token, NOW),
        (ANNE, bytes(16), NOW),
        (ANNE, waiting.token, NOW + timedelta(hours=3)),
    ]:
        with pytest.raises(NotThere):
            await one.transfer.take_in(user, token, None, now)
    await one.transfer.leave(BO, waiting.token)
    assert await one.transfer.take_in(ANNE, waiting.token, None, NOW) == Imported(3, 0)
    with pytest.raises(NotThere):
        await one.transfer.take_in(ANNE, waiting.token, None, NOW)


async def test_a_later_file_takes_the_place_of_the_one_that_waited(one: Personal) -> None:
    first = await one.transfer.stage(ANNE, FILE, NOW)
    await one.transfer.stage(ANNE, FILE, NOW)

    assert len(await rows(one.storage.database, session)) == 1
    with pytest.raises(NotThere):
        await one.transfer.take_in(ANNE, first.token, 1, NOW)


async def test_leaving_it_leaves_nothing(one: Personal) -> None:
    waiting = await one.transfer.stage(DEE, FILE, NOW)

    await one.transfer.leave(DEE, waiting.token)
    await one.transfer.leave(DEE, waiting.token)

    assert await rows(one.storage.database, session) == await rows(one.storage.database, member) == []


async def test_a_file_that_does_not_fit_changes_nothing(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE, label="already here")
    before = [await rows(one.storage.database, table) for table in (entry, situation, session, member)]
    broken = json.loads(FILE)
    broken["entries"][2]["answers"][1]["text"] = "x" * 4000

    with pytest.raises(FileRefused):
        await one.transfer.stage(ANNE, json.dumps(broken).encode(), NOW)

    assert [await rows(one.storage.database, table) for table in (entry, situation, session, member)] == before


async def test_one_situation_too_many_refuses_all_of_it(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE, label="already here")
    pages = tuple(page(number, CLOSEST, label=f"label {number}") for number in range(50, 0, -1))
    waiting = await one.transfer.stage(ANNE, write(journal(*pages), NOW, UTC, PROOF)["entries.json"], NOW)

    with pytest.raises(FileRefused) as caught:
        await one.transfer.take_in(ANNE, waiting.token, None, NOW)

    assert (caught.value.reason, caught.value.fills) == ("situations", {"count": 51, "most": 50})
    assert [len(await rows(one.storage.database, table)) for table in (entry, situation)] == [1, 1]
    await one.transfer.leave(ANNE, waiting.token)


async def test_an_entry_of_a_later_version_is_left_alone(one: Personal) -> None:
    await join(one, ANNE)
    async with one.storage.database.transaction() as tx:
        person = await one.people.find(tx, ANNE)
        assert person is not None
        await one.storage.entries.add(tx, person.member, {"format": 99}, NOW, expires=None)

    assert await bring_in(one, ANNE) == Imported(3, 0)
    assert len((await exported(one, ANNE)).pages) == 3
    assert len(await rows(one.storage.database, entry)) == 4


async def test_a_session_of_another_kind_cannot_be_brought_in(one: Personal) -> None:
    async with one.storage.database.transaction() as tx:
        row = await one.storage.sessions.add(tx, Guest(ANNE), {"kind": "check-in"}, NOW, expires=NOW + DAY)

    with pytest.raises(NotThere):
        await one.transfer.take_in(ANNE, bytes(row.id), 1, NOW)
    await one.transfer.leave(ANNE, bytes(row.id))

    assert len(await rows(one.storage.database, session)) == 1
