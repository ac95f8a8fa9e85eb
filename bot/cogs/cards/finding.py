"""Completes what a moderator types, and reads it: topics over all cards, and cards that are posted."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import discord

from bot.cogs.cards.desk import Desk
from bot.cogs.cards.places import ask_names
from bot.cogs.presses import DISCORD_TROUBLE
from bot.domain.cards.posting import Posting
from bot.domain.library import Library
from bot.domain.servers.view import ServerView
from bot.errors import StorageError, UserError
from bot.ui.cards.card import name_card
from bot.ui.cards.telling import name_subject
from bot.ui.drawing import MOST_OPTIONS, shorten

_LINK: Final = re.compile(r"https://\w*\.?discord(?:app)?\.com/channels/(\d+)/(\d+)/(\d+)")
_ID: Final = re.compile(r"[0-9a-f]{32}")
_PATIENCE: Final = 1.0  # seconds; Discord waits three, and names are no more than a help
_FRESH: Final = timedelta(minutes=1)
_MOST_MODERATORS: Final = 100

Suggestions = list[tuple[str, str]]
"""Pairs of value and shown name; at most 25, or Discord shows none."""


class ChannelNames:
    """Names of the channels that a moderator can see, a minute old at most; a name that cannot be had is left out.

    The others stay unnamed, for a name can tell enough.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], tuple[datetime, Mapping[int, str]]] = OrderedDict()

    async def of(self, interaction: discord.Interaction[Any], now: datetime) -> Mapping[int, str]:
        """Give names by id."""
        whose = interaction.guild_id or 0, interaction.user.id
        here = {interaction.channel_id or 0: str(getattr(interaction.channel, "name", "") or "")}
        read, names = self._known.get(whose, (None, here))
        if read is not None and now - read < _FRESH:
            return names
        try:
            async with asyncio.timeout(_PATIENCE):
                names = {**here, **await ask_names(interaction, now)}
        except DISCORD_TROUBLE:
            return names
        self._known[whose] = now, names
        self._known.move_to_end(whose)
        if len(self._known) > _MOST_MODERATORS:
            self._known.popitem(last=False)
        return names


class Finding:
    """Suggests and finds."""

    def __init__(self, desk: Desk, view: ServerView) -> None:
        self._desk, self._view = desk, view
        self._names = ChannelNames()

    async def topics(self, interaction: discord.Interaction[Any], typed: str) -> Suggestions:
        """Suggest cards, those for moderators among them; with nothing typed the server's intro card comes first."""
        server = interaction.guild_id
        pack = self._desk.pack
        indexes = await pack.indexes_of(server)
        matches = await pack.suggest(interaction.user.id, lambda: indexes.finder.suggest(typed, MOST_OPTIONS))
        library, found = indexes.library, [one.id for one in matches]
        intro = (await self._view.settings(server)).intro
        if not typed.strip() and intro and (explainer := library.explainer(intro)):
            found = list(dict.fromkeys([explainer.id, *found]))
        return [(one, name_card(library, library.explainers[one])) for one in found[:MOST_OPTIONS]]

    async def cards(self, interaction: discord.Interaction[Any], typed: str) -> Suggestions:
        """Suggest posted cards by title and channel; nothing to who is no moderator, or while nothing can be had."""
        try:
            server = self._desk.check_moderator(interaction)
            postings = await (await self._desk.open()).board.list_all(server)
        except (UserError, StorageError):
            return []
        names = await self._names.of(interaction, self._desk.clock())
        library, wanted = self._desk.library(interaction), typed.casefold().split()
        shown = [(one.id.hex(), _say(library, one, names)) for one in postings if not one.wish.gone]
        return [pair for pair in shown if all(word in pair[1].casefold() for word in wanted)][:MOST_OPTIONS]

    async def card(self, interaction: discord.Interaction[Any], given: str) -> Posting:
        """Find the posted card that was chosen, or that a link or a title names.

        Raises:
            UserError: there is none, or more than one.
        """
        server = interaction.guild_id or 0
        board, library = (await self._desk.open()).board, self._desk.library(interaction)
        found: Posting | None = None
        if _ID.fullmatch(given):
            found = await board.get(server, bytes.fromhex(given))
        elif link := _LINK.fullmatch(given.strip()):
            found = await board.find(server, int(link[2]), int(link[3])) if int(link[1]) == server else None
        else:
            key = given.strip().casefold()
            named = [
                one for one in await board.list_all(server) if name_subject(library, one.wish.subject).casefold() == key
            ]
            found = named[0] if len(named) == 1 else None
        if found is None:
            raise UserError(library.cards.posted.not_found)
        return found


def _say(library: Library, posting: Posting, names: Mapping[int, str]) -> str:
    title, channel = name_subject(library, posting.wish.subject), names.get(posting.wish.channel)
    return shorten(f"{title} · #{channel}" if channel else title)
