"""Addresses of databases, as the settings have them: `sqlite:///path` or `postgresql://user@server/name`."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bot.errors import StorageError


def parse(address: str) -> URL:
    """Read an address, with the driver we use in it.

    Raises:
        StorageError: it is none, or of another kind of database.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise StorageError("The database address is not one: write sqlite:///path or postgresql://...") from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
    kind = url.drivername.partition("+")[0]
    if kind not in drivers or (kind == "sqlite" and url.database in {None, "", ":memory:"}):
        raise StorageError("The database must be a SQLite file or PostgreSQL: sqlite:///path or postgresql://...")
    return url.set(drivername=drivers[kind])


def shown(address: str) -> str:
    """Give an address as it may be printed: without its password."""
    url = parse(address)
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def folders_of(address: str, backups: Path | None) -> tuple[Path, ...]:
    """Give the folders that keys are kept apart from: that of an embedded database, and the backups'."""
    url = parse(address)
    beside = [] if url.get_backend_name() == "postgresql" else [Path(str(url.database)).parent]
    return (*beside, *([backups] if backups else []))
