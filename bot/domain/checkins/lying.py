"""What lies in a session row: an open check-in with the message it is drawn in, and for how long it may lie there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.checkins.answers import DocumentUnreadable
from bot.domain.checkins.session import EXPIRES_AFTER, Session
from bot.domain.people import Place

KIND: Final = "check-in"  # other things time must call for lie in such rows, too
KEEPERS_HAVE: Final = timedelta(days=30)  # an open check-in of a member who keeps, untouched


@dataclass(frozen=True, slots=True)
class OpenCheckIn:
    """`keeps` says that the member keeps check-ins, `consent` to which version of it they agreed."""

    session: Session = field(repr=False)
    consent: int
    keeps: bool
    place: Place | None = None

    @property
    def expires(self) -> datetime:
        """When it is deleted if nothing happens."""
        return self.session.touched + KEEPERS_HAVE if self.keeps else self.session.started + EXPIRES_AFTER

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        place = {"channel": self.place.channel, "message": self.place.message} if self.place else None
        session = self.session.to_document()
        return {
            "kind": KIND,
            "session": session,
            "consent": self.consent,
            "keeps": self.keeps,
            "place": place,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "OpenCheckIn | None":
        """Read what `to_document` wrote; None where something else lies in the row.

        Raises:
            DocumentUnreadable: the check-in is damaged, or a later version wrote it.
        """
        if document.get("kind") != KIND:
            return None
        try:
            place, session = document["place"], Session.from_document(document["session"])
            if document.get("support_only") is True:  # 0.4.0 wrote so where one had ended with support alone
                session = replace(session, state="open")
            return cls(
                session=session,
                consent=int(document["consent"]),
                keeps=document["keeps"] is True,
                place=Place(int(place["channel"]), int(place["message"])) if place else None,
            )
        except (KeyError, TypeError, AttributeError):
            raise DocumentUnreadable("an open check-in that is damaged") from None  # the cause might quote an answer

    @classmethod
    def find_in(cls, document: Mapping[str, Any]) -> "OpenCheckIn | None":
        """Read what `to_document` wrote; None as well where it cannot be read, for lists that go on without it."""
        try:
            return cls.from_document(document)
        except DocumentUnreadable:
            return None
