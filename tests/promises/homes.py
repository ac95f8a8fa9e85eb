"""Where a bot of a test lives: its settings, its database and its key, and a way to read what it kept."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config import CheckIns, Operator, Settings, SidePort, StorageSettings
from bot.storage.keyfile import load_vault
from bot.storage.storage import Storage, open_storage
from tests.wire.discord_server import WireDiscord
from tests.wire.process import BotProcess

TORTURE = int(os.environ.get("TORTURE", "1"))
"""How many times as much is tried as in `make test`; `make torture` sets it."""


@dataclass(frozen=True)
class Home:
    """A folder, the pack in it, and the file of the master key."""

    folder: Path
    pack: Path
    key: Path

    @property
    def state(self) -> Path:
        """The folder of the database, made by the bot."""
        return self.folder / "state"

    @property
    def database(self) -> str:
        """The address of the database."""
        return f"sqlite:///{self.state / 'bot.db'}"

    @property
    def backups(self) -> Path:
        """The folder for backups."""
        return self.folder / "backups"

    def settings(self, *, operator: Operator | None = None) -> Settings:
        """Give the settings for an App in this process."""
        return Settings(
            content=self.pack,
            operator=operator or Operator(contact="the keeper"),
            side_port=SidePort(port=0),
            check_ins=CheckIns(enabled=True),
            storage=StorageSettings(database=self.database, key_files=(self.key,), backups=self.backups),
        )

    def config(self) -> Path:
        """Write the settings down for a bot that is a process of its own."""
        path = self.folder / "config.yaml"
        path.write_text(
            f"content: {self.pack}\n"
            "side_port: {port: null}\n"
            "operator: {contact: the keeper}\n"
            "check_ins: {enabled: true}\n"
            f"storage: {{database: '{self.database}', key_files: ['{self.key}'], backups: '{self.backups}'}}\n"
        )
        return path

    def process(self, wire: WireDiscord) -> BotProcess:
        """Make a bot of its own process; it is not started yet."""
        return BotProcess(wire, "bot.__main__:main", "run", "--config", str(self.config()))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Storage]:
        """Open the storage as the bot does; the bot must have ended."""
        storage = await open_storage(self.database, load_vault((self.key,)), datetime.now(UTC))
        try:
            yield storage
        finally:
            await storage.close()

    async def kept_by(self, user_id: int) -> list[dict[str, Any]]:
        """Give the documents of what someone kept, the oldest first; the bot must have ended."""
        async with self.opened() as storage, storage.database.reading() as tx:
            member = await storage.members.get(tx, user_id)
            entries = await storage.entries.list_all(tx, member) if member else []
        return sorted((dict(one.document) for one in entries), key=lambda one: one["ended"])


def traces(output: str) -> list[str]:
    """Give the lines of a bot's output that say something went wrong."""
    return [line for line in output.splitlines() if re.search(r"reference [0-9a-f]{8}|Traceback|ERROR", line)]
