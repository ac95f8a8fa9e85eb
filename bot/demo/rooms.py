"""Which room is open, through whose eyes, and the clock all rooms share."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import discord
from simcord import BackendError, ChannelHandle, MemberActor, SetupError, UserHandle

from bot.demo.clock import Clock
from bot.demo.room import Room
from bot.demo.talk import SUGGESTIONS
from bot.demo.world import MEMBER, Person, World
from bot.errors import StartFailed, UserError

DIRECT = "dm"
_MESSAGE_COMMAND = discord.AppCommandType.message


class Rooms:
    """Opens one room at a time on a fixed port, and takes turns with the clock."""

    def __init__(self, world: World, clock: Clock, port: int) -> None:
        self.world = world
        self._clock = clock
        self.where = ""
        self.person: Person = next(iter(world.people.values()))
        self._port = port
        self._room: Room | None = None
        self._turn = asyncio.Lock()
        self._swapping = asyncio.Lock()
        self._visits = count(1)
        self._read: dict[str, int] = {}

    async def open(self, where: str, who: str) -> str:
        """Show a room through someone's eyes; give the address, which is good until the next room is opened.

        Raises:
            KeyError: there is no such room or person.
            StartFailed: the room's port is taken.
        """
        async with self._swapping:
            person = self.world.people[who]
            if where != DIRECT and person not in self.visitors(where):
                raise KeyError(where)
            channel = self._channel(where, person)
            room = self._room
            if room is None or room.ended or (where, person) != (self.where, self.person):
                await self._close()
                async with self._turn:
                    room = self._room = await self._enter(channel, person)
                self.where, self.person = where, person
            return self._address(room)

    async def close(self) -> None:
        """Close the open room, if any."""
        async with self._swapping:
            await self._close()

    def messages(self) -> list[discord.Message]:
        """Give what everyone in the open room sees, oldest first; nothing where the room was deleted."""
        if self._is_gone:
            return []
        history = self._channel(self.where, self.person).history(viewer=self._viewer(self.where, self.person))
        return [message for message in history if not message.flags.ephemeral]

    @property
    def shared(self) -> Mapping[str, str]:
        """The rooms that everyone in the server can be in, by their titles: channels, and what stands in the forum."""
        forum = self.world.forum.name
        channels = {name: f"#{name}" for name in self.world.channels}
        return channels | {name: f"#{forum}: {post.name}" for name, post in self.world.posts.items()}

    def visitors(self, where: str) -> list[Person]:
        """Name who may be in a room of the server."""
        people = self.world.people.values()
        return [one for one in people if where != SUGGESTIONS or one.key != MEMBER]

    @property
    def title(self) -> str:
        """The title of the open room."""
        if self.where == DIRECT:
            return private_title(self.person)
        return self.shared.get(self.where, "a post that was deleted")

    def has_news(self, person: Person) -> bool:
        """Whether someone's private messages hold what came since they were last open."""
        history = person.actor.user.dm_channel.history()
        newest = history[-1].id if history else 0
        if (self.where, self.person) == (DIRECT, person):
            self._read[person.key] = newest
        return newest > self._read.get(person.key, 0)

    def message_commands(self) -> list[str]:
        """Name what a right-click on a message would offer this person here."""
        if self.where == DIRECT or self._is_gone:
            return []
        channel = self._channel(self.where, self.person)
        offered = self.world.env.backend.visible_commands(
            user_id=self.person.actor.id, channel_id=channel.id, type=_MESSAGE_COMMAND.value
        )
        return [str(command["name"]) for command in offered]

    async def right_click(self, message_id: int, command: str) -> str:
        """Use a message command; give the address of the room with the answer in view.

        Raises:
            UserError: it cannot be done; the text says why.
        """
        message = next((one for one in self.messages() if one.id == message_id), None)
        if message is None:
            raise UserError("That message is no longer there.")
        channel = self._channel(self.where, self.person)
        return await self._show(self.person.actor.context_menu, channel, command, message)

    async def slash(self, where: str, who: str, command: str, **options: str) -> str:
        """Open a room and type a command there; give the address of the room with the answer in view.

        Raises:
            UserError: it cannot be done; the text says why.
        """
        await self.open(where, who)
        return await self._show(self.person.actor.slash, self._channel(where, self.person), command, **options)

    async def wait(self, span: timedelta) -> None:
        """Let time pass, at once."""
        self._clock.set_ahead(span)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Bring the world's clock to where it should be by now, and show what came of it.

        Goes in steps, so that a press in the room waits for one step and not for a week.
        """
        while await self._step():
            pass
        async with self._turn:
            if self._room is not None:
                await self._room.catch_up()

    async def _step(self) -> bool:
        async with self._turn:
            return await self._clock.step()

    async def _show(self, command: Any, channel: ChannelHandle, *given: Any, **options: str) -> str:
        async with self._turn:
            room = self._room
            if room is None or room.ended:
                raise UserError("The room was closed. Open it again on the demo's page.")
            try:
                result = await command(channel, *given, **options)
                await room.show(result)
            except (SetupError, BackendError) as error:
                raise UserError(f"That cannot be done here: {error}") from error
            await room.refresh()
            return self._address(room)

    async def _enter(self, channel: ChannelHandle, person: Person) -> Room:
        viewer = person.actor if channel.guild is not None else person.actor.user
        room = Room(self.world.env, channel, viewer, self._port, self._turn)
        try:
            await room.__aenter__()
        except (SetupError, OSError) as error:
            raise StartFailed(
                f"Port {self._port}, for the room, is taken. Choose another with --port; the room takes the next."
            ) from error
        self._port = int(room.url.split("/#")[0].rpartition(":")[2])
        return room

    async def _close(self) -> None:
        # Not while holding the turn: closing waits for presses that may be waiting for it.
        room, self._room = self._room, None
        if room is not None:
            await room.close()

    def _address(self, room: Room) -> str:
        """Give an address no tab is at yet, so that a tab sent there starts afresh and shows what is new."""
        return room.url.replace("/#", f"/?visit={next(self._visits)}#")

    def _channel(self, where: str, person: Person) -> ChannelHandle:
        if where == DIRECT:
            return person.actor.user.dm_channel
        return self.world.channels.get(where) or self.world.posts[where]

    @property
    def _is_gone(self) -> bool:
        """Whether the open room was a post that was deleted meanwhile."""
        return self.where not in {DIRECT, *self.shared}

    @staticmethod
    def _viewer(where: str, person: Person) -> MemberActor | UserHandle:
        return person.actor.user if where == DIRECT else person.actor


def private_title(person: Person) -> str:
    """Name the room of someone's private messages."""
    return f"{person.name}'s DMs with the bot"


def words_of(message: discord.Message) -> str:
    """Give a message's words in reading order, whether typed or made of components."""
    return message.content or "\n".join(_texts(message.components))


def _texts(components: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for component in components:
        if isinstance(component, discord.TextDisplay):
            found.append(component.content)
        found += _texts(getattr(component, "children", ()))
    return found
