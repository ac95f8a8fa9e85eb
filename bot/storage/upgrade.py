"""Brings a database to the schema of this version; Alembic is imported only when there is something to do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.errors import DatabaseNewer
from bot.storage.tables import REVISION

_FOLDER: Final = Path(__file__).parent / "migrations"
_NO_REVISION: Final = ""

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


async def upgrade(database: Database, now: datetime, *, to: str = REVISION) -> str:
    """Run the migrations that are missing, as one transaction; give the revision the database was at.

    A SQLite file that holds something is first copied beside itself.

    Raises:
        DatabaseNewer: a later version of the bot has been here.
    """
    before = await current_revision(database)
    if before != to:
        refuse_newer(before)
        if database.file and before != _NO_REVISION:
            await database.copy_to(_copy_of(database.file, before, now))
        async with database.migrating() as tx:
            await tx.run_sync(_migrate, to)
    return before


async def current_revision(database: Database) -> str:
    """Give the revision a database is at; empty when it holds nothing of ours."""
    async with database.reading() as tx:
        return await tx.run_sync(read_revision)


async def stamp(connection: AsyncConnection, revision: str) -> None:
    """Note a revision in a file whose tables were made without migrations."""
    await connection.run_sync(_version.metadata.create_all)
    await connection.execute(_version.insert().values(version_num=revision))


def copies(file: Path) -> list[Path]:
    """List the copies made of a SQLite file before migrations."""
    return sorted(file.parent.glob(f"{file.name}.before-*"))


def read_revision(connection: Connection) -> str:
    """Read the revision out of an open connection; empty when it holds nothing of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return _NO_REVISION
    return connection.execute(select(_version.c.version_num)).scalar() or _NO_REVISION


def refuse_newer(revision: str) -> None:
    """Refuse a schema that this version does not know.

    Raises:
        DatabaseNewer: a later version of the bot has been here.
    """
    if revision in {REVISION, _NO_REVISION}:
        return
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # slow to import, needed only for a schema that is not ours

    known = {one.revision for one in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if revision not in known:
        raise DatabaseNewer


def _migrate(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, needed only when the revision differs
    from alembic.config import Config  # noqa: PLC0415  # slow to import, needed only when the revision differs

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _copy_of(file: Path, revision: str, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return file.with_name(f"{file.name}.before-{revision}-{stamp}")
