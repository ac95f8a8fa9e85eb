"""A server's weekly prompt: when it is due, which one it is, and what is remembered of it until it was sent.

A week is the same time of day on the clocks of the server's zone. No prompt comes again before all others came.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from bot.domain.content import Prompt, Theme
from bot.domain.library import Library
from bot.domain.reminders.schedule import OnDays, Schedule
from bot.domain.servers.settings import ServerRecord, Trouble, WeeklyPrompt
from bot.domain.zones import zone_of

TOO_LATE: Final = timedelta(hours=2)
SENT_AGAIN_WITHIN: Final = timedelta(minutes=3)  # Discord knows a nonce for about as long
KEY: Final = "prompts"  # of a server's document

_MOST_REMEMBERED: Final = 2000


def next_due(weekly: WeeklyPrompt, now: datetime) -> datetime | None:
    """Give the first time later than now, in UTC; None where no channel is chosen or it is paused."""
    if weekly.channel is None or weekly.paused:
        return None
    days = OnDays(frozenset({weekly.day}), weekly.hour)
    return Schedule(days, now, zone_of(weekly.zone)).next_after(now)


def prompts_for_channels(library: Library, theme: str | None) -> list[tuple[Theme, Prompt]]:
    """List the prompts that may be posted, of one theme or of all."""
    themes = library.themes.values() if theme is None else [library.themes[theme]] if theme in library.themes else []
    return [(one, prompt) for one in themes for prompt in one.prompts if prompt.weekly]


def prompt_of(library: Library, prompt: str) -> tuple[Theme, Prompt] | None:
    """Find a prompt that may be posted by its id."""
    return next((one for one in prompts_for_channels(library, None) if one[1].id == prompt), None)


def halted(record: ServerRecord, trouble: Trouble) -> ServerRecord:
    """Pause the weekly prompt for a reason that `/server settings` tells."""
    weekly = replace(record.settings.weekly, paused=True)
    settings = replace(record.settings, weekly=weekly)
    return replace(record, settings=settings, version=record.version + 1, weekly_trouble=trouble)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One prompt that is being sent: `token` is the sending's own, and stands in the buttons."""

    token: bytes
    prompt: str
    channel: int = field(repr=False)
    at: datetime

    def to_document(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "token": self.token.hex(),
            "prompt": self.prompt,
            "channel": self.channel,
            "at": self.at.astimezone(UTC).isoformat(),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Claimed":
        """Read what `to_document` wrote.

        Raises:
            KeyError, TypeError, ValueError: it did not write this.
        """
        return cls(
            token=bytes.fromhex(document["token"]),
            prompt=str(document["prompt"]),
            channel=int(document["channel"]),
            at=datetime.fromisoformat(document["at"]),
        )


@dataclass(frozen=True, slots=True)
class Prompts:
    """Which prompts came already, the latest last, and the one that was claimed last."""

    used: tuple[str, ...] = ()
    claimed: Claimed | None = None

    def pick(self, offered: Sequence[str], seed: bytes) -> str:
        """Choose one of the prompts offered that did not come yet; once all came, one that is not the latest.

        Raises:
            IndexError: none is offered.
        """
        fresh = [one for one in offered if one not in self.used]
        others = [one for one in offered if one not in self.used[-1:]]
        return random.Random(seed).choice(fresh or others or list(offered))  # noqa: S311  # to vary, no secret

    def claim(self, offered: Sequence[str], claimed: Claimed) -> "Prompts":
        """Remember what is about to be sent. Where all that is offered came, they all may come again."""
        came = self.used
        if set(offered) <= set(came):
            came = tuple(one for one in came if one not in offered)
        came = (*(one for one in came if one != claimed.prompt), claimed.prompt)
        return Prompts(came[-_MOST_REMEMBERED:], claimed)

    def give_back(self, token: bytes) -> "Prompts":
        """Forget a claim of which nobody saw anything, so that its prompt may come another time."""
        if self.claimed is None or self.claimed.token != token:
            return self
        return Prompts(tuple(one for one in self.used if one != self.claimed.prompt))

    def to_document(self) -> dict[str, Any]:
        """Give plain data."""
        return {"used": [*self.used], "claimed": self.claimed and self.claimed.to_document()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Prompts":
        """Read what stands in a server's document; where nothing does, no prompt came yet.

        Raises:
            KeyError, TypeError, ValueError: it is damaged, or a later version wrote it.
        """
        found = cast("Mapping[str, Any]", document.get(KEY) or {})
        claimed = found.get("claimed")
        return cls(tuple(map(str, found.get("used", ()))), Claimed.from_document(claimed) if claimed else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A prompt on its way into a channel. `wanted` says whether it may still be sent."""

    row: bytes
    server: int = field(repr=False)
    claimed: Claimed
    age_restricted_only: bool
    wanted: bool = True

    def may_go(self, now: datetime, *, arrived: bool | None) -> bool:
        """Whether it may be sent again: for two hours where it surely did not arrive, else while its nonce holds."""
        within = TOO_LATE if arrived is False else SENT_AGAIN_WITHIN
        return self.wanted and not arrived and now - self.claimed.at < within
