"""What Discord's refusals mean for a posted card."""

from enum import Enum
from typing import Final

import aiohttp
import discord

from bot.domain.cards.steps import Act
from bot.domain.cards.trouble import Trouble

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_GUILD: Final = 10004
UNKNOWN_MESSAGE: Final = 10008
PINS_FULL: Final = 30003
TOO_MANY_EDITS: Final = 30046
FORUM_SEND: Final = 40058
TAG_REQUIRED: Final = 40067
MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013
ARCHIVED: Final = 50083
LOCKED: Final = 160005

CANNOT_BE_HAD: Final = (OSError, TimeoutError, aiohttp.ClientError, discord.DiscordServerError, discord.RateLimited)
"""Discord did not answer, or not well; what was asked may or may not have happened."""

_SAYS_NOTHING: Final = frozenset({401, 429})  # of the card: the token, the pace
_NOT_NOW: Final = frozenset(  # not Discord's own words, write limits, overload; the bot's own account
    {0, 20016, 20022, 20026, 20028, 20029, 40002, 40003, 130000}
)
_FILTERS: Final = frozenset({20009, 200000, 200001, 240000})
_NEVER_BY_EDIT: Final = frozenset({50005, 50006, 50021, 50024})  # not ours, empty, of the system, of a wrong channel


class Verdict(Enum):
    """What a refusal means where it is no trouble for moderators."""

    LATER = "try again later"
    GONE = "what it was about is not there any more"
    EDITS_USED_UP = "no more edits in this channel for now"
    REPLACE = "a new message has to take this one's place"


_PLAIN: Final[dict[int, Trouble]] = {
    UNKNOWN_GUILD: Trouble.SERVER_LEFT,
    PINS_FULL: Trouble.PINS_FULL,
    TAG_REQUIRED: Trouble.TAG_REQUIRED,
    ARCHIVED: Trouble.ARCHIVED,
    LOCKED: Trouble.LOCKED,
    MISSING_ACCESS: Trouble.NO_VIEW,
    **dict.fromkeys(_FILTERS, Trouble.FILTERED),
}

_LACKING: Final[dict[Act, Trouble]] = {
    Act.FIND: Trouble.NO_HISTORY,
    Act.LOOK: Trouble.NO_HISTORY,
    Act.SEND: Trouble.NO_SEND,
    Act.PIN: Trouble.NO_PIN,
    Act.UNPIN: Trouble.NO_PIN,
    Act.EDIT: Trouble.NO_DELETE,
    Act.REMOVE: Trouble.NO_DELETE,
}


def says_nothing(error: discord.HTTPException) -> bool:
    """Whether a refusal is of the moment, or not Discord's own, and says nothing of what was asked."""
    return error.status in _SAYS_NOTHING or error.code in _NOT_NOW


def judge(error: discord.HTTPException, act: Act, *, forum: bool) -> Verdict | Trouble:
    """Say what a refusal means. `forum`: the card has, or was to get, a post of its own in one."""
    code = error.code
    if code == TOO_MANY_EDITS or says_nothing(error):
        return Verdict.EDITS_USED_UP if code == TOO_MANY_EDITS and act is Act.EDIT else Verdict.LATER
    if code == UNKNOWN_CHANNEL:
        return _channel_gone(act, forum=forum)
    if code == MISSING_PERMISSIONS:
        return Trouble.NO_POST if act is Act.SEND and forum else _LACKING[act]
    if code in _NEVER_BY_EDIT and act is Act.EDIT:
        return Verdict.REPLACE
    return Verdict.GONE if code == UNKNOWN_MESSAGE else _PLAIN.get(code, Trouble.REFUSED)


def _channel_gone(act: Act, *, forum: bool) -> Verdict | Trouble:
    """In a forum a card has a channel of its own, so that one gone is a post deleted."""
    if act is Act.REMOVE or (forum and act not in {Act.SEND, Act.FIND}):
        return Verdict.GONE
    return Trouble.CHANNEL_GONE
