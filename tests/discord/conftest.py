"""A world in simcord: the real App on a simulated Discord, a server, two members, and words to see with."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env

from bot.app import App
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.domain.library import Library
from bot.domain.trusted_time import SimulatedClock
from bot.storage.keyfile import new_key_file
from tests.storage.conftest import migrated

__all__ = ["migrated"]

Later = Callable[[timedelta], None]


@dataclass
class World:
    """Everything a flow needs."""

    app: App
    env: Env
    guild: GuildHandle
    channel: ChannelHandle
    ana: MemberActor
    ben: MemberActor

    @property
    def library(self) -> Library:
        return self.app.pack.library


@pytest.fixture
def clock() -> list[Callable[[], datetime]]:
    """The simulated clock once there is one; the app is made before it."""
    return [lambda: datetime.now(UTC)]


@pytest.fixture
def later(clock: list[Callable[[], datetime]]) -> Later:
    """Lets hours pass for the app at once, without a round of the jobs for each half minute."""

    def pass_time(time: timedelta) -> None:
        before = clock[-1]
        clock.append(lambda: before() + time)

    return pass_time


@pytest.fixture
def settings(content: Path, tmp_path: Path, migrated: Path) -> Settings:
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    new_key_file(key)
    database = tmp_path / "state" / "bot.db"
    database.parent.mkdir(mode=0o700)
    shutil.copy(migrated, database)
    return Settings(
        content=content,
        operator=Operator(contact="mail to the keeper"),
        check_ins=CheckIns(enabled=True),
        storage=StorageSettings(database=f"sqlite:///{database}", key_files=(key,)),
    )


@pytest.fixture
def app(settings: Settings, clock: list[Callable[[], datetime]]) -> App:
    def now() -> datetime:
        return clock[-1]()

    return App(settings, SimulatedClock(now))


@pytest.fixture
async def env(app: App, clock: list[Callable[[], datetime]]) -> AsyncIterator[Env]:
    env = Env(app.make_client(), settle_timeout=60)  # a busy machine is no fault of what is tested
    clock.append(env.now)
    await env.start()
    yield env
    await env.shutdown()
    await app.door.close()
    env.raise_errors()


@pytest.fixture
async def world(app: App, env: Env) -> World:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    ana = guild.add_member(env.create_user("ana"))
    ben = guild.add_member(env.create_user("ben"))
    return World(app, env, guild, channel, ana, ben)


def components(shown: Any) -> Iterator[Mapping[str, Any]]:
    """Walk every component of a message, nested ones included, in reading order."""
    stack = [one if isinstance(one, Mapping) else one.to_dict() for one in reversed(shown.components)]
    while stack:
        one = stack.pop()
        yield one
        beside = [one["accessory"]] if "accessory" in one else []
        stack += reversed([*one.get("components", []), *beside])


def words(shown: Any) -> str:
    """Give the text of a message as a member reads it."""
    return "\n".join(one["content"] for one in components(shown) if one["type"] == 10)


def labels(shown: Any) -> list[str]:
    """Give the labels of a message's buttons."""
    return [one["label"] for one in components(shown) if one["type"] == 2]


def selects(shown: Any) -> list[Mapping[str, Any]]:
    """Give a message's selects."""
    return [one for one in components(shown) if one["type"] == 3]
