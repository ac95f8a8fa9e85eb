"""Logging that cannot give anyone away: no ids, no tokens, no exception texts, no third-party DEBUG."""

import logging
import re
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TextIO

from typing_extensions import override

from bot.errors import StorageError

_SNOWFLAKE = re.compile(r"\b\d{15,20}\b")
_SECRET_PATH = re.compile(r"/(webhooks|interactions)/[^\s'\"]+")
_REPR = re.compile(r"(exception|result)=.*")
_NOISE = frozenset({"Guilds intent seems to be disabled. This may cause state related issues."})
_HOUR = 3600.0  # seconds
_NUMBER = re.compile(r"\d+")
_REPEATING = ("bot.jobs.", "bot.services.", "bot.transport.discord_clock")
_VOICE = re.compile(r"(PyNaCl|davey) is not installed")


class Repeats(logging.Filter):
    """Lets the same trouble of the jobs, or with what is kept, through once an hour, with how often it came meanwhile.

    `clock` gives seconds. Numbers in it do not make it another: they count what goes on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], _Said] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING or not _is_repeating(record):
            return True
        now, what = self._clock(), (record.name, _NUMBER.sub("#", record.getMessage()))
        said = self._said.get(what)
        if said is not None and 0 <= now - said.at < _HOUR:
            said.again += 1
            return False
        if said is not None and said.again:
            record.msg = f"{said.again + 1} times since this was last said: {record.msg}"
        self._said = {key: one for key, one in self._said.items() if 0 <= now - one.at < 2 * _HOUR}
        self._said[what] = _Said(now)
        return True


def _is_repeating(record: logging.LogRecord) -> bool:
    """Say whether it comes of what goes on by itself, or of storage, which each press meets anew."""
    values = record.args if isinstance(record.args, tuple) else ()
    return record.name.startswith(_REPEATING) or any(isinstance(one, StorageError) for one in values)


@dataclass
class _Said:
    at: float
    again: int = 0


class QuietFormatter(logging.Formatter):
    """Formats a record without anything that could name a member or hold what they wrote."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        line = _REPR.sub(r"\1=(left out)", line)
        return _SNOWFLAKE.sub("(id)", _SECRET_PATH.sub(r"/\1/(left out)", line))

    @override
    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace))
        return f"{frames}{kind.__name__ if kind else ''} (text left out)"


def _keep(record: logging.LogRecord) -> bool:
    floor = logging.WARNING if record.name.startswith("alembic") else logging.INFO
    if record.levelno < floor and not record.name.startswith("bot"):
        return False  # third parties log whole requests and rows there, whoever lowered a logger's level
    message = record.getMessage()
    return message not in _NOISE and not _VOICE.match(message)


def set_up_logging(level: str, stream: TextIO = sys.stderr) -> None:
    """Send records to one stream. Third-party loggers stay at INFO or above, whatever the level is."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_keep)
    handler.addFilter(Repeats())
    floor = logging.getLevelNamesMapping()[level]
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(max(floor, logging.INFO))
    logging.getLogger("bot").setLevel(floor)
    logging.captureWarnings(capture=True)
