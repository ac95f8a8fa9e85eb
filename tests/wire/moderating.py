"""A moderator on the loopback: runs `/card`, presses what is shown, and sees what stands in a channel."""

from __future__ import annotations

from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.promises.hosting import Clock, Host, hosted

from .looks import texts, walk
from .permissions import PIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Settings

    from .discord_server import WireDiscord
    from .exchange import Exchange
    from .looks import Json

MODERATORS = "Moderators"


def invite(wire: WireDiscord) -> None:
    """Give the moderator a role with Pin Messages, once."""
    if all(role["name"] != MODERATORS for role in wire.guild["roles"]):
        wire.world.give_role(wire.guild, wire.moderator, wire.world.add_role(wire.guild, MODERATORS, PIN))


@asynccontextmanager
async def moderating(wire: WireDiscord, settings: Settings, clock: Clock | None = None) -> AsyncIterator[Moderator]:
    """Run a bot in a server with a moderator; run again, it is the same person."""
    invite(wire)
    async with hosted(wire, settings, clock or Clock(datetime.now(UTC))) as host:
        yield Moderator(wire, host)


@dataclass
class Moderator:
    """Someone, and the answer they look at."""

    wire: WireDiscord
    host: Host
    answer: Exchange | None = None

    async def run(self, command: str, where: Json | None = None, **options: Any) -> str:
        """Run a command in a channel; give what is answered."""
        channel = where or self.wire.channel
        user = self.wire.moderator
        self.answer = await self.wire.slash(f"card {command}", options, user=user, channel=channel)
        return await self._said(self.answer)

    async def press(self, label: str, values: list[str] | None = None) -> str:
        """Press what is shown; give what is shown then."""
        assert self.answer is not None
        answer = await self.wire.press(self.answer, label, values, user=self.wire.moderator)
        said = await self._said(answer)
        if answer.original is not None or answer.followups:
            self.answer = answer
        return said

    async def post(self, topic: str, button: str = "Post", **options: Any) -> str:
        """Post a card; give what is said then."""
        await self.run("post", topic=topic, **options)
        return await self.press(button)

    async def _said(self, answer: Exchange) -> str:
        return "\n".join(texts(await answer.settled()))

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons that are shown."""
        assert self.answer is not None
        return [one["label"] for one in walk(self.answer.shown) if one["type"] == 2]

    @property
    def seen(self) -> Json:
        """A copy of the message that is shown, which a client that lags behind still has."""
        assert self.answer is not None
        return deepcopy(self.answer.shown)
