"""The whole life of a member with the bot, through real presses: all there is to say, look at, set, take and end."""

import io
import json
import random
import zipfile
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.storage.tables import reminder, session
from bot.ui.ids import Kind
from tests.promises.crawling import CHECKBOX, RADIO, TEXT_INPUT, Crawler
from tests.promises.hosting import Host
from tests.promises.walking import Lives, Member, Recorded
from tests.wire.looks import Json

PERSONAL = ("checkin", "lookback", "mydata", "reminders")
EVERYBODYS = (Kind.SHOW, Kind.TAKE_BACK)  # what is shown in the channel, others are meant to see
DAYS = 3
LEAPS = 12
A_MONTH = timedelta(days=31)


@dataclass
class Life:
    """Somebody who keeps check-ins. `says` gives their own words, `zone` where they are."""

    host: Host
    user: Json
    says: Callable[[], str]
    zone: str = "Berlin"
    most: int = 2
    leaves_out: Collection[Kind] = EVERYBODYS
    rng: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  # to be repeated, no secret
    file: bytes = b""

    def __post_init__(self) -> None:
        self.member = Member(self.host.wire, self.host.library, self.user, Lives(), self.rng)
        self.member.says = self.says
        self.member.always_safe = self.member.tries_the_switch = True
        self.jobs: Callable[[], Awaitable[None]] = self.host.round_of_jobs
        self.crawler = Crawler(
            self.host,
            self.user,
            self.fill,
            guild=False,
            typed=self.says(),
            file=self.file,
            most=self.most,
            leaves_out=self.leaves_out,
        )

    def fill(self, kind: Kind, asked: Json) -> Any:
        if asked["type"] == TEXT_INPUT:
            most = asked.get("max_length") or 4000
            return self.zone if kind is Kind.ZONE_TYPED else self.says()[:most]
        if asked["type"] == CHECKBOX:
            return True
        values = [one["value"] for one in asked["options"]]
        return self.rng.choice(values) if asked["type"] == RADIO else [self.rng.choice(values)]

    async def go_through_all(self) -> None:
        """Live some days, try everything there is, then delete everything."""
        await self.try_all_but_the_end()
        await self.crawler.finish()
        await self.end()

    async def try_all_but_the_end(self) -> None:
        """Live some days and try everything that ends or hides nothing."""
        for keeps in (False, True):  # of one who keeps nothing, and is asked each time
            await self.member.check_in(keep=False, form=keeps, this_one=keeps)
        await self.crawler.turn_keep_on()
        await self.check_in_for(DAYS)
        await self.member.end_with_support(hides=True)
        await self.member.label_twice()
        for zone in ("Springfield", self.zone):  # the first is the name of several
            self.zone = zone
            await self.crawler.run(["reminders"])
            self.crawler.forget()
        await self.crawler.run(PERSONAL)
        await self.hear_from_the_bot()
        await self.crawler.press_late(Kind.REMINDER_STOP, Kind.REMINDER_STOP_ALL)
        self.host.clock.turn(A_MONTH)  # the first ones would not stay if they stayed no longer
        await self.crawler.ask_for_less(30)
        self.crawler.file = self.bring_along()
        for guild in (True, False):
            self.crawler.guild = guild
            self.crawler.forget()
            await self.crawler.run(PERSONAL)
        await self.member.end_with_support(hides=False)

    async def check_in_for(self, days: int) -> None:
        for _ in range(days):
            await self.member.check_in(keep=True, form=False)
            await self.member.check_in(keep=True, form=True)
            self.host.clock.turn(timedelta(days=1))

    async def hear_from_the_bot(self) -> None:
        """Leap from one moment that time calls for to the next: reminders and nudges come, what lies is put away."""
        for _ in range(LEAPS):
            due = await self._next_due()
            if due is None:
                return
            self.host.clock.now = max(due + timedelta(minutes=6), self.host.clock.now)
            await self.jobs()
            await self.jobs()
            await self.crawler.go_on()

    async def end(self) -> None:
        """Delete everything and clear the conversation."""
        self.crawler.forget()
        await self.crawler.run(["mydata"])
        await self.crawler.finish()

    def bring_along(self) -> bytes:
        """Give the newest export, with one check-in said otherwise, so that it is not all here already."""
        files = self.host.wire.world.post.files.values()
        exports = [one for one in files if zipfile.is_zipfile(io.BytesIO(one))]
        with zipfile.ZipFile(io.BytesIO(exports[-1])) as opened:
            document = json.loads(opened.read("entries.json"))
        document["entries"][0]["answers"][0]["question"] = "Another question?"
        return json.dumps(document).encode()

    async def _next_due(self) -> datetime | None:
        personal = await self.host.app.door.personal()
        async with personal.storage.database.reading() as tx:
            found = [(await tx.execute(select(func.min(one.c.due)))).scalar_one() for one in (reminder, session)]
        return min((one for one in found if one is not None), default=None)

    @property
    def recorded(self) -> list[Recorded]:
        return self.member.recorded + self.crawler.recorded
