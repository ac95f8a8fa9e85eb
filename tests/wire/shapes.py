"""JSON as Discord shapes it, and its ids and times. Pure but for the clock."""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .looks import Json

DISCORD_EPOCH: Final = 1_420_070_400_000
PIN_MESSAGES: Final = 1 << 51
MEMBER: Final = sum(1 << bit for bit in (6, 10, 11, 14, 15, 16, 20, 31, 38, 50))
"""React, view, send, embed, attach, read history, connect, use commands, send in threads, use external apps."""
INVITED: Final = sum(1 << bit for bit in (10, 11, 14, 15, 16, 38)) | PIN_MESSAGES
"""What the bot's invitation asks for: view, send, embed, attach, read history, send in threads, pin."""
MODERATOR: Final = MEMBER | 1 << 13 | PIN_MESSAGES

_sequence = itertools.count()


def snowflake(age: float = 0.0) -> str:
    """Return a fresh id that says it was made `age` seconds ago."""
    return snowflake_of(time.time() - age)


def snowflake_of(moment: float) -> str:
    """Return a fresh id that says it was made at this time, in seconds since 1970."""
    made = int(moment * 1000) - DISCORD_EPOCH
    return str(made << 22 | next(_sequence) & 0x3FFFFF)


def now() -> str:
    """Return this moment as Discord writes it."""
    return datetime.now(UTC).isoformat()


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return JSON under the bare content type: discord.py reads `application/json; charset=utf-8` as text."""
    headers = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def user(name: str) -> Json:
    """Return a new user."""
    username = name.lower().replace(" ", "_")
    account = {"id": snowflake(), "username": username, "discriminator": "0", "global_name": name}
    unset = ("avatar", "banner", "accent_color", "avatar_decoration_data", "collectibles", "primary_guild")
    return account | dict.fromkeys(unset) | {"public_flags": 0, "flags": 0}


def member(who: Json, roles: Sequence[str] = ()) -> Json:
    """Return a user as a member of a server."""
    joined = {"user": who, "nick": None, "avatar": None, "banner": None, "roles": list(roles), "joined_at": now()}
    state = {"deaf": False, "mute": False, "flags": 0, "pending": False}
    return joined | state | {"premium_since": None, "communication_disabled_until": None}


def role(role_id: str, name: str, permissions: int, position: int = 0) -> Json:
    """Return a role."""
    colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    look = {"color": 0, "colors": colours, "icon": None, "unicode_emoji": None, "hoist": False, "position": position}
    named = {"id": role_id, "name": name, "description": None, "permissions": str(permissions)}
    return named | look | {"managed": False, "mentionable": False, "flags": 0}


def guild(name: str, guild_id: str) -> Json:
    """Return a new server with one role, @everyone."""
    unset = (
        "icon description home_header splash discovery_splash banner application_id afk_channel_id system_channel_id "
        "widget_channel_id vanity_url_code rules_channel_id safety_alerts_channel_id public_updates_channel_id "
        "incidents_data"
    )
    return dict.fromkeys(unset.split()) | {
        "id": guild_id,
        "name": name,
        "region": "deprecated",
        "nsfw": False,
        "widget_enabled": False,
        "premium_progress_bar_enabled": False,
        "premium_subscription_count": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "owner_id": snowflake(),
        "roles": [role(guild_id, "@everyone", MEMBER)],
        "emojis": [],
        "stickers": [],
        "features": [],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "nsfw_level": 0,
        "mfa_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
    }


def private_channel(recipient: Json) -> Json:
    """Return a new private channel with one recipient."""
    return {"id": snowflake(), "type": 1, "recipients": [recipient], "last_message_id": None, "flags": 0}
