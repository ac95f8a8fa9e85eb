"""A moderator with posted cards: what they run and press, and what stands in the channels then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.ui.ids import Kind, Press, UnknownPress, decode
from tests.discord.conftest import World, components, labels, selects, words
from tests.discord.pressing import press_as

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

PIN = discord.Permissions(pin_messages=True)


def moderator(world: World, name: str, permissions: discord.Permissions = PIN) -> Moderator:
    """Bring someone with a role of their own into the server."""
    role = world.guild.create_role(f"role of {name}", permissions=permissions)
    return Moderator(world, world.guild.add_member(world.env.create_user(name), roles=[role]))


@dataclass
class Moderator:
    """Someone, and the private message they look at."""

    world: World
    actor: MemberActor
    shown: Any = None

    async def run(self, command: str, where: ChannelHandle | None = None, **options: Any) -> str:
        """Run a command, in the server's first channel unless `where` says another; give what is answered."""
        place = where or self.world.channel
        self.shown = (await self.actor.slash(place, f"card {command}", **options)).response
        assert self.shown.ephemeral
        return words(self.shown)

    async def press(self, label: str) -> str:
        """Press a button of what is shown; give what is shown then."""
        self.shown = (await self.actor.click(self.shown, label=label)).response or self.shown
        return words(self.shown)

    async def choose(self, title: str = "") -> str:
        """Choose the card of a title in the list, or the only one; give what is shown then."""
        options = [one for one in selects(self.shown)[0]["options"] if title in one["label"]]
        assert len(options) == 1
        self.shown = (await self.actor.select(self.shown, [options[0]["value"]])).response or self.shown
        return words(self.shown)

    async def repeat(self, press: Press) -> Any:
        """Press once more what was shown before."""
        return (await press_as(self.world, self.actor, press)).response

    def control(self, kind: Kind, position: int | None = None) -> Press:
        """Give the press behind a button of what is shown."""
        found = [one for one in presses_on(self.shown) if one.kind is kind and position in {None, one.position}]
        assert len(found) == 1
        return found[0]

    @property
    def labels(self) -> list[str]:
        return labels(self.shown)

    async def suggested(self, command: str, option: str, typed: str = "", **filled: Any) -> list[tuple[str, str]]:
        """Type into an option; give the names offered and the values behind them."""
        offered = await self.actor.autocomplete(self.world.channel, f"card {command}", option, typed, **filled)
        return [(one["name"], one["value"]) for one in offered]

    async def post(self, topic: str, button: str = "Post", channel: ChannelHandle | None = None) -> discord.Message:
        """Post a card; give its message."""
        options = {"channel": channel} if channel else {}
        await self.run("post", topic=topic, **options)
        await self.press(button)
        return cards_in(channel or self.world.channel)[-1]


def show_commands_to(world: World, actor: MemberActor) -> None:
    """Let the server's settings show `/card` to someone whatever they may do, as administrators can."""
    command = next(one for one in world.env.backend.commands[None].values() if one["name"] == "card")
    world.guild.set_command_permissions(int(command["id"]), {actor: True})


def presses_on(shown: Any) -> list[Press]:
    """Give every press of a message that is ours."""
    found = list[Press]()
    for one in components(shown):
        try:
            found.append(decode(str(one.get("custom_id", ""))))
        except UnknownPress:
            continue
    return found


def cards_in(channel: ChannelHandle) -> list[discord.Message]:
    """Give the posted cards that stand in a channel, the oldest first."""
    there = channel.history()
    return [one for one in there if any(p.kind is Kind.SUPPORT and any(p.token) for p in presses_on(one))]


def link_to(world: World, message: discord.Message) -> str:
    """Give the address of a message, as Discord leads to it."""
    return f"https://discord.com/channels/{world.guild.id}/{message.channel.id}/{message.id}"
