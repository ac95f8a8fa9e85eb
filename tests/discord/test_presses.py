"""One way in: old ids, foreign ids, trouble, and nothing left behind in discord.py."""

import discord
import pytest

from bot.ui.ids import Kind, Press
from tests.discord.conftest import World, labels, words


async def send_button(world: World, custom_id: str) -> discord.Message:
    """Leave a message with one button in the channel, as an earlier version could have."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Old", custom_id=custom_id)))
    view.stop()
    channel = world.env.bot.get_partial_messageable(world.channel.id)
    await channel.send(view=view)
    (message,) = world.channel.history()
    return message


@pytest.mark.parametrize(
    "custom_id", ["x", "card:compersion", "0.cd....", "1.zz....", "1.cd...", "1.cd.AAAA...", "🜁" * 50]
)
async def test_an_unknown_or_old_button_is_answered_kindly(world: World, custom_id: str) -> None:
    message = await send_button(world, custom_id)

    result = await world.ana.click(message, label="Old")

    assert result.ephemeral
    assert world.library.interface.trouble.old_button in words(result.response)
    assert labels(result.response) == ["All cards", "Glossary", "Support"]


async def test_a_button_for_a_card_that_is_gone_says_so(world: World) -> None:
    message = await send_button(world, Press(Kind.CARD, "long-gone").encode())

    result = await world.ana.click(message, label="Old")

    assert world.library.interface.explain.gone in words(result.response)


async def test_nothing_is_stored_in_discord_py(world: World) -> None:
    for _ in range(3):
        card = await world.ana.slash(world.channel, "explain", topic="compersion")
        await world.ana.click(card.response.message, label="Reflect on this")
        await world.ana.click(card.response.message, label="Support")

    store = world.env.bot._connection._view_store
    assert not store._views
    assert not store._synced_message_views
    assert not store._modals
    assert not store._dynamic_items


async def test_buttons_work_after_a_restart(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")

    await world.env.restart_bot(world.app.make_client())
    result = await world.ana.click(card.response.message, label="Support")

    assert "findahelpline.com" in words(result.response)


async def test_a_pressed_button_twice_answers_twice_and_breaks_nothing(world: World) -> None:
    card = await world.ana.slash(world.channel, "explain", topic="compersion")

    first = await world.ana.click(card.response.message, label="Support")
    second = await world.ana.click(card.response.message, label="Support")

    assert words(first.response) == words(second.response)
    assert world.env.bot.presses.under_way == 0
