"""A bare discord.py client that answers /explain with a card: the ruler of benchmarks, and the harness' own try-out.

`main` is the ruler: one command, a card built and sent the ordinary way, nothing else. `main_with_presses` adds what
the harness' own tests need. The first argument may name a JSON file with the card: title, paragraphs, buttons.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import discord
import uvloop
from discord import app_commands, ui

Interaction = discord.Interaction[discord.Client]

TOPICS: Final = ("compersion", "jealousy", "time together")


@dataclass(frozen=True)
class Card:
    """What /explain shows."""

    title: str = "Compersion"
    paragraphs: tuple[str, ...] = ("Joy in another's joy.", "It grows over time, in relationships.")
    buttons: tuple[str, ...] = ("Form", "Later", "Edit")


class CardView(ui.LayoutView):
    """A card as any bot would build it."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        container: ui.Container[CardView] = ui.Container(ui.TextDisplay(f"## {card.title}"), accent_color=0x5B8C5A)
        for paragraph in card.paragraphs:
            container.add_item(ui.TextDisplay(paragraph))
        self.add_item(container)
        if card.buttons:
            row: ui.ActionRow[CardView] = ui.ActionRow()
            for label in card.buttons:
                row.add_item(ui.Button(label=label, custom_id=f"bare:{label.lower()}"))
            self.add_item(row)


class FeelingForm(ui.Modal, title="How is it?"):
    """A form with a text and a choice."""

    words = ui.Label(text="In your words", component=ui.TextInput(custom_id="words", required=False))
    feeling = ui.Label(
        text="Feeling",
        component=ui.RadioGroup(
            custom_id="feeling",
            options=[discord.RadioGroupOption(label=label, value=label.lower()) for label in ("Glad", "Torn")],
        ),
    )


def make_bot(card: Card) -> tuple[discord.Client, app_commands.CommandTree[discord.Client]]:
    """Return the ruler: a client that keeps no caches, and /explain."""
    intents = discord.Intents.none()
    intents.dm_messages = True
    bot = discord.Client(
        intents=intents,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    tree = app_commands.CommandTree(bot)

    @tree.command(name="explain", description="Show a card")
    async def explain(interaction: Interaction, topic: str) -> None:
        del topic
        await interaction.response.send_message(view=CardView(card), ephemeral=True)

    return bot, tree


def add_presses(bot: discord.Client, tree: app_commands.CommandTree[discord.Client]) -> None:
    """Add suggestions, buttons, a form, a message command and answers to DMs; identify again without the usual 5 s."""
    bot.before_identify_hook = _no_wait
    explain = tree.get_command("explain")
    assert isinstance(explain, app_commands.Command)

    @explain.autocomplete("topic")
    async def suggest(_: Interaction, text: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=topic.title(), value=topic) for topic in TOPICS if topic.startswith(text)]

    @tree.context_menu(name="Quote")
    async def quote(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"> {message.content}", ephemeral=True)

    @bot.event
    async def on_interaction(interaction: Interaction) -> None:
        data: Any = interaction.data
        match data.get("custom_id"):
            case "bare:form":
                await interaction.response.send_modal(FeelingForm(custom_id="bare:feeling"))
            case "bare:later":
                await interaction.response.defer(ephemeral=True, thinking=True)
                await interaction.edit_original_response(content="Later is now.")
            case "bare:edit":
                await interaction.response.edit_message(view=CardView(Card(title="Edited", buttons=())))
            case "bare:feeling":
                fields = [child["component"] for child in data["components"]]
                await interaction.response.send_message(" / ".join(str(field["value"]) for field in fields))

    @bot.event
    async def on_message(message: discord.Message) -> None:
        if message.author != bot.user:
            await message.channel.send(f"You wrote {len(message.content)} letters.", nonce=str(message.id))


async def _no_wait(_shard_id: int | None, *, initial: bool) -> None:
    del initial


async def run(bot: discord.Client) -> None:
    """Run until SIGTERM."""
    async with bot:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(bot.close()))
        await bot.start(os.environ["DISCORD_TOKEN"])


def read_card() -> Card:
    """Return the card of the file that the command line names, or one of our own."""
    if len(sys.argv) == 1:
        return Card()
    card = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return Card(card["title"], tuple(card["paragraphs"]), tuple(card["buttons"]))


def main() -> None:
    """Run the ruler."""
    discord.utils.setup_logging()
    bot, _ = make_bot(read_card())
    uvloop.run(run(bot))


def main_with_presses() -> None:
    """Run what the tests of the harness talk to."""
    discord.utils.setup_logging()
    bot, tree = make_bot(read_card())
    add_presses(bot, tree)
    uvloop.run(run(bot))
