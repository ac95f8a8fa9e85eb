"""Goes on with what is to be removed from private conversations: files whose hour is over, clearings cut off."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.cogs.mydata.clearing import Sweeper
from bot.cogs.presses import DISCORD_TROUBLE, name_trouble
from bot.domain.mydata.errands import Errand, SentFile

if TYPE_CHECKING:
    from bot.services.leasing import Lease
    from bot.services.personal import Personal

_AT_MOST: Final = timedelta(minutes=10)  # for one conversation, before others have their turn

log = logging.getLogger(__name__)


class ClearingJob:
    """The job that does what nobody is there to do any more."""

    name = "clearing"

    def __init__(self, client: discord.Client, sweeper: Sweeper, clock: Callable[[], datetime]) -> None:
        self._client, self._sweeper, self._clock = client, sweeper, clock

    async def run(self, personal: "Personal", lease: "Lease") -> None:
        """Do what is due; what Discord does not do now is tried again some minutes later."""
        if (now := await lease.hold()) is None:
            return
        for errand in await personal.errands.list_due(now):
            if (now := await lease.hold()) is None:
                return
            try:
                await self._do(errand, lease)
            except DISCORD_TROUBLE as error:
                log.warning("Something could not be removed yet: %s", name_trouble(error))
                await personal.errands.put_off(errand.token, now)

    async def _do(self, errand: Errand, lease: "Lease") -> None:
        if isinstance(errand.task, SentFile):
            await self._sweeper.remove_file(self._client, errand, errand.task)
            return

        async def tell(removed: int) -> None:
            del removed
            await lease.hold()

        await self._sweeper.sweep(self._client, errand, errand.task, tell, self._clock() + _AT_MOST)
