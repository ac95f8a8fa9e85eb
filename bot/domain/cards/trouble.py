"""What can stand between a posted card and how it should be. The words for each are authored."""

from enum import StrEnum
from typing import Final


class Trouble(StrEnum):
    """Why a posted card is not as it should be. The values lie in sealed rows: never change or reuse them."""

    DELETED = "deleted"
    """Someone deleted the message; it is not posted again until a moderator asks for that."""
    CHANNEL_GONE = "channel-gone"
    """The channel, thread or forum post was deleted."""
    SERVER_LEFT = "server-left"
    """The bot is not in the server any more."""
    NO_VIEW = "no-view"
    """The bot may not see the channel."""
    NO_SEND = "no-send"
    """The bot may not send messages there; in a thread, not in threads."""
    NO_POST = "no-post"
    """The bot may not create posts in the forum."""
    NO_HISTORY = "no-history"
    """The bot may not read the channel's history, so it cannot tell what became of the card."""
    NO_PIN = "no-pin"
    """The bot may not pin messages there."""
    NO_DELETE = "no-delete"
    """The bot may not change or delete what stands there; for a post in a forum it needs Manage Threads."""
    PINS_FULL = "pins-full"
    """The channel has as many pins as Discord allows."""
    UNPINNED = "unpinned"
    """Someone took the pin away; it is pinned again when a moderator asks for that."""
    ARCHIVED = "archived"
    """The thread is archived and cannot be opened again by the bot."""
    LOCKED = "locked"
    """The thread is locked."""
    TAG_REQUIRED = "tag-required"
    """Posts in the forum need a tag, and none of the tags in the settings is there."""
    FILTERED = "filtered"
    """AutoMod or Discord's own filter refused the card."""
    REFUSED = "refused"
    """Discord refused it for a reason of its own."""
    NOT_IN_PACK = "not-in-pack"
    """The card is not among the cards any more; what is posted stays as it was."""
    LEFT_BEHIND = "left-behind"
    """An earlier message of this card could not be removed."""


FINAL: Final = frozenset({Trouble.DELETED, Trouble.CHANNEL_GONE})
"""What passes only when a moderator moves the card, asks for it again, or lets it go."""

OF_PINS: Final = frozenset({Trouble.PINS_FULL, Trouble.NO_PIN, Trouble.UNPINNED})
"""What holds up nothing but the pin."""

MENTIONED: Final = frozenset({Trouble.NOT_IN_PACK, Trouble.LEFT_BEHIND})
"""What holds up nothing at all."""
