"""Sends reminders and nudges: claimed first, sent with a nonce, noted as sent; looked for before being sent again."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.cogs.messages import open_private, send_message
from bot.cogs.presses import name_trouble
from bot.cogs.private import CLOSED
from bot.cogs.replies import nonce_of
from bot.domain.reminders.letters import SENT_AGAIN_WITHIN, Letter, LetterKind, Unreadable
from bot.domain.reminders.reminder import TOO_LATE
from bot.domain.trusted_time import ConfirmedTime, is_due
from bot.jobs.delivery import PATIENCE, TROUBLE, TryLaterError, has_arrived
from bot.services.pack import ServedPack
from bot.ui.reminders.messages import draw_letter

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

PACE: Final = 0.2  # seconds from one message to the next: five a second, by the one process that has the lease

_TIDIED_EACH: Final = timedelta(hours=1)
_AGAIN_AFTER: Final = timedelta(minutes=5)
_MOST_IN_VAIN: Final = 5  # in one round; then Discord, and not one conversation, cannot be had
_UNKNOWN_CHANNEL: Final = 10003
_ABOUT_THE_MEMBER: Final = CLOSED | {10013, 50033}  # their account is gone

log = logging.getLogger(__name__)


class SendingJob:
    """The job that sends the kinds of letter the operator has switched on. `pace` is in seconds."""

    name = "sending"

    def __init__(
        self,
        pack: ServedPack,
        client: discord.Client,
        clock: Callable[[], datetime],
        kinds: Sequence[LetterKind],
        pace: float = PACE,
    ) -> None:
        self._pack, self._client, self._clock = pack, client, clock
        self._kinds, self._pace = tuple(kinds), pace
        self._tidied: datetime | None = None
        self._tried: dict[bytes, datetime] = {}
        self._in_vain = 0

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Go on with what was begun, then send what is due."""
        self._in_vain = 0
        try:
            await self._finish(personal, lease)
            for kind in self._kinds:
                await self._begin(kind, personal, lease)
        except TryLaterError:
            return
        if (now := await lease.hold()) and is_due(self._tidied, _TIDIED_EACH, now):
            self._tidied = now
            await personal.sending.forget_old(now)

    async def _finish(self, personal: "Personal", lease: "Lease") -> None:
        unfinished = await personal.sending.list_unfinished()
        self._tried = {one.token: at for one in unfinished if (at := self._tried.get(one.token))}
        for letter in unfinished:
            if self._rests(letter):
                continue
            if (now := await lease.hold()) is None:
                return
            await self._attempt(letter, self._go_on(personal, letter, now))

    def _rests(self, letter: Letter) -> bool:
        """Whether it was tried in vain a moment ago, and is not one that a round later comes in time."""
        now, tried = self._clock(), self._tried.get(letter.token)
        late = now - letter.claimed >= SENT_AGAIN_WITHIN
        return tried is not None and late and letter.wanted and now - tried < _AGAIN_AFTER

    async def _go_on(self, personal: "Personal", letter: Letter, now: ConfirmedTime) -> None:
        """Look for what was begun earlier, and send it again only where it cannot stand there twice then.

        Raises:
            TryLaterError: Discord cannot be had.
        """
        try:
            arrived = await self._arrived(letter)
        except TryLaterError:
            if letter.claimed + TOO_LATE >= now:
                raise
            arrived = None
        if arrived:
            await personal.sending.note_sent(letter)
        elif letter.kind in self._kinds and letter.may_go(now, arrived=arrived):
            await self._send(personal, letter)
            await asyncio.sleep(self._pace)
        else:
            await personal.sending.give_up(letter)

    async def _attempt(self, letter: Letter, sending: Coroutine[Any, Any, None]) -> None:
        """Send one; what cannot be sent now is tried again in a few minutes.

        Raises:
            TryLaterError: several could not, one after another.
        """
        try:
            await sending
        except TryLaterError as error:
            self._tried[letter.token] = self._clock()
            self._in_vain += 1
            log.warning("Discord does not take a reminder now: %s", name_trouble(error.__cause__ or error))
            if self._in_vain >= _MOST_IN_VAIN:
                raise
        else:
            self._in_vain = 0

    async def _begin(self, kind: LetterKind, personal: "Personal", lease: "Lease") -> None:
        seen = set[bytes]()
        while due := [what for what in await personal.sending.list_due(kind) if what not in seen]:
            for what in due:
                if (now := await lease.hold()) is None:
                    return
                seen.add(what)
                try:
                    letter = await personal.sending.claim(kind, what, now)
                except Unreadable:
                    log.error("Something that is due cannot be read, and is set aside for a day")  # noqa: TRY400  # no trace says more
                    await personal.sending.put_off(kind, what, now)
                    continue
                if letter is not None:
                    await self._attempt(letter, self._send(personal, letter))
                    await asyncio.sleep(self._pace)

    async def _send(self, personal: "Personal", letter: Letter) -> None:
        """Send a letter and note what became of it.

        Raises:
            TryLaterError: it was not taken, for what is not about the member, or may or may not have been.
        """
        try:
            if letter.channel is None:
                letter = await self._open_anew(personal, letter)
            try:
                await self._post(letter)
            except discord.NotFound as error:
                if error.code != _UNKNOWN_CHANNEL:
                    raise
                letter = await self._open_anew(personal, letter)
                await self._post(letter)
        except TROUBLE as error:
            raise TryLaterError from error
        except discord.HTTPException as error:
            if error.code not in _ABOUT_THE_MEMBER:
                raise TryLaterError from error
            await personal.sending.note_closed(letter)
        else:
            await personal.sending.note_sent(letter)

    async def _post(self, letter: Letter) -> None:
        """Send it, with sound: a reminder is asked for in order to be heard."""
        drawing = draw_letter(self._pack.library, letter)
        async with asyncio.timeout(PATIENCE):
            await send_message(self._client, letter.channel or 0, drawing, nonce=nonce_of(letter.token))

    async def _open_anew(self, personal: "Personal", letter: Letter) -> Letter:
        async with asyncio.timeout(PATIENCE):
            channel = await open_private(self._client, letter.user)
        return await personal.sending.note_channel(letter, channel)

    async def _arrived(self, letter: Letter) -> bool | None:
        """Whether it stands in the conversation already; None where that cannot be told.

        Raises:
            TryLaterError: Discord cannot be had.
        """
        if letter.channel is None:
            return False  # nothing was sent: it was to be opened first
        return await has_arrived(self._client, letter.channel, letter.token, letter.claimed)
