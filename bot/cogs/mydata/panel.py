"""`/mydata`: what is kept, shown, taken along, paused and ended. Works in a private conversation without any server."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, cast, get_args

import discord
from discord import app_commands

from bot.cogs.commands import ALWAYS
from bot.cogs.mydata.clearing import Clearings, Sweeper
from bot.cogs.mydata.transfer import Transfers, alone
from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import defer_for
from bot.cogs.replies import Defer, Reply
from bot.domain.interface import CommandWords
from bot.domain.mydata.inventory import What
from bot.domain.people import Pause, Retention
from bot.errors import UserError
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.consent import consent_changed
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.mydata.moves import draw_ask, draw_delete, draw_receipt
from bot.ui.mydata.panel import (
    NEW,
    draw_keep,
    draw_kept_no_more,
    draw_pause,
    draw_retention_ask,
    draw_show,
    pause_end,
    retention_of,
    tell_retention,
)
from bot.ui.pages import draw_plain

Run = Callable[[discord.Interaction[Any], Reply], Awaitable[None]]


class MyData:
    """Everything someone can do with what is kept of them."""

    def __init__(
        self, pack: ServedPack, door: Door, sweeper: Sweeper, clock: Callable[[], datetime], *, moderates: bool | None
    ) -> None:
        self._pack, self._door, self._clock, self._moderates = pack, door, clock, moderates
        self._transfers = Transfers(pack, door, clock, moderates=moderates)
        self._clearings = Clearings(pack, door, sweeper, clock)

    def commands(self) -> Iterator[app_commands.Group]:
        """Make the group of commands under the names the pack gives them."""
        words = self._pack.library.my_data.command
        group = app_commands.Group(name=words.name, description=words.description)
        group.add_command(_command(words.show, self._show))
        group.add_command(_command(words.export, self._transfers.export, defer_for))
        group.add_command(self._import())
        group.add_command(_command(words.pause, self._show_pause))
        group.add_command(_command(words.delete, self._show_delete, always=True))
        yield group

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield from self._transfers.presses()
        yield from self._clearings.presses()
        yield Kind.MY_DATA, Handler(self._redraw, Defer.REDRAW)
        yield Kind.MY_KEEP, Handler(self._open_keep, Defer.REDRAW)
        yield Kind.MY_KEEP_ON, Handler(self._keep, Defer.REDRAW)
        yield Kind.MY_KEEP_OFF, Handler(self._keep_no_more, Defer.REDRAW)
        yield Kind.MY_RETENTION, Handler(self._retain, Defer.REDRAW)
        yield Kind.MY_RETENTION_NOW, Handler(self._retain_now, Defer.REDRAW)
        yield Kind.MY_PAUSE, Handler(self._open_pause, Defer.REDRAW)
        yield Kind.MY_PAUSE_UNTIL, Handler(self._pause_until, Defer.REDRAW)
        yield Kind.MY_PAUSE_OPEN, Handler(self._pause, Defer.REDRAW)
        yield Kind.MY_GO_ON, Handler(self._go_on, Defer.REDRAW)
        yield Kind.MY_DELETE, Handler(self._open_delete, Defer.REDRAW)
        yield Kind.MY_DELETE_ASK, Handler(self._ask_delete, Defer.REDRAW)
        yield Kind.MY_DELETE_NOW, Handler(self._delete, Defer.REDRAW)

    def _import(self) -> app_commands.Command[Any, ..., Any]:
        words = self._pack.library.my_data.command.bring_in

        async def bring_in(interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
            reply = Reply(interaction)
            await _answer(reply, self._transfers.bring_in(interaction, file, reply), Defer.NEW)

        app_commands.rename(file=words.option.name)(bring_in)
        app_commands.describe(file=words.option.description)(bring_in)
        return app_commands.Command(name=words.name, description=words.description, callback=bring_in)

    async def _show(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        await reply.show(await self._drawn(interaction.user.id))

    async def _show_pause(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        del interaction
        await reply.show(draw_pause(self._pack.library, self._clock()))

    async def _show_delete(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        del interaction
        await reply.show(draw_delete(self._pack.library))

    async def _redraw(self, pressed: Pressed) -> None:
        drawing = await self._drawn(pressed.interaction.user.id)
        if pressed.press.position == NEW:
            await pressed.reply.show(drawing)
        else:
            await pressed.reply.redraw(drawing)

    async def _open_keep(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_keep(self._pack.library, moderates=self._moderates))

    async def _keep(self, pressed: Pressed) -> None:
        """Note the consent to the version of the lines that was shown; where they changed since, show them again."""
        library = self._pack.library
        if pressed.press.version != library.notebook.consent.version:
            await pressed.reply.redraw(
                draw_keep(library, consent_changed(library, moderates=self._moderates), moderates=self._moderates)
            )
            return
        personal = await self._door.personal()
        await personal.mydata.set_keep(pressed.interaction.user.id, pressed.press.version, self._clock(), keep=True)
        await pressed.reply.redraw(draw_keep(library, library.my_data.keep.is_on, moderates=self._moderates))

    async def _keep_no_more(self, pressed: Pressed) -> None:
        personal = await self._door.personal()
        await personal.mydata.set_keep(pressed.interaction.user.id, 0, self._clock(), keep=False)
        await pressed.reply.redraw(draw_kept_no_more(self._pack.library))

    async def _retain(self, pressed: Pressed) -> None:
        """Change how long check-ins stay; where that deletes some, ask once."""
        library, retention = self._pack.library, retention_of(pressed.subject)
        personal = await self._door.personal()
        past = await personal.mydata.count_past(pressed.interaction.user.id, retention, self._clock())
        if past:
            await pressed.reply.redraw(draw_retention_ask(library, retention, past))
        else:
            await self._set_retention(pressed, retention)

    async def _retain_now(self, pressed: Pressed) -> None:
        await self._set_retention(pressed, retention_of(str(pressed.press.position)))

    async def _set_retention(self, pressed: Pressed, retention: Retention | None) -> None:
        library, personal = self._pack.library, await self._door.personal()
        await personal.mydata.set_retention(pressed.interaction.user.id, retention, self._clock())
        note = library.my_data.retention.changed.format(retention=tell_retention(library, retention))
        await pressed.reply.redraw(await self._drawn(pressed.interaction.user.id, note))

    async def _open_pause(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_pause(self._pack.library, self._clock()))

    async def _pause_until(self, pressed: Pressed) -> None:
        end, words = pause_end(pressed.press, self._clock()), self._pack.library.my_data.pause
        if end is None:
            await self._open_pause(pressed)
        else:
            note = words.paused_until.format(day=discord.utils.format_dt(end, "D"))
            await self._set_pause(pressed, Pause(end), note)

    async def _pause(self, pressed: Pressed) -> None:
        await self._set_pause(pressed, Pause(), self._pack.library.my_data.pause.paused)

    async def _go_on(self, pressed: Pressed) -> None:
        await self._set_pause(pressed, None, self._pack.library.my_data.pause.going_on)

    async def _set_pause(self, pressed: Pressed, pause: Pause | None, note: str) -> None:
        """Answer everybody alike, whatever was there."""
        personal = await self._door.personal()
        await personal.mydata.pause(pressed.interaction.user.id, pause, self._clock())
        await pressed.reply.redraw(draw_pause(self._pack.library, self._clock(), note))

    async def _open_delete(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_delete(self._pack.library))

    async def _ask_delete(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_ask(self._pack.library, _what(pressed)))

    async def _delete(self, pressed: Pressed) -> None:
        """Delete, files sent earlier first, and give the receipt once nothing can bring it back."""
        library, user, what = self._pack.library, pressed.interaction.user.id, _what(pressed)
        personal = await self._door.personal()
        async with alone(library, personal, user):
            await self._clearings.remove_files(pressed.interaction.client, user)
            delete = personal.mydata.delete_everything if what == "everything" else personal.mydata.delete_checkins
            receipt = await delete(user, self._clock())
        remains = await personal.wiping.wipe(receipt.at)
        await pressed.reply.redraw(draw_receipt(library, receipt, remains))

    async def _drawn(self, user: int, note: str = "") -> Drawing:
        personal = await self._door.personal()
        look, deeds = await personal.mydata.look(user, self._clock()), await personal.mydata.count_deeds(user)
        return draw_show(self._pack.library, look, note, deeds)


def _command(
    words: CommandWords,
    run: Run,
    defer: Callable[[discord.Interaction[Any]], Defer] = lambda _: Defer.NEW,
    *,
    always: bool = False,
) -> app_commands.Command[Any, ..., Any]:
    async def callback(interaction: discord.Interaction[Any]) -> None:
        reply = Reply(interaction)
        await _answer(reply, run(interaction, reply), defer(interaction))

    extras = {ALWAYS: True} if always else {}
    return app_commands.Command(name=words.name, description=words.description, callback=callback, extras=extras)


async def _answer(reply: Reply, acting: Awaitable[None], how: Defer) -> None:
    """Answer a command; a refusal goes the same way, which knows whether Discord was told to wait."""
    try:
        await reply.patiently(acting, how)
    except UserError as error:
        await reply.show(draw_plain(str(error)))


def _what(pressed: Pressed) -> What:
    """Read what is to be deleted off the button; anything not known deletes the less."""
    subject = pressed.press.subject
    return cast("What", subject) if subject in get_args(What) else "check-ins"
