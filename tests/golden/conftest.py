"""What golden tests are tried on: a loopback Discord, and a bot with what an earlier version left behind."""

import gzip
import json
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PACK
from tests.golden.reading import hurry
from tests.golden.replaying import put_back
from tests.promises.homes import Home
from tests.promises.hosting import Clock, Host, hosted
from tests.wire.conftest import wire
from tests.wire.discord_server import WireDiscord
from tests.wire.looks import Json

__all__ = ["wire"]

GOLDEN = Path(__file__).parent / "v0_3_0"
SOON = timedelta(minutes=1)  # after the last that was done, so that nothing is due yet


def stored(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@pytest.fixture
def now() -> datetime:
    """The moment at which all was left as it is."""
    return datetime.fromisoformat(stored("rows.json")["now"])


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    """A place with the key, and no database yet."""
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    shutil.copy(GOLDEN / key.name, key)
    return Home(tmp_path, PACK, key)


@pytest.fixture
def home(empty_home: Home) -> Home:
    """A place with a copy of the database."""
    unpack(GOLDEN / "bot.db.gz", empty_home.state)
    return empty_home


@pytest.fixture
def messages(wire: WireDiscord) -> dict[str, Json]:
    """The messages of then, put back with the people and the servers around them; copies, as they stood."""
    wire.world.post.old_edits.most = 10_000
    return put_back(wire, json.loads(gzip.decompress((GOLDEN / "world.json.gz").read_bytes())))


@pytest.fixture
async def host(
    wire: WireDiscord, home: Home, now: datetime, messages: dict[str, Json], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Host]:
    """A bot on that database, on a Discord where those messages stand; no job of it comes round."""
    assert messages
    hurry(monkeypatch)
    async with hosted(wire, home.settings(), Clock(now + SOON)) as one:
        jobs = one.app.client.jobs
        assert jobs is not None
        await jobs.stop()
        yield one


def unpack(file: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
