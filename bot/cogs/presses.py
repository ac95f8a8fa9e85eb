"""The one way in for every button, select and form, and the one place where what goes wrong is caught.

Routes by custom id alone: nothing is kept between presses, so any process can answer, before or after any restart.
"""

import asyncio
import contextlib
import logging
import secrets
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

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

_OF_COMMANDS = (
    discord.InteractionType.application_command,
    discord.InteractionType.autocomplete,
)  # a set cannot be asked for just any type
_OF_MESSAGES = (discord.InteractionType.component, discord.InteractionType.modal_submit)
_OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
DISCORD_TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)

MOST_AT_ONCE: Final = 5  # interactions of one account; whoever presses by hand has one or two under way
ALWAYS_ANSWERED: Final = frozenset(  # however much else of the account is under way: help, and what ends or deletes
    {
        *(Kind.SUPPORT, Kind.COUNTRY, Kind.COUNTRY_BESIDE, Kind.SUPPORT_PANEL, Kind.HIDE_SUPPORT, Kind.SHOW_WRITTEN),
        *(Kind.MY_DELETE, Kind.MY_DELETE_ASK, Kind.MY_DELETE_NOW, Kind.MY_FILE, Kind.LOOK_DELETE, Kind.LOOK_DELETE_NOW),
        *(Kind.SITUATION_DELETE, Kind.SITUATION_DELETE_NOW, Kind.THROW_AWAY, Kind.LET_GO, Kind.MY_PAUSE_OPEN),
        *(Kind.REMINDER_STOP, Kind.REMINDER_STOP_ALL, Kind.NUDGE_STOP, Kind.TAKE_BACK),
    }
)

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
        self._handlers: dict[Kind, Handler] = {}
        self.add(handlers)
        self.complete: Callable[[], Awaitable[None]] | None = None
        """Brings the handlers that are not there yet."""
        self._under_way: set[int] = set()
        self._of_account: Counter[int] = Counter()
        self.lost = 0

    def add(self, handlers: Iterable[tuple[Kind, Handler]]) -> None:
        """Take more handlers. A second one for the same kind of press is refused: it would hide the first."""
        for kind, handler in handlers:
            if kind in self._handlers:
                raise ValueError(f"two handlers answer presses of the kind {kind.name}")
            self._handlers[kind] = handler

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take anything Discord sends but commands, which their tree answers."""
        if interaction.type in _OF_COMMANDS:
            return
        with self.counting(interaction):
            reply = Reply(interaction)
            try:
                await self._route(interaction, reply)
            except Exception as error:  # noqa: BLE001  # the one place: a member always gets a sentence
                await self._apologise(reply, error)

    async def on_failure(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Answer what failed before it came to a handler, or in a command."""
        await self._apologise(Reply(interaction), getattr(error, "original", error))

    async def on_completed(self, interaction: discord.Interaction[Any]) -> None:
        """Answer someone who is typing with no choices, where nothing answered them."""
        with contextlib.suppress(*DISCORD_TROUBLE):
            await Reply(interaction).suggest_nothing()

    def admit(self, interaction: discord.Interaction[Any], *, always: bool) -> bool:
        """Say whether a command or its autocomplete may go on beside what else its account has under way.

        Call it in the task that answers; it is counted until that task is done.
        """
        account = interaction.user.id
        if not always and self._of_account[account] >= MOST_AT_ONCE:
            return False
        task = asyncio.current_task()
        if task is not None:
            self._of_account[account] += 1
            task.add_done_callback(lambda _: self._release(account))
        return True

    async def refuse(self, reply: Reply) -> None:
        """Tell an account that as much as it may have is under way."""
        await reply.show(draw_plain(self._pack.library.interface.trouble.too_much_at_once))

    @contextlib.contextmanager
    def counting(self, interaction: discord.Interaction[Any]) -> Generator[None]:
        """Count an interaction as under way while it is being answered."""
        self._under_way.add(interaction.id)
        try:
            yield
        finally:
            self.end(interaction)

    def end(self, interaction: discord.Interaction[Any]) -> None:
        """Count an interaction as answered."""
        self._under_way.discard(interaction.id)

    @property
    def kinds(self) -> frozenset[Kind]:
        """Name every kind of press that has a handler."""
        return frozenset(self._handlers)

    @property
    def under_way(self) -> int:
        """Tell how many interactions are not answered yet."""
        return len(self._under_way)

    def _release(self, account: int) -> None:
        self._of_account[account] -= 1
        if not self._of_account[account]:
            del self._of_account[account]

    async def _route(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        if interaction.type is discord.InteractionType.ping:
            await interaction.response.pong()
            return
        data = _data_of(interaction)
        known = interaction.type in _OF_MESSAGES  # to what a later version sends, discord.py cannot answer by drawing
        try:
            press = decode(str(data.get("custom_id", "")) if known else "")
            if press.kind not in self._handlers and self.complete is not None:
                await reply.patiently(self.complete(), Defer.REDRAW)
            handler = self._handlers[press.kind]
        except (UnknownPress, KeyError):
            library = self._pack.library
            await reply.show(draw_ways_on(library, library.interface.trouble.old_button))
            return
        account = interaction.user.id
        if self._of_account[account] >= MOST_AT_ONCE and press.kind not in ALWAYS_ANSWERED:
            raise UserError(self._pack.library.interface.trouble.too_much_at_once)
        filled = read_form(data.get("components"))
        pressed = Pressed(interaction, press, tuple(map(str, data.get("values") or ())), reply, filled)
        self._of_account[account] += 1
        try:
            await reply.patiently(handler.act(pressed), handler.defer)
        finally:
            self._release(account)

    async def _apologise(self, reply: Reply, error: BaseException) -> None:
        library = self._pack.library
        words = library.interface.trouble
        if isinstance(error, UserError):
            drawing = draw_plain(str(error))
        elif isinstance(error, StorageError):
            log.error("The database cannot be used: %s", error)
            drawing = draw_ways_on(library, words.storage_busy if error.transient else words.storage)
        elif isinstance(error, _OUTDATED):
            drawing = draw_ways_on(library, words.old_button)
        elif isinstance(error, DISCORD_TROUBLE):
            log.warning("Discord did not take an answer: %s", name_trouble(error))
            drawing = draw_ways_on(library, words.discord_trouble)
        else:
            reference = secrets.token_hex(4)
            log.error("reference %s: %s\n%s", reference, type(error).__name__, trace_of(error))
            drawing = draw_ways_on(library, words.unexpected.format(reference=reference))
        typed = texts_in(_data_of(reply.interaction).get("components"))
        try:
            if reply.interaction.type is discord.InteractionType.autocomplete:
                await reply.suggest_nothing()
                return
            if typed:  # first, so that it does not push out of sight what went wrong
                await reply.show(draw_given_back(words.typed, typed))
            await reply.show(drawing)
        except DISCORD_TROUBLE as failure:
            self.lost += 1
            log.warning("Discord did not take the apology either: %s", name_trouble(failure))


def _data_of(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    """Give what an interaction is about; Discord may send anything, or nothing."""
    data: object = interaction.data
    return cast("Mapping[str, Any]", data) if isinstance(data, dict) else {}


def name_trouble(error: BaseException) -> str:
    """Name a failure without any of its text: bodies and addresses can carry ids and words of members."""
    if isinstance(error, discord.HTTPException):
        return f"{type(error).__name__} {error.status} (code {error.code})"
    return type(error).__name__


def trace_of(error: BaseException) -> str:
    """Give where it happened, never the message or locals: either can hold what a member wrote."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
