"""Channels and threads of every kind as Discord shapes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import shapes
from .permissions import CATEGORY, FORUMS, NEWS, NEWS_THREAD, PRIVATE_THREAD, THREAD, VOICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .looks import Json

TAG_REQUIRED = 1 << 4


def channel(kind: int, name: str, guild_id: str, tags: Iterable[str] = (), **more: Any) -> Json:
    """Return a new channel of a server; `tags` names those of a forum, `more` replaces what is usual."""
    made: Json = {
        "id": shapes.snowflake(),
        "type": kind,
        "guild_id": guild_id,
        "name": name,
        "position": 0,
        "permission_overwrites": [],
        "parent_id": None,
        "flags": 0,
    }
    if kind != CATEGORY:
        made |= {"topic": None, "nsfw": False, "rate_limit_per_user": 0, "last_message_id": None}
    if kind in VOICES:
        made |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if kind in FORUMS:
        made |= {"available_tags": [_tag(tag) for tag in tags], "default_reaction_emoji": None}
        made |= {"default_sort_order": None, "default_forum_layout": 0}
    return made | more


def _tag(name: str) -> Json:
    return {"id": shapes.snowflake(), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}


def thread(parent: Json, name: str, owner: Json, at: str, *, private: bool = False, **more: Any) -> Json:
    """Return a new thread or forum post; `at` is its beginning as Discord writes times, `more` replaces what is usual.

    It has no overwrites: who may do what is its parent's matter.
    """
    kind = PRIVATE_THREAD if private else NEWS_THREAD if parent["type"] == NEWS else THREAD
    made: Json = {
        "id": shapes.snowflake(),
        "type": kind,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "owner_id": owner["id"],
        "name": name,
        "flags": 0,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "message_count": 0,
        "total_message_sent": 0,
        "member_count": 1,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": at,
            "auto_archive_duration": 4320,
            "locked": False,
            "create_timestamp": at,
        },
    }
    if parent["type"] in FORUMS:
        made["applied_tags"] = []
    if private:
        made["thread_metadata"]["invitable"] = True
    return made | more
