"""Sends, edits and lists messages outside of interactions, reading of what Discord answers only what is needed."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import discord
from discord.http import handle_message_parameters

from bot.cogs.attempts import readable
from bot.ui.drawing import Drawing

_NONCE_BYTES = 16  # 22 characters; Discord takes 25
_SNOWFLAKES: Final = range(1, 1 << 63)
_SILENT = discord.MessageFlags(suppress_notifications=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as a channel lists it: all that is looked at of one."""

    id: int = field(repr=False)
    author: int = field(repr=False)
    type: int
    custom_ids: tuple[str, ...] = field(repr=False)


def read_snowflake(written: object) -> int:
    """Read an id of Discord's.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(written, str | int) or (id_ := int(written)) not in _SNOWFLAKES:
        raise ValueError
    return id_


def read_message(message: object) -> Listed:
    """Read a message as Discord sends it.

    Raises:
        LookupError, TypeError, ValueError, AttributeError, RecursionError: it cannot be read; see `readable`.
    """
    given = cast("Mapping[str, Any]", message)
    custom_ids = tuple(_custom_ids(given.get("components") or ()))
    return Listed(read_snowflake(given["id"]), read_snowflake(given["author"]["id"]), int(given["type"]), custom_ids)


async def list_messages(
    client: discord.Client, channel: int, limit: int, *, before: int | None = None, after: int | None = None
) -> list[Listed]:
    """List messages of a channel, the newest first.

    Raises:
        UnreadableAnswerError: one of them cannot be read.
    """
    listed = cast("object", await client.http.logs_from(channel, limit, before=before, after=after))
    with readable():
        return [read_message(one) for one in cast("Iterable[object]", listed)]


async def open_private(client: discord.Client, user: int) -> int:
    """Give the channel of the private conversation with someone, which is opened where there is none.

    Raises:
        UnreadableAnswerError: it is open, and which it is cannot be read.
    """
    with readable():
        return (await client.create_dm(discord.Object(user))).id


async def send_message(
    client: discord.Client, channel: int, drawing: Drawing, *, nonce: str | None = None, silent: bool = False
) -> int:
    """Send a message that pings nobody, and give its id. Discord takes one of the same nonce once.

    Raises:
        UnreadableAnswerError: it was sent, and its id cannot be read.
    """
    with handle_message_parameters(
        view=drawing,
        nonce=nonce or secrets.token_urlsafe(_NONCE_BYTES),
        flags=_SILENT if silent else discord.utils.MISSING,
        allowed_mentions=discord.AllowedMentions.none(),
    ) as params:
        sent = cast("object", await client.http.send_message(channel, params=params))
    with readable():
        return read_snowflake(cast("Mapping[str, Any]", sent)["id"])


async def edit_message(client: discord.Client, channel: int, message: int, drawing: Drawing) -> bool:
    """Draw a message anew, with the pictures it now has, and say whether it is pinned.

    Raises:
        UnreadableAnswerError: it was edited, and whether it is pinned cannot be read.
    """
    with handle_message_parameters(
        view=drawing,
        attachments=[one.file() for one in drawing.pictures],
        allowed_mentions=discord.AllowedMentions.none(),
    ) as params:
        edited = cast("object", await client.http.edit_message(channel, message, params=params))
    with readable():
        return bool(cast("Mapping[str, Any]", edited)["pinned"])


def _custom_ids(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in components:
        if "custom_id" in one:
            yield str(one["custom_id"])
        yield from _custom_ids(one.get("components") or ())
