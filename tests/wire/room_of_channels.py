"""Channels: opened, looked at, changed, deleted; threads and the posts of forums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import places
from .permissions import (
    MANAGE_CHANNELS,
    MANAGE_THREADS,
    PRIVATE_THREAD,
    READ_HISTORY,
    SEND,
    THREADS,
    VIEW,
)
from .refusals import EPHEMERAL, Refusal
from .rooms import Created, Reply, route
from .shapes import snowflake_of

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json
    from .world import World

OF_THREADS: Final = ("archived", "locked", "auto_archive_duration", "invitable")


@route("POST", "/users/@me/channels")
def open_dm(world: World, call: Call) -> Reply:
    """Open the DM with a user, or return the one there is."""
    recipient = str(call.body["recipient_id"])
    if recipient not in world.people:
        raise Refusal(10013)
    return world.dm(world.people[recipient])


@route("GET", "/channels/{channel}")
def channel(world: World, call: Call) -> Reply:
    """Return a channel."""
    return world.reach(call.args["channel"])


@route("PATCH", "/channels/{channel}")
def change_channel(world: World, call: Call) -> Reply:
    """Change a channel with Manage Channels; a thread as its owner, or with Manage Threads.

    Who is in a thread may open it again, unless it is locked.
    """
    there = world.reach(call.args["channel"])
    if there["type"] not in THREADS:
        world.reach(there["id"], MANAGE_CHANNELS)
        world.change_channel(there, **call.body)
        return there
    state = there["thread_metadata"]
    opens = call.body == {"archived": False} and not state["locked"]
    its_own = there["owner_id"] == world.bot["id"] and not {"locked", "rate_limit_per_user", "flags"} & {*call.body}
    allowed = its_own or (opens and world.bot["id"] in world.in_thread[there["id"]])
    if not allowed and not world.bot_may(there, MANAGE_THREADS):
        raise Refusal(50013)
    if state["archived"] and call.body.get("archived") is not False:
        raise Refusal(50083)
    of_thread = {key: call.body[key] for key in OF_THREADS if key in call.body}
    others = {key: value for key, value in call.body.items() if key not in OF_THREADS}
    world.change_channel(there, **others, thread_metadata=state | of_thread)
    return there


@route("DELETE", "/channels/{channel}")
def delete_channel(world: World, call: Call) -> Reply:
    """Delete a channel with Manage Channels; a thread, the bot's own too, with Manage Threads."""
    there = world.reach(call.args["channel"])
    world.reach(there["id"], MANAGE_THREADS if there["type"] in THREADS else MANAGE_CHANNELS)
    world.delete_channel(there)
    return there


@route("POST", "/channels/{channel}/threads")
def post_in_forum(world: World, call: Call) -> Reply:
    """Make a post in a forum: a thread whose first message has the thread's id. Nothing else begins threads here."""
    forum = world.reach(call.args["channel"])
    if not world.is_forum(forum) or "message" not in call.body:
        raise Refusal(50024)
    world.reach(forum["id"], SEND)
    tags = [str(tag) for tag in call.body.get("applied_tags") or []]
    if {*tags} - {tag["id"] for tag in forum["available_tags"]}:
        raise Refusal(10087)
    if forum["flags"] & places.TAG_REQUIRED and not tags:
        raise Refusal(40067)
    if not 1 <= len(call.body["name"]) <= 100 or len(tags) > 5:
        raise Refusal(50035, "a post has a name of 1 to 100 characters and at most 5 tags")
    if (call.body["message"].get("flags") or 0) & EPHEMERAL:
        raise Refusal(50035, "only an interaction can be answered privately")
    begun = {"id": snowflake_of(world.time()), "applied_tags": tags}
    post = world.add_thread(forum, call.body["name"], **begun)
    try:
        scene = world.scene(user=world.bot, channel=post)
        message = world.post.create(scene, call.body["message"], call.files, id=post["id"])
    except Refusal:
        del world.channels[post["id"]]
        raise
    forum["last_message_id"] = post["id"]
    return Created(post | {"message": message})


@route("PUT", "/channels/{channel}/thread-members/@me")
def join_thread(world: World, call: Call) -> Reply:
    """Join a thread that is open."""
    thread = world.reach(call.args["channel"])
    if thread["type"] not in THREADS:
        raise Refusal(50024)
    if thread["thread_metadata"]["archived"]:
        raise Refusal(50083)
    world.in_thread[thread["id"]].add(world.bot["id"])
    return None


@route("GET", "/guilds/{guild}/threads/active")
def active_threads(world: World, call: Call) -> Reply:
    """Return a server's open threads that the bot may see, newest first."""
    if call.args["guild"] not in world.guilds:
        raise Refusal(10004)
    return {"threads": world.threads_of(call.args["guild"]), "members": [], "has_more": False}


@route("GET", "/channels/{channel}/threads/archived/public")
def archived_threads(world: World, call: Call) -> Reply:
    """Return a channel's archived public threads, all on one page."""
    parent = world.reach(call.args["channel"], VIEW | READ_HISTORY)
    threads: list[Json] = [
        one
        for one in world.channels.values()
        if one.get("parent_id") == parent["id"]
        and one["type"] in THREADS
        and one["type"] != PRIVATE_THREAD
        and one["thread_metadata"]["archived"]
    ]
    return {"threads": threads[::-1], "members": [], "has_more": False}
