"""Sends reminders and nudges: claimed first, sent with a nonce, noted as sent; looked for before being sent again."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.presses import name_trouble
from bot.cogs.private import CLOSED
from bot.cogs.replies import nonce_of
from bot.domain.reminders.letters import Letter, LetterKind, Unreadable
from bot.jobs.delivery import PATIENCE, TROUBLE, TryLaterError, has_arrived
from bot.services.pack import ServedPack
from bot.ui.reminders.messages import draw_letter

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

PACE: Final = 0.2  # seconds from one message to the next: five a second, by the one process that has the lease

_TIDIED_EACH: Final = timedelta(hours=1)
_UNKNOWN_CHANNEL: Final = 10003
_TOO_MANY: Final = 429

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

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Go on with what was begun, then send what is due."""
        try:
            await self._finish(personal, lease)
            for kind in self._kinds:
                await self._begin(kind, personal, lease)
        except TryLaterError as error:
            log.warning("Discord does not take reminders now: %s", name_trouble(error.__cause__ or error))
            return
        now = self._clock()
        if self._tidied is None or now - self._tidied >= _TIDIED_EACH:
            self._tidied = now
            await personal.sending.forget_old()

    async def _finish(self, personal: "Personal", lease: "Lease") -> None:
        for letter in await personal.sending.list_unfinished():
            if not await lease.hold():
                return
            if await self._arrived(letter):
                await personal.sending.note_sent(letter)
            elif letter.kind in self._kinds and letter.may_go(self._clock()):
                await self._send(personal, letter)
                await asyncio.sleep(self._pace)
            else:
                await personal.sending.drop(letter)

    async def _begin(self, kind: LetterKind, personal: "Personal", lease: "Lease") -> None:
        seen = set[bytes]()
        while due := [what for what in await personal.sending.list_due(kind) if what not in seen]:
            for what in due:
                if not await lease.hold():
                    return
                seen.add(what)
                try:
                    letter = await personal.sending.claim(kind, what)
                except Unreadable:
                    log.error("Something that is due cannot be read, and is left alone")  # noqa: TRY400  # no trace says more
                    continue
                if letter is not None:
                    await self._send(personal, letter)
                    await asyncio.sleep(self._pace)

    async def _send(self, personal: "Personal", letter: Letter) -> None:
        """Send a letter and note what became of it.

        Raises:
            TryLaterError: Discord cannot be had, or may or may not have taken it.
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
            if error.status == _TOO_MANY:
                raise TryLaterError from error
            if error.code in CLOSED:
                await personal.sending.note_closed(letter)
            else:
                log.warning("A message that was due was not taken: %s", name_trouble(error))
                await personal.sending.drop(letter)
        else:
            await personal.sending.note_sent(letter)

    async def _post(self, letter: Letter) -> None:
        """Send it, with sound: a reminder is asked for in order to be heard."""
        channel = self._client.get_partial_messageable(letter.channel or 0, type=discord.ChannelType.private)
        async with asyncio.timeout(PATIENCE):
            await channel.send(view=draw_letter(self._pack.library, letter), nonce=nonce_of(letter.token))

    async def _open_anew(self, personal: "Personal", letter: Letter) -> Letter:
        async with asyncio.timeout(PATIENCE):
            channel = await self._client.create_dm(discord.Object(letter.user))
        return await personal.sending.note_channel(letter, channel.id)

    async def _arrived(self, letter: Letter) -> bool:
        """Whether it stands in the conversation already.

        Raises:
            TryLaterError: Discord cannot be had.
        """
        return letter.channel is not None and await has_arrived(self._client, letter.channel, letter.token)
