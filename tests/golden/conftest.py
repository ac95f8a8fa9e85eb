"""What golden tests are tried on: a loopback Discord, and a bot with what each release left behind."""

import gzip
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
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

HERE = Path(__file__).parent
SOON = timedelta(minutes=1)  # after the last that was done, so that nothing is due yet


@dataclass(frozen=True)
class Release:
    """What one left behind. `lacks` are tables, and what writes sealed documents, that came with a later one.

    `never_sent` are kinds of press that stood in no message yet.
    """

    name: str
    lacks: frozenset[str] = frozenset()
    never_sent: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def now(self) -> datetime:
        """The moment at which all was left as it is."""
        return datetime.fromisoformat(self.stored("rows.json")["now"])

    @property
    def rows(self) -> list[Json]:
        return self.stored("rows.json")["rows"]

    @property
    def kinds(self) -> dict[str, str]:
        """Give the names of all kinds of press by the letters that stand in custom ids."""
        lines = (self.folder / "kinds.txt").read_text(encoding="utf-8").splitlines()
        return {letters: name for name, letters in (line.split("=") for line in lines)}

    def stored(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


OF_SERVERS = {"ServerRecord", "ServerSettings", "Claimed", "Prompts", "Posting", "deed_document"}
RELEASES = (
    Release("v0_2_0", lacks=frozenset({"server", "posting", "deed", *OF_SERVERS})),
    Release("v0_3_0", never_sent=frozenset({"SERVER_LANGUAGE"})),  # there was one language to choose from
)


@pytest.fixture(params=RELEASES, ids=lambda one: one.name)
def release(request: pytest.FixtureRequest) -> Release:
    return request.param


@pytest.fixture
def empty_home(tmp_path: Path, release: Release) -> Home:
    """A place with the key, and no database yet."""
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    shutil.copy(release.folder / key.name, key)
    return Home(tmp_path, PACK, key)


@pytest.fixture
def home(empty_home: Home, release: Release) -> Home:
    """A place with a copy of the database."""
    unpack(release.folder / "bot.db.gz", empty_home.state)
    return empty_home


@pytest.fixture
def messages(wire: WireDiscord, release: Release) -> dict[str, Json]:
    """The messages of then, put back with the people and the servers around them; copies, as they stood."""
    wire.world.post.old_edits.most = 10_000
    return put_back(wire, json.loads(gzip.decompress((release.folder / "world.json.gz").read_bytes())))


@pytest.fixture
async def host(
    wire: WireDiscord, home: Home, release: Release, messages: dict[str, Json], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Host]:
    """A bot on that database, on a Discord where those messages stand; no job of it comes round."""
    assert messages
    hurry(monkeypatch)
    async with hosted(wire, home.settings(), Clock(release.now + SOON)) as one:
        jobs = one.app.client.jobs
        assert jobs is not None
        await jobs.stop()
        yield one


def unpack(file: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
