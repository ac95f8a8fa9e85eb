"""Where members may show a card: a server's rules, held against the channel somebody is in."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.servers.settings import ServerSettings

Refusal = Literal["nowhere", "not_here", "age_restricted"]


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or thread, the channel a thread hangs in, and whether it is age-restricted; None: not known yet."""

    channel: int = field(repr=False)
    parent: int | None = field(repr=False)
    age_restricted: bool | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a showing may be, and the id by which it stops counting when it comes to nothing; None: not counted."""

    allowed: bool
    id: bytes | None = None


def refusal(settings: ServerSettings, room: Room) -> Refusal | None:
    """Say why nothing may be shown in a room. A thread counts as its channel; what is not known refuses nothing."""
    if settings.shown == "nowhere":
        return "nowhere"
    if settings.shown == "chosen" and not {room.channel, room.parent} & set(settings.channels):
        return "not_here"
    if settings.age_restricted_only and room.age_restricted is False:
        return "age_restricted"
    return None
