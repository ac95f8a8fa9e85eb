"""Two worlds, alike but for one member: in one she checks in daily, looks back, is reminded, exports and deletes.

Everything that anybody else can run, press or see is the same in both, byte for byte: of moderators, who post cards,
set what there is to set and are told what members suggest, no less than of everybody.
"""

import hashlib
import itertools
import json
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.config import Operator
from tests.promises.crawling import CHECKBOX, RADIO, TEXT_INPUT, Crawler, Send
from tests.promises.homes import Home, traces
from tests.promises.hosting import START, Clock, Host, hosted
from tests.promises.living import Life
from tests.promises.moderating import NEVER_OFFERED, Ground, Keeping, kinds_of, suggest
from tests.wire import servers, shapes
from tests.wire.discord_server import WireDiscord
from tests.wire.exchange import Exchange
from tests.wire.looks import Json

LATER = START + timedelta(days=60)
ON_MESSAGE = 3
EPHEMERAL = 64
_NONCE = re.compile(r'"nonce": "\d+", ')
_PORT = re.compile(r"127\.0\.0\.1:\d+")
_TIMES = ("timestamp", "edited_timestamp", "joined_at")


@dataclass
class Seen:
    """What everybody but her did, was answered, and can look at."""

    steps: dict[str, list[Any]] = field(default_factory=dict)
    looks: dict[str, Any] = field(default_factory=dict)
    not_tried: set[Any] = field(default_factory=set)
    """What moderators could have run or pressed, and did not."""
    hers: int = 0


class Dice:
    """Ids and tokens that come in one order in both worlds, however many she used; ids tell the time of the clock."""

    def __init__(self, patch: pytest.MonkeyPatch, clock: Clock) -> None:
        self._patch = patch
        for module in (shapes, servers):
            patch.setattr(module, "time", SimpleNamespace(time=lambda: clock().timestamp()))
        self.throw_anew(1)

    def throw_anew(self, seed: int) -> None:
        self._patch.setattr(secrets, "token_bytes", random.Random(seed).randbytes)  # noqa: S311  # alike, not secret
        self._patch.setattr(shapes, "_sequence", itertools.count(seed * 1_000_000))
        self._steps = itertools.count(seed * 1_000_000)

    def throw_next(self) -> None:
        """Begin with other dice at each step: what runs beside one may throw them in another order."""
        dice = random.Random(next(self._steps))  # noqa: S311  # alike, not secret
        self._patch.setattr(secrets, "token_bytes", dice.randbytes)


@contextmanager
def dice(clock: Clock) -> Iterator[Dice]:
    with pytest.MonkeyPatch.context() as patch:
        yield Dice(patch, clock)


def fill(_: Any, asked: Json) -> Any:
    if asked["type"] == TEXT_INPUT:
        return "words"
    if asked["type"] == CHECKBOX:
        return True
    value = asked["options"][0]["value"]
    return value if asked["type"] == RADIO else [value]


async def world(home: Home, *, lives: bool) -> Seen:
    """Live in one of the two worlds; give what everybody else saw."""
    with dice(clock := Clock()) as thrown:
        async with WireDiscord() as wire:
            ada, operator = wire.member, wire.world.moderator("Op")
            wire.world.post.old_edits.most = 1_000  # her months are an hour's worth of presses to who waits for Discord
            settings = home.settings(
                operator=Operator(user=int(operator["id"]), server=int(wire.guild["id"]), contact="the keeper")
            )
            async with hosted(wire, settings, clock) as host:
                assert host.app.client.jobs is not None
                await host.app.client.jobs.stop()  # they come round when a test says so
                seen = Seen()
                if lives:
                    life = Life(host, ada, lambda: "a few words", most=1)
                    await life.go_through_all()
                    seen.hers = len(life.recorded)
                thrown.throw_anew(2)
                host.clock.now = LATER
                await look_around(host, thrown, seen, ada, operator)
                # alembic tells of its plugins once a process, and both worlds are in one
                # and what is begun at once on start tells of itself as it comes; backups are made on each of the days
                # that she lives through, and the other world passes over.
                lines = _plain(host, host.log).splitlines()
                seen.looks["log"] = sorted(one for one in lines if "alembic" not in one and "jobs.backups" not in one)
    return seen


