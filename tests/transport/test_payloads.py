"""Whatever Discord sends: nothing ends the bot, and whoever can be answered is."""

import asyncio
import json
import logging
import os
import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.app import App
from bot.cogs.attempts import UnreadableAnswerError
from bot.cogs.messages import list_messages
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.jobs.delivery import has_arrived
from bot.storage.keyfile import new_key_file
from bot.transport.events import Arrivals
from bot.transport.gateway import GatewayClient
from tests.promises.homes import TORTURE
from tests.storage.conftest import migrated
from tests.transport import samples

__all__ = ["migrated"]

Json = dict[str, Any]

PAYLOADS = 4_000 * TORTURE
AT_ONCE = 100
SEED = int(os.environ.get("SEED", "0")) or random.randrange(2**32)  # noqa: S311  # a seed, printed when it fails
FITTING = {1: {1}, 2: {4, 5, 9}, 3: {4, 5, 6, 7, 9}, 4: {8}, 5: {4, 5, 6, 7}}
"""Callback types by type of interaction."""

OTHERS: list[Any] = [
    *(None, True, False, 0, -1, 1, 2, 3, 4, 5, 2**31, 2**63, 10**40, 1.5, -0.0, 1e308),
    *(
        "",
        "x",
        "0",
        "-1",
        "9" * 19,
        "9" * 40,
        "9" * 5000,
        "\u0000",
        "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "x" * 7000,
    ),
    *([], [None], [[]], [{}], ["x"], {}, {"id": None}, {"x": []}, {"": {"": {}}}),
]


class Edge(AsyncWebhookAdapter):
    """Discord's REST API as far as it goes here: takes whatever it is asked, and remembers what answered whom."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, list[Json]] = {}
        self.spoil: Callable[[Any], Any] = lambda answer: answer

    async def request(self, route: Any, session: Any, *, payload: Json | None = None, **options: Any) -> Any:  # noqa: ARG002  # as discord.py calls it
        await asyncio.sleep(0)
        if payload is None and options.get("multipart"):
            payload = json.loads(options["multipart"][0]["value"])
        if "/callback" in route.url:
            self.answers.setdefault(route.url.split("/")[-3], []).append(payload or {})
            shown = {"id": samples.fresh(), "type": 2, "response_message_id": samples.fresh()}
            return self.spoil({"interaction": shown, "resource": {"type": 4, "message": samples.message(deep=False)}})
        return self.spoil(samples.message(deep=False))

    async def request_as_bot(self, route: Any, **_: Any) -> Any:
        await asyncio.sleep(0)
        return self.spoil(self._answer(route))

    def _answer(self, route: Any) -> Any:
        if route.path == "/users/@me":
            return samples.user(samples.BOT)
        if route.path == "/oauth2/applications/@me":
            return samples.application()
        if route.path == "/users/@me/channels":
            return samples.private_channel()
        lists = route.path.endswith("/commands") or (route.path.endswith("/messages") and route.method == "GET")
        return [] if lists else samples.message(deep=False)


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge()
    token = async_context.set(edge)
    yield edge
    async_context.reset(token)


@pytest.fixture
async def client(content: Path, tmp_path: Path, migrated: Path, edge: Edge) -> AsyncIterator[GatewayClient]:
    key, state = tmp_path / "keys" / "master.key", tmp_path / "state"
    key.parent.mkdir()
    new_key_file(key)
    state.mkdir(mode=0o700)
    shutil.copy(migrated, state / "bot.db")
    storage = StorageSettings(database=f"sqlite:///{state / 'bot.db'}", key_files=(key,))
    app = App(
        Settings(
            content=content, operator=Operator(contact="the keeper"), check_ins=CheckIns(enabled=True), storage=storage
        )
    )
    client = app.make_client()
    client.http.request = edge.request_as_bot
    async_context.set(edge)  # fixtures and tests run in contexts of their own
    await client.login("token")
    await client.complete()
    yield client
    await client.close()
    await app.door.close()


class Lines(logging.Handler):
    """Keeps what is logged until it was looked at; pytest would keep it to the end of the test, a gigabyte of it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(self.format(record))


