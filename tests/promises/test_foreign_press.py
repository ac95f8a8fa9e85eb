"""Someone else's press: every kind there is, as it was recorded on the wire, sent again under another's id.

What comes back is held against what the same press brings when it aims at nothing: refused, or word for word the same.
"""

import copy
import itertools
import random
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.notebook import Notebook
from bot.ui.ids import NO_TOKEN, TOKEN_BYTES, Kind, Press, decode
from tests.promises.crawling import TEXT_INPUT, Crawler
from tests.promises.homes import Home, traces
from tests.promises.hosting import Host, hosted
from tests.promises.living import PERSONAL, Life
from tests.promises.moderating import NEVER_OFFERED, Ground, Keeping, rows, suggest
from tests.promises.walking import Recorded
from tests.wire import payloads
from tests.wire.discord_server import COMPONENT, FORM_SUBMIT, WireDiscord
from tests.wire.exchange import Exchange
from tests.wire.looks import Json, texts, walk

REFERENCE = re.compile(r"\b[0-9a-f]{32}\b")
EACH_KIND = 4  # presses of a kind, those on the most different rows first
CANARY = "zebra"
TYPED = "typed by another"  # who may be given back what they typed themself


@pytest.fixture
async def host(wire: WireDiscord, home: Home) -> Any:
    async with hosted(wire, home.settings()) as one:
        yield one


@dataclass
class Stranger:
    """A new account for each press, so that nothing is theirs but what the press itself makes."""

    host: Host

    async def press(self, one: Recorded) -> list[str]:
        """Send a payload as it was recorded, but for who sends it; give every text that came of it."""
        wire, user = self.host.wire, self.host.wire.world.person("Somebody Else")
        before = len(wire.requests)
        await self.host.handled(lambda: self._send(one, user))
        said = [text for call in wire.requests[before:] if isinstance(call.body, dict) for text in _texts(call.body)]
        said = [text.replace(user["id"], "(who pressed)") for text in said]
        return said + [f"file {name}" for call in wire.requests[before:] for name, _ in call.files.values()]

    def _send(self, one: Recorded, user: Json) -> Exchange:
        wire = self.host.wire
        base = wire.world.scene(user=user, guild=False)
        payload = _payload(one)
        exchange = wire.world.open_exchange(payload, base)
        if one.message is not None:
            exchange.on(copy.deepcopy(one.message))
        return wire._send(exchange, {})


@contextmanager
def the_same_dice() -> Iterator[None]:
    """Let prompts come in one order for both who press."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_bytes", random.Random(1).randbytes)  # noqa: S311  # no secret
        yield


def _payload(one: Recorded) -> Json:
    if one.form is not None:
        shown = copy.deepcopy(one.form.form) | {"custom_id": one.press.encode()}
        typed = {name: TYPED if _is_typed(shown, name) else value for name, value in (one.filled or {}).items()}
        return {"type": FORM_SUBMIT, "data": payloads.form(shown, typed, {})}
    data: Json = {"component_type": 3 if one.values else 2, "custom_id": one.press.encode(), "id": 1}
    return {"type": COMPONENT, "data": data | ({"values": one.values} if one.values else {})}


def _is_typed(shown: Json, name: str) -> bool:
    return any(part["type"] == TEXT_INPUT for part in walk(shown) if part.get("custom_id") == name)


def _texts(body: Json) -> Iterator[str]:
    for view in (body, body.get("data")):
        if isinstance(view, dict):
            yield from texts(view)
            yield from (str(one["value"]) for part in walk(view) for one in part.get("options") or ())
            yield from (str(part["value"]) for part in walk(view) if part.get("value"))


def aimed_at_nothing(one: Recorded) -> Recorded:
    """Give the same press with every id of a row in it made up."""
    made_up: dict[str, str] = defaultdict(lambda: secrets.token_hex(TOKEN_BYTES))

    def other(text: str) -> str:
        return REFERENCE.sub(lambda found: made_up[found[0]], text)

    token = one.press.token if one.press.token == NO_TOKEN else bytes.fromhex(other(one.press.token.hex()))
    press = replace(one.press, token=token, subject=other(one.press.subject))
    return replace(one, press=press, values=one.values and [other(value) for value in one.values])


def worth_trying(recorded: list[Recorded]) -> Iterator[Recorded]:
    """Give some presses of each kind, each on another row where there are several."""
    by_kind: dict[Kind, dict[Any, Recorded]] = defaultdict(dict)
    for one in recorded:
        by_kind[one.press.kind].setdefault((one.press.token, one.press.subject, *(one.values or ())), one)
    for found in by_kind.values():
        there = list(found.values())
        yield from there[:: max(1, len(there) // EACH_KIND)][: EACH_KIND + 1]


async def everything_of(host: Host, user: Json) -> Any:
    """Open every row of somebody's."""
    personal = await host.app.door.personal()
    storage = personal.storage
    async with storage.database.reading() as tx:
        member = await storage.members.get(tx, int(user["id"]))
        assert member is not None
        return [
            member.document,
            *([one.document for one in await storage.situations.list_all(tx, member)]),
            *([one.document for one in await storage.entries.list_all(tx, member)]),
            *([(one.document, one.due, one.expires) for one in await storage.sessions.list_open(tx, member)]),
            *([(one.document, one.due) for one in await storage.reminders.list_all(tx, member)]),
        ]


