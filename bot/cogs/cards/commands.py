"""`/card` and "Pin this card": for moderators, who are known by Pin Messages, whoever is shown the commands."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Final, Protocol

import discord
from discord import app_commands
from typing_extensions import override

from bot.cogs.cards.desk import Desk, OpenBoard
from bot.cogs.cards.finding import Finding, Suggestions
from bot.cogs.cards.places import Chosen
from bot.cogs.cards.poster import Poster
from bot.cogs.cards.previews import Previews
from bot.cogs.cards.registry import Registry
from bot.cogs.cards.rounds import Rounds
from bot.cogs.presses import Handler
from bot.domain.cards.posting import TRAJECTORY
from bot.domain.interface import CommandWords, OptionWords
from bot.domain.servers.view import ServerView
from bot.domain.words.cards import CommandOnPlaceWords, CommandOnPostedWords, MoveCommandWords, SeriesCommandWords
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind, UnknownPress, decode

_MAY_SEE: Final = discord.Permissions(pin_messages=True)
_WHERE: Final = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_HOW: Final = app_commands.AppInstallationType(guild=True, user=False)
_PLACES: Final = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.forum,
)

Interaction = discord.Interaction[Any]
Command = app_commands.Command[Any, ..., Any]
Complete = Callable[[Interaction, str], Awaitable[Suggestions]]


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...


class Channel(app_commands.Transformer[Any]):
    """A channel in which a card can stand, as Discord gives it; nothing is looked up in a cache."""

    @property
    @override
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    @override
    def channel_types(self) -> list[discord.ChannelType]:
        return list(_PLACES)

    @override
    async def transform(self, interaction: Interaction, value: Any, /) -> Chosen:
        del interaction
        return value


Place = app_commands.Transform[Any, Channel]


class Cards:
    """The commands of posted cards, and every press on their screens."""

    def __init__(
        self, pack: ServedPack, open_board: OpenBoard, clock: Callable[[], datetime], view: ServerView, poster: Poster
    ) -> None:
        self._pack = pack
        self._desk = Desk(pack, open_board, clock, view, poster)
        self._finding = Finding(self._desk, view)
        self._previews, self._registry = Previews(self._desk), Registry(self._desk)
        self._rounds = Rounds(self._desk)

    def commands(self) -> Iterator[app_commands.Group | app_commands.ContextMenu]:
        """Make the group of commands, and the one on messages, under the names the pack gives them."""
        words = self._pack.library.cards.commands
        group = app_commands.Group(
            name=words.name,
            description=words.description,
            default_permissions=_MAY_SEE,
            allowed_contexts=_WHERE,
            allowed_installs=_HOW,
        )
        for one in (
            self._post(words.post, pin=False),
            self._post(words.pin, pin=True),
            self._unpin(words.unpin),
            self._move(words.move),
            self._remove(words.remove),
            self._plain(words.list, self._registry.show_all, told=False),
            self._plain(words.sync, self._rounds.survey, told=False),
            self._series(words.series),
            self._plain(words.log, self._rounds.show_log),
        ):
            group.add_command(one)
        yield group

        async def pin_this(interaction: Interaction, message: discord.Message) -> None:
            await self._desk.answer(interaction, lambda: self._pin_message(interaction, message))

        menu = app_commands.ContextMenu(name=words.pin_this_card, callback=pin_this)
        menu.default_permissions, menu.allowed_contexts, menu.allowed_installs = _MAY_SEE, _WHERE, _HOW
        yield menu

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        return chain(self._previews.presses(), self._registry.presses(), self._rounds.presses())

    def _post(self, words: CommandOnPlaceWords, *, pin: bool) -> Command:
        async def post(interaction: Interaction, topic: str, channel: Place | None = None) -> None:
            await self._desk.answer(interaction, lambda: self._previews.show(interaction, topic, channel, pin=pin))

        _name(post, topic=words.topic, channel=words.channel)
        return _make(words, post, topic=self._finding.topics)

    def _unpin(self, words: CommandOnPostedWords) -> Command:
        async def unpin(interaction: Interaction, card: str) -> None:
            async def act() -> Drawing:
                return await self._registry.pin(interaction, await self._finding.card(interaction, card), pinned=False)

            await self._desk.answer(interaction, act)

        _name(unpin, card=words.card)
        return _make(words, unpin, card=self._finding.cards)

    def _move(self, words: MoveCommandWords) -> Command:
        async def move(interaction: Interaction, card: str, channel: Place) -> None:
            async def act() -> Drawing:
                return await self._registry.move(interaction, await self._finding.card(interaction, card), channel)

            await self._desk.answer(interaction, act)

        _name(move, card=words.card, channel=words.channel)
        return _make(words, move, card=self._finding.cards)

    def _remove(self, words: CommandOnPostedWords) -> Command:
        async def remove(interaction: Interaction, card: str) -> None:
            async def act() -> Drawing:
                return self._registry.ask_to_remove(interaction, await self._finding.card(interaction, card))

            await self._desk.answer(interaction, act)

        _name(remove, card=words.card)
        return _make(words, remove, card=self._finding.cards)

    def _series(self, words: SeriesCommandWords) -> Command:
        async def series(interaction: Interaction, name: str, channel: Place | None = None) -> None:
            await self._desk.answer(interaction, lambda: self._previews.show_series(interaction, name, channel))

        _name(series, name=words.series, channel=words.channel)
        app_commands.choices(name=[app_commands.Choice(name=words.trajectory, value=TRAJECTORY)])(series)
        return _make(words, series)

    def _plain(
        self, words: CommandWords, act: Callable[[Interaction], Awaitable[Drawing]], *, told: bool = True
    ) -> Command:
        async def plain(interaction: Interaction) -> None:
            await self._desk.answer(interaction, lambda: act(interaction), told=told)

        return _make(words, plain)

    async def _pin_message(self, interaction: Interaction, message: discord.Message) -> Drawing:
        """Pin a posted card; what else the bot says is not for this, and what members shared is theirs."""
        board, words = (await self._desk.open()).board, self._desk.library(interaction).cards.on_message
        posting = await board.find(interaction.guild_id or 0, message.channel.id, message.id)
        if posting is None:
            raise UserError(words.shared if _is_shared(message) else words.not_a_card)
        return await self._registry.pin(interaction, posting, pinned=True)


def _is_shared(message: discord.Message) -> bool:
    """Say whether a message is a card of ours that a member showed: whoever shared it can take it back."""
    waiting: list[Any] = list(message.components)
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "children", ())
        try:
            if decode(str(getattr(one, "custom_id", ""))).kind is Kind.TAKE_BACK:
                return True
        except UnknownPress:
            continue
    return False


def _name(callback: Callable[..., Any], **options: OptionWords) -> None:
    """Give the options of a command their names and descriptions."""
    app_commands.rename(**{parameter: words.name for parameter, words in options.items()})(callback)
    app_commands.describe(**{parameter: words.description for parameter, words in options.items()})(callback)


def _make(words: _Named, callback: Callable[..., Any], **complete: Complete) -> Command:
    """Make a command, and let options complete while a moderator types."""
    command: Command = app_commands.Command(name=words.name, description=words.description, callback=callback)
    for parameter, suggestions in complete.items():
        command.autocomplete(parameter)(_suggesting(suggestions))
    return command


def _suggesting(complete: Complete) -> Callable[[Interaction, str], Any]:
    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=shown, value=value) for value, shown in await complete(interaction, typed)]

    return suggest
