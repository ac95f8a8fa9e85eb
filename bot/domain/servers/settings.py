"""What a server's moderators set. The defaults are what holds where nobody set anything."""

from dataclasses import dataclass, field
from typing import Literal

Shown = Literal["anywhere", "chosen", "nowhere"]
Visible = Literal["private", "channel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyPrompt:
    """When and where the weekly prompt is posted: `day` 0 is Monday, `hour` 0 to 23 in `zone` (an IANA name)."""

    channel: int | None = field(default=None, repr=False)
    day: int = 6
    hour: int = 18
    zone: str = "UTC"
    theme: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """`shown` says where members may show what they looked up, `channels` are the chosen ones.

    `visible` is who sees an answer at first, `suggestions` the channel they go to (None: off), `intro` the card that is
    offered first, `forum_tags` the names of tags a post in a forum gets where the forum has them.
    """

    shown: Shown = "anywhere"
    channels: tuple[int, ...] = field(default=(), repr=False)
    visible: Visible = "private"
    language: str = "en"
    age_restricted_only: bool = False
    weekly: WeeklyPrompt = WeeklyPrompt()
    suggestions: int | None = field(default=None, repr=False)
    intro: str | None = None
    forum_tags: tuple[str, ...] = ()


DEFAULTS = ServerSettings()
