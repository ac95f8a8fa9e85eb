"""Nothing that could give a member away reaches the log, whoever logs it."""

import asyncio
import gc
import io
import logging
from collections.abc import Iterator

import pytest

from bot.errors import StorageError
from bot.logs import Repeats, set_up_logging

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


def test_the_same_trouble_with_what_is_kept_is_said_once_an_hour_with_how_often_it_came() -> None:
    times, stream = iter([at for at in (0.0, 10.0, 3599.0, 3601.0, 3602.0, 9000.0) for _ in range(2)]), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Repeats(lambda: next(times)))
    log = logging.getLogger("bot.test_trouble")
    log.addHandler(handler)
    log.propagate = False
    for _ in range(6):
        log.error("The job %s cannot have what is kept: %s", "sending", StorageError("The disk is full."))
        log.error("The database cannot be used: %s", StorageError("Locked."))
        log.error("Something else")
    log.removeHandler(handler)

    trouble = "The job sending cannot have what is kept: The disk is full."
    assert [line for line in stream.getvalue().splitlines() if "The job" in line] == [
        trouble,
        f"3 times since this was last said: {trouble}",
        f"2 times since this was last said: {trouble}",
    ]
    assert stream.getvalue().count("Something else") == 6


def test_what_a_job_says_each_round_is_said_once_an_hour_with_how_often() -> None:
    now = 1000.0
    repeats = Repeats(lambda: now)

    def said(name: str, text: str, *values: object, level: int = logging.ERROR) -> str | None:
        record = logging.LogRecord(name, level, __file__, 1, text, values, None)
        return record.getMessage() if repeats.filter(record) else None

    failed = "The job %s failed %d minutes ago"
    assert said("bot.jobs.runner", failed, "sending", 1) == "The job sending failed 1 minutes ago"
    for minutes in range(2, 120):
        now += 30
        assert said("bot.jobs.runner", failed, "sending", minutes) is None
    assert said("bot.jobs.runner", failed, "folding", 1) == "The job folding failed 1 minutes ago"
    now += 60
    again = "119 times since this was last said: The job sending failed 200 minutes ago"
    assert said("bot.jobs.runner", failed, "sending", 200) == again
    assert said("bot.jobs.runner", failed, "sending", 201) is None
    assert said("bot.jobs.runner", failed, "sending", 201, level=logging.INFO)
    assert [said("bot.app", "%s", "pack.yaml:3:1: a problem") for _ in range(2)] == ["pack.yaml:3:1: a problem"] * 2