class Feed:
    """Gives payloads to the client where its events arrive, and looks at what became of them."""

    def __init__(self, client: GatewayClient, edge: Edge, log: Lines) -> None:
        async_context.set(edge)
        self._client, self._edge, self._log = client, edge, log
        self._before = asyncio.all_tasks()
        self.unhandled: list[str] = []
        self.left_out = 0
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.unhandled.append(repr(context)))

    def take(self, event: str, payload: Any) -> None:
        self._client._connection.parsers[event](payload)

    async def settle(self) -> None:
        """Wait for the end of all that follows."""
        while tasks := asyncio.all_tasks() - self._before - {asyncio.current_task()}:
            _, waiting = await asyncio.wait(tasks, timeout=60)
            assert not waiting, f"these hang: {waiting}"
        self.left_out += sum("could not be read" in line for line in self._log.kept)
        self.unhandled += [line for line in self._log.kept if "An event handler failed" in line]
        self._log.kept.clear()

    def answer(self, payload: Json) -> list[Json]:
        return self._edge.answers.pop(payload["id"], [])


@pytest.fixture
async def feed(client: GatewayClient, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Feed]:
    lines, loggers = Lines(), [logging.getLogger(name) for name in ("bot", "discord")]
    for one in loggers:
        monkeypatch.setattr(one, "propagate", False)
        one.addHandler(lines)
    yield Feed(client, edge, lines)
    for one in loggers:
        one.removeHandler(lines)


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every field, nested ones too."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield (*at, key)
        yield from paths(inner, (*at, key))


