"""Logging that cannot give anyone away: no ids, no tokens, no exception texts, no third-party DEBUG."""

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import TextIO

from typing_extensions import override

_SNOWFLAKE = re.compile(r"\b\d{15,20}\b")
_SECRET_PATH = re.compile(r"/(webhooks|interactions)/[^\s'\"]+")
_REPR = re.compile(r"(exception|result)=.*")
_NOISE = frozenset({"Guilds intent seems to be disabled. This may cause state related issues."})
_VOICE = re.compile(r"(PyNaCl|davey) is not installed")


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
    if record.levelno < logging.INFO and not record.name.startswith("bot"):
        return False  # third parties log whole requests and rows there, whoever lowered a logger's level
    message = record.getMessage()
    return message not in _NOISE and not _VOICE.match(message)


def set_up_logging(level: str, stream: TextIO = sys.stderr) -> None:
    """Send records to one stream. Third-party loggers stay at INFO or above, whatever the level is."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_keep)
    floor = logging.getLevelNamesMapping()[level]
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(max(floor, logging.INFO))
    logging.getLogger("bot").setLevel(floor)
    logging.captureWarnings(capture=True)
