"""Runs `module:function` with discord.py turned to the loopback that WIRE_BASE names: `python -m tests.wire.launch`.

With WIRE_SHARED, several processes may serve from one database, which the bot refuses: leases are tried that way.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import discord.asset
import discord.gateway
import discord.http
import yarl


def redirect(base: str) -> None:
    """Turn every address discord.py would call to `base`; the webhook routes use the same Route (webhook/async_.py)."""
    discord.http.Route.BASE = f"{base}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws", 1)) / "gateway"
    discord.asset.Asset.BASE = f"{base}/cdn"


class Shared:
    """The right to serve from a database that others have as well."""

    kept = True

    async def holds(self) -> bool:
        """Nobody takes it away."""
        return True

    async def release(self) -> None:
        """Nobody waits for it."""


def share() -> None:
    """Let every process have the database."""
    from bot.services import opening  # noqa: PLC0415 - only where it is asked for

    async def claim(*_: object) -> Shared:
        return Shared()

    opening.claim = claim


def main() -> None:
    """Call the function named by the first argument, which finds the others in sys.argv as it would by itself."""
    target, *arguments = sys.argv[1:]
    module, _, function = target.partition(":")
    redirect(os.environ["WIRE_BASE"])
    if "WIRE_SHARED" in os.environ:
        share()
    sys.argv = [module, *arguments]
    sys.exit(getattr(import_module(module), function)())


if __name__ == "__main__":
    main()
