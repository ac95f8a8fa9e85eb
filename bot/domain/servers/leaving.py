"""When what the bot kept of a server it has left goes."""

from datetime import timedelta
from typing import Final

KEPT_AFTER: Final = timedelta(days=30)
