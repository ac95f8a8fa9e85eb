"""What lookups may ask about the server they are in, without reaching anything that is kept."""

from typing import Protocol

from bot.domain.servers.settings import DEFAULTS, ServerSettings
from bot.domain.servers.showing import Counted


class ServerView(Protocol):
    """The settings of servers, at hand. Nothing here raises: where they cannot be had, the defaults hold."""

    async def settings(self, server: int | None) -> ServerSettings:
        """Give a server's settings; the defaults outside of servers."""
        ...

    async def count_showing(self, channel: int, card: str) -> Counted:
        """Count one more showing of a card in a channel, unless it is one too many for now."""
        ...

    async def take_back_showing(self, counted: Counted) -> None:
        """Let a showing that nobody saw count no more."""
        ...


class NoServers:
    """The view where nothing can be kept: defaults everywhere."""

    async def settings(self, server: int | None) -> ServerSettings:
        """Give the defaults."""
        del server
        return DEFAULTS

    async def count_showing(self, channel: int, card: str) -> Counted:
        """Let every showing through."""
        del channel, card
        return Counted(allowed=True)

    async def take_back_showing(self, counted: Counted) -> None:
        """Do nothing, for nothing is counted."""
        del counted
