"""What storage tests share: a clock that stands still, keys, and small ways of looking at what is stored."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from bot.storage.database import Database
from bot.storage.ids import PostingId, new_id
from bot.storage.storage import Storage
from bot.storage.vault import MasterKey, Vault

NOW = datetime(2026, 11, 21, 9, 41, 13, tzinfo=UTC)
HOUR = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANNE, BO = 100_000_000_000_000_001, 100_000_000_000_000_002
HERE, THERE = 200_000_000_000_000_001, 200_000_000_000_000_002
DOCUMENT = {"says": "Something in me is on guard.", "feels": ["loud", "warm"], "own": "🫧 כן"}


def make_vault(*keys: MasterKey) -> Vault:
    return Vault(keys or [make_key()])


def make_key() -> MasterKey:
    return MasterKey.from_secret(secrets.token_bytes(32))


async def rows(database: Database, table: Table) -> list[Any]:
    async with database.reading() as tx:
        return list((await tx.execute(select(table))).all())


async def fill(storage: Storage, user_id: int, says: str = "words") -> None:
    """Make a member with one of everything."""
    async with storage.database.transaction() as tx:
        member = await storage.members.add(tx, user_id, {"settings": says}, NOW)
        await storage.situations.add(tx, member, {"label": says}, NOW)
        await storage.entries.add(tx, member, {"says": says}, NOW, expires=NOW + 180 * DAY)
        await storage.sessions.add(tx, member, {"says": says}, NOW, expires=NOW + DAY, due=NOW)
        reminder = await storage.reminders.add(tx, member, {"words": says}, NOW, due=NOW)
        await storage.occurrences.add(tx, reminder.id, NOW, NOW)


async def fill_server(storage: Storage, server_id: int, user_id: int = ANNE, says: str = "words") -> None:
    """Make a server with one of everything, in which somebody did something."""
    stores = storage.noticeboard
    async with storage.database.transaction() as tx:
        server = await stores.servers.add(tx, server_id, {"settings": says}, NOW)
        await stores.postings.add(tx, server, PostingId(new_id()), {"card": says}, due=NOW, now=NOW)
        await stores.deeds.add(tx, server, user_id, {"what": says}, NOW)
        await stores.showings.add(tx, server_id, says, NOW)
        await storage.occurrences.add(tx, server.id, NOW, NOW)


async def read_server(storage: Storage, server_id: int) -> dict[str, list[Any]] | None:
    """Give everything of a server, opened."""
    stores = storage.noticeboard
    async with storage.database.transaction() as tx:
        server = await stores.servers.get(tx, server_id)
        if server is None:
            return None
        return {
            "server": [(server.document, server.due, server.left)],
            "postings": [(one.document, one.due) for one in await stores.postings.list_of(tx, server)],
            "deeds": [(one.document, one.by) for one in await stores.deeds.list_of(tx, server)],
        }


async def read_all(storage: Storage, user_id: int) -> dict[str, list[Any]] | None:
    """Give everything a member has, opened."""
    async with storage.database.transaction() as tx:
        member = await storage.members.get(tx, user_id)
        if member is None:
            return None
        return {
            "member": [member.document],
            "situations": [one.document for one in await storage.situations.list_all(tx, member)],
            "entries": [one.document for one in await storage.entries.list_all(tx, member)],
            "sessions": [one.document for one in await storage.sessions.list_open(tx, member)],
            "reminders": [one.document for one in await storage.reminders.list_all(tx, member)],
        }


def bytes_on_disk(folder: Path) -> bytes:
    """Give every byte of every file of a folder: the database, its log, copies."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def silent(done: int, total: int) -> None:
    del done, total
