"""Draws the weekly prompt as it stands in a channel."""

from bot.domain.content import Prompt, Theme
from bot.domain.library import Library
from bot.ui.cards.card import origin_line
from bot.ui.drawing import Drawing, button, row, small, text
from bot.ui.ids import Kind, Press, mark_of


def draw_weekly(library: Library, theme: Theme, prompt: Prompt, token: bytes) -> Drawing:
    """Draw a prompt for all who read along.

    Its token stands in its buttons, and by that it is found again; the mark says which prompt Reflect begins with.
    """
    words = library.weekly.message
    foot = [small(words.yours), *origin_line(library, library.origins.prompts.get(prompt.id))]
    return Drawing(
        text(f"## {words.title}", prompt.text, "\n".join(foot)),
        row(
            button(words.reflect, Press(Kind.REFLECT, theme.id, token, position=mark_of(prompt.id))),
            button(library.interface.buttons.support, Press(Kind.SUPPORT)),
            button(words.pause, Press(Kind.WEEKLY_PAUSE, token=token)),
        ),
    )
