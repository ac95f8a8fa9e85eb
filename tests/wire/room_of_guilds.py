"""What the bot may ask about a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import shapes
from .permissions import VIEW
from .refusals import Refusal
from .rooms import Reply, route

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json
    from .world import World


def _guild(world: World, call: Call) -> Json:
    if call.args["guild"] not in world.guilds:
        raise Refusal(10004)
    return world.guilds[call.args["guild"]]


@route("GET", "/guilds/{guild}")
def guild(world: World, call: Call) -> Reply:
    """Return a server."""
    return _guild(world, call)


@route("GET", "/guilds/{guild}/channels")
def guild_channels(world: World, call: Call) -> Reply:
    """Return a server's channels that the bot may see."""
    there = world.channels_of(_guild(world, call)["id"])
    return [channel for channel in there if world.bot_may(channel, VIEW)]


@route("GET", "/guilds/{guild}/roles")
def guild_roles(world: World, call: Call) -> Reply:
    """Return a server's roles."""
    return list(_guild(world, call)["roles"])


@route("GET", "/guilds/{guild}/members/{user}")
def guild_member(world: World, call: Call) -> Reply:
    """Return the bot or a person as a member: whoever the loopback knows is in every server."""
    guild_id = _guild(world, call)["id"]
    known = world.people | {"@me": world.bot, world.bot["id"]: world.bot}
    who = known.get(call.args["user"])
    if who is None:
        raise Refusal(10007)
    return shapes.member(who, world.roles_of.get((guild_id, who["id"]), []))


@route("DELETE", "/users/@me/guilds/{guild}")
def leave_guild(world: World, call: Call) -> Reply:
    """Leave a server."""
    world.leave(_guild(world, call))
    return None
