"""Posted cards as they are kept: what moderators want, what was seen, and who did what. One commit a method.

Nothing here talks to Discord. Commands change the wish; `bot/cogs/cards/poster.py` makes channels agree with it.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.cards.deeds import Deed, What, deed_document, deed_from
from bot.domain.cards.posting import (
    ChannelKind,
    Posting,
    Seen,
    Wish,
    alike_in,
    in_order,
    is_pin_set_again,
    rewished,
)
from bot.domain.cards.steps import GRACE
from bot.services.cards.rota import Rota
from bot.services.cards.rows import BoardStores, all_opened, opened, row_id, wake, write
from bot.services.transactions import in_transaction

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction
    from bot.storage.servers import Server

DEEDS_KEPT: Final = timedelta(days=90)
MOST_DEEDS: Final = 500

_ID_BYTES: Final = 16


class JustPostedError(Exception):
    """A card like it came into the channel since whoever asks was shown what is there: `posting`."""

    def __init__(self, posting: Posting) -> None:
        super().__init__()
        self.posting = posting


def part_id(index: bytes, subject: str) -> bytes:
    """Give the id of the row of one card of a series: the same each time, so that a series is never posted twice."""
    return hashlib.sha256(index + subject.encode()).digest()[:_ID_BYTES]


class Board:
    """The registry of posted cards. Servers and channels are Discord's ids, a posting's id is its row's, 16 bytes."""

    def __init__(self, database: "Database", stores: BoardStores, clock: Callable[[], datetime]) -> None:
        self._database, self._stores, self._clock = database, stores, clock
        self.rota = Rota(database, stores, clock)

    async def put(  # noqa: PLR0913  # what is asked for, each by its name
        self,
        server: int,
        wish: Wish,
        by: int,
        *,
        id_: bytes,
        parts: Sequence[str] = (),
        shown: int | None = None,
    ) -> Posting:
        """Take in a card to be posted, and who asked. Where one of this id is there it is given as it stands.

        `parts` are the subjects of a series whose index the wish is: each gets a row, in this order, not pinned.
        `shown` is how many like it whoever asked knows of in that channel; None does not look.

        Raises:
            JustPostedError: there are more of them by now.
        """

        async def work(tx: "Transaction") -> Posting:
            now = self._clock()
            home = await self._stores.servers.get(tx, server, alone=True)  # two who post at once take turns
            if home is None:
                home = await self._stores.servers.add(tx, server, {}, now)
            there = await self._get(tx, home, id_)
            if there is not None:
                return there
            alike = alike_in(all_opened(await self._stores.postings.list_of(tx, home)), wish.subject, wish.channel)
            if shown is not None and len(alike) > shown:
                raise JustPostedError(alike[-1])
            index = await self._add(tx, home, id_, wish)
            for subject in parts:
                part = Wish(channel=wish.channel, subject=subject, kind=wish.kind, part_of=id_)
                await self._add(tx, home, part_id(id_, subject), part)
            await self._log(tx, home, by, "pin" if wish.pinned else "post", wish)
            return index

        return await in_transaction(self._database, work)

    async def change(  # noqa: PLR0913  # what of a wish may change, each by its name
        self,
        server: int,
        id_: bytes,
        by: int,
        *,
        pinned: bool | None = None,
        channel: int | None = None,
        kind: ChannelKind | None = None,
        gone: bool | None = None,
        again: bool = False,
    ) -> Posting | None:
        """Change what is wanted, and note who did; None when there is no such posting any more.

        `channel` moves it (say its `kind`, too). `gone` takes it away; the row goes once the message has. `again` posts
        a card that was deleted by hand once more. The cards of a series go and move with its index.
        """

        async def work(tx: "Transaction") -> Posting | None:
            home = await self._stores.servers.get(tx, server)
            row = await self._stores.postings.get(tx, home, row_id(id_)) if home else None
            if home is None or row is None:
                return None
            before = opened(row)
            wish = replace(
                before.wish,
                pinned=before.wish.pinned if pinned is None else pinned,
                channel=before.wish.channel if channel is None else channel,
                kind=before.wish.kind if kind is None else kind,
                gone=before.wish.gone if gone is None else gone,
            )
            set_again = is_pin_set_again(before, pinned=pinned)
            what = "pin" if set_again else _what(before.wish, wish, again=again)
            rewritten = rewished(before, wish, again=again or set_again)
            after = await write(self._stores, tx, home, row, rewritten, due=self._soon())
            if wish.series is not None:
                await self._follow(tx, home, before, wish, again=again)
            elif wish.part_of is not None:
                await wake(self._stores, tx, home, wish.part_of, self._clock())
            if what is not None:
                await self._log(tx, home, by, what, wish)
            return after

        return await in_transaction(self._database, work)

    async def get(self, server: int, id_: bytes) -> Posting | None:
        """Find a posting by the id of its row."""
        async with self._database.reading() as tx:
            home = await self._stores.servers.get(tx, server)
            return await self._get(tx, home, id_) if home else None

    async def find(self, server: int, channel: int, message: int) -> Posting | None:
        """Find a posting by the message it stands in."""
        for one in await self.list_all(server):
            if (one.seen.channel, one.seen.message) == (channel, message):
                return one
        return None

    async def list_all(self, server: int) -> list[Posting]:
        """List a server's postings: the oldest first, the cards of a series behind its index in their order."""
        async with self._database.reading() as tx:
            home = await self._stores.servers.get(tx, server)
            rows = await self._stores.postings.list_of(tx, home) if home else []
        return in_order(await asyncio.to_thread(all_opened, rows))

    async def log(self, server: int) -> list[Deed]:
        """List who did what with cards in the last 90 days, the newest first."""
        since = self._clock() - DEEDS_KEPT
        async with self._database.reading() as tx:
            home = await self._stores.servers.get(tx, server)
            kept = await self._stores.deeds.list_of(tx, home, limit=MOST_DEEDS) if home else []
        return [deed for one in kept if one.created > since and (deed := deed_from(one.created, one.by, one.document))]

    async def observe(self, server: int, posting: Posting, seen: Seen, *, due: datetime | None) -> Posting | None:
        """Keep what was seen or done, and when time calls for it next; None is never.

        None when the row was changed by someone else since it was read, or is gone: read it again. Where the address of
        a card of a series changed, its index becomes due in the same commit.
        """

        async def work(tx: "Transaction") -> Posting | None:
            home = await self._stores.servers.get(tx, server)
            row = await self._stores.postings.get(tx, home, row_id(posting.id)) if home else None
            if home is None or row is None or row.version != posting.version:
                return None
            before = opened(row)
            after = await write(self._stores, tx, home, row, replace(before, seen=seen), due=due)
            if before.wish.part_of and after.link(server) != before.link(server):
                await wake(self._stores, tx, home, before.wish.part_of, self._clock())
            return after

        return await in_transaction(self._database, work)

    async def forget(self, server: int, posting: Posting) -> bool:
        """Delete the row of a posting whose messages are gone; False when it was changed since it was read."""

        async def work(tx: "Transaction") -> bool:
            home = await self._stores.servers.get(tx, server)
            row = await self._stores.postings.get(tx, home, row_id(posting.id)) if home else None
            if home is None or row is None or row.version != posting.version:
                return False
            await self._stores.postings.delete(tx, home, row.id)
            if posting.wish.part_of:
                await wake(self._stores, tx, home, posting.wish.part_of, self._clock())
            return True

        return await in_transaction(self._database, work)

    async def begin_sync(self, server: int, by: int) -> list[Posting]:
        """Note who asked, make everything due, so that what is not done now is done by the job, and list it.

        A pin that somebody took away is asked for again.
        """

        async def work(tx: "Transaction") -> list[Posting]:
            home = await self._stores.servers.get(tx, server)
            if home is None:
                return []
            await self._log(tx, home, by, "sync", None)
            rows = {row.id: row for row in await self._stores.postings.list_of(tx, home)}
            for one in all_opened(rows.values()):
                if is_pin_set_again(one, pinned=True):
                    pinned = rewished(one, one.wish, again=True)
                    await write(self._stores, tx, home, rows[row_id(one.id)], pinned, due=self._soon())
            await self._stores.postings.set_due(tx, home.id, list(rows), self._soon())
            return all_opened(await self._stores.postings.list_of(tx, home))

        return in_order(await in_transaction(self._database, work))

    async def _get(self, tx: "Transaction", home: "Server", id_: bytes) -> Posting | None:
        row = await self._stores.postings.get(tx, home, row_id(id_))
        return opened(row) if row else None

    async def _add(self, tx: "Transaction", home: "Server", id_: bytes, wish: Wish) -> Posting:
        now = self._clock()
        due = self._soon()
        new = Posting(id=id_, version=1, created=now, due=due, wish=wish)
        row = await self._stores.postings.add(tx, home, row_id(id_), new.to_document(), due=due, now=now)
        return opened(row)

    async def _follow(self, tx: "Transaction", home: "Server", before: Posting, wish: Wish, *, again: bool) -> None:
        """Let the cards of a series do what its index does: go, move, be posted again."""
        moved = wish.channel != before.wish.channel
        if not (moved or again or wish.gone):
            return
        rows = {row.id: row for row in await self._stores.postings.list_of(tx, home)}
        for part in all_opened(rows.values()):
            row = rows[row_id(part.id)]
            if part.wish.part_of == before.id:
                place = replace(part.wish, channel=wish.channel, kind=wish.kind) if moved else part.wish
                followed = rewished(part, replace(place, gone=wish.gone), again=again)
                await write(self._stores, tx, home, row, followed, due=self._soon())

    async def _log(self, tx: "Transaction", home: "Server", by: int, what: What, wish: Wish | None) -> None:
        document = deed_document(what, wish.channel if wish else None, wish.subject if wish else None)
        await self._stores.deeds.add(tx, home, by, document, self._clock())

    def _soon(self) -> datetime:
        """When the job goes on with what whoever began has not done by then."""
        return self._clock() + GRACE


def _what(before: Wish, after: Wish, *, again: bool) -> What | None:
    if after.gone and not before.gone:
        return "remove"
    if after.channel != before.channel:
        return "move"
    if again:
        return "again"
    if after.pinned != before.pinned:
        return "pin" if after.pinned else "unpin"
    return None
