"""The servers of the loopback: their channels and threads, and who may do what in them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import places, shapes
from .gateway import GUILDS
from .permissions import (
    ALL,
    FORUMS,
    MANAGE_THREADS,
    PERSON,
    PRIVATE_THREAD,
    ROLE,
    TEXT,
    THREADS,
    VIEW,
    effective,
    within,
)
from .refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .gateway import Gateway
    from .looks import Json
    from .post import Post


class Servers:
    """Half of the world; `World` is the other. A test calls it to do what a server's owners do."""

    gateway: Gateway
    post: Post

    def __init__(self) -> None:
        self.bot: Json = shapes.user("Wire Bot") | {"bot": True}
        self.permissions: dict[str, int] = {}
        """What people may do in any server before its channels say more; the bot's come from roles alone."""
        self.guilds: dict[str, Json] = {}
        self.unlisted: set[str] = set()
        """Servers that Discord leaves out of the list, although the bot is in them."""
        self.channels: dict[str, Json] = {}
        self.roles_of: dict[tuple[str, str], list[str]] = {}
        """Ids of roles by ids of server and person; everybody has @everyone besides."""
        self.in_thread: dict[str, set[str]] = {}
        """Who is in a thread: what lets somebody see a private one."""
        self.foreign: set[str] = set()
        """Private channels of others, which the bot can never see."""
        self.ahead = 0.0
        """Seconds by which this Discord's clock is ahead; negative while a test makes what should be old."""

    # --- time -------------------------------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time pass in Discord alone: messages grow old, and the hour of 30046 goes by."""
        self.ahead += seconds

    @contextmanager
    def earlier(self, seconds: float) -> Iterator[None]:
        """Make what comes to be inside that much older than it is."""
        self.ahead -= seconds
        try:
            yield
        finally:
            self.ahead += seconds

    def time(self) -> float:
        """Return this Discord's time, in seconds since 1970."""
        return time.time() + self.ahead

    def now(self) -> str:
        """Return this Discord's time as it writes it."""
        return datetime.fromtimestamp(self.time(), UTC).isoformat()

    # --- servers and channels ---------------------------------------------------------------------------------------

    def add_guild(self, name: str) -> Json:
        """Make a server the bot is in, with what its invitation asks for as the bot's own role."""
        guild = shapes.guild(name, shapes.snowflake())
        self.guilds[guild["id"]] = guild
        role = self.add_role(guild, self.bot["global_name"], shapes.INVITED)
        role |= {"managed": True, "tags": {"bot_id": self.bot["id"]}}
        self.give_role(guild, self.bot, role)
        return guild

    def guild_create(self, guild: Json) -> Json:
        """Return a server as GUILD_CREATE has it."""
        inside = {"channels": self.channels_of(guild["id"]), "members": [], "threads": self.threads_of(guild["id"])}
        inside |= {"presences": [], "member_count": 2, "joined_at": shapes.now(), "large": False, "unavailable": False}
        return guild | inside

    def leave(self, guild: Json) -> None:
        """Take the bot out of a server: its channels stay, and are out of reach."""
        del self.guilds[guild["id"]]
        self.gateway.emit("GUILD_DELETE", {"id": guild["id"]}, guild_id=guild["id"], intent=GUILDS)

    def come_back(self, guild: Json) -> None:
        """Let the bot be invited again into a server it left."""
        self.guilds[guild["id"]] = guild

    def add_channel(self, name: str, guild_id: str, kind: int = TEXT, *, tags: Iterable[str] = (), **more: Any) -> Json:
        """Make a channel of any kind; with the id of an unknown server, one out of the bot's reach.

        `tags` are those of a forum. `more` are fields as Discord has them: `nsfw=True`, `parent_id=…`, `flags=…`.
        """
        channel = places.channel(kind, name, guild_id, tags, **more)
        self.channels[channel["id"]] = channel
        return channel

    def add_channels(self, count: int, guild_id: str, name: str = "room") -> list[Json]:
        """Make many text channels."""
        return [self.add_channel(f"{name}-{number}", guild_id) for number in range(count)]

    def add_thread(self, parent: Json, name: str, owner: Json | None = None, **more: Any) -> Json:
        """Make a thread (`private=True`: the bot is not in it), or a post in a forum."""
        thread = places.thread(parent, name, owner or self.bot, self.now(), **more)
        self.channels[thread["id"]] = thread
        self.in_thread[thread["id"]] = {thread["owner_id"]}
        return thread

    def archive(self, thread: Json, *, archived: bool = True) -> None:
        """Archive a thread, or open it again."""
        self.change_channel(thread, thread_metadata=thread["thread_metadata"] | {"archived": archived})

    def lock(self, thread: Json, *, locked: bool = True) -> None:
        """Lock a thread, so that only who manages threads writes there, or unlock it."""
        self.change_channel(thread, thread_metadata=thread["thread_metadata"] | {"locked": locked})

    def change_channel(self, channel: Json, **fields: Any) -> None:
        """Rename a channel, or change any other of its fields."""
        channel |= fields
        self._tell("UPDATE", channel)

    def delete_channel(self, channel: Json) -> None:
        """Delete a channel with its messages, pins and threads."""
        for inside in [one for one in self.channels.values() if one.get("parent_id") == channel["id"]]:
            if inside["type"] in THREADS:
                self.delete_channel(inside)
            else:
                inside["parent_id"] = None
        del self.channels[channel["id"]]
        self.post.forget(channel)
        self._tell("DELETE", channel)

    def channels_of(self, guild_id: str) -> list[Json]:
        """Return the channels of a server, threads left out."""
        return [one for one in self.channels.values() if one.get("guild_id") == guild_id and one["type"] not in THREADS]

    def threads_of(self, guild_id: str) -> list[Json]:
        """Return the threads of a server that are not archived and that the bot may see, newest first."""
        there = [one for one in self.channels.values() if one.get("guild_id") == guild_id and one["type"] in THREADS]
        there = [one for one in there if not one["thread_metadata"]["archived"] and self.bot_may(one, VIEW)]
        return sorted(there, key=lambda one: -int(one["id"]))

    def _tell(self, what: str, channel: Json) -> None:
        kind = "THREAD" if channel["type"] in THREADS else "CHANNEL"
        self.gateway.emit(f"{kind}_{what}", dict(channel), guild_id=channel.get("guild_id"), intent=GUILDS)

    # --- permissions ------------------------------------------------------------------------------------------------

    def add_role(self, guild: Json, name: str, permissions: int) -> Json:
        """Make a role."""
        role = shapes.role(shapes.snowflake(), name, permissions, position=len(guild["roles"]))
        guild["roles"].append(role)
        return role

    def give_role(self, guild: Json, user: Json, role: Json) -> None:
        """Give a person, or the bot, a role."""
        self.roles_of.setdefault((guild["id"], user["id"]), []).append(role["id"])

    def bot_role(self, guild: Json) -> Json:
        """Return the role that came with the bot; its `permissions`, a number as text, are there to be changed."""
        return next(role for role in guild["roles"] if "tags" in role)

    def overwrite(self, channel: Json, who: Json, *, allow: int = 0, deny: int = 0) -> None:
        """Set what a channel says about a server (@everyone), a role, or a person or the bot; nothing removes it."""
        kind = PERSON if "username" in who else ROLE
        kept = [one for one in channel["permission_overwrites"] if one["id"] != who["id"]]
        if allow or deny:
            kept.append({"id": who["id"], "type": kind, "allow": str(allow), "deny": str(deny)})
        self.change_channel(channel, permission_overwrites=kept)

    def permissions_of(self, user: Json, channel: Json, base: int | None = None) -> int:
        """Return somebody's permissions in a channel as interactions carry them; `base` replaces those in the server.

        A thread has its parent's. What View Channel and the like imply is not taken out.
        """
        guild_id = channel.get("guild_id")
        if base is None:
            base = self._base(user, guild_id)
        if guild_id is None:
            return base
        parent = self.channels.get(channel["parent_id"], channel) if channel["type"] in THREADS else channel
        roles = self.roles_of.get((guild_id, user["id"]), [])
        return within(base, parent.get("permission_overwrites", []), guild_id, roles, user["id"])

    def _base(self, user: Json, guild_id: str | None) -> int:
        guild = self.guilds.get(guild_id or "")
        if guild and guild["owner_id"] == user["id"]:
            return ALL
        mine = {guild_id, *self.roles_of.get((guild_id or "", user["id"]), [])}
        given = {
            role["id"]: int(role["permissions"]) for role in (guild or {"roles": []})["roles"] if role["id"] in mine
        }
        if user is not self.bot:
            given[guild_id or ""] = self.permissions.get(user["id"], shapes.MEMBER)
        elif guild is None:
            return shapes.MODERATOR
        base = 0
        for permissions in given.values():
            base |= permissions
        return base

    def bot_may(self, channel: Json, permission: int) -> bool:
        """Say whether the bot may do this in a channel; in a DM there is nothing to forbid."""
        if "guild_id" not in channel:
            return True
        able = effective(self.permissions_of(self.bot, channel), channel["type"])
        if channel["type"] == PRIVATE_THREAD and self.bot["id"] not in self.in_thread[channel["id"]]:
            able = able if able & MANAGE_THREADS else 0
        return able & permission == permission

    # --- what refuses the bot ---------------------------------------------------------------------------------------

    def sees(self, channel: Json) -> bool:
        """Say whether the bot is where this channel is."""
        return channel["id"] not in self.foreign and channel.get("guild_id") in (None, *self.guilds)

    def reach(self, channel_id: str, permission: int = VIEW) -> Json:
        """Return a channel the bot may see, and in which it has this permission, or refuse."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise Refusal(10003)
        if not self.sees(channel) or not self.bot_may(channel, VIEW):
            raise Refusal(50001)
        if not self.bot_may(channel, permission):
            raise Refusal(50013)
        return channel

    def check_open(self, channel: Json, *, sending: bool = False, deleting: bool = False) -> None:
        """Refuse to change anything in an archived thread, or in a locked one without managing threads.

        Sending opens an archived thread again; deleting is refused only where a thread is archived and locked.
        """
        state = channel.get("thread_metadata")
        if state is None or (deleting and not (state["archived"] and state["locked"])):
            return
        if state["locked"] and not self.bot_may(channel, MANAGE_THREADS):
            raise Refusal(160005)
        if state["archived"] and sending:
            self.archive(channel, archived=False)
        elif state["archived"] and not deleting:
            raise Refusal(50083)

    @staticmethod
    def is_forum(channel: Json) -> bool:
        """Say whether a channel holds posts and no messages."""
        return channel["type"] in FORUMS
