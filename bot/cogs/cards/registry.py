"""Looking after posted cards: the list, and what can be done with one of them, by command and by press."""

from collections.abc import Iterator
from typing import Any

import discord

from bot.cogs.cards.desk import Desk, checked
from bot.cogs.cards.places import Chosen
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.cards.outcomes import let_go
from bot.domain.cards.posting import Posting
from bot.errors import UserError
from bot.ui.cards.registry import (
    PIN,
    draw_done,
    draw_how_to_move,
    draw_list,
    draw_one,
    draw_refused,
    draw_remove_ask,
    say_of,
)
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind


class Registry:
    """Shows posted cards and changes what is wanted of them; the channel is made to agree at once, or by the job."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        for kind, act in {
            Kind.POSTED: self._turn_page,
            Kind.POSTED_ONE: self._open,
            Kind.POSTED_PIN: self._press_pin,
            Kind.POSTED_MOVE: self._say_how_to_move,
            Kind.POSTED_REMOVE: self._ask_to_remove,
            Kind.POSTED_REMOVE_NOW: self._remove,
            Kind.POSTED_AGAIN: self._post_again,
            Kind.POSTED_FORGET: self._forget,
        }.items():
            yield kind, Handler(checked(self._desk, act), Defer.REDRAW)

    # --- commands ----------------------------------------------------------------------------------------------------

    async def show_all(self, interaction: discord.Interaction[Any], page: int = 0) -> Drawing:
        """Draw a page of all posted cards."""
        server = interaction.guild_id or 0
        postings = await (await self._desk.open()).board.list_all(server)
        posted = [self._desk.posted(server, postings, one) for one in postings]
        return draw_list(self._desk.library(interaction), server, posted, page)

    async def pin(self, interaction: discord.Interaction[Any], posting: Posting, *, pinned: bool) -> Drawing:
        """Set or take away the pin of a card."""
        desk, words, server = self._desk, self._desk.library(interaction).cards.posted, interaction.guild_id or 0
        await desk.check_card(interaction, posting, pin=pinned, alone=True)
        board = (await desk.open()).board
        changed = await board.change(server, posting.id, interaction.user.id, pinned=pinned)
        after = await self._settled(interaction, changed)
        done = after is not None and after.seen.pinned == pinned
        return await self._draw(interaction, after, words.pinned if pinned else words.unpinned, done=done)

    async def move(self, interaction: discord.Interaction[Any], posting: Posting, chosen: Chosen) -> Drawing:
        """Take a card to another channel: posted there first, then taken away here."""
        desk, library, server = self._desk, self._desk.library(interaction), interaction.guild_id or 0
        await desk.check_card(interaction, posting)
        spot = await desk.spot(interaction, chosen=chosen)
        if spot.channel == posting.wish.channel and posting.stands:
            return await self._draw(interaction, posting, library.cards.posted.already_there)
        kind = await desk.check_room(interaction, spot, pinned=posting.wish.pinned)
        board = (await desk.open()).board
        by = interaction.user.id
        changed = await board.change(server, posting.id, by, channel=spot.channel, kind=kind)
        after = await self._settled(interaction, changed)
        stands = after is not None and after.stands and after.seen.home == spot.channel
        return await self._draw(interaction, after, library.cards.posted.moved, done=stands)

    def ask_to_remove(self, interaction: discord.Interaction[Any], posting: Posting) -> Drawing:
        """Ask before a card is taken away."""
        return draw_remove_ask(self._desk.library(interaction), posting)

    # --- presses -----------------------------------------------------------------------------------------------------

    async def _turn_page(self, pressed: Pressed, server: int) -> None:
        del server
        await pressed.reply.redraw(await self.show_all(pressed.interaction, pressed.press.position))

    async def _open(self, pressed: Pressed, server: int) -> None:
        del server
        posting = await self._desk.card(pressed.interaction, _token(pressed))
        await pressed.reply.redraw(await self._draw(pressed.interaction, posting))

    async def _press_pin(self, pressed: Pressed, server: int) -> None:
        del server
        posting = await self._desk.card(pressed.interaction, pressed.press.token)
        pinned = pressed.press.position == PIN
        await pressed.reply.redraw(await self.pin(pressed.interaction, posting, pinned=pinned))

    async def _say_how_to_move(self, pressed: Pressed, server: int) -> None:
        del server
        posting = await self._desk.card(pressed.interaction, pressed.press.token)
        await pressed.reply.redraw(draw_how_to_move(self._desk.library(pressed.interaction), posting))

    async def _ask_to_remove(self, pressed: Pressed, server: int) -> None:
        del server
        posting = await self._desk.card(pressed.interaction, pressed.press.token)
        await pressed.reply.redraw(self.ask_to_remove(pressed.interaction, posting))

    async def _remove(self, pressed: Pressed, server: int) -> None:
        words = self._desk.library(pressed.interaction).cards.posted
        await self._take_away(pressed, server, words.removed)

    async def _forget(self, pressed: Pressed, server: int) -> None:
        """Take a card off the list; of one that stands, only what is left of it elsewhere and cannot be removed."""
        desk, interaction = self._desk, pressed.interaction
        posting = await desk.card(interaction, pressed.press.token)
        if posting.was_refused_removal:
            await desk.check_card(interaction, posting, alone=True)
            board = (await desk.open()).board
            posting = await board.observe(server, posting, let_go(posting.seen), due=posting.due) or posting
        if posting.stands and not posting.wish.gone:
            await pressed.reply.redraw(await self._draw(interaction, posting))
        else:
            await self._take_away(pressed, server, desk.library(interaction).cards.posted.forgotten)

    async def _take_away(self, pressed: Pressed, server: int, done: str) -> None:
        desk, interaction = self._desk, pressed.interaction
        library = desk.library(interaction)
        posting = await desk.card(interaction, pressed.press.token)
        await desk.check_card(interaction, posting)
        board = (await desk.open()).board
        changed = await board.change(server, posting.id, interaction.user.id, gone=True)
        await self._settled(interaction, changed)
        postings = await board.list_all(server)
        left = [one for one in postings if posting.id in {one.id, one.wish.part_of}]
        if refused := [desk.posted(server, postings, one) for one in left if one.was_refused_removal]:
            await pressed.reply.redraw(draw_refused(library, server, refused))
            return
        sentence = say_of(library, posting, library.cards.posted.going if left else done)
        await pressed.reply.redraw(draw_done(library, sentence))

    async def _post_again(self, pressed: Pressed, server: int) -> None:
        desk, interaction = self._desk, pressed.interaction
        posting = await desk.card(interaction, pressed.press.token)
        await desk.check_card(interaction, posting, pin=posting.wish.pinned)
        spot = await desk.spot(interaction, posting.wish.channel)
        await desk.check_room(interaction, spot, pinned=posting.wish.pinned)
        board = (await desk.open()).board
        changed = await board.change(server, posting.id, interaction.user.id, again=True)
        after = await self._settled(interaction, changed)
        stands, words = after is not None and after.stands, desk.library(interaction).cards.posted
        await pressed.reply.redraw(await self._draw(interaction, after, words.posted, done=stands))

    async def _settled(self, interaction: discord.Interaction[Any], posting: Posting | None) -> Posting | None:
        """Make the channel agree; None when the card is not among the posted ones any more."""
        if posting is None:
            return None
        settled = await self._desk.settle(interaction, interaction.guild_id or 0, posting)
        return settled.posting

    async def _draw(
        self, interaction: discord.Interaction[Any], posting: Posting | None, note: str = "", *, done: bool = True
    ) -> Drawing:
        """Draw one card; `note` says what was done. Not done, and nothing wrong with the card, it comes by itself."""
        library, server = self._desk.library(interaction), interaction.guild_id or 0
        if posting is None:
            raise UserError(library.cards.posted.unknown)
        postings = await (await self._desk.open()).board.list_all(server)
        posted = self._desk.posted(server, postings, posting)
        otherwise = "" if posted.trouble else library.cards.posted.later
        return draw_one(library, server, posted, note if done else otherwise)


def _token(pressed: Pressed) -> bytes:
    """Read which card: off a select, else off a button."""
    try:
        return bytes.fromhex(pressed.values[0]) if pressed.values else pressed.press.token
    except ValueError:
        return b""
