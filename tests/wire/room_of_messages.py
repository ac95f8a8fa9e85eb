"""Messages of channels and their pins: read, sent, edited, deleted, with what the bot may do there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from .permissions import (
    ATTACH_FILES,
    CATEGORY,
    MANAGE_MESSAGES,
    PIN,
    READ_HISTORY,
    SEND,
    SEND_IN_THREADS,
    THREADS,
)
from .refusals import COMPONENTS_V2, EPHEMERAL, Refusal
from .rooms import Reply, route

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json
    from .world import World

NONCE_LASTS: Final = 300.0
"""Discord says "the past few minutes"."""


@route("GET", "/channels/{channel}/messages")
def list_messages(world: World, call: Call) -> Reply:
    """Return a page of a channel's messages, newest first; none without Read Message History."""
    channel = world.reach(call.args["channel"])
    if not world.bot_may(channel, READ_HISTORY):
        return []
    messages = [m for m in world.post.messages.get(channel["id"], {}).values() if not m["flags"] & EPHEMERAL]
    messages.sort(key=lambda message: int(message["id"]))
    before, after = int(call.query.get("before", 1 << 63)), int(call.query.get("after", 0))
    page = [message for message in messages if after < int(message["id"]) < before]
    limit = int(call.query.get("limit", 50))
    return page[:limit][::-1] if after else page[-limit:][::-1]


@route("POST", "/channels/{channel}/messages")
def create_message(world: World, call: Call) -> Reply:
    """Send a message; with enforce_nonce, one that was sent already is returned instead."""
    channel = world.reach(call.args["channel"])
    _check_sending(world, channel, call)
    nonce = str(call.body.get("nonce") or "")
    before = world.post.nonces.get(nonce) if call.body.get("enforce_nonce") else None
    if before and world.time() - datetime.fromisoformat(before["timestamp"]).timestamp() < NONCE_LASTS:
        return before
    user = channel.get("recipients", [world.bot])[0]
    if user["id"] in world.post.closed_dms:
        raise Refusal(world.post.closed_dms[user["id"]])
    if (call.body.get("flags") or 0) & EPHEMERAL:
        raise Refusal(50035, "only an interaction can be answered privately")
    message = world.post.create(world.scene(user=user, channel=channel), call.body, call.files)
    if nonce:
        world.post.nonces[nonce] = message
    world.post.heard(channel, message, call)
    return message


def _check_sending(world: World, channel: Json, call: Call) -> None:
    if world.is_forum(channel):
        raise Refusal(40058)
    if channel["type"] == CATEGORY:
        raise Refusal(50008)
    world.reach(channel["id"], SEND_IN_THREADS if channel["type"] in THREADS else SEND)
    if call.files:
        world.reach(channel["id"], ATTACH_FILES)
    if call.body.get("message_reference"):
        world.reach(channel["id"], READ_HISTORY)
    world.check_open(channel, sending=True)


@route("GET", "/channels/{channel}/messages/pins")
def list_pins(world: World, call: Call) -> Reply:
    """Return a page of a channel's pins, newest first; none without Read Message History, which is no error."""
    channel = world.reach(call.args["channel"])
    pins = world.post.pins.get(channel["id"], {}) if world.bot_may(channel, READ_HISTORY) else {}
    before = datetime.fromisoformat(call.query.get("before", "9999-01-01T00:00:00+00:00"))
    limit = int(call.query.get("limit", 50))
    page = [(at, message) for message, at in reversed(pins.items()) if datetime.fromisoformat(at) < before]
    items = [{"pinned_at": at, "message": world.post.messages[call.args["channel"]][key]} for at, key in page[:limit]]
    return {"items": items, "has_more": len(page) > limit}


@route("PUT", "/channels/{channel}/messages/pins/{message}")
def pin(world: World, call: Call) -> Reply:
    """Pin a message: at most 250 in a channel, and each says so in the channel."""
    message = world.post.find(call.args["channel"], call.args["message"], PIN)
    world.check_open(world.channels[message["channel_id"]])
    world.post.pin(message)
    return None


@route("DELETE", "/channels/{channel}/messages/pins/{message}")
def unpin(world: World, call: Call) -> Reply:
    """Unpin a message."""
    message = world.post.find(call.args["channel"], call.args["message"], PIN)
    world.check_open(world.channels[message["channel_id"]])
    world.post.unpin(message)
    return None


@route("GET", "/channels/{channel}/messages/{message}")
def get_message(world: World, call: Call) -> Reply:
    """Return a message; out of reach without Read Message History."""
    if not world.bot_may(world.reach(call.args["channel"]), READ_HISTORY):
        raise Refusal(50001)
    return world.post.find(call.args["channel"], call.args["message"])


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit_message(world: World, call: Call) -> Reply:
    """Edit one of the bot's messages; no permission but to see it is needed."""
    message = world.post.find(call.args["channel"], call.args["message"])
    if message["author"]["id"] != world.bot["id"]:
        raise Refusal(50005)
    world.check_open(world.channels[message["channel_id"]])
    if message["flags"] & COMPONENTS_V2 and not (call.body.get("flags") or COMPONENTS_V2) & COMPONENTS_V2:
        raise Refusal(50035, "IS_COMPONENTS_V2 cannot be taken back")
    world.post.old_edits.check(message)
    return world.post.edit(message, call.body, call.files)


@route("DELETE", "/channels/{channel}/messages/{message}")
def delete_message(world: World, call: Call) -> Reply:
    """Delete a message: the bot's own, or, with Manage Messages in a server, anybody's."""
    message = world.post.find(call.args["channel"], call.args["message"])
    channel = world.channels[message["channel_id"]]
    if message["author"]["id"] != world.bot["id"]:
        if "guild_id" not in channel:
            raise Refusal(50003)
        world.reach(channel["id"], MANAGE_MESSAGES)
    world.check_open(channel, deleting=True)
    world.post.delete(message)
    return None
