"""What a member sees, chooses, pauses and deletes, on both engines."""

import asyncio
import secrets
from datetime import timedelta

import pytest

from bot.domain.checkins.answers import Picked
from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.session import Session
from bot.domain.checkins.standing import At, Ended, Standing
from bot.domain.mydata.errands import Clearing, SentFile
from bot.domain.mydata.inventory import Busy
from bot.domain.people import Pause, Place
from bot.domain.reminders.nudges import Nudge
from bot.services.mydata.turns import Turns
from bot.services.personal import Personal
from bot.storage.ids import new_id
from bot.storage.leases import LASTS
from bot.storage.sessions import Guest
from bot.storage.storage import Storage
from bot.storage.tables import entry, lease, member, member_key, session
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
from tests.storage.world import rows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(storage: Storage, clock: Clock) -> Personal:
    return open_over(storage, clock)


async def open_check_in(one: Personal, user: int) -> None:
    open_one = OpenCheckIn(Session(script="check-in", mode="steps", started=NOW, touched=NOW), 1, keeps=False)
    await lay(one, user, open_one.to_document())


async def lay(one: Personal, user: int, document: dict[str, object], due: timedelta | None = None) -> None:
    async with one.storage.database.transaction() as tx:
        due_at = None if due is None else NOW + due
        await one.storage.sessions.add(tx, Guest(user), document, NOW, expires=NOW + DAY, due=due_at)


async def test_everything_is_counted(one: Personal) -> None:
    await join(one, ANNE, zone="Europe/Berlin")
    await keep(one, ANNE, label="the blue house")
    await keep(one, ANNE, days=2)
    await open_check_in(one, ANNE)
    await lay(one, ANNE, Nudge(NOW + DAY).to_document(), due=DAY)
    await one.errands.expect_file(ANNE, NOW)
    await keep_for(one, BO)

    shown = await one.mydata.look(ANNE, NOW)

    assert shown is not None
    assert shown.profile is not None
    assert (shown.entries, shown.situations, shown.reminders) == (2, 1, 0)
    assert (shown.open, shown.nudges, shown.errands) == (1, 1, 1)
    assert (shown.profile.zone, shown.profile.keep, shown.profile.consent.at) == ("Europe/Berlin", True, NOW)


async def test_a_check_in_that_ended_with_support_alone_is_counted_nowhere(one: Personal) -> None:
    """Whoever looks over a shoulder reads of none, on the list and on both receipts."""
    await end_with_support(one, BO)
    assert await one.mydata.look(BO, NOW) is None
    assert (await one.mydata.delete_everything(BO, NOW)).entries is None

    for delete in (one.mydata.delete_checkins, one.mydata.delete_everything):
        await join(one, ANNE)
        await end_with_support(one, ANNE)
        await open_check_in(one, ANNE)
        shown = await one.mydata.look(ANNE, NOW)
        assert shown is not None
        assert shown.open == 1
        assert shown.errands == 0
        assert (await delete(ANNE, NOW)).sessions == 1
        assert await rows(one.storage.database, session) == []


async def end_with_support(one: Personal, user: int) -> None:
    begun = await one.checkins.begin(At(user, secrets.token_bytes(16)), "form", 1)
    assert isinstance(begun, Standing)
    at = At(user, begun.token, begun.session.version)
    assert isinstance(await one.checkins.fill_form(at, {"not-right": Picked(("not-safe",))}), Ended)


async def keep_for(one: Personal, user: int) -> None:
    await join(one, user)
    await keep(one, user, label="elsewhere")


async def test_a_guest_with_an_open_check_in_sees_it(one: Personal) -> None:
    await open_check_in(one, DEE)

    shown = await one.mydata.look(DEE, NOW)

    assert shown is not None
    assert (shown.open, shown.profile) == (1, None)


async def test_empty_paused_deleted_and_never_kept_are_one(one: Personal) -> None:
    four = await four_who_look_the_same(one)
    for user in four.values():
        await one.errands.expect_file(user, NOW)  # an export in between tells nothing either

    assert [await one.mydata.look(user, NOW) for user in four.values()] == [None] * 4


async def test_their_receipts_are_one_too(one: Personal) -> None:
    for delete in (one.mydata.delete_checkins, one.mydata.delete_everything):
        receipts = {repr_of(await delete(user, NOW)) for user in (await four_who_look_the_same(one)).values()}
        assert len(receipts) == 1


def repr_of(receipt: object) -> tuple[object, ...]:
    return tuple(getattr(receipt, name) for name in type(receipt).__dataclass_fields__)


