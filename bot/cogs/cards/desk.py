"""What every command and press about posted cards begins and ends with: who may, where, which card, how it stands."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.cogs.attempts import insist
from bot.cogs.cards.places import VOICE, Chosen, ElsewhereError, Spot, UnseenError, ask, clear_up, look_at, look_here
from bot.cogs.cards.poster import Poster, Settled
from bot.cogs.cards.refusals import UNKNOWN_CHANNEL
from bot.cogs.presses import DISCORD_TROUBLE, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.cards.permissions import NEEDS_OF_MODERATOR, Need, missing, needs_of_bot
from bot.domain.cards.posting import ChannelKind, Posting, links_of, parts_of
from bot.domain.library import Library
from bot.domain.servers.view import ServerView
from bot.errors import StorageError, UserError
from bot.services.pack import ServedPack
from bot.ui.cards.posted import NO_LINKS
from bot.ui.cards.preview import Lacking, tell_lacking
from bot.ui.cards.telling import Posted, mention, tell_needs, tell_waiting
from bot.ui.drawing import Drawing, text
from bot.ui.pages import draw_plain

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard

OpenBoard = Callable[[], Awaitable["Noticeboard"]]
_ID_BYTES: Final = 16


class Desk:
    """Holds what the commands share. Keeps nothing between them."""

    def __init__(
        self, pack: ServedPack, open_board: OpenBoard, clock: Callable[[], datetime], view: ServerView, poster: Poster
    ) -> None:
        self.pack, self.clock, self.poster = pack, clock, poster
        self._open, self._view = open_board, view

    async def open(self) -> "Noticeboard":
        """Open what is kept.

        Raises:
            StorageError: it cannot be had.
        """
        return await self._open()

    def library(self, interaction: discord.Interaction[Any]) -> Library:
        """Give what serves in the server."""
        return self.pack.library_of(interaction.guild_id)

    # --- who may, and where ------------------------------------------------------------------------------------------

    def check_moderator(self, interaction: discord.Interaction[Any]) -> int:
        """Let through who has Pin Messages here, by what this interaction says; give the server's id.

        Raises:
            UserError: whoever asks may not.
        """
        library = self.library(interaction)
        if interaction.guild_id is None:
            raise UserError(library.cards.missing.no_such_place)
        needs = missing(interaction.permissions.value, (Need.PIN_MESSAGES,))
        if needs:
            where = mention(interaction.channel_id or 0)
            said = library.cards.missing.you.format(channel=where, permissions=tell_needs(library, needs))
            raise UserError(said)
        return interaction.guild_id

    async def spot(
        self, interaction: discord.Interaction[Any], channel: int | None = None, chosen: Chosen | None = None
    ) -> Spot:
        """Learn about a channel, with as few questions to Discord as there can be; this one when none is named.

        Raises:
            UserError: it is not there any more, the bot cannot see it, or Discord does not say.
        """
        words = self.library(interaction).cards.missing
        settings = await self._view.settings(interaction.guild_id)
        named = chosen.id if chosen is not None else channel
        spot: Spot | None = None
        if named in {None, interaction.channel_id}:
            spot, named = look_here(interaction), interaction.channel_id
        elif chosen is not None:
            spot = look_at(interaction, chosen)
        try:
            if spot is None:
                spot = await insist(lambda: ask(interaction, named or 0, self.clock(), chosen))
            return await clear_up(interaction, spot, age=settings.age_restricted_only)
        except ElsewhereError:
            raise UserError(words.no_such_place) from None
        except UnseenError:
            raise UserError(words.unseen.format(channel=mention(named or 0))) from None
        except DISCORD_TROUBLE as error:
            gone = isinstance(error, discord.NotFound) and error.code == UNKNOWN_CHANNEL
            raise UserError(words.channel_gone if gone else words.cannot_tell) from None

    async def lacking(self, interaction: discord.Interaction[Any], spot: Spot) -> Lacking:
        """Name everything that is missing for a card to stand there."""
        words, where = self.library(interaction).cards.missing, mention(spot.channel)
        settings = await self._view.settings(interaction.guild_id)
        if spot.kind is None:
            return Lacking(other=(words.no_such_place,))
        if spot.shut:
            return Lacking(other=(words.private_thread.format(channel=where),))
        other = [words.age_restricted.format(channel=where)] * (
            settings.age_restricted_only and not spot.age_restricted
        )
        voice = spot.type == VOICE
        return Lacking(
            you=missing(spot.you, NEEDS_OF_MODERATOR),
            me=missing(spot.me, needs_of_bot(spot.kind, pinned=False, voice=voice, locked=spot.locked)),
            me_for_pins=missing(spot.me, (Need.PIN_MESSAGES,)),
            other=tuple(other),
        )

    async def check_card(
        self, interaction: discord.Interaction[Any], posting: Posting, *, pin: bool = False, alone: bool = False
    ) -> None:
        """Let through who may look after a card where it stands; where its channel is gone there is nobody to ask.

        The cards of a series go with its index, so they are asked for wherever they stand, but for `alone`. `pin`: the
        bot has to be able to pin the card there, too.

        Raises:
            UserError: something is missing, all of it named.
        """
        await self._check_place(interaction, posting.wish.channel, pin=pin)
        if posting.wish.series is None or alone:
            return
        postings = await (await self.open()).board.list_all(interaction.guild_id or 0)
        for channel in {one.wish.channel for one in parts_of(posting.id, postings)} - {posting.wish.channel}:
            await self._check_place(interaction, channel)

    async def _check_place(self, interaction: discord.Interaction[Any], channel: int, *, pin: bool = False) -> None:
        library = self.library(interaction)
        try:
            spot = await self.spot(interaction, channel)
        except UserError as error:
            if str(error) == library.cards.missing.channel_gone:
                return
            raise
        you = missing(spot.you, NEEDS_OF_MODERATOR)
        lacking = Lacking(you=you, me_for_pins=missing(spot.me, (Need.PIN_MESSAGES,)) if pin else ())
        if lacking.forbids(pinned=pin):
            raise UserError("\n\n".join(tell_lacking(library, channel, lacking)))

    async def check_room(self, interaction: discord.Interaction[Any], spot: Spot, *, pinned: bool) -> ChannelKind:
        """Let through where a card may be put, by who asks, by the bot and by the server's settings.

        Raises:
            UserError: something is missing, all of it named.
        """
        lacking = await self.lacking(interaction, spot)
        if spot.kind is None or lacking.forbids(pinned=pinned):
            raise UserError("\n\n".join(tell_lacking(self.library(interaction), spot.channel, lacking, pinned=pinned)))
        return spot.kind

    # --- which card --------------------------------------------------------------------------------------------------

    async def card(self, interaction: discord.Interaction[Any], token: bytes) -> Posting:
        """Find the posted card that a press is about.

        Raises:
            UserError: it is not among the posted ones.
        """
        board = (await self.open()).board
        posting = await board.get(interaction.guild_id or 0, token)
        if posting is None:
            raise UserError(self.library(interaction).cards.posted.unknown)
        return posting

    def posted(self, server: int, postings: Sequence[Posting], one: Posting) -> Posted:
        """Give a posted card with what it would show now; `postings` are all of the server's."""
        links = NO_LINKS if one.wish.series is None else links_of(one.id, server, postings)
        return Posted(one, self.poster.digest(server, one.wish.subject, links))

    # --- doing and answering -----------------------------------------------------------------------------------------

    async def settle(self, interaction: discord.Interaction[Any], server: int, posting: Posting) -> Settled:
        """Make the channel agree with what is wanted, as far as Discord lets us now."""
        board = (await self.open()).board
        if posting.wish.series is not None:
            first, *_ = await self.poster.settle_series(interaction.client, board, server, posting.id)
            return first
        settled = await self.poster.settle(interaction.client, board, server, posting.id)
        if (index := posting.wish.part_of) is not None:
            await self.poster.settle(interaction.client, board, server, index)
        return settled

    async def answer(
        self, interaction: discord.Interaction[Any], acting: Callable[[], Awaitable[Drawing]], *, told: bool = True
    ) -> None:
        """Answer a command; under the answer stands what else needs a moderator, but for `told=False`."""
        reply = Reply(interaction)

        async def act() -> None:
            server = self.check_moderator(interaction)
            try:
                drawing = await acting()
            except UserError as error:
                drawing = draw_plain(str(error))
            waiting = await self._waiting(interaction, server) if told else None
            await reply.show(drawing.above(text(waiting)) if waiting else drawing)

        try:
            await reply.patiently(act(), Defer.NEW)
        except UserError as error:
            await reply.show(draw_plain(str(error)))

    async def _waiting(self, interaction: discord.Interaction[Any], server: int) -> str | None:
        """Say that posted cards need a moderator; what was asked for is done by now, and is told whatever comes."""
        with suppress(StorageError):
            return tell_waiting(self.library(interaction), await (await self.open()).board.list_all(server))
        return None


def row_of(server: int, token: bytes) -> bytes:
    """Give the id of the row that a press on a preview makes: the same however often it is pressed."""
    return hashlib.sha256(server.to_bytes(8, "big") + token).digest()[:_ID_BYTES]


def checked(desk: Desk, act: Callable[[Pressed, int], Awaitable[None]]) -> Callable[[Pressed], Awaitable[None]]:
    """Let a press through to what answers it when whoever pressed is a moderator here, with the server's id."""

    async def check(pressed: Pressed) -> None:
        await act(pressed, desk.check_moderator(pressed.interaction))

    return check