async def look_around(host: Host, thrown: Dice, seen: Seen, ada: Json, operator: Json) -> None:
    """Let everybody else do all that can be done."""
    wire = host.wire
    said = wire.say("words of hers in the channel", user=ada)
    ben, sam = wire.world.person("Ben"), wire.world.person("Sam")

    async def around(_: str, send: Send) -> Exchange:
        thrown.throw_next()
        return await host.plainly(send)

    keeping, suggesting = Keeping(Ground(host, wire.moderator)), suggest(host, ben, fill)
    keeping.crawler.around = suggesting.around = around
    await keeping.go_through_all()
    thrown.throw_anew(3)  # the jobs of check-ins threw them, too
    await suggesting.run()
    everybodys = {one["name"] for one in wire.world.commands[None]} - keeping.commands
    for name, user, guild in (
        ("member", ben, True),
        ("member in private", ben, False),
        ("moderator", wire.moderator, True),
        ("operator", operator, True),
        ("stranger", sam, False),
    ):
        crawler = Crawler(host, user, fill, guild=guild, most=1, around=around)
        await crawler.run(everybodys if user is wire.moderator else None)
        for command in wire.world.commands[None]:
            if command["type"] == ON_MESSAGE:
                await crawler.do(
                    "on her message", lambda c=command, u=user: wire.message_command(c["name"], said, user=u)
                )
        await crawler.finish()
        seen.steps[name] = [_plain(host, step) for step in crawler.steps]
    await keeping.finish()
    seen.steps["keeper"] = [_plain(host, step) for step in keeping.crawler.steps]
    seen.steps["who suggests"] = [_plain(host, step) for step in suggesting.steps]
    seen.not_tried = kinds_of(host) - NEVER_OFFERED - keeping.crawler.kinds - suggesting.kinds
    seen.not_tried |= keeping.paths - keeping.crawler.commands
    hers = wire.world.dm(ada)["id"]
    post = wire.world.post
    seen.looks["messages"] = [
        _plain(host, {key: value for key, value in one.items() if key not in _TIMES})
        for channel, messages in post.messages.items()
        if channel != hers
        for one in messages.values()
        if not (one["flags"] & EPHEMERAL and post.scenes[one["id"]].user is ada)
    ]
    seen.looks["commands"] = _plain(host, list(wire.world.commands.values()))
    for path in ("/metrics", "/healthz"):
        seen.looks[path] = await host.side_port(path)


def _plain(host: Host, thing: Any) -> str:
    """Write a thing down, without the ports, nonces and folders that no two runs share."""
    written = thing if isinstance(thing, str) else json.dumps(thing, default=_digest, sort_keys=True)
    written = _PORT.sub("127.0.0.1", _NONCE.sub("", written))  # discord.py makes a nonce of the time
    return written.replace(str(host.app.pack.folder.parent), "HOME")


def _digest(raw: Any) -> str:
    return hashlib.sha256(raw).hexdigest() if isinstance(raw, bytes) else repr(raw)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_nobody_else_can_tell_whether_she_checks_in(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other", home.pack, home.key)
    other.folder.mkdir()

    lived, did_not = await world(home, lives=True), await world(other, lives=False)

    assert lived.hers > 100
    assert did_not.not_tried == set()
    assert traces("\n".join(lived.looks["log"])) == []
    for name, steps in did_not.steps.items():
        assert len(steps) > 20, name
        for here, there in zip(lived.steps[name], steps, strict=True):
            assert here == there, name
    for what, there in did_not.looks.items():
        assert lived.looks[what] == there, what
