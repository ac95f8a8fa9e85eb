"""A server's settings as a YAML file, out and in: all that is wrong is said at once, and changes wait for a yes."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import discord

from bot.authoring.server_settings import MOST_BYTES, TOO_LARGE, read, write
from bot.cogs.presses import DISCORD_TROUBLE, Handler, Pressed
from bot.cogs.replies import Defer
from bot.cogs.servers.audience import open_to_all
from bot.cogs.servers.guarding import Keepers
from bot.domain.servers.settings import ServerRecord, ServerSettings
from bot.domain.servers.settings_file import Known
from bot.errors import UserError
from bot.services.pack import ServedPack
from bot.ui.drawing import Drawing
from bot.ui.ids import TOKEN_BYTES, Kind
from bot.ui.servers.settings import PLACES, TO_WRITE_IN, draw_settings, weekly_themes
from bot.ui.servers.settings_file import (
    FILE,
    Proposal,
    draw_export,
    draw_faults,
    draw_proposal,
    draw_unchanged,
    import_form,
)

if TYPE_CHECKING:
    from bot.services.noticeboard import Noticeboard
    from bot.services.servers.settings import ServerService

_PATIENCE: Final = 10.0  # seconds


class SettingsFiles:
    """Takes settings out and in. A file that waits for a yes lies in the message that asks, and nowhere else."""

    def __init__(self, pack: ServedPack, open_board: "Callable[[], Awaitable[Noticeboard]]", keepers: Keepers) -> None:
        self._pack, self._open, self._keepers = pack, open_board, keepers

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.SERVER_EXPORT, self._keepers.guard(self._export, Defer.NEW)
        yield Kind.SERVER_IMPORT, self._keepers.guard(self._ask, Defer.NEVER)
        yield Kind.SERVER_IMPORT_FILE, self._keepers.guard(self._look_through, Defer.NEW)
        yield Kind.SERVER_IMPORT_TAKE, self._keepers.guard(self._take, Defer.REDRAW)
        yield Kind.SERVER_IMPORT_LEAVE, self._keepers.guard(self._leave, Defer.REDRAW)

    async def _export(self, pressed: Pressed) -> None:
        record = await (await self._servers()).load(self._keepers.server_of(pressed.interaction))
        data = await asyncio.to_thread(self._written, record.settings)
        await pressed.reply.show(draw_export(self._pack.library, data))

    async def _ask(self, pressed: Pressed) -> None:
        await pressed.reply.open(import_form(self._pack.library))

    async def _look_through(self, pressed: Pressed) -> None:
        server = self._keepers.server_of(pressed.interaction)
        sent = self._sent(pressed)
        raw = b""
        if int(sent["size"]) <= MOST_BYTES:
            async with asyncio.timeout(_PATIENCE):
                raw = await pressed.interaction.client.http.get_from_cdn(str(sent["url"]))
        if max(len(raw), int(sent["size"])) > MOST_BYTES:
            await pressed.reply.show(draw_faults(self._pack.library, [TOO_LARGE]))
            return
        record = await (await self._servers()).load(server)
        drawing, _ = await self._weigh(pressed, raw, record)
        await pressed.reply.show(drawing)

    async def _take(self, pressed: Pressed) -> None:
        """Set what the file says, looked through once more; where others changed something, ask again."""
        server, press, library = self._keepers.server_of(pressed.interaction), pressed.press, self._pack.library
        raw = await self._waiting(pressed)
        servers = await self._servers()
        record = await servers.load(server)
        drawing, then = await self._weigh(pressed, raw, record)
        if then is not None and press.version == record.version:
            record, done = await servers.change(server, press.version, lambda _: then)
            if done:
                chosen = then.suggestions
                warned = await open_to_all(pressed.interaction, library, chosen) if chosen else ()
                notes = (library.servers.file.taken, *warned)
                drawing = draw_settings(self._pack.library_of(server), record, self._keepers.languages, *notes)
            else:
                drawing, _ = await self._weigh(pressed, raw, record)
        await pressed.reply.redraw(drawing)

    async def _leave(self, pressed: Pressed) -> None:
        library = self._pack.library
        await pressed.reply.redraw(draw_unchanged(library, library.servers.file.left))

    async def _weigh(self, pressed: Pressed, raw: bytes, record: ServerRecord) -> tuple[Drawing, ServerSettings | None]:
        """Look a file through; give what to answer, and the settings it asks for where it can be taken."""
        library, words = self._pack.library, self._pack.library.servers.file
        known = await self._known(pressed.interaction)
        then, faults = await asyncio.to_thread(read, raw, known, record.settings)
        if faults:
            return draw_faults(library, faults), None
        if then == record.settings:
            return draw_unchanged(library, words.no_change), None
        data = await asyncio.to_thread(self._written, then)
        proposal = Proposal(record.settings, then, record.version, _token(data), data)
        shown_in = self._pack.library_of(pressed.interaction.guild_id)
        return draw_proposal(shown_in, proposal, self._keepers.languages), then

    async def _known(self, interaction: discord.Interaction[Any]) -> Known:
        """Ask Discord for the server's channels, as nothing here remembers any.

        Raises:
            UserError: Discord does not say.
        """
        server, library = interaction.guild_id or 0, self._pack.library_of(interaction.guild_id)
        try:
            async with asyncio.timeout(_PATIENCE):
                channels = await interaction.client.http.get_all_guild_channels(server)
        except DISCORD_TROUBLE:
            raise UserError(library.servers.file.no_channels) from None
        kinds = {int(one["id"]): int(one["type"]) for one in channels}
        return Known(
            channels=frozenset(id_ for id_, kind in kinds.items() if kind in PLACES),
            to_write_in=frozenset(id_ for id_, kind in kinds.items() if kind in TO_WRITE_IN),
            themes=weekly_themes(library),
            cards=library.explainers,
            languages=self._keepers.languages,
        )

    def _sent(self, pressed: Pressed) -> Mapping[str, Any]:
        """Give what Discord says of the file that came with a form.

        Raises:
            UserError: none came.
        """
        data = cast("Mapping[str, Any]", pressed.interaction.data or {})
        one = data.get("resolved", {}).get("attachments", {}).get(pressed.typed(FILE))
        if one is None:
            raise UserError(self._pack.library.servers.file.nothing_attached)
        return one

    async def _waiting(self, pressed: Pressed) -> bytes:
        """Read the file back from the message that asked.

        Raises:
            UserError: it is not there any more.
        """
        message = pressed.interaction.message
        attached = message.attachments if message else []
        for one in attached:
            if one.size <= MOST_BYTES:
                async with asyncio.timeout(_PATIENCE):
                    raw = await one.read()
                if _token(raw) == pressed.press.token:
                    return raw
        raise UserError(self._pack.library.servers.file.gone)

    def _written(self, settings: ServerSettings) -> bytes:
        return write(settings, self._pack.library.servers.file.heading)

    async def _servers(self) -> "ServerService":
        return (await self._open()).servers


def _token(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:TOKEN_BYTES]
