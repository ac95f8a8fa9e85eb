"""What may be done where: Discord's bits, and how a server's roles and a channel's overwrites make them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .looks import Json

ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
MANAGE_SERVER: Final = 1 << 5
VIEW: Final = 1 << 10
SEND: Final = 1 << 11
"""In a forum: make posts."""
MANAGE_MESSAGES: Final = 1 << 13
EMBED_LINKS: Final = 1 << 14
ATTACH_FILES: Final = 1 << 15
READ_HISTORY: Final = 1 << 16
MENTION_EVERYONE: Final = 1 << 17
CONNECT: Final = 1 << 20
USE_COMMANDS: Final = 1 << 31
MANAGE_THREADS: Final = 1 << 34
SEND_IN_THREADS: Final = 1 << 38
USE_EXTERNAL_APPS: Final = 1 << 50
PIN: Final = 1 << 51
ALL: Final = (1 << 53) - 1

TEXT, VOICE, CATEGORY, NEWS, NEWS_THREAD, THREAD, PRIVATE_THREAD, STAGE, FORUM, MEDIA = (
    0,
    2,
    4,
    5,
    10,
    11,
    12,
    13,
    15,
    16,
)
THREADS: Final = (NEWS_THREAD, THREAD, PRIVATE_THREAD)
FORUMS: Final = (FORUM, MEDIA)
VOICES: Final = (VOICE, STAGE)
ROLE, PERSON = 0, 1
"""What an overwrite is for."""

_NEEDS_SENDING: Final = MENTION_EVERYONE | ATTACH_FILES | EMBED_LINKS


def within(base: int, overwrites: Iterable[Json], guild_id: str, roles: Collection[str], who: str) -> int:
    """Return somebody's permissions in a channel: of @everyone, of all roles together, of the person, in this order.

    What another permission only implies is left in, as in Discord's payloads; `effective` takes it out.
    """
    if base & ADMINISTRATOR:
        return ALL
    of = {(one["type"], one["id"]): (int(one["allow"]), int(one["deny"])) for one in overwrites}
    for stage in ([(ROLE, guild_id)], [(ROLE, role) for role in roles if role != guild_id], [(PERSON, who)]):
        there = [of[key] for key in stage if key in of]
        for _, deny in there:
            base &= ~deny
        for allow, _ in there:
            base |= allow
    return base


def effective(raw: int, kind: int) -> int:
    """Return what really can be done with these permissions in a channel of this kind."""
    if not raw & VIEW or (kind in VOICES and not raw & CONNECT):
        return 0
    return raw if raw & (SEND_IN_THREADS if kind in THREADS else SEND) else raw & ~_NEEDS_SENDING
