"""Which check-ins ended with support alone: known to this process for some hours, and written nowhere.

Their rows stand as before the press that ended them, so that not even the master key tells that press from none. When
the process ends they stand at that question again, and what was typed beside the tick in a form is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.checkins.lying import OpenCheckIn
from bot.domain.checkins.session import Session

_LASTS: Final = timedelta(hours=3)  # each is put away after two


@dataclass(frozen=True, slots=True)
class _End:
    who: int = field(repr=False)
    version: int  # of what stands in the row
    said: Session = field(repr=False)
    at: datetime


class SupportEnds:
    """What was said in each of them, without what was ticked. One that went on since has not ended any more."""

    def __init__(self) -> None:
        self._ends: dict[bytes, _End] = {}

    def note(self, token: bytes, who: int, stands: Session, said: Session, now: datetime) -> Session:
        """Note that a check-in ended so, and give what was said when it did so first."""
        if (before := self.find(token, stands)) is not None:
            return before
        self._ends[token] = _End(who, stands.version, said, now)
        return said

    def find(self, token: bytes, stands: Session) -> Session | None:
        """Give what was said in it; None where it did not end so."""
        end = self._ends.get(token)
        return end.said if end and end.version == stands.version else None

    def covers(self, token: bytes, document: Mapping[str, Any]) -> bool:
        """Whether what lies in a row ended so: no list names it."""
        one = OpenCheckIn.find_in(document)
        return one is not None and self.find(token, one.session) is not None

    def put_away(self, token: bytes, version: int) -> None:
        """Note that it was put away as it is, in this version."""
        if token in self._ends:
            self._ends[token] = replace(self._ends[token], version=version)

    def forget(self, token: bytes, who: int) -> None:
        """Forget one of somebody's that is deleted or goes on."""
        if token in self._ends and self._ends[token].who == who:
            del self._ends[token]

    def forget_all_of(self, who: int) -> None:
        """Forget all of somebody's, who deletes them."""
        self._ends = {token: end for token, end in self._ends.items() if end.who != who}

    def forget_old(self, now: datetime) -> None:
        """Forget those of hours ago."""
        self._ends = {token: end for token, end in self._ends.items() if now - end.at < _LASTS}
