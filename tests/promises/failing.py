"""Makes the n-th call fail: to the database, or to Discord; for each thing done, every call in turn."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from sqlalchemy import event

from bot.storage.database import Database
from tests.promises.crawling import Send
from tests.promises.hosting import Host
from tests.wire.exchange import Exchange
from tests.wire.shapes import json_response

if TYPE_CHECKING:
    from tests.wire.door import Call


UNTIL_LAPSED = timedelta(minutes=2)  # after which a turn that could not be given back is free again


@dataclass
class Nth:
    """Counts calls down; the one at which it comes to nothing fails."""

    left: int = 0

    def strikes(self) -> bool:
        self.left -= 1
        return self.left == 0

    @property
    def struck(self) -> bool:
        return self.left <= 0


@dataclass(eq=False)
class Echo:
    """A rule of the loopback: Discord refuses a request and quotes all of it, as it does with what it cannot take."""

    nth: Nth
    after: bool = False
    hits: int = 0
    body: Any = None

    def matches(self, call: "Call") -> bool:
        self.body = call.body
        return self.nth.strikes()

    async def strike(self, request: web.Request) -> web.Response:
        del request
        said = {"_errors": [{"code": "BASE_TYPE_BAD", "message": json.dumps(self.body)}]}
        return json_response({"message": "Invalid Form Body", "code": 50035, "errors": {"data": said}}, 400)

    def release(self) -> None:
        """Hold up nothing."""


@contextmanager
def discord_fails(host: Host, nth: Nth) -> Iterator[None]:
    rule: Any = Echo(nth)
    host.wire.faults.rules.append(rule)
    try:
        yield
    finally:
        host.wire.faults.rules.remove(rule)


@contextmanager
def storage_fails(database: Database, nth: Nth) -> Iterator[None]:
    """Fail a statement or a commit; whatever it was given stands in what is raised, as some drivers have it."""

    def before(_c: Any, _u: Any, _s: str, parameters: Any, _x: Any, _m: Any) -> None:
        if nth.strikes():
            raise sqlite3.OperationalError(f"disk I/O error with {parameters!r}")

    def commit(_: Any) -> None:
        if nth.strikes():
            raise sqlite3.OperationalError("disk I/O error")

    engines = [database._writer.sync_engine, database._reader.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", before)
            event.remove(engine, "commit", commit)


@dataclass
class Failing:
    """Does a thing again and again, its first call failing, then its second, until none is left to fail; then plainly.

    What is done more than once of a kind is done plainly: its calls are those that failed before.
    """

    host: Host
    database: Database
    failed: int = 0
    _known: set[str] = field(default_factory=set)

    async def around(self, said: str, send: Send) -> Exchange:
        """Do a thing that Discord tells the bot of."""
        words = said.split()
        kind = " ".join(words[:2]) if said.startswith(("/", "form")) else words[0]
        if kind not in self._known:
            self._known.add(kind)
            await self._fail_each(lambda: self.host.plainly(send))
        return await self.host.plainly(send)

    async def jobs(self) -> None:
        """Let the jobs come round."""
        await self._fail_each(self.host.round_of_jobs)

    async def _fail_each(self, act: Any) -> None:
        for failing in (lambda nth: storage_fails(self.database, nth), lambda nth: discord_fails(self.host, nth)):
            number, struck = 1, True
            while struck:
                nth = Nth(number)
                with failing(nth):
                    await act()
                self.host.clock.turn(UNTIL_LAPSED)
                struck = nth.struck
                self.failed += struck
                number += 1
