"""What `/mydata` tells: what is kept, what a file would bring in, what was deleted. Numbers and times alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.domain.people import Profile
from bot.errors import BotError

LETTERS: Final = "ABCDEF"
PAUSE_DAYS: Final = (1, 3, 7, 14, 30, 90)

What = Literal["check-ins", "everything"]


class Busy(BotError):
    """Another export, import, picture or deletion of the same member is under way."""


class NotThere(BotError):
    """What a button belongs to came and went: it was done before, or its time is over."""


@dataclass(frozen=True, slots=True, repr=False)
class Inventory:
    """Everything that is kept of someone who has something to show; `profile` is None for one who keeps nothing.

    `open` are check-ins under way, `errands` what waits to be finished: a file to remove, one to bring in, a clearing.
    """

    profile: Profile | None
    entries: int = 0
    situations: int = 0
    reminders: int = 0
    open: int = 0
    nudges: int = 0
    errands: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of it; what an errand needs is no part of a notebook."""
        return not (self.entries or self.situations or self.reminders or self.open or self.nudges)


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A file that waits for a yes. `here` counts what is kept already, `before` says that the file came in before.

    `agree` asks for the consent as well: this person keeps nothing yet, or has nothing that shows.
    """

    token: bytes
    count: int
    first: datetime
    last: datetime
    here: int
    before: bool
    agree: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the check-ins that are new, and those that were here already."""

    new: int
    here: int


@dataclass(frozen=True, slots=True)
class Remains:
    """What remains of something deleted. `wiped`: nothing in the database's file or its log.

    In backups, until when keys that open it, and rows of it; None where no day can be named.
    """

    wiped: bool
    keys_until: datetime | None = None
    rows_until: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Receipt:
    """What was deleted, and when; the counts are None where nothing was to be seen.

    Someone who paused, deleted or never kept anything gets the same receipt, so that it tells nobody which. `deeds` are
    lines in servers' logs of what moderators did that lost the name; they belong to no notebook, and are always told.
    """

    what: What
    at: datetime
    entries: int | None = None
    sessions: int = 0
    situations: int = 0
    reminders: int = 0
    deeds: int = 0
