"""A hundred wrong settings and more: each is a sentence, and none is "Unexpected"."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import _VARIABLES, Settings, load_settings, read_token
from bot.doctor import examine
from bot.domain.trusted_time import SimulatedClock
from bot.errors import BotError, ConfigInvalid
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.storage.address import parse
from bot.storage.errors import AddressInvalid
from bot.storage.keyfile import new_key_file
from bot.transport.sockets import hold_port

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parent.parent
SIZES = int(os.environ.get("TORTURE", "1"))
PATHS = ("content", "token_file", "storage.backups", "storage.key_files", "storage.database")


@pytest.fixture(scope="module")
def served() -> ServedPack:
    return ServedPack(ROOT / "content" / "en", datetime.now(UTC))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder with one of everything that a path can lead to."""
    (tmp_path / "file").write_text("words")
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "dangling").symlink_to(tmp_path / "no-where")
    new_key_file(tmp_path / "keys" / "key")
    (tmp_path / "half").write_text((tmp_path / "keys" / "key").read_text()[:-20])
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "socket"))
    yield tmp_path
    listening.close()


def start(config: Path, served: ServedPack) -> None:
    """Do what a start does before it asks Discord.

    Raises:
        BotError: with a sentence, as it should.
    """
    read = load_settings(config)
    read_token(read)
    asyncio.run(prepare(read, served))
    assert read.side_port.port is not None
    for one in hold_port(read.side_port.host, read.side_port.port):
        one.close()
    ServedPack(read.content, datetime.now(UTC))


async def prepare(read: Settings, served: ServedPack) -> None:
    door = Door(read, served, SimulatedClock(lambda: datetime.now(UTC)))
    try:
        await door.prepare()
        if door.trouble is not None:
            raise door.trouble
    finally:
        await door.close()


WRONG: list[tuple[str, Any]] = [
    *((name, value) for name in PATHS for value in ("", "~/x", "a\0b", "x" * 300, "x/" * 3000, 5, True, {}, [[]])),
    *(("side_port.port", value) for value in (-1, 65536, "http", 1.5, True, [], 10**30)),
    *(("side_port.host", value) for value in ("", "no..name", "256.0.0.1", "a b", "x" * 300, "ü.invalid", 5, "[::1]")),
    *(("operator.user", value) for value in (0, -5, 2**64, "me", 1.5, [], "٣", "1" * 5000)),
    *(("check_ins.enabled", value) for value in ("maybe", 2, [], None, {})),
    *(("log_level", value) for value in ("info", "DEBUG", 10, None, [])),
    *(("operator.contact", value) for value in ("x" * 201, 5, None, [])),
    *(("storage.connections", value) for value in (0, 1, -1, 101, "many", None)),
    *(
        ("storage.database", f"sqlite:///{{place}}/{name}")
        for name in ("file", "binary", "folder", "pipe", "socket", "circle", "file/x.db", "no/where/x.db", "folder/")
    ),
    *(
        ("storage.database", value)
        for value in (
            "postgresql://",
            "postgresql://u:p@/d?host={place}",
            "postgresql://u@h.invalid/d",
            "postgresql://u@127.0.0.1:1/d",
            "postgresql://u@[::1]:1/d",
            "postgresql://u@h/d?sslmode=maybe",
            "postgresql://u@h/d?service=none&host={place}",
            "postgresql://u@127.0.0.1:1/d?sslmode=verify-full&sslrootcert={place}/file",
            "postgresql://u@127.0.0.1:1/d?sslmode=require&sslcert={place}/file&sslkey={place}/file",
            "postgresql://u@127.0.0.1:1/d?ssl_min_protocol_version=TLSv9&sslmode=require",
            "postgresql://u@127.0.0.1:1/d?gsslib=none",
            "postgresql://u@/d?host={place}/socket",
            "postgresql://u@/d?host=,,",
            "postgresql://u@/d?port=a&host={place}",
            "postgresql://u@/d?port=1,2,3&host={place}",
            "postgresql://u@/d?passfile={place}/folder&host={place}",
            "postgresql://%zz:%@/d?host={place}",
            "mysql://u@h/d",
            "sqlite://x",
            "x" * 10_000,
            "://",
            "\u202e",
        )
    ),
    *(
        ("storage.key_files", [f"{{place}}/{name}"])
        for name in ("file", "empty", "binary", "folder", "pipe", "socket", "circle", "dangling", "half", "nothing")
    ),
    *(
        ("token_file", f"{{place}}/{name}")
        for name in ("empty", "binary", "folder", "pipe", "socket", "circle", "file")
    ),
    *(("no_such", value) for value in (1, None)),
    ("token", "a.b.c"),
]


def written(place: Path, name: str, value: Any) -> Path:
    """Write a configuration in which one setting is wrong and the rest can be had."""
    whole: dict[str, Any] = {
        "side_port": {"port": 0},
        "token_file": str(place / "token"),
        "storage": {"database": f"sqlite:///{place}/state/bot.db", "key_files": [str(place / "keys" / "key")]},
    }
    (place / "token").write_text("a.b.c")
    part, _, inner = name.partition(".")
    value = filled(value, place)
    if inner:
        whole.setdefault(part, {})[inner] = value
    else:
        whole[part] = value
    config = place / "config.yaml"
    config.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    return config


def filled(value: Any, place: Path) -> Any:
    if isinstance(value, str):
        return value.replace("{place}", str(place))
    return [filled(one, place) for one in value] if isinstance(value, list) else value


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCORD_TOKEN", "PGHOST", "PGPASSFILE"):
        monkeypatch.delenv(name, raising=False)


EACH_WRONG = pytest.mark.parametrize(
    ("name", "value"), WRONG, ids=[f"{name}-{number}" for number, (name, _) in enumerate(WRONG)]
)


@EACH_WRONG
def test_a_wrong_setting_is_a_sentence(place: Path, served: ServedPack, name: str, value: Any) -> None:
    config = written(place, name, value)

    with pytest.raises(BotError) as caught:
        start(config, served)
    said = list(getattr(caught.value, "problems", [str(caught.value)]))
    assert said
    assert all("\n" not in one and len(one) > 20 for one in said)
    assert not any("Its kind" in one for one in said), said


@pytest.mark.long
@EACH_WRONG
def test_doctor_finds_a_wrong_setting(place: Path, name: str, value: Any) -> None:
    assert any(finding.wrong for finding in asyncio.run(examine(written(place, name, value), offline=True)))


@settings(max_examples=60 * SIZES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_a_file_of_anything_is_a_sentence_or_settings(tmp_path: Path, text: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(text, encoding="utf-8", errors="surrogatepass")
    with contextlib.suppress(ConfigInvalid):
        load_settings(config)


@settings(max_examples=60 * SIZES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(_VARIABLES)) | st.text(st.sampled_from("ABC_O"), max_size=8).map("COMPERSION_".__add__),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100),
)
def test_a_variable_of_anything_is_a_sentence_or_a_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(name, text)
        with contextlib.suppress(ConfigInvalid):
            load_settings(None)


PARTS = [*"abp:@/?#&=%[],.-_5 ~\u00e9", "sslmode=", "host=", "port=", "[::1]"]


@settings(max_examples=200 * SIZES, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_an_address_of_anything_is_a_sentence(rest: str) -> None:
    for scheme in ("sqlite://", "postgresql://"):
        with contextlib.suppress(AddressInvalid):
            parse(f"{scheme}{rest}")
