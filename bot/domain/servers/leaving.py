"""When the bot has left a server, and when what it kept of it goes."""

from datetime import timedelta
from typing import Final

KEPT_AFTER: Final = timedelta(days=30)
_FEW: Final = 3


def is_doubtful(known: int, missing: int) -> bool:
    """Whether Discord naming this few of the servers known is more likely a wrong answer than a farewell."""
    return known > _FEW and missing * 2 > known
