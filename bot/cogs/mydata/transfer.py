"""`/mydata export` and `/mydata import`: one file out, in private, and one file in, after a yes."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.cogs.presses import Handler, Pressed
from bot.cogs.private import Conversation, defer_for
from bot.cogs.replies import Defer, Reply
from bot.domain.library import Library
from bot.domain.mydata.inventory import Busy, NotThere
from bot.domain.mydata.journal_checks import FileRefused
from bot.domain.mydata.journal_file import MOST_BYTES, write
from bot.domain.people import Place
from bot.errors import UserError
from bot.services.opening import Door
from bot.services.pack import ServedPack
from bot.ui.drawing import shorten
from bot.ui.ids import Kind
from bot.ui.mydata.moves import draw_file, draw_import_how, draw_waiting
from bot.ui.mydata.panel import draw_line

if TYPE_CHECKING:
    from bot.domain.lookback import Look
    from bot.domain.mydata.journal import Journal
    from bot.services.personal import Personal

MOST_SENT: Final = 9 * 1024 * 1024  # Discord takes ten
_MOST_WHERE: Final = 100
_LONGEST_DOWNLOAD: Final = 30.0  # seconds


class Transfers:
    """Takes check-ins out and in."""

    def __init__(self, pack: ServedPack, door: Door, clock: Callable[[], datetime], *, moderates: bool | None) -> None:
        self._pack, self._door, self._clock, self._moderates = pack, door, clock, moderates
        self._conversation = Conversation(pack)

    def presses(self) -> Iterator[tuple[Kind, Handler]]:
        """Name what answers each press."""
        yield Kind.MY_EXPORT, Handler(self._export_pressed, Defer.NEW)
        yield Kind.MY_IMPORT, Handler(self._tell_how, Defer.REDRAW)
        yield Kind.MY_IMPORT_TAKE, Handler(self._take, Defer.REDRAW)
        yield Kind.MY_IMPORT_LEAVE, Handler(self._leave, Defer.REDRAW)

    async def export(self, interaction: discord.Interaction[Any], reply: Reply) -> None:
        """Send everything as one file; that it is to be removed again is noted before it is sent."""
        library, now, user = self._pack.library, self._clock(), interaction.user.id
        personal = await self._door.personal()
        async with self._alone(personal, user):
            journal, zone = await personal.transfer.journal(user, now)
            look = await personal.lookback.look(user, now)
            data = await asyncio.to_thread(_bundle, library, journal, look, zone, now)
        if len(data) > MOST_SENT:
            raise UserError(library.my_data.export.too_large)
        token = await personal.errands.expect_file(user, now)
        place = await self._conversation.deliver(interaction, draw_file(library, data, token), reply)
        await self._note(personal, user, token, place)

    async def bring_in(self, interaction: discord.Interaction[Any], file: discord.Attachment, reply: Reply) -> None:
        """Look a file through and ask; nothing of it comes in before the answer."""
        library, user = self._pack.library, interaction.user.id
        if file.size > MOST_BYTES:
            raise _refusal(library, FileRefused("too_large"))
        data = await self._download(file)
        personal = await self._door.personal()
        async with self._alone(personal, user):
            waiting = await personal.transfer.stage(user, data, self._clock())
        await reply.show(draw_waiting(library, waiting, moderates=self._moderates))

    async def _download(self, file: discord.Attachment) -> bytes:
        """Fetch a file, in so many seconds and bytes; what Discord says of its size need not be true."""
        try:
            async with asyncio.timeout(_LONGEST_DOWNLOAD):
                data = await file.read()
        except TimeoutError:
            raise _refusal(self._pack.library, FileRefused("slow")) from None
        if len(data) > MOST_BYTES:
            raise _refusal(self._pack.library, FileRefused("too_large"))
        return data

    async def _export_pressed(self, pressed: Pressed) -> None:
        await pressed.reply.defer(defer_for(pressed.interaction))
        await self.export(pressed.interaction, pressed.reply)

    async def _tell_how(self, pressed: Pressed) -> None:
        await pressed.reply.redraw(draw_import_how(self._pack.library))

    async def _take(self, pressed: Pressed) -> None:
        words, press, user = self._pack.library.my_data.bring_in, pressed.press, pressed.interaction.user.id
        personal = await self._door.personal()
        async with self._alone(personal, user):
            came = await personal.transfer.take_in(user, press.token, press.version or None, self._clock())
        lines = [words.taken.format(count=came.new)]
        if came.here:
            lines.append(words.were_here.format(count=came.here))
        await pressed.reply.redraw(draw_line(self._pack.library, "\n".join(lines)))

    async def _leave(self, pressed: Pressed) -> None:
        personal = await self._door.personal()
        await personal.transfer.leave(pressed.interaction.user.id, pressed.press.token)
        await pressed.reply.redraw(draw_line(self._pack.library, self._pack.library.my_data.bring_in.left))

    async def _note(self, personal: "Personal", user: int, token: bytes, place: Place | None) -> None:
        if place is None:  # shown in place, where Discord takes it away by itself
            await personal.errands.drop(user, token)
        else:
            await personal.errands.note_place(token, place)

    @asynccontextmanager
    async def _alone(self, personal: "Personal", user: int) -> AsyncGenerator[None]:
        async with alone(self._pack.library, personal, user):
            yield


@asynccontextmanager
async def alone(library: Library, personal: "Personal", user: int) -> AsyncGenerator[None]:
    """Hold a person's turn, and turn what can go wrong with a file into its sentence.

    Raises:
        UserError: something of theirs is under way, or what they brought does not fit.
    """
    try:
        async with personal.turns.alone(user):
            yield
    except Busy:
        raise UserError(library.my_data.busy) from None
    except NotThere:
        raise UserError(library.my_data.bring_in.gone) from None
    except FileRefused as error:
        raise _refusal(library, error) from None


def _refusal(library: Library, error: FileRefused) -> UserError:
    """Say why a file cannot be taken. The place may hold a name out of the file, shown as plain signs."""
    words = library.my_data.refused
    fills = dict(error.fills)
    for name in ("where", "names"):
        if name in fills:
            fills[name] = _plain(str(fills[name]))
    if "expected" in fills:
        fills["expected"] = getattr(words.expected, str(fills["expected"]))
    return UserError(f"{getattr(words, error.reason).format(**fills)}\n{words.foot}")


def _plain(where: str) -> str:
    return shorten("".join(sign for sign in where if sign.isprintable() and sign != "`"), _MOST_WHERE) or "{ }"


def _bundle(library: Library, journal: "Journal", look: "Look | None", zone: tzinfo, now: datetime) -> bytes:
    from bot.ui.lookback.picture import draw_picture  # noqa: PLC0415  # its dates take time to load
    from bot.ui.mydata.journal import Frame, pack, write_page  # noqa: PLC0415  # only an export needs it

    proof = library.notebook.receipts.proof_of_nothing
    frame = Frame(library.my_data.journal, zone, now, proof, library.my_data.nothing)
    picture = draw_picture(library, look) if look and look.entries else None
    page = write_page(journal, frame, picture).encode("utf-8", "replace")
    return pack({**write(journal, now, zone, proof), "journal.html": page})
