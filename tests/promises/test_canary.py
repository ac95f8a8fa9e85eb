"""What a member said stands nowhere but on their own screen, whatever fails on the way."""

import itertools
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.ui.ids import Kind
from bot.upkeep import write_backup
from tests.promises.crawling import Crawler
from tests.promises.failing import Failing
from tests.promises.homes import Home
from tests.promises.hosting import Host, hosted
from tests.promises.living import PERSONAL, Life
from tests.promises.moderating import Ground, Keeping, suggest
from tests.storage.world import silent
from tests.wire.discord_server import WireDiscord
from tests.wire.looks import Json, texts

CANARY = "zebrafinch"
ZONE = "Antarctica/Troll"
MANY = 300


def everywhere_outside(host: Host, home: Home, member: Json) -> Iterator[tuple[str, bytes]]:
    """Give all that somebody else can get at, by name: the disk, the log, and every message of another's."""
    folders = (home.state, home.backups)
    yield from ((path.name, path.read_bytes()) for folder in folders for path in sorted(folder.rglob("*")))
    yield "log", host.output.getvalue().encode()
    post = host.wire.world.post
    for channel_id, messages in post.messages.items():
        for message in messages.values():
            ephemeral, to = message["flags"] & 64, post.scenes[message["id"]].user
            hers = channel_id == host.wire.world.dm(member)["id"] or (ephemeral and to["id"] == member["id"])
            if not hers and message["author"]["id"] != member["id"]:
                yield f"message {message['id']}", "\n".join(texts(message)).encode()


def traces_of(secret: str, found: bytes) -> bool:
    forms = (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode())
    return any(form in found for form in forms)


async def say_it_everywhere_else(host: Host, member: Json, life: Life) -> None:
    """Type it where lookups take words, and into the conversation itself."""
    lookups = Crawler(host, member, life.fill, guild=True, typed=f"why {CANARY}", leaves_out=set(Kind))
    lookups.around = life.crawler.around
    everybodys = {
        one["name"] for one in host.wire.world.commands[None] if one.get("default_member_permissions") is None
    }
    await lookups.run(everybodys - set(PERSONAL))
    for typed in ("topic", "term"):
        for command in ("explain", "glossary"):
            names = [one["name"] for one in _options(host, command)]
            if typed in names:
                asked = await host.wire.autocomplete(command, typed, {typed: CANARY}, user=member)
                await asked.answered()
    await (await host.wire.dm_message(member, f"{CANARY} typed")).settled()


def _options(host: Host, command: str) -> list[Json]:
    known = next((one for one in host.wire.world.commands[None] if one["name"] == command), {})
    return list(known.get("options", []))


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_no_word_of_a_member_stands_anywhere_else_whatever_fails(
    wire: WireDiscord, home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    numbers, member = itertools.count(), wire.world.person("quetzalcoatlus")
    home.backups.mkdir()
    async with hosted(wire, home.settings(), level=logging.DEBUG) as host:
        life = Life(host, member, lambda: f"{CANARY} {next(numbers)}", zone=ZONE, most=1)
        storage = (await host.app.door.personal()).storage
        failing = Failing(host, storage.database)
        life.crawler.around, life.jobs = failing.around, failing.jobs
        wire.misfits_allowed = True
        await life.try_all_but_the_end()
        await say_it_everywhere_else(host, member, life)
        await write_backup(home.settings().storage, home.backups, datetime.now(UTC), silent)
        found = dict(everywhere_outside(host, home, member))
        await life.crawler.finish()
        found |= dict(everywhere_outside(host, home, member))
        await life.end()
        found |= {f"{name} at the end": content for name, content in everywhere_outside(host, home, member)}
        found |= {path: (await host.side_port(path)).encode() for path in ("/metrics", "/healthz")}
    said = capfd.readouterr()
    found |= {"stdout": said.out.encode(), "stderr": said.err.encode()}

    assert failing.failed > MANY
    assert any(name.startswith("data-") for name in found)
    assert any(name.startswith("keyring-") for name in found)
    for secret in (CANARY, "Troll", "quetzalcoatlus", member["id"]):
        assert [name for name, content in found.items() if traces_of(secret, content)] == [], secret


def of_the_server(host: Host, keeper: Json) -> Iterator[str]:
    """Give every id that would tell which server this is, what stands where in it, and who sees to it."""
    world = host.wire.world
    yield keeper["id"]
    yield from world.guilds
    for channel in world.channels.values():
        yield channel["id"]
        yield from world.post.messages.get(channel["id"], {})


def traces_of_id(number: str, found: bytes) -> bool:
    raw = int(number).to_bytes(8, "big")
    return traces_of(number, found) or any(form in found for form in (raw, raw[::-1], f"{int(number):x}".encode()))


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_nothing_of_what_a_server_keeps_stands_in_the_clear_whatever_fails(
    wire: WireDiscord, home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    """Discord itself has what is posted; what lies on the disk and what is logged tells neither words nor places."""
    numbers = itertools.count()
    home.backups.mkdir()
    async with hosted(wire, home.settings(), level=logging.DEBUG) as host:
        keeping = Keeping(Ground(host, wire.moderator), lambda: f"{CANARY} {next(numbers)}", cards=2)
        failing = Failing(host, (await host.app.door.personal()).storage.database)
        wire.misfits_allowed = True
        keeping.crawler.around = failing.around
        keeping.jobs = failing.jobs
        await keeping.go_through_all()
        suggesting = suggest(host, wire.member, keeping.fill, f"{CANARY} graphics driver xyzzy")
        suggesting.around = failing.around
        await suggesting.run(["explain"])
        await write_backup(home.settings().storage, home.backups, datetime.now(UTC), silent)
        found = kept(host, home)
        await keeping.finish()
        found |= {f"{name} at the end": content for name, content in kept(host, home).items()}
        found |= {path: (await host.side_port(path)).encode() for path in ("/metrics", "/healthz")}
        ids = set(of_the_server(host, wire.moderator))
    said = capfd.readouterr()
    found |= {"stdout": said.out.encode(), "stderr": said.err.encode()}

    assert failing.failed > MANY
    assert Kind.SUGGEST_SEND in suggesting.kinds
    assert any(name.startswith("data-") for name in found)
    assert [name for name, content in found.items() if traces_of(CANARY, content)] == []
    assert [(one, name) for one in ids for name, content in found.items() if traces_of_id(one, content)] == []


def kept(host: Host, home: Home) -> dict[str, bytes]:
    """Give the disk and the log."""
    files = [path for folder in (home.state, home.backups) for path in sorted(folder.rglob("*"))]
    return {path.name: path.read_bytes() for path in files} | {"log": host.output.getvalue().encode()}
