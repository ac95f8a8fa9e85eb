"""A year of check-ins under clocks that leap by a year both ways at random: nothing goes before its time."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import discord
import pytest

from bot.jobs.health import JobHealth
from bot.jobs.retention import RetentionJob
from bot.services.pack import ServedPack
from bot.storage.storage import Storage
from bot.storage.tables import entry, session
from tests.conftest import PACK
from tests.jobs.believing import NOW, Process, World
from tests.promises.homes import TORTURE
from tests.services.keepers import DAY, Clock, join, keep, open_over
from tests.storage.conftest import address, migrated, postgresql, server, sqlite, storage, vault
from tests.storage.world import rows

__all__ = ["address", "migrated", "postgresql", "server", "sqlite", "storage", "vault"]

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
STEP: Final = timedelta(hours=17)
RETENTIONS: Final = {1: 30, 2: 180, 3: 365, 4: None}
SLACK: Final = 3 * MINUTE  # clocks that agree differ by no more


@dataclass
class Year:
    """Two processes over one database, each on a machine of its own, and when what was kept is really due."""

    storage: Storage
    chance: random.Random
    world: World = field(default_factory=World)
    due: dict[bytes, datetime | None] = field(default_factory=dict)
    open: dict[bytes, datetime] = field(default_factory=dict)
    gone: int = 0

    def __post_init__(self) -> None:
        self.clock = Clock(NOW)
        self.personal = open_over(self.storage, self.clock)
        self.start()

    def start(self) -> None:
        """Start a process anew, on a machine whose steady clock begins somewhere."""
        self.process = Process(self.world, self.world.now - self.chance.random() * 9 * DAY)
        client = discord.Client(intents=discord.Intents.none())
        self.job = RetentionJob(ServedPack(PACK, NOW), client, JobHealth())
        self.lease = self.process.lease(self.personal, self.job.name)

    def trouble(self) -> None:
        """Do one of the things that happen to clocks."""
        leap = self.chance.choice((-1, 1)) * self.chance.choice((MINUTE * 7, DAY, 30 * DAY, 366 * DAY))
        match self.chance.randrange(6):
            case 0:
                self.world.off = leap
            case 1:
                self.world.off = timedelta()
            case 2:
                self.process.hear(leap)  # one answer with a wrong date
            case 3:
                self.world.off = leap
                self.start()  # a crash, and a machine that boots with a wrong clock
                if self.chance.random() < 0.5:
                    self.process.hear(leap)
            case 4:
                self.process.booted -= abs(leap)  # a machine whose steady clock leaps as well
            case _:
                self.process.booted += timedelta(hours=8)  # one that slept

    async def keep(self) -> None:
        """A member keeps a check-in, and opens one; whatever arrives tells the time."""
        user = self.chance.choice(list(RETENTIONS))
        self.process.deliver()
        self.clock.now = self.process.clock()
        token = await keep(self.personal, user, now=self.clock.now)
        days = RETENTIONS[user]
        self.due[token] = None if days is None else self.world.now + days * DAY
        async with self.storage.database.transaction() as tx:
            person = await self.personal.people.find(tx, user)
            assert person
            await self.personal.people.touch(tx, person, self.clock.now)
            row = await self.storage.sessions.add(tx, person.member, {}, self.clock.now, expires=self.clock.now + DAY)
        self.open[bytes(row.id)] = self.world.now + DAY

    async def round(self) -> None:
        await self.job.run(self.personal, self.lease)
        await self.look()

    async def look(self) -> None:
        """Nothing is gone that was not due."""
        kept = {bytes(row.id) for row in await rows(self.storage.database, entry)}
        for token in self.due.keys() - kept:
            due = self.due.pop(token)
            assert due is not None
            assert due <= self.world.now + SLACK
            self.gone += 1
        open_ = {bytes(row.id) for row in await rows(self.storage.database, session)}
        for token in self.open.keys() - open_:
            assert self.open.pop(token) <= self.world.now + SLACK

    async def calm(self) -> None:
        """With nothing but right answers, what is due goes."""
        self.process.hear_twice()
        await self.round()
        self.world.now += 2 * HOUR  # in which whatever else ends what is over has its turn
        self.process.hear_twice()
        await self.round()
        late = self.world.now - 2 * HOUR
        assert not [due for due in self.due.values() if due is not None and due < late]
        assert not [due for due in self.open.values() if due + DAY < late]


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(TORTURE))
async def test_a_year_of_leaping_clocks_takes_nothing_before_its_time(storage: Storage, seed: int) -> None:
    year = Year(storage, random.Random(seed))  # noqa: S311  # chance, not secrets
    for user, days in RETENTIONS.items():
        await join(year.personal, user, NOW, retention=days)
    end, calm = NOW + 500 * DAY, NOW
    while year.world.now < end:
        year.world.now += STEP
        if year.chance.random() < 0.3:
            await year.keep()
        for _ in range(year.chance.randrange(3)):
            year.trouble()
            await year.round()
        if year.world.now - calm > 20 * DAY:
            calm = year.world.now
            await year.calm()

    assert year.gone > 50
