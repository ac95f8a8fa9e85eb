"""What the gallery shows: every card and page of the pack, each made by the command or press a member would use."""

import json
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any

from simcord import ChannelHandle, InteractionResult, ResponseMessage

from bot.app import App
from bot.demo.rooms import DIRECT
from bot.demo.world import World
from bot.domain.content import Prompt, Theme
from bot.domain.interface import CommandWithOptionWords, CommandWords
from bot.ui.ids import Kind, Press
from bot.ui.support import EVERYWHERE

_SUPPORT = "support"
_CLEAR = "why is it always me who has to be happy for everybody"
_VAGUE = "I never know what to think about any of it"
_OFF_TOPIC = "zzqx vvwk"
_SAID = "She moved in with them last week and I keep saying I'm happy. Mostly I am. Tonight I'm not."


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One message to take a picture of: a short name, the room it is in, its id, and whose eyes see it."""

    name: str
    where: str
    message: int
    who: str = "member"


class Exhibits:
    """Brings each page up in a quiet channel and takes it away again, so that no other is in the picture."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app
        self._library = app.pack.library
        self._commands = self._library.interface.commands
        self._buttons = self._library.interface.buttons
        self._where = world.quiet_channel
        self._channel: ChannelHandle = world.channels[self._where]
        self._member = world.people["member"].actor

    async def all(self) -> AsyncGenerator[Exhibit]:
        """Give one after another; each is there until the next is asked for."""
        for pages in (self._cards(), self._stages(), self._prompts(), self._pages(), self._shown()):
            async for exhibit in pages:
                yield exhibit
                for message in self._channel.history(viewer=self._member):  # private ones as well
                    self._world.env.backend.delete_message(self._channel.id, message.id)
        yield await self._private()

    async def _cards(self) -> AsyncGenerator[Exhibit]:
        for id_ in self._library.explainers:
            if id_ != _SUPPORT:  # its name leads to the people who can help
                yield self._exhibit(f"card-{id_}", await self._run(self._commands.explain, id_))
        about = _response(await self._run(self._commands.about))
        yield self._exhibit(f"card-{_SUPPORT}", await self._member.select(about.message, [_SUPPORT]))

    async def _stages(self) -> AsyncGenerator[Exhibit]:
        yield self._exhibit("stages", await self._run(self._commands.stages))
        for id_ in self._library.stages:
            overview = _response(await self._run(self._commands.stages))
            pressed = await self._member.click(overview.message, custom_id=Press(Kind.STAGE, id_).encode())
            yield self._exhibit(f"stage-{id_}", pressed)

    async def _prompts(self) -> AsyncGenerator[Exhibit]:
        for theme, prompt in self._one_of_each_weight():
            shown = await self._run(self._commands.reflect, theme.id)
            for _ in theme.prompts:
                if json.dumps(prompt.text)[1:-1] in json.dumps(_response(shown).components):
                    break
                await self._member.click(_response(shown).message, label=self._buttons.another)
            yield self._exhibit(f"prompt-{prompt.weight}", shown)

    def _one_of_each_weight(self) -> Iterable[tuple[Theme, Prompt]]:
        found: dict[str, tuple[Theme, Prompt]] = {}
        for theme in self._library.themes.values():
            for prompt in theme.prompts:
                found.setdefault(prompt.weight, (theme, prompt))
        return found.values()

    async def _pages(self) -> AsyncGenerator[Exhibit]:
        commands = self._commands
        longest = max(self._library.terms.values(), key=lambda term: len(term.definition))
        country = next(place.code for place in self._library.resources.places if place.code != EVERYWHERE)
        for name, command, given in (
            ("glossary-term", commands.glossary, longest.id),
            ("glossary-unknown", commands.glossary, "no such word"),
            ("support", commands.support, None),
            ("support-country", commands.support, country),
            ("help", commands.help, None),
            ("about", commands.about, None),
            ("nothing-close", commands.explain, _OFF_TOPIC),
            ("results", commands.explain, _CLEAR),
            ("results-unsure", commands.explain, _VAGUE),
        ):
            yield self._exhibit(name, await self._run(command, given))
        nothing = _response(await self._run(commands.explain, _OFF_TOPIC))
        yield self._exhibit("all-cards", await self._member.click(nothing.message, label=self._buttons.all_cards))

    async def _shown(self) -> AsyncGenerator[Exhibit]:
        said = await self._world.people["moderator"].actor.send(self._channel, _SAID)
        menu = await self._member.context_menu(self._channel, self._commands.find_an_explainer, said)
        yield self._exhibit("message-menu", menu)
        yield Exhibit("shown-privately", self._where, await self._show_a_card())
        self._world.env.backend.delete_message(self._channel.id, await self._show_a_card())
        yield Exhibit("shown-in-channel", self._where, self._channel.history()[-1].id)

    async def _show_a_card(self) -> int:
        card = _response(await self._run(self._commands.explain, "compersion"))
        await self._member.click(card.message, label=self._buttons.show_in_channel)
        return card.id

    async def _private(self) -> Exhibit:
        await self._member.send_dm("Hello?")
        return Exhibit("private-answer", DIRECT, self._member.user.dm_channel.history()[-1].id)

    async def _run(self, command: CommandWords | CommandWithOptionWords, given: str | None = None) -> InteractionResult:
        options: dict[str, Any] = {}
        if given is not None and isinstance(command, CommandWithOptionWords):
            options[command.option.name] = given
        return await self._member.slash(self._channel, command.name, **options)

    def _exhibit(self, name: str, result: InteractionResult) -> Exhibit:
        return Exhibit(name, self._where, _response(result).id)


def _response(result: InteractionResult) -> ResponseMessage:
    response = result.response
    if response is None:
        raise RuntimeError("a command or press was not answered")
    return response
