"""Whatever the gateway sends, the bot goes on: it leaves out what cannot be read, or connects again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.storage.keyfile import new_key_file
from tests.conftest import PACK
from tests.promises.homes import Home

from .gateway import DIRECT_MESSAGES, Raw
from .test_bot import config, process

if TYPE_CHECKING:
    from pathlib import Path

    from .discord_server import WireDiscord
    from .exchange import Exchange

__all__ = ["config"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir()
    new_key_file(key)
    return Home(tmp_path, PACK, key)


FRAMES = [
    *(
        Raw(b"\x00 no zlib at all \x00\x00\xff\xff"),
        "no JSON",
        "",
        "[]",
        '"x"',
        "7",
        "null",
        '{"op":' + "9" * 6000 + "}",
    ),
    *('{"op": 0, "t": "MESSAGE_CREATE", "s": "x", "d": null}', '{"op": 0, "t": 5, "d": {}}', '{"op": 0, "t": ["x"]}'),
    *('{"op": null}', '{"op": 99}', '{"op": {}}', '{"op": 10}', '{"op": 10, "d": {}}', '{"op": 11, "d": "x"}'),
    *(f'{{"op": 10, "d": {{"heartbeat_interval": {odd}}}}}' for odd in ("0", "-1", '"x"', "true", "1e300", "null")),
    *(f'{{"op": 0, "t": "{event}", "d": {odd}}}' for event in ("READY", "RESUMED") for odd in ("null", "[]", "{}")),
    *('{"op": 0, "t": "RATE_LIMITED", "d": {"opcode": 8}}', '{"op": 0, "t": "NEW_EVENT", "s": null, "d": {"x": 1}}'),
]


async def explained(wire: WireDiscord) -> Exchange:
    exchange = await wire.slash("explain", {"topic": "compersion"})
    await exchange.settled(15)
    return exchange


@pytest.mark.timeout(900)
async def test_no_frame_of_the_gateway_ends_the_bot(wire: WireDiscord, config: Path) -> None:
    async with process(wire, config) as bot:
        for frame in FRAMES:
            wire.gateway.push(frame)
            await wire.until(wire.gateway.live, 30)
            assert "What is compersion?" in (await explained(wire)).texts[0], frame
        assert "no zlib" not in bot.stderr, "what cannot be read is not written down"
        assert await bot.terminate() == 0


@pytest.mark.parametrize(
    ("event", "spoilt"),
    [
        ("READY", {"d": None}),
        ("READY", {"d": {"session_id": "x"}}),
        ("READY", {"s": None}),
        ("RESUMED", {"d": None}),
        ("RESUMED", {"d": []}),
    ],
)
async def test_a_session_whose_beginning_cannot_be_read_serves(
    wire: WireDiscord, config: Path, event: str, spoilt: dict[str, Any]
) -> None:
    wire.gateway.spoil = lambda frame: frame | spoilt if isinstance(frame, dict) and frame.get("t") == event else frame

    async with process(wire, config) as bot:
        if event == "RESUMED":
            await explained(wire)
            await wire.gateway.close(4000)
        assert "What is compersion?" in (await explained(wire)).texts[0]
        assert bot.stderr.count("connect") < 10

    assert len(wire.gateway.identifies) == 1


async def test_a_gateway_that_is_not_there_yet_is_waited_for(wire: WireDiscord, config: Path) -> None:
    wire.gateway.refuses = 2

    async with process(wire, config):
        assert "What is compersion?" in (await explained(wire)).texts[0]


async def test_a_first_frame_that_cannot_be_read_is_waited_out(wire: WireDiscord, config: Path) -> None:
    hellos = iter(["{}", '{"op": 10, "d": {}}'])
    wire.gateway.spoil = lambda frame: next(hellos, frame) if frame.get("op") == 10 else frame

    async with process(wire, config):
        assert "What is compersion?" in (await explained(wire)).texts[0]


async def test_a_gateway_that_answers_no_heartbeat_is_left_and_the_session_taken_up_again(
    wire: WireDiscord, config: Path
) -> None:
    wire.gateway.heartbeat_interval = 0.5

    async with process(wire, config) as bot:
        await explained(wire)
        wire.gateway.ack_heartbeats = False
        await wire.until(lambda: wire.gateway.resumes, 15)
        wire.gateway.ack_heartbeats = True
        await bot.wrote("does not answer")
        assert "What is compersion?" in (await explained(wire)).texts[0]


async def test_a_message_that_cannot_be_read_is_left_out_and_named(wire: WireDiscord, config: Path) -> None:
    poll = {
        "question": {"text": "secret?"},
        "answers": [],
        "expiry": None,
        "allow_multiselect": False,
        "layout_type": 1,
    }
    said: dict[str, Any] = {"id": "1", "channel_id": "2", "type": 0, "content": "", "author": wire.member}

    async with process(wire, config) as bot:
        wire.gateway.emit("MESSAGE_CREATE", said | {"poll": poll}, intent=DIRECT_MESSAGES)
        wire.gateway.emit("MESSAGE_CREATE", said | {"sticker_items": [{"id": "1"}]}, intent=DIRECT_MESSAGES)
        await explained(wire)
        await bot.wrote("could not be read: MESSAGE_CREATE (KeyError)")
        assert "secret" not in bot.stderr
        assert await bot.terminate() == 0


@pytest.mark.parametrize("gone", ["version", "attachment_size_limit", "application_id", "data", "channel", "member"])
async def test_an_interaction_that_cannot_be_read_is_answered(wire: WireDiscord, config: Path, gone: str) -> None:
    async with process(wire, config):
        whole = await explained(wire)
        wire.gateway.spoil = lambda frame: (
            frame | {"d": {key: value for key, value in frame["d"].items() if key != gone}}
            if frame.get("t") == "INTERACTION_CREATE"
            else frame
        )
        command = await explained(wire)
        completed = await wire.autocomplete("explain", "topic", {"topic": "j"})
        await completed.answered()
        pressed = await wire.press(whole, "Support")
        await pressed.answered()

    assert [one.type for one in (command, completed, pressed)] == [4, 8, 4]
    assert [one.refused for one in (command, completed, pressed)] == [[], [], []]


async def test_a_message_command_reads_what_a_message_says_and_nothing_else_of_it(
    wire: WireDiscord, config: Path
) -> None:
    message = wire.say("I feel so jealous when they are out")
    message["poll"] = {"question": {"text": "?"}, "answers": [], "expiry": None}
    message["sticker_items"] = [{"id": "1"}]

    async with process(wire, config):
        found = await wire.message_command("Find an explainer", message)
        await found.settled(30)

    assert found.private
    assert any("ealous" in text for text in found.texts)


@pytest.mark.parametrize("answer", [{}, {"interaction": None}, {"resource": {"type": 4, "message": {"id": "x"}}}])
async def test_an_answer_of_discord_s_that_cannot_be_read_costs_nothing(
    wire: WireDiscord, config: Path, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.wire.room_of_interactions._described", lambda _: answer)

    async with process(wire, config):
        exchange = await explained(wire)
        pressed = await wire.press(exchange, "Support")
        await pressed.settled()

    for one in (exchange, pressed):
        assert (len(one.callbacks), one.refused, one.followups) == (1, [], [])


@pytest.mark.parametrize("command", ["explain", "checkin", "mydata show", "mydata export", "reminders"])
async def test_a_command_delivered_twice_is_answered_once(wire: WireDiscord, home: Home, command: str) -> None:
    async with home.process(wire) as bot:
        options = {"topic": "compersion"} if command == "explain" else {}
        doubled = await wire.slash(command, options, guild=False, times=2)
        await doubled.settled(15)
        await bot.wrote("delivered twice")
        posted = len(wire.posts(wire.world.dm(wire.member)))
        await explained(wire)

    assert (len(doubled.callbacks), doubled.refused) == (1, [])
    assert len(wire.posts(wire.world.dm(wire.member))) == posted <= 1
