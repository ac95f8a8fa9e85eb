"""Every press inside a check-in: parse what was pressed, let the service commit it, draw what came of it."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import discord

from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import Conversation, place_of, redraw_elsewhere
from bot.cogs.replies import UNKNOWN_MESSAGE, Defer
from bot.domain.checkins import moves
from bot.domain.checkins.answers import Picked, SituationRef, Value
from bot.domain.checkins.labels import TextRefused
from bot.domain.checkins.session import asks_for_support, step_of
from bot.domain.checkins.standing import At, DoesNotFit, Ended, Gone, Standing, Step, Stopped, has_taken
from bot.domain.script import CheckIn
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.cards.card import Audience, CardBook
from bot.ui.checkins.closing import (
    Answered,
    answered_on,
    draw_ended_check_in,
    draw_gone,
    draw_let_go,
    draw_said,
    offers_on,
)
from bot.ui.checkins.forms import (
    WORD,
    draw_note_form,
    draw_offer_form,
    draw_quick_form,
    draw_word_form,
    is_marked,
    read_note,
    read_offer,
    read_quick_form,
    typed_in,
)
from bot.ui.checkins.steps import (
    draw_note_gone,
    draw_own_note,
    draw_put_away,
    draw_refused,
    draw_standing,
    draw_stopped,
    draw_support_panel,
    draw_thrown_away,
    draw_written,
    refusal_of,
)
from bot.ui.drawing import Drawing
from bot.ui.ids import Kind
from bot.ui.quoting import words_on
from bot.ui.support import draw_support_alone

if TYPE_CHECKING:
    from bot.services.checkins.flow import Checkins, VersionedMove

Moving = Callable[["Checkins", At], Awaitable[Step]]


class Steps:
    """Walks people through a check-in."""

    def __init__(  # noqa: PLR0913  # what an operator may switch off, each by its name
        self,
        pack: ServedPack,
        door: Door,
        conversation: Conversation,
        now: Callable[[], datetime],
        *,
        notes: bool,
        reminders: bool,
    ) -> None:
        self._now = now
        self._pack, self._door, self._conversation = pack, door, conversation
        self._notes, self._reminders = notes, reminders
        self._cards = CardBook()

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.ANSWER, Handler(self._answer, Defer.REDRAW)
        yield Kind.LABEL, Handler(self._choose_label, Defer.REDRAW)
        yield Kind.WORD, Handler(self._open_word, Defer.NEVER)
        yield Kind.WORD_WRITTEN, Handler(self._write_word, Defer.REDRAW)
        yield Kind.NOTE, Handler(self._open_note, Defer.NEVER)
        yield Kind.NOTE_WRITTEN, Handler(self._write_note, Defer.REDRAW)
        yield Kind.FORM, Handler(self._open_form, Defer.NEVER)
        yield Kind.FORM_FILLED, Handler(self._fill_form, Defer.REDRAW)
        for kind, move in _MOVES.items():
            yield kind, Handler(self._mover(move), Defer.REDRAW)
        yield Kind.GO_ON_WITH, Handler(self._go_on_with, Defer.REDRAW)
        yield Kind.THROW_AWAY, Handler(self._throw_away, Defer.REDRAW)
        yield Kind.SUPPORT_PANEL, Handler(self._show_panel, Defer.NEW)
        yield Kind.LAST_NOTE, Handler(self._show_last_note, Defer.NEW)
        yield Kind.KEEP, Handler(self._keep, Defer.REDRAW)
        yield Kind.LET_GO, Handler(self._let_go, Defer.REDRAW)
        yield Kind.SHOW_SAID, Handler(self._show_said, Defer.NEW)
        yield Kind.OFFER, Handler(self._open_offer, Defer.NEVER)
        yield Kind.OFFER_FILLED, Handler(self._fill_offer, Defer.REDRAW)
        yield Kind.OFFER_LABEL, Handler(self._add_label, Defer.REDRAW)
        yield Kind.TAKE_BACK_TICK, Handler(self._take_back, Defer.REDRAW)
        yield Kind.SHOW_WRITTEN, Handler(self._show_written, Defer.NEW)
        yield Kind.HIDE_SUPPORT, Handler(self._hide_support, Defer.REDRAW)

    async def draw(self, pressed: Pressed, step: Step) -> None:
        """Draw what came of a press, where it was pressed or, when that message is gone, in a new one."""
        if isinstance(step, Gone):
            await pressed.reply.show(self.drawing(step))  # what was pressed may still hold words worth reading
            return
        try:
            await pressed.reply.redraw(self.drawing(step, answered_on(pressed.interaction.message)))
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await (pressed.reply.show(self.drawing(step)) if isinstance(step, Stopped) else self.deliver(pressed, step))
        if isinstance(step, Standing) and step.left:
            await redraw_elsewhere(pressed.interaction.client, step.left, draw_put_away(self._pack.library))
        opens = self._pack.library.explainer(step.opens) if isinstance(step, Standing) and step.opens else None
        if opens is not None:
            await pressed.reply.show(self._cards.card(self._pack.library, opens, Audience.PRIVATE))

    async def deliver(self, pressed: Pressed, step: Standing | Ended) -> None:
        """Draw a check-in in a new message, and note which, so that it can be put away."""
        place = await self._conversation.deliver(pressed.interaction, self.drawing(step), pressed.reply)
        if place is not None:
            await (await self._checkins()).note_place(At(pressed.interaction.user.id, step.token, place=place))

    async def _answer(self, pressed: Pressed) -> None:
        press = pressed.press
        positions = tuple(map(int, pressed.values)) or (press.position,)
        step = step_of(self._script, press.subject)
        picked = [one.id for at, one in enumerate(step.options) if at in positions] if step else []
        needs_help = asks_for_support(self._script, {press.subject: picked})
        moving: Moving = lambda checkins, at: checkins.choose(at, press.subject, positions)  # noqa: E731  # its type is named
        await self._go(pressed, moving, needs_help=needs_help)

    async def _choose_label(self, pressed: Pressed) -> None:
        ref = SituationRef(pressed.values[0])
        await self._go(pressed, lambda checkins, at: checkins.name_known(at, ref))

    async def _open_word(self, pressed: Pressed) -> None:
        library, press = self._pack.library, pressed.press
        step = step_of(self._script, press.subject)
        if step is None or press.position >= len(step.options) or not step.options[press.position].own_word:
            await self._answer(pressed)  # the question has changed since it was drawn, and is drawn again
            return
        await pressed.reply.open(draw_word_form(library, step, press))

    async def _write_word(self, pressed: Pressed) -> None:
        press, word = pressed.press, pressed.typed(WORD)
        await self._go(
            pressed, lambda checkins, at: checkins.choose(at, press.subject, (press.position,), word), typed=word
        )

    async def _open_note(self, pressed: Pressed) -> None:
        step = step_of(self._script, pressed.press.subject)
        if step is None or step.kind != "text":
            await self._answer(pressed)
            return
        message = pressed.interaction.message
        form = draw_note_form(self._pack.library, step, pressed.press, words_on(message), marked=is_marked(message))
        await pressed.reply.open(form)

    async def _write_note(self, pressed: Pressed) -> None:
        note, step = read_note(pressed.fields), pressed.press.subject
        await self._go(pressed, lambda checkins, at: checkins.answer(at, step, note), typed=note.text)

    async def _open_form(self, pressed: Pressed) -> None:
        await pressed.reply.open(draw_quick_form(self._pack.library, self._script, pressed.press))

    async def _fill_form(self, pressed: Pressed) -> None:
        values = read_quick_form(self._script, pressed.press, pressed.fields)
        typed = typed_in(self._script, pressed.fields)
        needs_help = asks_for_support(self._script, pressed.fields)
        await self._go(pressed, lambda checkins, at: _fill(checkins, at, values), typed, needs_help=needs_help)

    def _mover(self, move: "VersionedMove") -> Callable[[Pressed], Awaitable[None]]:
        async def act(pressed: Pressed) -> None:
            await self._go(pressed, lambda checkins, at: checkins.move(at, move))

        return act

    async def _go_on_with(self, pressed: Pressed) -> None:
        at = _at(pressed, bytes.fromhex(pressed.values[0]))
        await self.draw(pressed, await (await self._checkins()).go_on(at))

    async def _throw_away(self, pressed: Pressed) -> None:
        await self._end(pressed, draw_thrown_away(self._pack.library))

    async def _let_go(self, pressed: Pressed) -> None:
        await self._end(pressed, draw_let_go(self._pack.library))

    async def _end(self, pressed: Pressed, drawing: Drawing) -> None:
        left = await (await self._checkins()).throw_away(_at(pressed))
        await (pressed.reply.redraw(drawing) if left is None else self.draw(pressed, left))

    async def _keep(self, pressed: Pressed) -> None:
        await self.draw(pressed, await (await self._checkins()).keep(_at(pressed)))

    async def _show_said(self, pressed: Pressed) -> None:
        library, step = self._pack.library, await (await self._checkins()).stand(_at(pressed))
        await pressed.reply.show(
            draw_said(library, step) if isinstance(step, Ended) else draw_gone(library, self._now())
        )

    async def _open_offer(self, pressed: Pressed) -> None:
        step = step_of(self._script, pressed.press.subject)
        if step is None:
            await self._go(pressed, lambda checkins, at: checkins.stand(at))
            return
        await pressed.reply.open(draw_offer_form(self._pack.library, step, pressed.press))

    async def _fill_offer(self, pressed: Pressed) -> None:
        step = step_of(self._script, pressed.press.subject)
        value = read_offer(step, pressed.fields) if step else Picked(())
        typed, subject = pressed.typed(WORD), pressed.press.subject
        await self._go(pressed, lambda checkins, at: checkins.add(at, subject, value), typed=typed)

    async def _add_label(self, pressed: Pressed) -> None:
        ref, subject = SituationRef(pressed.values[0]), pressed.press.subject
        await self._go(pressed, lambda checkins, at: checkins.add(at, subject, ref))

    async def _take_back(self, pressed: Pressed) -> None:
        """Go back to the question. Where it was hidden while that was drawn, hide it again: the later press wins."""
        await self._go(pressed, lambda checkins, at: checkins.take_back(at))
        stands = await (await self._checkins()).stand(At(pressed.interaction.user.id, pressed.press.token))
        if isinstance(stands, Standing) and stands.session.state == "paused":
            await pressed.reply.redraw(self.drawing(stands))

    async def _show_written(self, pressed: Pressed) -> None:
        written = await (await self._checkins()).read_written(_at(pressed))
        library = self._pack.library
        await pressed.reply.show(draw_note_gone(library) if written is None else draw_written(library, written))

    async def _hide_support(self, pressed: Pressed) -> None:
        """Hide it first: that must not wait for a database. One whose tick was taken back meanwhile waits there."""
        await pressed.reply.redraw(draw_put_away(self._pack.library))
        put_away = await (await self._checkins()).hide(_at(pressed))
        if put_away is not None:
            await self.draw(pressed, put_away)

    async def _show_panel(self, pressed: Pressed) -> None:
        await pressed.reply.show(draw_support_panel(self._pack.library))

    async def _show_last_note(self, pressed: Pressed) -> None:
        note = await (await self._checkins()).read_last_note(_at(pressed))
        library = self._pack.library
        await pressed.reply.show(draw_note_gone(library) if note is None else draw_own_note(library, note))

    async def _go(self, pressed: Pressed, moving: Moving, typed: str = "", *, needs_help: bool = False) -> None:
        """Do what was pressed. What was typed and could not be taken is given back, so that nobody writes it twice.

        Whoever `needs_help` sees it where their press came too late to count, too.
        """
        library = self._pack.library
        try:
            step = await moving(await self._checkins(), _at(pressed))
        except (TextRefused, DoesNotFit) as error:
            await pressed.reply.show(draw_refused(refusal_of(library, error), typed))
            return
        await self.draw(pressed, step)
        has_help = isinstance(step, Gone) or (isinstance(step, Ended) and step.closing.instead)
        if needs_help and not has_help:
            await pressed.reply.show(draw_support_alone(library, self._now()))
        if typed and not has_taken(step, typed):
            await pressed.reply.show(draw_refused(library.notebook.conversation.not_taken, typed))

    def drawing(self, step: Step, before: Answered | None = None) -> Drawing:
        """Draw what came of a press; `before` is what stands where it is drawn."""
        library = self._pack.library
        match step:
            case Standing():
                return draw_standing(library, self._script, step)
            case Ended():
                return draw_ended_check_in(library, step, self._now(), reminders=self._reminders, before=before)
            case Stopped():
                return draw_stopped(library)
            case Gone():
                return draw_gone(library, self._now())

    async def _checkins(self) -> "Checkins":
        return (await self._door.personal()).checkins

    @property
    def _script(self) -> CheckIn:
        return self._pack.library.script(notes=self._notes)


_MOVES: dict[Kind, "VersionedMove"] = {
    Kind.STEP_BY_STEP: moves.step_by_step,
    Kind.SKIP: moves.skip,
    Kind.BACK: moves.back,
    Kind.LEAVE: moves.leave,
    Kind.GO_ON: moves.resume,
}


async def _fill(checkins: "Checkins", at: At, values: dict[str, Value | None] | None) -> Step:
    """Fill the form in; one whose words have changed since it was opened is opened again instead."""
    return await checkins.stand(at) if values is None else await checkins.fill_form(at, values)


def _at(pressed: Pressed, token: bytes | None = None) -> At:
    press, interaction = pressed.press, pressed.interaction
    offers = offers_on(interaction.message)
    return At(interaction.user.id, token or press.token, press.version, place_of(interaction), offers)
