"""The one way in for every button, select and form, and the one place where what goes wrong is caught.

Routes by custom id alone: nothing is kept between presses, so any process can answer, before or after any restart.
"""

import asyncio
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import discord
from discord import app_commands

from bot.cogs.replies import Defer, Reply
from bot.errors import StorageError, UserError
from bot.services.pack import ServedPack
from bot.ui.forms import read_form, texts_in
from bot.ui.ids import Kind, Press, UnknownPress, decode
from bot.ui.pages import draw_plain, draw_ways_on
from bot.ui.quoting import draw_given_back

_OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
DISCORD_TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: what its custom id says, and what was chosen or, in a form, written; `fields` by the field's name."""

    interaction: discord.Interaction[Any]
    press: Press
    values: tuple[str, ...]
    reply: Reply
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], repr=False)

    def typed(self, name: str) -> str:
        """Give what was typed into a field of a form."""
        return next(iter(self.fields.get(name, ())), "")

    @property
    def subject(self) -> str:
        """The id pressed: what a select chose, else what the button carries."""
        return self.values[0] if self.values else self.press.subject


@dataclass(frozen=True, slots=True)
class Handler:
    """What answers a kind of press, and what Discord is told when that takes long."""

    act: Callable[[Pressed], Awaitable[None]]
    defer: Defer


class Presses:
    """Routes presses, counts what is under way, and turns failures into sentences."""

    def __init__(self, pack: ServedPack, handlers: Iterable[tuple[Kind, Handler]]) -> None:
        self._pack = pack
        self._handlers = dict(handlers)
        self.complete: Callable[[], Awaitable[None]] | None = None
        """Brings the handlers that are not there yet."""
        self._under_way: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.arrived = 0
        self.lost = 0

    def add(self, handlers: Iterable[tuple[Kind, Handler]]) -> None:
        """Take more handlers."""
        self._handlers.update(handlers)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take anything Discord sends; commands are only counted here, their tree answers them."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        self._begin(interaction)
        if interaction.type is discord.InteractionType.application_command:
            return
        reply = Reply(interaction)
        try:
            await self._route(interaction, reply)
        except Exception as error:  # noqa: BLE001  # the one place: a member always gets a sentence
            await self._apologise(reply, error)
        finally:
            self.end(interaction)

    async def on_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Answer a command that failed."""
        try:
            await self._apologise(Reply(interaction), getattr(error, "original", error))
        finally:
            self.end(interaction)

    def end(self, interaction: discord.Interaction[Any]) -> None:
        """Count an interaction as answered."""
        self._under_way.discard(interaction.id)
        if not self._under_way:
            self._idle.set()

    @property
    def kinds(self) -> frozenset[Kind]:
        """Name every kind of press that has a handler."""
        return frozenset(self._handlers)

    @property
    def under_way(self) -> int:
        """Tell how many interactions are not answered yet."""
        return len(self._under_way)

    async def wait_idle(self, quiet: float) -> None:
        """Wait until nothing is under way and nothing new arrived for `quiet` seconds."""
        seen = -1
        while seen != self.arrived or self._under_way:
            seen = self.arrived
            await self._idle.wait()
            await asyncio.sleep(quiet)

    def _begin(self, interaction: discord.Interaction[Any]) -> None:
        self.arrived += 1
        self._under_way.add(interaction.id)
        self._idle.clear()

    async def _route(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        data = cast("Mapping[str, Any]", interaction.data or {})
        try:
            press = decode(str(data.get("custom_id", "")))
            if press.kind not in self._handlers and self.complete is not None:
                await reply.patiently(self.complete(), Defer.REDRAW)
            handler = self._handlers[press.kind]
        except (UnknownPress, KeyError):
            library = self._pack.library
            await reply.show(draw_ways_on(library, library.interface.trouble.old_button))
            return
        filled = read_form(data.get("components", ()))
        pressed = Pressed(interaction, press, tuple(map(str, data.get("values", ()))), reply, filled)
        await reply.patiently(handler.act(pressed), handler.defer)

    async def _apologise(self, reply: Reply, error: BaseException) -> None:
        library = self._pack.library
        words = library.interface.trouble
        if isinstance(error, UserError):
            drawing = draw_plain(str(error))
        elif isinstance(error, StorageError):
            log.error("What is kept cannot be had: %s", error)
            drawing = draw_ways_on(library, words.storage)
        elif isinstance(error, _OUTDATED):
            drawing = draw_ways_on(library, words.old_button)
        elif isinstance(error, DISCORD_TROUBLE):
            log.warning("Discord did not take an answer: %s", name_trouble(error))
            drawing = draw_ways_on(library, words.discord_trouble)
        else:
            reference = secrets.token_hex(4)
            log.error("reference %s: %s\n%s", reference, type(error).__name__, trace_of(error))
            drawing = draw_ways_on(library, words.unexpected.format(reference=reference))
        typed = texts_in(cast("Mapping[str, Any]", reply.interaction.data or {}).get("components", ()))
        try:
            if typed:  # first, so that it does not push out of sight what went wrong
                await reply.show(draw_given_back(words.typed, typed))
            await reply.show(drawing)
        except DISCORD_TROUBLE as failure:
            self.lost += 1
            log.warning("Discord did not take the apology either: %s", name_trouble(failure))


def name_trouble(error: BaseException) -> str:
    """Name a failure without any of its text: bodies and addresses can carry ids and words of members."""
    if isinstance(error, discord.HTTPException):
        return f"{type(error).__name__} {error.status} (code {error.code})"
    return type(error).__name__


def trace_of(error: BaseException) -> str:
    """Give where it happened, never the message or locals: either can hold what a member wrote."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
