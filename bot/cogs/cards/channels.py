"""Does to a channel what a step asks for: one request or a few, at a pace, never without an end."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar

import discord
from discord.http import Route, handle_message_parameters

from bot.cogs.attempts import ask_once, insist, readable
from bot.cogs.cards.refusals import (
    ARCHIVED,
    FORUM_SEND,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_MESSAGE,
)
from bot.cogs.messages import Listed, edit_message, list_messages, read_message, read_snowflake, send_message
from bot.domain.cards.posting import Left, Sending
from bot.ui.cards.posted import sending_of
from bot.ui.drawing import Drawing

_PAGE: Final = 100  # messages, or threads
_CLOCKS_APART: Final = timedelta(minutes=5)
_ARRIVED_BY: Final = timedelta(minutes=15)  # whatever was begun ends long before that
_REQUIRE_TAG: Final = 1 << 4
_MOST_TAGS: Final = 5
_FORUMS: Final = frozenset({discord.ChannelType.forum.value, discord.ChannelType.media.value})
_NOTICES: Final = frozenset(  # that Discord writes by itself, so that nobody's words are lost with them
    one.value
    for one in (
        discord.MessageType.recipient_add,
        discord.MessageType.recipient_remove,
        discord.MessageType.channel_name_change,
        discord.MessageType.pins_add,
    )
)

_Given = TypeVar("_Given")


class TagRequiredError(Exception):
    """Posts in the forum need a tag, and none that is wished for is there."""


class CannotTellError(Exception):
    """The bot may not read what was written in the channel."""


@dataclass(frozen=True, slots=True)
class Place:
    """A message that stands: in a forum, in a post of its own."""

    channel: int = field(repr=False)
    message: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A card ready to be sent: `title` and `tags` are for a post in a forum."""

    token: bytes = field(repr=False)
    round: int
    drawing: Drawing = field(repr=False)
    title: str
    tags: Sequence[str]


