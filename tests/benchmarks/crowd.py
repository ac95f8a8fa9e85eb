"""A database as a big bot would have it, written in bulk. What no measurement reads has the right length only."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table

from bot.storage.ids import MemberId, RowId, new_id
from bot.storage.rows import new_row
from bot.storage.storage import open_storage
from bot.storage.tables import entry, member, member_key, reminder
from bot.storage.vault import OVERHEAD, DataKey, MasterKey, Vault, new_data_key

NOW: Final = datetime(2026, 11, 21, 9, 41, 13, tzinfo=UTC)
SETTINGS: Final[dict[str, Any]] = {"keep": True, "retention": 180, "zone": None}

_BATCH: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def new_vault() -> Vault:
    """Make a vault with one key."""
    return Vault([MasterKey.from_secret(secrets.token_bytes(32))])


async def new_file(path: Path, vault: Vault) -> str:
    """Make an empty database; give its address."""
    address = f"sqlite:///{path}"
    await (await open_storage(address, vault, NOW)).close()
    return address


@contextmanager
def in_bulk(path: Path) -> Iterator[Crowd]:
    """Write without waiting for the disk; ids come in their order, so that their indexes are appended to."""
    opened = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
        opened.execute(f"PRAGMA {pragma}")
    opened.execute("BEGIN")
    yield Crowd(opened)
    opened.execute("COMMIT")
    opened.execute("PRAGMA journal_mode = WAL")
    opened.close()


class Crowd:
    """Rows by the hundred thousand."""

    def __init__(self, opened: sqlite3.Connection) -> None:
        self._opened = opened

    def real_members(self, vault: Vault, many: int) -> list[tuple[MemberId, DataKey]]:
        """Add members that open."""
        made = [(MemberId(RowId(id_)), new_data_key()) for id_ in _ids(many)]
        rows, keys = [], []
        for user, (id_, key) in enumerate(made):
            lookup = vault.lookup(user)
            wrapped = vault.wrap(key, id_, lookup)
            document = {"user": user, "document": SETTINGS}
            rows.append(new_row(key, member, id_, document, NOW, lookup=lookup, used=NOW))
            keys.append({"member_id": id_, "master": wrapped.master, "wrapped": wrapped.sealed})
        self.add(member, iter(rows))
        self.add(member_key, iter(keys))
        return made

    def hollow_members(self, many: int, master: str) -> list[MemberId]:
        """Add members of the right length whose documents nobody opens, under a master key of this name."""
        ids = [MemberId(RowId(id_)) for id_ in _ids(many)]
        wrapped = bytes(32 + OVERHEAD)
        self.add(member, ({**hollow(member, id_), "lookup": secrets.token_bytes(32), "used": NOW} for id_ in ids))
        self.add(member_key, ({"member_id": id_, "master": master, "wrapped": wrapped} for id_ in ids))
        return ids

    def hollow_entries(self, members: list[MemberId], each: int) -> None:
        """Add check-ins of the right length to members, some to each."""
        number = count()
        ids = _ids(len(members) * each)
        # Not one member's after another's: people check in when they do.
        self.add(
            entry,
            (
                {
                    **hollow(entry, id_),
                    "member_id": members[next(number) % len(members)],
                    "expires": NOW + timedelta(hours=next(number) % 4320),
                }
                for id_ in ids
            ),
        )

    def hollow_reminders(self, members: list[MemberId], due: datetime) -> None:
        """Add a reminder of the right length to each, due somewhen in the thirty days after a moment."""
        self.add(
            reminder,
            (
                {
                    **hollow(reminder, id_),
                    "member_id": one,
                    "due": due + timedelta(seconds=secrets.randbelow(2_592_000)),
                }
                for id_, one in zip(_ids(len(members)), members, strict=True)
            ),
        )

    def real_reminders(self, members: list[tuple[MemberId, DataKey]], due: datetime) -> None:
        """Add a reminder that opens to each."""
        rows = [
            new_row(key, reminder, new_id(), {"every": "week"}, NOW, member_id=id_, due=due - timedelta(seconds=number))
            for number, (id_, key) in enumerate(members)
        ]
        self.add(reminder, iter(rows))

    def add(self, table: Table, rows: Iterator[dict[str, Any]]) -> None:
        """Insert rows, times as the table keeps them."""
        columns = table.columns.keys()
        marks = ", ".join("?" for _ in columns)
        insert = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our own names
        self._opened.executemany(insert, ([_bound(row.get(name)) for name in columns] for row in rows))


def hollow(table: Table, id_: bytes) -> dict[str, Any]:
    """Give a row whose document has the length of a real one."""
    return {"id": id_, "version": 1, "created": NOW, "sealed": bytes(table.info["least"] + OVERHEAD)}


def _bound(value: Any) -> Any:
    return int((value - _EPOCH).total_seconds()) if isinstance(value, datetime) else value


def _ids(many: int) -> list[bytes]:
    return sorted(secrets.token_bytes(16) for _ in range(many))
