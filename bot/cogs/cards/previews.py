"""A card shown to a moderator before it is posted, and the presses that post it: single cards and series."""

import secrets
from collections.abc import Iterator
from typing import Any, Final

import discord

from bot.cogs.cards.desk import Desk, checked, row_of
from bot.cogs.cards.places import Chosen
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.cards.posting import SERIES, Posting, Wish, alike_in
from bot.domain.library import Library
from bot.errors import UserError
from bot.services.cards.board import JustPostedError
from bot.ui.cards.posted import draw_posted, parts_of_series
from bot.ui.cards.preview import PINNED, Draft, Lacking, draw_lacking, draw_nothing_posted, draw_preview
from bot.ui.cards.registry import draw_one
from bot.ui.cards.telling import mention
from bot.ui.drawing import Drawing, echo
from bot.ui.ids import NO_TOKEN, TOKEN_BYTES, Kind

_CHANNEL_BYTES: Final = 8  # of the token; the rest is random


class Previews:
    """Shows and posts. What a preview is about travels in its buttons, so a restart in between changes nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.POST_CARD, Handler(checked(self._desk, self._post), Defer.REDRAW)
        yield Kind.POST_SERIES, Handler(checked(self._desk, self._post), Defer.REDRAW)
        yield Kind.POST_NOTHING, Handler(checked(self._desk, self._cancel), Defer.REDRAW)

    async def show(
        self, interaction: discord.Interaction[Any], topic: str, chosen: Chosen | None, *, pin: bool
    ) -> Drawing:
        """Show a card as it will stand, with what is missing and what can be pressed."""
        subject = await self._find(interaction, topic)
        return await self._preview(interaction, subject, chosen, pin_first=pin)

    async def show_series(self, interaction: discord.Interaction[Any], name: str, chosen: Chosen | None) -> Drawing:
        """Show the index of a series, and name the cards that come with it."""
        library, subject = self._desk.library(interaction), f"{SERIES}{name}"
        if not parts_of_series(library, name):
            raise UserError(library.cards.no_topic.format(topic=echo(name)))
        return await self._preview(interaction, subject, chosen, pin_first=True)

    async def _find(self, interaction: discord.Interaction[Any], topic: str) -> str:
        """Find the card that was chosen, or the one that typed words clearly mean."""
        library = self._desk.library(interaction)
        if explainer := library.explainer(topic):
            return explainer.id
        pack = self._desk.pack
        finder = (await pack.indexes_of(interaction.guild_id)).finder
        found = await pack.search(interaction.user.id, lambda: finder.find(topic, 1))
        if not found or found[0].tier != "sure" or found[0].kind != "explainer":
            raise UserError(library.cards.no_topic.format(topic=echo(topic)))
        return found[0].id

    async def _preview(
        self, interaction: discord.Interaction[Any], subject: str, chosen: Chosen | None, *, pin_first: bool
    ) -> Drawing:
        desk, library, server = self._desk, self._desk.library(interaction), interaction.guild_id or 0
        spot = await desk.spot(interaction, chosen=chosen)
        lacking = await desk.lacking(interaction, spot)
        card = draw_posted(library, subject, NO_TOKEN)
        if card is None or spot.kind is None:
            return draw_lacking(library, spot.channel, lacking)
        postings = await (await desk.open()).board.list_all(server)
        alike = alike_in(postings, subject, spot.channel)
        draft = Draft(
            subject=subject.removeprefix(SERIES),
            channel=spot.channel,
            kind=spot.kind,
            token=spot.channel.to_bytes(_CHANNEL_BYTES, "big") + secrets.token_bytes(TOKEN_BYTES - _CHANNEL_BYTES),
            lacking=lacking,
            parts=_parts(library, subject),
            there=tuple(link for one in alike if (link := one.link(server))),
            shown=len(alike),
            pin_first=pin_first,
        )
        return draw_preview(library, card, draft)

    async def _post(self, pressed: Pressed, server: int) -> None:
        """Post what the preview showed; pressed again, say how it is."""
        desk, interaction, press = self._desk, pressed.interaction, pressed.press
        library, id_ = desk.library(interaction), row_of(server, press.token)
        board = (await desk.open()).board
        posting = await board.get(server, id_)
        if posting is None:
            subject = f"{SERIES}{press.subject}" if press.kind is Kind.POST_SERIES else press.subject
            wish, lacking = await self._wish(pressed, subject)
            if lacking.forbids(pinned=wish.pinned):
                await pressed.reply.show(draw_lacking(library, wish.channel, lacking))
                return
            parts = _parts(library, subject)
            try:
                posting = await board.put(server, wish, interaction.user.id, id_=id_, parts=parts, shown=press.version)
            except JustPostedError as error:
                link = error.posting.link(server) or mention(wish.channel)
                raise UserError(library.cards.preview.just_posted.format(link=link)) from None
        settled = await desk.settle(interaction, server, posting)
        after = settled.posting or posting
        posted = desk.posted(server, await board.list_all(server), after)
        await pressed.reply.redraw(draw_one(library, server, posted, _note(library, after)))

    async def _wish(self, pressed: Pressed, subject: str) -> tuple[Wish, Lacking]:
        """Look again at the place: since the preview everything may have changed."""
        desk, library = self._desk, self._desk.library(pressed.interaction)
        if draw_posted(library, subject, NO_TOKEN) is None:
            raise UserError(library.cards.card_gone)
        channel = int.from_bytes(pressed.press.token[:_CHANNEL_BYTES], "big")
        spot = await desk.spot(pressed.interaction, channel)
        lacking = await desk.lacking(pressed.interaction, spot)
        pinned = pressed.press.position == PINNED
        return Wish(channel=spot.channel, subject=subject, kind=spot.kind or "channel", pinned=pinned), lacking

    async def _cancel(self, pressed: Pressed, server: int) -> None:
        del server
        await pressed.reply.redraw(draw_nothing_posted(self._desk.library(pressed.interaction)))


def _parts(library: Library, subject: str) -> tuple[str, ...]:
    return parts_of_series(library, subject.removeprefix(SERIES)) if subject.startswith(SERIES) else ()


def _note(library: Library, posting: Posting) -> str:
    """Say what became of posting it; where something stands in the way, the card's own lines say so."""
    words, seen = library.cards.posted, posting.seen
    if seen.message is None or seen.home != posting.wish.channel:
        return "" if posting.trouble else words.later
    if seen.pinned:
        return words.posted_and_pinned
    return words.not_pinned_yet if posting.wish.pinned else words.posted
