"""What the bot may ask of the REST API, but for interactions: one small function for each route, found by the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from . import shapes
from .looks import Json
from .refusals import COMPONENTS_V2, EPHEMERAL, Refusal

if TYPE_CHECKING:
    from .door import Call
    from .world import World

Reply = Json | list[Json] | None
"""What a room answers with; None is 204."""
Room = Callable[["World", "Call"], Reply]

ROUTES: Final[list[tuple[str, re.Pattern[str], Room]]] = []


def route(method: str, path: str) -> Callable[[Room], Room]:
    """Enter a room into the table; the first that matches answers."""

    def enter(room: Room) -> Room:
        ROUTES.append((method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), room))
        return room

    return enter


@route("GET", "/gateway/bot")
def gateway_bot(world: World, call: Call) -> Reply:
    """Say where the gateway is."""
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    url = f"{world.url.replace('http', 'ws', 1)}/{call.client}/gateway"
    return {"url": url, "shards": world.shards, "session_start_limit": limit}


@route("GET", "/users/@me")
def me(world: World, _call: Call) -> Reply:
    """Return the bot's account."""
    return world.bot | {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(world: World, _call: Call) -> Reply:
    """Return the application, installable in servers and by users."""
    installs = {"scopes": ["applications.commands", "bot"], "permissions": str(shapes.MODERATOR)}
    return {
        "id": world.bot["id"],
        "name": world.bot["global_name"],
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "bot": world.bot,
        "bot_public": True,
        "bot_require_code_grant": False,
        "max_participants": None,
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": world.bot,
        "team": None,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "event_webhooks_types": [],
        "integration_types_config": {
            "0": {"oauth2_install_params": installs},
            "1": {"oauth2_install_params": {"scopes": ["applications.commands"], "permissions": "0"}},
        },
        **world.portal,
    }


@route("GET", "/users/@me/guilds")
def my_guilds(world: World, call: Call) -> Reply:
    """Return a page of the servers the bot is in."""
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 200))
    page = [guild for key, guild in sorted(world.guilds.items(), key=lambda item: int(item[0])) if int(key) > after]
    return [
        {key: guild[key] for key in ("id", "name", "icon", "features")}
        | {"banner": None, "owner": False, "permissions": str(shapes.MODERATOR)}
        for guild in page[:limit]
    ]


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
    """Return a server's channels."""
    return world.channels_of(_guild(world, call)["id"])


@route("GET", "/guilds/{guild}/roles")
def guild_roles(world: World, call: Call) -> Reply:
    """Return a server's roles."""
    return list(_guild(world, call)["roles"])


@route("GET", "/guilds/{guild}/members/{user}")
def guild_member(world: World, call: Call) -> Reply:
    """Return the bot as a member; the loopback keeps no other member lists."""
    _guild(world, call)
    if call.args["user"] != world.bot["id"]:
        raise Refusal(10007)
    return shapes.member(world.bot, shapes.MODERATOR)


@route("DELETE", "/users/@me/guilds/{guild}")
def leave_guild(world: World, call: Call) -> Reply:
    """Leave a server."""
    world.leave(_guild(world, call))
    return None


@route("GET", "/applications/{app}/commands")
@route("GET", "/applications/{app}/guilds/{guild}/commands")
def list_commands(world: World, call: Call) -> Reply:
    """Return what is registered, as Discord gives it back: nothing that is merely the default."""
    hidden = () if call.query.get("with_localizations", "").lower() in ("1", "true") else LOCALIZED
    commands = world.commands.get(call.args.get("guild"), [])
    return [{key: value for key, value in command.items() if key not in hidden} for command in commands]


LOCALIZED: Final = ("name_localizations", "description_localizations")


@route("PUT", "/applications/{app}/commands")
@route("PUT", "/applications/{app}/guilds/{guild}/commands")
def put_commands(world: World, call: Call) -> Reply:
    """Replace all commands of a scope; a command that keeps its type and name keeps its id."""
    scope = call.args.get("guild")
    before = {(command["type"], command["name"]): command for command in world.commands.get(scope, [])}
    names = [(command.get("type") or 1, command["name"]) for command in call.body]
    if len(set(names)) != len(names):
        raise Refusal(50035, "two commands of one type have the same name")
    world.commands[scope] = [_registered(world, scope, command, before) for command in call.body]
    return world.commands[scope]


