"""What the promises are tried on: a loopback Discord, a key, and a bot with check-ins switched on."""

from pathlib import Path

import pytest

from bot.storage.keyfile import new_key_file
from tests.promises.homes import Home
from tests.storage.conftest import postgresql, server, sqlite, vault
from tests.wire.conftest import forked, wire

__all__ = ["forked", "home", "postgresql", "server", "sqlite", "vault", "wire"]


@pytest.fixture
def home(tmp_path: Path, content: Path) -> Home:
    """A folder for the database, another for the key, and a pack that may be changed."""
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    new_key_file(key)
    return Home(tmp_path, content, key)
