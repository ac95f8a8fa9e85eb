"""Asks what Discord would say of a pack: makes its commands and draws its screens, as the bot does, and counts.

`check` runs it on a pack in which nothing else is wrong, as limits hold for what is put together and filled in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from bot.app import App
from bot.config import CheckIns, Operator, Settings, StorageSettings
from bot.domain.library import Library
from bot.ui import pages
from bot.ui.cards.card import Audience, CardBook, draw_shared
from bot.ui.checkins.arrival import draw_consent
from bot.ui.checkins.steps import draw_support_panel
from bot.ui.drawing import MOST_OPTIONS, Drawing
from bot.ui.ids import NO_TOKEN, Kind, Press
from bot.ui.pictures import render_stages
from bot.ui.support import SupportView, draw_support, draw_support_alone

_MOST_TEXT: Final = 4000
_MOST_COMPONENTS: Final = 40
_MOST_COMMANDS: Final = 100
_MOST_OF_COMMAND: Final = 8000  # characters over all names and descriptions
_BUTTON, _SELECT, _TEXT = 2, 3, 10  # kinds of components, by Discord's numbers
_ANYONE: Final = 1 << 62
_SOME_DAY: Final = datetime(2026, 1, 7, 12, tzinfo=UTC)  # what passes at one hour passes at every hour
_MOST_LABEL: Final = 80

Draw = Callable[[], Drawing]


def rehearse(folder: Path) -> list[str]:
    """Give everything that Discord, or what talks to it, would refuse; blocks."""
    app = App(
        Settings(
            content=folder,
            operator=Operator(user=1, server=1),
            check_ins=CheckIns(enabled=True),
            storage=StorageSettings(key_files=(Path("key"),)),
        )
    )
    return [*_commands(app), *_screens(app.pack.library)]


def _commands(app: App) -> Iterator[str]:
    """Register every command as a start does, and count what is in it."""
    try:
        client = app.make_client()
        for command in app.halves.commands():
            client.tree.add_command(command)
        made = [command.to_dict(client.tree) for command in client.tree.get_commands()]
    except Exception as error:  # noqa: BLE001  # whatever it is, the bot would not come up
        yield f"the commands cannot be made: {error}"
        return
    if len(made) > _MOST_COMMANDS:
        yield f"{len(made)} commands: Discord takes {_MOST_COMMANDS}"
    for one in made:
        if (length := _length_of(one)) > _MOST_OF_COMMAND:
            yield f"the command `{one['name']}` has {length} characters in all: Discord takes {_MOST_OF_COMMAND}"


def _length_of(command: Mapping[str, Any]) -> int:
    inside = cast("Iterable[Mapping[str, Any]]", (*command.get("options", ()), *command.get("choices", ())))
    own = sum(len(str(command.get(key, ""))) for key in ("name", "description", "value"))
    return own + sum(map(_length_of, inside))


def _screens(library: Library) -> Iterator[str]:
    for name, draw in _draws(library):
        try:
            payload = draw().to_components()
        except Exception as error:  # noqa: BLE001  # whatever it is, a member would meet it
            yield f"{name} cannot be drawn: {type(error).__name__}: {error}"
        else:
            yield from (f"{name} {trouble}" for trouble in _troubles(payload))


def _draws(library: Library) -> Iterator[tuple[str, Draw]]:
    book, now = CardBook(), _SOME_DAY
    for card in library.explainers.values():
        yield f"the card `{card.id}`", lambda card=card: book.card(library, card, Audience.SHOWABLE)
        yield f"the shared card `{card.id}`", lambda card=card: draw_shared(library, card, _ANYONE)
    picture = library.interface.stages.picture
    yield "the page about all stages", lambda: pages.draw_stages(library, render_stages(library.trajectory, picture))
    for stage in library.stages.values():
        yield f"the stage `{stage.id}`", lambda stage=stage: pages.draw_stage(library, stage)
    another = Press(Kind.ANOTHER, "", NO_TOKEN, 0, 1)
    for theme in library.themes.values():
        for prompt in theme.prompts:
            said = f"the prompt `{prompt.id}`"
            yield said, lambda theme=theme, prompt=prompt: pages.draw_prompt(library, theme, prompt, another)
    for term in library.terms.values():
        yield f"the term `{term.id}`", lambda term=term: pages.draw_term(library, term)
    for place in library.resources.places:
        for view in (SupportView(), SupportView(writing=True)):
            said = f"support for `{place.code}`"
            yield said, lambda place=place, view=view: draw_support(library, place, now, view)
    runner = pages.Runner("x" * 200, "x" * 300, check_ins=True, reminders=True, keeps=True)
    for number in range(len(library.explainers) // MOST_OPTIONS + 1):
        yield "the list of cards", lambda number=number: pages.draw_cards_page(library, number)
    for number in range(len(library.terms) // MOST_OPTIONS + 1):
        yield "the glossary", lambda number=number: pages.draw_terms_page(library, number)
    yield "support alone", lambda: draw_support_alone(library, now)
    yield "/help", lambda: pages.draw_help(library, runner)
    yield "/about", lambda: pages.draw_about(library, "0.0.0", runner)
    yield "the answer to a message", lambda: pages.draw_direct_message(library, check_ins=True)
    yield "the consent", lambda: draw_consent(library, moderates=None, keep=True, changed=True)
    yield "the support panel", lambda: draw_support_panel(library)


def _troubles(payload: list[dict[str, Any]]) -> Iterator[str]:
    parts = list(_parts(payload))
    length = sum(len(one["content"]) for one in parts if one.get("type") == _TEXT)
    if length > _MOST_TEXT:
        yield f"has {length} characters, at most {_MOST_TEXT}"
    if len(parts) > _MOST_COMPONENTS:
        yield f"has {len(parts)} parts, at most {_MOST_COMPONENTS}"
    ids = [one["custom_id"] for one in parts if "custom_id" in one]
    if len(ids) != len(set(ids)):
        yield "has two buttons that are the same"
    for one in parts:
        if one.get("type") == _BUTTON and not 0 < len(one.get("label", "")) <= _MOST_LABEL:
            yield f"has a button of {len(one.get('label', ''))} characters, at most {_MOST_LABEL}"
        if one.get("type") == _SELECT and not 0 < len(one["options"]) <= MOST_OPTIONS:
            yield f"has a list of {len(one['options'])}, at most {MOST_OPTIONS}"


def _parts(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        yield one
        yield from _parts(one.get("components", ()))
        if "accessory" in one:
            yield from _parts([one["accessory"]])
