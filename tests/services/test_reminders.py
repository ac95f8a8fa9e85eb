"""Reminders and nudges over real stores: set, changed, claimed once, and told of when they went quiet."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Pause
from bot.domain.reminders.letters import Letter, Panel, SetReminder, Unreadable
from bot.domain.reminders.reminder import MOST_JITTER
from bot.domain.reminders.schedule import EveryWeeks, Once, OnDays, Pattern
from bot.domain.trusted_time import SimulatedClock
from bot.domain.zones import QuietHours
from bot.errors import UserError
from bot.services.leasing import Lease
from bot.services.pack import ServedPack
from bot.services.people import People
from bot.services.reminders.nudges import Nudges
from bot.services.reminders.sending import Sending
from bot.services.reminders.setting import Reminders, count_anew
from bot.storage.storage import Storage
from bot.storage.tables import occurrence, session
from tests.conftest import PACK
from tests.storage.world import ANNE, BO, DAY, NOW, rows

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
CHANNEL = 900
BERLIN = "Europe/Berlin"


@dataclass
class World:
    """The services with a clock that a test moves."""

    storage: Storage
    people: People
    reminders: Reminders
    nudges: Nudges
    sending: Sending
    now: datetime = NOW

    async def keep(self, user_id: int) -> None:
        async with self.storage.database.transaction() as tx:
            await self.people.agree(tx, user_id, 1, self.now, keep=True)

    async def pause_all(self, user_id: int, pause: Pause | None) -> None:
        async with self.storage.database.transaction() as tx:
            person = await self.people.find(tx, user_id)
            assert person is not None
            await self.people.change(tx, person, replace(person.profile, pause=pause))

    async def answer(self, user_id: int) -> None:
        async with self.storage.database.transaction() as tx:
            person = await self.people.find(tx, user_id)
            assert person is not None
            await count_anew(self.storage, tx, person)

    async def add(self, pattern: Pattern, start: datetime | None, user_id: int = ANNE) -> SetReminder:
        added = await self.reminders.add(user_id, secrets.token_bytes(16), pattern, start, CHANNEL)
        assert added is not None
        return added

    async def due(self) -> list[Letter]:
        """Let what is due be sent, all of it arriving."""
        letters = list[Letter]()
        for kind in ("reminder", "nudge"):
            for what in await self.sending.list_due(kind):
                letter = await self.sending.claim(kind, what, self.now)
                if letter:
                    letters.append(letter)
                    await self.sending.note_sent(letter)
        return letters

    async def at(self, moment: datetime) -> list[Letter]:
        self.now = moment
        return await self.due()


@pytest.fixture(scope="module")
def pack_served() -> ServedPack:
    return ServedPack(PACK, NOW)


@pytest.fixture
def world(storage: Storage, pack_served: ServedPack) -> World:
    people = People(storage.members)

    def now() -> datetime:
        return made.now

    made = World(
        storage,
        people,
        Reminders(storage, people, pack_served, now),
        Nudges(storage, people, pack_served, now),
        Sending(storage, people, now),
    )
    return made


def after(moment: datetime) -> datetime:
    """Give a time at which whatever is set for a moment is due, its jitter included."""
    return moment + timedelta(seconds=MOST_JITTER)


async def shown(world: World, user_id: int = ANNE) -> Panel:
    return await world.reminders.panel(user_id)


# --- setting ---------------------------------------------------------------------------------------------------------


async def test_who_keeps_nothing_or_has_paused_is_met_alike(world: World) -> None:
    await world.keep(BO)
    await world.add(Once(), NOW + DAY, BO)
    await world.pause_all(BO, Pause())

    assert await shown(world, ANNE) == await shown(world, BO) == Panel(known=False)
    assert await world.reminders.add(ANNE, secrets.token_bytes(16), Once(), NOW + DAY, CHANNEL) is None


async def test_one_is_set_shown_and_stopped(world: World) -> None:
    await world.keep(ANNE)
    assert await shown(world) == Panel(known=True)

    weekly = await world.add(EveryWeeks(2), NOW + DAY)
    single = await world.add(Once(), NOW + DAY)

    assert {one.token for one in (await shown(world)).reminders} == {weekly.token, single.token}
    assert await world.reminders.stop(ANNE, weekly.token) == 1
    assert [one.token for one in (await shown(world)).reminders] == [single.token]
    await world.reminders.stop_all(ANNE)
    assert (await shown(world)).reminders == ()
    assert await world.at(after(NOW + DAY)) == []


async def test_a_doubled_press_sets_one(world: World) -> None:
    await world.keep(ANNE)
    token = secrets.token_bytes(16)

    first, second = await asyncio.gather(
        *(world.reminders.add(ANNE, token, Once(), NOW + DAY, CHANNEL) for _ in range(2))
    )

    assert first == second
    assert len((await shown(world)).reminders) == 1


async def test_a_time_that_has_passed_and_days_without_a_zone_get_a_sentence(world: World) -> None:
    await world.keep(ANNE)

    with pytest.raises(UserError, match="has passed"):
        await world.add(Once(), NOW)
    with pytest.raises(UserError, match="Set your time zone"):
        await world.add(OnDays(frozenset({4}), 19), None)
    with pytest.raises(UserError, match="Set your time zone"):
        await world.reminders.set_quiet_hours(ANNE, QuietHours(22, 7))
    assert (await shown(world)).reminders == ()


async def test_a_sixth_gets_a_sentence(world: World) -> None:
    await world.keep(ANNE)
    for _ in range(5):
        await world.add(Once(), NOW + DAY)

    with pytest.raises(UserError, match="You have 5 reminders"):
        await world.add(Once(), NOW + DAY)


async def test_nobody_changes_another_members(world: World) -> None:
    await world.keep(ANNE)
    await world.keep(BO)
    annes = await world.add(EveryWeeks(1), NOW + DAY)

    for done in (
        await world.reminders.snooze(BO, annes.token, bytes(16)),
        await world.reminders.pause(BO, annes.token, bytes(16), None),
        await world.reminders.start(BO, annes.token, bytes(16)),
        await world.reminders.add(BO, annes.token, Once(), NOW + DAY, CHANNEL),
    ):
        assert done is None
    await world.reminders.stop(BO, annes.token)
    assert (await shown(world)).reminders == (annes,)


async def test_a_new_zone_and_quiet_hours_move_what_is_set(world: World) -> None:
    await world.keep(ANNE)
    await world.reminders.set_zone(ANNE, BERLIN)
    await world.add(OnDays(frozenset({6}), 23), None)  # Sunday, 22:00 UTC

    panel = await world.reminders.set_quiet_hours(ANNE, QuietHours(22, 7))
    assert panel.quiet_hours == QuietHours(22, 7)
    assert panel.reminders[0].reminder.next == datetime(2026, 11, 23, 6, tzinfo=UTC)

    panel = await world.reminders.set_zone(ANNE, "Asia/Tokyo")
    assert panel.zone == await world.reminders.zone(ANNE) == "Asia/Tokyo"
    assert panel.reminders[0].reminder.next == datetime(2026, 11, 22, 22, tzinfo=UTC)

    panel = await world.reminders.set_quiet_hours(ANNE, None)
    assert panel.reminders[0].reminder.next == datetime(2026, 11, 22, 14, tzinfo=UTC)


# --- sending ---------------------------------------------------------------------------------------------------------


async def test_what_is_due_is_claimed_once_by_one_of_many(world: World) -> None:
    await world.keep(ANNE)
    one = await world.add(EveryWeeks(1), NOW + DAY)
    assert await world.at(NOW + DAY - HOUR) == []

    world.now = after(NOW + DAY)
    claimed = await asyncio.gather(*(world.sending.claim("reminder", one.token, world.now) for _ in range(6)))

    letters = [letter for letter in claimed if letter]
    assert [(letter.user, letter.channel, letter.what) for letter in letters] == [(ANNE, CHANNEL, one.token)]
    assert (await shown(world)).reminders[0].reminder.next == NOW + DAY + WEEK
    assert [(one.token, one.wanted) for one in await world.sending.list_unfinished()] == [(letters[0].token, True)]

    await world.sending.note_sent(letters[0])
    assert await world.sending.list_unfinished() == []


async def test_what_may_have_been_sent_is_sent_again_for_three_minutes(world: World) -> None:
    await world.keep(ANNE)
    await world.add(EveryWeeks(1), NOW + DAY)
    world.now = after(NOW + DAY) + HOUR  # late, but not too late: what counts is when its sending began
    (what,) = await world.sending.list_due("reminder")
    letter = await world.sending.claim("reminder", what, world.now)
    assert letter is not None

    assert letter.may_go(world.now + timedelta(minutes=2), arrived=None)
    assert not letter.may_go(world.now + timedelta(minutes=3), arrived=None)
    assert (await world.sending.list_unfinished())[0].claimed == letter.claimed


@pytest.mark.parametrize("how", ["stopped", "paused", "all paused", "later"])
async def test_what_is_not_wanted_any_more_is_not_sent_again(world: World, how: str) -> None:
    await world.keep(ANNE)
    one = await world.add(EveryWeeks(1), NOW + DAY)
    world.now = after(NOW + DAY)
    letter = await world.sending.claim("reminder", one.token, world.now)
    assert letter is not None

    match how:
        case "stopped":
            await world.reminders.stop(ANNE, one.token)
        case "paused":
            await world.reminders.pause(ANNE, one.token, bytes(16), None)
        case "all paused":
            await world.pause_all(ANNE, Pause())
        case _:  # pressed on the message itself, so it was seen
            await world.reminders.snooze(ANNE, one.token, letter.token)

    assert not [one for one in await world.sending.list_unfinished() if one.may_go(world.now, arrived=None)]


async def test_a_pause_of_everything_holds_reminders_back(world: World) -> None:
    await world.keep(ANNE)
    await world.add(EveryWeeks(1), NOW + DAY)
    await world.pause_all(ANNE, Pause(NOW + 3 * DAY))

    assert await world.at(after(NOW + DAY)) == []
    await world.pause_all(ANNE, None)
    assert len(await world.at(after(NOW + DAY + WEEK))) == 1


async def test_more_than_two_hours_late_is_dropped_and_the_next_comes(world: World) -> None:
    await world.keep(ANNE)
    await world.add(EveryWeeks(1), NOW + DAY)

    assert await world.at(after(NOW + DAY) + 2 * HOUR + timedelta(minutes=1)) == []
    assert len(await world.at(after(NOW + DAY + WEEK))) == 1


async def test_three_left_alone_go_quiet_which_is_told_once(world: World) -> None:
    await world.keep(ANNE)
    one = await world.add(EveryWeeks(1), NOW + DAY)

    came = [len(await world.at(after(NOW + DAY + week * WEEK))) for week in range(6)]

    assert came == [1, 1, 1, 0, 0, 0]
    panel = await shown(world)
    assert (panel.notices, panel.reminders[0].reminder.state) == (("went-quiet",), "quiet")
    assert (await shown(world)).notices == ()
    again = await world.reminders.start(ANNE, one.token, bytes(16))
    assert again is not None
    assert len(await world.at(after(NOW + DAY + 6 * WEEK))) == 1


async def test_opening_a_check_in_keeps_them_coming(world: World) -> None:
    await world.keep(ANNE)
    await world.add(EveryWeeks(1), NOW + DAY)
    for week in range(6):
        assert len(await world.at(after(NOW + DAY + week * WEEK))) == 1
        await world.answer(ANNE)


async def test_closed_messages_pause_everything_and_are_told_of(world: World) -> None:
    await world.keep(ANNE)
    first = await world.add(EveryWeeks(1), NOW + DAY)
    await world.add(EveryWeeks(1), NOW + 2 * DAY)
    world.now = after(NOW + DAY)
    letter = await world.sending.claim("reminder", first.token, world.now)
    assert letter is not None

    await world.sending.note_closed(letter)

    assert await world.sending.list_unfinished() == []
    assert await world.at(after(NOW + 2 * DAY)) == []
    panel = await shown(world)
    assert panel.notices == ("reminders-paused",)
    assert {one.reminder.state for one in panel.reminders} == {"closed"}
    await world.reminders.start(ANNE, first.token, bytes(16))
    assert len(await world.at(after(NOW + DAY + WEEK))) == 1


async def test_what_surely_did_not_arrive_may_go_for_two_hours_but_not_into_quiet_hours(world: World) -> None:
    await world.keep(ANNE)
    one = await world.add(EveryWeeks(1), NOW + DAY)
    world.now = after(NOW + DAY)
    letter = await world.sending.claim("reminder", one.token, world.now)
    assert letter is not None

    assert letter.may_go(world.now + timedelta(minutes=119), arrived=False)
    assert not letter.may_go(world.now + timedelta(minutes=120), arrived=False)
    assert not letter.may_go(world.now, arrived=True)
    await world.reminders.set_zone(ANNE, "UTC")
    await world.reminders.set_quiet_hours(ANNE, QuietHours(world.now.hour, (world.now.hour + 2) % 24))
    world.now += timedelta(minutes=15)
    assert [one.wanted for one in await world.sending.list_unfinished()] == [False]


@pytest.mark.parametrize("pattern", [Once(), EveryWeeks(1)], ids=str)
async def test_what_is_given_up_is_told_of_under_reminders(world: World, pattern: Pattern) -> None:
    await world.keep(ANNE)
    one = await world.add(pattern, NOW + DAY)
    world.now = after(NOW + DAY)
    letter = await world.sending.claim("reminder", one.token, world.now)
    assert letter is not None

    await world.sending.give_up(letter)

    assert (await shown(world)).notices == ("missed",)
    assert (await shown(world)).notices == ()
    assert len((await shown(world)).reminders) == isinstance(pattern, EveryWeeks)


@pytest.mark.parametrize("pattern", [Once(), EveryWeeks(1)], ids=str)
async def test_what_fell_due_while_the_bot_was_away_for_long_is_told_of(world: World, pattern: Pattern) -> None:
    await world.keep(ANNE)
    await world.add(pattern, NOW + DAY)

    assert await world.at(NOW + DAY + timedelta(hours=2, minutes=30)) == []

    assert (await shown(world)).notices == ("missed",)


async def test_a_member_s_nudge_that_could_not_be_sent_is_told_of(world: World) -> None:
    await world.keep(ANNE)
    for hours in (1, 2):
        await world.nudges.set(ANNE, secrets.token_bytes(16), NOW + hours * HOUR, CHANNEL)

    assert await world.at(NOW + 3 * HOUR + timedelta(seconds=1)) != []

    assert (await shown(world)).notices == ("missed",)


async def test_a_single_one_can_come_again_later_and_is_forgotten_after_a_day(world: World) -> None:
    await world.keep(ANNE)
    one = await world.add(Once(), NOW + DAY)
    (letter,) = await world.at(after(NOW + DAY))

    later = await world.reminders.snooze(ANNE, one.token, letter.token)
    assert later is not None
    assert len(await world.at(after(world.now + 3 * HOUR))) == 1
    assert (await shown(world)).reminders == ()
    await world.at(world.now + DAY)
    assert await world.reminders.snooze(ANNE, one.token, letter.token) is None


async def test_one_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    await world.keep(ANNE)
    await world.keep(BO)
    async with world.storage.database.transaction() as tx:
        person = await world.people.find(tx, BO)
        assert person is not None
        newer = await world.storage.reminders.add(tx, person.member, {"format": 99}, NOW, due=NOW)
    await world.add(EveryWeeks(1), NOW + DAY)
    world.now = after(NOW + DAY)

    first, second = await world.sending.list_due("reminder")

    assert first == newer.id
    with pytest.raises(Unreadable):
        await world.sending.claim("reminder", first, world.now)
    letter = await world.sending.claim("reminder", second, world.now)
    assert letter is not None
    assert letter.user == ANNE


async def test_a_conversation_opened_anew_is_remembered(world: World) -> None:
    await world.keep(ANNE)
    one = await world.add(EveryWeeks(1), NOW + DAY)
    world.now = after(NOW + DAY)
    letter = await world.sending.claim("reminder", one.token, world.now)
    assert letter is not None

    assert (await world.sending.note_channel(letter, 901)).channel == 901
    (next_one,) = await world.at(after(NOW + DAY + WEEK))
    assert next_one.channel == 901


async def test_what_was_sent_is_forgotten_after_some_days(world: World) -> None:
    await world.keep(ANNE)
    await world.add(Once(), NOW + DAY)
    await world.at(after(NOW + DAY))

    await world.sending.forget_old(world.now)
    assert len(await rows(world.storage.database, occurrence)) == 1
    world.now += 4 * DAY
    await world.sending.forget_old(world.now)
    assert await rows(world.storage.database, occurrence) == []


# --- nudges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_nudge_comes_once_and_leaves_nothing(world: World, *, keeps: bool) -> None:
    if keeps:
        await world.keep(ANNE)
    one = await world.nudges.ask(ANNE, secrets.token_bytes(16), "in-a-few-hours", CHANNEL)
    assert one is not None
    assert one.nudge.at == NOW + 3 * HOUR

    (letter,) = await world.at(NOW + 3 * HOUR)

    assert (letter.kind, letter.user, letter.channel) == ("nudge", ANNE, CHANNEL)
    assert await rows(world.storage.database, session) == []
    assert await world.at(NOW + 4 * HOUR) == []


async def test_tomorrow_evening_is_known_only_with_a_zone(world: World) -> None:
    await world.keep(ANNE)
    assert await world.nudges.ask(ANNE, secrets.token_bytes(16), "tomorrow-evening", CHANNEL) is None

    await world.reminders.set_zone(ANNE, BERLIN)
    one = await world.nudges.ask(ANNE, secrets.token_bytes(16), "tomorrow-evening", CHANNEL)

    assert one is not None
    assert one.nudge.at == datetime(2026, 11, 22, 18, tzinfo=UTC)
    assert await world.nudges.ask(ANNE, secrets.token_bytes(16), "after-it", CHANNEL) is None


async def test_a_nudge_is_set_once_and_taken_back_by_who_asked(world: World) -> None:
    token = secrets.token_bytes(16)
    for _ in range(2):
        await world.nudges.set(ANNE, token, NOW + HOUR, CHANNEL)
    assert len(await rows(world.storage.database, session)) == 1

    await world.nudges.take_back(BO, token)
    await world.nudges.stop_all(BO, bytes(16))
    assert len(await rows(world.storage.database, session)) == 1
    await world.nudges.take_back(ANNE, token)
    assert await rows(world.storage.database, session) == []
    assert await world.at(NOW + HOUR) == []


async def test_nudges_have_a_limit_and_no_past(world: World) -> None:
    with pytest.raises(UserError, match="has passed"):
        await world.nudges.set(ANNE, secrets.token_bytes(16), NOW, CHANNEL)
    for _ in range(5):
        await world.nudges.set(ANNE, secrets.token_bytes(16), NOW + HOUR, CHANNEL)
    with pytest.raises(UserError, match="5 nudges"):
        await world.nudges.set(ANNE, secrets.token_bytes(16), NOW + HOUR, CHANNEL)


async def test_a_nudge_too_late_or_into_a_pause_is_dropped(world: World) -> None:
    await world.nudges.set(ANNE, secrets.token_bytes(16), NOW + HOUR, CHANNEL)
    await world.keep(BO)
    await world.nudges.set(BO, secrets.token_bytes(16), NOW + 3 * HOUR, CHANNEL)
    await world.pause_all(BO, Pause())

    assert await world.at(NOW + 3 * HOUR + timedelta(seconds=1)) == []
    assert await rows(world.storage.database, session) == []


async def test_a_nudge_may_be_sent_again_until_it_is_known_to_have_arrived(world: World) -> None:
    one = await world.nudges.set(ANNE, secrets.token_bytes(16), NOW + HOUR, CHANNEL)
    world.now = NOW + HOUR
    letter = await world.sending.claim("nudge", one.token, world.now)
    assert letter is not None
    assert await world.sending.claim("nudge", one.token, world.now) is None

    (again,) = await world.sending.list_unfinished()
    assert (again.token, again.channel, again.may_go(world.now, arrived=None)) == (letter.token, CHANNEL, True)
    moved = await world.sending.note_channel(again, 901)
    assert (await world.sending.list_unfinished())[0].channel == moved.channel == 901
    await world.sending.give_up(moved)
    assert await world.sending.list_unfinished() == []
    assert await rows(world.storage.database, session) == []


# --- leases ----------------------------------------------------------------------------------------------------------


async def test_one_process_has_a_job_until_it_gives_it_up_or_is_gone_for_a_minute(world: World) -> None:
    mine, yours = (
        Lease(world.storage, "sending", secrets.token_bytes(16), SimulatedClock(lambda: world.now)) for _ in range(2)
    )

    assert await mine.hold()
    assert not await yours.hold()
    for _ in range(10):
        world.now += timedelta(seconds=14)
        assert await mine.hold()
        assert not await yours.hold()
    await mine.give_up()
    assert await yours.hold()
    world.now += timedelta(seconds=61)
    assert await mine.hold()
    assert not await yours.hold()


async def test_a_nudge_asked_for_before_a_pause_waits_for_nothing_and_one_asked_for_within_it_comes(
    world: World,
) -> None:
    await world.keep(ANNE)
    await world.nudges.ask(ANNE, secrets.token_bytes(16), "in-a-few-hours", CHANNEL)
    await world.pause_all(ANNE, Pause())
    within = await world.nudges.ask(ANNE, secrets.token_bytes(16), "in-a-few-hours", CHANNEL)
    assert within is not None

    letters = await world.at(NOW + 4 * HOUR)

    assert [one.what for one in letters] == [within.token]
