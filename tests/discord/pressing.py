"""Presses nobody was offered: a payload sent by someone else, or sent again."""

from typing import Any

import discord

from bot.ui.ids import Press
from tests.discord.conftest import World


async def press_as(world: World, who: Any, press: Press) -> Any:
    """Press, as anyone, what only its owner was ever shown; give everything this drew."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Forged", custom_id=press.encode())))
    view.stop()
    await world.env.bot.get_partial_messageable(world.channel.id).send(view=view)
    message = world.channel.history()[-1]
    return await who.click(message, label="Forged")