async def test_keep_is_withdrawn_at_once_and_what_is_kept_stays(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE)

    await one.mydata.set_keep(ANNE, 0, NOW, keep=False)
    off = await one.mydata.look(ANNE, NOW)
    await one.mydata.set_keep(ANNE, 7, NOW + DAY, keep=True)
    on = await one.mydata.look(ANNE, NOW + DAY)

    assert off is not None
    assert off.profile is not None
    assert not off.profile.keep
    assert off.entries == 1
    assert on is not None
    assert on.profile is not None
    assert on.profile.keep
    assert (on.profile.consent.version, on.profile.consent.at) == (7, NOW + DAY)


async def test_who_withdraws_what_they_never_gave_is_no_member(one: Personal) -> None:
    await one.mydata.set_keep(DEE, 0, NOW, keep=False)
    await one.mydata.set_retention(DEE, None, NOW)
    await one.mydata.pause(DEE, Pause(), NOW)

    assert await rows(one.storage.database, member) == []


async def test_another_retention_holds_for_what_is_kept(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE)
    await keep_for(one, BO)

    await one.mydata.set_retention(ANNE, 30, NOW)

    profile = await profile_of(one, ANNE)
    hour = NOW.replace(minute=0, second=0)
    expires = sorted(row.expires for row in await rows(one.storage.database, entry))
    assert profile is not None
    assert profile.retention == 30
    assert expires == [hour + 30 * DAY, hour + 180 * DAY + timedelta(hours=1)]


async def test_what_a_shorter_retention_ends_goes_with_the_press_that_asked_for_it(one: Personal) -> None:
    """However much it is: no round that waits for an operator holds it up."""
    for user in (ANNE, BO):
        await join(one, user, retention=None)
        for _ in range(60):
            await keep(one, user)

    await one.mydata.set_retention(ANNE, 30, NOW + 31 * DAY)

    assert len(await rows(one.storage.database, entry)) == 60


async def test_a_pause_hides_until_its_day_and_go_on_ends_it(one: Personal) -> None:
    await join(one, ANNE)
    await keep(one, ANNE)

    await one.mydata.pause(ANNE, Pause(NOW + 7 * DAY), NOW)
    hidden, later = await one.mydata.look(ANNE, NOW + 6 * DAY), await one.mydata.look(ANNE, NOW + 7 * DAY)
    await one.mydata.pause(ANNE, Pause(), NOW)
    still_hidden = await one.mydata.look(ANNE, NOW + 700 * DAY)
    await one.mydata.pause(ANNE, None, NOW)

    assert hidden is still_hidden is None
    assert later is not None
    assert await one.mydata.look(ANNE, NOW) is not None


async def test_a_guest_s_nudges_within_a_pause_are_taken_back(one: Personal) -> None:
    for days in (1, 5):
        await lay(one, DEE, Nudge(NOW + days * DAY).to_document(), due=days * DAY)

    await one.mydata.pause(DEE, Pause(NOW + 3 * DAY), NOW)
    shown = await one.mydata.look(DEE, NOW)

    assert shown is not None
    assert shown.nudges == 1


async def test_deleting_all_check_ins_leaves_choices_under_a_new_key(one: Personal) -> None:
    await join(one, ANNE, zone="Europe/Berlin", noted="ab", imports=("digest",))
    await keep(one, ANNE, label="the blue house")
    await open_check_in(one, ANNE)
    await one.errands.expect_file(ANNE, NOW)
    keys = await rows(one.storage.database, member_key)

    receipt = await one.mydata.delete_checkins(ANNE, NOW)

    profile, cards = await profile_of(one, ANNE), await cards_of(one, ANNE)
    shown = await one.mydata.look(ANNE, NOW)
    assert (receipt.entries, receipt.sessions, receipt.at) == (1, 1, NOW)
    assert await documents_of(one, ANNE) == []
    assert profile is not None
    assert (profile.zone, profile.noted, profile.imports) == ("Europe/Berlin", None, ())
    assert [(card.label, card.noted) for card in cards.values()] == [("the blue house", None)]
    assert shown is not None
    assert (shown.open, shown.errands) == (0, 1), "a file sent is still to be removed"
    assert await rows(one.storage.database, member_key) != keys


