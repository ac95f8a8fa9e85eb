"""The real bot with two handlers that take longer than Discord waits: what a slow disk would do to them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.__main__ import main as run_bot
from bot.cogs import presses
from bot.errors import UserError
from bot.ui.ids import Kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SLOW = {Kind.SUPPORT, Kind.ANOTHER, Kind.TAKE_BACK}
LONGER_THAN_DISCORD_WAITS = 3.2


def _slowly(act: Callable[[presses.Pressed], Awaitable[None]]) -> Callable[[presses.Pressed], Awaitable[None]]:
    async def acting(pressed: presses.Pressed) -> None:
        await asyncio.sleep(LONGER_THAN_DISCORD_WAITS)
        if pressed.press.kind is Kind.TAKE_BACK:
            raise UserError("It took long, and it did not work.")
        await act(pressed)

    return acting


def main() -> None:
    """Slow the handlers down, then start the bot as always."""
    made = presses.Presses.__init__

    def slower(self: presses.Presses, pack: Any, handlers: Any) -> None:
        slowed = [(kind, replace(one, act=_slowly(one.act)) if kind in SLOW else one) for kind, one in handlers]
        made(self, pack, slowed)

    presses.Presses.__init__ = slower
    run_bot()
