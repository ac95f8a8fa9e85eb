"""Every press on a member's labels: named, renamed, put away, joined, deleted."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.cogs.mydata.transfer import alone
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.checkins.answers import SituationRef
from bot.domain.checkins.labels import TextRefused
from bot.domain.checkins.situations import OwnSituation
from bot.errors import UserError
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.checkins.steps import draw_refused, refusal_of
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.lookback.entry import draw_deleted
from bot.ui.lookback.history import View, draw_nothing
from bot.ui.lookback.situations import (
    FIELD,
    draw_merge,
    draw_merge_asked,
    draw_situation,
    draw_situation_delete,
    draw_situations,
    make_label_form,
)
from bot.ui.quoting import words_on

Draw = Callable[[OwnSituation, Sequence[OwnSituation]], Drawing]
"""Draws one situation, given the others."""


class SituationsCog:
    """Shows and changes labels. One that is not there, or is someone else's, leads back to all of them."""

    def __init__(self, pack: ServedPack, door: Door, clock: Callable[[], datetime]) -> None:
        self._pack, self._door, self._clock = pack, door, clock

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.SITUATIONS, Handler(self._list, Defer.REDRAW)
        yield Kind.SITUATION, Handler(self._open, Defer.REDRAW)
        yield Kind.SITUATION_NEW, Handler(self._ask_for_label, Defer.NEVER)
        yield Kind.SITUATION_NAMED, Handler(self._add, Defer.REDRAW)
        yield Kind.SITUATION_RENAME, Handler(self._ask_for_label, Defer.NEVER)
        yield Kind.SITUATION_RENAMED, Handler(self._rename, Defer.REDRAW)
        yield Kind.SITUATION_AWAY, Handler(self._put_away, Defer.REDRAW)
        yield Kind.SITUATION_MERGE, Handler(self._ask_into_which, Defer.REDRAW)
        yield Kind.SITUATION_MERGE_INTO, Handler(self._ask_to_merge, Defer.REDRAW)
        yield Kind.SITUATION_MERGE_NOW, Handler(self._merge, Defer.REDRAW)
        yield Kind.SITUATION_DELETE, Handler(self._ask_to_delete, Defer.REDRAW)
        yield Kind.SITUATION_DELETE_NOW, Handler(self._delete, Defer.REDRAW)

    async def _list(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(self._all(await self._mine(pressed)))

    async def _open(self, pressed: Pressed) -> None:
        await self._draw(pressed, pressed.values[0] if pressed.values else _ref(pressed), self._one)

    async def _ask_for_label(self, pressed: Pressed) -> None:
        before = words_on(pressed.interaction.message) if pressed.press.kind is Kind.SITUATION_RENAME else None
        await pressed.reply.open(make_label_form(self._pack.library, pressed.press, before))

    async def _add(self, pressed: Pressed) -> None:
        situations = (await self._door.personal()).situations
        typed, user = pressed.typed(FIELD), pressed.interaction.user.id
        try:
            await situations.add(user, typed, self._clock())
        except UserError as error:
            await self._give_back(pressed, error, typed)
        else:
            await self._list(pressed)

    async def _rename(self, pressed: Pressed) -> None:
        situations = (await self._door.personal()).situations
        typed, user = pressed.typed(FIELD), pressed.interaction.user.id
        try:
            await situations.rename(user, _ref(pressed), typed, self._clock())
        except UserError as error:
            await self._give_back(pressed, error, typed)
        else:
            await self._draw(pressed, _ref(pressed), self._one)

    async def _put_away(self, pressed: Pressed) -> None:
        situations = (await self._door.personal()).situations
        away = pressed.press.position == 1
        await situations.put_away(pressed.interaction.user.id, _ref(pressed), self._clock(), away=away)
        await self._draw(pressed, _ref(pressed), self._one)

    async def _ask_into_which(self, pressed: Pressed) -> None:
        library = self._pack.library
        await self._draw(pressed, _ref(pressed), lambda one, others: draw_merge(library, one, others))

    async def _ask_to_merge(self, pressed: Pressed) -> None:
        library, chosen = self._pack.library, pressed.subject

        def draw(one: OwnSituation, others: Sequence[OwnSituation]) -> Drawing:
            into = next((other for other in others if other.ref == chosen), None)
            return draw_merge_asked(library, one, into) if into else draw_merge(library, one, others)

        await self._draw(pressed, _ref(pressed), draw)

    async def _merge(self, pressed: Pressed) -> None:
        situations = (await self._door.personal()).situations
        into = SituationRef(pressed.press.subject)
        await situations.merge(pressed.interaction.user.id, _ref(pressed), into, self._clock())
        await self._draw(pressed, into, self._one)

    async def _ask_to_delete(self, pressed: Pressed) -> None:
        library = self._pack.library
        await self._draw(pressed, _ref(pressed), lambda one, _: draw_situation_delete(library, one))

    async def _delete(self, pressed: Pressed) -> None:
        library, personal, user = self._pack.library, await self._door.personal(), pressed.interaction.user.id
        async with alone(library, personal, user):
            deleted = await personal.situations.delete(user, _ref(pressed), self._clock())
        if deleted is None:
            await self._list(pressed)
        else:
            remains, back = await personal.wiping.wipe(deleted.at), View().press(Kind.LOOK_PAGE)
            await pressed.reply.redraw(draw_deleted(library, deleted, remains, back))

    async def _draw(self, pressed: Pressed, ref: str, draw: Draw) -> None:
        mine = await self._mine(pressed)
        one = next((one for one in mine if one.ref == ref), None)
        others = [other for other in mine if other is not one]
        await pressed.reply.redraw(draw(one, others) if one else self._all(mine))

    def _one(self, one: OwnSituation, others: Sequence[OwnSituation]) -> Drawing:
        return draw_situation(self._pack.library, one, alone=not others)

    def _all(self, mine: Sequence[OwnSituation]) -> Drawing:
        library = self._pack.library
        return draw_situations(library, mine) if mine else draw_nothing(library)

    async def _mine(self, pressed: Pressed) -> tuple[OwnSituation, ...]:
        situations = (await self._door.personal()).situations
        return await situations.mine(pressed.interaction.user.id, self._clock())

    async def _give_back(self, pressed: Pressed, error: UserError, typed: str) -> None:
        """Say why a label was not taken, and give it back."""
        library = self._pack.library
        why = refusal_of(library, error) if isinstance(error, TextRefused) else str(error)
        await pressed.reply.show(draw_refused(why, typed))


def _ref(pressed: Pressed) -> SituationRef:
    return SituationRef(pressed.press.token.hex())
