"""The clock all rooms share: it goes on with the real one, ahead of it by what was waited."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.demo.world import World
from bot.services.opening import Door
from bot.storage.database import Transaction
from bot.storage.noticeboard import NoticeboardStores
from bot.storage.storage import Storage

_TICK = timedelta(seconds=2)
_ROUND = timedelta(seconds=31)  # in which each job has its turn
_FAR = timedelta(days=1)
_LOOK = timedelta(minutes=30)  # posted cards are looked at daily, each at its own minute; they wait for one another
_AFTER = timedelta(minutes=90)  # when something was due and is due still; a reminder is sent up to two hours late


class Clock:
    """Moves simcord's clock, which stands still by itself."""

    def __init__(self, world: World, door: Door, note: Callable[[timedelta], None]) -> None:
        """Begin where the world's clock stands; `note` is told how far ahead of the real one it is."""
        self._env, self._door, self._note = world.env, door, note
        self._ahead = world.env.now() - datetime.now(UTC)

    def set_ahead(self, span: timedelta) -> None:
        """Make some time pass, with the next steps."""
        self._ahead += span
        self._note(self._ahead)

    async def step(self) -> bool:
        """Let the world catch up, or a part of it when it is long; say whether there is more.

        From one thing due to the next it leaps, and the jobs have one round then: their rounds each half minute of a
        week would take minutes.
        """
        behind = datetime.now(UTC) + self._ahead - self._env.now()
        if behind <= timedelta():
            return False
        step = min(behind, await self._until_next()) if behind > _ROUND else behind
        if step > _TICK:
            self._env.backend.advance_clock((step - _TICK).total_seconds())
        await self._env.advance_time(min(step, _TICK).total_seconds())
        return step < behind

    async def _until_next(self) -> timedelta:
        """Say how long the jobs can sleep."""
        if self._door.opened is None:
            return _AFTER
        now = self._env.now()
        due = await _next_due(self._door.opened.storage, now, now + _FAR)
        if due is None:
            return _FAR
        return _AFTER if due <= now else max(due - now, _ROUND) + _TICK


async def _next_due(storage: Storage, now: datetime, until: datetime) -> datetime | None:
    """Say when time next calls for something that people see."""
    async with storage.database.reading() as tx:
        reminders = await storage.reminders.list_due(tx, until, 1)
        sessions = await storage.sessions.list_due(tx, until, 1)
        over = await storage.sessions.list_expired(tx, until, 1)
        posted = await _next_posted(storage.noticeboard, tx, now, until)
    moments = [one.due for one in (*reminders, *sessions)] + [one.expires for one in over] + [*posted]
    return min((one for one in moments if one is not None), default=None)


async def _next_posted(
    stores: NoticeboardStores, tx: Transaction, now: datetime, until: datetime
) -> list[datetime | None]:
    """Say when the next weekly prompt is due, and when to turn to posted cards."""
    moments = list[datetime | None]()
    for row in await stores.servers.list_due(tx, until, 1):
        server = await stores.servers.get_by_id(tx, row)
        moments.append(server.due if server else None)
    for row, id_ in await stores.postings.list_due(tx, until, 1):
        server = await stores.servers.get_by_id(tx, row)
        card = await stores.postings.get(tx, server, id_) if server else None
        moments.append(max(card.due, now + _LOOK) if card and card.due else None)
    return moments