def _registered(world: World, scope: str | None, command: Json, before: dict[tuple[int, str], Json]) -> Json:
    kind = command.get("type") or 1
    if kind == 1 and not 1 <= len(command.get("description") or "") <= 100:
        raise Refusal(50035, f"{command['name']}: a description has 1 to 100 characters")
    old = before.get((kind, command["name"]))
    permissions = command.get("default_member_permissions")
    kept = {
        "id": old["id"] if old else shapes.snowflake(),
        "application_id": world.bot["id"],
        "version": shapes.snowflake(),
        "type": kind,
        "name": command["name"],
        "name_localizations": command.get("name_localizations") or None,
        "description": command.get("description") or "",
        "description_localizations": command.get("description_localizations") or None,
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": command.get("dm_permission", True),
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": bool(command.get("nsfw")),
    }
    if command.get("options"):
        kept["options"] = [_option(option) for option in command["options"]]
    return kept | ({"guild_id": scope} if scope else {})


def _option(option: Json) -> Json:
    kept = {key: value for key, value in option.items() if value not in (None, False, [], {})}
    if "options" in kept:
        kept["options"] = [_option(child) for child in kept["options"]]
    return kept


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


@route("GET", "/channels/{channel}/messages")
def list_messages(world: World, call: Call) -> Reply:
    """Return a page of a channel's messages, newest first."""
    world.reach(call.args["channel"])
    messages = [m for m in world.post.messages.get(call.args["channel"], {}).values() if not m["flags"] & EPHEMERAL]
    before, after = int(call.query.get("before", 1 << 63)), int(call.query.get("after", 0))
    page = [message for message in messages if after < int(message["id"]) < before]
    limit = int(call.query.get("limit", 50))
    return page[:limit][::-1] if after else page[-limit:][::-1]


@route("POST", "/channels/{channel}/messages")
def create_message(world: World, call: Call) -> Reply:
    """Send a message; with enforce_nonce, one that was sent already is returned instead."""
    channel = world.reach(call.args["channel"])
    nonce = str(call.body.get("nonce") or "")
    if call.body.get("enforce_nonce") and nonce in world.post.nonces:
        return world.post.nonces[nonce]
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


@route("GET", "/channels/{channel}/messages/pins")
def list_pins(world: World, call: Call) -> Reply:
    """Return a page of a channel's pins, newest first."""
    world.reach(call.args["channel"])
    pins = world.post.pins.get(call.args["channel"], {})
    before = datetime.fromisoformat(call.query.get("before", "9999-01-01T00:00:00+00:00"))
    limit = int(call.query.get("limit", 50))
    page = [(at, message) for message, at in reversed(pins.items()) if datetime.fromisoformat(at) < before]
    items = [{"pinned_at": at, "message": world.post.messages[call.args["channel"]][key]} for at, key in page[:limit]]
    return {"items": items, "has_more": len(page) > limit}


@route("PUT", "/channels/{channel}/messages/pins/{message}")
def pin(world: World, call: Call) -> Reply:
    """Pin a message: at most 250 in a channel, and each says so in the channel."""
    message = world.post.find(call.args["channel"], call.args["message"])
    world.post.pin(message)
    return None


@route("DELETE", "/channels/{channel}/messages/pins/{message}")
def unpin(world: World, call: Call) -> Reply:
    """Unpin a message."""
    message = world.post.find(call.args["channel"], call.args["message"])
    message["pinned"] = False
    world.post.pins.get(call.args["channel"], {}).pop(message["id"], None)
    return None


@route("GET", "/channels/{channel}/messages/{message}")
def get_message(world: World, call: Call) -> Reply:
    """Return a message."""
    return world.post.find(call.args["channel"], call.args["message"])


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit_message(world: World, call: Call) -> Reply:
    """Edit one of the bot's messages."""
    message = world.post.find(call.args["channel"], call.args["message"])
    if message["author"]["id"] != world.bot["id"]:
        raise Refusal(50005)
    if message["flags"] & COMPONENTS_V2 and not (call.body.get("flags") or COMPONENTS_V2) & COMPONENTS_V2:
        raise Refusal(50035, "IS_COMPONENTS_V2 cannot be taken back")
    return world.post.edit(message, call.body, call.files)


@route("DELETE", "/channels/{channel}/messages/{message}")
def delete_message(world: World, call: Call) -> Reply:
    """Delete a message; in a DM only one of the bot's own."""
    message = world.post.find(call.args["channel"], call.args["message"])
    if message["author"]["id"] != world.bot["id"] and "guild_id" not in world.channels[call.args["channel"]]:
        raise Refusal(50003)
    world.post.delete(message)
    return None