class Pace:
    """Lets one request begin each so many seconds, in the order they came."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._turn = seconds, asyncio.Lock()
        self._next = 0.0

    async def take(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            wait = self._next - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = loop.time() + self._seconds


class Channels:
    """What a client does in a server's channels. Every method may raise `discord.HTTPException`, or find no Discord."""

    def __init__(self, client: discord.Client, server: int, pace: Pace) -> None:
        self._client, self._server, self._pace = client, server, pace

    async def send(self, sending: Sending, parcel: Parcel) -> Place:
        """Send a card; in a forum, begin a post with it.

        Raises:
            TagRequiredError: nothing was sent.
        """
        channel = sending.channel
        if sending.forum:
            return await self._begin_post(channel, parcel)
        try:
            return await self._awake(channel, lambda: self._send_message(channel, parcel))
        except discord.HTTPException as error:
            if error.code != FORUM_SEND:
                raise
        return await self._begin_post(channel, parcel)

    async def find(self, sending: Sending, token: bytes, round_: int) -> Place | None:
        """Look for a message that may have been sent, through all that was written since it was begun.

        Raises:
            CannotTellError: nothing of the channel may be read.
        """
        if sending.forum:
            return await self._find_post(sending, token, round_)
        begun = after = discord.utils.time_snowflake(sending.since - _CLOCKS_APART)
        last = discord.utils.time_snowflake(sending.since + _ARRIVED_BY)
        while after <= last:
            messages = await self._page(sending.channel, after=after)
            for message in messages:
                if _carries(message, token, round_):
                    return Place(sending.channel, message.id)
            if not messages and after == begun:
                return await self._find_in_silence(sending, token, round_)
            if len(messages) < _PAGE:
                return None
            after = max(message.id for message in messages)
        return None

    async def look(self, place: Place) -> bool:
        """Look at a message; say whether it is pinned.

        Raises:
            CannotTellError: it may not be read.
        """
        try:
            message = await self._ask(lambda: self._client.http.get_message(place.channel, place.message))
        except discord.HTTPException as error:
            if error.code != MISSING_ACCESS:
                raise
        else:
            with readable():
                return bool(message["pinned"])
        await self._ask(lambda: self._client.http.get_channel(place.channel))  # refused as well where it is not seen
        raise CannotTellError

    async def edit(self, place: Place, drawing: Drawing, title: str | None) -> bool:
        """Draw a message anew, and give its post, if it began one, a title; say whether it is pinned."""
        pinned = await self._awake(
            place.channel,
            lambda: self._ask(lambda: edit_message(self._client, place.channel, place.message, drawing)),
        )
        if title is not None:
            await self._ask(lambda: self._client.http.edit_channel(place.channel, name=title))
        return pinned

    async def pin(self, place: Place) -> None:
        """Pin a message."""
        await self._awake(
            place.channel, lambda: self._ask(lambda: self._client.http.pin_message(place.channel, place.message))
        )

    async def unpin(self, place: Place) -> None:
        """Take a pin away."""
        await self._awake(
            place.channel, lambda: self._ask(lambda: self._client.http.unpin_message(place.channel, place.message))
        )

    async def remove(self, left: Left) -> None:
        """Delete a message and with it its pin; its post in a forum, too, if nothing else is in it and the bot may."""
        if left.is_post and await self._delete_post(left):
            return
        await self._awake(
            left.channel, lambda: self._ask(lambda: self._client.http.delete_message(left.channel, left.message))
        )

    async def _delete_post(self, left: Left) -> bool:
        """Delete the post that a message began, unless something else was written there; say whether it is gone."""
        try:
            alone = _is_alone(left.message, await self._page(left.channel))
            if alone:
                await self._ask(lambda: self._client.http.delete_channel(left.channel))
        except discord.HTTPException as error:
            if error.code != MISSING_PERMISSIONS:
                raise
            return False
        return alone

    async def _send_message(self, channel: int, parcel: Parcel) -> Place:
        nonce = nonce_of(parcel.token, parcel.round)
        sent = await self._ask(lambda: send_message(self._client, channel, parcel.drawing, nonce=nonce))
        return Place(channel, sent)

    async def _page(self, channel: int, after: int | None = None) -> Sequence[Listed]:
        return await self._ask(lambda: list_messages(self._client, channel, _PAGE, after=after))

    async def _begin_post(self, forum: int, parcel: Parcel) -> Place:
        """Begin a post. There is no nonce for one, so where it failed it is looked for before it is tried again."""
        there: Mapping[str, Any] = await self._ask(lambda: self._client.http.get_channel(forum))
        with readable():
            tags = _tags(there, parcel.tags)
        payload = {"name": parcel.title, "applied_tags": tags}
        mentions = discord.AllowedMentions.none()
        with handle_message_parameters(
            view=parcel.drawing, allowed_mentions=mentions, channel_payload=payload
        ) as params:
            await self._pace.take()
            route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum)
            post = await ask_once(self._client, route, params.payload, {"use_nested_fields": 1})
        with readable():
            return Place(id_ := read_snowflake(post["id"]), id_)

    async def _find_post(self, sending: Sending, token: bytes, round_: int) -> Place | None:
        http = self._client.http
        answers: list[Mapping[str, Any]] = [
            await self._ask(lambda: http.get_active_threads(self._server)),
            await self._ask(lambda: http.get_public_archived_threads(sending.channel, limit=_PAGE)),
        ]
        with readable():
            posts = [
                read_snowflake(one["id"])
                for answer in answers
                for one in answer["threads"]
                if int(one.get("parent_id") or 0) == sending.channel
            ]
        for post in posts:
            begun = discord.utils.snowflake_time(post) > sending.since - _CLOCKS_APART
            if begun and await self._begins_with(post, token, round_):
                return Place(post, post)
        return None

    async def _begins_with(self, post: int, token: bytes, round_: int) -> bool:
        try:
            message = await self._ask(lambda: self._client.http.get_message(post, post))
        except discord.NotFound:
            return False
        with readable():
            return _carries(read_message(message), token, round_)

    async def _find_in_silence(self, sending: Sending, token: bytes, round_: int) -> Place | None:
        """Look on where a channel shows no message: none was written, it is a forum, or they may not be read.

        Without Read Message History Discord shows no messages at all, and says nothing of it.
        """
        channel: Mapping[str, Any] = await self._ask(lambda: self._client.http.get_channel(sending.channel))
        with readable():
            is_forum, last = channel["type"] in _FORUMS, channel.get("last_message_id")
            newest = None if last is None else read_snowflake(last)
        if is_forum:
            return await self._find_post(sending, token, round_)
        if newest is None:
            return None
        try:
            await self._ask(lambda: self._client.http.get_message(sending.channel, newest))
        except discord.HTTPException as error:
            if error.code in {MISSING_ACCESS, MISSING_PERMISSIONS}:
                raise CannotTellError from error
            if error.code != UNKNOWN_MESSAGE:
                raise
        return None

    async def _awake(self, channel: int, do: Callable[[], Awaitable[_Given]]) -> _Given:
        """Do something in a channel; where it is an archived thread, open that first."""
        try:
            return await do()
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
            try:
                await self._ask(lambda: self._client.http.edit_channel(channel, archived=False))
            except discord.Forbidden as refusal:
                raise (error if refusal.code == MISSING_PERMISSIONS else refusal) from None
        return await do()

    async def _ask(self, ask: Callable[[], Awaitable[_Given]]) -> _Given:
        await self._pace.take()
        return await insist(ask)


def nonce_of(token: bytes, round_: int) -> str:
    """Give the nonce of one sending, in the 25 characters that one may have."""
    made = hashlib.sha256(token + round_.to_bytes(8, "big")).digest()[:16]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _is_alone(first: int, messages: Sequence[Listed]) -> bool:
    """Whether a post's first message stands among these, its newest, and nothing but notices with it.

    Where the bot may not read, Discord shows no message at all; then there may be others.
    """
    others = [one for one in messages if one.id != first]
    return len(others) < len(messages) and all(one.type in _NOTICES for one in others)


def _tags(forum: Mapping[str, Any], wished: Sequence[str]) -> list[int]:
    """Find the tags that are wished for among a forum's.

    Raises:
        TagRequiredError: a post needs one, and there is none.
    """
    names = {one.casefold() for one in wished}
    tags = [int(one["id"]) for one in forum.get("available_tags", ()) if str(one["name"]).casefold() in names]
    if not tags and int(forum.get("flags") or 0) & _REQUIRE_TAG:
        raise TagRequiredError
    return tags[:_MOST_TAGS]


def _carries(message: Listed, token: bytes, round_: int) -> bool:
    return any(sending_of(custom_id) == (token, round_) for custom_id in message.custom_ids)
