"""Every press on one kept check-in: read it whole, put its own words otherwise, take an answer away, delete it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.cogs.mydata.transfer import alone
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer
from bot.domain.checkins.answers import Answer, SituationRef
from bot.domain.checkins.labels import TextRefused
from bot.domain.checkins.session import step_of
from bot.domain.lookback import MOST_NOTE, Changed, Opened, Spot, with_text
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.checkins.steps import draw_refused, refusal_of
from bot.ui.drawing import Drawing
from bot.ui.ids import NO_TOKEN, Kind
from bot.ui.lookback.entry import FIELD, draw_answer, draw_delete, draw_deleted, draw_entry, make_change_form
from bot.ui.lookback.history import View, draw_nothing
from bot.ui.quoting import words_on

Revisit: TypeAlias = Callable[[Pressed, SituationRef | None], Awaitable[None]]
"""Begins a check-in about a situation, or about none."""


class KeptCheckIns:
    """Opens and changes single check-ins. One that is not there, or is someone else's, is nothing."""

    def __init__(
        self, pack: ServedPack, door: Door, clock: Callable[[], datetime], revisit: Revisit, *, notes: bool
    ) -> None:
        """`notes` says whether words of the member's own may be written here."""
        self._pack, self._door, self._clock = pack, door, clock
        self._revisit, self._notes = revisit, notes

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.LOOK_ENTRY, Handler(self._open, Defer.REDRAW)
        yield Kind.LOOK_AGAIN, Handler(self._begin_again, Defer.NEW)
        yield Kind.LOOK_ANSWER, Handler(self._open_answer, Defer.REDRAW)
        yield Kind.LOOK_CHANGE, Handler(self._open_form, Defer.NEVER)
        yield Kind.LOOK_CHANGED, Handler(self._change, Defer.REDRAW)
        yield Kind.LOOK_MARK, Handler(self._mark, Defer.REDRAW)
        yield Kind.LOOK_TAKE_AWAY, Handler(self._take_away, Defer.REDRAW)
        yield Kind.LOOK_DELETE, Handler(self._ask_to_delete, Defer.REDRAW)
        yield Kind.LOOK_DELETE_NOW, Handler(self._delete, Defer.REDRAW)

    async def _open(self, pressed: Pressed) -> None:
        opened = await self._find(pressed, _chosen(pressed))
        await pressed.reply.redraw(self._entry(pressed, opened) if opened else self._nothing())

    async def _begin_again(self, pressed: Pressed) -> None:
        opened = await self._find(pressed, pressed.press.token)
        if opened is None:
            await pressed.reply.show(self._nothing())
        else:
            await self._revisit(pressed, opened.kept.situation)

    async def _open_answer(self, pressed: Pressed) -> None:
        opened = await self._find(pressed, pressed.press.token)
        place = pressed.values[0] if pressed.values else str(pressed.press.position)
        at = int(place) if place.isdecimal() else None
        await pressed.reply.redraw(self._answer(pressed, opened, at) if opened else self._nothing())

    async def _open_form(self, pressed: Pressed) -> None:
        before = words_on(pressed.interaction.message)
        await pressed.reply.open(make_change_form(self._pack.library, pressed.press, before))

    async def _change(self, pressed: Pressed) -> None:
        """Put other words in; those that cannot be taken are given back, so that nobody writes them twice."""
        library, typed = self._pack.library, pressed.typed(FIELD)
        try:
            done = await self._edit(pressed, lambda answer: with_text(answer, typed, self._most(answer)))
        except TextRefused as error:
            await pressed.reply.show(draw_refused(refusal_of(library, error), typed))
            return
        if not done and typed:
            await pressed.reply.show(draw_refused(library.notebook.conversation.not_taken, typed))

    async def _mark(self, pressed: Pressed) -> None:
        await self._edit(pressed, lambda answer: replace(answer, bring_up=not answer.bring_up))

    async def _take_away(self, pressed: Pressed) -> None:
        await self._edit(pressed, lambda _: None)

    async def _ask_to_delete(self, pressed: Pressed) -> None:
        opened = await self._find(pressed, pressed.press.token)
        view = View.of(pressed.press)
        await pressed.reply.redraw(draw_delete(self._pack.library, opened, view) if opened else self._nothing())

    async def _delete(self, pressed: Pressed) -> None:
        library, personal, user = self._pack.library, await self._door.personal(), pressed.interaction.user.id
        async with alone(library, personal, user):
            deleted = await personal.lookback.delete(user, pressed.press.token, self._clock())
        if deleted is None:
            await pressed.reply.redraw(self._nothing())
            return
        remains, back = await personal.wiping.wipe(deleted.at), View.of(pressed.press).press(Kind.LOOK_PAGE)
        await pressed.reply.redraw(draw_deleted(library, deleted, remains, back))

    async def _edit(self, pressed: Pressed, edit: Callable[[Answer], Answer | None]) -> bool:
        """Change the answer a press stands at and draw what is there now; say whether it was changed.

        A press on an earlier version of the check-in changes nothing: places in it may have moved.
        """
        press = pressed.press
        spot = Spot(press.token, press.version, press.position)
        personal = await self._door.personal()
        changed = await personal.lookback.change(pressed.interaction.user.id, spot, edit, self._clock())
        await pressed.reply.redraw(self._changed(pressed, changed))
        return changed is not None and changed.done

    def _changed(self, pressed: Pressed, changed: Changed | None) -> Drawing:
        if changed is None:
            return self._nothing()
        return (
            self._answer(pressed, changed.opened, changed.at) if changed.done else self._entry(pressed, changed.opened)
        )

    def _entry(self, pressed: Pressed, opened: Opened) -> Drawing:
        return draw_entry(self._pack.library, opened, View.of(pressed.press))

    def _answer(self, pressed: Pressed, opened: Opened, at: int | None) -> Drawing:
        """Draw one answer, or the whole check-in where it has none there."""
        if at is None or opened.kept.answer_at(at) is None:
            return self._entry(pressed, opened)
        return draw_answer(self._pack.library, opened, at, View.of(pressed.press), writable=self._notes)

    def _nothing(self) -> Drawing:
        return draw_nothing(self._pack.library)

    async def _find(self, pressed: Pressed, id_: bytes) -> Opened | None:
        personal = await self._door.personal()
        return await personal.lookback.open(pressed.interaction.user.id, id_, self._clock())

    def _most(self, answer: Answer) -> int:
        """Give how long a note may be: as the script says, where the question is still in it."""
        step = step_of(self._pack.library.check_in, answer.step)
        return step.most if step else MOST_NOTE


def _chosen(pressed: Pressed) -> bytes:
    """Give the id of the check-in that was chosen in a select, or that the button carries."""
    try:
        return bytes.fromhex(pressed.values[0]) if pressed.values else pressed.press.token
    except ValueError:
        return NO_TOKEN