async def test_deleting_everything_leaves_nothing_of_one_and_all_of_the_other(one: Personal) -> None:
    for user in (ANNE, BO):
        await keep_for(one, user)
        await open_check_in(one, user)
        await one.errands.expect_file(user, NOW)

    receipt = await one.mydata.delete_everything(ANNE, NOW)

    other = await one.mydata.look(BO, NOW)
    assert (receipt.entries, receipt.sessions, receipt.situations) == (1, 2, 1)
    assert [len(await rows(one.storage.database, table)) for table in (member, entry, session)] == [1, 1, 2]
    assert other is not None
    assert (other.entries, other.situations, other.open) == (1, 1, 1)
    assert await one.mydata.look(ANNE, NOW) is None
    assert await one.errands.list_files(ANNE) == []


async def test_files_and_clearings_are_noted_until_done(one: Personal) -> None:
    token = await one.errands.expect_file(ANNE, NOW)
    await one.errands.note_place(token, Place(5, 6))
    clearing = await one.errands.begin_clearing(ANNE, 5, NOW)
    await one.errands.go_on_clearing(clearing, 77, 3, NOW)
    await one.errands.go_on_clearing(clearing, 66, 2, NOW)

    assert await one.errands.list_due(NOW + timedelta(minutes=1)) == []
    soon = await one.errands.list_due(NOW + timedelta(minutes=3))
    later = await one.errands.list_due(NOW + timedelta(hours=1))
    assert [errand.task for errand in soon] == [Clearing(5, 66, 5)]
    assert [errand.task for errand in later] == [Clearing(5, 66, 5), SentFile(Place(5, 6))]

    await one.errands.drop(BO, token)
    assert len(await one.errands.list_files(ANNE)) == 1, "another's button drops nothing"
    await one.errands.drop(ANNE, token)
    await one.errands.drop(ANNE, clearing)
    assert await one.errands.list_due(NOW + DAY) == []
    assert not await one.errands.go_on_clearing(clearing, 55, 1, NOW)


async def test_what_nobody_finished_is_forgotten(one: Personal) -> None:
    async with one.storage.database.transaction() as tx:
        assert await one.storage.leases.take(tx, "own:of a process that died", new_id(), NOW)
    token = await one.errands.expect_file(ANNE, NOW)
    await open_check_in(one, BO)

    await one.errands.put_off(token, NOW + DAY)
    await one.errands.forget_expired(NOW + 4 * DAY, None)
    assert len(await rows(one.storage.database, session)) == 1, "an open check-in is ended by who folds it"
    await one.errands.forget_expired(NOW + 4 * DAY, NOW)
    assert len(await rows(one.storage.database, session)) == 1, "its time was not over an hour before"
    await one.errands.forget_expired(NOW + 4 * DAY, NOW + DAY + timedelta(hours=1))
    assert await rows(one.storage.database, session) == []
    assert await rows(one.storage.database, lease) == []


async def test_one_at_a_time_over_processes_and_a_dead_one_lets_go(one: Personal, clock: Clock) -> None:
    other = open_over(one.storage, clock)

    async with one.turns.alone(ANNE):
        with pytest.raises(Busy):
            async with other.turns.alone(ANNE):
                pass
        async with other.turns.alone(BO):
            pass
        clock.now += timedelta(seconds=61)
        async with other.turns.alone(ANNE):
            pass

    async with other.turns.alone(ANNE):
        pass
    assert await rows(one.storage.database, lease) == []


async def test_work_longer_than_a_lease_lasts_stays_alone(storage: Storage, clock: Clock) -> None:
    mine, other = Turns(storage, clock, every=0), Turns(storage, clock)

    async with mine.alone(ANNE):
        for _ in range(5):
            clock.now += timedelta(seconds=45)
            async with asyncio.timeout(60):
                while (await rows(storage.database, lease))[0].until < clock.now + LASTS:
                    pass  # it is renewed by itself
            with pytest.raises(Busy):
                async with other.alone(ANNE):
                    pass

    async with other.alone(ANNE):
        pass


async def test_whoever_lost_their_turn_does_nothing_more(storage: Storage, clock: Clock) -> None:
    """A process that was held up for longer than a lease lasts, while another began."""
    mine, other = Turns(storage, clock, every=0), new_id()

    async def work() -> None:
        async with mine.alone(ANNE):
            (held,) = await rows(storage.database, lease)
            async with storage.database.transaction() as tx:
                await storage.leases.delete_all(tx)
                await storage.leases.take(tx, held.job, other, clock.now)
            async with asyncio.timeout(30):
                await asyncio.Event().wait()

    with pytest.raises(Busy):
        await work()

    assert [one.holder for one in await rows(storage.database, lease)] == [other]
