"""Nothing that could give a member away reaches the log, whoever logs it."""

import asyncio
import gc
import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logging

SECRET = "canary I am so jealous"
MEMBER = 123456789012345678


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root, ours = logging.root, logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    set_up_logging("INFO", stream)
    yield stream
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    logging.captureWarnings(capture=False)


def test_ids_and_tokens_are_left_out(log: io.StringIO) -> None:
    logging.getLogger("discord.http").warning("429 for /webhooks/%d/aW50ZXJhY3Rpb246MTIz by %d", MEMBER, MEMBER)

    assert str(MEMBER) not in log.getvalue()
    assert "aW50ZXJhY3Rpb246" not in log.getvalue()
    assert "/webhooks/(left out)" in log.getvalue()


def test_the_text_of_an_exception_is_left_out_and_its_place_is_not(log: io.StringIO) -> None:
    try:
        raise KeyError(SECRET)
    except KeyError:
        logging.getLogger("bot.somewhere").exception("It failed")

    assert SECRET not in log.getvalue()
    assert "KeyError (text left out)" in log.getvalue()
    assert "test_logs.py" in log.getvalue()


async def test_a_task_nobody_awaited_gives_nothing_away(log: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    task = asyncio.ensure_future(fail())
    await asyncio.wait({task})
    del task
    gc.collect()

    assert "never retrieved" in log.getvalue()
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize(
    "name", ["discord.gateway", "discord.http", "discord.webhook.async", "aiosqlite", "asyncio", "root"]
)
def test_third_parties_never_log_at_debug(log: io.StringIO, name: str) -> None:
    logging.getLogger(name if name != "root" else None).debug(SECRET)

    assert log.getvalue() == ""
