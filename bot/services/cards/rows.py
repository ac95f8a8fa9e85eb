"""What the services of posted cards share: their stores, and how a row is read and written."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.cards.posting import Posting, created_from, seen_from, wish_from
from bot.services.transactions import OvertakenError
from bot.storage.ids import PostingId, RowId

if TYPE_CHECKING:
    from bot.storage.database import Transaction
    from bot.storage.deeds import Deeds
    from bot.storage.postings import Postings
    from bot.storage.postings import Stored as Row
    from bot.storage.servers import Server, Servers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BoardStores:
    """What the board needs of storage."""

    servers: "Servers"
    postings: "Postings"
    deeds: "Deeds"


def row_id(id_: bytes) -> PostingId:
    """Name a row."""
    return PostingId(RowId(id_))


def opened(row: "Row") -> Posting:
    """Read a row.

    Raises:
        ValueError: it is damaged, or a later version wrote it.
    """
    wish, seen, created = wish_from(row.document), seen_from(row.document), created_from(row.document)
    return Posting(id=bytes(row.id), version=row.version, created=created, due=row.due, wish=wish, seen=seen)


def all_opened(rows: "Iterable[Row]") -> list[Posting]:
    """Read rows; one that is damaged, or that a later version wrote, is left out, and holds no other up."""
    found = list[Posting]()
    for row in rows:
        try:
            found.append(opened(row))
        except ValueError:
            log.error("A posted card cannot be read, and is left out")  # noqa: TRY400  # no trace says more
    return found


async def write(  # noqa: PLR0913  # which row, and what goes into it
    stores: BoardStores, tx: "Transaction", home: "Server", row: "Row", posting: Posting, *, due: datetime | None
) -> Posting:
    """Replace a row.

    Raises:
        OvertakenError: it was changed since it was read.
    """
    written = await stores.postings.update(tx, home, row, posting.to_document(), due=due)
    if written is None:
        raise OvertakenError
    return opened(written)


async def wake(stores: BoardStores, tx: "Transaction", home: "Server", id_: bytes, now: datetime) -> None:
    """Make a row due now, and what was refused be tried again."""
    row = await stores.postings.get(tx, home, row_id(id_))
    if row is not None:
        before = opened(row)
        await write(stores, tx, home, row, replace(before, seen=replace(before.seen, tried=None)), due=now)
