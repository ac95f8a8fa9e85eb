"""Removes the bot's own messages from a private conversation: a file whose hour is over, or all of them when asked."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.cogs.messages import Listed, list_messages, open_private
from bot.cogs.presses import DISCORD_TROUBLE, Handler, Pressed
from bot.cogs.private import is_own_conversation
from bot.cogs.replies import Defer
from bot.domain.mydata.errands import Clearing, Errand, SentFile
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.ids import Kind, Press
from bot.ui.mydata.moves import draw_clear, draw_cleared, draw_clearing

_PAGE: Final = 25
_LOOKED_THROUGH: Final = 50  # messages, for a file of which it is not known where it was sent
_BETWEEN: Final = 0.3  # seconds from one deletion to the next
_ANSWERABLE: Final = timedelta(minutes=13)  # an answer can be changed for fifteen
_GONE: Final = frozenset({10003, 10008})  # the channel or the message is not there any more

Tell = Callable[[int], Awaitable[None]]


class Sweeper:
    """Deletes messages in Discord, a few a second. What it does twice does no harm."""

    def __init__(self, door: Door, clock: Callable[[], datetime], between: float = _BETWEEN) -> None:
        self._door, self._clock, self._between = door, clock, between

    async def remove_file(self, client: discord.Client, errand: Errand, file: SentFile) -> None:
        """Remove the message a file was sent in, found by its button where its place is not known.

        Raises:
            discord.HTTPException: Discord did not do it now; it is tried again when next due.
        """
        place = file.place
        if place is not None:
            await _delete(client, place.channel, place.message)
        else:
            channel = await open_private(client, errand.user_id)
            button = Press(Kind.MY_FILE, token=errand.token).encode()
            for message in await list_messages(client, channel, _LOOKED_THROUGH):
                if _is_own(message, client) and button in message.custom_ids:
                    await _delete(client, channel, message.id)
        await (await self._door.personal()).errands.drop(errand.user_id, errand.token)

    async def sweep(
        self, client: discord.Client, errand: Errand, task: Clearing, tell: Tell, until: datetime
    ) -> tuple[int, bool]:
        """Delete the bot's messages, newest first; give how many are gone, and whether that was all before `until`.

        Raises:
            discord.HTTPException: Discord did not do it now; what was done is noted.
        """
        errands = (await self._door.personal()).errands
        while self._clock() < until:
            page = await list_messages(client, task.channel, _PAGE, before=task.before or None)
            if not page:
                await errands.drop(errand.user_id, errand.token)
                return task.removed, True
            removed = 0
            for message in page:
                if _is_own(message, client):
                    removed += await _delete(client, task.channel, message.id)
                    await asyncio.sleep(self._between)
            last = page[-1].id
            task = task.after(last, removed)
            await errands.go_on_clearing(errand.token, last, removed, self._clock())
            await tell(task.removed)
        return task.removed, False


class Clearings:
    """Delete the bot's messages, and Delete this file."""

    def __init__(self, pack: ServedPack, door: Door, sweeper: Sweeper, clock: Callable[[], datetime]) -> None:
        self._pack, self._door, self._sweeper, self._clock = pack, door, sweeper, clock

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.MY_CLEAR, Handler(self._ask, Defer.REDRAW)
        yield Kind.MY_CLEAR_NOW, Handler(self._clear, Defer.NEW)
        yield Kind.MY_FILE, Handler(self._remove, Defer.REDRAW)

    async def remove_files(self, client: discord.Client, user_id: int) -> None:
        """Remove every file that someone was sent and that still lies there; one that Discord keeps is tried later."""
        personal = await self._door.personal()
        for errand in await personal.errands.list_files(user_id):
            if isinstance(errand.task, SentFile):
                with contextlib.suppress(*DISCORD_TROUBLE):
                    await self._sweeper.remove_file(client, errand, errand.task)

    async def _ask(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_clear(self._pack.library))

    async def _clear(self, pressed: Pressed) -> None:
        """Note it, then do it; whoever is stopped on the way leaves it to the job."""
        interaction, reply, library = pressed.interaction, pressed.reply, self._pack.library
        await reply.defer(Defer.NEW)
        personal = await self._door.personal()
        user, now = interaction.user, self._clock()
        own = interaction.channel_id if is_own_conversation(interaction) else None
        channel = own or await open_private(interaction.client, user.id)
        task = Clearing(channel)
        token = await personal.errands.begin_clearing(user.id, channel, now)
        errand = Errand(token, user.id, None, task)

        async def tell(removed: int) -> None:
            await reply.show(draw_clearing(library, removed))

        await tell(0)
        try:
            removed, done = await self._sweeper.sweep(interaction.client, errand, task, tell, now + _ANSWERABLE)
        except DISCORD_TROUBLE:
            removed, done = await personal.errands.count_cleared(token), False
        await reply.show(draw_cleared(library, removed, later=not done))

    async def _remove(self, pressed: Pressed) -> None:
        await pressed.reply.defer(Defer.REDRAW)
        await pressed.reply.remove()
        personal = await self._door.personal()
        await personal.errands.drop(pressed.interaction.user.id, pressed.press.token)


async def _delete(client: discord.Client, channel: int, message: int) -> int:
    """Delete a message; give 0 for one that is gone, or that nobody may delete."""
    try:
        await client.http.delete_message(channel, message)
    except discord.Forbidden:
        return 0  # a note of Discord's own, such as that a message was pinned
    except discord.NotFound as error:
        if error.code not in _GONE:
            raise
        return 0
    return 1


def _is_own(message: Listed, client: discord.Client) -> bool:
    return client.user is not None and message.author == client.user.id
