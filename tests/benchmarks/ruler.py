"""The ruler: a bare discord.py client that builds and sends a given card the ordinary way, each time anew.

The first argument names a JSON file with the card's components as our bot sends them. They are read once into makers,
so that answering costs what the same constructors written by hand would cost. With `--lean` the view is finished
before it is sent: discord.py then keeps nothing of it, which is the cheapest a view built anew can be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import discord
import uvloop
from discord import app_commands, ui

from tests.wire.bare_bot import Card, Interaction, make_bot, run

Maker = Callable[[], ui.Item[Any]]
Json = dict[str, Any]

ROW, BUTTON, SELECT, TEXT, SEPARATOR, CONTAINER = 1, 2, 3, 10, 14, 17
LEAN: Final = "--lean"


def _text(component: Json) -> Maker:
    content = component["content"]
    return lambda: ui.TextDisplay(content)


def _separator(component: Json) -> Maker:
    visible, spacing = component["divider"], discord.SeparatorSpacing(component["spacing"])
    return lambda: ui.Separator(visible=visible, spacing=spacing)


def _button(component: Json) -> Maker:
    style, label, custom_id = discord.ButtonStyle(component["style"]), component["label"], component["custom_id"]
    return lambda: ui.Button(style=style, label=label, custom_id=custom_id)


def _select(component: Json) -> Maker:
    custom_id, placeholder = component["custom_id"], component.get("placeholder")
    given = [(one["label"], one["value"]) for one in component["options"]]

    def make() -> ui.Item[Any]:
        options = [discord.SelectOption(label=label, value=value) for label, value in given]
        return ui.Select(custom_id=custom_id, placeholder=placeholder, options=options)

    return make


def _row(component: Json) -> Maker:
    makers = [maker_of(one) for one in component["components"]]
    return lambda: ui.ActionRow(*(make() for make in makers))


def _container(component: Json) -> Maker:
    makers, colour = [maker_of(one) for one in component["components"]], component["accent_color"]
    return lambda: ui.Container(*(make() for make in makers), accent_colour=colour)


_MAKERS: Final[dict[int, Callable[[Json], Maker]]] = {
    ROW: _row,
    BUTTON: _button,
    SELECT: _select,
    TEXT: _text,
    SEPARATOR: _separator,
    CONTAINER: _container,
}


def maker_of(component: Json) -> Maker:
    """Return what makes such a component."""
    return _MAKERS[component["type"]](component)


def make_ruler(components: list[Json], *, lean: bool) -> discord.Client:
    """Return the harness' bare client with an /explain that sends these components."""
    bot, tree = make_bot(Card())
    tree.remove_command("explain")
    makers = [maker_of(one) for one in components]

    async def explain(interaction: Interaction, topic: str) -> None:
        del topic
        view = ui.LayoutView()
        for make in makers:
            view.add_item(make())
        if lean:
            view.stop()
        await interaction.response.send_message(view=view, ephemeral=True)

    tree.add_command(app_commands.Command(name="explain", description="Show a card", callback=explain))
    return bot


def main() -> None:
    """Run the ruler until SIGTERM."""
    discord.utils.setup_logging()
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    uvloop.run(run(make_ruler(components, lean=LEAN in sys.argv)))
