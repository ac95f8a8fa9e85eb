"""Runs `module:function` with discord.py turned to the loopback that WIRE_BASE names: `python -m tests.wire.launch`."""

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
    discord.asset.Asset.BASE = f"{base}/cdn"  # pyright: ignore[reportAttributeAccessIssue]  # the loopback stands in


def main() -> None:
    """Call the function named by the first argument, which finds the others in sys.argv as it would by itself."""
    target, *arguments = sys.argv[1:]
    module, _, function = target.partition(":")
    redirect(os.environ["WIRE_BASE"])
    sys.argv = [module, *arguments]
    sys.exit(getattr(import_module(module), function)())


if __name__ == "__main__":
    main()
