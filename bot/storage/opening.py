"""Opens rows of which some may not open: those hold no other up, and the log says that they are there."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.storage.database import Found
from bot.storage.errors import CannotOpen

_Opened = TypeVar("_Opened")

log = logging.getLogger(__name__)


def open_all(rows: Iterable[Found], open_: Callable[[Found], _Opened], what: str) -> list[_Opened]:
    """Open rows; one that does not open is left out, and is called `what` in the log."""
    found = list[_Opened]()
    for row in rows:
        try:
            found.append(open_(row))
        except CannotOpen:
            log.error("%s does not open, and is left out", what)  # noqa: TRY400  # no trace says more
    return found
