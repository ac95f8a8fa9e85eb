"""What the gallery shows of a member's private messages: check-ins, from the consent to the receipt."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import timedelta
from typing import Any

import discord
from simcord import UserHandle

from bot.app import App
from bot.demo.clock import Clock
from bot.demo.exhibits import Exhibit
from bot.demo.pressing import find_press, presses_on
from bot.demo.rooms import DIRECT
from bot.demo.world import World
from bot.domain.checkins.answers import SITUATION
from bot.ui.checkins.forms import NOTE, WORD
from bot.ui.ids import Kind, Press

_LABEL = "tuesdays"
_SAID = "Tea and the phone in the other room helped. Ask for Sundays."
_PICKED: Mapping[str, tuple[str, ...]] = {
    "here": ("warm", "on-guard", "jealous"),
    "brings": ("something-happened",),
    "not-right": ("nothing-seen",),
    "joy": ("loud",),
    "closest": ("managed-distress",),
    "tend": ("rest",),
}
_NOT_RIGHT: Mapping[str, tuple[str, ...]] = {
    **_PICKED,
    "brings": ("happening-now",),
    "steady": ("carry-on",),
    "not-right": ("agreement",),
}
_NOT_SAFE: Mapping[str, tuple[str, ...]] = {**_PICKED, "not-right": ("not-safe", "not-free")}
_TO_PRESS = frozenset({Kind.ANSWER, Kind.WORD, Kind.NOTE})
_DAY = timedelta(days=1)


class PrivateExhibits:
    """A member who checks in, looks back, is reminded and deletes it all; nothing else is in their messages."""

    def __init__(self, world: World, app: App, clock: Clock) -> None:
        self._clock = clock
        self._library = app.pack.library
        self._backend = world.env.backend
        self._user: UserHandle = world.people["member"].actor.user

    async def all(self) -> AsyncGenerator[Exhibit]:
        """Give one after another; each is there until the next is asked for."""
        for pages in (
            self._arriving(),
            self._checking_in(),
            self._on_one_page(),
            self._not_right(),
            self._not_safe(),
            self._kept(),
            self._time(),
            self._data(),
        ):
            async for name in pages:
                yield Exhibit(name, DIRECT, self._newest.id)
            for message in self._shown():
                self._backend.delete_message(message.channel.id, message.id)

    async def _arriving(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.notebook.command.name)
        yield "consent"
        await self._press(Kind.KEEP_SWITCH, lambda press: press.position == 1)
        yield "consent-keep-on"
        await self._press(Kind.CONSENT)
        yield "opening"
        await self._press(Kind.BEGIN_FORM)
        yield "form-intro"
        await self._press(Kind.LEAVE)
        yield "paused"
        await self._press(Kind.THROW_AWAY)

    async def _checking_in(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.notebook.command.name)
        await self._press(Kind.BEGIN_STEPS)
        while step := self._step:
            yield f"step-{step}"
            if step == "brings":
                await self._press(Kind.SUPPORT_PANEL)
                yield "support-panel"
                self._backend.delete_message(self._newest.channel.id, self._newest.id)
            await self._answer(step, _PICKED)
        yield "closing"

    async def _on_one_page(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.notebook.command.name)
        await self._press(Kind.BEGIN_FORM)
        form = await self._press(Kind.FORM)
        await self._user.submit_modal(form, {"here": ["calm"], "brings": ["look-in"], "closest": "curiosity"})
        yield "closing-of-the-form"

    async def _not_right(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.notebook.command.name)
        await self._press(Kind.BEGIN_STEPS)
        while step := self._step:
            if step == SITUATION:
                yield "situation-known"
                await self._press(Kind.SKIP)
            else:
                await self._answer(step, _NOT_RIGHT)
        yield "closing-not-right"

    async def _not_safe(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.notebook.command.name)
        await self._press(Kind.BEGIN_STEPS)
        while step := self._step:
            await self._answer(step, _NOT_SAFE)
        yield "closing-not-safe"

    async def _kept(self) -> AsyncGenerator[str]:
        name = self._library.lookback.command.name
        await self._user.slash(name)
        yield "look-back"
        await self._press(Kind.LOOK_PICTURE)
        yield "look-back-picture"
        await self._user.slash(name)
        await self._press(Kind.SITUATIONS)
        yield "situations"

    async def _time(self) -> AsyncGenerator[str]:
        await self._user.slash(self._library.reminders.command.name)
        yield "reminders"
        await self._press(Kind.REMINDER_NEW)
        yield "reminder-hours"
        await self._press(Kind.REMINDER_TIME)
        await self._press(Kind.REMINDER_TIME)
        yield "reminder-set"
        self._clock.set_ahead(2 * _DAY)
        while await self._clock.step():
            pass
        yield "reminder"

    async def _data(self) -> AsyncGenerator[str]:
        words = self._library.my_data.command
        await self._user.slash(f"{words.name} {words.show.name}")
        yield "my-data"
        await self._user.slash(f"{words.name} {words.export.name}")
        yield "export"
        await self._user.slash(f"{words.name} {words.delete.name}")
        yield "delete"
        last = [press for press in presses_on(self._newest) if press.kind is Kind.MY_DELETE_ASK][-1]
        await self._press(Kind.MY_DELETE_ASK, lambda press: press == last)
        yield "delete-everything"
        await self._press(Kind.MY_DELETE_NOW)
        yield "receipt"

    async def _answer(self, step: str, picked: Mapping[str, tuple[str, ...]]) -> None:
        asked = next(one for one in self._library.script(notes=True).steps if one.id == step)
        if asked.kind == "text":
            form = await self._press(Kind.NOTE)
            await self._user.submit_modal(form, {NOTE: _SAID})
        elif step == SITUATION:
            form = await self._press(Kind.WORD)
            await self._user.submit_modal(form, {WORD: _LABEL})
        elif asked.kind == "choices":
            wanted = [str(at) for at, option in enumerate(asked.options) if option.id in picked[step]]
            await self._user.select(self._newest, wanted, custom_id=self._find(Kind.ANSWER))
        else:
            at = next(at for at, option in enumerate(asked.options) if option.id in picked[step])
            await self._press(Kind.ANSWER, lambda press: press.position == at)

    async def _press(self, kind: Kind, which: Callable[[Press], bool] = lambda _: True) -> Any:
        return await self._user.click(self._newest, custom_id=self._find(kind, which))

    def _find(self, kind: Kind, which: Callable[[Press], bool] = lambda _: True) -> str:
        return find_press(self._newest, kind, which)

    @property
    def _step(self) -> str:
        """Which step the page asks, if it asks one."""
        asked = (one.subject for one in presses_on(self._newest) if one.kind in _TO_PRESS)
        return next(asked, "")

    @property
    def _newest(self) -> discord.Message:
        return self._shown()[-1]

    def _shown(self) -> list[discord.Message]:
        return self._user.dm_channel.history(viewer=self._user)
