"""What concerns the application: the gateway's address, the bot's account, its commands, its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import shapes
from .refusals import OPTION_VALUES, Refusal, check_values
from .rooms import Reply, route

if TYPE_CHECKING:
    from .door import Call
    from .looks import Json
    from .world import World


@route("GET", "/gateway/bot")
def gateway_bot(world: World, call: Call) -> Reply:
    """Say where the gateway is."""
    url = f"{world.url.replace('http', 'ws', 1)}/{call.client}/gateway"
    return {"url": url, "shards": world.shards, "session_start_limit": world.session_starts}


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
    listed = {int(key): guild for key, guild in world.guilds.items() if key not in world.unlisted}
    page = [guild for key, guild in sorted(listed.items()) if key > after]
    return [
        {key: guild[key] for key in ("id", "name", "icon", "features")}
        | {
            "banner": None,
            "owner": False,
            "permissions": str(world.permissions_of(world.bot, {"type": 0, "guild_id": guild["id"]})),
        }
        for guild in page[:limit]
    ]


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
    check_values(command, OPTION_VALUES)
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
    check_values(option, OPTION_VALUES)
    kept = {key: value for key, value in option.items() if value not in (None, False, [], {})}
    if "options" in kept:
        kept["options"] = [_option(child) for child in kept["options"]]
    return kept
