"""`/card sync` and `/card log`: a look at everything that is posted, and at what was done."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import discord

from bot.cogs.cards.desk import Desk, checked
from bot.cogs.cards.poster import Settled, Surveyed
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.cards.posting import Posting
from bot.domain.cards.steps import Act
from bot.domain.cards.trouble import FINAL, Trouble
from bot.ui.cards.log import draw_log
from bot.ui.cards.sync import Change, Outcome, draw_dry_run, draw_outcome
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.pages import draw_plain

_CHANGES: Final[Mapping[Act, Change]] = {
    Act.EDIT: "edit",
    Act.WAIT: "edit",
    Act.PIN: "pin",
    Act.UNPIN: "unpin",
    Act.REMOVE: "clear",
    Act.FORGET: "remove",
}
_ONLY_SEEN: Final = frozenset({Act.LOOK, Act.MENTION, Act.FIND})


class Rounds:
    """Looks at all posted cards: first to tell, then to do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.POSTED_SYNC, Handler(checked(self._desk, self._sync), Defer.REDRAW)
        yield Kind.POSTED_SYNC_LEAVE, Handler(checked(self._desk, self._leave), Defer.REDRAW)
        yield Kind.CARD_LOG, Handler(checked(self._desk, self._turn_page), Defer.REDRAW)

    async def survey(self, interaction: discord.Interaction[Any]) -> Drawing:
        """Say what a sync would do; the channels are looked at and left as they are."""
        desk, server = self._desk, interaction.guild_id or 0
        board = (await desk.open()).board
        surveyed = await desk.poster.survey(interaction.client, board, server)
        changes: list[tuple[Posting, Change]] = [(one.posting, what) for one in surveyed for what in _changes(one)]
        return draw_dry_run(desk.library(interaction), changes, len(surveyed))

    async def show_log(self, interaction: discord.Interaction[Any], page: int = 0) -> Drawing:
        """Draw a page of what was done."""
        deeds = await (await self._desk.open()).board.log(interaction.guild_id or 0)
        return draw_log(self._desk.library(interaction), deeds, page, interaction.user.id)

    async def _sync(self, pressed: Pressed, server: int) -> None:
        desk, interaction = self._desk, pressed.interaction
        board = (await desk.open()).board
        settled = await desk.poster.sync(interaction.client, board, server, interaction.user.id)
        outcome = Outcome(
            looked=sum(one.outcome != "later" for one in settled),
            changed=sum(bool(set(one.acts) - _ONLY_SEEN) for one in settled),
            remaining=sum(one.outcome in {"waits", "later"} for one in settled),
            trouble=sum(_is_stopped(one) for one in settled),
        )
        await pressed.reply.redraw(draw_outcome(desk.library(interaction), outcome))

    async def _leave(self, pressed: Pressed, server: int) -> None:
        del server
        await pressed.reply.redraw(draw_plain(self._desk.library(pressed.interaction).cards.sync.left))

    async def _turn_page(self, pressed: Pressed, server: int) -> None:
        del server
        await pressed.reply.redraw(await self.show_log(pressed.interaction, pressed.press.position))


def _is_stopped(settled: Settled) -> bool:
    return settled.posting is not None and settled.posting.trouble is not None


def _changes(surveyed: Surveyed) -> Iterator[Change]:
    """Say what would become of a card, one thing after another; nothing when it stays as it is."""
    posting = surveyed.posting
    wish, seen = posting.wish, posting.seen
    first = _first_change(surveyed)
    if first is None:
        return
    yield first
    is_new = first in {"post", "move"}
    if is_new and wish.pinned:
        yield "pin"
    elif first == "edit" and wish.pinned != seen.pinned:
        yield "pin" if wish.pinned else "unpin"
    if seen.left_over and (is_new or first in {"edit", "pin", "unpin"}):
        yield "clear"


def _first_change(surveyed: Surveyed) -> Change | None:
    posting, act = surveyed.posting, surveyed.step.act
    if posting.wish.gone:
        return "remove"
    if posting.trouble in FINAL:
        return "yours"
    if act is Act.SEND or (act in {Act.FIND, Act.WAIT} and posting.seen.sending is not None):
        return "move" if posting.stands and _moves(posting) else "post"
    known = _CHANGES.get(act)
    if known is None and posting.trouble is Trouble.NOT_IN_PACK:
        return "yours"
    return known or ("try_again" if posting.trouble is not None else None)


def _moves(posting: Posting) -> bool:
    return posting.seen.home != posting.wish.channel
