"""What somebody may do in a channel, by Discord's rules, and what a card needs there.

A closed channel closes everything in it, but here that is one bit like the others: it names exactly what is missing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.domain.cards.posting import ChannelKind

_ADMINISTRATOR: Final = 1 << 3
_VIEW, _SEND, _HISTORY = 1 << 10, 1 << 11, 1 << 16
_CONNECT, _MANAGE_THREADS, _SEND_IN_THREADS, _PIN = 1 << 20, 1 << 34, 1 << 38, 1 << 51
EVERYTHING: Final = (1 << 53) - 1
UNSEEN: Final = EVERYTHING & ~(_ADMINISTRATOR | _VIEW | _CONNECT)
"""What can be said of a channel that Discord does not show: one of these is missing; what else is, shows after that."""


class Need(Enum):
    """A permission by its bit; `word` names the field of the words that says it as Discord does.

    Sending, and making posts in a forum, is one bit with two names.
    """

    VIEW_CHANNEL = ("view_channel", _VIEW)
    CONNECT = ("connect", _CONNECT)
    SEND_MESSAGES = ("send_messages", _SEND)
    CREATE_POSTS = ("create_posts", _SEND)
    SEND_IN_THREADS = ("send_in_threads", _SEND_IN_THREADS)
    READ_HISTORY = ("read_history", _HISTORY)
    MANAGE_THREADS = ("manage_threads", _MANAGE_THREADS)
    PIN_MESSAGES = ("pin_messages", _PIN)

    def __init__(self, word: str, bit: int) -> None:
        self.word, self.bit = word, bit


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies one role or one member, named by `id`."""

    id: int = field(repr=False)
    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a server, as far as permissions go."""

    id: int = field(repr=False)
    roles: Collection[int] = field(repr=False)
    owner: bool = False
    timed_out: bool = False


def permissions_in(server: int, roles: Mapping[int, int], holder: Holder, overwrites: Iterable[Overwrite]) -> int:
    """Give the bits somebody has in a channel. `roles` has the bits of every role; the server's own is @everyone.

    A thread takes the overwrites of the channel it hangs in.
    """
    mine = [one for one in holder.roles if one != server]
    held = roles.get(server, 0)
    for role in mine:
        held |= roles.get(role, 0)
    if holder.owner or held & _ADMINISTRATOR:
        return EVERYTHING
    by_id = {one.id: one for one in overwrites}
    everyone, own = by_id.get(server), by_id.get(holder.id)
    of_roles = [by_id[role] for role in mine if role in by_id]
    for group in ([everyone] if everyone else [], of_roles, [own] if own else []):
        for one in group:
            held &= ~one.deny
        for one in group:
            held |= one.allow
    return held & (_VIEW | _HISTORY) if holder.timed_out else held


def needs_of_bot(place: ChannelKind, *, pinned: bool, voice: bool = False, locked: bool = False) -> tuple[Need, ...]:
    """Name what the bot needs to keep a card in a place. A voice channel is closed to whoever may not connect."""
    writing = {"forum": (Need.CREATE_POSTS,), "thread": (Need.SEND_IN_THREADS,)}
    needs = (Need.VIEW_CHANNEL, *(Need.CONNECT,) * voice, *writing.get(place, (Need.SEND_MESSAGES,)), Need.READ_HISTORY)
    return needs + (Need.MANAGE_THREADS,) * locked + (Need.PIN_MESSAGES,) * pinned


NEEDS_OF_MODERATOR: Final = (Need.VIEW_CHANNEL, Need.PIN_MESSAGES)


def missing(held: int, needs: Iterable[Need]) -> tuple[Need, ...]:
    """Name, all at once, which needs these bits do not meet."""
    return () if held & _ADMINISTRATOR else tuple(one for one in needs if not held & one.bit)
