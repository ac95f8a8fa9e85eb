"""`/explain`, the message command, and every press on a card or a list of cards."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.cogs.commands import make_command
from bot.cogs.lookups.showing import Showing
from bot.cogs.presses import Handler, Pressed
from bot.cogs.replies import Defer, Reply
from bot.domain.content import Explainer, Term
from bot.domain.library import Library
from bot.domain.servers.view import ServerView
from bot.domain.topic import SUPPORT, card_after_sentence, choice_after_sentence, is_sentence
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.cards.card import Audience, CardBook, draw_shared, draw_shown, name_card
from bot.ui.drawing import MOST_OPTION_LABEL, Drawing, shorten
from bot.ui.ids import Kind
from bot.ui.pages import draw_cards_page, draw_ways_on
from bot.ui.results import MOST_RESULTS, draw_card_found, draw_nothing_close, draw_results
from bot.ui.support import draw_support_anywhere

if TYPE_CHECKING:
    from bot.search.finder import Match
    from bot.search.indexes import Indexes

MOST_SUGGESTIONS = 25
_SUPPORT_CARD = "support"
_MOST_VALUE = 100  # characters that Discord takes as a choice's value
_NOT_ALLOWED = {50001, 50013, 200000, 240000}
# Who looks up help on a hard night is not named in a channel for it, whatever a server set.
_ALWAYS_PRIVATE = {"care", "service"}


class Lookups:
    """Looks explainers up; keeps nothing about who asked or what."""

    def __init__(self, pack: ServedPack, view: ServerView, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pack, self._view = pack, view
        self._showing = Showing(view)
        self._cards = CardBook()

    def commands(self) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
        """Make the commands under the names the pack gives them."""
        words = self._pack.library.interface.commands

        async def explain(interaction: discord.Interaction[Any], topic: app_commands.Range[str, 1, 6000]) -> None:
            await self.explain(interaction, topic)

        async def suggest(typed: str, interaction: discord.Interaction[Any]) -> list[tuple[str, str]]:
            server = interaction.guild_id
            indexes = await self._pack.indexes_of(server)
            library = indexes.library
            found = await self._pack.suggest(
                interaction.user.id, lambda: indexes.finder.suggest(typed, MOST_SUGGESTIONS)
            )
            first = None if typed.strip() else await self._first_card(library, server)
            cards = [library.explainers[one.id] for one in found]
            if first is not None:
                cards = [first, *(one for one in cards if one is not first)]
            if is_sentence(typed):
                return [*_help_and_search(library, typed), *_choices_after_sentence(library, cards)][:MOST_SUGGESTIONS]
            return [(one.id, name_card(library, one)) for one in cards[:MOST_SUGGESTIONS]]

        yield make_command(words.explain, "topic", explain, suggest)

        async def find(interaction: discord.Interaction[Any], message: discord.Message) -> None:
            await self.find_for_message(interaction, message)

        yield app_commands.ContextMenu(name=words.find_an_explainer, callback=find)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.CARD, Handler(self._open, Defer.NEW)
        yield Kind.CARD_PRIVATE, Handler(self._open, Defer.NEW)
        yield Kind.CARDS, Handler(self._list, Defer.NEW)
        yield Kind.CARDS_PAGE, Handler(self._turn_page, Defer.REDRAW)
        yield Kind.SHOW, Handler(self._show, Defer.REDRAW)
        yield Kind.TAKE_BACK, Handler(self._take_back, Defer.REDRAW)

    async def explain(self, interaction: discord.Interaction[Any], topic: str) -> None:
        """Open what a member named, and only that; whatever else they wrote gets a page of results, help first."""
        reply = Reply(interaction)
        await reply.patiently(self._explain(interaction, reply, topic), Defer.NEW)

    async def _explain(self, interaction: discord.Interaction[Any], reply: Reply, topic: str) -> None:
        library = self._pack.library_of(interaction.guild_id)
        after_sentence = card_after_sentence(topic)
        picked = library.explainer(topic) or _titled(library, topic)
        explainer = library.explainer(after_sentence) if after_sentence else picked
        if explainer is None and topic != SUPPORT:
            if not self._pack.is_indexed:  # on a slow machine that takes longer than Discord waits
                await reply.defer(Defer.NEW)
            indexes = await self._pack.indexes_of(interaction.guild_id)
            library = indexes.library
            named, matches = await self._pack.search(interaction.user.id, lambda: _ask(indexes, topic))
            explainer = library.explainer(named or "")
            if explainer is None:
                await reply.show(await self._results(library, matches, topic, interaction.guild_id))
                return
        if explainer is None or explainer.id == _SUPPORT_CARD:
            await reply.show(draw_support_anywhere(library, self._now()))
        elif picked is not None and await self._is_for_all(interaction, picked):
            await self._announce(interaction, reply, library, picked)
        else:
            card = await self._card(library, explainer, interaction)
            asked_in_sentence = after_sentence is not None or is_sentence(topic)
            await reply.show(draw_card_found(library, card) if asked_in_sentence else card)

    async def find_for_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Rank cards for a message's words, what to say first. Only who asked sees it; nothing is kept."""
        await Reply(interaction).show_once_drawn(self._found_for_message(interaction, message))

    async def _found_for_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> Drawing:
        indexes = await self._pack.indexes_of(interaction.guild_id)
        library = indexes.library
        words = library.interface.explain
        first = library.explainers["what-to-say"]
        found = await self._pack.search(interaction.user.id, lambda: _found(indexes, message.content))
        sentence = words.found_in_message if found else words.nothing_in_message
        results = [first, *(one for one in found if one is not first)]
        return draw_results(library, sentence, results, Kind.CARD_PRIVATE)

    async def _open(self, pressed: Pressed) -> None:
        library = self._pack.library_of(pressed.interaction.guild_id)
        explainer = library.explainer(pressed.subject)
        if explainer is None:
            await pressed.reply.show(draw_ways_on(library, library.interface.explain.gone))
        elif pressed.press.kind is Kind.CARD_PRIVATE:
            await pressed.reply.show(self._cards.card(library, explainer, Audience.PRIVATE))
        else:
            await pressed.reply.show(await self._card(library, explainer, pressed.interaction))

    async def _list(self, pressed: Pressed) -> None:
        await pressed.reply.show(draw_cards_page(self._pack.library_of(pressed.interaction.guild_id), 0))

    async def _turn_page(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(
            draw_cards_page(self._pack.library_of(pressed.interaction.guild_id), pressed.press.position)
        )

    async def _show(self, pressed: Pressed) -> None:
        """Post the card, then take the button away from the private one, so that a crash between can be mended."""
        library = self._pack.library_of(pressed.interaction.guild_id)
        words = library.interface.explain
        explainer = library.explainer(pressed.subject)
        if explainer is None or explainer.share != "anyone":
            await pressed.reply.show(draw_ways_on(library, words.gone))
            return
        counted = await self._showing.count(pressed.interaction, library, explainer)
        if isinstance(counted, str):
            await pressed.reply.redraw(draw_shown(library, explainer, counted))
            return
        await pressed.reply.defer(Defer.REDRAW)
        try:
            shared = draw_shared(library, explainer, pressed.interaction.user.id)
            public = await self._showing.post(counted, pressed.reply.publish(shared))
        except discord.HTTPException as error:
            if error.code not in _NOT_ALLOWED:
                raise
            note = words.cannot_show_here
        else:
            note = words.shown if public else words.kept_private
        await pressed.reply.redraw(draw_shown(library, explainer, note))

    async def _is_for_all(self, interaction: discord.Interaction[Any], explainer: Explainer) -> bool:
        """Say whether a card picked by its name is answered in the channel."""
        may_be_shown = explainer.share == "anyone" and explainer.kind not in _ALWAYS_PRIVATE
        return may_be_shown and await self._showing.is_public(interaction)

    async def _announce(
        self, interaction: discord.Interaction[Any], reply: Reply, library: Library, explainer: Explainer
    ) -> None:
        """Answer in the channel; where the card may not be shown, privately and with the reason."""
        counted = await self._showing.count(interaction, library, explainer)
        if isinstance(counted, str):
            await reply.show(draw_shown(library, explainer, counted))
        else:
            shared = draw_shared(library, explainer, interaction.user.id)
            await self._showing.post(counted, reply.announce(shared))

    async def _take_back(self, pressed: Pressed) -> None:
        """Remove a shown card: whoever showed it may, and who may manage messages where it stands."""
        theirs = pressed.subject == str(pressed.interaction.user.id)
        if not (theirs or (pressed.interaction.guild_id and pressed.interaction.permissions.manage_messages)):
            raise UserError(self._pack.library.interface.explain.not_yours)
        await pressed.reply.defer(Defer.REDRAW)
        await pressed.reply.remove()

    async def _card(self, library: Library, explainer: Explainer, interaction: discord.Interaction[Any]) -> Drawing:
        offered = explainer.share == "anyone" and await self._showing.is_offered(interaction)
        return self._cards.card(library, explainer, Audience.SHOWABLE if offered else Audience.PRIVATE)

    async def _results(self, library: Library, matches: "Sequence[Match]", asked: str, server: int | None) -> Drawing:
        """Draw what was found; where nothing was and a server takes suggestions, what was asked may be made one."""
        words = library.interface.explain
        if matches:
            sentence = words.sure if matches[0].tier == "sure" else words.unsure
            return draw_results(library, sentence, _shown(library, matches))
        takes_suggestions = (await self._view.settings(server)).suggestions is not None
        return draw_nothing_close(library, asked, takes_suggestions=takes_suggestions)

    async def _first_card(self, library: Library, server: int | None) -> Explainer | None:
        intro = (await self._view.settings(server)).intro
        return library.explainer(intro) if intro else None


def _titled(library: Library, topic: str) -> Explainer | None:
    """Find the card of exactly this title."""
    wanted = topic.strip().casefold()
    return next((one for one in library.explainers.values() if one.title.casefold() == wanted), None)


def _ask(indexes: "Indexes", asked: str) -> "tuple[str | None, list[Match]]":
    """Give the id of the card that was named, or else what comes close."""
    named = indexes.finder.named(asked)
    return named, [] if named else indexes.finder.find(asked, MOST_RESULTS)


def _found(indexes: "Indexes", asked: str) -> list[Explainer | Term]:
    return _shown(indexes.library, indexes.finder.find(asked, MOST_RESULTS)) if asked else []


def _shown(library: Library, matches: "Sequence[Match]") -> list[Explainer | Term]:
    return [library.terms[one.id] if one.kind == "term" else library.explainers[one.id] for one in matches if one.shown]


def _help_and_search(library: Library, typed: str) -> list[tuple[str, str]]:
    """Give the two choices that come first after a sentence: Support, and the search for the sentence itself."""
    words, line = library.interface.explain, " ".join(typed.split())
    room = MOST_OPTION_LABEL - len(words.suggest_search.format(words=""))
    search = words.suggest_search.format(words=shorten(line, room))
    return [(SUPPORT, words.suggest_support), (line[:_MOST_VALUE], search)]


def _choices_after_sentence(library: Library, cards: Sequence[Explainer]) -> list[tuple[str, str]]:
    return [(choice_after_sentence(one.id), name_card(library, one)) for one in cards]
