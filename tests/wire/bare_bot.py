"""
A bare discord.py client that shows a card in answer to /explain: the ruler of benchmarks, and what the harness is tried on.

`main` is the ruler: one command, a card built and sent the ordinary way, nothing else. `main_with_presses` adds what the
harness' own tests need. The first argument may name a JSON file with the card: title, paragraphs, buttons.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import discord
import uvloop
from discord import app_commands, ui

TOPICS: Final = ("compersion", "jealousy", "time together")


@dataclass(frozen=True)
class Card:
    """What /explain shows."""

    title: str = "Compersion"
    paragraphs: tuple[str, ...] = ("Joy in another's joy.", "It grows over time, in relationships.")
    buttons: tuple[str, ...] = ("Ask me", "Defer", "Edit")


class CardView(ui.LayoutView):
    """A card as any bot would build it."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        container: ui.Container[CardView] = ui.Container(ui.TextDisplay(f"## {card.title}"), accent_color=0x5B8C5A)
        for paragraph in card.paragraphs:
            container.add_item(ui.TextDisplay(paragraph))
        row: ui.ActionRow[CardView] = ui.ActionRow()
        for label in card.buttons:
            row.add_item(ui.Button(label=label, custom_id=f"bare:{label.lower()}"))
        self.add_item(container)
        if card.buttons:
            self.add_item(row)


class BareBot(discord.Client):
    """The ruler."""

    def __init__(self, card: Card) -> None:
        intents = discord.Intents.none()
        intents.dm_messages = True
        quiet = discord.MemberCacheFlags.none()
        super().__init__(intents=intents, max_messages=None, member_cache_flags=quiet, chunk_guilds_at_startup=False)
        self.card = card
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(app_commands.Command(name="explain", description="Show a card", callback=self.explain))

    @app_commands.autocomplete()
    async def _unused(self) -> None: ...

    async def explain(self, interaction: discord.Interaction, topic: str) -> None:
        """Show the card privately, whatever the topic."""
        del topic
        await interaction.response.send_message(view=CardView(self.card), ephemeral=True)


def main() -> None:
    """Run the ruler until SIGTERM."""
    uvloop.run(run(BareBot(_card())))
