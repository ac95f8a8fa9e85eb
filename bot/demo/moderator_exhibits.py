"""What the gallery shows of the moderators' half: cards, settings, the weekly prompt and suggestions."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, Final

from simcord import ChannelHandle, InteractionResult

from bot.app import App
from bot.demo.clock import Clock
from bot.demo.content_copy import ContentCopy
from bot.demo.exhibits import Exhibit
from bot.demo.pressing import find_press, presses_on
from bot.demo.talk import HOUSE_RULES, SUGGESTIONS
from bot.demo.world import World
from bot.domain.cards.posting import TRAJECTORY
from bot.ui.ids import Kind

_CARD: Final = "compersion"
_OTHER: Final = "support"
_SOUGHT: Final = "sharing a calendar app"
_WEEK: Final = timedelta(days=7)


class ModeratorExhibits:
    """A moderator who posts, looks after and loses cards, and sets the server up; then a member in that server."""

    def __init__(self, world: World, app: App, clock: Clock, copy: ContentCopy) -> None:
        self._world, self._app, self._clock, self._copy = world, app, clock, copy
        self._library = app.pack.library
        self._channel = world.channels[world.quiet_channel]
        self._moderator = world.people["moderator"].actor
        self._member = world.people["member"].actor
        self._shown: Any = None

    async def all(self) -> AsyncGenerator[Exhibit]:
        """Give one after another; each is there until the next is asked for."""
        for pages in (self._posting(), self._series(), self._looking_after(), self._settings()):
            async for name in pages:
                yield Exhibit(name, self._world.quiet_channel, self._shown.id, "moderator")
        for pages in (self._weekly(), self._suggesting()):
            async for exhibit in pages:
                yield exhibit

    async def _posting(self) -> AsyncGenerator[str]:
        words = self._library.cards.commands
        await self._card(words.post.name, topic=_CARD, channel=self._world.channels[HOUSE_RULES])
        yield "post-missing"
        await self._card(words.post.name, topic=_CARD)
        yield "post-preview"
        await self._press(Kind.POST_CARD)
        yield "posted"
        await self._card(words.pin.name, topic=_OTHER)
        await self._press(Kind.POST_CARD)

    async def _series(self) -> AsyncGenerator[str]:
        await self._card(self._library.cards.commands.series.name, name=TRAJECTORY)
        yield "series-preview"
        await self._press(Kind.POST_SERIES)
        self._shown = next(one for one in reversed(self._channel.pinned_messages()) if _is_card(one))
        yield "series-index"

    async def _looking_after(self) -> AsyncGenerator[str]:
        words = self._library.cards.commands
        self._copy.change("today")
        await self._app.reload()
        await self._card(words.sync.name)
        yield "sync-dry-run"
        lost = next(one for one in self._channel.pinned_messages() if _is_card(one))
        self._world.env.backend.delete_message(self._channel.id, lost.id)
        await self._press(Kind.POSTED_SYNC)
        yield "sync-done"
        await self._card(words.list.name)
        yield "list"
        await self._card(words.log.name)
        yield "log"

    async def _settings(self) -> AsyncGenerator[str]:
        command = self._library.servers.command
        name = f"{command.name} {command.settings.name}"
        self._take(await self._moderator.slash(self._channel, name))
        yield "settings"
        await self._choose(Kind.SERVER_WEEKLY_CHANNEL, self._channel)
        await self._choose(Kind.SERVER_SUGGESTIONS, self._world.channels[SUGGESTIONS])
        yield "settings-chosen"

    async def _weekly(self) -> AsyncGenerator[Exhibit]:
        self._clock.set_ahead(_WEEK)
        while await self._clock.step():
            pass
        there = self._channel.history()
        prompt = next(one for one in reversed(there) if Kind.WEEKLY_PAUSE in _kinds(one))
        yield Exhibit("weekly-prompt", self._world.quiet_channel, prompt.id)

    async def _suggesting(self) -> AsyncGenerator[Exhibit]:
        where = self._world.quiet_channel
        explain = self._library.interface.commands.explain
        found = _response(await self._member.slash(self._channel, explain.name, **{explain.option.name: _SOUGHT}))
        yield Exhibit("suggestion-offered", where, found.id)
        for kind, name in ((Kind.SUGGEST, "suggestion-preview"), (Kind.SUGGEST_SEND, "suggestion-sent")):
            pressed = await self._member.click(found.message, custom_id=find_press(found, kind))
            found = pressed.response or found
            yield Exhibit(name, where, found.id)
        came = self._world.channels[SUGGESTIONS].history()[-1]
        yield Exhibit("suggestion", SUGGESTIONS, came.id, "moderator")

    async def _card(self, command: str, **options: str | ChannelHandle) -> None:
        name = f"{self._library.cards.commands.name} {command}"
        self._take(await self._moderator.slash(self._channel, name, **options))

    async def _press(self, kind: Kind) -> None:
        self._take(await self._moderator.click(self._shown.message, custom_id=find_press(self._shown, kind)))

    async def _choose(self, kind: Kind, channel: ChannelHandle) -> None:
        custom_id = find_press(self._shown, kind)
        self._take(await self._moderator.select(self._shown.message, [channel], custom_id=custom_id))

    def _take(self, result: InteractionResult) -> None:
        self._shown = _response(result)


def _response(result: InteractionResult) -> Any:
    if result.response is None:
        raise RuntimeError("a command or press was not answered")
    return result.response


def _kinds(message: Any) -> set[Kind]:
    return {one.kind for one in presses_on(message)}


def _is_card(message: Any) -> bool:
    """Tell whether a message is a posted card: its Support button names its row."""
    return any(one.kind is Kind.SUPPORT and any(one.token) for one in presses_on(message))
