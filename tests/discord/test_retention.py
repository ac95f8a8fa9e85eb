"""A year without use, as it reaches a member: one message to who asked for messages, and then nothing is left."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.reminders.reminder import Reminder
from bot.domain.reminders.schedule import EveryWeeks
from tests.discord.conftest import World, labels, words
from tests.discord.test_mydata import Flow
from tests.services.keepers import DAY, profile_of

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


@pytest.fixture
async def flow(world: World, clock: list[Callable[[], datetime]]) -> Flow:
    made = Flow(world)
    clock.append(lambda: made.now)
    await made.keeps("the blue house", retention=365)
    return made


async def remind(flow: Flow) -> None:
    """Give her a reminder that has gone quiet long ago."""
    made = Reminder(pattern=EveryWeeks(1), start=flow.now, next=None, state="quiet", unanswered=3)
    personal = await flow.personal()
    async with personal.storage.database.transaction() as tx:
        person = await personal.people.find(tx, flow.user.id)
        assert person is not None
        await personal.storage.reminders.add(tx, person.member, made.to_document(), flow.now, due=None)


async def is_member(flow: Flow) -> bool:
    return await profile_of(await flow.personal(), flow.user.id) is not None


async def test_one_message_fourteen_days_before_and_then_everything_goes(flow: Flow) -> None:
    await remind(flow)
    await flow.leap(YEAR - 15 * DAY)
    assert flow.conversation == []

    await flow.leap(DAY + HOUR)
    (message,) = flow.conversation
    day = int((flow.now + 14 * DAY).timestamp())
    assert abs(int(words(message).split("<t:")[1].split(":")[0]) - day) < 60
    assert labels(message) == ["My data", "Support"]

    for _ in range(13):
        await flow.leap(DAY)
    assert len(flow.conversation) == 1
    assert await is_member(flow)
    await flow.leap(DAY + HOUR)
    assert not await is_member(flow)


async def test_pressing_its_button_is_use(flow: Flow) -> None:
    await remind(flow)
    await flow.leap(YEAR - 14 * DAY + HOUR)
    (message,) = flow.conversation

    shown = (await flow.user.click(message, label="My data")).response
    assert shown.ephemeral
    assert "Reminders: 1" in words(shown)
    await flow.leap(30 * DAY)

    assert await is_member(flow)


async def test_who_asked_for_no_messages_gets_none(flow: Flow) -> None:
    await flow.leap(YEAR - DAY)
    assert await is_member(flow)
    await flow.leap(2 * DAY)

    assert not await is_member(flow)
    assert flow.conversation == []


async def test_a_check_in_goes_on_its_day(flow: Flow) -> None:
    await (await flow.personal()).mydata.set_retention(flow.user.id, 30, flow.now)

    await flow.leap(30 * DAY - 2 * HOUR)
    assert "Check-ins you kept: 1" in words(await flow.run("show"))
    await flow.leap(3 * HOUR)
    assert "Check-ins you kept: 0" in words(await flow.run("show"))
