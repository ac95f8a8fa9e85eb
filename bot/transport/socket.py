"""The connection to Discord's gateway: where discord.py's own would end the bot, or not notice that it is dead."""

import asyncio
import json
import logging
import time
from typing import Any, Final, cast

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from typing_extensions import override

_ANSWERED_WITHIN: Final = 10.0  # seconds that a heartbeat may take to be answered, unless the next one is due before
_SHORTEST: Final = 0.1  # seconds from one heartbeat to the next that can be meant
_LONGEST: Final = 600.0
_TAKEN: Final = frozenset({"READY", "RESUMED"})
_OF_THE_CONNECTION: Final = (ReconnectWebSocket, discord.ConnectionClosed, OSError, aiohttp.ClientError)

log = logging.getLogger(__name__)


class UnreadableFrameError(ConnectionError):
    """The gateway sent what cannot be read; its session may be resumed."""


class Socket(DiscordWebSocket):
    """Lets go of a connection whose frames cannot be read or whose heartbeats stay unanswered."""

    @override
    async def received_message(self, msg: Any, /) -> None:
        """Take in a frame.

        Raises:
            UnreadableFrameError: it says nothing that can be read, or there can be no heartbeat.
        """
        beat, sequence, text = self._keep_alive, self.sequence, None
        try:
            text = self._decompressor.decompress(msg) if isinstance(msg, bytes) else msg
            if text is None:  # the rest of it is still to come
                return
            await super().received_message(text)
            if self._keep_alive is not beat:
                self._begin_heartbeat()
        except _OF_THE_CONNECTION:
            raise
        except Exception as error:  # noqa: BLE001  # whatever discord.py makes of it: it does not end the bot
            await self._on_unreadable(text, error)
        finally:
            if not isinstance(cast("object", self.sequence), int | None):
                self.sequence = sequence

    @override
    async def send_heartbeat(self, data: Any) -> None:
        await super().send_heartbeat(data)
        self._expect_answer()

    def _begin_heartbeat(self) -> None:
        beat = self._keep_alive
        if beat is not None:
            if not _SHORTEST <= (beat.interval or 0) <= _LONGEST:
                raise ValueError
            self._expect_answer()  # the first is sent with no wait

    def _expect_answer(self) -> None:
        beat = self._keep_alive
        if beat is not None:
            within = min(_ANSWERED_WITHIN, beat.interval or 0)
            self.loop.call_later(within, self._check_answer, beat, time.perf_counter())

    def _check_answer(self, beat: KeepAliveHandler, sent: float) -> None:
        if self._keep_alive is beat and beat._last_ack < sent:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # it tells nobody
            log.warning("Discord's gateway does not answer; connecting again")
            self._dispatch("disconnect")
            self._closing = asyncio.ensure_future(self.close())

    async def _on_unreadable(self, text: object, error: Exception) -> None:
        event, data = _read(text)
        log.error("Discord's gateway sent what cannot be read: %s (%s)", event or "no event", type(error).__name__)
        if event in _TAKEN:  # whatever they say, the gateway took us
            self._discord_parsers[event](data)
            return
        await self.close()
        raise UnreadableFrameError from None


def _read(text: object) -> tuple[str, object]:
    """Give the name of the event in a frame, and what it brings; no name where there is none."""
    try:
        frame: object = json.loads(str(text))
    except (ValueError, RecursionError):
        frame = None
    read = cast("dict[str, object]", frame) if isinstance(frame, dict) else {}
    event = read.get("t")
    return (event, read.get("d")) if isinstance(event, str) and event.isidentifier() else ("", None)
