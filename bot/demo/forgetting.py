"""Drops what an earlier run kept of messages: they went with it, and no room holds what it points at."""

from typing import Final

from bot.storage.ids import RowId
from bot.storage.storage import Storage

_AT_ONCE: Final = 100


async def forget_messages(storage: Storage) -> None:
    """Forget every posted card; settings, and the log of what was done, stay.

    Raises:
        StorageError: it cannot be done.
    """
    stores, after = storage.noticeboard, RowId(b"")
    async with storage.database.transaction() as tx:
        while rows := await stores.servers.list_ids(tx, after, _AT_ONCE):
            for row in rows:
                server = await stores.servers.get_by_id(tx, row)
                if server is not None:
                    for card in await stores.postings.list_of(tx, server):
                        await stores.postings.delete(tx, server, card.id)
            after = rows[-1]