def changed(payload: Json, path: tuple[Any, ...], other: Any, *, absent: bool) -> None:
    """Take a field away, or put something else there; where an earlier change took its place, nothing."""
    holder: Any = payload
    for key in path[:-1]:
        try:
            holder = holder[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        if absent:
            del holder[path[-1]]
        else:
            holder[path[-1]] = other
    except (KeyError, IndexError, TypeError):
        return


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


def is_answerable(payload: Any) -> bool:
    id_, token = payload.get("id"), payload.get("token")
    return isinstance(id_, str) and id_.isdecimal() and len(id_) <= 20 and isinstance(token, str) and bool(token)


def registered(client: GatewayClient) -> list[Json]:
    return [one.to_dict(client.tree) for one in client.tree.get_commands()] + [
        one.to_dict(client.tree) for one in client.tree.get_commands(type=discord.AppCommandType.message)
    ]


async def test_every_event_discord_py_reads_has_a_sample(client: GatewayClient) -> None:
    assert set(samples.events()) | {"INTERACTION_CREATE"} == set(client._connection.parsers)


async def test_every_sample_is_read_and_every_interaction_is_answered_as_its_type_is(
    client: GatewayClient, feed: Feed
) -> None:
    for event, payload in samples.events().items():
        feed.take(event, payload)
    await feed.settle()
    assert feed.left_out == 0, "a sample that cannot be read as it is tries nothing"

    for payload in samples.interactions(registered(client)):
        told = copied(payload)
        feed.take("INTERACTION_CREATE", told)
        await feed.settle()
        answers = feed.answer(payload)
        assert len(answers) == 1, payload
        assert payload["type"] not in FITTING or answers[0]["type"] in FITTING[payload["type"]], payload
    assert (feed.left_out, feed.unhandled) == (0, [])


@pytest.mark.timeout(900 * TORTURE)
async def test_no_payload_ends_the_bot_and_whoever_can_be_answered_is(client: GatewayClient, feed: Feed) -> None:
    chance = random.Random(SEED)  # noqa: S311  # chance to be repeated, not secrets
    events = [(event, payload) for event, payload in samples.events().items()]
    asked = [("INTERACTION_CREATE", payload) for payload in samples.interactions(registered(client))]
    fields = {id(payload): list(paths(payload)) for _, payload in (*events, *asked)}
    sent, unanswered, answered, ids = 0, list[Json](), 0, set[str]()
    while sent < PAYLOADS:
        batch = list[Json]()
        for _ in range(AT_ONCE):
            event, sample = chance.choice(asked if chance.random() < 0.5 else events)
            payload = copied(sample)
            if event == "INTERACTION_CREATE":
                payload |= {"id": samples.fresh(), "token": f"token-{samples.fresh()}"}
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                changed(
                    payload,
                    chance.choice(fields[id(sample)]),
                    copied(chance.choice(OTHERS)),
                    absent=chance.random() < 0.25,
                )
            if event == "INTERACTION_CREATE" and is_answerable(payload) and payload["id"] not in ids:
                ids.add(payload["id"])
                batch.append(payload)
            feed.take(event, payload)
        await feed.settle()
        sent += AT_ONCE
        missing = [payload for payload in batch if not feed.answer(payload)]
        answered += len(batch) - len(missing)
        unanswered += missing
        if sent % 10_000 == 0:
            said = f"{sent} payloads, {feed.left_out} left out, {answered} answered, {len(unanswered)} not"
            print(f"SEED={SEED}: {said}, {len(feed.unhandled)} unhandled", flush=True)  # noqa: T201  # it is long
        assert (unanswered[:3], feed.unhandled[:3]) == ([], []), f"SEED={SEED}"
    assert len(ids) > PAYLOADS / 3
    assert not client.is_closed()


async def test_what_comes_twice_is_answered_once(client: GatewayClient, feed: Feed) -> None:
    """Every command, press and form."""
    for payload in samples.interactions(registered(client)):
        feed.take("INTERACTION_CREATE", copied(payload))
        feed.take("INTERACTION_CREATE", copied(payload))
        await feed.settle()
        assert len(feed.answer(payload)) == 1, payload
    assert feed.unhandled == []


def test_ten_thousand_interactions_are_remembered_for_a_quarter_of_an_hour() -> None:
    now = [0.0]
    arrivals = Arrivals(lambda: now[0])
    assert not any(arrivals.came_before({"id": str(number)}) for number in range(10_000))
    assert arrivals.came_before({"id": "0"})
    now[0] = 1.0
    assert not arrivals.came_before({"id": "10000"})
    assert not arrivals.came_before({"id": "0"}), "forgotten for the newest"
    now[0] = 899.9
    assert arrivals.came_before({"id": "9999"})
    now[0] = 901.0
    assert not arrivals.came_before({"id": "9999"})
    assert len(arrivals._seen) == 1


@pytest.mark.timeout(900 * TORTURE)
async def test_no_answer_of_discord_s_leaves_something_unhandled(client: GatewayClient, feed: Feed, edge: Edge) -> None:
    """Answers that lack fields come after something was done: it is done once, and nothing fails unseen."""
    chance = random.Random(SEED)  # noqa: S311  # chance to be repeated, not secrets

    def spoil(answer: Any) -> Any:
        told = copied(answer)
        for path in chance.sample(list(paths(told)), 2):
            changed(told, path, copied(chance.choice(OTHERS)), absent=chance.random() < 0.5)
        return told if chance.random() < 0.9 else chance.choice(OTHERS)

    edge.spoil = spoil
    sample = samples.interactions(registered(client))
    for _ in range(10 * TORTURE):
        asked = [
            copied(one) | {"id": samples.fresh(), "token": f"t{samples.fresh()}"} for one in chance.sample(sample, 50)
        ]
        for payload in asked:
            feed.take("INTERACTION_CREATE", payload)
        await feed.settle()
        assert [len(feed.answer(payload)) for payload in asked] == [1] * len(asked), f"SEED={SEED}"
    assert feed.unhandled == [], f"SEED={SEED}"


async def test_an_identify_comes_five_seconds_after_the_last_and_no_later(
    client: GatewayClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = list[float]()

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    for since in (0, 0, 2, 60):
        client._identify_from -= since
        await client.before_identify_hook(None, initial=False)

    assert waits[0] <= 0
    assert 4.5 < waits[1] <= 5
    assert 2.5 < waits[2] <= 3
    assert waits[3] <= 0


def _listed(**other: Any) -> Json:
    return samples.message(deep=False) | other


@pytest.mark.parametrize(
    "listed",
    [
        None,
        {"messages": []},
        [None],
        ["x"],
        *(
            [_listed(), _listed(**{key: odd})]
            for key in ("id", "type", "author")
            for odd in (None, "", "x", [], {}, "1e9", -5, 10**30)
            if not (key == "type" and isinstance(odd, int))
        ),
        [_listed(components=["x"])],
        [_listed(components=[{"type": 1, "components": 5}])],
    ],
    ids=str,
)
async def test_messages_of_which_one_cannot_be_read_say_nothing_of_what_arrived(
    client: GatewayClient, edge: Edge, listed: object
) -> None:
    edge.spoil = lambda _: listed
    with pytest.raises(UnreadableAnswerError):
        await list_messages(client, 5, 20)
    assert await has_arrived(client, 5, b"token", datetime.now(UTC)) is None
