"""A thousand posted cards: their messages in the loopback Discord, and their rows in storage, as a bot left them."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Final

from bot.domain.cards.posting import Posting, Seen, Wish
from bot.services.pack import ServedPack
from bot.storage.ids import PostingId, RowId
from bot.storage.keyfile import load_vault, new_key_file
from bot.storage.storage import Storage, open_storage
from bot.ui.cards.posted import digest_of, draw_posted
from tests.wire.dated_bot import VARIABLE, Clock
from tests.wire.discord_server import WireDiscord
from tests.wire.door import Call
from tests.wire.looks import Json
from tests.wire.process import BotProcess
from tests.wire.refusals import COMPONENTS_V2

from .camp import PACK

SERVERS: Final = 10
CHANNELS: Final = 200
EACH: Final = 5
CARDS: Final = CHANNELS * EACH
GIVE_UP: Final = 900.0  # seconds
BEFORE_ALL: Final = RowId(b"")
_LATER: Final = datetime(2999, 1, 1, tzinfo=UTC)
_BUTTON: Final = "  support: "
"""Words of the pack that stand on every card."""


@dataclass
class Wall:
    """Where they hang: one database, one pack that can be changed, one Discord, one clock."""

    wire: WireDiscord
    folder: Path
    address: str
    clock: Clock
    channels: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    subjects: dict[str, set[str]] = field(default_factory=dict)
    """Ids of messages by the card they show."""
    editions: int = 0

    @property
    def pack(self) -> Path:
        """Where the pack lies that the bots serve."""
        return self.folder / "content" / "en"

    @property
    def key(self) -> Path:
        """The master key's file."""
        return self.folder / "keys" / "master.key"

    def process(self, name: str) -> BotProcess:
        """Return a bot that keeps the cards, as production starts it but for its clock."""
        env = {
            "WIRE_SHARED": "1",
            VARIABLE: str(self.clock.file),
            "COMPERSION_SIDE_PORT__PORT": "0",
            "COMPERSION_CONTENT": str(self.pack),
            "COMPERSION_STORAGE__DATABASE": self.address,
            "COMPERSION_STORAGE__KEY_FILES": str(self.key),
        }
        return BotProcess(self.wire, "tests.wire.dated_bot:main", "run", name=name, env=env)

    def change(self) -> str:
        """Change words that stand on every card, in one file; give them as they stand now."""
        self.editions += 1
        words, file = f"Support {self.editions}", self.pack / "interface.yaml"
        lines = file.read_text(encoding="utf-8").splitlines()
        at = lines.index("buttons:") + 1
        while not lines[at].startswith(_BUTTON):
            at += 1
        lines[at] = _BUTTON + words
        file.write_text("\n".join(lines), encoding="utf-8")
        return words

    def retitle(self, subject: str) -> str:
        """Give one card another title; give that."""
        self.editions += 1
        title, file = f"Edition {self.editions} of it", self.pack / "explainers" / f"{subject}.yaml"
        text = file.read_text(encoding="utf-8")
        before = next(line for line in text.splitlines() if line.startswith("title: "))
        file.write_text(text.replace(before, f"title: {title}"), encoding="utf-8")
        return title

    def move_clocks(self, ahead: float) -> None:
        """Let Discord and all bots be so many seconds ahead of the time."""
        self.wire.world.ahead = ahead
        self.clock.set(ahead)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Storage]:
        """Open storage beside the bots, or, on SQLite, while there are none."""
        storage = await open_storage(self.address, load_vault([self.key]), datetime.now(UTC))
        try:
            yield storage
        finally:
            await storage.close()

    async def hang(self) -> None:
        """Post all cards, as they are drawn now."""
        pack = ServedPack(self.pack, datetime.now(UTC))
        subjects = cycle(pack.library.explainers)
        async with self.opened() as storage, storage.database.transaction() as tx:
            for number in range(SERVERS):
                guild = self.wire.world.add_guild(f"Orchard {number}")
                home = await storage.noticeboard.servers.add(tx, int(guild["id"]), {}, datetime.now(UTC))
                for channel in self.wire.world.add_channels(CHANNELS // SERVERS, guild["id"]):
                    self.channels.append(channel)
                    for _ in range(EACH):
                        one = self._post(pack, channel, next(subjects))
                        row = PostingId(RowId(one.id))
                        await storage.noticeboard.postings.add(
                            tx, home, row, one.to_document(), due=_LATER, now=one.created
                        )

    def _post(self, pack: ServedPack, channel: Json, subject: str) -> Posting:
        token, now = secrets.token_bytes(16), datetime.now(UTC)
        drawing = draw_posted(pack.library, subject, token, 1)
        if drawing is None:
            raise RuntimeError(f"{subject} cannot be drawn")
        scene = self.wire.world.scene(user=self.wire.world.bot, channel=channel)
        body = {"components": drawing.to_components(), "flags": COMPONENTS_V2}
        message = self.wire.world.post.create(scene, body)
        self.messages.append(message)
        self.subjects.setdefault(subject, set()).add(message["id"])
        place = int(channel["id"])
        seen = Seen(
            message=int(message["id"]),
            channel=place,
            home=place,
            sent=now,
            digest=digest_of(drawing),
            round=1,
            looked=now,
        )
        return Posting(
            id=token, version=1, created=now, due=_LATER, wish=Wish(channel=place, subject=subject), seen=seen
        )


@asynccontextmanager
async def wall(folder: Path, address: str | None = None) -> AsyncIterator[Wall]:
    """Post the cards while the block runs; without an address, in a SQLite file."""
    (folder / "keys").mkdir()
    new_key_file(folder / "keys" / "master.key")
    shutil.copytree(PACK, folder / "content" / "en")
    (folder / "state").mkdir()
    async with WireDiscord() as wire:
        hung = Wall(wire, folder, address or f"sqlite:///{folder / 'state' / 'bot.db'}", Clock(folder / "clock"))
        await hung.hang()
        wire.limits.add_edits()
        wire.limits.most_a_second = 50
        yield hung


class Change:
    """One change of the content on its way to the cards, told from the requests as they come."""

    def __init__(self, hung: Wall, subject: str | None = None) -> None:
        """Change words that stand on all cards, or the title of one."""
        self._wire, self._read = hung.wire, len(hung.wire.requests)
        self.at = time.perf_counter()
        self._words = hung.retitle(subject) if subject else json.dumps(hung.change())
        self._meant = hung.subjects[subject] if subject else set[str]()
        self.done: set[str] = set()
        """Messages that show the new words."""
        self.edits: list[Call] = []
        """Requests that made one show them, in their order."""

    async def reach(self, cards: int) -> float:
        """Wait until so many cards show it; return the seconds since the change."""
        await self._wire.until(lambda: self._count() >= cards, GIVE_UP)
        return time.perf_counter() - self.at

    async def settle(self, quiet: float) -> None:
        """Wait until every card of the subject shows it, and the others that name it, as far as can be told."""
        await self._wire.until(lambda: self._count() and self._meant <= self.done, GIVE_UP)
        before = -1
        while before < len(self.done):
            before = len(self.done)
            await asyncio.sleep(quiet)
            self._count()

    def _count(self) -> int:
        # One that is under way has no status yet; what comes behind it waits its turn.
        while self._read < len(self._wire.requests) and self._wire.requests[self._read].status:
            self._look(self._wire.requests[self._read])
            self._read += 1
        return len(self.done)

    def _look(self, call: Call) -> None:
        if call.method == "PATCH" and call.status == 200 and self._words in json.dumps(call.body):
            self.done.add(call.reply["id"])
            self.edits.append(call)

    def is_shown_by(self, message: Json) -> bool:
        """Say whether a message as it stands shows the new words."""
        return self._words in json.dumps(message["components"])
