"""`/server settings`: one screen for those with Manage Server, each change committed by itself."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.cogs.servers.audience import open_to_all
from bot.cogs.servers.files import SettingsFiles
from bot.cogs.servers.guarding import Keepers
from bot.cogs.servers.screen import Screen
from bot.cogs.servers.when import WeeklySettings
from bot.domain.servers.settings import MOST_TAG, MOST_TAGS, SHOWN, VISIBLE, Shown, Visible
from bot.domain.servers.view import ServerView
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.drawing import echo
from bot.ui.ids import Kind
from bot.ui.servers.settings import CARD, PLACES, TAGS, card_form, draw_cards_of, tags_form

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard

MOST_CARDS = 5


class ServersCog:
    """Shows and changes what a server has set. What others changed meanwhile is drawn, and never overwritten."""

    def __init__(self, pack: ServedPack, open_board: "Callable[[], Awaitable[Noticeboard]]", view: ServerView) -> None:
        keepers = Keepers(pack)
        self._pack = pack
        self._screen = Screen(pack, open_board, view, keepers)
        self._weekly = WeeklySettings(pack, self._screen)
        self._files = SettingsFiles(pack, open_board, keepers)

    def commands(self) -> Iterator[app_commands.Group]:
        """Make the group of commands under the names the pack gives them."""
        words = self._pack.library.servers.command
        group = app_commands.Group(
            name=words.name,
            description=words.description,
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

        async def settings(interaction: discord.Interaction[Any]) -> None:
            reply = Reply(interaction)
            await reply.patiently(self._answer(interaction, reply), Defer.NEW)

        described = words.settings
        group.add_command(
            app_commands.Command(name=described.name, description=described.description, callback=settings)
        )
        yield group

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        guard = self._screen.keepers.guard
        yield Kind.SERVER_SETTINGS, guard(self._screen.draw_anew, Defer.REDRAW)
        yield Kind.SERVER_SHOWN, guard(self._choose_shown, Defer.REDRAW)
        yield Kind.SERVER_CHANNELS, guard(self._choose_channels, Defer.REDRAW)
        yield Kind.SERVER_VISIBLE, guard(self._choose_visible, Defer.REDRAW)
        yield Kind.SERVER_AGE, guard(self._switch_age, Defer.REDRAW)
        yield Kind.SERVER_LANGUAGE, guard(self._choose_language, Defer.REDRAW)
        yield Kind.SERVER_SUGGESTIONS, guard(self._choose_suggestions, Defer.REDRAW)
        yield Kind.SERVER_SUGGESTIONS_OFF, guard(self._end_suggestions, Defer.REDRAW)
        yield Kind.SERVER_INTRO, guard(self._ask_card, Defer.NEVER)
        yield Kind.SERVER_INTRO_NAMED, guard(self._name_card, Defer.REDRAW)
        yield Kind.SERVER_INTRO_CHOSEN, guard(self._choose_card, Defer.REDRAW)
        yield Kind.SERVER_TAGS, guard(self._ask_tags, Defer.NEVER)
        yield Kind.SERVER_TAGS_NAMED, guard(self._name_tags, Defer.REDRAW)
        yield from self._weekly.presses()
        yield from self._files.presses()

    async def _answer(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        server = self._screen.keepers.server_of(interaction)
        await reply.show(self._screen.drawn(server, await (await self._screen.servers()).load(server)))

    # --- showing ------------------------------------------------------------------------------------------------------

    async def _choose_shown(self, pressed: Pressed) -> None:
        shown = cast("Shown", pressed.subject) if pressed.subject in SHOWN else None
        await self._screen.change(pressed, lambda before: replace(before, shown=shown or before.shown))

    async def _choose_channels(self, pressed: Pressed) -> None:
        channels = tuple(self._screen.chosen(pressed, PLACES))
        await self._screen.change(pressed, lambda before: replace(before, channels=channels))

    async def _choose_visible(self, pressed: Pressed) -> None:
        visible = cast("Visible", pressed.subject) if pressed.subject in VISIBLE else None
        await self._screen.change(pressed, lambda before: replace(before, visible=visible or before.visible))

    async def _switch_age(self, pressed: Pressed) -> None:
        is_on = bool(pressed.press.position)
        await self._screen.change(pressed, lambda before: replace(before, age_restricted_only=is_on))

    async def _choose_language(self, pressed: Pressed) -> None:
        language = pressed.subject if pressed.subject in self._screen.keepers.languages else None
        await self._screen.change(pressed, lambda before: replace(before, language=language or before.language))

    # --- suggestions, the card to start with, tags --------------------------------------------------------------------

    async def _choose_suggestions(self, pressed: Pressed) -> None:
        channel = self._screen.chosen_one(pressed)
        record = await self._screen.changed(pressed, lambda before: replace(before, suggestions=channel))
        if record is None:
            return
        server = self._screen.keepers.server_of(pressed.interaction)
        if record.suggestions_trouble:  # the same channel, chosen again, is tried again
            servers = await self._screen.servers()
            record = await servers.note(server, lambda before: replace(before, suggestions_trouble=None))
        library = self._pack.library
        done = self._screen.closed(pressed, channel) or (library.servers.screen.changed,)
        warned = await open_to_all(pressed.interaction, library, channel)
        await pressed.reply.redraw(self._screen.drawn(server, record, *done, *warned, pressed=pressed.press.kind))

    async def _end_suggestions(self, pressed: Pressed) -> None:
        await self._screen.change(pressed, lambda before: replace(before, suggestions=None))

    async def _ask_card(self, pressed: Pressed) -> None:
        library, settings = await self._screen.standing(pressed)
        await pressed.reply.open(card_form(library, settings, pressed.press.version))

    async def _name_card(self, pressed: Pressed) -> None:
        server, typed = self._screen.keepers.server_of(pressed.interaction), pressed.typed(CARD).strip()
        if not typed:
            await self._set_card(pressed, None)
            return
        finder = (await self._pack.indexes_of(server)).finder
        found = await self._pack.search(pressed.interaction.user.id, lambda: finder.find(typed, MOST_CARDS))
        cards = [one.id for one in found if one.kind == "explainer"]
        named = self._pack.library_of(server).explainer(typed)
        if named or (found and found[0].tier == "sure" and found[0].kind == "explainer"):
            await self._set_card(pressed, named.id if named else found[0].id)
        elif cards:
            await pressed.reply.redraw(draw_cards_of(self._pack.library_of(server), cards, pressed.press.version))
        else:
            unknown = self._pack.library.servers.intro.unknown.format(card=echo(typed))
            record = await (await self._screen.servers()).load(server)
            await pressed.reply.redraw(self._screen.drawn(server, record, unknown, pressed=pressed.press.kind))

    async def _choose_card(self, pressed: Pressed) -> None:
        await self._set_card(pressed, pressed.subject)

    async def _set_card(self, pressed: Pressed, card: str | None) -> None:
        await self._screen.change(pressed, lambda before: replace(before, intro=card))

    async def _ask_tags(self, pressed: Pressed) -> None:
        library, settings = await self._screen.standing(pressed)
        await pressed.reply.open(tags_form(library, settings, pressed.press.version))

    async def _name_tags(self, pressed: Pressed) -> None:
        lines = (line.strip() for line in pressed.typed(TAGS).splitlines())
        tags = tuple(dict.fromkeys(line for line in lines if line))
        if len(tags) > MOST_TAGS or any(len(one) > MOST_TAG for one in tags):
            raise UserError(self._pack.library.servers.tags.too_many)
        await self._screen.change(pressed, lambda before: replace(before, forum_tags=tags))
