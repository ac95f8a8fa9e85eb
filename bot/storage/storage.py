"""All of storage in one hand: opened at start, closed at the end, its stores given to the services."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.trusted_time import ConfirmedTime
from bot.storage.database import Database
from bot.storage.engine import CONNECTIONS, open_database
from bot.storage.entries import Entries
from bot.storage.errors import DatabaseOlder
from bot.storage.files import prune_copies
from bot.storage.leases import Leases
from bot.storage.members import Members
from bot.storage.moments import Moments
from bot.storage.noticeboard import NoticeboardStores, noticeboard_stores
from bot.storage.occurrences import Occurrences
from bot.storage.reminders import Reminders
from bot.storage.rotation import count_keys
from bot.storage.server_vault import MasterServerVault
from bot.storage.sessions import Sessions
from bot.storage.shredding import Shredder
from bot.storage.situations import Situations
from bot.storage.tables import REVISION, metadata
from bot.storage.upgrade import current_revision, refuse_newer, upgrade
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Storage:
    """The database and its stores."""

    database: Database
    vault: Vault
    members: Members
    situations: Situations
    sessions: Sessions
    entries: Entries
    reminders: Reminders
    occurrences: Occurrences
    leases: Leases
    moments: Moments
    shredder: Shredder
    noticeboard: NoticeboardStores

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()


@dataclass(frozen=True, slots=True)
class Status:
    """What `db status` prints: schemas, bytes on the disk, rows by table, and what needs each master key."""

    revision: str
    newest: str
    size: int
    rows: dict[str, int]
    keys: dict[str, int]

    @property
    def is_current(self) -> bool:
        """Whether the schema is this version's."""
        return self.revision == self.newest


async def open_storage(  # noqa: PLR0913  # how it is opened, which nothing else is
    address: str,
    vault: Vault,
    now: datetime,
    *,
    beside: bool = False,
    claimed: bool = False,
    connections: int = CONNECTIONS,
) -> Storage:
    """Open a database, bring it to this version's schema, and make sure that the loaded keys fit it.

    `beside` is for an operator's command while the bot may be running: it migrates nothing. `claimed` and `connections`
    are as in `open_database`.

    Raises:
        DatabaseOlder: `beside`, and the database is not at this version's schema.
        StorageError: with a sentence for the operator.
    """
    opening = open_beside(address) if beside else open_database(address, claimed=claimed, connections=connections)
    database = await opening
    try:
        if not beside:
            await bring_up_to_date(database, now)
        storage = assembled(database, vault)
        async with database.reading() as tx:
            await storage.members.check_keys(tx)
            await storage.noticeboard.servers.check_keys(tx)
    except BaseException:
        await database.close()
        raise
    return storage


async def bring_up_to_date(database: Database, now: datetime) -> str:
    """Run the migrations that are missing; give the revision the database was at.

    Leases of processes that are dead, as on SQLite all are, are given up, and copies removed that were old already when
    the time was last confirmed.
    """
    before = await upgrade(database, now)
    if database.file:
        async with database.transaction() as tx:
            await Leases().delete_all(tx)
        if seen := await last_confirmed(database):
            prune_copies(database.file, seen)
    return before


async def last_confirmed(database: Database) -> ConfirmedTime | None:
    """Give the time that Discord confirmed last; None before there was one."""
    async with database.reading() as tx:
        return await Moments().get_confirmed(tx)


async def open_beside(address: str) -> Database:
    """Open a database that is up to date, beside a running bot or without one; needs no key.

    Raises:
        DatabaseOlder: it is not.
        DatabaseNewer: a later version of the bot has been here.
    """
    database = await open_database(address, beside=True)
    try:
        _refuse_other(await current_revision(database))
    except BaseException:
        await database.close()
        raise
    return database


async def status(database: Database) -> Status:
    """Look at a database, needing no key; rows and keys only where the schema is this version's."""
    revision, size = await current_revision(database), await database.size()
    if revision != REVISION:
        return Status(revision, REVISION, size, {}, {})
    async with database.reading() as tx:
        tables = metadata.sorted_tables
        rows = {one.name: (await tx.execute(select(func.count()).select_from(one))).scalar_one() for one in tables}
        return Status(revision, REVISION, size, rows, await count_keys(tx))


def assembled(database: Database, vault: Vault) -> Storage:
    """Make the stores over an open database."""
    members, noticeboard = Members(vault), noticeboard_stores(MasterServerVault(vault))
    return Storage(
        database=database,
        vault=vault,
        members=members,
        situations=Situations(),
        sessions=Sessions(vault),
        entries=Entries(),
        reminders=Reminders(vault),
        occurrences=Occurrences(),
        leases=Leases(),
        moments=Moments(),
        shredder=Shredder(database, vault, members, noticeboard.deeds),
        noticeboard=noticeboard,
    )


def _refuse_other(revision: str) -> None:
    refuse_newer(revision)
    if revision != REVISION:
        raise DatabaseOlder
