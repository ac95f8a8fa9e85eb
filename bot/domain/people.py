"""A member as the bot knows one: what they consented to, what they chose, and what they are still to be told.

All of it lies sealed in the member's row. People who keep nothing have no such row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from bot.domain.zones import QuietHours

FORMAT: Final = 1
RETENTION_DAYS: Final = 180

Retention = Literal[30, 180, 365]
Notice = Literal["went-quiet", "reminders-paused", "missed"]


@dataclass(frozen=True, slots=True)
class Place:
    """A message of the bot's in someone's private conversation."""

    channel: int
    message: int


@dataclass(frozen=True, slots=True)
class Consent:
    """To which version of the consent a member agreed, and when."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause the member asked for; without `until` it lasts until they end it."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member chose. `retention` is in days, None until they delete it; `channel` is their private conversation.

    `noted` is the id of the newest entry without a situation that has a note; `notices` are told at the next use;
    `imports` are digests of files taken in before; `warned` is when they were told that all goes unless they come back.
    """

    consent: Consent
    keep: bool
    retention: Retention | None = RETENTION_DAYS
    zone: str | None = field(default=None, repr=False)
    quiet_hours: QuietHours | None = field(default=None, repr=False)
    channel: int | None = field(default=None, repr=False)
    pause: Pause | None = field(default=None, repr=False)
    noted: str | None = field(default=None, repr=False)
    notices: tuple[Notice, ...] = field(default=(), repr=False)
    imports: tuple[str, ...] = field(default=(), repr=False)
    warned: datetime | None = field(default=None, repr=False)

    def to_document(self) -> dict[str, Any]:
        """Give a plain dict for JSON, to be sealed."""
        until = self.pause.until if self.pause else None
        return {
            "format": FORMAT,
            "consent": {"version": self.consent.version, "at": self.consent.at.isoformat()},
            "keep": self.keep,
            "retention": self.retention,
            "zone": self.zone,
            "quiet_hours": [self.quiet_hours.start, self.quiet_hours.end] if self.quiet_hours else None,
            "channel": self.channel,
            "paused": self.pause is not None,
            "paused_until": until.isoformat() if until else None,
            "noted": self.noted,
            "notices": list(self.notices),
            "imports": list(self.imports),
            "warned": self.warned.isoformat() if self.warned else None,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Profile":
        """Read what `to_document` wrote.

        Raises:
            ValueError: a later version wrote it.
        """
        if document.get("format") != FORMAT:
            raise ValueError(f"a member in format {document.get('format')!r}, this version reads {FORMAT}")
        consent, until, quiet = document["consent"], document["paused_until"], document["quiet_hours"]
        return cls(
            consent=Consent(int(consent["version"]), datetime.fromisoformat(consent["at"])),
            keep=document["keep"] is True,
            retention=document["retention"],
            zone=document["zone"],
            quiet_hours=QuietHours(*quiet) if quiet else None,
            channel=document["channel"],
            pause=Pause(datetime.fromisoformat(until) if until else None) if document["paused"] else None,
            noted=document["noted"],
            notices=tuple(cast("Notice", one) for one in document["notices"] if one in get_args(Notice)),
            imports=tuple(document["imports"]),
            warned=datetime.fromisoformat(document["warned"]) if document["warned"] else None,
        )


def is_paused(profile: Profile, now: datetime) -> bool:
    """Whether the member's pause holds."""
    return profile.pause is not None and (profile.pause.until is None or now < profile.pause.until)