async def rows_of_servers(host: Host) -> Any:
    """Give what moderators set and posted, as it lies in the tables."""
    there = await rows(host)
    return {name: there[name] for name in ("server", "server_key", "posting", "deed")}


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_a_foreign_press_of_any_kind_shows_and_changes_nothing(host: Host) -> None:
    numbers = itertools.count()
    life = Life(host, host.wire.member, lambda: f"{CANARY} {next(numbers)}")
    await life.try_all_but_the_end()
    lookups = Crawler(host, host.wire.moderator, life.fill, guild=True, most=1)
    keeping = Keeping(Ground(host, host.wire.moderator))
    await keeping.go_through_all()
    suggesting = suggest(host, host.wire.member, life.fill)
    await suggesting.run(["explain"])
    await keeping.crawler.go_on()
    names = {one["name"] for one in host.wire.world.commands[None]} - set(PERSONAL) - keeping.commands
    await lookups.run(names)
    crawlers = life.crawler, keeping.crawler, suggesting, lookups
    recorded = life.member.recorded + [one for crawler in crawlers for one in (*crawler.recorded, *crawler.late)]
    assert set(Kind) - {one.press.kind for one in recorded} == NEVER_OFFERED, "a kind of press that nobody came upon"
    personal = {kind for half in host.app.halves.made if isinstance(half, Notebook) for kind, _ in half.presses()}
    await host.app.client.jobs.stop()  # what time does to her rows meanwhile is no stranger's doing
    mine, refused = await everything_of(host, host.wire.member), 0
    of_the_server = await rows_of_servers(host)
    words = host.library
    refusals = words.notebook.conversation.not_yours, words.reminders.trouble.time_passed
    told = dict[Kind, tuple[list[str], list[str]]]()

    for one in worth_trying(recorded):
        if one.press.kind in personal:
            expected, said = await Stranger(host).press(aimed_at_nothing(one)), await Stranger(host).press(one)
        else:
            with the_same_dice():
                expected = await Stranger(host).press(one)
            with the_same_dice():
                said = await Stranger(host).press(one)
        if set(refusals) & set(said):  # below what was typed, where that is given back
            refused += 1
            assert CANARY not in " ".join(said), one.press.kind
        elif said != expected:
            told[one.press.kind] = said, expected

    assert told == {}
    assert refused > 0
    assert await everything_of(host, host.wire.member) == mine
    assert await rows_of_servers(host) == of_the_server
    for place in (host.wire.guild, host.wire.channel):
        assert place["id"] not in str(mine), "what is kept says where it was said"
    assert traces(host.output.getvalue()) == []


def test_what_aims_at_nothing_aims_at_nothing() -> None:
    one = Recorded(Press(Kind.LABEL, "0f" * 16, secrets.token_bytes(16), 3), None, ["ab" * 16])
    other = aimed_at_nothing(one)

    assert other.press.token != one.press.token
    assert other.press.subject != one.press.subject
    assert other.values != one.values
    assert decode(other.press.encode()) == other.press
