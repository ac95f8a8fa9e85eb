"""`/checkin`: meeting someone, their consent, and the way in."""

import secrets
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.cogs.checkins.steps import Steps
from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import Conversation, defer_for, place_of
from bot.cogs.replies import Defer, Reply
from bot.domain.checkins.answers import SituationRef
from bot.domain.checkins.session import Mode
from bot.domain.checkins.standing import At, Ended, Standing, Welcome
from bot.domain.library import Library
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.checkins.arrival import draw_consent, draw_not_open, draw_opening
from bot.ui.checkins.steps import draw_not_now, draw_paused, draw_put_away
from bot.ui.drawing import Drawing
from bot.ui.ids import NO_TOKEN, TOKEN_BYTES, Kind, Press
from bot.ui.reminders.panel import tell

Nudge: TypeAlias = Callable[[discord.Interaction[Any], Reply, str], Awaitable[None]]
"""Offers a nudge at one of the three later times."""


class Arrivals:
    """Lets people in: privately, once they have agreed, and to where they left off."""

    def __init__(  # noqa: PLR0913  # what it works with, each by its name
        self,
        pack: ServedPack,
        door: Door,
        conversation: Conversation,
        steps: Steps,
        nudge: Nudge,
        *,
        enabled: bool,
        moderates: bool | None,
    ) -> None:
        self._pack, self._door, self._conversation = pack, door, conversation
        self._steps, self._nudge, self._enabled, self._moderates = steps, nudge, enabled, moderates

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any]]:
        """Make the command under the name the pack gives it; none while check-ins are switched off."""
        words = self._pack.library.notebook.command
        choices = [
            app_commands.Choice(name=words.later.in_a_few_hours, value="in-a-few-hours"),
            app_commands.Choice(name=words.later.tomorrow_evening, value="tomorrow-evening"),
            app_commands.Choice(name=words.later.after_it, value="after-it"),
        ]

        async def check_in(interaction: discord.Interaction[Any], later: str | None = None) -> None:
            reply = Reply(interaction)
            arriving = self._arrive(interaction, reply) if later is None else self._nudge(interaction, reply, later)
            await reply.patiently(arriving, defer_for(interaction) if later is None else Defer.NEW)

        app_commands.rename(later=words.option.name)(check_in)
        app_commands.describe(later=words.option.description)(check_in)
        app_commands.choices(later=choices)(check_in)
        if self._enabled:
            yield app_commands.Command(name=words.name, description=words.description, callback=check_in)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.CHECK_IN, Handler(self._check_in, Defer.NEW)
        yield Kind.KEEP_SWITCH, Handler(self._switch, Defer.REDRAW)
        yield Kind.CONSENT, Handler(self._agree, Defer.REDRAW)
        yield Kind.NOT_NOW, Handler(self._not_now, Defer.REDRAW)
        yield Kind.PUT_AWAY, Handler(self._put_away, Defer.REDRAW)
        yield Kind.BEGIN_STEPS, Handler(lambda pressed: self._begin(pressed, "steps"), Defer.REDRAW)
        yield Kind.BEGIN_FORM, Handler(lambda pressed: self._begin(pressed, "form"), Defer.REDRAW)

    async def _check_in(self, pressed: Pressed) -> None:
        await self._arrive(pressed.interaction, pressed.reply)

    async def _arrive(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        if not self._enabled:
            await reply.show(draw_not_open(self._pack.library))
            return
        welcome = await (await self._door.personal()).consents.welcome(interaction.user.id)
        await self._conversation.deliver(interaction, self._draw(welcome), reply)

    async def _switch(self, pressed: Pressed) -> None:
        press = pressed.press
        await pressed.reply.redraw(self._consent(keep=press.position == 1, changed=press.subject != ""))

    async def _agree(self, pressed: Pressed) -> None:
        """Note who is to be kept. Someone who keeps nothing is noted nowhere: their buttons carry that they agreed."""
        library, press = self._pack.library, pressed.press
        if not self._enabled:
            await pressed.reply.redraw(draw_not_open(library))
            return
        if press.version != library.notebook.consent.version:
            await pressed.reply.redraw(self._consent(keep=press.position == 1, changed=True))
            return
        consents = (await self._door.personal()).consents
        await consents.agree(pressed.interaction.user.id, press.version, keep=press.position == 1)
        welcome = await consents.welcome(pressed.interaction.user.id)
        await pressed.reply.redraw(_opening(library, welcome))

    async def _not_now(self, pressed: Pressed) -> None:
        """Say that this is fine. A check-in that Begin, pressed just before, has begun waits there instead."""
        await pressed.reply.redraw(draw_not_now(self._pack.library))
        if not self._enabled or pressed.press.token == NO_TOKEN:
            return
        at = At(pressed.interaction.user.id, pressed.press.token, place=place_of(pressed.interaction))
        waits = await (await self._door.personal()).checkins.hide(at)
        if waits is not None:
            await self._steps.draw(pressed, waits)

    async def _put_away(self, pressed: Pressed) -> None:
        """Draw a neutral line; where the member is still to say if it is kept, with the way back to that."""
        library, press = self._pack.library, pressed.press
        asked = press.token != NO_TOKEN
        way_back = Press(Kind.GO_ON, token=press.token)
        until = datetime.fromtimestamp(press.version, UTC) if press.version else None
        await pressed.reply.redraw(draw_paused(library, way_back, until) if asked else draw_put_away(library))

    async def _begin(self, pressed: Pressed, mode: Mode) -> None:
        library, press = self._pack.library, pressed.press
        if not self._enabled:
            await pressed.reply.redraw(draw_not_open(library))
            return
        who, personal = pressed.interaction.user.id, await self._door.personal()
        if press.version != library.notebook.consent.version:
            welcome = await personal.consents.welcome(who)
            await pressed.reply.redraw(self._consent(keep=welcome.keep, changed=True))
            return
        at = At(who, press.token, place=place_of(pressed.interaction))
        step = await personal.checkins.begin(at, mode, press.version)
        await self._steps.draw(pressed, step)

    async def begin_about(self, pressed: Pressed, about: SituationRef | None) -> None:
        """Begin another check-in about a situation that was looked at before, or about none."""
        library, who = self._pack.library, pressed.interaction.user.id
        if not self._enabled:
            await pressed.reply.show(draw_not_open(library))
            return
        personal = await self._door.personal()
        welcome = await personal.consents.welcome(who)
        if not welcome.agreed or about is None:
            await self._conversation.deliver(pressed.interaction, self._draw(welcome), pressed.reply)
            return
        at = At(who, secrets.token_bytes(TOKEN_BYTES))
        step = await personal.checkins.begin(at, "steps", library.notebook.consent.version, about)
        if isinstance(step, Standing | Ended):
            await self._steps.deliver(pressed, step)

    def _draw(self, welcome: Welcome) -> Drawing:
        if not welcome.agreed:
            return self._consent(keep=welcome.keep, changed=welcome.changed)
        return _opening(self._pack.library, welcome)

    def _consent(self, *, keep: bool, changed: bool) -> Drawing:
        return draw_consent(self._pack.library, moderates=self._moderates, keep=keep, changed=changed)


def _opening(library: Library, welcome: Welcome) -> Drawing:
    """Draw the way in, for a check-in whose token is made now, so that Begin pressed twice begins one."""
    notices = [tell(library, one) for one in welcome.notices]
    version = library.notebook.consent.version
    return draw_opening(library, welcome, secrets.token_bytes(TOKEN_BYTES), version, notices)
